"""Actions: mine and all, as a page and as CSV; set, change, finish, drop."""

import csv
from collections.abc import Callable

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.forms import ReasonForm
from crisis.meetings.action_reads import actions_in_force, actions_open, actions_to_come
from crisis.meetings.actions import change_action, drop_action, finish_action, require_duties, set_action
from crisis.meetings.models import GROUP, Action, ActionState
from crisis.meetings.note_forms import ActionForm, ChangeForm, DoneForm
from crisis.meetings.reads import members_of
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import may
from crisis.views import at_its_field, crisis_of, live_frame, next_of


def actions_page(
    request: MemberRequest,
    crisis: Crisis,
    status: int = 200,
    form: ActionForm | None = None,
    refused: dict[str, object] | None = None,
) -> HttpResponse:
    """What is open, overdue first, and what was done or dropped. `refused`: an action, and the form that was refused."""
    mine = "mine" in request.GET
    waiting, over = actions_open(crisis, timezone.now()), actions_in_force(crisis).exclude(state=ActionState.OPEN)
    if mine:
        waiting, over = waiting.filter(owner=request.user), over.filter(owner=request.user)
    people, refused = members_of(crisis), refused or {}
    bound = {refused["refused"]: refused["change_form"]} if "change_form" in refused else {}
    rows = [(each, bound.get(each.pk) or ChangeForm(None, each, people)) for each in waiting]
    context = {
        "crisis": crisis,
        "page": "actions",
        "may": acts_of(request, crisis),
        "mine": mine,
        "waiting": rows,
        "to_come": actions_to_come(crisis),
        "over": over.order_by("-closed_at"),
        "can_hold": may(request.user, "hold meetings", crisis, [GROUP]),
        "has_duties": Action.objects.filter(crisis=crisis).exclude(duty="").exists(),
        "form": form or ActionForm(None, crisis),
    }
    return render(request, "meetings/actions.html", context | refused | live_frame(crisis), status=status)


@require_GET
def actions(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Who does what by when."""
    return actions_page(request, crisis_of(request, crisis_pk))


def action_in(request: MemberRequest, crisis_pk: int, number: int) -> Action:
    """An action of a crisis by its number, or 404."""
    crisis = crisis_of(request, crisis_pk)
    found = get_object_or_404(
        Action.objects.select_related("meeting", "owner", "owner_name"), crisis=crisis, number=number
    )
    found.crisis = crisis
    return found


@require_POST
def add(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """An action that no meeting set."""
    crisis = crisis_of(request, crisis_pk)
    form = ActionForm(request.POST, crisis)
    request.refused = at_its_field(form, lambda: actions_page(request, crisis, 422, form))
    if not form.is_valid():
        return actions_page(request, crisis, 422, form)
    set_action(crisis, form.cleaned_data["words"], by=request.user, **form.told())
    return redirect("actions", crisis_pk)


@require_POST
def require(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Put the legal duties on the list."""
    require_duties(crisis_of(request, crisis_pk), by=request.user)
    return redirect("actions", crisis_pk)


def act_on(request: MemberRequest, found: Action, name: str, form: BaseForm, act: Callable[[], object]) -> HttpResponse:
    """Do something to an action with what was typed; a refusal is shown at that action, in the form of that name."""

    def show() -> HttpResponse:
        return actions_page(request, found.crisis, 422, refused={"refused": found.pk, name: form})

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    act()
    return redirect(next_of(request) or reverse("actions", args=[found.crisis.pk]))


@require_POST
def done(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """It is done."""
    found, form = action_in(request, crisis_pk, number), DoneForm(request.POST)
    return act_on(request, found, "done_form", form, lambda: finish_action(found, by=request.user, **form.cleaned_data))


@require_POST
def drop(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Nobody will do it, and why."""
    found, form = action_in(request, crisis_pk, number), ReasonForm(request.POST)
    return act_on(
        request, found, "drop_form", form, lambda: drop_action(found, form.cleaned_data["reason"], by=request.user)
    )


@require_POST
def change(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Somebody else does it, or by another moment."""
    found = action_in(request, crisis_pk, number)
    form = ChangeForm(request.POST, found)
    return act_on(request, found, "change_form", form, lambda: change_action(found, by=request.user, **form.told()))


@require_GET
def actions_csv(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Every action, for a spreadsheet: UTF-8 with a mark that spreadsheets know, semicolons, moments in the zone of the house.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    crisis = crisis_of(request, crisis_pk)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="vigie-actions-{crisis.pk}.csv"'
    sheet = csv.writer(answer, delimiter=";")
    sheet.writerow(
        [_("Action"), _("What"), _("Who"), _("Due"), _("State"), _("Closed"), _("Reason or reference"), _("Rule")]
    )
    for each in actions_in_force(crisis):
        why = str(each.reason or each.reference or "")
        moments = [f"{timezone.localtime(m):%Y-%m-%d %H:%M}" if m else "" for m in (each.due_at, each.closed_at)]
        row = [each.key, each.words, each.by_whom, moments[0], each.get_state_display(), moments[1], why, each.rule]
        sheet.writerow([f"'{cell}" if str(cell).startswith(("=", "+", "-", "@", "\t")) else cell for cell in row])
    return answer
