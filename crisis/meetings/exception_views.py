"""The register of exceptions: ask, and give the opinion that is one's turn."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.meetings.exceptions import WORDS, ask_exception, give_opinion, is_alone, parties_of
from crisis.meetings.models import ExceptionRequest, Opinion, Party
from crisis.meetings.reads import Standing, measures_at
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of, live_frame


class AskForm(forms.Form):
    """Which measure, which case, why."""

    reference = forms.CharField(
        label=gettext_lazy("Number of the file or operation"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Never a name, a date of birth or a national number."),
    )
    why = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=WORDS, help_text=gettext_lazy("Nothing of a patient.")
    )

    def __init__(self, data: Any, measures: list[Standing]) -> None:
        super().__init__(data)
        by_number = {str(each.measure.number): each.measure for each in measures}
        labels = {str(each.measure.number): f"{each.measure} · {each.wording.text}" for each in measures}
        self.fields["measure"] = forms.TypedChoiceField(
            label=gettext_lazy("Measure"),
            choices=[(number, Truncator(words).chars(90)) for number, words in labels.items()],
            coerce=by_number.__getitem__,
        )
        self.order_fields(["measure", "reference", "why"])


class OpinionForm(forms.Form):
    """What one of the two says."""

    party = forms.ChoiceField(choices=Party)
    favourable = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda typed: typed == "yes")
    words = forms.CharField(label=gettext_lazy("In words"), required=False, max_length=WORDS)
    alone = forms.CharField(
        label=gettext_lazy("Why you say this alone"),
        required=False,
        max_length=WORDS,
        help_text=gettext_lazy(
            "This opinion is not yours to give, or you gave the other one: somebody countersigns it."
        ),
    )


@dataclass(frozen=True)
class Row:
    """An exception with what was said of it: the opinions by party, whose turn it is, and what is decided."""

    request: ExceptionRequest
    opinions: list[Opinion]

    @property
    def turn(self) -> str:
        """Who has to say something next; "" when it is decided."""
        return "" if len(self.opinions) > 1 else Party.MANAGEMENT if self.opinions else Party.MEDICAL

    @property
    def granted(self) -> bool:
        """Whether both are in favour."""
        return len(self.opinions) > 1 and all(opinion.favourable for opinion in self.opinions)


def rows_of(crisis: Crisis) -> list[Row]:
    """Every exception, what waits first, then the newest first. Two queries."""
    found = ExceptionRequest.objects.filter(crisis=crisis).select_related("measure", "reference", "why", "entry")
    opinions: dict[int, list[Opinion]] = {}
    given = Opinion.objects.filter(request__crisis=crisis).select_related("words", "entry__countersignature__by_entry")
    for opinion in given:
        opinions.setdefault(opinion.request_id, []).append(opinion)
    rows = [Row(request, opinions.get(request.pk, [])) for request in found]
    return sorted(rows, key=lambda row: (not row.turn, row.request.number if row.turn else -row.request.number))


def in_force(crisis: Crisis) -> list[Standing]:
    """The measures of which an exception can be asked."""
    return measures_at(crisis, timezone.now())


def register(request: MemberRequest, crisis: Crisis, status: int = 200, **shown: Any) -> HttpResponse:
    """The register; `shown` is a form that was refused."""
    measures, rows = in_force(crisis), rows_of(crisis)
    context = {"crisis": crisis, "page": "measures", "may": acts_of(request, crisis), "rows": rows}
    mine, turns = parties_of(request.user, crisis), [row for row in rows if row.turn]
    alone = [row for row in turns if is_alone(row.turn, next(iter(row.opinions), None), request.user, mine)]
    context["alone"] = {row.request.pk for row in alone}
    context |= {"measures": measures, "form": AskForm(None, measures), "opinion_form": OpinionForm(), "refused": None}
    return render(request, "meetings/exceptions.html", context | shown | live_frame(crisis), status=status)


@require_GET
def exceptions(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Who asked for what, and what was decided."""
    return register(request, crisis_of(request, crisis_pk))


@require_POST
def ask(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Ask for one."""
    crisis = crisis_of(request, crisis_pk)
    form = AskForm(request.POST, in_force(crisis))
    request.refused = at_its_field(form, lambda: register(request, crisis, 422, form=form))
    if not form.is_valid():
        return register(request, crisis, 422, form=form)
    typed = form.cleaned_data
    asked = ask_exception(typed["measure"], typed["reference"], why=typed["why"], by=request.user)
    messages.success(request, _("%(request)s waits for the medical direction.") % {"request": asked})
    return redirect("exceptions", crisis_pk)


@require_POST
def judge(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Give the opinion that is one's turn."""
    crisis, form = crisis_of(request, crisis_pk), OpinionForm(request.POST)
    found = get_object_or_404(ExceptionRequest.objects.select_related("measure"), crisis=crisis, number=number)
    found.crisis = crisis

    def show() -> HttpResponse:
        return register(request, crisis, 422, opinion_form=form, refused=found.pk)

    request.refused = at_its_field(form, show)
    if not form.is_valid():
        return show()
    give_opinion(found, by=request.user, **form.cleaned_data)
    return redirect("exceptions", crisis_pk)
