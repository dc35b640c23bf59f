"""Sign-in cards as the cell gives them: on the screen once, on paper, revoked."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crisis.accounts.cards import digest_of, give_cards, open_cards, revoke_card
from crisis.accounts.models import SignInCard, User
from crisis.certificate import fingerprint_for_cards
from crisis.codes import in_groups, plain_code, qr
from crisis.context import acts_of, address_in
from crisis.errors import RuleBroken
from crisis.member_writes import AT_ONCE, too_many
from crisis.models import Crisis, Member
from crisis.papers import pdf
from crisis.request import MemberRequest
from crisis.views import place_of

Printed = tuple[SignInCard, str]
"""A card and its code, which is known only to the answer that shows it first."""


@require_POST
def give(request: MemberRequest, crisis_pk: int | None = None) -> HttpResponse:
    """Cards for the members that were ticked, or for the one whose button was pressed."""
    crisis = place_of(request, crisis_pk, "manage members")
    asked = request.POST.getlist("only") or request.POST.getlist("user")
    wanted = [int(pk) for pk in asked if pk.isascii() and pk.isdigit() and len(pk) < 19]
    users = members_of(crisis).filter(pk__in=wanted)
    if not users:
        raise RuleBroken(_("Tick the people whom the cards are for."))
    if len(users) > AT_ONCE:
        raise too_many()
    return shown(request, crisis, give_cards(users.order_by("first_name", "username"), by=request.user, crisis=crisis))


def members_of(crisis: Crisis | None) -> "QuerySet[User]":
    """Everybody with a role in a crisis, or a standing one in the house."""
    return User.objects.filter(pk__in=Member.objects.filter(crisis=crisis, until=None).values("user"))


def printed_here(crisis: Crisis | None) -> "QuerySet[User, int]":
    """Whose cards are printed here: the members', and those of accounts that have no role anywhere yet."""
    held = Member.objects.filter(until=None)
    no_role = ~Q(pk__in=held.values("user"))
    return User.objects.filter(no_role | Q(pk__in=held.filter(crisis=crisis).values("user"))).values_list(
        "pk", flat=True
    )


def shown(request: MemberRequest, crisis: Crisis | None, cards: Iterable[Printed]) -> HttpResponse:
    """The cards with their codes: now, and never again."""
    context: dict[str, Any] = {"crisis": crisis, "page": "members", "may": acts_of(request, crisis)}
    context |= {"cards": [face(request, *printed) for printed in cards], "fingerprint": fingerprint_for_cards()}
    return render(request, "crisis/cards.html", context)


@require_POST
def paper(request: MemberRequest, crisis_pk: int | None = None) -> HttpResponse:
    """The cards that the page before shows, as a PDF: several on one sheet. It brings their codes, which nobody keeps."""
    crisis = place_of(request, crisis_pk, "manage members")
    codes = {digest_of(code): plain_code(code) for code in request.POST.getlist("code")}
    if len(codes) > AT_ONCE:
        raise too_many()
    cards = open_cards(printed_here(crisis)).filter(digest__in=codes).select_related("user")
    if not cards:
        raise RuleBroken(_("These cards open nothing any more: make new ones."))
    faces = [face(request, card, codes[card.digest]) for card in cards.order_by("user__first_name", "pk")]
    answer = HttpResponse(pdf("card", sheet(request, faces)), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="cards.pdf"'
    return answer


@require_POST
def revoke(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """A card that was lost opens nothing any more."""
    crisis = place_of(request, crisis_pk, "manage members")
    user = get_object_or_404(members_of(crisis), pk=pk)
    revoke_card(user, by=request.user, crisis=crisis)
    messages.success(request, _("The card of %(name)s opens nothing any more.") % {"name": user})
    return redirect(address_in(crisis, "members"))


def face(request: MemberRequest, card: SignInCard, code: str) -> dict[str, Any]:
    """What stands on a card. Behind "#" the code stays in the browser: no server's log has it."""
    page = address_for_others(request) + reverse("card")
    return {
        "user": card.user,
        "code": in_groups(code),
        "page": page,
        "qr": qr(f"{page}#{code}"),
        "until": formats.date_format(timezone.localtime(card.expires_at), _("l j F, H:i")),
    }


def sheet(request: MemberRequest, faces: list[dict[str, Any]]) -> dict[str, Any]:
    """The words of the paper: the layout adds none."""
    fingerprint = fingerprint_for_cards()
    said = _("Compare, when the browser warns: fingerprint of the certificate (SHA-256)")
    return {
        "lang": translation.get_language() or "fr",
        "title": _("Sign-in cards"),
        "organisation": request.organisation.name if request.organisation else "Vigie",
        "head": _("Sign-in card"),
        "how": _("Scan, or open this address and type the code. Works once; then you sign in with your own password."),
        "labels": {"username": _("User name"), "code": _("Code"), "until": _("Valid until"), "trust": said},
        "fingerprint": fingerprint,
        "cards": [
            {
                "name": str(card["user"]),
                "function": " · ".join(filter(None, [card["user"].function, card["user"].site])),
                "username": card["user"].username,
                "alt": _("QR code of the card of %(name)s") % {"name": card["user"]},
                **{key: str(card[key]) for key in ("code", "page", "qr", "until")},
            }
            for card in faces
        ],
    }


def address_for_others(request: MemberRequest) -> str:
    """Where a phone reaches this server, without a final slash.

    Who makes the cards may sit at the server itself: "localhost" would be the phone's own. Then PUBLIC_URL, an address
    that ALLOWED_HOSTS names, or a name of it; and what the browser has when there is nothing else.
    """
    if settings.PUBLIC_URL:
        return str(settings.PUBLIC_URL)
    here, port = split_domain_port(request.get_host())
    others = sorted((h for h in settings.ALLOWED_HOSTS if reaches(h)), key=lambda host: not is_address(host))
    if reaches(here) or not others:
        return request.build_absolute_uri("/").rstrip("/")
    return f"{request.scheme}://{others[0]}{f':{port}' if port else ''}"


def is_address(host: str) -> bool:
    """Whether a host is an IP address: every device finds it, names only those that know them."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def reaches(host: str) -> bool:
    """Whether a host may be another machine's: neither loopback, nor a pattern."""
    if is_address(host):
        return not ip_address(host.strip("[]")).is_loopback
    return host != "localhost" and not host.startswith((".", "*")) and not host.endswith(".localhost")
