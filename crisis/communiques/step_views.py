"""The steps of a communiqué, one verb a view."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crisis.communiques.consistency import Contradicted
from crisis.communiques.forms import ApproveForm, KeepForm, PublishForm, WordsForm
from crisis.communiques.models import Communique
from crisis.communiques.steps import approve, correct, drop, keep, publish, resume, send_back, submit, withdraw
from crisis.communiques.views import communique_in, page
from crisis.errors import RuleBroken
from crisis.request import MemberRequest
from crisis.views import crisis_of

Act = Callable[[Communique, dict[str, Any]], Any]


def take(
    request: MemberRequest, crisis_pk: int, number: int, act: str, form: Form, do: Act, done: object = ""
) -> HttpResponse:
    """Do a step with what was typed; refused, its form is shown open again with the sentence at its field."""
    found = communique_in(crisis_of(request, crisis_pk), number)

    def refused(refusal: RuleBroken) -> HttpResponse:
        field = {"remark": "words", "reason": "words" if "words" in form.fields else "reason"}.get(refusal.field)
        name = field or refusal.field
        form.add_error(name if name in form.fields else None, str(refusal))
        shown = {"keep": "keep_form", "approve": "approve_form", "publish": "publish_form"}.get(act, "words_form")
        told = {"refused_act": act, "offer": refusal.offer, "refusal": str(refusal), shown: form}
        told["contradicted"] = refusal.lang if isinstance(refusal, Contradicted) else ""
        return page(request, found, 422, **told)

    request.refused = refused
    if not form.is_valid():
        return refused(RuleBroken(" ".join(str(e) for errors in form.errors.values() for e in errors)))
    do(found, form.cleaned_data)
    if done:
        messages.success(request, str(done) % {"communique": found})
    return redirect("communique", crisis_pk, number)


@require_POST
def to_review(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Send it to review."""
    done = _("%(communique)s waits for a second person.")
    return take(
        request, crisis_pk, number, "submit", Form(request.POST), lambda c, _t: submit(c, by=request.user), done
    )


@require_POST
def back(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Send it back with a remark."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "back", form, lambda c, t: send_back(c, t["words"], by=request.user))


@require_POST
def approve_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Approve what was read."""
    done = _("%(communique)s is approved: its text is frozen.")

    def do(found: Communique, typed: dict[str, Any]) -> None:
        approve(found, typed["digest"], alone=typed["alone"], by=request.user)

    return take(request, crisis_pk, number, "approve", ApproveForm(request.POST), do, done)


@require_POST
def publish_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Publish what was approved, now or at a time."""
    form = PublishForm(request.POST)

    def do(found: Communique, typed: dict[str, Any]) -> None:
        publish(found, at=typed["at"], late_too=typed["late_too"], by=request.user)

    return take(request, crisis_pk, number, "publish", form, do)


@require_POST
def correct_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Begin a correction."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "correct", form, lambda c, t: correct(c, t["words"], by=request.user))


@require_POST
def resume_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Give a correction up."""
    return take(request, crisis_pk, number, "resume", Form(request.POST), lambda c, _t: resume(c, by=request.user))


@require_POST
def withdraw_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Withdraw what is published."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "withdraw", form, lambda c, t: withdraw(c, t["words"], by=request.user))


@require_POST
def drop_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Drop a draft."""
    form = WordsForm(request.POST)
    return take(request, crisis_pk, number, "drop", form, lambda c, t: drop(c, t["words"], by=request.user))


@require_POST
def keep_it(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Keep what the board contradicts, with a reason."""

    def do(found: Communique, typed: dict[str, Any]) -> None:
        keep(found, typed["lang"], typed["answers"], typed["reason"], by=request.user)

    return take(request, crisis_pk, number, "keep", KeepForm(request.POST), do)
