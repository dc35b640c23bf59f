"""Nouns of the centre: the organisation, the crisis, who is who in it, and the book that holds all that happened."""

import hashlib
import secrets
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """Whose installation this is: one row. Its time zone is the one zone of all pages, frames and commands."""

    name = models.CharField(_("name"), max_length=200)
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Brussels")
    languages = models.JSONField(_("languages"), default=list)
    public_phone = models.CharField(_("public phone line"), max_length=40, blank=True)
    cell_phone = models.CharField(_("phone of the crisis cell"), max_length=40, blank=True)
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which every moment is shown."""
        return ZoneInfo(self.timezone)


class Crisis(models.Model):
    """What the cell manages. `started_at` is when it began, `aware_at` when the organisation knew: legal clocks run from it.

    An exercise is stamped on every page, screen and file. Written only by `crisis.writes`.
    """

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60, default="cyberattack")
    is_exercise = models.BooleanField(_("exercise"), default=False)
    started_at = models.DateTimeField(_("started at"))
    aware_at = models.DateTimeField(_("aware at"))
    plan_triggered_at = models.DateTimeField(_("hospital emergency plan triggered at"), null=True, blank=True)
    plan_triggered_by = models.CharField(_("hospital emergency plan triggered by"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["started_at", "name"], name="one_crisis_per_start_and_name")]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is in the crisis cell; `crisis.roles` says what each may do."""

    DIRECTOR = "director", _("director")
    MEDICAL = "medical", _("medical direction")
    SECRETARY = "secretary", _("secretary of the cell")
    COMMUNICATIONS = "communications", _("communications")
    IT = "it", _("IT lead")
    SITE = "site", _("site lead / on duty")
    WARD = "ward", _("ward manager")
    OBSERVER = "observer", _("observer")


class Member(models.Model):
    """A person's role: a standing one of the organisation (`crisis` empty), or in one crisis.

    `scope` lists what a site lead or ward manager answers for, as keys: "site:libramont", "service:radiologie@libramont".
    A role taken back keeps its row with `until`: the past keeps who could do what.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    crisis = models.ForeignKey(Crisis, models.CASCADE, null=True, blank=True, related_name="members")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    scope = models.JSONField(default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "user", "role", Coalesce("crisis", 0), condition=Q(until=None), name="a_role_is_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Book(models.Model):
    """A chain of entries: one per crisis, one for the house (`crisis` empty: registry, accounts, declarations).

    Its row is what a write locks and what the hub polls. `head_at` never goes back.
    """

    crisis = models.OneToOneField(Crisis, models.CASCADE, null=True, blank=True, related_name="book")
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="0" * 64)
    head_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Coalesce("crisis", 0), name="one_house_book"),
        ]

    def __str__(self) -> str:
        return str(self.crisis) if self.crisis_id else str(_("House"))


class Text(models.Model):
    """Free words that a person typed, kept apart from what refers to them so that they can be masked.

    Whoever refers to a text holds its id and its salted `digest`, never the words. Masking blanks words and salt.
    """

    body = models.TextField()
    lang = models.CharField(max_length=2, default="fr")
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    masked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.body if self.masked_at is None else str(_("[masked]"))

    @staticmethod
    def digest_of(body: str, lang: str, salt: str) -> str:
        """SHA-256 over salt, language and words."""
        return hashlib.sha256(f"{salt}\n{lang}\n{body}".encode()).hexdigest()

    @classmethod
    def written(cls, body: str, lang: str = "fr") -> "Text":
        """A new text, saved, with a salt of its own."""
        salt = secrets.token_hex(16)
        return cls.objects.create(body=body, lang=lang, salt=salt, digest=cls.digest_of(body, lang, salt))


class JournalEntry(models.Model):
    """One numbered line of a book: who did what to what, with which values. Never edited, never deleted.

    Made only by `crisis.journal.record`. `subject` is a key ("service:radiologie@libramont", "crisis:3", "user:7").
    `hash` is SHA-256 over the previous entry's hash and this entry's canonical JSON.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    actor_role = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "seq"], name="one_entry_per_number")]
        indexes = [
            models.Index(fields=["book", "verb", "seq"], name="entry_by_verb"),
            models.Index(fields=["book", "subject", "seq"], name="entry_by_subject"),
            models.Index(fields=["book", "recorded_at"], name="entry_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.book_id}:{self.seq} {self.verb}"


class FreeEntry(models.Model):
    """What somebody of the cell wrote into the journal in their own words: a fact once verified, an assumption until then."""

    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="free")
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    source = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField()
    hour_known = models.BooleanField(default=True)
    to_verify = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.text)


class Verification(models.Model):
    """Somebody of the cell checked a free entry: it is a fact from now on."""

    free = models.OneToOneField(FreeEntry, models.PROTECT, related_name="verification")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.free_id} verified by {self.entry.actor_name}"


class Countersignature(models.Model):
    """A second person's signature under what was done alone, with a reason."""

    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="countersignature")
    by_entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.entry_id} countersigned by {self.by_entry.actor_name}"


class LoadedEvent(models.Model):
    """An event of a crisis file: known again by `digest`, and the sections that no feature reads yet, kept word for word.

    `kept` is canonical JSON in a text of its own, so that it can be masked like any other words. A section leaves it when a
    feature has learned to read it: another text takes its place. `entry` is the last of the book when the event was loaded.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="loaded_events")
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, related_name="+")
    kept = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["crisis", "position"], name="one_event_per_position")]

    def __str__(self) -> str:
        return f"{self.crisis_id} #{self.position} {self.at:%Y-%m-%d %H:%M}"
