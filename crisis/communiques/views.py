"""Pages of the cell about communiqués: the list, the editor, the live check, and what leaves on paper or by mail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crisis.communiques.drafts import LONGEST, TITLE, begin, check_words, save_wording
from crisis.communiques.forms import ApproveForm, BeginForm, PublishForm, WordingForm, WordsForm
from crisis.communiques.listing import listing
from crisis.communiques.models import AFTER, Act, Communique
from crisis.communiques.pages import check_context, page_context
from crisis.communiques.reads import (
    Words,
    last_publication,
    last_step,
    published_edition,
    state_of,
    texts_of,
    version_of,
)
from crisis.communiques.steps import FROZEN
from crisis.communiques.voices import mail_text, press_pdf
from crisis.context import acts_of
from crisis.errors import Overtaken, RuleBroken
from crisis.languages import languages_of_house
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of, live_frame


def communique_in(crisis: Crisis, number: int) -> Communique:
    """A communiqué of a crisis by its number, or 404."""
    found = get_object_or_404(Communique, crisis=crisis, number=number)
    found.crisis = crisis
    return found


def language_asked(request: MemberRequest, communique: Communique) -> str:
    """The language that is shown: the one asked for when the house speaks it, else the one that leads."""
    asked = request.POST.get("lang") or request.GET.get("lang", "")
    return asked if asked in languages_of_house() else communique.lang


def acts_in(request: MemberRequest, crisis: Crisis) -> dict[str, bool]:
    """What this person may do; in a crisis that is closed, nothing with a communiqué but read it and take it away."""
    over = {f"{act}_a_communique": False for act in ("write", "approve", "publish")}
    return acts_of(request, crisis) | (over if crisis.closed_at else {})


def list_page(request: MemberRequest, crisis: Crisis, status: int = 200, form: BeginForm | None = None) -> HttpResponse:
    """Every communiqué: what waits for somebody first, then what the public reads."""
    context = {"crisis": crisis, "page": "communiques", "may": acts_of(request, crisis)}
    context |= {"form": form or BeginForm(exercise=crisis.is_exercise)}
    return render(
        request, "communiques/communiques.html", context | listing(crisis) | live_frame(crisis), status=status
    )


def page(request: MemberRequest, communique: Communique, status: int = 200, **shown: Any) -> HttpResponse:
    """A communiqué: written, or read by who approves. `shown` is a form that was refused, with what was typed."""
    lang = language_asked(request, communique)
    may = acts_in(request, communique.crisis)
    context = page_context(communique, lang, writes=may["write_a_communique"])
    context |= {"crisis": communique.crisis, "page": "communiques", "may": may, "typed": None, "theirs": None}
    wording = context["wording"]
    context |= {
        "base": wording.version if wording else 0,
        "approve_form": ApproveForm(),
        "publish_form": PublishForm(),
        "words_form": WordsForm(),
        "refused_act": "",
        "address": request.build_absolute_uri(context["address"]) if context["address"] else "",
        "own": bool(context["edition"] and request.user.pk in context["edition"].authors),
    }
    if shown.get("typed"):
        typed = shown["typed"]
        context |= {"title": typed["title"], "body": typed["body"], "base": typed["base"]}
        if not shown["too_long"]:
            context |= check_context(communique, lang, typed["title"], typed["body"])
    return render(
        request, "communiques/communique.html", context | shown | live_frame(communique.crisis), status=status
    )


def sent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is only sent there: who opens the address (a page that was reloaded, or back from signing in) is led to the page."""

    @wraps(view)
    def led(request: MemberRequest, crisis_pk: int, **which: int) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            answer: HttpResponse = require_POST(view)(request, crisis_pk, **which)
            return answer
        crisis = crisis_of(request, crisis_pk, "see communiques")
        if not which:
            return redirect("communiques", crisis_pk)
        found, lang = communique_in(crisis, which["number"]), request.GET.get("lang", "")
        tab = f"?lang={lang}" if lang in languages_of_house() else ""
        return redirect(reverse("communique", args=[crisis_pk, found.number]) + tab)

    return led


@require_GET
def communiques(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """The list."""
    return list_page(request, crisis_of(request, crisis_pk, "see communiques"))


@sent
def begin_one(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """A new draft, from what the board says or from the last one that was published."""
    crisis = crisis_of(request, crisis_pk, "see communiques")
    form = BeginForm(request.POST, exercise=crisis.is_exercise)
    request.refused = at_its_field(form, lambda: list_page(request, crisis, 422, form))
    if not form.is_valid():
        return list_page(request, crisis, 422, form)
    after = last_publication(crisis) if "previous" in request.POST else None
    begun = begin(crisis, form.cleaned_data["kind"], by=request.user, after=after)
    return redirect("communique", crisis_pk, begun.number)


@require_GET
def communique(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """One of them."""
    return page(request, communique_in(crisis_of(request, crisis_pk, "see communiques"), number))


@sent
def save(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """Keep the text of one language: as JSON for the page that saves by itself, or with its button.

    409 with both texts when somebody else saved meanwhile.
    """
    found, form = communique_in(crisis_of(request, crisis_pk, "see communiques"), number), WordingForm(request.POST)
    by_itself = not request.accepts("text/html")

    def refused(refusal: RuleBroken) -> HttpResponse:
        newest = refusal.newest if isinstance(refusal, Overtaken) else None
        if by_itself:
            both = {"version": newest.version, "title": newest.title, "body": newest.body} if newest else {}
            return JsonResponse({"refused": str(refusal), **both}, status=409 if newest else 422)
        typed = {name: request.POST.get(name, "") for name in ("title", "body", "base")}
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        long = str(refusal) if len(typed["title"]) > TITLE or len(form.data.get("body", "")) > LONGEST else ""
        return page(request, found, 409 if newest else 422, typed=typed, theirs=newest, form=form, too_long=long)

    request.refused = refused
    if not form.is_valid():
        return refused(RuleBroken(" ".join(str(e) for errors in form.errors.values() for e in errors)))
    typed = form.cleaned_data
    words = typed["lang"], typed["title"], typed["body"], typed["base"]
    saved = save_wording(found, *words, by=request.user, follows=typed["follows"])
    if by_itself:
        return JsonResponse({"version": saved.version, "at": f"{timezone.localtime(saved.saved_at):%H:%M:%S}"})
    return redirect(f"{request.path.removesuffix('save/')}?lang={saved.lang}")


@require_POST
def check(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """What the check says of a text while it is typed; nothing is kept. What is too long to be saved is not checked."""
    found, form = communique_in(crisis_of(request, crisis_pk, "see communiques"), number), WordingForm(request.POST)
    lang = language_asked(request, found)
    form.is_valid()
    title, body = form.cleaned_data.get("title", ""), form.cleaned_data.get("body", "")
    request.refused = lambda refusal: render(
        request, "communiques/_not_checked.html", {"too_long": str(refusal)}, status=422
    )
    check_words(lang, title, body)
    context = check_context(found, lang, title, body) | {
        "crisis": found.crisis,
        "communique": found,
        "state": state_of(found),
        "may": acts_in(request, found.crisis),
    }
    return render(request, "communiques/_check.html", context)


def edition_to_take(request: MemberRequest, crisis_pk: int, number: int) -> tuple[Any, ...]:
    """What of a communiqué leaves: the edition that waits, else the published one, else the last one; 404 before any.

    Only what the public reads leaves without a stamp.
    """
    found = communique_in(crisis_of(request, crisis_pk, "see communiques"), number)
    last = last_step(found)
    waits = last.edition if last and AFTER[Act(last.act)] in FROZEN else None
    published = None if waits else published_edition(found)
    said = found.steps.filter(act=Act.PUBLISHED).last() if last and last.act == Act.WITHDRAWN else None
    edition = waits or published or (said.edition if said else found.editions.last())
    if edition is None:
        raise Http404(_("This communiqué was not sent to review yet: there is nothing to take away."))
    texts: dict[str, Words] = texts_of([edition])[edition.pk]
    words = texts.get(request.GET.get("lang", ""), texts[edition.content["lead"]])
    step = edition.steps.filter(act=Act.PUBLISHED).last()
    return (
        found,
        edition,
        words,
        step.at if step else edition.entry.recorded_at,
        published is not None,
        said is not None,
    )


@require_GET
def paper(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """On letterhead, for the press."""
    found, edition, words, moment, published, withdrawn = edition_to_take(request, crisis_pk, number)
    answer = HttpResponse(
        press_pdf(found.crisis, edition, words, moment, published, withdrawn=withdrawn), content_type="application/pdf"
    )
    which = version_of(edition) or f"draft-{edition.number}"
    name = slugify(f"communique-{number}-{which}-{words.lang}")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@require_GET
def mail(request: MemberRequest, crisis_pk: int, number: int) -> HttpResponse:
    """As plain text, for a mail."""
    found, edition, words, moment, published, withdrawn = edition_to_take(request, crisis_pk, number)
    text = mail_text(found.crisis, edition, words, moment, published, withdrawn=withdrawn)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
