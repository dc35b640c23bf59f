"""Words as rules compare them: without accents and capitals, and phrases found in them, the longest first."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

Kinds = dict[str, tuple[str, ...]]
"""What words may be, by kind: ("activity": its keys), ("runs": ("",))."""

WORD = re.compile(r"[^\W\d_]+|%")
OPTIONAL = re.compile(r"\(([^()]*)\)")
MOST_FORMS = 64
SAME = {"’": "'", "ʼ": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‐": "-", "‑": "-"}


@lru_cache(maxsize=4096)
def bare(letter: str) -> str:
    """One letter without its accent and small; always one letter, so that places stay."""
    if letter in SAME:
        return SAME[letter]
    small = unicodedata.normalize("NFD", letter.lower())[:1]
    return small or letter


def spelled(words: str) -> str:
    """The words as they are compared: as long as they were once they are composed."""
    return "".join(bare(letter) for letter in words)


def composed(words: str) -> str:
    """The same words with each accent in its letter."""
    return unicodedata.normalize("NFC", words)


def forms(phrase: str) -> list[str]:
    """Each way a phrase with `(e)(s)` may be written."""
    parts = OPTIONAL.split(phrase)
    choices = [(part,) if n % 2 == 0 else (part, "") for n, part in enumerate(parts)]
    return ["".join(chosen) for chosen in product(*choices)]


def words_of(phrase: str) -> tuple[str, ...]:
    """The compared words of a phrase; hyphens and apostrophes only part them."""
    return tuple(WORD.findall(spelled(composed(phrase))))


@dataclass(eq=False)
class Phrasebook:
    """Phrases by their first word, each with what it may be."""

    first: dict[str, dict[tuple[str, ...], Kinds]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, value: str, words: tuple[str, ...]) -> None:
        """One phrase; it may be of several kinds and values."""
        if not words:
            return
        kinds = self.first.setdefault(words[0], {}).setdefault(words, {})
        values = kinds.get(kind, ())
        kinds[kind] = values if value in values else (*values, value)
        self.longest[words[0]] = max(len(words), self.longest.get(words[0], 0))

    def add_all(self, kind: str, value: str, phrases: str) -> None:
        """Each phrase between commas, in all its forms."""
        for phrase in phrases.split(","):
            for form in forms(phrase):
                self.add(kind, value, words_of(form))

    def add_name(self, kind: str, value: str, name: str, plurals: tuple[tuple[str, str], ...]) -> None:
        """A name, each of its words in one number or the other."""
        choices = [numbers_of(word, plurals) for word in words_of(name)]
        count = 1
        for choice in choices:
            count *= len(choice)
        if count > MOST_FORMS:  # only its first word may change
            choices = [choices[0], *([choice[0]] for choice in choices[1:])]
        for words in product(*choices):
            self.add(kind, value, words)

    def match(self, words: list[str], start: int) -> tuple[int, Kinds]:
        """How many words from `start` make the longest phrase, and what it may be; 0 when none."""
        known = self.first.get(words[start])
        if known is None:
            return 0, {}
        for length in range(min(self.longest[words[start]], len(words) - start), 0, -1):
            kinds = known.get(tuple(words[start : start + length]))
            if kinds is not None:
                return length, kinds
        return 0, {}


def numbers_of(word: str, plurals: tuple[tuple[str, str], ...]) -> list[str]:
    """A word of a name as it is, and as it may be in the plural or the singular."""
    found = [word]
    if len(word) > 2:
        for end, other in plurals:
            if word.endswith(end) and len(word) - len(end) > 1:
                found.append(word[: len(word) - len(end)] + spelled(other))
    return list(dict.fromkeys(found))
