"""Questions about meetings: which comes next, which measures are in force at a moment, what contradicts the board."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from holidays import country_holidays

from crisis.accounts.models import User
from crisis.meetings.models import (
    GROUP,
    Act,
    Charge,
    Kind,
    Measure,
    Meeting,
    Review,
    Seal,
    State,
    Wording,
)
from crisis.models import Crisis, JournalEntry, Member
from crisis.roles import allowed, memberships
from services.models import Activity, Site, Status
from services.reads import Board, Tile

WORDS = ["text", "exempt", "advice", "exception"]
NOT_LATE = Q(known_at=None) | Q(ended_at__isnull=False)
"""Not a past meeting that somebody is writing down: it is in progress for them alone."""


@dataclass(frozen=True)
class Standing:
    """A measure as it stands at a moment: what it says, since when, when it was last reviewed, and how often renewed.

    `overdue`: nobody reviewed it when it was due; it applies all the same. `now`: what the meeting in progress did to it.
    `seq`: the journal's number of the act that gave it its words.
    """

    measure: Measure
    wording: Wording
    decided_at: datetime
    reviewed_at: datetime
    renewals: int
    overdue: bool
    now: Review | None = None
    seq: int = 0

    def covers(self, tile: Tile) -> bool:
        """Whether a service is in its scope."""
        sites, wording = self.wording.sites, self.wording
        return tile.service.activity.key in wording.activities and (not sites or tile.service.site.key in sites)


def members_of(crisis: Crisis) -> list[User]:
    """The members of a crisis with an account that is open, by name: whom a meeting can tick."""
    held = Member.objects.filter(crisis=crisis, until=None).values("user")
    found = User.objects.filter(pk__in=held, is_active=True)
    return sorted(found, key=lambda user: str(user).casefold())


def in_charge(meeting: Meeting) -> dict[str, Charge]:
    """Who chairs the meeting and who holds its pen, by `Duty`: the newest of each."""
    charges = meeting.charges.select_related("attendee__user", "attendee__name").order_by("pk")
    return {charge.duty: charge for charge in charges}


def running(crisis: Crisis, cell: str) -> Meeting | None:
    """The meeting of a cell that is in progress."""
    return Meeting.objects.filter(
        crisis=crisis, cell=cell, ended_at=None, cancelled_at=None, opened_at__isnull=False
    ).first()


def listed(crisis: Crisis) -> "QuerySet[Meeting]":
    """Every meeting, by when it was or is to be held, the latest first.

    `sealed`: its minutes are. `passed_over`: announced, never held, and the cell has met since.
    """
    later = Meeting.objects.filter(
        crisis=OuterRef("crisis"), cell=OuterRef("cell"), opened_at__gte=OuterRef("scheduled_at")
    )
    found = Meeting.objects.filter(crisis=crisis).select_related("title", "decides", "duty_contact")
    found = found.annotate(sealed=Exists(Seal.objects.filter(meeting=OuterRef("pk"))))
    passed_over = ExpressionWrapper(Q(opened_at=None) & Exists(later), output_field=BooleanField())
    return found.annotate(passed_over=passed_over).order_by(Coalesce("opened_at", "scheduled_at").desc(), "-number")


def meeting_before(meeting: Meeting) -> Meeting | None:
    """The meeting of the same cell that was held before this one."""
    held = Meeting.objects.filter(
        crisis=meeting.crisis_id, cell=meeting.cell, ended_at__isnull=False, cancelled_at=None
    )
    return held.filter(opened_at__lt=meeting.at).exclude(pk=meeting.pk).order_by("opened_at", "number").last()


def meeting_after(meeting: Meeting) -> Meeting | None:
    """The meeting that it announced."""
    if meeting.next_at is None:
        return None
    found = Meeting.objects.filter(crisis=meeting.crisis_id, cell=meeting.cell, scheduled_at=meeting.next_at)
    return found.select_related("duty_contact").order_by("number").last()


def cell_words(cell: str) -> str:
    """Whose meeting it is."""
    if cell == GROUP:
        return _("cell of the group")
    return (
        _("IT cell")
        if cell == "it"
        else _("cell of %(site)s") % {"site": registry_names()["sites"].get(cell[5:], cell)}
    )


def cells_for(user: User | None, crisis: Crisis) -> list[tuple[str, str]]:
    """The cells whose meetings a person may hold: key and name; the group's first, then sites', then IT's."""
    sites = [(f"site:{site.key}", _("cell of %(site)s") % {"site": site.name}) for site in Site.objects.all()]
    everyone = [(GROUP, _("cell of the group")), *sites, ("it", _("IT cell"))]
    held = memberships(user, crisis) if user else []
    return [(key, name) for key, name in everyone if user is None or allowed(held, "hold meetings", [key])]


def ahead(crisis: Crisis) -> Meeting | None:
    """The meeting in progress, or the one that is announced next; one whose hour has passed still waits to be opened."""
    waiting = listed(crisis).filter(Q(passed_over=False), NOT_LATE, ended_at=None, cancelled_at=None)
    return waiting.order_by(F("opened_at").asc(nulls_last=True), "scheduled_at", "number").first()


def due_since(crisis: Crisis, moment: datetime) -> dict[str, datetime]:
    """Of each cell, the moment that a measure must have been reviewed since: its last ordinary meeting.

    The one it announced counts too, once its hour has passed without any: measures stay in force and wait.
    """
    found: dict[str, datetime] = {}
    ordinary = Meeting.objects.filter(crisis=crisis, kind=Kind.ORDINARY, cancelled_at=None)
    for meeting in ordinary.filter(ended_at__lte=moment).order_by("ended_at", "number"):
        found[meeting.cell] = meeting.ended_at  # type: ignore[assignment]
        if meeting.next_at and meeting.next_at <= moment:
            found[meeting.cell] = meeting.next_at
    for meeting in ordinary.filter(NOT_LATE, opened_at__lte=moment, ended_at=None):
        found.pop(meeting.cell, None)  # it is being reviewed
    return found


def sites_left(found: Standing, board: Board) -> list[str]:
    """The sites of a measure's scope but for those that the board contradicts: the amendment that is offered."""
    out = {tile.service.site.key for tile in contradictions(found, board)}
    return [
        site.key
        for site in board.sites
        if site.key not in out and any(found.covers(tile) for tile in board.tiles if tile.service.site == site)
    ]


def acts_by_measure(crisis: Crisis) -> dict[Measure, list[Review]]:
    """What meetings did to each measure, in the order of the meetings: one query, whatever their history.

    Of several acts of one meeting the last counts; a cancelled meeting did nothing.
    """
    reviews = Review.objects.filter(measure__crisis=crisis, meeting__cancelled_at=None).select_related(
        "measure", "meeting", "entry", "wording", *(f"wording__{name}" for name in WORDS)
    )
    newest: dict[Measure, dict[int, Review]] = defaultdict(dict)
    for review in reviews.defer("entry__data").order_by("pk"):
        newest[review.measure][review.meeting_id] = review
    return {
        measure: sorted(by_meeting.values(), key=lambda r: (r.meeting.at, r.pk))
        for measure, by_meeting in newest.items()
    }


def last_wording(acts: Sequence[Review]) -> Wording | None:
    """The words after these acts; None when nothing was decided."""
    return next((review.wording for review in reversed(acts) if review.wording), None)


def measures_at(crisis: Crisis, moment: datetime) -> list[Standing]:
    """The measures in force at a moment, in order of their numbers. Three queries whatever their history."""
    due = due_since(crisis, moment)
    found = [standing(measure, acts, moment, due) for measure, acts in acts_by_measure(crisis).items()]
    return sorted((s for s in found if s), key=lambda s: s.measure.number)


def standing(measure: Measure, acts: Sequence[Review], moment: datetime, due: dict[str, datetime]) -> Standing | None:
    """One measure from what meetings did to it; None before it is decided and once it is lifted."""
    ended = {r: r.meeting.ended_at for r in acts if r.meeting.ended_at and r.meeting.ended_at <= moment}
    told, wording = list(ended), last_wording(list(ended))
    if wording is None or told[-1].act == Act.LIFTED:
        return None
    now = next((r for r in acts if r.meeting.at <= moment and r not in ended), None)
    renewals = sum(review.act in {Act.RENEWED, Act.AMENDED} for review in told)
    first, last = ended[told[0]], ended[told[-1]]
    overdue = measure.cell in due and last < due[measure.cell]
    seq = next(review.entry.seq for review in reversed(told) if review.wording)
    return Standing(measure, wording, first, last, renewals, overdue, now, seq)


def undecided(meeting: Meeting, now: datetime) -> list[Standing]:
    """The measures that an ordinary meeting has to review and has not yet."""
    if meeting.kind != Kind.ORDINARY:
        return []
    mine = [s for s in measures_at(meeting.crisis, now) if s.measure.cell == meeting.cell]
    return [s for s in mine if s.now is None or s.now.meeting_id != meeting.pk]


def contradictions(found: Standing, board: Board) -> list[Tile]:
    """The services in a measure's scope of which the board says that they run again: its scope is to be amended."""
    return [tile for tile in board.tiles if tile.status == Status.RESTORED and found.covers(tile)]


def lives(crisis: Crisis) -> dict[Measure, list[Review]]:
    """Each measure that was ever in force, with what meetings that are over did to it, newest first."""
    found = {m: [r for r in reversed(acts) if r.meeting.ended_at] for m, acts in acts_by_measure(crisis).items()}
    return {measure: life for measure, life in found.items() if life}


@dataclass(frozen=True)
class Row:
    """A measure on a meeting's page: what it says, what this meeting did, how it stood and what it said before (None: new)."""

    measure: Measure
    wording: Wording
    review: Review | None
    standing: Standing | None = None
    before: Wording | None = None


def rows_of(meeting: Meeting, now: datetime) -> list[Row]:
    """The measures of a meeting, in order: those it reviewed or decided and, while it is in progress, those left to it."""
    left: dict[Measure, Standing] = {}
    if meeting.state == State.RUNNING:
        left = {s.measure: s for s in measures_at(meeting.crisis, now) if s.measure.cell == meeting.cell}
    rows = []
    for measure, acts in acts_by_measure(meeting.crisis).items():
        until = [r for r in acts if r.meeting.at <= meeting.at]
        own, wording = next((r for r in until if r.meeting_id == meeting.pk), None), last_wording(until)
        if wording and (own or measure in left):
            before = last_wording([r for r in until if r.meeting_id != meeting.pk])
            rows.append(Row(measure, wording, own, left.get(measure), before))
    return sorted(rows, key=lambda row: row.measure.number)


def wording_of(measure: Measure) -> Wording | None:
    """What a measure says now, with what the meeting in progress made of it; None when nothing of it counts."""
    return last_wording(acts_by_measure(measure.crisis).get(measure, []))


def left_open(meeting: Meeting) -> list[str]:
    """The measures that a meeting left undecided when it was adjourned, by their keys: its minutes say so."""
    entry = JournalEntry.objects.filter(
        book=meeting.crisis.book, verb="meeting.adjourned", subject=f"meeting:{meeting.number}"
    ).first()
    return list(entry.data["undecided"]) if entry else []


def registry_names() -> dict[str, dict[str, str]]:
    """The names of activities and sites by their keys, in the language in force: two queries for all scopes of a page."""
    return {
        "activities": {activity.key: activity.name for activity in Activity.objects.all()},
        "sites": {site.key: site.name for site in Site.objects.all()},
    }


def suggested(crisis: Crisis, now: datetime) -> datetime:
    """The moment offered for the next meeting: the next working day, at the hour of the last ordinary one (08:30 before any)."""
    held = Meeting.objects.filter(crisis=crisis, kind=Kind.ORDINARY, opened_at__isnull=False, cancelled_at=None)
    last = held.order_by("opened_at").last()
    hour = timezone.localtime(last.scheduled_at).time() if last else time(8, 30)
    return next_working_day(
        timezone.localtime(now).replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    )


def next_working_day(at: datetime) -> datetime:
    """The next working day at the same hour in the organisation's zone: no weekend, no Belgian holiday."""
    local, holidays = timezone.localtime(at), country_holidays("BE", years=range(at.year, at.year + 2))
    day = local.date() + timedelta(days=1)
    while day.weekday() > 4 or day in holidays:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, local.time()), timezone.get_current_timezone())
