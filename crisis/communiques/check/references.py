"""Inserted facts: taken out of a text before it is read, and compared by key and value with what holds now."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crisis.communiques.check.situation import Checked, Finding, Situation
from crisis.communiques.refs import REF, Ref, refs_of

OPEN, CLOSE, ZERO = "\ue000", "\ue001", 0xE100
"""Marks around the words of a fact while Markdown is read; what was typed of them is taken away first."""
MARKS = {ord(OPEN): None, ord(CLOSE): None} | {ZERO + digit: None for digit in range(10)}


@dataclass(frozen=True)
class Read:
    """A sentence as it reads, the facts inserted in it, and where their words stand."""

    text: str
    refs: list[Ref]
    places: list[tuple[int, int]]


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
    found, places = list(running), []
    number, start = "", 0
    for letter in text:
        digit = ord(letter) - ZERO
        if letter == OPEN:
            number, start = "", len(plain)
        elif 0 <= digit < 10:
            number += str(digit)
        elif letter == CLOSE:
            places.append((start, len(plain)))
            running.clear()
        else:
            if number:
                found.append(refs[int(number)])
                running[:] = [refs[int(number)]]
                number = ""
            plain.append(letter)
    if running:
        places.append((start, len(plain)))
    return Read("".join(plain), found, places)


def compare(ref: Ref, situation: Situation) -> Checked | Finding:
    """An inserted fact against the one that holds now."""
    fact = situation.fact(ref.key)
    if fact is None:
        return Finding("contradicts", ref.words, _("This no longer holds: nothing replaces it."), 0, ref.key)
    if fact.value == ref.value:
        return Checked(ref.words, fact.seq)
    return Finding("contradicts", ref.words, fact.label, fact.seq, ref.key, fact.value)
