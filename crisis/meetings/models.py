"""Nouns of the meetings: a meeting of a cell, a measure with its wordings, and what each meeting did to it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisis.models import Crisis, JournalEntry, Text

GROUP = "group"
"""The cell of the whole group; the others are "site:<key>" and "it"."""


class Kind(models.TextChoices):
    """An ordinary meeting reviews every measure of its cell; an extraordinary one touches only what it names."""

    ORDINARY = "ordinary", _("ordinary")
    EXTRAORDINARY = "extraordinary", _("extraordinary")


class State(models.TextChoices):
    """How far a meeting is."""

    SCHEDULED = "scheduled", _("announced")
    RUNNING = "running", _("in progress")
    ENDED = "ended", _("adjourned")
    CANCELLED = "cancelled", _("cancelled")


class Meeting(models.Model):
    """A meeting of a cell. What it decides takes effect when it is adjourned (`ended_at`), for all screens at once.

    `number` counts the meetings of the crisis from 1. `next_at` is the next meeting that it announced. `source` and
    `known_at` (when the cell knew) are those of a meeting that a crisis file tells.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="meetings")
    number = models.PositiveIntegerField()
    cell = models.CharField(_("cell"), max_length=60, default=GROUP)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.ORDINARY)
    title = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    decides = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    known_at = models.DateTimeField(null=True)
    scheduled_at = models.DateTimeField(_("announced for"))
    hour_known = models.BooleanField(default=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(_("next meeting"), null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["crisis", "number"], name="one_meeting_per_number"),
            models.UniqueConstraint(
                fields=["crisis", "cell"],
                condition=Q(opened_at__isnull=False, ended_at=None, cancelled_at=None),
                name="one_meeting_of_a_cell_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(opened_at__isnull=False), name="only_an_open_meeting_is_adjourned"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Meeting %(number)d") % {"number": self.number})

    def get_state_display(self) -> str:
        """Its state in the reader's words."""
        return str(State(self.state).label)

    @property
    def state(self) -> str:
        """One of `State`."""
        if self.cancelled_at:
            return State.CANCELLED
        if self.ended_at:
            return State.ENDED
        return State.RUNNING if self.opened_at else State.SCHEDULED

    @property
    def at(self) -> datetime:
        """When it began, or is to begin."""
        return self.opened_at or self.scheduled_at


class Attendance(models.TextChoices):
    """What a person with an appointment does under a measure."""

    COME = "come", _("come as planned")
    UNLESS_CALLED = "unless_called", _("come, unless you are called")
    STAY = "stay", _("do not come, unless you are called")


class Measure(models.Model):
    """A decision that stays in force until it is lifted: M1, M2… of its crisis. Its words are those of its newest wording."""

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="measures")
    number = models.PositiveIntegerField()
    cell = models.CharField(_("cell"), max_length=60, default=GROUP)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["crisis", "number"], name="one_measure_per_number")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """How everybody calls it."""
        return f"M{self.number}"


class Wording(models.Model):
    """What a measure says, from the meeting on that decided or amended it. Never edited: an amendment is a new one.

    Scope: `activities` × `sites`, as keys; no activity = no service in particular, no site = every site that has them.
    """

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="wordings")
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    activities = models.JSONField(default=list)
    sites = models.JSONField(default=list)
    attendance = models.CharField(_("attendance"), max_length=14, choices=Attendance, blank=True)
    exempt = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    advice = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    exception = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return str(self.text)


class Act(models.TextChoices):
    """What a meeting did to a measure."""

    DECIDED = "decided", _("decided")
    RENEWED = "renewed", _("renewed")
    AMENDED = "amended", _("amended")
    LIFTED = "lifted", _("lifted")


class Review(models.Model):
    """What a meeting did to a measure; the newest of a meeting counts, once the meeting is adjourned. Append-only."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="reviews")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="reviews")
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=[Act.DECIDED, Act.AMENDED], wording__isnull=False)
                | Q(act__in=[Act.RENEWED, Act.LIFTED], wording=None),
                name="a_wording_is_decided_or_amended",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.act}"
