"""What a meeting goes through, who is there, and what its minutes say of each point."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisis.meetings.models.meeting import Meeting
from crisis.models import JournalEntry, Text


class Topic(models.TextChoices):
    """The points that every agenda has, in their order; the others were added by somebody and have a title."""

    PRESENT = "present", _("Those present")
    LAST = "last", _("Minutes of the last meeting")
    SERVICES = "services", _("State of the services")
    MEASURES = "measures", _("Measures in force")
    ACTIONS = "actions", _("Open actions")
    IT = "it", _("IT and recovery")
    COMMUNICATION = "communication", _("Communication")
    OTHER = "other", _("Other points")
    NEXT = "next", _("Next meeting")
    ADDED = "added", _("Added point")


class Point(models.Model):
    """A point of a meeting's agenda. `text` is what the sealed minutes say of it; until then its newest `Draft` does."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="points")
    topic = models.CharField(max_length=14, choices=Topic)
    title = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    order = models.PositiveSmallIntegerField()
    skipped_at = models.DateTimeField(null=True)
    text = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "topic"], condition=~Q(topic="added"), name="one_point_of_a_topic_per_meeting"
            ),
            models.CheckConstraint(
                condition=Q(topic="added", title__isnull=False) | (~Q(topic="added") & Q(title=None)),
                name="an_added_point_has_a_title",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title) if self.title else str(self.get_topic_display())


class Draft(models.Model):
    """A version of the free text of a point, as somebody saved it while writing: not a fact yet, so no entry.

    Who saves knows the version they started from: two who write at once lose neither. All go when the minutes are sealed.
    """

    point = models.ForeignKey(Point, models.CASCADE, related_name="drafts")
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["point", "version"], name="one_draft_per_version")]

    def __str__(self) -> str:
        return f"{self.point_id} v{self.version}"


class Attendee(models.Model):
    """Somebody at a meeting: a member of the cell (`user`), or a guest (`name`). `arrived_at`: after it began."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    function = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    excused = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="a_member_attends_once"),
            models.CheckConstraint(
                condition=Q(user=None, name__isnull=False) | Q(user__isnull=False, name=None),
                name="a_member_or_a_guest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.name)


class Duty(models.TextChoices):
    """What somebody does for a meeting."""

    CHAIR = "chair", _("chairs")
    PEN = "pen", _("holds the pen")


class Charge(models.Model):
    """From when on somebody chairs a meeting or holds its pen; the newest of a duty counts."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="charges")
    duty = models.CharField(max_length=5, choices=Duty)
    attendee = models.ForeignKey(Attendee, models.PROTECT, related_name="charges")
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.attendee} {self.duty}"


class Seal(models.Model):
    """The minutes as the chair sealed them. Append-only: `content` holds each text by id and digest, as an entry does.

    `digest` is SHA-256 over the canonical JSON of `content`; the entry holds it too.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="seal")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    lang = models.CharField(max_length=2)
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.meeting} {self.digest[:8]}"


class Addendum(models.Model):
    """What somebody corrected after the minutes were sealed: signed by its entry, printed after them. Append-only."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="addenda")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.text)
