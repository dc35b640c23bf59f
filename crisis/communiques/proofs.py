"""Which entry of the journal made the board say what it says: since when a fact of a service holds without a break.

The newest report of a service is often a mere confirmation: it shows that a fact still holds, not since when.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from services.models import NOT_ASSESSED, Status, StatusReport
from services.reads import LONG_AGO, Board, Tile, reports_by

STATUS, ASSURED, ASSESSED = "status", "assured", "assessed"
CAPACITY, BACK = "capacity", "expected_back"
"""What is proved of a service: its status, that it is not suspended, that somebody reported it, its percentage, its return."""
SAME = {name: Q(**{name: OuterRef(name)}) for name in (STATUS, CAPACITY, BACK)} | {
    ASSURED: ~Q(status=Status.SUSPENDED),
    ASSESSED: Q(pk__isnull=False),
}
"""The reports that say the same of it as the newest one."""
RUNNING = frozenset({Status.VITAL, Status.RESTORED})


@dataclass(frozen=True)
class Proof:
    """Since when something holds, and the number of the entry that says so first. `before`: the status until then ("": none)."""

    at: datetime
    seq: int
    before: str = ""


@dataclass(frozen=True)
class ProvedTile(Tile):
    """A tile with the proofs of its facts, by their names in `SAME`."""

    proofs: dict[str, Proof] = field(default_factory=dict)


def proved(board: Board) -> Board:
    """The same board with the proof of every fact: one query whatever its size."""
    rows = {row["pk"]: row for row in began(board)}
    return replace(board, tiles=[proved_tile(tile, rows) for tile in board.tiles])


def began(board: Board) -> "QuerySet[StatusReport, dict[str, Any]]":
    """For each newest report: when each of its facts began, the number of that entry, and the status before."""
    mine = reports_by(board.crisis, board.moment, board.known_at).filter(service=OuterRef("service"))
    earlier = mine.filter(observed_at__lte=OuterRef("observed_at")).order_by("-observed_at", "-seq", "-pk")
    found = StatusReport.objects.filter(pk__in=[tile.report.pk for tile in board.tiles if tile.report])
    for name, same in SAME.items():
        other, run = earlier.exclude(same), mine.filter(same).order_by("observed_at", "seq", "pk")
        found = found.annotate(
            **{f"{name}_other": Coalesce(Subquery(other.values("observed_at")[:1]), Value(LONG_AGO))}
        )
        first = run.filter(observed_at__gt=OuterRef(f"{name}_other"))
        found = found.annotate(
            **{
                f"{name}_{part}": Subquery(first.values(column)[:1])
                for part, column in (("at", "observed_at"), ("seq", "seq"))
            },
            **{f"{name}_before": Subquery(other.values("status")[:1])},
        )
    rows: QuerySet[StatusReport, dict[str, Any]] = found.values(
        "pk", *(f"{name}_{part}" for name in SAME for part in ("at", "seq", "before"))
    )
    return rows


def proved_tile(tile: Tile, rows: dict[int, dict[str, Any]]) -> Tile:
    """A tile with its proofs; what has no row of its own is proved by its newest report."""
    row = rows.get(tile.report.pk) if tile.report else None
    proofs = {
        name: Proof(row[f"{name}_at"], row[f"{name}_seq"], row[f"{name}_before"] or "")
        for name in SAME
        if row and row[f"{name}_seq"]
    }
    return ProvedTile(tile.service, tile.report, tile.essential, tile.moment, proofs)


def proof(tile: Tile, name: str) -> Proof | None:
    """What proves a fact of a service: the entry that said it first, else its newest report; None before any."""
    if tile.report is None:
        return None
    known = tile.proofs.get(name) if isinstance(tile, ProvedTile) else None
    return known or Proof(tile.report.observed_at, tile.report.seq)


def order(one: Proof) -> tuple[datetime, int]:
    """By their moments, then as they were written."""
    return one.at, one.seq


def proofs_of(tiles: Iterable[Tile], name: str) -> list[Proof]:
    """The same of several services, the one that changed last at the end."""
    return sorted((found for tile in tiles if (found := proof(tile, name))), key=order)


def counted(tiles: Iterable[Tile], statuses: Collection[str]) -> Proof | None:
    """What made so many services be in one of some statuses: the last one that came to them or left them."""
    if NOT_ASSESSED in statuses:
        return max(proofs_of(tiles, ASSESSED), key=order, default=None)
    parted = set(statuses) in ({Status.SUSPENDED}, set(RUNNING))  # then what counts is suspended or not
    found = []
    for tile in tiles:
        run = proof(tile, ASSURED if parted and tile.status != Status.SUSPENDED else STATUS)
        if run and (tile.status in statuses or run.before in statuses):
            found.append(run)
    return max(found, key=order, default=None)
