"""The words of each language that the rules know: data, not for the screen."""

from functools import cache

from crisis.communiques.check.phrases import Phrasebook, forms, spelled, words_of
from crisis.communiques.check.words import de, en, fr, nl

LANGUAGES = {"fr": fr, "nl": nl, "de": de, "en": en}


class Lexicon:
    """One language: its phrases by kind, what its services are also called, its plurals and its calendar."""

    def __init__(self, lang: str) -> None:
        words = LANGUAGES[lang]
        self.lang = lang
        self.plurals = words.PLURALS
        self.synonyms: dict[str, str] = {spelled(name): said for name, said in words.SYNONYMS.items()}
        self.months = {spelled(name): n // 2 + 1 for n, name in enumerate(words.MONTHS.split())}
        self.book = Phrasebook()
        for kind, said in words.WORDS.items():
            self.book.add_all(kind, "", said)
        own = {first for phrase in words.WORDS["services"].split(",") for first in words_of(phrase)[:1]}
        for phrase in words.WORDS["head"].split(","):  # "tous les services d'Arlon" has no head
            if words_of(phrase)[0] in own:
                self.book.add("services", "", words_of(phrase))
        self.join(words.WORDS["none"], words.WORDS["absolute"])
        self.deny(words.WORDS["absolute"], f"{words.WORDS['not']}, {words.WORDS.get('plus', '')}")
        for number, said in words.SHARES.items():
            self.book.add_all("share", str(number), said)
        for number, name in words.numbers().items():
            self.book.add_all("number", str(number), name)
        for n, said in enumerate(words.WEEKDAYS):
            self.book.add_all("weekday", str(n), said)
        for days, said in words.DAYS.items():
            self.book.add_all("day", str(days), said)

    def join(self, nothing: str, absolutes: str) -> None:
        """ "Il n'y a aucun" and "aucun risque" are one absolute: "il n'y a aucun risque"."""
        for first in all_words(nothing):
            for second in all_words(absolutes):
                if first[-1] == second[0]:
                    self.book.add("absolute", "", (*first, *second[1:]))

    def deny(self, absolutes: str, denials: str) -> None:
        """ "N'a jamais" is an absolute that also denies what follows it."""
        denying = {words[-1] for words in all_words(denials)}
        for words in all_words(absolutes):
            if denying & set(words):
                self.book.add("denies", "", words)


def all_words(phrases: str) -> list[tuple[str, ...]]:
    """The words of each phrase in each of its forms."""
    found = [words_of(form) for phrase in phrases.split(",") for form in forms(phrase)]
    return [words for words in found if words]


@cache
def lexicon(lang: str) -> Lexicon:
    """The lexicon of a language that the rules know, made once."""
    return Lexicon(lang)
