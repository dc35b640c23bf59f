"""Questions of the heart, first of all: what did the board say at a moment, as known then or as known now?"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from crisis.models import Crisis
from services.models import NOT_ASSESSED, Activity, EssentialPeriod, Service, Site, Status, StatusReport
from services.opening.catalogue import kind_named

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
TEXTS = ["remains", "note", "public_note", "source", "reason"]


def in_force(moment: datetime) -> Q:
    """The condition on a row with `since` and `until` that it holds at a moment."""
    return (Q(since=None) | Q(since__lte=moment)) & (Q(until=None) | Q(until__gt=moment))


def existed(service: Service, moment: datetime) -> bool:
    """Whether the service was open in the registry at a moment."""
    return (service.since is None or service.since <= moment) and (service.until is None or moment < service.until)


def is_essential(service: Service, moment: datetime) -> bool:
    """Whether its activity was essential at a moment."""
    return EssentialPeriod.objects.filter(in_force(moment), activity=service.activity_id).exists()


def visit_to(activity: Activity) -> str:
    """How patients come to an activity, as the catalogue has it: "appointment", "open" (by themselves), "emergency".

    "care" is for who is there already, to "support" nobody comes; "" when the catalogue does not know it.
    """
    kind = kind_named(activity.key, activity.names.values())
    return kind.visit if kind else ""


def reports_by(crisis: Crisis, moment: datetime, known_at: datetime | None) -> "QuerySet[StatusReport]":
    """The reports that a board at `moment` may use: observed by then, and known by then when that is asked."""
    found = StatusReport.objects.filter(crisis=crisis, observed_at__lte=moment)
    return found.filter(recorded_at__lte=known_at) if known_at else found


def newest_reports(crisis: Crisis, moment: datetime, known_at: datetime | None = None) -> "QuerySet[StatusReport]":
    """The newest report of each service observed by `moment`, with `changed_at`: since when its status holds.

    One query whatever the number of reports: each service looks its own up in an index.
    """
    own = reports_by(crisis, moment, known_at).filter(service=OuterRef("pk")).order_by("-observed_at", "-seq", "-pk")
    newest = Service.objects.annotate(newest=Subquery(own.values("pk")[:1])).exclude(newest=None).values("newest")
    reports = reports_by(crisis, moment, known_at)
    other = (
        reports.filter(service=OuterRef("service"), observed_at__lt=OuterRef("observed_at"))
        .exclude(status=OuterRef("status"))
        .order_by("-observed_at")
    )
    return (
        StatusReport.objects.filter(pk__in=newest)
        .annotate(other_at=Coalesce(Subquery(other.values("observed_at")[:1]), Value(LONG_AGO)))
        .annotate(
            changed_at=Subquery(
                reports.filter(service=OuterRef("service"), status=OuterRef("status"))
                .filter(observed_at__gt=OuterRef("other_at"))
                .order_by("observed_at")
                .values("observed_at")[:1]
            )
        )
        .select_related(*TEXTS, "entry", "service__activity", "service__site")
        .defer("entry__data")  # an entry that confirms a site tells all of it: as many times as it has services
    )


def newest_report(crisis: Crisis, service: Service, moment: datetime | None = None) -> StatusReport | None:
    """The newest report of one service observed by `moment` (None: whatever its moment)."""
    found = StatusReport.objects.filter(crisis=crisis, service=service).select_related(*TEXTS)
    if moment:
        found = found.filter(observed_at__lte=moment)
    return found.order_by("-observed_at", "-seq", "-pk").first()


@dataclass(frozen=True)
class Tile:
    """A service as the board shows it at a moment: its newest report, or none yet."""

    service: Service
    report: StatusReport | None
    essential: bool
    moment: datetime

    @property
    def status(self) -> str:
        """vital, suspended, restored or not_assessed."""
        return self.report.status if self.report else NOT_ASSESSED

    @property
    def since(self) -> datetime | None:
        """Since when the status holds without a break."""
        return (getattr(self.report, "changed_at", None) or self.report.observed_at) if self.report else None

    @cached_property
    def overdue(self) -> bool:
        """Whether it is essential and nobody confirmed it for OVERDUE_HOURS."""
        limit = self.moment - timedelta(hours=settings.OVERDUE_HOURS)
        return self.essential and self.report is not None and self.report.observed_at < limit

    @property
    def cache_key(self) -> tuple[object, ...]:
        """What the picture of the tile depends on, but for the language."""
        report = self.report
        if report is None:
            return (self.service.pk, None, self.essential)
        masked = tuple(bool(text and text.masked_at) for text in (getattr(report, name) for name in TEXTS))
        return (self.service.pk, report.pk, self.since, self.essential, self.overdue, masked)


@dataclass(frozen=True)
class Board:
    """The state of every service of a crisis at a moment. `seq` is the journal's number it was read after."""

    crisis: Crisis
    moment: datetime
    known_at: datetime | None
    seq: int
    tiles: list[Tile] = field(default_factory=list)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many services are vital, suspended, restored, not assessed."""
        found = Counter(tile.status for tile in self.tiles)
        return {status: found[status] for status in [*Status.values, NOT_ASSESSED]}

    @cached_property
    def essential(self) -> dict[str, int]:
        """Of the essential services: assured (vital or restored), suspended, not assessed, and all."""
        found = Counter(tile.status for tile in self.tiles if tile.essential)
        assured = found[Status.VITAL] + found[Status.RESTORED]
        return {
            "assured": assured,
            "suspended": found[Status.SUSPENDED],
            "not_assessed": found[NOT_ASSESSED],
            "total": found.total(),
        }

    @cached_property
    def overdue(self) -> list[Tile]:
        """What somebody has to confirm."""
        return [tile for tile in self.tiles if tile.overdue]

    @cached_property
    def to_verify(self) -> list[Tile]:
        """What somebody has to verify."""
        return [tile for tile in self.tiles if tile.report and tile.report.to_verify]

    @cached_property
    def last_change(self) -> datetime | None:
        """When the newest fact on the board was observed."""
        return max((tile.report.observed_at for tile in self.tiles if tile.report), default=None)

    @cached_property
    def shape(self) -> str:
        """What the rows and columns of the matrix depend on: an open page with another one loads itself again."""
        rows = [(t.service.pk, t.essential, t.service.activity.names, t.service.site.names) for t in self.tiles]
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]

    @cached_property
    def sites(self) -> list[Site]:
        """The sites of the matrix, in order."""
        return sorted({tile.service.site for tile in self.tiles}, key=lambda site: (site.order, site.pk))

    @cached_property
    def rows(self) -> list[tuple[Activity, bool, list[Tile | None]]]:
        """The matrix: each activity, whether it is essential, and its tile at each site (None where it does not exist)."""
        at = {(tile.service.activity_id, tile.service.site_id): tile for tile in self.tiles}
        activities = {tile.service.activity: tile.essential for tile in self.tiles}
        ordered = sorted(activities, key=lambda activity: (activity.order, activity.pk))
        return [(a, activities[a], [at.get((a.pk, site.pk)) for site in self.sites]) for a in ordered]


def services_at(moment: datetime) -> "QuerySet[Service]":
    """The registry as it was at a moment: each open service, with `essential`."""
    essential = EssentialPeriod.objects.filter(in_force(moment), activity=OuterRef("activity"))
    open_sites = Q(site__in=Site.objects.filter(in_force(moment)))
    return (
        Service.objects.filter(in_force(moment), open_sites)
        .annotate(essential=Exists(essential))
        .select_related("activity", "site")
    )


def board_at(crisis: Crisis, moment: datetime | None = None, known_at: datetime | None = None) -> Board:
    """What the cell's board says of `moment` (None: now); with `known_at`, only what the cell knew then.

    Three queries whatever the size: the journal's head (read first, so that no change is missed), services, newest reports.
    """
    head = Crisis.objects.filter(pk=crisis.pk).values_list("book__head_seq", flat=True).get() or 0
    moment = moment or timezone.now()
    reports = {report.service_id: report for report in newest_reports(crisis, moment, known_at)}
    tiles = [
        Tile(service, reports.get(service.pk), bool(getattr(service, "essential", False)), moment)
        for service in services_at(moment)
    ]
    return Board(crisis, moment, known_at, head, tiles)


def to_assess(crisis: Crisis) -> list[Service]:
    """The essential services that nobody has reported in this crisis, in the order of the board: what is asked first."""
    reported = StatusReport.objects.filter(crisis=crisis, service=OuterRef("pk"))
    return [s for s in services_at(timezone.now()).filter(~Exists(reported)) if getattr(s, "essential", False)]


def tile_of(crisis: Crisis, service: Service) -> Tile:
    """One service as the board shows it now."""
    now = timezone.now()
    report = newest_reports(crisis, now).filter(service=service).first()
    return Tile(service, report, is_essential(service, now), now)


def alarms(crisis: Crisis) -> "QuerySet[StatusReport]":
    """The alarms that nobody of the cell has acknowledged, oldest first; `status_now` is what the board says of the service."""
    newest = reports_by(crisis, timezone.now(), None).filter(service=OuterRef("service"))
    found = StatusReport.objects.filter(crisis=crisis, alarm=True, acknowledgement=None)
    found = found.annotate(status_now=Subquery(newest.order_by("-observed_at", "-seq", "-pk").values("status")[:1]))
    return found.select_related("service__activity", "service__site", "reason").order_by("seq")


def last_changes(
    crisis: Crisis, moment: datetime | None = None, count: int = 12, *, known_at: datetime | None = None
) -> list[StatusReport]:
    """The newest reports up to a moment, newest first: what everyone who sees the board may see of the journal."""
    found = reports_by(crisis, moment or timezone.now(), known_at)
    return list(
        found.select_related("service__activity", "service__site", "note", "remains").order_by(
            "-observed_at", "-seq", "-pk"
        )[:count]
    )


def history(crisis: Crisis, service: Service) -> "QuerySet[StatusReport]":
    """Everything reported of a service, newest first."""
    found = StatusReport.objects.filter(crisis=crisis, service=service).select_related(*TEXTS, "entry")
    return found.defer("entry__data").order_by("-observed_at", "-seq", "-pk")


def moments_around(crisis: Crisis, moment: datetime) -> tuple[datetime | None, datetime | None]:
    """The last change before a moment and the first after it, to step through the past."""
    found = StatusReport.objects.filter(crisis=crisis).aggregate(
        before=Max("observed_at", filter=Q(observed_at__lt=moment)),
        after=Min("observed_at", filter=Q(observed_at__gt=moment, observed_at__lte=timezone.now())),
    )
    return found["before"], found["after"]
