"""A measure with its wordings, and what each meeting did to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisis.meetings.models.meeting import GROUP, Meeting
from crisis.models import Crisis, JournalEntry, Text


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
