"""What the heart puts on a wall: alarms, counters, the matrix, the last changes. Nothing to click, nobody touches it."""

from collections import OrderedDict
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from crisis.models import Crisis
from services.kept import changed_since
from services.models import Status, StatusReport
from services.pieces import KEPT, matrix, pieces_by_clock, tile_piece
from services.reads import Board, Tile, alarms, board_at, last_changes

CHANGES = 8
"""The newest reports that a wall lists; it shows as many as fit."""


_lines: OrderedDict[tuple[object, ...], SafeString] = OrderedDict()


def line_piece(report: StatusReport, board: Board) -> SafeString:
    """A line of the last changes, rendered once and kept, as a tile is."""
    hidden = tuple(bool(text and text.masked_at) for text in (report.note, report.remains))
    key = (get_language(), timezone.localtime(board.moment).date(), report.pk, hidden)
    if key not in _lines:
        _lines[key] = mark_safe(render_to_string("services/_wall_change.html", {"r": report, "board": board}).strip())
        while len(_lines) > KEPT:
            _lines.popitem(last=False)
    return _lines[key]


def around(crisis: Crisis, board: Board, changes: list[StatusReport]) -> dict[str, Any]:
    """What the pieces around the matrix are made of. The alarm is what is down now; it is calm once the cell has seen it."""
    lines = [line_piece(report, board) for report in changes[:CHANGES]]
    down = [tile for tile in board.tiles if tile.essential and tile.status == Status.SUSPENDED]
    unseen = set(alarms(crisis).values_list("service", flat=True)) if down else set()
    calm = not unseen & {tile.service.pk for tile in down}
    return {"crisis": crisis, "board": board, "lines": lines, "down": down, "calm": calm}


def wall_places(crisis: Crisis, sites: set[str]) -> dict[str, str]:
    """The places of a wall that shows these sites (keys; none = all). Counters and changes are always of the whole crisis."""
    board = board_at(crisis)
    shown = {site.pk for site in board.sites if not sites or site.key in sites}
    context = around(crisis, board, last_changes(crisis, board.moment, CHANGES)) | {
        "sites": [site for site in board.sites if site.pk in shown],
        "rows": matrix(board, shown),
    }
    return {
        "alarms": render_to_string("services/_wall_alarms.html", context),
        "counters": render_to_string("services/_counters.html", context),
        "situation": render_to_string("services/_wall_matrix.html", context)
        + render_to_string("services/_shape.html", context),
        "changes": render_to_string("services/_wall_changes.html", context),
    }


def wall_frame(crisis: Crisis, board: Board, tiles: list[Tile], changes: list[StatusReport]) -> str:
    """These tiles, with what stands around them on a wall."""
    pieces = "".join(tile_piece(tile) for tile in tiles)
    return pieces + render_to_string("services/_wall_around.html", around(crisis, board, changes))


def wall_pieces(crisis: Crisis, after: int | None) -> str:
    """What changed after a seq; everything when `after` is None."""
    kept, tiles = changed_since(crisis, after)
    return wall_frame(crisis, kept.board, tiles, kept.changes)


def wall_by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """What changed by the clock alone."""
    return pieces_by_clock(crisis, before, now, wall_frame)
