"""What a meeting decided, and who does what by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisis.meetings.models.agenda import Point
from crisis.meetings.models.duties import DUTIES
from crisis.meetings.models.meeting import Meeting
from crisis.models import Crisis, JournalEntry, Text


class Decision(models.Model):
    """What was decided, why, and who decided; effective once its meeting is adjourned. `about`: keys of services and sites.

    `point` is empty until somebody files it. `taken_back`: the entry that says that it was not decided after all.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    point = models.ForeignKey(Point, models.PROTECT, null=True, related_name="decisions")
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    why = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    about = models.JSONField(default=list)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    taken_back = models.OneToOneField(JournalEntry, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.text)


class ActionState(models.TextChoices):
    """How far an action is; one that is taken back never took effect."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")
    BACK = "back", _("taken back")


class Action(models.Model):
    """Who does what by when: A1, A2… of its crisis. One of a meeting counts once that is adjourned.

    `owner` is a member of the cell, `owner_name` somebody else. `due_at` is the end of its last moment; `due_hour` says
    whether the hour matters. `duty` is the key of a legal duty (`DUTIES`), `reference` what its recipient answered with.
    `about`: keys of services and sites.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="actions")
    number = models.PositiveIntegerField()
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="actions")
    point = models.ForeignKey(Point, models.PROTECT, null=True, related_name="actions")
    text = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    duty = models.CharField(max_length=30, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="actions")
    owner_name = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(_("due"), null=True)
    due_hour = models.BooleanField(default=False)
    about = models.JSONField(default=list)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ActionState, default=ActionState.OPEN)
    closed_at = models.DateTimeField(null=True)
    closing = models.OneToOneField(JournalEntry, models.PROTECT, null=True, related_name="+")
    reason = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    reference = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["crisis", "number"], name="one_action_per_number"),
            models.UniqueConstraint(fields=["crisis", "duty"], condition=~Q(duty=""), name="a_duty_once_per_crisis"),
            models.CheckConstraint(condition=Q(text__isnull=False) | ~Q(duty=""), name="an_action_says_what"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="an_action_that_is_not_open_was_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """How everybody calls it."""
        return f"A{self.number}"

    @property
    def words(self) -> str:
        """What is to be done, in the reader's language when it is a duty."""
        return str(self.text) if self.text else str(DUTIES[self.duty].words)

    @property
    def by_whom(self) -> str:
        """Who does it; "" when nobody was named yet."""
        return str(self.owner or self.owner_name or "")

    @property
    def rule(self) -> str:
        """The rule that asks for it; "" for what the cell set itself."""
        return DUTIES[self.duty].rule if self.duty else ""
