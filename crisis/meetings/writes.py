"""Verbs of the meetings: announce, open, adjourn, cancel; decide, renew, amend, lift a measure. One entry each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.meetings.models import GROUP, Act, Attendance, Kind, Measure, Meeting, Point, Review, Topic, Wording
from crisis.meetings.reads import Standing, measures_at, running
from crisis.models import Book, Crisis, JournalEntry, Text
from crisis.roles import check_may, check_open
from crisis.sections import Head
from services.models import Activity, Service

LONGEST = 4000
"""Characters of a measure's text."""
TEXTS = ["text", "exempt", "advice", "exception"]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a measure is to say. `activities` and `sites` are keys; no site = every site. `lang` of all its texts."""

    text: str
    activities: Sequence[str] = field(default=())
    sites: Sequence[str] = field(default=())
    attendance: str = ""
    exempt: str = ""
    advice: str = ""
    exception: str = ""
    lang: str = "fr"


def subject(meeting: Meeting) -> str:
    """A meeting's key in the journal."""
    return f"meeting:{meeting.number}"


def locked(meeting: Meeting, by: User | None) -> Book:
    """The book, for an act in a meeting by somebody who may; the meeting is read again under the lock."""
    book = lock_book(meeting.crisis)
    check_may(by, "hold meetings", meeting.crisis, [meeting.cell])
    check_open(meeting.crisis)
    meeting.refresh_from_db(fields=["opened_at", "ended_at", "cancelled_at", "scheduled_at", "next_at"])
    return book


def check_running(meeting: Meeting) -> None:
    """Refuse an act that only a meeting in progress can do."""
    if meeting.ended_at:
        raise RuleBroken(_("%(meeting)s is adjourned: do it in the next one.") % {"meeting": meeting})
    if meeting.cancelled_at:
        raise RuleBroken(_("%(meeting)s is cancelled: announce another one.") % {"meeting": meeting})
    if meeting.opened_at is None:
        raise RuleBroken(_("%(meeting)s is not open yet: open it first.") % {"meeting": meeting})


def new_meeting(crisis: Crisis, at: datetime, cell: str, kind: str, **columns: Any) -> Meeting:
    """A row with the next number of the crisis, and its agenda."""
    last = Meeting.objects.filter(crisis=crisis).aggregate(last=Max("number"))["last"] or 0
    meeting = Meeting.objects.create(crisis=crisis, number=last + 1, scheduled_at=at, cell=cell, kind=kind, **columns)
    topics = [topic for topic in Topic if topic != Topic.ADDED]
    Point.objects.bulk_create(Point(meeting=meeting, topic=topic, order=n) for n, topic in enumerate(topics, 1))
    return meeting


@transaction.atomic
def announce_meeting(
    crisis: Crisis, at: datetime, *, by: User | None, kind: str = Kind.ORDINARY, cell: str = GROUP
) -> Meeting:
    """Announce a meeting of a cell: walls and boards count down to it.

    Raises RuleBroken when the moment is past, or when one is announced for that very moment.
    """
    book = lock_book(crisis)
    check_may(by, "hold meetings", crisis, [cell])
    check_open(crisis)
    if at <= timezone.now():
        raise RuleBroken(_("A meeting is announced for a moment to come: correct it, or open it now."), field="at")
    if Meeting.objects.filter(crisis=crisis, cell=cell, scheduled_at=at, cancelled_at=None).exists():
        raise RuleBroken(_("A meeting is announced for that moment already."), field="at")
    meeting = new_meeting(crisis, at, cell, kind)
    record(book, by, "meeting.announced", subject(meeting), number=meeting.number, at=at, kind=kind, cell=cell)
    return meeting


@transaction.atomic
def open_meeting(
    crisis: Crisis,
    *,
    by: User | None,
    kind: str = Kind.ORDINARY,
    cell: str = GROUP,
    announced: Meeting | None = None,
    title: str = "",
    loaded: Head | None = None,
) -> Meeting:
    """Open a meeting, the announced one or one of now. When one of this cell is in progress already, it is that one.

    `loaded` is given by a crisis file only: when it was, and who says so.
    Raises RuleBroken when the announced one was held or cancelled.
    """
    book = lock_book(crisis)
    check_may(by, "hold meetings", crisis, [cell])
    check_open(crisis)
    if there := running(crisis, cell):
        return there
    if announced:
        announced.refresh_from_db()
        if announced.opened_at or announced.cancelled_at:
            raise RuleBroken(
                _("%(meeting)s was held or cancelled meanwhile: look at the list again.") % {"meeting": announced}
            )
    opened = loaded.at if loaded else timezone.now()
    meeting = announced or new_meeting(crisis, opened, cell, kind)
    meeting.opened_at = opened
    meeting.title = Text.written(title, loaded.lang if loaded else "fr") if title else None
    if loaded:
        meeting.hour_known, meeting.known_at = loaded.hour_known, loaded.recorded_at
        meeting.source = Text.written(loaded.source, loaded.lang) if loaded.source else None
    meeting.save(update_fields=["opened_at", "title", "hour_known", "known_at", "source"])
    said: dict[str, Any] = {"number": meeting.number, "kind": meeting.kind, "cell": meeting.cell, "at": opened}
    said |= {"title": meeting.title, "source": meeting.source}
    said |= {"loaded": True, "event": loaded.event} if loaded else {}
    record(book, by, "meeting.opened", subject(meeting), **said)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, reason: str, *, by: User | None) -> None:
    """Call a meeting off, announced or in progress: nothing that it decided takes effect."""
    book = locked(meeting, by)
    if meeting.ended_at or meeting.cancelled_at:
        raise RuleBroken(_("%(meeting)s is over: it cannot be cancelled.") % {"meeting": meeting})
    if not reason.strip():
        raise RuleBroken(_("Say why the meeting is cancelled."), field="reason")
    said = {"number": meeting.number, "reason": Text.written(reason.strip())}
    meeting.cancelled_at = record(book, by, "meeting.cancelled", subject(meeting), **said).recorded_at
    meeting.save(update_fields=["cancelled_at"])


def undecided(meeting: Meeting, now: datetime) -> list[Standing]:
    """The measures that an ordinary meeting has to review and has not yet."""
    if meeting.kind != Kind.ORDINARY:
        return []
    mine = [s for s in measures_at(meeting.crisis, now) if s.measure.cell == meeting.cell]
    return [s for s in mine if s.now is None or s.now.meeting_id != meeting.pk]


@transaction.atomic
def adjourn(
    meeting: Meeting,
    *,
    by: User | None,
    next_at: datetime | None = None,
    all_the_same: bool = False,
    decides: str = "",
    at: datetime | None = None,
    lang: str = "fr",
) -> Meeting:
    """Lever la séance: what was decided, renewed, amended and lifted takes effect, and the next meeting is announced.

    Raises RuleBroken when measures are undecided, unless `all_the_same`: they stay in force and wait to be reconfirmed.
    """
    book = locked(meeting, by)
    check_running(meeting)
    now = at or timezone.now()
    left = undecided(meeting, now)
    if left and not all_the_same:
        keys = ", ".join(s.measure.key for s in left)
        sentence = _("Not decided yet: %(measures)s. Review them, or adjourn all the same: they stay in force.")
        raise RuleBroken(sentence % {"measures": keys}, offer="all_the_same")
    if next_at and next_at <= now:
        raise RuleBroken(_("The next meeting is in the past: correct the moment."), field="next_at")
    meeting.next_at, meeting.decides = next_at, Text.written(decides, lang) if decides else None
    said = {
        "number": meeting.number,
        "next_at": next_at,
        "undecided": [s.measure.key for s in left],
        "text": meeting.decides,
    }
    entry = record(book, by, "meeting.adjourned", subject(meeting), **said, **({"loaded": True} if at else {}))
    meeting.ended_at = at or entry.recorded_at
    meeting.save(update_fields=["next_at", "decides", "ended_at"])
    if next_at:
        same = Meeting.objects.filter(crisis=meeting.crisis, cell=meeting.cell, scheduled_at=next_at, cancelled_at=None)
        if not same.exists():
            new_meeting(meeting.crisis, next_at, meeting.cell, Kind.ORDINARY)
    return meeting


def checked(said: Said) -> None:
    """Refuse a measure that says nothing, too much, or names what is not there."""
    if not said.text.strip():
        raise RuleBroken(_("Write what the measure says."), field="text")
    if any(len(getattr(said, name)) > LONGEST for name in TEXTS):
        raise RuleBroken(
            _("A measure is at most %(number)d characters long: shorten it.") % {"number": LONGEST}, field="text"
        )
    if said.attendance and said.attendance not in Attendance.values:
        raise RuleBroken(_("Choose whether people come, or leave it open."), field="attendance")
    known = set(Activity.objects.values_list("key", flat=True))
    if unknown := set(said.activities) - known:
        raise RuleBroken(_("No such service: %(names)s.") % {"names": ", ".join(sorted(unknown))}, field="activities")
    there = set(Service.objects.filter(activity__key__in=said.activities).values_list("site__key", flat=True))
    if unknown := set(said.sites) - there:
        sentence = _("None of these services is at %(names)s: correct the sites.")
        raise RuleBroken(sentence % {"names": ", ".join(sorted(unknown))}, field="sites")


def worded(measure: Measure, said: Said) -> Wording:
    """A new wording, each text a row of its own."""
    texts = {name: Text.written(words, said.lang) if (words := getattr(said, name).strip()) else None for name in TEXTS}
    columns = {"activities": list(said.activities), "sites": list(said.sites), "attendance": said.attendance}
    return Wording.objects.create(measure=measure, **columns, **texts)


def told(wording: Wording) -> dict[str, Any]:
    """A wording as its entry holds it."""
    return {name: getattr(wording, name) for name in ["activities", "sites", "attendance", *TEXTS]}


def reviewed(
    book: Book, meeting: Meeting, act: Act, measures: Sequence[Measure], by: User | None, wording: Wording | None = None
) -> JournalEntry:
    """One entry and a review for each measure that it covers."""
    said: dict[str, Any] = {"meeting": meeting.number, "measures": [measure.key for measure in measures]}
    said |= {"loaded": True} if meeting.known_at else {}
    entry = record(
        book, by, f"measure.{act}", f"measure:{measures[0].key}", **said, **(told(wording) if wording else {})
    )
    Review.objects.bulk_create(
        Review(measure=measure, meeting=meeting, entry=entry, act=act, wording=wording) for measure in measures
    )
    return entry


@transaction.atomic
def decide_measure(meeting: Meeting, said: Said, *, by: User | None, number: int = 0) -> Measure:
    """A new measure, with the next number (a crisis file gives its own); in force once the meeting is adjourned."""
    book = locked(meeting, by)
    check_running(meeting)
    checked(said)
    last = Measure.objects.filter(crisis=meeting.crisis).aggregate(last=Max("number"))["last"] or 0
    if Measure.objects.filter(crisis=meeting.crisis, number=number).exists():
        raise RuleBroken(_("M%(number)d was decided before: amend it.") % {"number": number}, field="measures")
    measure = Measure.objects.create(crisis=meeting.crisis, number=number or last + 1, cell=meeting.cell)
    reviewed(book, meeting, Act.DECIDED, [measure], by, worded(measure, said))
    return measure


def check_reviewable(meeting: Meeting, measures: Sequence[Measure], at: datetime) -> None:
    """Refuse measures that are not in force, or another cell's."""
    check_running(meeting)
    there = {s.measure.pk: s for s in measures_at(meeting.crisis, at)}
    for measure in measures:
        if measure.pk not in there:
            raise RuleBroken(_("%(measure)s is not in force: it cannot be reviewed.") % {"measure": measure})
        if measure.cell != meeting.cell:
            raise RuleBroken(
                _("%(measure)s belongs to another cell: its own meeting reviews it.") % {"measure": measure}
            )


@transaction.atomic
def renew_measures(meeting: Meeting, measures: Sequence[Measure], *, by: User | None) -> None:
    """These measures go on: one act, however many."""
    book = locked(meeting, by)
    if not measures:
        raise RuleBroken(_("Every measure is decided already."))
    check_reviewable(meeting, measures, meeting.at)
    reviewed(book, meeting, Act.RENEWED, measures, by)


@transaction.atomic
def amend_measure(meeting: Meeting, measure: Measure, said: Said, *, by: User | None) -> Wording:
    """The measure goes on with other words or another scope; the old ones are kept."""
    book = locked(meeting, by)
    check_reviewable(meeting, [measure], meeting.at)
    checked(said)
    wording = worded(measure, said)
    reviewed(book, meeting, Act.AMENDED, [measure], by, wording)
    return wording


@transaction.atomic
def lift_measure(meeting: Meeting, measures: Sequence[Measure], *, by: User | None) -> None:
    """These measures end when the meeting is adjourned."""
    book = locked(meeting, by)
    check_reviewable(meeting, measures, meeting.at)
    reviewed(book, meeting, Act.LIFTED, measures, by)
