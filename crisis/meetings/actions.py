"""Verbs of the actions: set, change, finish, drop; who does what by when. One entry each."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.meetings.decisions import check_point, said_text
from crisis.meetings.models import GROUP, Action, ActionState, Meeting, Point
from crisis.meetings.models.duties import DUTIES, FINAL, NOTIFICATION, month_after
from crisis.meetings.names import named_in
from crisis.meetings.reads import members_of
from crisis.meetings.writes import check_running
from crisis.models import Book, Crisis, JournalEntry, Text
from crisis.roles import CONSOLE, check_may, check_open, may


def subject_of(action: Action) -> str:
    """An action's key in the journal."""
    return f"action:{action.key}"


def check_owner(crisis: Crisis, owner: User | None) -> None:
    """Refuse to give work to somebody who left."""
    if owner and owner not in members_of(crisis):
        sentence = _("%(name)s is no longer a member of this crisis: choose somebody who is, or type a name.")
        raise RuleBroken(sentence % {"name": owner}, field="owner")


def check_due(due_at: datetime | None) -> None:
    """Refuse a moment that is past."""
    if due_at and due_at <= timezone.now():
        raise RuleBroken(_("An action is due in the future: correct the date."), field="due")


@transaction.atomic
def set_action(
    crisis: Crisis,
    words: str,
    *,
    by: User | None,
    owner: User | None = None,
    owner_name: str = "",
    due_at: datetime | None = None,
    due_hour: bool = False,
    meeting: Meeting | None = None,
    point: Point | None = None,
) -> Action:
    """Somebody is to do something by a moment; in a meeting, it counts once that is adjourned.

    Raises RuleBroken without words or an owner, with a moment that is past, or with an owner who left.
    """
    book = lock_book(crisis)
    check_may(by, "hold meetings", crisis, [meeting.cell if meeting else GROUP])
    check_open(crisis)
    if meeting:
        meeting.refresh_from_db(fields=["opened_at", "ended_at", "cancelled_at"])
        check_running(meeting)
        check_point(meeting, point)
    text = said_text(words)
    if not owner and not owner_name.strip():
        raise RuleBroken(_("Say who does it: choose a member, or type a name."), field="owner")
    check_owner(crisis, owner)
    check_due(due_at)
    last = Action.objects.filter(crisis=crisis).aggregate(last=Max("number"))["last"] or 0
    who = None if owner else said_text(owner_name, "owner_name")
    columns: dict[str, Any] = {"owner_name": who, "due_at": due_at, "due_hour": due_hour, "about": named_in(words)}
    said = {"number": last + 1, "text": text, "owner": str(owner or ""), **columns}
    said |= {"meeting": meeting.number} if meeting else {}
    entry = record(book, by, "action.set", f"action:A{last + 1}", **said)
    columns |= {"owner": owner, "meeting": meeting, "point": point, "text": text, "entry": entry}
    return Action.objects.create(crisis=crisis, number=last + 1, **columns)


def opened(action: Action, by: User | None, *, own: bool) -> Book:
    """The book, for a change to an action that is still open; its owner may close it (`own`), who holds meetings may all."""
    book = lock_book(action.crisis)
    action.refresh_from_db(fields=["state", "owner", "owner_name", "due_at", "due_hour", "meeting"])
    mine = own and by is not CONSOLE and action.owner == by and may(by, "see the board", action.crisis)
    if not mine:
        check_may(by, "hold meetings", action.crisis, [action.meeting.cell if action.meeting else GROUP])
    check_open(action.crisis)
    if action.meeting and action.meeting.cancelled_at:
        raise RuleBroken(_("%(action)s was of a meeting that is cancelled: it does not count.") % {"action": action})
    if action.state != ActionState.OPEN:
        said = {"action": action, "state": action.get_state_display()}
        raise RuleBroken(_("%(action)s is %(state)s already: set another one.") % said)
    return book


def closed(
    action: Action, state: ActionState, book: Book, by: User | None, texts: dict[str, Text | None], **said: Any
) -> None:
    """It is over, for this or that reason."""
    entry = record(book, by, f"action.{state}", subject_of(action), number=action.number, **texts, **said)
    action.state, action.closing, action.closed_at = state, entry, said.get("filed_at") or entry.recorded_at
    for name, text in texts.items():
        setattr(action, name, text)
    action.save(update_fields=["state", "closing", "closed_at", *texts])


@transaction.atomic
def finish_action(action: Action, *, by: User | None, reference: str = "", filed_at: datetime | None = None) -> None:
    """It is done, now or at `filed_at`; `reference` is what the recipient answered with (a ticket, a notification's number).

    The NIS2 final report is due a month after the notification was filed, not after the attack (NIS2 Art. 23(4)(d)).
    Raises RuleBroken when it was filed before the crisis or in the future.
    """
    book = opened(action, by, own=True)
    if filed_at and not action.crisis.started_at <= filed_at <= timezone.now():
        sentence = _("It was filed after the crisis began, and not in the future: correct the moment.")
        raise RuleBroken(sentence, field="filed_at")
    answer = said_text(reference, "reference") if reference.strip() else None
    said: dict[str, Any] = {"filed_at": filed_at} if filed_at else {}
    if action.duty == NOTIFICATION:
        said["final_due"] = month_after(filed_at or timezone.now())
        Action.objects.filter(crisis=action.crisis, duty=FINAL, state=ActionState.OPEN).update(due_at=said["final_due"])
    closed(action, ActionState.DONE, book, by, {"reference": answer}, **said)


@transaction.atomic
def take_action_back(action: Action, *, by: User | None) -> None:
    """It was not set after all: the minutes leave it out, the journal keeps both. Only while its meeting lasts."""
    book = opened(action, by, own=False)
    if action.meeting is None:
        raise RuleBroken(_("%(action)s was made outside of a meeting: drop it, and say why.") % {"action": action})
    action.meeting.refresh_from_db(fields=["opened_at", "ended_at", "cancelled_at"])
    check_running(action.meeting)
    closed(action, ActionState.BACK, book, by, {}, meeting=action.meeting.number, text=action.text)


@transaction.atomic
def require_duties(crisis: Crisis, *, by: User | None) -> list[Action]:
    """Put the legal duties of a crisis on its list, their clocks running from `aware_at`: one act, one entry.

    Raises RuleBroken when they are there already.
    """
    book = lock_book(crisis)
    check_may(by, "hold meetings", crisis, [GROUP])
    check_open(crisis)
    if Action.objects.filter(crisis=crisis).exclude(duty="").exists():
        raise RuleBroken(_("The legal duties are on the list already."))
    entry = record(book, by, "action.required", "", duties=list(DUTIES))
    return put_duties(crisis, entry)


def put_duties(crisis: Crisis, entry: JournalEntry) -> list[Action]:
    """The rows of the legal duties; declaring a real crisis puts them with its own entry."""
    last = Action.objects.filter(crisis=crisis).aggregate(last=Max("number"))["last"] or 0
    return Action.objects.bulk_create(
        Action(crisis=crisis, number=n, duty=d.key, due_at=d.due(crisis.aware_at), due_hour=True, entry=entry)
        for n, d in enumerate(DUTIES.values(), last + 1)
    )


@transaction.atomic
def drop_action(action: Action, reason: str, *, by: User | None) -> None:
    """Nobody will do it, and why."""
    book = opened(action, by, own=False)
    if not reason.strip():
        raise RuleBroken(_("Say why %(action)s is dropped.") % {"action": action}, field="reason")
    closed(action, ActionState.DROPPED, book, by, {"reason": said_text(reason, "reason")})


@transaction.atomic
def change_action(
    action: Action,
    *,
    by: User | None,
    owner: User | None = None,
    owner_name: str = "",
    due_at: datetime | None = None,
    due_hour: bool = False,
) -> None:
    """Somebody else does it, or by another moment; the entry keeps who and when it was before.

    A legal duty keeps its moment: the law set it.
    """
    book = opened(action, by, own=False)
    if not owner and not owner_name.strip():
        raise RuleBroken(_("Say who does it: choose a member, or type a name."), field="owner")
    check_owner(action.crisis, owner)
    if action.duty:
        due_at, due_hour = action.due_at, action.due_hour
    elif due_at != action.due_at:
        check_due(due_at)
    same_name = action.owner_name and not owner and action.owner_name.body == owner_name.strip()
    who = None if owner else action.owner_name if same_name else said_text(owner_name, "owner_name")
    if (owner, who, due_at) == (action.owner, action.owner_name, action.due_at):
        raise RuleBroken(_("%(action)s says so already: nothing was changed.") % {"action": action})
    was = {"owner": str(action.owner or ""), "owner_name": action.owner_name, "due_at": action.due_at}
    said = {"owner": str(owner or ""), "owner_name": who, "due_at": due_at, "due_hour": due_hour, "was": was}
    record(book, by, "action.changed", subject_of(action), number=action.number, **said)
    action.owner, action.owner_name, action.due_at, action.due_hour = owner, who, due_at, due_hour
    action.save(update_fields=["owner", "owner_name", "due_at", "due_hour"])
