"""What every request passes: headers, a lost database in words, closed by default, the organisation's zone, refusals."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from crisis.errors import RuleBroken
from crisis.models import Organisation
from crisis.request import MemberRequest, client_address

Next = Callable[[Any], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponse])
LOST = (OperationalError, InterfaceError)
"""What means that the database cannot be reached or written."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' {ws};"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)


class ProxyAddress:
    """Behind our own proxy, a client's address is the one that the proxy saw: for lock-outs, codes and the list of screens."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        meta = request.META
        meta["REMOTE_ADDR"] = client_address(meta.get("HTTP_X_FORWARDED_FOR", ""), meta.get("REMOTE_ADDR", ""))
        return self.get_response(request)


class SecurityHeaders:
    """A content policy without anything inline, and no cache for pages that a role opens."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        response = self.get_response(request)
        host = urlsplit(settings.PUBLIC_URL).netloc or request.META.get("HTTP_HOST", "")
        response.headers.setdefault("Content-Security-Policy", CSP.format(ws=f"ws://{host} wss://{host}"))
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class LostDatabase:
    """A database that is away gets a page that says so, 503; it recovers by itself with the next request."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        """Only what means that the database cannot be reached or written."""
        if not isinstance(failure, LOST):
            return None
        return database_lost(request)


def database_lost(request: HttpRequest) -> HttpResponse:
    """The page, rendered without the database."""
    with translation.override(translation.get_language_from_request(request)):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})


class LoginRequired(LoginRequiredMiddleware):
    """Closed by default: who is not signed in goes to the sign-in page, unless the view says `login_not_required`.

    An htmx request is told so by a header, so that what was typed stays on this device.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """To the door."""
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(resolve_url(settings.LOGIN_URL))
        return super().handle_no_permission(request, view_func)


class OrganisationTime:
    """The organisation's zone is the one zone of every page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        """Pass the request on."""
        request.organisation = Organisation.objects.first()
        with timezone.override(request.organisation.zone if request.organisation else timezone.get_default_timezone()):
            return self.get_response(request)


WRITTEN = "written"
"""The cookie that tells a page which form's act was done."""


class Written:
    """After an act, its answer leads elsewhere: the next page learns that it was done, and forgets the words that it kept.

    Without it, words that somebody sent would stand in the form again, as if they had been lost.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        """Pass the request on."""
        response = self.get_response(request)
        if request.method == "POST" and response.status_code == 302 and request.user.is_authenticated:
            response.set_cookie(
                WRITTEN, quote(request.path, safe=""), max_age=60, samesite="Strict", secure=request.is_secure()
            )
        return response


class Refusals:
    """A rule that was broken becomes its sentence with status 422, for pages, pieces and JSON alike; nothing was written."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: MemberRequest, refusal: Exception) -> HttpResponse | None:
        """Only refusals; anything else is a fault of ours and stays one."""
        if not isinstance(refusal, RuleBroken):
            return None
        if answer := getattr(request, "refused", None):
            # A view with a form says how to show the refusal at its field, with what was typed.
            return cast(HttpResponse, answer(refusal))
        return said(request, refusal, 422)


def said(request: MemberRequest, refusal: RuleBroken, status: int) -> HttpResponse:
    """A refusal as whoever asked understands it: JSON, a piece of the page, or a page."""
    if request.accepts("application/json") and not request.accepts("text/html"):
        return JsonResponse({"refused": str(refusal), "field": refusal.field}, status=status)
    if not request.htmx:
        return render(request, "refusal.html", {"refusal": refusal}, status=status)
    response = render(request, "_refusal.html", {"refusal": refusal}, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#refusal", "outerHTML"
    return response


LONGEST = 1024 * 1024
"""Bytes of a form."""


def takes(heaviest: int) -> Callable[[View], View]:
    """A view whose page takes a file of so many bytes beside its form. It stands above what else wraps the view."""

    def said_so(view: View) -> View:
        view.takes = heaviest + LONGEST  # type: ignore[attr-defined]
        return view

    return said_so


def most_of(path: str) -> int:
    """How many bytes the page at an address takes."""
    try:
        return int(getattr(resolve(path).func, "takes", LONGEST))
    except Resolver404:
        return LONGEST


class TooLong:
    """More than a page can hold is refused in words before it is read: 413, and what was typed stays on the page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: MemberRequest) -> HttpResponse:
        """Pass the request on."""
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdigit() and int(length) > LONGEST and int(length) > (most := most_of(request.path_info)):
            sentence = _("This is too long to be kept, more than %(number)d MB: shorten it, or keep it as a document.")
            return said(request, RuleBroken(sentence % {"number": most // 1_000_000}), 413)
        return self.get_response(request)
