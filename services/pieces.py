"""The pieces of the board that every open screen gets: the same for everyone in a language, and nothing personal in them."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from crisis.models import Crisis, JournalEntry
from services.kept import changed_since, forget, still_true
from services.models import Activity, EssentialPeriod, Service, Site, StatusReport
from services.reads import Board, Tile, alarms, board_at, last_changes

Cell = tuple[Site, Tile | None, SafeString | None]
KEPT = 20_000
LAG = timedelta(seconds=30)
"""How long a long transaction may hide an entry of the registry from the beat after it was written."""
_tiles: OrderedDict[tuple[object, ...], SafeString] = OrderedDict()


def tile_piece(tile: Tile) -> SafeString:
    """A tile, rendered once and kept: a board is a join of kept tiles."""
    key = (get_language(), timezone.localtime(tile.moment).date(), *tile.cache_key)
    if key not in _tiles:
        _tiles[key] = mark_safe(render_to_string("services/_tile.html", {"tile": tile}).strip())
        while len(_tiles) > KEPT:
            _tiles.popitem(last=False)
    return _tiles[key]


def matrix(board: Board, sites: set[int]) -> list[tuple[Activity, bool, list[Cell]]]:
    """The rows of the matrix with each tile's piece, of these sites only, without empty rows."""
    rows = []
    for activity, essential, tiles in board.rows:
        cells = [(s, t, tile_piece(t) if t else None) for s, t in zip(board.sites, tiles, strict=True) if s.pk in sites]
        if any(tile for _site, tile, _piece in cells):
            rows.append((activity, essential, cells))
    return rows


def picture(crisis: Crisis, board: Board, site: int | None = None) -> dict[str, Any]:
    """What the board's page is filled with, narrowed to one site when that is asked for."""
    shown = [s for s in board.sites if site in (None, s.pk)]
    return {
        "crisis": crisis,
        "board": board,
        "rows": matrix(board, {s.pk for s in shown}),
        "sites": shown,
        "changes": last_changes(crisis, board.moment, known_at=board.known_at),
    }


def alarm_banner(crisis: Crisis) -> SafeString:
    """The alarms that nobody of the cell has acknowledged: on every page until somebody does."""
    return render_to_string("services/_alarms.html", {"crisis": crisis, "alarms": list(alarms(crisis))})


Frame = Callable[[Crisis, Board, list[Tile], list[StatusReport]], str]
"""These tiles with what stands around them, and the newest reports, on the desk or on a wall."""


def board_pieces(crisis: Crisis, after: int | None) -> str:
    """What changed on the board after a seq; everything when `after` is None."""
    kept, tiles = changed_since(crisis, after)
    return frame(crisis, kept.board, tiles, kept.changes)


def frame(crisis: Crisis, board: Board, tiles: list[Tile], changes: list[StatusReport]) -> str:
    """These tiles, with the counters and the last changes."""
    context = {"crisis": crisis, "board": board, "changes": changes}
    return "".join(tile_piece(tile) for tile in tiles) + render_to_string("services/_around.html", context)


def pieces_by_clock(crisis: Crisis, before: datetime, now: datetime, frame: Frame = frame) -> str:
    """What changed between two beats without an entry of the crisis.

    Facts became overdue, the registry changed, or a day began: then every moment reads otherwise.
    """
    if timezone.localtime(before).date() != timezone.localtime(now).date():
        forget(crisis)
        board = board_at(crisis, now)
        return frame(crisis, board, board.tiles, last_changes(crisis, now))
    hours = timedelta(hours=settings.OVERDUE_HOURS)
    old = StatusReport.objects.filter(crisis=crisis, observed_at__gte=before - hours, observed_at__lt=now - hours)
    if not old.exists() and not registry_changed(before, now):
        still_true(crisis, now)
        return ""
    forget(crisis)
    board = board_at(crisis, now)
    late = [t for t in board.overdue if t.report and before - hours <= t.report.observed_at < now - hours]
    return frame(crisis, board, late, last_changes(crisis, now))


def registry_changed(before: datetime, now: datetime) -> bool:
    """Whether the matrix may have other rows or columns than before; the page compares and loads itself again."""
    ends = Q(since__gt=before, since__lte=now) | Q(until__gt=before, until__lte=now)
    changed = JournalEntry.objects.filter(
        book__crisis=None, verb__startswith="registry.", recorded_at__gt=before - LAG, recorded_at__lte=now
    )
    return changed.exists() or any(model.objects.filter(ends).exists() for model in (Service, Site, EssentialPeriod))


def entries_about_service(entries: "QuerySet[JournalEntry]", key: str) -> "QuerySet[JournalEntry]":
    """The journal's entries about one service: its own, and the confirmations of its whole site."""
    site = key.rpartition("@")[2]
    return entries.filter(Q(subject=f"service:{key}") | Q(verb="site.confirmed", subject=f"site:{site}"))


def service_options() -> list[tuple[str, str]]:
    """The services that the journal can be narrowed to: key and name."""
    return [(service.key, str(service)) for service in Service.objects.select_related("activity", "site")]


def scope_options() -> list[tuple[str, str]]:
    """What a site lead or ward manager can answer for: each site, then each service."""
    services = list(Service.objects.select_related("activity", "site"))
    sites = {f"site:{service.site.key}": service.site.name for service in services}
    return [*sites.items(), *((f"service:{service.key}", str(service)) for service in services)]
