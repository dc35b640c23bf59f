"""Capacity of a service over time, as coordinates for an SVG that the server renders. No script, no picture file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from crisis.models import Crisis
from services.models import Status, StatusReport

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 860, 200, 44, 12, 34


@dataclass(frozen=True)
class Band:
    """A stretch of time with one status: x and width in pixels."""

    status: str
    x: float
    width: float


def height_of(report: StatusReport) -> float | None:
    """Percent of normal that a report stands for: what it says; 0 when suspended; None when nobody said."""
    if report.capacity is not None:
        return report.capacity
    return 0 if report.status == Status.SUSPENDED else None


def plot(crisis: Crisis, newest_first: list[StatusReport], until: datetime | None = None) -> dict[str, Any] | None:
    """Bands of status, steps of known capacity and day ticks; None when there is nothing to draw."""
    reports = sorted(newest_first, key=lambda r: (r.observed_at, r.seq, r.pk))
    if not reports:
        return None
    start, end = crisis.started_at, until or crisis.closed_at or timezone.now()
    last = reports[-1].observed_at
    # Long silence after the last report would squeeze what happened into a corner.
    end = min(end, last + max((last - start) / 4, timedelta(hours=12)))
    span = max((end - start).total_seconds(), 1)

    def x(moment: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT) * (moment - start).total_seconds() / span, 1)

    def y(percent: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - percent / 100), 1)

    ends = [report.observed_at for report in reports[1:]] + [end]
    stretches = list(zip(reports, ends, strict=True))
    bands = [Band(r.status, x(r.observed_at), round(x(to) - x(r.observed_at), 1)) for r, to in stretches]
    lines = [(x(r.observed_at), x(to), y(p), round(p)) for r, to in stretches if (p := height_of(r)) is not None]
    return {
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "top": TOP, "floor": HEIGHT - BOTTOM,
        "band_height": HEIGHT - TOP - BOTTOM, "edge": HEIGHT - BOTTOM - 5, "bands": bands,
        "lines": [{"x1": a, "x2": b, "y": at, "percent": p} for a, b, at, p in lines],
        "grid": [{"y": y(p), "percent": p} for p in (0, 50, 100)],
        "ticks": [{"x": x(moment), "moment": moment} for moment in ticks(start, end) if x(moment) < WIDTH - 40],
        "label_y": HEIGHT - 12,
    }  # fmt: skip


def ticks(start: datetime, end: datetime) -> list[datetime]:
    """At most eight midnights, evenly spaced, in the zone in force."""
    first = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = max((end - first).days + 1, 0)
    step = max(1, -(-days // 8))
    return [first + timedelta(days=n) for n in range(0, days, step)]
