"""The agenda of a meeting: its points, who is there, and the free text that people write together."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from crisis.accounts.models import User
from crisis.errors import Overtaken, RuleBroken
from crisis.meetings.agenda import add_guest, add_point, come_or_go, move_point, note_attendance, skip_point
from crisis.meetings.drafts import save_draft
from crisis.meetings.models import Attendee, Point, Topic
from crisis.meetings.note_forms import AttendanceForm, DraftForm, GuestForm, PointForm
from crisis.meetings.views import meeting_in, meeting_page, to_point
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of


def point_in(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> Point:
    """A point of a meeting's agenda, or 404."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    point = get_object_or_404(Point.objects.select_related("title"), meeting=meeting, pk=pk)
    point.meeting = meeting
    return point


@require_GET
def point(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """One point of the agenda, with the minutes beside it."""
    found = point_in(request, crisis_pk, number, pk)
    return meeting_page(request, found.meeting, point=found)


@require_POST
def attend(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Who is there, who chairs, who holds the pen."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    form, here = AttendanceForm(request.POST, meeting), meeting.points.get(topic=Topic.PRESENT)

    def show() -> HttpResponse:
        return meeting_page(request, meeting, 422, point=here, attendance_form=form)

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    everyone = dict.fromkeys(form.expected(), "present") if "everyone" in request.POST else {}
    seen = everyone | form.seen()
    note_attendance(meeting, seen, by=request.user, **form.charges(seen))
    return to_point(here)


@require_POST
def guest(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Somebody who is no member."""
    meeting, form = meeting_in(crisis_of(request, crisis_pk), number), GuestForm(request.POST)
    here = meeting.points.get(topic=Topic.PRESENT)

    def show() -> HttpResponse:
        return meeting_page(request, meeting, 422, point=here, guest_form=form)

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    add_guest(meeting, by=request.user, **form.cleaned_data)
    return to_point(here)


@require_POST
def presence(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """Somebody on the list arrives, leaves or comes back."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    attendee = get_object_or_404(Attendee.objects.select_related("user", "name"), meeting=meeting, pk=pk)
    come_or_go(
        meeting, attendee, by=request.user, leaving={"left": True, "here": False}.get(request.POST.get("to", ""))
    )
    return to_point(meeting.points.get(topic=Topic.PRESENT))


@require_POST
def arrive(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """A member who was not on the list arrives."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    members = User.objects.filter(memberships__crisis=meeting.crisis_id, memberships__until=None).distinct()
    come_or_go(meeting, get_object_or_404(members, pk=pk), by=request.user, leaving=False)
    return to_point(meeting.points.get(topic=Topic.PRESENT))


@require_POST
def add(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """A point of this meeting's own."""
    meeting, form = meeting_in(crisis_of(request, crisis_pk), number), PointForm(request.POST)
    request.refused = at_its_field(form, lambda: meeting_page(request, meeting, 422, point_form=form))
    if not form.is_valid():
        return meeting_page(request, meeting, 422, point_form=form)
    return to_point(add_point(meeting, form.cleaned_data["title"], by=request.user))


@require_POST
def move(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """A point comes earlier or later."""
    found = point_in(request, crisis_pk, number, pk)
    move_point(found, -1 if "earlier" in request.POST else 1, by=request.user)
    return to_point(found)


@require_POST
def skip(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """The meeting does not treat a point, or does after all."""
    found = point_in(request, crisis_pk, number, pk)
    skip_point(found, by=request.user, skipped={"skipped": True, "taken": False}.get(request.POST.get("to", "")))
    return to_point(found)


@require_POST
def draft(request: MemberRequest, crisis_pk: int, number: int, pk: int) -> HttpResponse:
    """Keep the free text of a point: as JSON for the page that saves by itself, or with its button.

    409 with both texts when somebody else saved meanwhile.
    """
    found, form = point_in(request, crisis_pk, number, pk), DraftForm(request.POST)
    by_itself = not request.accepts("text/html")

    def refused(refusal: RuleBroken) -> HttpResponse:
        newest = refusal.newest if isinstance(refusal, Overtaken) else None
        if by_itself:
            both = {"version": newest.version, "body": newest.body, "author": str(newest.author)} if newest else {}
            return JsonResponse({"refused": str(refusal), **both}, status=409 if newest else 422)
        form.add_error(None, str(refusal))
        context = {"draft_form": form, "typed": request.POST.get("body", ""), "theirs": newest}
        return meeting_page(request, found.meeting, 409 if newest else 422, point=found, **context)

    request.refused = refused
    if not form.is_valid():
        return refused(RuleBroken(" ".join(str(e) for errors in form.errors.values() for e in errors)))
    saved = save_draft(
        found, form.cleaned_data["body"].replace("\r\n", "\n"), form.cleaned_data["base"], by=request.user
    )
    if by_itself:
        return JsonResponse({"version": saved.version, "at": f"{timezone.localtime(saved.at):%H:%M:%S}"})
    return to_point(found)
