"""The board, a service, and what can be done to it: one verb each."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.errors import RuleBroken
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import allowed, may, memberships
from crisis.views import crisis_of, live_frame, next_of
from services.forms import AsOfForm, ChooseForm, ConfirmSiteForm, ReportForm, SourceForm
from services.models import Service, Site, StatusReport
from services.pieces import picture, tile_piece
from services.plot import plot
from services.reads import alarms, board_at, history, moments_around, newest_report, services_at, tile_of, to_assess
from services.writes import acknowledge_alarm, confirm_service, confirm_site, report_status, undo_report


@require_GET
def board(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """The situation of every service now, or as of a past moment."""
    crisis = crisis_of(request, crisis_pk)
    form = AsOfForm(request.GET)
    at = form.cleaned_data.get("at") if form.is_valid() else None
    shown = board_at(crisis, at, at if at and form.cleaned_data["known"] else None)
    narrow = form.cleaned_data if form.is_valid() else {}
    context = picture(crisis, shown, narrow.get("site")) | {
        "form": form,
        "narrow": narrow,
        "page": "board",
        "may": acts_of(request, crisis),
        "at": at,
    }
    if at is None:
        context |= live_frame(crisis) | {"opened": narrow.get("change") if context["may"]["report_a_status"] else None}
    else:
        context |= dict(zip(["before", "after"], moments_around(crisis, at), strict=True))
    return render(request, "services/board.html", context, status=200 if form.is_valid() else 422)


def service_page(
    request: MemberRequest, crisis: Crisis, service: Service, form: ReportForm | None = None, status: int = 200
) -> HttpResponse:
    """One service: its tile, its history, its capacity over time, and the form for who may change it."""
    tile, reports = tile_of(crisis, service), list(history(crisis, service)[:500])
    can = may(request.user, "report a status", crisis, service.scopes)
    context = {
        "crisis": crisis,
        "service": service,
        "tile": tile,
        "piece": tile_piece(tile),
        "reports": reports,
        "alarms": alarms(crisis).filter(service=service),
        "page": "board",
    } | live_frame(crisis)
    context |= {"form": form or ReportForm.showing(tile.report), "can_report": can, "plot": plot(crisis, reports)}
    return render(request, "services/service.html", context | {"may": acts_of(request, crisis)}, status=status)


@require_GET
def service(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """What happened to one service, and what its page lets this person do."""
    return service_page(request, crisis_of(request, crisis_pk), service_of(pk))


def service_of(pk: int) -> Service:
    """A service of the registry, or 404."""
    return get_object_or_404(Service.objects.select_related("activity", "site"), pk=pk)


def form_piece(
    request: MemberRequest, crisis: Crisis, service: Service, form: ReportForm, status: int = 200
) -> HttpResponse:
    """The change form, in place."""
    context = {"crisis": crisis, "service": service, "form": form, "tile": tile_of(crisis, service)}
    return render(request, "services/_report_form.html", context, status=status)


def moment_of(request: MemberRequest) -> datetime | None:
    """When what is to be written down was seen, where a link says so: a meeting that was held before; None: now."""
    form = AsOfForm({"at": request.GET.get("at", "")})
    return form.cleaned_data["at"] if form.is_valid() else None


@require_GET
def change(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """The change form of a service, in place or on the service's own page."""
    crisis, service, at = crisis_of(request, crisis_pk), service_of(pk), moment_of(request)
    form = ReportForm.showing(newest_report(crisis, service, at or timezone.now()), at)
    return form_piece(request, crisis, service, form) if request.htmx else service_page(request, crisis, service, form)


@require_GET
def choose(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Which service? Then its change form."""
    crisis = crisis_of(request, crisis_pk)
    services = [s for s in services_at(timezone.now()) if may(request.user, "report a status", crisis, s.scopes)]
    form = ChooseForm(services, request.GET or None)
    if form.is_valid():
        return change(request, crisis_pk, form.cleaned_data["service"].pk)
    template = "services/_choose.html" if request.htmx else "services/choose.html"
    context = {
        "crisis": crisis,
        "form": form,
        "page": "board",
        "may": acts_of(request, crisis),
        "at": moment_of(request),
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
def report(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Somebody reports a status; the tile comes back as it now stands, and the form says what was written."""
    crisis, service = crisis_of(request, crisis_pk), service_of(pk)
    form = ReportForm(request.POST)
    answer = form_piece if request.htmx else service_page

    def refused(refusal: RuleBroken) -> HttpResponse:
        form.add_error(
            refusal.field if refusal.field in form.fields and refusal.field != "still_so" else None, str(refusal)
        )
        form.offer = refusal.offer  # type: ignore[attr-defined]
        return answer(request, crisis, service, form, status=422)

    if not form.is_valid():
        return answer(request, crisis, service, form, status=422)
    request.refused = refused
    written = report_status(crisis, service, form.facts(), by=request.user, still_so=form.cleaned_data["still_so"])
    return done(request, crisis, written)


def done(request: MemberRequest, crisis: Crisis, written: StatusReport) -> HttpResponse:
    """What was written: the tile and a receipt with its undo, or the service's page."""
    if not request.htmx:
        messages.success(request, _("%(service)s: written in the journal.") % {"service": written.service})
        return redirect("service", crisis.pk, written.service_id)
    tile = tile_of(crisis, written.service)
    context = {"crisis": crisis, "report": written, "tile": tile, "piece": tile_piece(tile)}
    held = memberships(request.user, crisis)
    context["next"] = next((s for s in to_assess(crisis) if allowed(held, "report a status", s.scopes)), None)
    return render(request, "services/_done.html", context)


@require_POST
def confirm(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Somebody says that a service is still as the board says."""
    crisis, service, form = crisis_of(request, crisis_pk), service_of(pk), SourceForm(request.POST)
    source = form.cleaned_data["source"] if form.is_valid() else ""
    return done(request, crisis, confirm_service(crisis, service, by=request.user, source=source))


@require_POST
def undo(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Somebody takes back what was just reported, by a report that says so."""
    crisis = crisis_of(request, crisis_pk)
    mistaken = get_object_or_404(
        StatusReport.objects.select_related("service__activity", "service__site"), pk=pk, crisis=crisis
    )
    return done(request, crisis, undo_report(crisis, mistaken, by=request.user))


@require_POST
def confirm_all(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Somebody confirms everything the board says of one site."""
    crisis, site = crisis_of(request, crisis_pk), get_object_or_404(Site, pk=pk)
    form = ConfirmSiteForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(" ".join(str(error) for errors in form.errors.values() for error in errors))
    typed = form.cleaned_data
    reports = confirm_site(crisis, site, by=request.user, source=typed["source"], since=typed["since"])
    said = ngettext("%(site)s: %(number)d status confirmed.", "%(site)s: %(number)d statuses confirmed.", len(reports))
    messages.success(request, said % {"site": site.name, "number": len(reports)})
    return redirect(next_of(request) or reverse("board", args=[crisis.pk]))


@require_POST
def acknowledge(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Somebody of the cell has seen an alarm."""
    crisis = crisis_of(request, crisis_pk)
    alarm = get_object_or_404(
        StatusReport.objects.select_related("service__activity", "service__site"), pk=pk, crisis=crisis
    )
    acknowledge_alarm(crisis, alarm, by=request.user)
    return redirect("board", crisis.pk)
