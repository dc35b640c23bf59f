"""The line that is always open: what is typed becomes a decision or an action, of a point now or later."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from crisis.meetings.actions import set_action, take_action_back
from crisis.meetings.decisions import file_to, take_back, take_decision
from crisis.meetings.models import Action, Decision, Meeting, Point
from crisis.meetings.note_forms import CaptureForm
from crisis.meetings.views import meeting_in, meeting_page, to_point
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of, next_of


def here_of(request: MemberRequest, meeting: Meeting) -> Point | None:
    """The point that the page shows from which something is sent."""
    shown = request.POST.get("here", "")
    return meeting.points.filter(pk=shown).first() if shown.isdigit() else None


@require_POST
def capture(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """A decision, or an action with who does it by when."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    form, here = CaptureForm(request.POST, meeting), here_of(request, meeting)

    def show() -> HttpResponse:
        return meeting_page(request, meeting, 422, point=here, capture_form=form)

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    typed = form.cleaned_data
    if form.is_action:
        words = typed["words"].removeprefix("!").strip()
        set_action(meeting.crisis, words, meeting=meeting, point=typed["point"], by=request.user, **form.told())
    else:
        why = {name: typed[name] for name in ("why", "decided_by", "point")}
        take_decision(meeting, typed["words"], by=request.user, **why)
    return to_point(here or meeting.points.first())


@require_POST
def file(request: MemberRequest, crisis_pk: int, number: int, kind: str, pk: int) -> HttpResponse:
    """What was captured in a hurry belongs to this point."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    model = Decision if kind == "decision" else Action
    noted: Any = get_object_or_404(model.objects.select_related("text"), pk=pk, meeting=meeting)
    here = here_of(request, meeting)
    wanted = request.POST.get("point", "")
    file_to(noted, get_object_or_404(Point, meeting=meeting, pk=wanted if wanted.isdigit() else 0), by=request.user)
    return to_point(here or meeting.points.first())


@require_POST
def back(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """It was not decided after all."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    decision = get_object_or_404(Decision.objects.select_related("text", "meeting__crisis"), pk=pk, meeting=meeting)
    take_back(decision, by=request.user)
    return to_point(here_of(request, meeting) or meeting.points.first())


@require_POST
def action_back(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """Nobody has to do it after all."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    action = get_object_or_404(Action.objects.select_related("text", "meeting__crisis"), pk=pk, meeting=meeting)
    take_action_back(action, by=request.user)
    wanted = next_of(request)
    return redirect(wanted) if wanted else to_point(here_of(request, meeting) or meeting.points.first())
