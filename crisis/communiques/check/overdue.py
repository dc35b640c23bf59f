"""What holds on the board, but nobody confirmed in time: the board says *to reconfirm*, and the public is told to call."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from crisis.communiques.check import wording
from crisis.communiques.check.situation import Finding, Situation
from crisis.communiques.proofs import RUNNING
from crisis.facts import Fact
from services.reads import Tile


def of_tiles(said: str, tiles: Iterable[Tile], fact: str) -> list[Finding]:
    """A tick's reserve: which of its services nobody confirmed in time, and since when; the entry is the oldest one's.

    `fact`: what it is about, "" when it is about no service in particular.
    """
    late = [tile for tile in tiles if tile.overdue]
    reports = [tile.report for tile in late if tile.report]
    if not reports:
        return []
    oldest, moments = min(reports, key=lambda report: report.observed_at), {report.observed_at for report in reports}
    alike = len({tile.service.activity_id for tile in late}) == 1
    where = wording.listed(tile.service.site for tile in late) if alike else wording.services(late)
    told = {"where": where, "moment": wording.moment(oldest.observed_at)}
    if len(moments) == 1:
        board = _("not reconfirmed since %(moment)s: %(where)s") % told
    else:
        board = _("not reconfirmed: %(where)s, the oldest since %(moment)s") % told
    return [Finding("overdue", said, board, oldest.seq, fact)]


def of_measure(said: str, fact: Fact) -> list[Finding]:
    """The same of a measure that was not reviewed when it was due: it stays in force."""
    if not fact.about.get("overdue"):
        return []
    return [Finding("overdue", said, _("To reconfirm, still applies"), fact.seq, fact.key)]


def of_fact(said: str, fact: Fact, situation: Situation) -> list[Finding]:
    """The same of an inserted fact."""
    if fact.kind == "measure":
        return of_measure(said, fact)
    name = fact.key.partition(":")[2]
    match fact.kind, name:
        case "status" | "capacity" | "back", _name:
            tiles = [t for t in situation.board.tiles if name in {t.service.key, t.service.activity.key}]
        case "count", "essential":
            tiles = [t for t in situation.board.tiles if t.essential and t.status in RUNNING]
        case "count", _name:
            tiles = [t for t in situation.board.tiles if t.status == name]
        case _other:
            tiles = []
    return of_tiles(said, tiles, about(fact.key))


def about(key: str) -> str:
    """The service that a fact is about, whether it says its status, its capacity or its return: one reserve for all."""
    kind, _colon, name = key.partition(":")
    return f"status:{name}" if kind in {"capacity", "back"} else key
