"""What the board holds true, one fact at a time, to be put into a text: counts, and each service's status, capacity, return."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.communiques.proofs import BACK, CAPACITY, RUNNING, STATUS, Proof, counted, proof, proofs_of, proved
from crisis.days import day_words
from crisis.facts import Fact, facts_at
from crisis.models import Crisis
from crisis.templatetags.vigie import status_word
from services.models import Activity
from services.reads import Board, Tile, board_at

COUNTED = ("vital", "suspended", "restored", "not_assessed")


def all_facts(crisis: Crisis, moment: datetime) -> list[Fact]:
    """Everything that a text may say of a moment: the board's facts, then those of every feature and the number to call."""
    return board_facts(proved(board_at(crisis, moment))) + facts_at(crisis, moment)


def board_facts(board: Board) -> list[Fact]:
    """The board's facts in the language in force: counts, then each activity and each of its services."""
    found = counts(board)
    by_activity: dict[Activity, list[Tile]] = {}
    for tile in board.tiles:
        by_activity.setdefault(tile.service.activity, []).append(tile)
    everywhere = len({tile.service.site_id for tile in board.tiles})
    for activity, tiles in by_activity.items():
        found += alike(activity, tiles, everywhere) + [fact for tile in tiles for fact in of_tile(tile)]
    return found


def counts(board: Board) -> list[Fact]:
    """How many services are in each status, and how many essential ones are assured."""
    found = []
    for status in COUNTED:
        number = board.counts[status]
        seq, since = made_so(counted(board.tiles, {status}))
        words = count_words(status, number)
        found.append(Fact(f"count:{status}", str(number), words, words, seq, since))
    assured, total = board.essential["assured"], board.essential["total"]
    if total:
        seq, since = made_so(counted((tile for tile in board.tiles if tile.essential), RUNNING))
        said = {"assured": assured, "total": total}
        words = (
            ngettext(
                "%(assured)d essential service of %(total)d assured",
                "%(assured)d essential services of %(total)d assured",
                assured,
            )
            % said
        )
        found.append(Fact("count:essential", f"{assured}/{total}", words, words, seq, since))
    return found


def count_words(status: str, number: int) -> str:
    """Such as: 16 services suspended."""
    match status:
        case "vital":
            words = ngettext("%(count)d service maintained", "%(count)d services maintained", number)
        case "suspended":
            words = ngettext("%(count)d service suspended", "%(count)d services suspended", number)
        case "restored":
            words = ngettext("%(count)d service restored", "%(count)d services restored", number)
        case _other:
            words = ngettext("%(count)d service not assessed", "%(count)d services not assessed", number)
    return words % {"count": number}


def made_so(last: Proof | None) -> tuple[int, datetime | None]:
    """The entry that made something so, and when; 0 when nothing was ever reported."""
    return (last.seq, last.at) if last else (0, None)


def alike(activity: Activity, tiles: list[Tile], everywhere: int) -> list[Fact]:
    """What is the same at every site of an activity that has several; `everywhere`: how many sites the board has."""
    if len(tiles) < 2 or not all(tile.report for tile in tiles):
        return []
    found = []
    if len({tile.status for tile in tiles}) == 1:
        last = made_so(proofs_of(tiles, STATUS)[-1])
        sites = _("all sites") if len(tiles) == everywhere else ", ".join(tile.service.site.name for tile in tiles)
        whole = _("%(activity)s (%(sites)s)") % {"activity": activity.name, "sites": sites}
        found.append(status_fact(activity.key, activity.name, whole, tiles[0].status, *last))
    capacities = {tile.report.capacity for tile in tiles if tile.report}
    capacity = capacities.pop()
    if not capacities and capacity:
        last = made_so(proofs_of(tiles, CAPACITY)[-1])
        found.append(capacity_fact(activity.key, activity.name, capacity, *last))
    return found


def of_tile(tile: Tile) -> list[Fact]:
    """The facts of one service; nothing while nobody reported it."""
    report, key, name = tile.report, tile.service.key, str(tile.service)
    if report is None:
        return []
    found = [status_fact(key, name, name, tile.status, *made_so(proof(tile, STATUS)))]
    if report.capacity:
        found.append(capacity_fact(key, name, report.capacity, *made_so(proof(tile, CAPACITY))))
    if report.expected_back:
        day = day_words(report.expected_back, "l j F")
        label = _("%(service)s: expected back %(day)s") % {"service": name, "day": day}
        found.append(Fact(f"back:{key}", report.expected_back.isoformat(), day, label, *made_so(proof(tile, BACK))))
    return found


def status_fact(key: str, name: str, whole: str, status: str, seq: int, since: datetime | None) -> Fact:
    """Such as "Laboratory (Arlon): activity suspended": true by itself, and nothing in it has to agree with the service.

    `whole` is the service with its sites. Its `about`: the status alone (`bare`), as older texts have it in their sentences.
    """
    word = status_word(status)
    words = _("%(service)s: %(what)s") % {"service": whole, "what": goes_on(status)}
    label = _("%(service)s: %(what)s") % {"service": name, "what": word}
    return Fact(f"status:{key}", status, words, label, seq, since, {"bare": word.lower()})


def goes_on(status: str) -> str:
    """What a status says of any service, for the public."""
    match status:
        case "vital":
            return _("activity maintained")
        case "suspended":
            return _("activity suspended")
        case _other:
            return _("activity restored")


def capacity_fact(key: str, name: str, capacity: int, seq: int, since: datetime | None) -> Fact:
    """Such as: 50 %."""
    words = f"{capacity} %"
    label = _("%(service)s: %(what)s") % {"service": name, "what": words}
    return Fact(f"capacity:{key}", str(capacity), words, label, seq, since)
