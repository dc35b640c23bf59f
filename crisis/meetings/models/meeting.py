"""A meeting of a cell."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisis.models import Crisis, Text

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

    `number` counts the meetings of the crisis from 1. `next_at` is the next meeting that it announced, `duty_contact` whom
    to call until it begins. `source` is that of a meeting that a crisis file tells; `known_at` (when the cell knew) is set
    when it was written down later than it was held.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="meetings")
    number = models.PositiveIntegerField()
    cell = models.CharField(_("cell"), max_length=60, default=GROUP)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.ORDINARY)
    title = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    decides = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    duty_contact = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
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
        """Its state in the reader's words; one that is written down afterwards is not in progress."""
        if self.state == State.RUNNING and self.known_at:
            return str(_("written down afterwards"))
        return str(State(self.state).label)

    @property
    def state(self) -> str:
        """One of `State`."""
        if self.cancelled_at:
            return State.CANCELLED
        if self.ended_at:
            return State.ENDED
        return State.RUNNING if self.opened_at else State.SCHEDULED

    def until(self, now: datetime) -> datetime:
        """The moment that it looks from: its end, or now; while it is written down later, its beginning."""
        return self.ended_at or (self.at if self.known_at else now)

    @property
    def at(self) -> datetime:
        """When it began, or is to begin."""
        return self.opened_at or self.scheduled_at
