"""What the heart puts on a wall: alarms, counters, the matrix, the last changes. Nothing to click, nobody touches it."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from crisis.models import Crisis
from services.models import Status
from services.pieces import changed, matrix, pieces_by_clock, tile_piece
from services.reads import Board, Tile, alarms, board_at, last_changes

CHANGES = 8
"""The newest reports that a wall lists; it shows as many as fit."""


def around(crisis: Crisis, board: Board) -> dict[str, Any]:
    """What the pieces around the matrix are made of. The alarm is what is down now; it is calm once the cell has seen it."""
    changes = last_changes(crisis, board.moment, CHANGES)
    down = [tile for tile in board.tiles if tile.essential and tile.status == Status.SUSPENDED]
    unseen = set(alarms(crisis).values_list("service", flat=True))
    calm = not unseen & {tile.service.pk for tile in down}
    return {"crisis": crisis, "board": board, "changes": changes, "down": down, "calm": calm}


def wall_places(crisis: Crisis, sites: set[str]) -> dict[str, str]:
    """The places of a wall that shows these sites (keys; none = all). Counters and changes are always of the whole crisis."""
    board = board_at(crisis)
    shown = {site.pk for site in board.sites if not sites or site.key in sites}
    context = around(crisis, board) | {
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


def wall_frame(crisis: Crisis, board: Board, tiles: list[Tile]) -> str:
    """These tiles, with what stands around them on a wall."""
    pieces = "".join(tile_piece(tile) for tile in tiles)
    return pieces + render_to_string("services/_wall_around.html", around(crisis, board))


def wall_pieces(crisis: Crisis, after: int | None) -> str:
    """What changed after a seq; everything when `after` is None."""
    return wall_frame(crisis, *changed(crisis, after))


def wall_by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """What changed by the clock alone."""
    return pieces_by_clock(crisis, before, now, wall_frame)
