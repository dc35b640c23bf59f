"""Meetings: the list of them, and one in progress; open, announce, adjourn, cancel."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.forms import ReasonForm
from crisis.meetings.action_reads import actions_open, actions_to_come
from crisis.meetings.composed import sites_of
from crisis.meetings.drafts import drafts_of
from crisis.meetings.forms import AdjournForm, AnnounceForm, MeasureForm, OpenForm
from crisis.meetings.late import decided_otherwise_since, met_since
from crisis.meetings.models import GROUP, ActionState, Meeting, Point, Topic
from crisis.meetings.names import offered
from crisis.meetings.note_forms import AttendanceForm, CaptureForm, DraftForm, GuestForm, PointForm
from crisis.meetings.pieces import of_meeting
from crisis.meetings.reads import (
    ahead,
    cell_words,
    cells_for,
    contradictions,
    listed,
    measures_at,
    meeting_before,
    suggested,
)
from crisis.meetings.writes import adjourn, announce_meeting, cancel_meeting, open_meeting, open_past_meeting
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import may
from crisis.views import at_its_field, crisis_of, live_frame
from crisis.waiting import waiting_for
from services.reads import board_at


def meeting_in(crisis: Crisis, number: int) -> Meeting:
    """A meeting of a crisis by its number, or 404."""
    return get_object_or_404(
        Meeting.objects.select_related("crisis__book", "title", "decides"), crisis=crisis, number=number
    )


def page(request: MemberRequest, crisis: Crisis, status: int = 200, **forms: Any) -> HttpResponse:
    """Every meeting of the crisis, newest first, and what can be done about the next."""
    initial, cells = {"at": timezone.localtime(suggested(crisis, timezone.now()))}, cells_for(request.user, crisis)
    context = {
        "crisis": crisis,
        "page": "meetings",
        "may": acts_of(request, crisis),
        "meetings": [(each, cell_words(each.cell) if each.cell != GROUP else "") for each in listed(crisis)],
        "can_hold": cells,
        "ahead": ahead(crisis),
        "form": AnnounceForm(None, cells, initial=initial),
        "open_form": OpenForm(None, cells),
    }
    return render(request, "meetings/meetings.html", context | forms | live_frame(crisis), status=status)


@require_GET
def meetings(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """The meetings of the crisis."""
    return page(request, crisis_of(request, crisis_pk))


@require_GET
def calendar(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """The meetings as a file for a calendar."""
    from crisis.meetings.calendar import (  # what writes iCalendar is loaded by the first that asks
        calendar_of,
        filename_of,
    )

    crisis = crisis_of(request, crisis_pk)
    disposition = content_disposition_header(True, filename_of(crisis)) or "attachment"
    headers = {"Content-Type": "text/calendar; charset=utf-8", "Content-Disposition": disposition}
    return HttpResponse(calendar_of(crisis), headers=headers)


@require_POST
def announce(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Announce a meeting."""
    crisis = crisis_of(request, crisis_pk)
    form = AnnounceForm(request.POST, cells_for(request.user, crisis))
    request.refused = at_its_field(form, lambda: page(request, crisis, 422, form=form))
    if not form.is_valid():
        return page(request, crisis, 422, form=form)
    announce_meeting(crisis, by=request.user, **form.cleaned_data)
    messages.success(request, _("The meeting is announced: boards and walls count down to it."))
    return redirect("meetings", crisis.pk)


@require_POST
def open_now(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Open a meeting of now, the one in progress when there is one; or write down one that was held before."""
    crisis = crisis_of(request, crisis_pk)
    form = OpenForm(request.POST, cells_for(request.user, crisis))
    request.refused = at_its_field(form, lambda: page(request, crisis, 422, open_form=form))
    if not form.is_valid():
        return page(request, crisis, 422, open_form=form)
    said = {name: form.cleaned_data[name] for name in ("kind", "cell")}
    if began := form.cleaned_data["began"]:
        return redirect("meeting", crisis.pk, open_past_meeting(crisis, began, by=request.user, **said).number)
    return redirect("meeting", crisis.pk, open_meeting(crisis, by=request.user, **said).number)


@require_POST
def open_announced(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Open the meeting that was announced; the one in progress, when there is one."""
    crisis = crisis_of(request, crisis_pk)
    announced = meeting_in(crisis, number)
    opened = open_meeting(crisis, announced=announced, kind=announced.kind, cell=announced.cell, by=request.user)
    return redirect("meeting", crisis.pk, opened.number)


def to_point(point: Point | None) -> HttpResponse:
    """Back to a point of the agenda."""
    if point is None:
        raise Http404
    return redirect("point", point.meeting.crisis_id, point.meeting.number, point.pk)


def meeting_page(
    request: MemberRequest, found: Meeting, status: int = 200, point: Point | None = None, **forms: Any
) -> HttpResponse:
    """One meeting at one point: the agenda on the left, the point in the middle, the minutes as they compose themselves."""
    now, points = timezone.now(), list(found.points.select_related("title"))
    here = next((each for each in points if each == point), points[0])
    place = points.index(here)
    context = of_meeting(found, now) | live_frame(found.crisis) | forms_of(found, here)
    context |= {
        "points": points,
        "point": here,
        "before": points[place - 1] if place else None,
        "after": points[place + 1] if place + 1 < len(points) else None,
        "can_hold": may(request.user, "hold meetings", found.crisis, [found.cell]),
        "page": "meetings",
        "may": acts_of(request, found.crisis),
        "offered": offered(),
        "refusals": [
            str(error) for form in forms.values() if isinstance(form, BaseForm) for error in form.non_field_errors()
        ],
    }
    return render(request, "meetings/meeting.html", context | at_point(found, here, now) | forms, status=status)


def forms_of(found: Meeting, here: Point) -> dict[str, Any]:
    """The forms that every point of a meeting's page has, empty or as things stand."""
    newest = drafts_of(found).get(here.pk)
    return {
        "point_form": PointForm(),
        "capture_form": CaptureForm(None, found, here),
        "draft_form": DraftForm(initial={"base": newest.version if newest else 0}),
        "draft": newest,
        "typed": newest.body if newest else "",
    }


def at_point(found: Meeting, here: Point, now: datetime) -> dict[str, Any]:
    """What the point in the middle of the page shows beside its own notes, and the forms that only it has."""
    decisions = found.decisions.filter(taken_back=None).select_related("text", "why", "decided_by", "point")
    actions = found.actions.exclude(state=ActionState.BACK).select_related("text", "owner", "owner_name", "point")
    shown: dict[str, Any] = {"decisions": list(decisions), "actions": list(actions)}
    shown["unfiled"] = any(each.point_id is None for each in [*shown["decisions"], *shown["actions"]])
    match here.topic:
        case Topic.COMMUNICATION:
            shown["waiting"] = waiting_for(found.crisis, here.topic)
        case Topic.PRESENT:
            shown["attendees"] = found.attendees.select_related("user", "name", "function")
            shown |= {"attendance_form": AttendanceForm(None, found), "guest_form": GuestForm()}
        case Topic.LAST:
            shown["last_meeting"] = meeting_before(found)
            shown["approved"] = any(each.point_id == here.pk for each in shown["decisions"])
        case Topic.SERVICES:
            shown["sites"] = sites = sites_of(found)
            shown["next_site"] = next((each.site for each in sites if each.to_confirm), None)
        case Topic.MEASURES:
            shown["measure_form"] = MeasureForm()
            board, standing = board_at(found.crisis), measures_at(found.crisis, found.until(now))
            shown["against"] = {each.measure.pk: contradictions(each, board) for each in standing}
        case Topic.ACTIONS:
            shown["open_actions"] = actions_open(found.crisis, now)
            shown["to_come"] = actions_to_come(found.crisis)
        case Topic.NEXT:
            initial = {"next_at": timezone.localtime(suggested(found.crisis, now))}
            shown["adjourn_form"] = AdjournForm(initial=initial, met_since=met_since(found))
            shown["reason_form"] = ReasonForm()
    return shown


@require_GET
def meeting(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """A meeting, in progress or as it was."""
    return meeting_page(request, meeting_in(crisis_of(request, crisis_pk), number))


@require_POST
def adjourn_now(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Lever la séance."""
    found = meeting_in(crisis_of(request, crisis_pk), number)
    form = AdjournForm(request.POST, met_since=met_since(found))
    here = found.points.filter(topic=Topic.NEXT).first()

    def show() -> HttpResponse:
        return meeting_page(request, found, 422, point=here, adjourn_form=form)

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    adjourn(found, by=request.user, **form.cleaned_data)
    said = {"meeting": found, "measures": ", ".join(decided_otherwise_since(found))}
    sentence = _("%(meeting)s is adjourned: what it decided is in force.")
    if said["measures"]:
        sentence = _("%(meeting)s is adjourned. Of %(measures)s a later meeting decided otherwise: that stands.")
    messages.success(request, sentence % said)
    return redirect("minutes", crisis_pk, number)


@require_POST
def cancel(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Call a meeting off."""
    found, form = meeting_in(crisis_of(request, crisis_pk), number), ReasonForm(request.POST)
    here = found.points.filter(topic=Topic.NEXT).first()
    request.refused = at_its_field(form, lambda: meeting_page(request, found, 422, point=here, reason_form=form))
    cancel_meeting(found, form.cleaned_data["reason"] if form.is_valid() else "", by=request.user)
    messages.success(request, _("%(meeting)s is cancelled.") % {"meeting": found})
    return redirect("meetings", crisis_pk)
