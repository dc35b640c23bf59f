"""The steps of a communiqué, one verb a view."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from crisis.communiques.consistency import Contradicted
from crisis.communiques.forms import ApproveForm, KeepForm, PublishForm, WordsForm
from crisis.communiques.models import Act, Communique, Keeping, Step
from crisis.communiques.steps import approve, correct, drop, keep, publish, resume, send_back, submit, withdraw
from crisis.communiques.views import communique_in, page, sent
from crisis.errors import RuleBroken
from crisis.request import MemberRequest
from crisis.views import crisis_of

Do = Callable[[Communique, dict[str, Any]], Any]
DONE = {
    Act.SUBMITTED: _("%(communique)s waits for a second person."),
    Act.RETURNED: _("%(communique)s is a draft again: who writes it reads your remark."),
    Act.APPROVED: _("%(communique)s is approved: its text is frozen."),
    Act.SCHEDULED: _("%(communique)s is planned: it is published by itself at its moment."),
    Act.PUBLISHED: _("%(communique)s is published."),
    Act.REOPENED: _("The correction of %(communique)s is begun: the old text stands until the new one is published."),
    Act.RESUMED: _("The correction of %(communique)s is given up: what was published stands."),
    Act.WITHDRAWN: _("%(communique)s is withdrawn: its public page says so, with your reason."),
    Act.DROPPED: _("%(communique)s is dropped: the cell can still read it."),
}
"""What the page says once a step is done."""
KEPT = _("The text is kept as it is: your reason stands in the journal.")


def take(request: MemberRequest, crisis_pk: int, number: int, act: str, form: Form, do: Do) -> HttpResponse:
    """Do a step with what was typed; refused, its form is shown open again with the sentence at its field and at the top."""
    found = communique_in(crisis_of(request, crisis_pk, "see communiques"), number)

    def refused(refusal: RuleBroken) -> HttpResponse:
        field = {"remark": "words", "reason": "words" if "words" in form.fields else "reason"}.get(refusal.field)
        name = field or refusal.field
        if not form.errors:
            form.add_error(name if name in form.fields else None, str(refusal))
        shown = {"keep": "keep_form", "approve": "approve_form", "publish": "publish_form"}.get(act, "words_form")
        told = {"refused_act": act, "offer": refusal.offer, "refusal": str(refusal), shown: form}
        told["refused_field"] = focused(form, act)
        told["contradicted"] = refusal.lang if isinstance(refusal, Contradicted) else ""
        return page(request, found, 422, **told)

    request.refused = refused
    if not form.is_valid():
        return refused(RuleBroken(" ".join(str(e) for errors in form.errors.values() for e in errors)))
    made = do(found, form.cleaned_data)
    step = Act(made.act) if isinstance(made, Step) else Act.SUBMITTED
    messages.success(request, str(KEPT if act == "keep" else DONE[step] % {"communique": found}))
    return redirect("communique", crisis_pk, number)


def focused(form: Form, act: str) -> str:
    """The id of the field that has to be filled in otherwise, which gets the focus; "" when none is at fault."""
    name = next((each for each in ("words", "at", "alone", "late_too") if each in form.errors), "")
    if name:
        form.fields[name].widget.attrs["autofocus"] = True
    return act if name == "words" else f"id_{name}" if name else ""


@sent
def to_review(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Send it to review."""
    return take(request, crisis_pk, number, "submit", Form(request.POST), lambda c, _t: submit(c, by=request.user))


@sent
def back(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Send it back with a remark."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "back", form, lambda c, t: send_back(c, t["words"], by=request.user))


@sent
def approve_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Approve what was read."""

    def do(found: Communique, typed: dict[str, Any]) -> Step:
        return approve(found, typed["digest"], alone=typed["alone"], by=request.user)

    return take(request, crisis_pk, number, "approve", ApproveForm(request.POST), do)


@sent
def publish_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Publish what was approved, now or at a time."""
    form = PublishForm(request.POST)

    def do(found: Communique, typed: dict[str, Any]) -> Step:
        return publish(found, at=typed["at"], late_too=typed["late_too"], by=request.user)

    return take(request, crisis_pk, number, "publish", form, do)


@sent
def correct_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Begin a correction."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "correct", form, lambda c, t: correct(c, t["words"], by=request.user))


@sent
def resume_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Give a correction up."""
    return take(request, crisis_pk, number, "resume", Form(request.POST), lambda c, _t: resume(c, by=request.user))


@sent
def withdraw_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Withdraw what is published."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "withdraw", form, lambda c, t: withdraw(c, t["words"], by=request.user))


@sent
def drop_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Drop a draft."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "drop", form, lambda c, t: drop(c, t["words"], by=request.user))


@sent
def keep_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Keep what the board contradicts, with a reason."""

    def do(found: Communique, typed: dict[str, Any]) -> Keeping:
        return keep(found, typed["lang"], typed["answers"], typed["reason"], by=request.user)

    return take(request, crisis_pk, number, "keep", KeepForm(request.POST), do)
