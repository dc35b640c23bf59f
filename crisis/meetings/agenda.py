"""Verbs of the agenda: who is there, who chairs and who holds the pen, points added, moved, skipped. One entry each."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import record
from crisis.meetings.models import Attendee, Charge, Duty, Meeting, Point, Seal, Topic
from crisis.meetings.reads import in_charge, members_of
from crisis.meetings.writes import language, locked, subject
from crisis.models import Book, Text
from crisis.roles import CONSOLE
from crisis.writes import is_director

PRESENT, EXCUSED, ABSENT = "present", "excused", ""
LONGEST = 200
"""Characters of a point's title, of a guest's name or function."""


def open_for_notes(meeting: Meeting, by: User | None) -> Book:
    """The book, for something that the minutes will say: until they are sealed, before, during and after the meeting.

    Raises RuleBroken when they are sealed, or when the meeting is cancelled.
    """
    book = locked(meeting, by)
    if meeting.cancelled_at:
        raise RuleBroken(_("%(meeting)s is cancelled: announce another one.") % {"meeting": meeting})
    check_unsealed(meeting)
    return book


def check_unsealed(meeting: Meeting) -> None:
    """Refuse a change to sealed minutes."""
    if Seal.objects.filter(meeting=meeting).exists():
        raise RuleBroken(_("The minutes of %(meeting)s are sealed: write an addendum.") % {"meeting": meeting})


def short(words: str, field: str, empty: str) -> Text:
    """A short text, not empty. Raises RuleBroken with the sentence `empty`, or when it is too long."""
    if not words.strip():
        raise RuleBroken(empty, field=field)
    if len(words.strip()) > LONGEST:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": LONGEST}, field=field)
    return Text.written(words.strip(), language())


def check_members(meeting: Meeting, people: Iterable[User]) -> None:
    """Refuse to put somebody on the list who is no member, or no longer."""
    members = set(members_of(meeting.crisis))
    if strangers := [str(user) for user in people if user not in members]:
        sentence = _("%(names)s: no longer a member of this crisis; write them down as a guest.")
        raise RuleBroken(sentence % {"names": ", ".join(strangers)})


@transaction.atomic
def note_attendance(
    meeting: Meeting, seen: Mapping[User, str], *, by: User | None, chair: User | None = None, pen: User | None = None
) -> None:
    """Who of the members is present, excused or neither, and who chairs and holds the pen: one act for the whole list.

    Raises RuleBroken when somebody is no member, when the chair or the pen is not present, or when nothing is new.
    """
    book = open_for_notes(meeting, by)
    check_members(meeting, seen)
    there = meeting.attendees.select_related("user")
    was: dict[User, str] = {a.user: EXCUSED if a.excused else PRESENT for a in there if a.user}
    changed = {user: how for user, how in seen.items() if how != was.get(user, ABSENT)}
    wanted: dict[str, User] = {duty: user for duty, user in ((Duty.CHAIR, chair), (Duty.PEN, pen)) if user}
    charges = in_charge(meeting)
    handed = {d: u for d, u in wanted.items() if d not in charges or charges[d].attendee.user != u}
    now_in_charge: dict[str, User | None] = {d: c.attendee.user for d, c in charges.items()}
    now_in_charge |= handed
    for duty, user in now_in_charge.items():
        if user and (was | dict(seen)).get(user) != PRESENT:
            said = {"name": user, "does": Duty(duty).label}
            raise RuleBroken(_("%(name)s %(does)s and is not marked present: tick them first.") % said, field=duty)
    if (
        meeting.ended_at
        and Duty.CHAIR in handed
        and Duty.CHAIR in charges
        and not (by is CONSOLE or is_director(by, meeting.crisis))
    ):
        raise RuleBroken(_("The meeting is over: only the director says now who chaired it."), field=Duty.CHAIR)
    if not changed and not handed:
        raise RuleBroken(_("The list says so already: nothing was changed."))
    for user, how in changed.items():
        if how == ABSENT:
            Attendee.objects.filter(meeting=meeting, user=user, charges=None).delete()
            Attendee.objects.filter(meeting=meeting, user=user).update(excused=True)  # they had the chair or the pen
        else:
            Attendee.objects.update_or_create(meeting=meeting, user=user, defaults={"excused": how == EXCUSED})
    said = {how or "not_there": sorted(str(u) for u, h in changed.items() if h == how) for how in set(changed.values())}
    entry = record(book, by, "meeting.attended", subject(meeting), number=meeting.number, **said, **named(handed))
    live = meeting.opened_at and not meeting.ended_at and not meeting.known_at
    charge(meeting, handed, entry.recorded_at if live else meeting.at)


def named(handed: Mapping[Any, User]) -> dict[str, str]:
    """Who does what from now on, as an entry holds it."""
    return {str(duty): str(user) for duty, user in handed.items()}


def charge(meeting: Meeting, handed: Mapping[Any, User], since: Any) -> None:
    """Who does what from now on."""
    for duty, user in handed.items():
        attendee = Attendee.objects.get(meeting=meeting, user=user)
        Charge.objects.create(meeting=meeting, duty=duty, attendee=attendee, since=since)


@transaction.atomic
def add_guest(meeting: Meeting, name: str, function: str, *, by: User | None, excused: bool = False) -> Attendee:
    """Somebody who is no member is there, or excused."""
    book = open_for_notes(meeting, by)
    text = short(name, "name", _("Write the guest's name."))
    what = short(function, "function", "") if function.strip() else None
    said = {"number": meeting.number, "name": text, "function": what, "excused": excused}
    record(book, by, "meeting.attended", subject(meeting), guest=True, **said)
    return Attendee.objects.create(meeting=meeting, name=text, function=what, excused=excused)


@transaction.atomic
def come_or_go(
    meeting: Meeting, attendee: Attendee | User, *, by: User | None, leaving: bool | None = None
) -> Attendee:
    """Somebody arrives late, leaves before the end, or comes back: whichever follows from where they are.

    `leaving`: what whoever notes it saw; when a colleague has noted that already, nothing is written twice.
    Raises RuleBroken when the meeting is not in progress, when who leaves holds the pen or the chair, or when who arrives
    is no member.
    """
    book = open_for_notes(meeting, by)
    if meeting.opened_at is None or meeting.ended_at:
        raise RuleBroken(_("%(meeting)s is not in progress.") % {"meeting": meeting})
    user = attendee if isinstance(attendee, User) else attendee.user
    there = meeting.attendees.filter(user=user) if user else meeting.attendees.filter(pk=attendee.pk)
    attendee = there.first() or Attendee(meeting=meeting, user=user, excused=True)
    if user and attendee.pk is None:
        check_members(meeting, [user])
    leaves = not attendee.excused and attendee.left_at is None
    if leaving is not None and leaving != leaves:
        return attendee
    for held in in_charge(meeting).values():
        if leaves and held.attendee_id == attendee.pk:
            said = {"name": attendee, "does": held.get_duty_display()}
            raise RuleBroken(_("%(name)s %(does)s: hand that over first.") % said)
    who: Any = attendee.name or str(attendee)
    said = {"number": meeting.number, "name": who, "leaves": leaves}
    now = record(book, by, "meeting.moved", subject(meeting), **said).recorded_at
    if leaves:
        attendee.left_at = now
    elif attendee.excused:
        attendee.excused, attendee.arrived_at, attendee.left_at = False, now, None
    else:
        attendee.left_at = None
    attendee.save()
    return attendee


@transaction.atomic
def add_point(meeting: Meeting, title: str, *, by: User | None) -> Point:
    """A point of this meeting's own, before the one about the next meeting."""
    book = open_for_notes(meeting, by)
    text = short(title, "title", _("Write what the point is about."))
    last = meeting.points.aggregate(last=Max("order"))["last"] or 0
    end = meeting.points.filter(topic=Topic.NEXT).first()
    order = end.order if end and end.order == last else last + 1
    if end and end.order == last:
        Point.objects.filter(pk=end.pk).update(order=last + 1)
    record(book, by, "meeting.agenda", subject(meeting), number=meeting.number, act="added", title=text)
    return Point.objects.create(meeting=meeting, topic=Topic.ADDED, title=text, order=order)


@transaction.atomic
def move_point(point: Point, places: int, *, by: User | None) -> None:
    """A point comes earlier (-1) or later (+1) in the agenda; nothing happens at its ends."""
    book = open_for_notes(point.meeting, by)
    points = list(point.meeting.points.all())
    here = points.index(point)
    there = min(max(here + places, 0), len(points) - 1)
    if here == there:
        return
    points.insert(there, points.pop(here))
    for order, each in enumerate(points, 1):
        each.order = order
    Point.objects.bulk_update(points, ["order"])
    said = {"number": point.meeting.number, "topic": point.topic, "title": point.title, "act": "moved", "to": there + 1}
    record(book, by, "meeting.agenda", subject(point.meeting), **said)


@transaction.atomic
def skip_point(point: Point, *, by: User | None, skipped: bool | None = None) -> None:
    """The meeting does not treat a point; done again, it does after all. Its minutes say so.

    `skipped`: what is wanted; when it is so already, nothing is written twice.
    """
    book = open_for_notes(point.meeting, by)
    point.refresh_from_db(fields=["skipped_at"])
    if skipped is not None and skipped == bool(point.skipped_at):
        return
    point.skipped_at = None if point.skipped_at else timezone.now()
    said = {"number": point.meeting.number, "topic": point.topic, "title": point.title}
    record(book, by, "meeting.agenda", subject(point.meeting), act="skipped" if point.skipped_at else "taken", **said)
    point.save(update_fields=["skipped_at"])
