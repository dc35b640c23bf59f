"""Questions about actions: which count, which are open, which wait for their meeting to be adjourned."""

from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from crisis.meetings.models import Action, ActionState
from crisis.models import Crisis


def actions_in_force(crisis: Crisis) -> "QuerySet[Action]":
    """Every action that counts: set outside of a meeting, or by one that is adjourned."""
    found = Action.objects.filter(Q(meeting=None) | Q(meeting__ended_at__isnull=False), crisis=crisis)
    return with_words(found.exclude(state=ActionState.BACK))


def actions_to_come(crisis: Crisis) -> "QuerySet[Action]":
    """The actions that take effect when the meeting in progress that set them is adjourned."""
    found = Action.objects.filter(crisis=crisis, state=ActionState.OPEN, meeting__ended_at=None)
    return with_words(found.filter(meeting__isnull=False, meeting__cancelled_at=None)).order_by("number")


def with_words(found: "QuerySet[Action]") -> "QuerySet[Action]":
    """Actions with everything that a row shows of them."""
    return found.select_related("text", "owner", "owner_name", "reason", "reference", "meeting", "crisis")


def actions_open(crisis: Crisis, now: datetime) -> "QuerySet[Action]":
    """The actions that are open, overdue first (`overdue`), then by what is due next; without a date last."""
    waiting = actions_in_force(crisis).filter(state=ActionState.OPEN)
    late = ExpressionWrapper(Q(due_at__lt=now), output_field=BooleanField())
    return waiting.annotate(overdue=late).order_by(F("due_at").asc(nulls_last=True), "number")
