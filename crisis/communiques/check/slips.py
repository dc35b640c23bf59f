"""Slips of the pen in the names of services and sites: close to one, and none of them."""

from django.utils.translation import gettext as _

from crisis.communiques.check.clauses import PREDICATES
from crisis.communiques.check.marks import Mark
from crisis.communiques.check.names import Names
from crisis.communiques.check.phrases import spelled
from crisis.communiques.check.situation import Finding

SHORTEST, LONG = 6, 10
"""Letters of a name that a slip is looked for in, and of one in which two letters may be wrong."""
ENDING = 2
"""Letters at the end that have to be the same, or one more in another order: radiologue and téléphone are words of their own."""
MOST = 2


def slips(marks: list[Mark], names: Names) -> list[Finding]:
    """Words where something is said of a service that no one knows, and that are nearly the name of one."""
    if not any(mark.kinds.keys() & {*PREDICATES, "number", "ratio"} for mark in marks) or any(
        m.text == "?" for m in marks
    ):
        return []
    found = []
    for mark in marks:
        word = spelled(mark.text)
        meant = closest(word, names) if "word" in mark and len(word) >= SHORTEST and word not in names.known else ""
        if meant:
            found.append(Finding("unknown", mark.text, _("Do you mean %(name)s?") % {"name": meant}))
    return found[:MOST]


def closest(word: str, names: Names) -> str:
    """The name of one word that a word is nearly, as the registry writes it; "" when there is none, or it is far."""
    near = []
    for said, name in names.single.items():
        allowed = 2 if min(len(said), len(word)) >= LONG and said[0] == word[0] else 1
        if end_alike(said, word) and 0 < (letters := distance(said, word, allowed)) <= allowed:
            near.append((letters, name))
    return min(near)[1] if near else ""


def end_alike(one: str, other: str) -> bool:
    """Whether two words end in the same letters, but for the sign of a plural."""
    one, other = one.removesuffix("s"), other.removesuffix("s")
    return one[-ENDING:] == other[-ENDING:] or sorted(one[-ENDING - 1 :]) == sorted(other[-ENDING - 1 :])


def distance(one: str, other: str, most: int) -> int:
    """How many letters are wrong, left out, too many or changed with the next; more than `most` is not counted out."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
