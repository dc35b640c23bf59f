"""Advice, a line each: numbers and names that match nothing, absolutes that often turn out wrong, what is dropped."""

import re

from django.utils.translation import gettext as _

from crisis.communiques.check import wording
from crisis.communiques.check.claims import Claim
from crisis.communiques.check.clauses import ADJACENT, amount_of, is_place
from crisis.communiques.check.marks import Mark
from crisis.communiques.check.names import Names
from crisis.communiques.check.phrases import spelled
from crisis.communiques.check.situation import Checked, Finding, Situation
from services.models import NOT_ASSESSED

NOTES = ("note", "public_note", "remains")
CLAIMED = {"runs", "back", "stopped"}


def known_texts(situation: Situation) -> list[tuple[str, int]]:
    """What the cell wrote beside the board's facts and in its measures, as compared words, with the entries that prove it."""
    found = {
        (str(text), tile.report.seq)
        for tile in situation.board.tiles
        if tile.report
        for text in (getattr(tile.report, name) for name in NOTES)
        if text
    }
    for fact in situation.facts:
        found |= {(str(fact.about.get(name) or ""), fact.seq) for name in ("text", "exempt", "advice")}
    return sorted((" " + re.sub(r"[^\w%]+", " ", spelled(text)) + " ", seq) for text, seq in found if text)


def said_beside(words: str, texts: list[tuple[str, int]]) -> int:
    """The entry in which somebody wrote these words, 0 when nobody did."""
    plain = re.sub(r"[^\w%]+", " ", spelled(words)).strip()
    return max((seq for text, seq in texts if plain and f" {plain} " in text), default=0)


def numbers(marks: list[Mark], texts: list[tuple[str, int]], understood: bool) -> list[Checked | Finding]:
    """A number with a unit of a hospital that no rule compared: written by somebody beside the board, or unknown."""
    found: list[Checked | Finding] = []
    if any(mark.text == "?" for mark in marks):
        return found
    for n, mark in enumerate(marks):
        if mark.quoted or not {"number", "share"} & mark.kinds.keys() or not mark.amount:
            continue
        unit = unit_after(marks, n)
        if "share" in mark and understood:
            continue
        if "share" in mark and "%" not in mark.text and not unit:
            continue
        if "number" in mark and (unit is None or (understood and "unit" not in unit)):
            continue
        said = f"{amount_of(mark).said} {unit.text}" if unit else amount_of(mark).said
        seq = said_beside(said, texts)
        if seq:
            found.append(Checked(said, seq))
        else:
            found.append(Finding("unknown", said, _("Nothing on the board says this number.")))
    return found[:1] if found and isinstance(found[0], Finding) else found


def unit_after(marks: list[Mark], n: int) -> Mark | None:
    """The unit that a number counts."""
    for mark in marks[n + 1 : n + 1 + ADJACENT]:
        if "unit" in mark or "services" in mark or "essential" in mark:
            return mark
        if "activity" in mark and "number" in marks[n] and amount_of(marks[n]).high > 9:
            return mark
        if "light" not in mark and "of" not in mark:
            return None
    return None


def names(marks: list[Mark], known: Names, texts: list[tuple[str, int]]) -> list[Finding]:
    """A service that hospitals have and this one has not, said to run or not; a place that is no site of this one."""
    found = []
    if any(kind in mark for mark in marks for kind in CLAIMED) and not any(
        "maybe" in m or m.text == "?" for m in marks
    ):
        others = [mark for mark in marks if "other" in mark and not {"activity", "site"} & mark.kinds.keys()]
        found += [
            Finding("unknown", mark.text, _("There is no such service on the board."))
            for mark in others
            if not said_beside(mark.text, texts)
        ]
    for n, mark in enumerate(marks):
        if is_place(marks, n) and spelled(mark.text) not in known.known:
            found.append(Finding("unknown", mark.text, _("There is no such site on the board.")))
    return found[:2]


def absolutes(marks: list[Mark]) -> list[Finding]:
    """What is said without any reserve, once a sentence."""
    if any(mark.text == "?" or ("maybe" in mark and "absolute" not in mark) for mark in marks):
        return []
    said = next((mark for mark in marks if "absolute" in mark), None)
    return [Finding("absolute", said.text, _("Nothing proves this without reserve: think twice."))] if said else []


def dropped(before: dict[str, str], now: set[str], known: Names) -> list[Finding]:
    """Services that the communiqué before spoke of and this one does not: what was said, and how they stand."""
    found = []
    for key, sentence in before.items():
        tiles = [tile for tile in known.tiles.get(key, {}).values() if tile.status != NOT_ASSESSED]
        if key in now or not tiles:
            continue
        claim = Claim("status", tiles, known.activities[key])
        board = wording.says(known.activities[key].name, wording.tiles_say(tiles, claim))
        fact = f"status:{tiles[0].service.key if len(known.tiles[key]) == 1 else key}"
        found.append(Finding("dropped", sentence, board, wording.seq_of(tiles), fact))
    return found
