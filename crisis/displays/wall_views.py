"""The screen's own side: a code until it is paired, then the wall. No login; nobody touches it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from crisis.codes import qr
from crisis.displays.identity import SCREEN, WAITING, give_identity, identity_of, let_wait, waiting_of
from crisis.displays.models import Display
from crisis.displays.pieces import heading, kept_places
from crisis.displays.reads import display_of, pairing_of
from crisis.displays.writes import show_code
from crisis.errors import RuleBroken
from crisis.frames import mark_of
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import MAY, crises_of
from services.models import Site


@login_not_required
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The wall of a paired screen; a code to pair it by until then, or again once it was revoked."""
    display = display_of(identity_of(request.COOKIES))
    if display is None:
        return code_page(request)
    response = wall_page(request, display)
    give_identity(response, display)
    return response


def wall_page(request: HttpRequest, display: Display, preview: bool = False) -> HttpResponse:
    """What a screen shows, in its own language. The seq is read with the crisis, before the data."""
    with translation.override(display.language):
        context: dict[str, Any] = heading(display.crisis) | mark_of(display.crisis.book.head_seq)
        context |= {"display": display, "preview": preview}
        if not display.is_blank:
            context["places"] = kept_places(display.crisis, display.sites)
            context["shown_sites"] = [site.name for site in Site.objects.filter(key__in=display.sites)]
        return render(request, "displays/wall.html", context)


def code_page(request: HttpRequest, piece: bool = False) -> HttpResponse:
    """The code that this browser shows, the same one for ten minutes; then another."""
    pairing = pairing_of(waiting_of(request.COOKIES), timezone.now())
    if pairing is None or not pairing.code:
        try:
            pairing = show_code(request.META.get("REMOTE_ADDR", ""))
        except RuleBroken as refusal:
            return render(request, "displays/refused.html", {"refusal": refusal}, status=429)
    url = request.build_absolute_uri(reverse("wall_scanned", args=[pairing.code]))
    context = {"pairing": pairing, "qr": qr(url), "address": request.build_absolute_uri("/")}
    response = render(request, "displays/_code.html" if piece else "displays/code.html", context)
    let_wait(response, pairing)
    response.delete_cookie(SCREEN)
    return response


@login_not_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """A waiting screen asks every two seconds: nothing yet (204), another code, or its identity and the wall."""
    pairing = pairing_of(waiting_of(request.COOKIES), timezone.now())
    if pairing is None:
        return code_page(request, piece=True)
    if pairing.display is None:
        return HttpResponse(status=204)
    response: HttpResponse = HttpResponseClientRefresh()
    give_identity(response, pairing.display)
    response.delete_cookie(WAITING)  # the row goes when it expires: should this answer be lost, the screen asks again
    return response


@require_GET
def scanned(request: MemberRequest, code: str) -> HttpResponse:
    """Somebody of the cell scanned a screen's code: to the page of screens of the crisis that is open, the code filled in."""
    mine = Crisis.objects.filter(
        crises_of(request.user),
        members__user=request.user,
        members__until=None,
        members__role__in=MAY["manage displays"],
    )
    crisis = mine.order_by(F("closed_at").desc(nulls_first=True), "-started_at").first()
    if crisis is None:
        return redirect("home")
    return redirect(f"{reverse('displays', args=[crisis.pk])}?{urlencode({'code': code})}")
