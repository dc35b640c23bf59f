"""How a screen says who it is: a signed cookie of its own, no user's session. Reading it needs no query."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from crisis.displays.models import Display, Pairing

SCREEN, WAITING = "vigie_screen", "vigie_waiting"
YEAR = 365 * 86400
"""Seconds that a screen's identity is kept by its browser; renewed with every load."""
Identity = tuple[int, str]
"""Which row, and the key that it must still hold."""


def put(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    """Set a cookie that only this server reads."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)


def give_identity(response: HttpResponse, display: Display) -> None:
    """This browser is that screen from now on."""
    put(response, SCREEN, signing.dumps([display.pk, display.key], salt=SCREEN), YEAR)


def let_wait(response: HttpResponse, pairing: Pairing) -> None:
    """This browser shows that code."""
    put(response, WAITING, signing.dumps(pairing.pk, salt=WAITING), 3600)


def identity_of(cookies: dict[str, str]) -> Identity | None:
    """Which screen a browser says it is; None when it says nothing, or when the signature is not ours."""
    match opened(cookies, SCREEN):
        case [int(pk), str(key)]:
            return pk, key
    return None


def waiting_of(cookies: dict[str, str]) -> int | None:
    """Which code a browser shows."""
    found = opened(cookies, WAITING)
    return found if isinstance(found, int) else None


def opened(cookies: dict[str, str], name: str) -> Any:
    """What a signed cookie holds."""
    try:
        return signing.loads(cookies.get(name, ""), salt=name)
    except signing.BadSignature:
        return None
