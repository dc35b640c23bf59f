"""The cell's page of its screens: pair, change, blank, identify, revoke, look at what one shows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.displays.forms import LookForm, PairForm
from crisis.displays.models import Display
from crisis.displays.reads import displays_of
from crisis.displays.wall_views import wall_page
from crisis.displays.writes import (
    blank_display,
    change_display,
    identify_display,
    pair_display,
    revoke_display,
)
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of, live_frame
from services.models import Site

ACT = "manage displays"


def page(request: MemberRequest, crisis: Crisis, form: PairForm, status: int = 200) -> HttpResponse:
    """Every screen, and the form for one more."""
    context = {"crisis": crisis, "form": form, "page": "displays", "may": acts_of(request, crisis)}
    context["wall_url"] = request.build_absolute_uri(reverse("wall"))
    return render(request, "displays/displays.html", context | listed(crisis) | live_frame(crisis), status=status)


def listed(crisis: Crisis) -> dict[str, object]:
    """The screens with their state."""
    now = timezone.now()
    rows = [(display, display.is_connected(now)) for display in displays_of(crisis)]
    names = {site.key: site.name for site in Site.objects.all()}
    return {"displays": rows, "head": crisis.book.head_seq, "now": now, "site_names": names}


def displays(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Pair a screen by the code it shows, and see all of them."""
    crisis = crisis_of(request, crisis_pk, ACT)
    if request.method != "POST":
        return page(request, crisis, PairForm(initial={"code": request.GET.get("code", "")}))
    form = PairForm(request.POST)

    request.refused = at_its_field(form, lambda: page(request, crisis, form, 422))
    if not form.is_valid():
        return page(request, crisis, form, 422)
    display = pair_display(crisis, form.cleaned_data["code"], form.look(), by=request.user)
    messages.success(request, _("%(name)s is paired: it shows the wall within two seconds.") % {"name": display.name})
    return redirect("displays", crisis.pk)


@require_GET
def displays_list(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """The list alone, as the page asks for it every five seconds."""
    crisis = crisis_of(request, crisis_pk, ACT)
    return render(request, "displays/_list.html", {"crisis": crisis} | listed(crisis))


def display_in(crisis: Crisis, pk: int) -> Display:
    """A screen of this crisis that is not revoked, or 404."""
    return get_object_or_404(displays_of(crisis).select_related("crisis__book"), pk=pk)


def display(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Rename a screen, or change what it shows."""
    crisis = crisis_of(request, crisis_pk, ACT)
    found = display_in(crisis, pk)
    form = LookForm(request.POST or None, instance=display_in(crisis, pk))
    context = {"crisis": crisis, "display": found, "form": form, "page": "displays", "may": acts_of(request, crisis)}

    request.refused = at_its_field(form, lambda: render(request, "displays/display.html", context, status=422))
    if not form.is_valid():
        return render(request, "displays/display.html", context, status=422 if form.is_bound else 200)
    change_display(found, form.look(), by=request.user)
    messages.success(request, _("%(name)s follows within two seconds.") % {"name": form.look().name})
    return redirect("displays", crisis.pk)


@require_GET
def preview(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """What a screen shows, live, on one's own: with the reader's session, not the screen's identity."""
    return wall_page(request, display_in(crisis_of(request, crisis_pk, ACT), pk), preview=True)


@require_POST
def identify(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Which one is it? It flashes its name."""
    found = display_in(crisis_of(request, crisis_pk, ACT), pk)
    identify_display(found, by=request.user)
    messages.success(request, _("%(name)s shows its name for ten seconds.") % {"name": found.name})
    return redirect("displays", crisis_pk)


@require_POST
def blank(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Make it dark."""
    blank_display(display_in(crisis_of(request, crisis_pk, ACT), pk), True, by=request.user)
    return redirect("displays", crisis_pk)


@require_POST
def light(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Light it again."""
    blank_display(display_in(crisis_of(request, crisis_pk, ACT), pk), False, by=request.user)
    return redirect("displays", crisis_pk)


@require_POST
def revoke(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Take its identity away."""
    found = display_in(crisis_of(request, crisis_pk, ACT), pk)
    revoke_display(found, by=request.user)
    messages.success(request, _("%(name)s is revoked: it shows nothing of the crisis any more.") % {"name": found.name})
    return redirect("displays", crisis_pk)
