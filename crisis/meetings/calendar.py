"""The meetings as a calendar that a phone or a mail program reads (iCalendar, RFC 5545). The same meetings give the same bytes."""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from crisis.journal import GENESIS, in_utc
from crisis.meetings.models import Kind, Meeting, State
from crisis.meetings.reads import listed
from crisis.models import Crisis, JournalEntry

PASSED_OVER = "passed over"
SEQUENCE = {State.SCHEDULED: 0, PASSED_OVER: 1, State.RUNNING: 2, State.ENDED: 3, State.CANCELLED: 4}
"""The revision of a meeting in each state: whatever happens to one, it only grows, so that a calendar takes the newer."""
CALLED_OFF = {PASSED_OVER, State.CANCELLED}


def calendar_of(crisis: Crisis) -> bytes:
    """Every meeting of a crisis, in the language and zone in force. A calendar leaves the house: no title, no name, no word.

    Moments are in UTC, so that no table of zones travels along. Three queries, however many meetings.
    """
    found, stamps, here = Calendar(), stamps_of(crisis), installation()
    found.add("prodid", "-//Vigie//Vigie//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", vText(named(crisis, _("Meetings"))))
    for meeting in listed(crisis).order_by("number"):
        found.add_component(event_of(crisis, meeting, stamps, here))
    written: bytes = found.to_ical()
    return written


def filename_of(crisis: Crisis) -> str:
    """Under which name it is kept."""
    return f"{slugify(crisis.name) or 'crisis'}-{crisis.pk}.ics"


def event_of(crisis: Crisis, meeting: Meeting, stamps: dict[str, datetime], here: str) -> Event:
    """One meeting: as announced, as it goes or as it was; called off when it was cancelled or never held."""
    event, state = Event(), PASSED_OVER if passed_over(meeting) else meeting.state
    kind = str(Kind.EXTRAORDINARY.label) if meeting.kind == Kind.EXTRAORDINARY else ""
    event.add("uid", f"meeting-{meeting.number}-crisis-{crisis.pk}@{here}")
    event.add("dtstamp", stamp_of(meeting, stamps) or whole(crisis.started_at))
    event.add("sequence", SEQUENCE[state])
    event.add("status", "CANCELLED" if state in CALLED_OFF else "CONFIRMED")
    event.add("summary", named(crisis, str(meeting), kind))
    if not meeting.hour_known:
        event.add("dtstart", timezone.localtime(meeting.at).date())
        return event
    event.add("dtstart", whole(meeting.at))
    if meeting.ended_at and whole(meeting.ended_at) > whole(meeting.at):
        event.add("dtend", whole(meeting.ended_at))
    return event


def passed_over(meeting: Meeting) -> bool:
    """Whether it was announced and never held (see `listed`), and nobody cancelled it."""
    return bool(getattr(meeting, "passed_over", False)) and meeting.cancelled_at is None


def named(crisis: Crisis, *parts: str) -> str:
    """Words with the crisis they belong to; those of an exercise say so first."""
    stamp = _("EXERCISE") if crisis.is_exercise else ""
    return " · ".join(part for part in [stamp, *parts, crisis.name] if part)


def whole(moment: datetime) -> datetime:
    """A moment in UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0)


def stamps_of(crisis: Crisis) -> dict[str, datetime]:
    """When the journal last told of each meeting, by its key; and when it announced one at the end of another, by its moment."""
    found: dict[str, datetime] = {}
    for entry in JournalEntry.objects.filter(book__crisis=crisis, verb__startswith="meeting.").order_by("seq"):
        found[entry.subject] = entry.recorded_at
        if next_at := entry.data.get("next_at"):
            found.setdefault(next_at, entry.recorded_at)
    return found


def stamp_of(meeting: Meeting, stamps: dict[str, datetime]) -> datetime | None:
    """When a meeting was last changed, by the journal's clock."""
    found = stamps.get(f"meeting:{meeting.number}") or stamps.get(in_utc(meeting.scheduled_at))
    return whole(found) if found else None


def installation() -> str:
    """What tells this installation from any other and names neither it nor its host: how the chain of the house begins."""
    first = JournalEntry.objects.filter(book__crisis=None).order_by("seq").values_list("hash", flat=True).first()
    return (first or GENESIS)[:16]
