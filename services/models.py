"""Nouns of the heart: sites, activities, services, and what was observed of each service."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crisis.models import Crisis, JournalEntry, Text


def in_language(words: dict[str, str], lang: str | None = None) -> str:
    """The word of the reader's language, else French, else the first there is. "" is the key of a name that has one form."""
    lang = (lang or get_language() or "fr")[:2]
    return words.get(lang) or words.get("") or words.get("fr") or next(iter(words.values()), "")


class Site(models.Model):
    """A hospital or a home. Never deleted: `until` ends it and the past keeps it."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(_("name"))
    kind = models.CharField(_("kind"), max_length=60, default="hospital")
    count = models.PositiveSmallIntegerField(_("number of houses"), default=1)
    order = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.names)


class Activity(models.Model):
    """What is done (Radiology): a name per language, and the other words people use for it."""

    key = models.SlugField(max_length=60, unique=True)
    names = models.JSONField(_("name"))
    aliases = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.names)


class EssentialPeriod(models.Model):
    """From when until when an activity is essential; the past keeps what was in force. Empty `since`: from the beginning."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="essential_periods")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.activity} {self.since}–{self.until}"


PHONE = 60
"""Signs of a number, with whose it is."""


class Service(models.Model):
    """An activity at a site (Radiology, Libramont), from and until. Never deleted. `phone`: its fallback number."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="services")
    site = models.ForeignKey(Site, models.PROTECT, related_name="services")
    phone = models.CharField(_("fallback number"), max_length=PHONE, blank=True, default="")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["activity__order", "site__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["activity", "site"], name="one_service_per_activity_and_site")]

    def __str__(self) -> str:
        return f"{self.activity.name} ({self.site.name})"

    @property
    def key(self) -> str:
        """Its stable key, as in a crisis file: "radiologie@libramont"."""
        return f"{self.activity.key}@{self.site.key}"

    @property
    def scopes(self) -> set[str]:
        """The keys by which a site lead or ward manager may answer for it."""
        return {f"site:{self.site.key}", f"service:{self.key}"}


class Status(models.TextChoices):
    """What a service is. No report yet is "not_assessed", which no report can say."""

    VITAL = "vital", _("Vital")
    SUSPENDED = "suspended", _("Suspended")
    RESTORED = "restored", _("Restored")


NOT_ASSESSED = "not_assessed"


class StatusReport(models.Model):
    """One observation of a service during a crisis. Never edited: a newer report replaces it on the board.

    The newest of a service is the highest (`observed_at`, entry's seq). `capacity` is percent of normal, empty when unknown.
    `remains`: empty = not known; a text = what is still done; `remains_nothing` = nothing. `postponed` counts how often the
    expected return was put back. `alarm`: an essential service became suspended by it.
    Written only by `services.writes`.
    """

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="reports")
    crisis = models.ForeignKey(Crisis, models.PROTECT, related_name="reports")
    service = models.ForeignKey(Service, models.PROTECT, related_name="reports")
    seq = models.PositiveBigIntegerField()
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    hour_known = models.BooleanField(default=True)
    status = models.CharField(max_length=12, choices=Status)
    capacity = models.PositiveSmallIntegerField(null=True)
    paper = models.BooleanField(default=False)
    isolated = models.BooleanField(default=False)
    remains_nothing = models.BooleanField(default=False)
    expected_back = models.DateField(null=True)
    postponed = models.PositiveSmallIntegerField(default=0)
    to_verify = models.BooleanField(default=False)
    alarm = models.BooleanField(default=False)
    remains = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    note = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    public_note = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    reason = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["vital", "suspended", "restored"]), name="known_status"),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__range=(1, 100)), name="capacity_is_1_to_100_percent"
            ),
            models.CheckConstraint(
                condition=Q(remains=None) | Q(remains_nothing=False), name="remains_something_or_nothing"
            ),
            models.UniqueConstraint(
                fields=["entry", "service", "observed_at"], name="one_report_per_entry_service_and_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["crisis", "service", "-observed_at", "-seq"], name="newest_report"),
            models.Index(fields=["crisis", "alarm"], condition=Q(alarm=True), name="alarms"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.status} {self.observed_at:%Y-%m-%d %H:%M}"


class Acknowledgement(models.Model):
    """Somebody of the cell has seen an alarm: it leaves every screen."""

    report = models.OneToOneField(StatusReport, models.PROTECT, related_name="acknowledgement")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"alarm {self.report_id} acknowledged by {self.entry.actor_name}"
