"""Pages of the centre, and how a view finds its crisis."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.db.models import F
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from crisis.context import acts_of
from crisis.errors import RuleBroken
from crisis.frames import mark_of
from crisis.middleware import LOST, database_lost
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import check_may, crises_of


def crisis_of(request: MemberRequest, crisis_pk: int, act: str = "see the board") -> Crisis:
    """The crisis of a page. Not there, or not this person's: 404, the same for both; without the right: refused in words."""
    crisis = Crisis.objects.filter(crises_of(request.user), pk=crisis_pk).select_related("book").first()
    if crisis is None:
        raise Http404
    check_may(request.user, act, crisis)
    return crisis


def place_of(request: MemberRequest, crisis_pk: int | None, act: str) -> Crisis | None:
    """Where an act about people is done: in a crisis, or in the house (None), whose standing roles every crisis begins with."""
    if crisis_pk is not None:
        return crisis_of(request, crisis_pk, act)
    check_may(request.user, act)
    return None


def live_frame(crisis: Crisis, topic: str = "board") -> dict[str, Any]:
    """What a page needs to be live: its topic, the number it shows (read with the crisis, before the data), the clock."""
    return {"live": True, "topic": topic, **mark_of(crisis.book.head_seq)}


def next_of(request: HttpRequest) -> str:
    """Where a form asks to go on (`next`), when that is a page of this site; "" otherwise."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else ""


def at_its_field(form: BaseForm, show: Callable[[], HttpResponse]) -> Callable[[RuleBroken], HttpResponse]:
    """How a page with a form shows a refusal (`request.refused`): at its field, with what was typed."""

    def refused(refusal: RuleBroken) -> HttpResponse:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return show()

    return refused


def broken(request: HttpRequest) -> HttpResponse:
    """What fails outside of a view: a lost database is said as such, anything else is a fault of ours."""
    if isinstance(sys.exc_info()[1], LOST):
        return database_lost(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def not_accepted(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is refused before any view reads it, in words: it may come before anybody is known, so the page asks nothing."""
    too_many = isinstance(exception, (TooManyFieldsSent, TooManyFilesSent))
    return HttpResponse(render_to_string("400.html", {"too_many": too_many}), status=400)


def home(request: MemberRequest) -> HttpResponse:
    """To the board of the crisis that is open, else of the latest; a calm page when there is none."""
    mine = Crisis.objects.filter(crises_of(request.user))
    current = mine.order_by(F("closed_at").desc(nulls_first=True), "-started_at").first()
    if current:
        return redirect("board", current.pk)
    return render(request, "empty.html", {"may": acts_of(request, None)})
