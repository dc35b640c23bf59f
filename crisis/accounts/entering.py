"""From a right password to being signed in: at once, or by way of the second factor."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from crisis.accounts.factor import has_factor, must_set_up
from crisis.accounts.models import User

HALF = "half_signed_in"
"""In the session of who gave a right password and not yet the second factor: who, when, and where to go on."""
MUST = "must_set_up_factor"
"""In the session of who has to set up a second factor before anything else."""
PATIENCE = 600
"""Seconds within which the second factor follows the password."""
BACKEND = "django.contrib.auth.backends.ModelBackend"


def enter(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Whose password (or card) is right comes in, or is asked for the second factor."""
    if not has_factor(user):
        return let_in(request, user, to)
    request.session.cycle_key()
    seal = user.get_session_auth_hash()
    request.session[HALF] = {"user": user.pk, "seal": seal, "at": time.time(), "to": to}
    return redirect("second_step")


def half_signed_in(request: HttpRequest) -> tuple[User, str] | None:
    """Who gave a right password a moment ago, and where they wanted to go; None when that is too long ago, or holds no more."""
    half: dict[str, Any] | None = request.session.get(HALF)
    if half is None or not 0 <= time.time() - half["at"] <= PATIENCE:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    if user is None or not constant_time_compare(half["seal"], user.get_session_auth_hash()):
        return None
    return user, half["to"]


def let_in(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Sign in, in one's own language; who needs a second factor and has none is led to setting it up."""
    request.session.pop(HALF, None)
    login(request, user, backend=BACKEND)
    if must_set_up(user):
        request.session[MUST] = True
    return in_language(redirect(to), user.language, request)


def in_language(response: HttpResponse, chosen: str, request: HttpRequest) -> HttpResponse:
    """The response with the reader's language for a year, when there is a choice."""
    if chosen:
        year, safe = 365 * 86400, request.is_secure()
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=year, samesite="Lax", secure=safe)
    return response
