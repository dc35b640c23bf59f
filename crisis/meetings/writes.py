"""Verbs of the meetings: announce, open, adjourn, cancel. One entry each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.meetings.models import GROUP, Attendee, Charge, Duty, Kind, Meeting, Point, Topic
from crisis.meetings.reads import Standing, running, undecided
from crisis.models import Book, Crisis, Text
from crisis.roles import check_may, check_open
from crisis.sections import Head


def language() -> str:
    """The language in which somebody types."""
    return (get_language() or "fr")[:2]


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
    if by:  # who opens a meeting is there and holds the pen, until it is handed over
        here, _new = Attendee.objects.update_or_create(meeting=meeting, user=by, defaults={"excused": False})
        if not Charge.objects.filter(meeting=meeting, duty=Duty.PEN).exists():
            Charge.objects.create(meeting=meeting, duty=Duty.PEN, attendee=here, since=opened)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, reason: str, *, by: User | None) -> None:
    """Call a meeting off, announced or in progress: nothing that it decided takes effect."""
    book = locked(meeting, by)
    if meeting.ended_at or meeting.cancelled_at:
        raise RuleBroken(_("%(meeting)s is over: it cannot be cancelled.") % {"meeting": meeting})
    if not reason.strip():
        raise RuleBroken(_("Say why the meeting is cancelled."), field="reason")
    said = {"number": meeting.number, "reason": Text.written(reason.strip(), language())}
    meeting.cancelled_at = record(book, by, "meeting.cancelled", subject(meeting), **said).recorded_at
    meeting.save(update_fields=["cancelled_at"])


@transaction.atomic
def open_past_meeting(
    crisis: Crisis, began: datetime, *, by: User | None, kind: str = Kind.ORDINARY, cell: str = GROUP
) -> Meeting:
    """Write down a meeting that was held before, with its true times: what it did counts from then.

    Raises RuleBroken when the moment is to come or before the crisis, or when a meeting of this cell is in progress.
    """
    lock_book(crisis)
    if began > timezone.now():
        raise RuleBroken(_("A past meeting began before now: correct the moment, or announce it."), field="began")
    if began < crisis.started_at:
        raise RuleBroken(_("No meeting was held before the crisis began: correct the moment."), field="began")
    if running(crisis, cell):
        raise RuleBroken(_("A meeting of this cell is in progress: adjourn it first."))
    told = Head(began, timezone.now(), True, "", language())
    return open_meeting(crisis, by=by, kind=kind, cell=cell, loaded=told)


def nobody_else(meeting: Meeting) -> bool:
    """Whether an ordinary meeting has nobody on its list but who opened it."""
    return meeting.kind == Kind.ORDINARY and meeting.attendees.filter(excused=False).count() < 2


def unfinished(left: Sequence[Standing], *, alone: bool) -> str:
    """What a meeting that is about to be adjourned has not done."""
    found = []
    if left:
        sentence = _("Not decided yet: %(measures)s. Review them, or adjourn all the same: they stay in force.")
        found.append(sentence % {"measures": ", ".join(s.measure.key for s in left)})
    if alone:
        found.append(_("Nobody is marked present: note who is there, or adjourn all the same: the minutes say so."))
    return " ".join(found)


@transaction.atomic
def adjourn(
    meeting: Meeting,
    *,
    by: User | None,
    next_at: datetime | None = None,
    all_the_same: bool = False,
    decides: str = "",
    at: datetime | None = None,
    duty_contact: str = "",
    lang: str = "",
) -> Meeting:
    """Lever la séance: what was decided, renewed, amended and lifted takes effect, and the next meeting is announced.

    `at`: when a meeting that is written down later ended. `duty_contact`: whom to call until the next one.
    Raises RuleBroken when measures are undecided or nobody but who opened it is present, unless `all_the_same`: the
    measures stay in force and wait to be reconfirmed, and the minutes say what was left out.
    """
    book = locked(meeting, by)
    check_running(meeting)
    now = check_end(meeting, at, next_at)
    left, alone = undecided(meeting, now), nobody_else(meeting)
    if (left or alone) and not all_the_same:
        raise RuleBroken(unfinished(left, alone=alone), offer="all_the_same")
    lang, contact = lang or language(), None
    meeting.next_at, meeting.decides = next_at, Text.written(decides, lang) if decides else None
    if next_at and duty_contact.strip():
        contact = Text.written(duty_contact.strip(), lang)
    said = {
        "number": meeting.number,
        "next_at": next_at,
        "undecided": [s.measure.key for s in left],
        "without_attendance": alone,
        "text": meeting.decides,
        "duty_contact": contact,
    }
    entry = record(book, by, "meeting.adjourned", subject(meeting), **said, **({"loaded": True} if at else {}))
    meeting.ended_at = at or entry.recorded_at
    meeting.save(update_fields=["next_at", "decides", "ended_at"])
    if next_at:
        following = announced_for(meeting, next_at)
        if contact:
            following.duty_contact = contact
            following.save(update_fields=["duty_contact"])
    return meeting


def check_end(meeting: Meeting, at: datetime | None, next_at: datetime | None) -> datetime:
    """When it ends: now, or as is said of one that was held before. Refuse what contradicts its beginning or the clock."""
    if bool(at) != bool(meeting.known_at):
        raise RuleBroken(_("Only of a meeting that was held before, say when it ended."), field="at")
    at = at or timezone.now()
    if at < meeting.at or at > timezone.now() + timedelta(seconds=1):
        raise RuleBroken(_("A meeting ends after it began, and not in the future: correct the moment."), field="at")
    if next_at and next_at <= at:
        raise RuleBroken(_("The next meeting is in the past: correct the moment."), field="next_at")
    return at


def announced_for(meeting: Meeting, at: datetime) -> Meeting:
    """The next meeting of its cell: the one that is announced for that moment already, or a new one."""
    same = Meeting.objects.filter(crisis=meeting.crisis, cell=meeting.cell, scheduled_at=at, cancelled_at=None)
    return same.order_by("number").last() or new_meeting(meeting.crisis, at, meeting.cell, Kind.ORDINARY)
