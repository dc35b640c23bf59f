"""From name and password to being signed in: at once, or by way of the second factor. Guessing a password has an end."""

import time
from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from crisis.accounts.factor import has_factor, must_set_up
from crisis.accounts.models import User
from crisis.accounts.sessions import MUST
from crisis.accounts.tries import WrongCode, address_of, forget, tried

HALF = "half_signed_in"
"""In the session of who gave a right password and not yet the second factor: who, when, and where to go on."""
PATIENCE = 600
"""Seconds within which the second factor follows the password."""
BACKEND = "django.contrib.auth.backends.ModelBackend"
TRIES = 5
"""Wrong passwords from one network within a quarter of an hour: for a name at the door, and for the present one of somebody."""


def whose(request: HttpRequest, name: str, password: str) -> User:
    """The person whose user name and password these are, in one sentence for every cause when there is none.

    Raises WrongCode, or TooMany, which looks at nothing: after five wrong ones for this name from this network, whether the
    name exists or not; never for an account from everywhere, or an intruder could lock the cell out.
    """
    address = address_of(request)
    with tried("password", address, TRIES, name=name):
        user = authenticate(request, username=name, password=password)
        if not isinstance(user, User):
            raise WrongCode(_("User name and password do not match. Check both, or ask the crisis cell for help."))
    forget("password", address, name=name)
    return user


def present_password(request: HttpRequest, user: User) -> AbstractContextManager[None]:
    """Around what asks somebody who is signed in for their password: five wrong ones, and their network waits."""
    sentence = _("Too many wrong passwords were typed here: wait a quarter of an hour.")
    return tried("present", address_of(request), TRIES, user, sentence)


def enter(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Whose password (or card) is right comes in, or is asked for the second factor. Whoever was signed in there no longer is."""
    if not has_factor(user):
        return let_in(request, user, to)
    if request.user.is_authenticated:
        logout(request)
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
