"""Nouns of the walls: a paired screen, a code that waits to be entered, and the tries that found nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisis.models import Crisis

SILENT = timedelta(seconds=20)
"""How long after its last answer a screen still counts as connected: three beats and a little."""


class Theme(models.TextChoices):
    """A wall is dark unless somebody says otherwise."""

    DARK = "dark", _("dark")
    LIGHT = "light", _("light")


class Shows(models.TextChoices):
    """Which services a screen pages through."""

    ALL = "all", _("every service")
    ESSENTIAL = "essential", _("essential services")
    DOWN = "down", _("suspended and not assessed")


class Display(models.Model):
    """A screen on a wall, paired with one crisis. Its row stays when it is revoked: the journal names it.

    `key` is its secret, held by its signed cookie; a revoked screen's key is worth nothing. `sites` are keys, empty = all.
    `zoom` in percent; `page_seconds` is how long it stays on a page. `stamp` grows with each change that the screen must
    follow. What follows `address` is seen by the hub, not said by anybody: no journal entry, no fact.
    """

    crisis = models.ForeignKey(Crisis, models.CASCADE, related_name="displays")
    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=64)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fr")
    sites = models.JSONField(_("sites"), default=list, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.DARK)
    shows = models.CharField(_("shows"), max_length=10, choices=Shows, default=Shows.ALL)
    zoom = models.PositiveSmallIntegerField(
        _("zoom, in percent"), default=100, validators=[MinValueValidator(60), MaxValueValidator(200)]
    )
    page_seconds = models.PositiveSmallIntegerField(
        _("seconds per page"), default=20, validators=[MinValueValidator(5), MaxValueValidator(300)]
    )
    is_blank = models.BooleanField(default=False)
    stamp = models.PositiveIntegerField(default=1)
    identified_at = models.DateTimeField(null=True)
    paired_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=60, blank=True)
    browser = models.CharField(max_length=300, blank=True)
    connected_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_seq = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(zoom__range=(60, 200)), name="zoom_is_60_to_200_percent"),
            models.CheckConstraint(condition=Q(page_seconds__range=(5, 300)), name="a_page_stays_5_to_300_seconds"),
            models.UniqueConstraint(
                fields=["crisis", "name"], condition=Q(revoked_at=None), name="one_screen_per_name_in_a_crisis"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_connected(self, now: datetime | None = None) -> bool:
        """Whether the screen answered within the last three beats."""
        return bool(self.connected_at and self.seen_at and self.seen_at > (now or timezone.now()) - SILENT)


class Pairing(models.Model):
    """A browser that shows a code and waits. `code` is blanked when it is entered: it works once.

    `display` is what it became; the browser fetches its identity with the next look and this row goes.
    """

    code = models.CharField(max_length=8, blank=True)
    expires_at = models.DateTimeField()
    address = models.CharField(max_length=60, blank=True)
    display = models.ForeignKey(Display, models.CASCADE, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_screen_per_code")]

    def __str__(self) -> str:
        return f"{self.address} until {self.expires_at:%H:%M}"


class WrongCode(models.Model):
    """Somebody entered a code that no screen shows; who tries too often has to wait."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%H:%M:%S}"
