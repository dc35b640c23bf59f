"""Questions about meetings: which comes next, which measures are in force at a moment, what contradicts the board."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from holidays import country_holidays

from crisis.meetings.models import Act, Kind, Measure, Meeting, Review, State, Wording
from crisis.models import Crisis, JournalEntry
from services.models import Activity, Site, Status
from services.reads import Board, Tile

WORDS = ["text", "exempt", "advice", "exception"]


@dataclass(frozen=True)
class Standing:
    """A measure as it stands at a moment: what it says, since when, when it was last reviewed, and how often renewed.

    `overdue`: nobody reviewed it when it was due; it applies all the same. `now`: what the meeting in progress did to it.
    """

    measure: Measure
    wording: Wording
    decided_at: datetime
    reviewed_at: datetime
    renewals: int
    overdue: bool
    now: Review | None = None

    def covers(self, tile: Tile) -> bool:
        """Whether a service is in its scope."""
        sites, wording = self.wording.sites, self.wording
        return tile.service.activity.key in wording.activities and (not sites or tile.service.site.key in sites)


def running(crisis: Crisis, cell: str) -> Meeting | None:
    """The meeting of a cell that is in progress."""
    return Meeting.objects.filter(
        crisis=crisis, cell=cell, ended_at=None, cancelled_at=None, opened_at__isnull=False
    ).first()


def listed(crisis: Crisis) -> "QuerySet[Meeting]":
    """Every meeting, the latest first; `passed_over`: announced, never held, and the cell has met since."""
    later = Meeting.objects.filter(
        crisis=OuterRef("crisis"), cell=OuterRef("cell"), opened_at__gte=OuterRef("scheduled_at")
    )
    found = Meeting.objects.filter(crisis=crisis).select_related("title", "decides")
    passed_over = ExpressionWrapper(Q(opened_at=None) & Exists(later), output_field=BooleanField())
    return found.annotate(passed_over=passed_over).order_by("-scheduled_at", "-number")


def ahead(crisis: Crisis) -> Meeting | None:
    """The meeting in progress, or the one that is announced next; one whose hour has passed still waits to be opened."""
    waiting = listed(crisis).filter(Q(passed_over=False), ended_at=None, cancelled_at=None)
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
    for meeting in ordinary.filter(opened_at__lte=moment, ended_at=None):
        found.pop(meeting.cell, None)  # it is being reviewed
    return found


def measures_at(crisis: Crisis, moment: datetime) -> list[Standing]:
    """The measures in force at a moment, in order of their numbers. Three queries whatever their history."""
    reviews = Review.objects.filter(measure__crisis=crisis, meeting__cancelled_at=None).select_related(
        "measure", "meeting", "wording", *(f"wording__{name}" for name in WORDS)
    )
    by_measure: dict[int, list[Review]] = defaultdict(list)
    for review in reviews.filter(meeting__opened_at__lte=moment):
        by_measure[review.measure_id].append(review)
    due = due_since(crisis, moment)
    found = [standing(each, moment, due) for each in by_measure.values()]
    return sorted((s for s in found if s), key=lambda s: s.measure.number)


def standing(reviews: Iterable[Review], moment: datetime, due: dict[str, datetime]) -> Standing | None:
    """One measure from what meetings did to it; None before it is decided and once it is lifted."""
    newest: dict[int, Review] = {review.meeting_id: review for review in reviews}
    told, now = [], None
    for review in sorted(newest.values(), key=lambda r: (r.meeting.at, r.pk)):
        if review.meeting.ended_at and review.meeting.ended_at <= moment:
            told.append(review)
        else:
            now = review
    if not told or told[-1].act == Act.LIFTED:
        return None
    measure, last = told[-1].measure, told[-1].meeting.ended_at
    words = next(review.wording for review in reversed(told) if review.wording)
    first = told[0].meeting.ended_at
    assert first is not None
    assert last is not None
    renewals = sum(review.act in {Act.RENEWED, Act.AMENDED} for review in told)
    overdue = measure.cell in due and last < due[measure.cell]
    return Standing(measure, words, first, last, renewals, overdue, now)


def contradictions(found: Standing, board: Board) -> list[Tile]:
    """The services in a measure's scope of which the board says that they run again: its scope is to be amended."""
    return [tile for tile in board.tiles if tile.status == Status.RESTORED and found.covers(tile)]


def lives(crisis: Crisis) -> dict[Measure, list[Review]]:
    """Each measure with everything that meetings did to it, newest first: one query for all."""
    found: dict[Measure, list[Review]] = defaultdict(list)
    ended = Review.objects.filter(measure__crisis=crisis, meeting__ended_at__isnull=False)
    for review in ended.select_related("measure", "meeting", "wording__text").order_by("-meeting__ended_at", "-pk"):
        found[review.measure].append(review)
    return found


@dataclass(frozen=True)
class Row:
    """A measure on a meeting's page: what it says, what this meeting did to it, and how it stood before (None: new)."""

    measure: Measure
    wording: Wording
    review: Review | None
    standing: Standing | None = None


def rows_of(meeting: Meeting, now: datetime) -> list[Row]:
    """The measures of a meeting, in order: those it reviewed or decided and, while it is in progress, those left to it."""
    reviews = meeting.reviews.select_related("measure", "wording__text", "entry").order_by("pk")
    newest = {review.measure_id: review for review in reviews}
    rows = {}
    if meeting.state == State.RUNNING:
        mine = [s for s in measures_at(meeting.crisis, now) if s.measure.cell == meeting.cell]
        rows = {s.measure.pk: Row(s.measure, s.wording, newest.get(s.measure.pk), s) for s in mine}
    for pk, review in newest.items():
        if pk not in rows or review.wording:
            rows[pk] = Row(
                review.measure, review.wording or wording_at(review), review, getattr(rows.get(pk), "standing", None)
            )
    return sorted(rows.values(), key=lambda row: row.measure.number)


def wording_at(review: Review) -> Wording:
    """The words of a measure when a meeting renewed or lifted it."""
    before = Review.objects.filter(measure=review.measure_id, wording__isnull=False, pk__lte=review.pk)
    return before.select_related("wording__text").latest("pk").wording  # type: ignore[return-value]


def wording_of(measure: Measure) -> Wording:
    """What a measure says now: its newest wording, also of a meeting in progress."""
    return Wording.objects.filter(measure=measure).select_related(*WORDS).latest("pk")


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


def of_meeting(meeting: Meeting, now: datetime) -> dict[str, Any]:
    """What a meeting's page and its pieces are filled with."""
    rows = rows_of(meeting, now)
    return {
        "crisis": meeting.crisis,
        "meeting": meeting,
        "rows": rows,
        "open": [row for row in rows if row.review is None],
        "names": registry_names(),
        "left": left_open(meeting) if meeting.state == State.ENDED else [],
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
