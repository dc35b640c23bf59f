"""A communiqué, its text in each language, its frozen editions, and the steps that each of them took."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisis.models import Crisis, JournalEntry, Text


class Kind(models.TextChoices):
    """What a communiqué was begun as."""

    SITUATION = "situation", _("situation of the day")
    RESTORED = "restored", _("service restored")
    CORRECTION = "correction", _("correction")
    EXERCISE = "exercise", _("exercise")


class Act(models.TextChoices):
    """A step of a communiqué. What it was last says where it stands: see `State`."""

    SUBMITTED = "submitted", _("sent to review")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("to be published at a time")
    HELD = "held", _("held back")
    PUBLISHED = "published", _("published")
    REOPENED = "reopened", _("correction begun")
    RESUMED = "resumed", _("correction given up")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DROPPED = "dropped", _("dropped")


class State(models.TextChoices):
    """Where a communiqué stands: only a draft can be written, what is approved is frozen."""

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("review")
    APPROVED = "approved", _("approved")
    SCHEDULED = "scheduled", _("waits for its moment")
    HELD = "held", _("held back")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DROPPED = "dropped", _("dropped")


AFTER = {
    None: State.DRAFT,
    Act.SUBMITTED: State.REVIEW,
    Act.RETURNED: State.DRAFT,
    Act.APPROVED: State.APPROVED,
    Act.SCHEDULED: State.SCHEDULED,
    Act.HELD: State.HELD,
    Act.PUBLISHED: State.PUBLISHED,
    Act.REOPENED: State.DRAFT,
    Act.RESUMED: State.PUBLISHED,
    Act.WITHDRAWN: State.WITHDRAWN,
    Act.DROPPED: State.DROPPED,
}
"""The state after each step; None: before any."""


class Communique(models.Model):
    """What the organisation says on one subject. `number` counts those of the crisis from 1 and never changes.

    `lang` is the language that leads: the others are up to date, late or missing against it. A correction is a new edition
    of the same communiqué, never another one.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="communiques")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("begun as"), max_length=12, choices=Kind, default=Kind.SITUATION)
    lang = models.CharField(max_length=2, default="fr")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["crisis", "number"], name="one_communique_per_number")]

    def __str__(self) -> str:
        return str(_("Communiqué %(number)d") % {"number": self.number})


class Wording(models.Model):
    """The text in one language while it is written: not a fact yet. `version` counts what was saved.

    `body` is Markdown; an inserted fact is `[words](fact:key=value#seq)`. `follows`: the version of the leading language
    that this one says in its own; of the leading language itself, its own version. `writers`: who changed it since the last
    publication, as keys.
    """

    communique = models.ForeignKey(Communique, models.CASCADE, related_name="wordings")
    lang = models.CharField(max_length=2)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    version = models.PositiveIntegerField(default=1)
    follows = models.PositiveIntegerField(default=0)
    writers = models.JSONField(default=list)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["communique", "lang"], name="one_wording_per_language")]

    def __str__(self) -> str:
        return f"{self.communique} ({self.lang})"


class Edition(models.Model):
    """The text as it was sent to review: frozen for good. What is approved and published is this, byte for byte.

    `content`: `{"lead", "seq", "langs": {lang: {"title": text, "body": text, "late": bool}}, "sms"}`; `sms`: whether
    lines that begin with "SMS:" are the SMS's own (not in what was frozen before or told by a file). Each text by id and digest, so
    that it can be masked; `seq` is the board's number that it was written against. `digest` is SHA-256 over its canonical
    JSON. `authors`: who wrote in it, as keys; none of them approves it. Append-only.
    """

    communique = models.ForeignKey(Communique, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    authors = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["communique", "number"], name="one_edition_per_number")]

    def __str__(self) -> str:
        return f"{self.communique}, {self.number}"


class Step(models.Model):
    """A step of a communiqué: one entry each. `at`: when it is to be published, or was. Append-only."""

    communique = models.ForeignKey(Communique, models.CASCADE, related_name="steps")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="steps")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act)
    at = models.DateTimeField(null=True)
    reason = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.communique} {self.act}"


class Keeping(models.Model):
    """A contradiction that somebody answered with a reason instead of replacing it. Append-only.

    `answers` is what it was: the finding's digest, so that another value of the board asks again.
    """

    communique = models.ForeignKey(Communique, models.CASCADE, related_name="keepings")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    lang = models.CharField(max_length=2)
    answers = models.CharField(max_length=64)
    reason = models.ForeignKey(Text, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.communique} keeps {self.answers[:8]}"


class Release(models.Model):
    """The answers to "is my appointment kept?" that somebody released to the public. The newest counts. Append-only.

    `content`: canonical JSON of the answers, documented in `crisis.communiques.answers`; `digest` is SHA-256 over it.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="releases")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.crisis_id} released at {self.entry.seq}"
