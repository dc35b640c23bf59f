"""Questions about walls: which screens there are, which may be here, what one shows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from crisis.displays.identity import Identity
from crisis.displays.models import Display, Pairing
from crisis.models import Crisis


@dataclass(frozen=True, slots=True)
class Standing:
    """What a socket needs to know of its screen."""

    crisis: int
    language: str
    stamp: int
    identified_at: datetime | None


def standings() -> dict[Identity, Standing]:
    """Every screen that may be here, by what it must say: one query, however many there are."""
    rows = Display.objects.filter(revoked_at=None).values_list(
        "pk", "key", "crisis", "language", "stamp", "identified_at"
    )
    return {
        (pk, key): Standing(crisis, language, stamp, identified)
        for pk, key, crisis, language, stamp, identified in rows
    }


def display_of(identity: Identity | None) -> Display | None:
    """The screen that a browser says it is; None when there is none, or when it was revoked."""
    if identity is None:
        return None
    found = Display.objects.filter(pk=identity[0], key=identity[1], revoked_at=None)
    return found.select_related("crisis__book").first()


def displays_of(crisis: Crisis) -> "QuerySet[Display]":
    """The screens of a crisis that are not revoked, by name."""
    return Display.objects.filter(crisis=crisis, revoked_at=None)


def pairing_of(pk: int | None, now: datetime) -> Pairing | None:
    """What a waiting browser shows, while its code is good or its screen waits to be fetched."""
    if pk is None:
        return None
    return Pairing.objects.filter(pk=pk, expires_at__gt=now).select_related("display").first()
