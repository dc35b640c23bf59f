"""An exception to a measure: who asks for which case, what the medical direction says, what management decides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crisis.meetings.models.measure import Measure
from crisis.models import Crisis, JournalEntry, Text


class ExceptionRequest(models.Model):
    """Somebody asks that a measure does not apply to one case: E1, E2… of its crisis. Append-only.

    `reference` is a file's number in the hospital's own systems, never anything of a patient.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="exceptions")
    number = models.PositiveIntegerField()
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="exceptions")
    reference = models.ForeignKey(Text, models.PROTECT, related_name="+")
    why = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["crisis", "number"], name="one_exception_per_number")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """How everybody calls it."""
        return f"E{self.number}"


class Party(models.TextChoices):
    """Who says what they think of an exception, in this order; management's opinion decides with the other."""

    MEDICAL = "medical", _("medical direction")
    MANAGEMENT = "management", _("management")


class Opinion(models.Model):
    """What one of the two says of an exception. Append-only. Granted when both are in favour."""

    request = models.ForeignKey(ExceptionRequest, models.PROTECT, related_name="opinions")
    party = models.CharField(max_length=10, choices=Party)
    favourable = models.BooleanField()
    words = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "party"], name="one_opinion_per_party")]

    def __str__(self) -> str:
        return f"{self.request} {self.party}"
