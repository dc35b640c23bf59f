"""What the public reads, for the cell: what waits to be released, what fell by itself, the sheet of the call centre."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from crisis.communiques import answers as rules
from crisis.communiques.answers import CALL, STRICTER, Answer, Difference, digest_read
from crisis.communiques.public.links import Links
from crisis.communiques.public.pages import Row, page_of, row_of, rows_by_site
from crisis.communiques.public.state import Public, Situation, public_of, situation_of
from crisis.communiques.public.words import headline
from crisis.communiques.releases import LONGEST, own, release_answers
from crisis.context import acts_of
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of, live_frame
from services.models import Site

WHY: dict[str, Callable[[], str]] = {
    rules.NOT_RELEASED: lambda: _("nothing else was released"),
    rules.NOT_ASSESSED: lambda: _("nobody has assessed it"),
    rules.TO_VERIFY: lambda: _("it is to be verified"),
    rules.WORSE: lambda: _("it got worse after it was released"),
    rules.OVERDUE: lambda: _("nobody confirmed it in time"),
    rules.CONTRADICTS: lambda: _("board and measure contradict each other"),
    rules.NO_RULE: lambda: _("no measure says whether people come"),
}


class ReleaseForm(forms.Form):
    """What was read, and why somebody does without a second person."""

    digest = forms.CharField(widget=forms.HiddenInput)
    alone_because = forms.CharField(
        label=gettext_lazy("Alone, with a reason"), required=False, max_length=LONGEST, widget=forms.TextInput
    )


@dataclass
class Group:
    """Sites at which patients would read the same other answer of one activity. `why`: of a *call* that it would be."""

    was: Row
    now: Row
    why: str
    better: bool
    sites: list[Site]


def grouped(public: Public, found: list[Difference]) -> list[Group]:
    """The differences, one line for all sites that read the same."""
    groups: dict[tuple[object, ...], Group] = {}
    for each in found:
        was, now = row_of(public, each.was), row_of(public, each.now)
        said = (read(was), read(now), each.now.why)
        key = (each.now.service.activity_id, *said)
        if key not in groups:
            groups[key] = Group(was, now, why(each.now), each.promises, [])
        groups[key].sites.append(each.now.service.site)
    return list(groups.values())


def read(row: Row) -> tuple[str, ...]:
    """A row as patients read it."""
    return (row.headline, *(text.body for texts in row.texts.values() for text in texts))


def why(answer: Answer) -> str:
    """Why the number is to be called, in words; "" for any other answer."""
    return WHY[answer.why]() if answer.rule == CALL and answer.why else ""


def fell(found: Situation) -> list[tuple[Answer, str]]:
    """The answers that became *call the number* by themselves since the release, and why."""
    said = found.release.content["answers"] if found.release else {}
    fallen = [a for key, a in found.public.items() if a.rule == CALL and said.get(key, {}).get("answer", CALL) != CALL]
    return [(answer, why(answer)) for answer in fallen]


def tally(public: Public) -> list[tuple[str, int, str]]:
    """How many answers patients read of each kind, in their words."""
    found: dict[tuple[str, str], int] = {}
    for answer in public.told:
        key = (answer.rule, headline(answer, public.phone))
        found[key] = found.get(key, 0) + 1
    ordered = sorted(found.items(), key=lambda each: STRICTER.index(each[0][0]))
    return [(rule, count, words) for (rule, words), count in ordered]


def page(request: MemberRequest, crisis: Crisis, status: int = 200, form: ReleaseForm | None = None) -> HttpResponse:
    """The page; `form` is one that was refused."""
    now = timezone.now()
    found = situation_of(crisis, now)
    public = public_of(crisis, now, found=found)
    changed = [] if crisis.closed_at else found.differences
    digest = digest_read(found.now)
    form = form or ReleaseForm(initial={"digest": digest})
    context = {
        "crisis": crisis,
        "page": "communiques",
        "may": acts_of(request, crisis),
        "public": public,
        "release": found.release,
        "groups": grouped(public, changed),
        "count": len(changed),
        "fell": fell(found),
        "tally": tally(public),
        "form": form,
        "digest": digest,
        "alone": bool(own(crisis, found.release, changed, request.user)) or "alone_because" in form.errors,
    }
    return render(request, "public/cell.html", context | live_frame(crisis), status=status)


@require_GET
def answers(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """What waits, what patients would read differently, and what they read now."""
    return page(request, crisis_of(request, crisis_pk))


@require_POST
def release(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Give it to the public."""
    crisis, form = crisis_of(request, crisis_pk), ReleaseForm(request.POST)
    request.refused = at_its_field(form, lambda: page(request, crisis, 422, form))
    if not form.is_valid():
        return page(request, crisis, 422, form)
    typed = form.cleaned_data
    release_answers(crisis, typed["digest"], by=request.user, alone_because=typed["alone_because"])
    messages.success(request, _("Released: patients read it now."))
    return redirect("public_answers", crisis_pk)


@require_GET
def sheet(request: MemberRequest, crisis_pk: int, lang: str) -> HttpResponse:
    """Questions and answers for who takes the calls: the released words, in the language of who calls."""
    crisis = crisis_of(request, crisis_pk)
    public = public_of(crisis)
    if lang not in public.languages:
        raise Http404
    with translation.override(lang):
        shown: dict[str, Any] = {"by_site": rows_by_site(public), "sheet_lang": lang}
        context = {
            "crisis": crisis,
            "page": "communiques",
            "may": acts_of(request, crisis),
            "public": public,
            "lang": lang,
        }
        return render(request, "public/call_sheet.html", context | shown)


@require_GET
def preview(request: MemberRequest, crisis_pk: int, path: str = "") -> HttpResponse:
    """The public pages of this crisis for its members; those of an exercise are nowhere else."""
    crisis = crisis_of(request, crisis_pk)
    root = reverse("public_preview", args=[crisis_pk])
    public = public_of(crisis, root=root)
    if not path:
        lang = (translation.get_language() or "fr")[:2]
        return redirect(f"{root}{lang if lang in public.languages else public.languages[0]}/")
    shown = page_of(public, Links(path, root), (request.GET.get("site", ""), request.GET.get("kind", "")))
    return HttpResponse(shown.body, content_type=shown.kind, status=shown.status)
