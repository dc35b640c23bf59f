"""The pieces of the meetings that open screens get: the next meeting, the measures in force, the meeting in progress."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from crisis.frames import verbs_since
from crisis.meetings.action_reads import actions_open
from crisis.meetings.models import Action, ActionState, Meeting
from crisis.meetings.reads import ahead, measures_at, registry_names, rows_of
from crisis.meetings.seal import record_of
from crisis.models import Crisis, JournalEntry

IN_PROGRESS = Q(opened_at__isnull=False, ended_at=None, cancelled_at=None)
OURS = ("meeting.", "measure.", "decision.", "action.", "minutes.", "text.masked")
REPORTED = ("service.", "site.")


def places(crisis: Crisis, moment: datetime | None = None, *, wall: bool = False) -> dict[str, str]:
    """The places of the board, of now or of a past moment (which has measures only); who does what is not for walls."""
    now = moment or timezone.now()
    measures = measures_at(crisis, now)
    context: dict[str, Any] = {
        "crisis": crisis,
        "now": now,
        "measures": measures,
        "overdue": sum(each.overdue for each in measures),
    }
    found: dict[str, str] = {"measures": render_to_string("meetings/_measures.html", context)}
    if not moment:
        found = {"next": render_to_string("meetings/_next.html", context | {"meeting": ahead(crisis)})} | found
    if not moment and not wall:
        found["actions"] = render_to_string("meetings/_actions.html", {"crisis": crisis, **actions_now(crisis, now)})
    return found


def actions_now(crisis: Crisis, now: datetime) -> dict[str, Any]:
    """The actions that are open, those that are overdue, and the legal duties whose clock runs."""
    waiting = list(actions_open(crisis, now))
    late = [action for action in waiting if action.due_at and action.due_at < now]
    return {"actions": waiting, "late_actions": late, "duties": [a for a in waiting if a.duty and a.due_at]}


def wall_places(crisis: Crisis, sites: set[str]) -> dict[str, str]:
    """Next meeting and measures, of the whole crisis whatever sites a wall shows."""
    return places(crisis, wall=True)


def beside_board(crisis: Crisis, at: datetime | None) -> str:
    """The same beside the matrix of the board."""
    return "".join(places(crisis, at).values())


def concerned(crisis: Crisis, after: int | None) -> bool:
    """Whether something happened after a seq to meetings, measures or their words; None: everything is asked for."""
    return after is None or any(verb.startswith(OURS) for verb in verbs_since(crisis, after))


def wall_pieces(crisis: Crisis, after: int | None) -> str:
    """Both places, when a meeting or a measure changed."""
    return "".join(wall_places(crisis, set()).values()) if concerned(crisis, after) else ""


def board_pieces(crisis: Crisis, after: int | None) -> str:
    """The places and the meetings that changed: an open page takes the pieces that it shows.

    A status that is reported while a meeting is in progress is a line of its minutes.
    """
    reported = after is not None and any(verb.startswith(REPORTED) for verb in verbs_since(crisis, after))
    ours = concerned(crisis, after)
    if not ours and not reported:
        return ""
    since = JournalEntry.objects.filter(book=crisis.book, seq__gt=after) if ours and after is not None else []
    numbers = {number_of(entry) for entry in since} - {None}
    changed = Meeting.objects.filter(Q(number__in=numbers) | IN_PROGRESS, crisis=crisis).select_related("crisis__book")
    now = timezone.now()
    pages = [render_to_string("meetings/_meeting_pieces.html", of_meeting(meeting, now)) for meeting in changed]
    return "".join([*(places(crisis).values() if ours else []), *pages])


def number_of(entry: JournalEntry) -> int | None:
    """The meeting that an entry is about; None when it is about none."""
    if not entry.verb.startswith(OURS):
        return None
    name = "meeting" if entry.verb.startswith(("measure.", "action.")) else "number"
    found: int | None = entry.data.get(name)
    return found


def of_meeting(meeting: Meeting, now: datetime) -> dict[str, Any]:
    """What a meeting's page and its pieces are filled with: the minutes so far, and the measures to review."""
    rows, minutes = rows_of(meeting, meeting.until(now)), record_of(meeting)
    return {
        "crisis": meeting.crisis,
        "meeting": meeting,
        "minutes": minutes,
        "struck": {point["id"] for point in minutes["points"] if point["skipped"]},
        "rows": rows,
        "open": [row for row in rows if row.review is None],
        "names": registry_names(),
    }


def by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """The hour of a meeting has come: what it was to review waits to be reconfirmed. Or an action is overdue."""
    return "".join(places(crisis).values()) if changed_by_clock(crisis, before, now) else ""


def wall_by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """The same on a wall, which shows no actions."""
    return "".join(places(crisis, wall=True).values()) if changed_by_clock(crisis, before, now) else ""


def changed_by_clock(crisis: Crisis, before: datetime, now: datetime) -> bool:
    """Whether the hour of a meeting or of an action has come between two beats."""
    come = Q(scheduled_at__gt=before, scheduled_at__lte=now, opened_at=None) | Q(next_at__gt=before, next_at__lte=now)
    late = Action.objects.filter(crisis=crisis, state=ActionState.OPEN, due_at__gt=before, due_at__lte=now)
    return Meeting.objects.filter(come, crisis=crisis).exists() or late.exists()
