"""The board of now, kept between two entries: a change reads what changed, not everything again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from crisis.frames import verbs_since
from crisis.models import Crisis
from services.models import StatusReport
from services.reads import TEXTS, Board, Tile, board_at, last_changes

TRUSTED = timedelta(seconds=15)
"""How long a kept board stands for now unless a beat says that the clock and the registry changed nothing."""
CHANGES = 12
"""The newest reports that are kept with it."""


@dataclass
class Kept:
    """A board, its newest reports, and until when it may stand for now."""

    board: Board
    changes: list[StatusReport]
    until: datetime


_kept: dict[int, Kept] = {}


def still_true(crisis: Crisis, now: datetime) -> None:
    """A beat found that nothing changed by the clock: the kept board stands a while longer."""
    if (kept := _kept.get(crisis.pk)) and kept.until >= now:
        kept.until = now + TRUSTED


def forget(crisis: Crisis) -> None:
    """The clock or the registry changed something: the next change reads everything."""
    _kept.pop(crisis.pk, None)


def changed_since(crisis: Crisis, after: int | None) -> tuple[Kept, list[Tile]]:
    """The board of now, and its tiles that changed after a seq; all of them when `after` is None or a text was masked."""
    kept, head, now = _kept.get(crisis.pk), crisis.book.head_seq, timezone.now()
    everything = after is None or "text.masked" in verbs_since(crisis, after)
    if everything or kept is None or kept.until < now or kept.board.seq > head:
        kept = read(crisis)
    elif kept.board.seq < head:
        kept = patched(crisis, kept, now) or read(crisis)
    _kept[crisis.pk] = kept
    return kept, [t for t in kept.board.tiles if everything or (t.report and t.report.seq > (after or 0))]


def patched(crisis: Crisis, kept: Kept, now: datetime) -> Kept | None:
    """What was kept, with the services that were reported since; None when that does not do (a late report, a new service)."""
    found = StatusReport.objects.filter(crisis=crisis, seq__gt=kept.board.seq).select_related(*TEXTS).order_by()
    tiles = {tile.service.pk: tile for tile in kept.board.tiles}
    new = sorted(found, key=lambda r: (r.observed_at, r.seq, r.pk))
    for report in new:
        tile = tiles.get(report.service_id)
        if tile is None or (tile.report and tile.report.observed_at > report.observed_at):
            return None
        report.service = tile.service
        same = tile.report and tile.report.status == report.status
        report.changed_at = tile.since if same else report.observed_at  # type: ignore[attr-defined]
        tiles[report.service_id] = replace(tile, report=report, moment=now)
    changes = sorted([*new, *kept.changes], key=lambda r: (r.observed_at, r.seq, r.pk), reverse=True)[:CHANGES]
    board = Board(crisis, now, None, crisis.book.head_seq, list(tiles.values()))
    vars(board)["shape"] = kept.board.shape  # of the same services: a hash over all their names
    return Kept(board, changes, kept.until)


def read(crisis: Crisis) -> Kept:
    """Everything, from the database."""
    board = board_at(crisis)
    return Kept(board, last_changes(crisis, board.moment, CHANGES), board.moment + TRUSTED)
