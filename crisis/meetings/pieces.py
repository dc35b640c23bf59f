"""The pieces of the meetings that open screens get: the next meeting, the measures in force, the meeting in progress."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from crisis.frames import verbs_since
from crisis.meetings.models import Meeting
from crisis.meetings.reads import ahead, measures_at, of_meeting
from crisis.models import Crisis, JournalEntry

IN_PROGRESS = Q(opened_at__isnull=False, ended_at=None, cancelled_at=None)
OURS = ("meeting.", "measure.", "text.masked")


def picture(crisis: Crisis, moment: datetime) -> dict[str, Any]:
    """The next meeting and the measures in force, as templates want them."""
    measures = measures_at(crisis, moment)
    return {
        "crisis": crisis,
        "meeting": ahead(crisis),
        "measures": measures,
        "overdue": sum(each.overdue for each in measures),
        "now": moment,
    }


def places(crisis: Crisis, moment: datetime | None = None) -> dict[str, str]:
    """The two places, of now or of a past moment (which has no next meeting)."""
    context = picture(crisis, moment or timezone.now())
    found: dict[str, str] = {} if moment else {"next": render_to_string("meetings/_next.html", context)}
    return found | {"measures": render_to_string("meetings/_measures.html", context)}


def wall_places(crisis: Crisis, sites: set[str]) -> dict[str, str]:
    """Next meeting and measures, of the whole crisis whatever sites a wall shows."""
    return places(crisis)


def beside_board(crisis: Crisis, at: datetime | None) -> str:
    """The same beside the matrix of the board."""
    return "".join(places(crisis, at).values())


def concerned(crisis: Crisis, after: int | None) -> bool:
    """Whether something happened after a seq to meetings, measures or their words; None: everything is asked for."""
    return after is None or any(verb.startswith(OURS) for verb in verbs_since(crisis, after))


def wall_pieces(crisis: Crisis, after: int | None) -> str:
    """Both places, when a meeting or a measure changed."""
    return "".join(places(crisis).values()) if concerned(crisis, after) else ""


def board_pieces(crisis: Crisis, after: int | None) -> str:
    """Both places and the meetings that changed: an open page takes the pieces that it shows."""
    if not concerned(crisis, after):
        return ""
    since = JournalEntry.objects.filter(book=crisis.book, seq__gt=after) if after is not None else []
    entries = [entry for entry in since if entry.verb.startswith(OURS)]
    numbers = {entry.data.get("number") or entry.data.get("meeting") for entry in entries} - {None}
    changed = Meeting.objects.filter(Q(number__in=numbers) | IN_PROGRESS, crisis=crisis).select_related("crisis__book")
    now = timezone.now()
    pages = [render_to_string("meetings/_meeting_pieces.html", of_meeting(meeting, now)) for meeting in changed]
    return "".join([*places(crisis).values(), *pages])


def by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """The hour of a meeting has come: what it was to review waits to be reconfirmed."""
    come = Q(scheduled_at__gt=before, scheduled_at__lte=now, opened_at=None) | Q(next_at__gt=before, next_at__lte=now)
    return "".join(places(crisis).values()) if Meeting.objects.filter(come, crisis=crisis).exists() else ""
