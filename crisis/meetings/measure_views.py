"""Measures: those in force, and what a meeting does to each; one verb a view."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.meetings.exceptions import exceptions_waiting
from crisis.meetings.forms import MeasureForm
from crisis.meetings.measure_writes import amend_measure, decide_measure, lift_measure, renew_measures, renew_rest
from crisis.meetings.models import Measure, Meeting, Topic
from crisis.meetings.reads import (
    contradictions,
    last_wording,
    lives,
    measures_at,
    registry_names,
    sites_left,
    wording_of,
)
from crisis.meetings.views import meeting_in, meeting_page, to_point
from crisis.request import MemberRequest
from crisis.roles import check_may
from crisis.views import at_its_field, crisis_of, live_frame
from services.reads import board_at


@require_GET
def measures(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """The measures in force with their whole history, what contradicts them on the board, and those that are over."""
    crisis, now = crisis_of(request, crisis_pk), timezone.now()
    board, standing = board_at(crisis), measures_at(crisis, now)
    told = lives(crisis)
    there = {each.measure.pk for each in standing}
    over = [(measure, last_wording(life[::-1]), life) for measure, life in told.items() if measure.pk not in there]
    context = {
        "crisis": crisis,
        "page": "measures",
        "may": acts_of(request, crisis),
        "names": registry_names(),
        "waiting": exceptions_waiting(crisis),
        "in_force": [(each, contradictions(each, board), told[each.measure]) for each in standing],
        "lifted": sorted(over, key=lambda each: each[0].number),
    }
    return render(request, "meetings/measures.html", context | live_frame(crisis))


def back(meeting: Meeting) -> HttpResponse:
    """To the point about the measures."""
    return to_point(meeting.points.filter(topic=Topic.MEASURES).select_related("meeting").first())


def measure_in(meeting: Meeting, number: int) -> Measure:
    """A measure of the meeting's crisis by its number, or 404."""
    return get_object_or_404(Measure, crisis=meeting.crisis, number=number)


@require_POST
def rest(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Everything that is undecided goes on: one key, one entry."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    renewed = renew_rest(meeting, by=request.user)
    said = ngettext("Renewed: %(measures)s.", "Renewed: %(measures)s.", len(renewed))
    messages.success(request, said % {"measures": ", ".join(measure.key for measure in renewed)})
    return back(meeting)


@require_POST
def renew(request: MemberRequest, crisis_pk: int, number: int, measure: int) -> HttpResponse:
    """One goes on."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    renew_measures(meeting, [measure_in(meeting, measure)], by=request.user)
    return back(meeting)


@require_POST
def lift(request: MemberRequest, crisis_pk: int, number: int, measure: int) -> HttpResponse:
    """One ends with the meeting."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    lift_measure(meeting, [measure_in(meeting, measure)], by=request.user)
    return back(meeting)


@require_POST
def decide(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """A new one."""
    meeting, form = meeting_in(crisis_of(request, crisis_pk), number), MeasureForm(request.POST)
    here = meeting.points.filter(topic=Topic.MEASURES).first()

    def show() -> HttpResponse:
        return meeting_page(request, meeting, 422, point=here, measure_form=form)

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    decide_measure(meeting, form.said(), by=request.user)
    return back(meeting)


def amend(request: MemberRequest, crisis_pk: int, number: int, measure: int) -> HttpResponse:
    """Other words or another scope; the amendment that the board asks for is ready to accept."""
    crisis = crisis_of(request, crisis_pk)
    meeting = meeting_in(crisis, number)
    check_may(request.user, "hold meetings", crisis, [meeting.cell])
    found = measure_in(meeting, measure)
    wording, board = wording_of(found), board_at(crisis)
    if wording is None:
        raise Http404
    standing = next((s for s in measures_at(crisis, timezone.now()) if s.measure == found), None)
    initial, left = MeasureForm.of(wording), sites_left(standing, board) if standing else []
    offered = bool(left) and "offered" in request.GET
    if offered:
        initial["sites"] = left
    form = MeasureForm(request.POST or None, initial=initial)
    form.fields["text"].widget.attrs["autofocus"] = True

    def show(status: int = 422) -> HttpResponse:
        against = contradictions(standing, board) if standing else []
        context = {
            "crisis": crisis,
            "meeting": meeting,
            "measure": found,
            "wording": wording,
            "form": form,
            "against": against,
            "left": left,
            "offered": offered,
        }
        context |= {"page": "meetings", "may": acts_of(request, crisis), **live_frame(crisis)}
        return render(request, "meetings/amend.html", context, status=status)

    request.refused = at_its_field(form, show)
    if request.method != "POST":
        return show(200)
    if not form.is_valid():
        return show()
    read = request.POST.get("wording", "")
    instead_of = int(read) if read.isdigit() else None
    amend_measure(meeting, found, form.said(), by=request.user, instead_of=instead_of)
    return back(meeting)
