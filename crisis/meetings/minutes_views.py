"""The minutes to reread, seal, correct and take away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.errors import RuleBroken
from crisis.languages import languages_of_house
from crisis.meetings.models import Meeting
from crisis.meetings.note_forms import AddendumForm
from crisis.meetings.output import minutes_pdf
from crisis.meetings.pieces import of_meeting
from crisis.meetings.seal import check_may_seal, record_of, seal_minutes, write_addendum
from crisis.meetings.views import meeting_in
from crisis.request import MemberRequest
from crisis.roles import may
from crisis.views import at_its_field, crisis_of, live_frame


def may_seal(request: MemberRequest, meeting: Meeting) -> bool:
    """Whether this person may seal these minutes."""
    try:
        check_may_seal(meeting, request.user)
    except RuleBroken:
        return False
    return True


def minutes_page(
    request: MemberRequest, meeting: Meeting, status: int = 200, form: AddendumForm | None = None
) -> HttpResponse:
    """The minutes from the first line to the last, in the language in which they are or will be sealed."""
    with override(languages_of_house()[0]):
        content = record_of(meeting)
    context = {"crisis": meeting.crisis, "meeting": meeting, "minutes": content, "page": "meetings"}
    context |= {
        "may": acts_of(request, meeting.crisis),
        "can_hold": may(request.user, "hold meetings", meeting.crisis, [meeting.cell]),
        "can_seal": meeting.ended_at is not None and content["sealed"] is None and may_seal(request, meeting),
        "form": form or AddendumForm(),
    }
    return render(request, "meetings/minutes.html", context | live_frame(meeting.crisis), status=status)


@require_GET
def minutes(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """To reread; with `?piece`, only the minutes beside a meeting's page, in the reader's language."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    if "piece" in request.GET:
        return render(request, "meetings/_minutes.html", of_meeting(meeting, timezone.now()))
    return minutes_page(request, meeting)


@require_POST
def seal(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Arrêter le PV."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    seal_minutes(meeting, by=request.user)
    messages.success(
        request, _("The minutes of %(meeting)s are sealed: their text never changes.") % {"meeting": meeting}
    )
    return redirect("minutes", crisis_pk, number)


@require_POST
def addendum(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """A signed correction under sealed minutes."""
    meeting, form = meeting_in(crisis_of(request, crisis_pk), number), AddendumForm(request.POST)
    request.refused = at_its_field(form, lambda: minutes_page(request, meeting, 422, form))
    if not form.is_valid():
        return minutes_page(request, meeting, 422, form)
    write_addendum(meeting, form.cleaned_data["words"], by=request.user)
    return redirect("minutes", crisis_pk, number)


@require_GET
def pdf(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """The same on paper."""
    meeting = meeting_in(crisis_of(request, crisis_pk), number)
    name = slugify(f"pv-{meeting.number}-{meeting.crisis.name}")
    answer = HttpResponse(minutes_pdf(meeting), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
