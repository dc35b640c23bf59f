"""Inserted facts: taken out of a text before it is read, and compared by key and value with what holds now."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crisis.communiques.check.situation import Checked, Finding, Situation
from crisis.communiques.refs import REF, Ref, refs_of
from crisis.facts import Fact

OPEN, CLOSE, ZERO = "\ue000", "\ue001", 0xE100
"""Marks around the words of a fact while Markdown is read; what was typed of them is taken away first."""
MARKS = {ord(OPEN): None, ord(CLOSE): None} | {ZERO + digit: None for digit in range(10)}


@dataclass(frozen=True)
class Read:
    """A sentence as it reads, the facts inserted in it, and where the words of each stand."""

    text: str
    refs: list[Ref]
    spans: list[tuple[Ref, int, int]]

    def own_words(self, situation: Situation) -> list[tuple[int, int]]:
        """Where a measure stands in its own words: they are not read as if somebody else claimed them."""
        return [(start, end) for ref, start, end in self.spans if is_own_measure(ref, situation)]


def marked(text: str) -> tuple[str, list[Ref]]:
    """The text with each inserted fact as its words between marks, and the facts."""
    clean = text.translate(MARKS)
    refs = refs_of(clean)
    numbers = iter(range(len(refs)))

    def words(found: re.Match[str]) -> str:
        digits = "".join(chr(ZERO + int(digit)) for digit in str(next(numbers)))
        return f"{OPEN}{digits}{found[1]}{CLOSE}"

    return REF.sub(words, clean), refs


def unmarked(text: str, refs: list[Ref], running: list[Ref]) -> Read:
    """A sentence without its marks. `running`: the fact whose words began in a sentence before; it is kept up to date."""
    plain: list[str] = []
    found: list[Ref] = list(running)
    spans: list[tuple[Ref, int, int]] = []
    number, start = "", 0
    for letter in text:
        digit = ord(letter) - ZERO
        if letter == OPEN:
            number, start = "", len(plain)
        elif 0 <= digit < 10:
            number += str(digit)
        elif letter == CLOSE:
            spans += [(found[-1], start, len(plain))] if found else []
            running.clear()
        else:
            if number:
                found.append(refs[int(number)])
                running[:] = [refs[int(number)]]
                number = ""
            plain.append(letter)
    if running:
        spans.append((running[0], start, len(plain)))
    return Read("".join(plain), found, spans)


def is_own_measure(ref: Ref, situation: Situation) -> bool:
    """Whether a fact is a measure in force, in its own words."""
    fact = situation.fact(ref.key)
    return bool(fact and fact.kind == "measure" and fact.value == ref.value and same(ref.words, fact.words))


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, but for spaces, brackets and capitals."""
    return re.sub(r"[\s\[\]]+", " ", one).strip().casefold() == re.sub(r"[\s\[\]]+", " ", other).strip().casefold()


def holding(fact: Fact) -> str:
    """How a fact that holds reads in the list of what was checked: whose it is, but a measure in its own words."""
    return fact.words if fact.kind == "measure" else fact.label


def compare(ref: Ref, situation: Situation) -> Checked | Finding | None:
    """An inserted fact against the one that holds now; None when its words have to speak for themselves.

    The value may hold while the words around it were changed: they are a tick only when they say that value.
    """
    fact = situation.fact(ref.key)
    if fact is None:
        return Finding("contradicts", ref.words, _("This no longer holds: nothing replaces it."), 0, ref.key)
    if fact.value != ref.value:
        return Finding("contradicts", ref.words, fact.label, fact.seq, ref.key, fact.value)
    numbers = re.findall(r"\d+", ref.words)
    if fact.kind in {"capacity", "count"} and numbers:
        right = numbers == fact.value.split("/")
    elif fact.kind == "phone":
        right = "".join(numbers) == fact.value
    else:
        right = any(same(ref.words, each) for each in (fact.words, fact.label, fact.about.get("bare", "")))
        return Checked(holding(fact), fact.seq) if right else None
    return (
        Checked(holding(fact), fact.seq)
        if right
        else Finding("contradicts", ref.words, fact.label, fact.seq, ref.key, fact.value)
    )
