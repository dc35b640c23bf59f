"""The journal's page, and what can be done on it: one verb each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crisis.context import acts_of
from crisis.forms import EntryForm, JournalFilter, ReasonForm
from crisis.journal import entries_of, filter_options, text_ids, verb_options
from crisis.journal_pieces import PAGE, lines
from crisis.models import Book, Crisis, FreeEntry, JournalEntry, Text
from crisis.request import MemberRequest
from crisis.views import at_its_field, crisis_of, live_frame, place_of
from crisis.writes import countersign, mask_text, verify_entry, write_entry


def page(
    request: MemberRequest, crisis: Crisis | None, entry_form: EntryForm | None = None, status: int = 200
) -> HttpResponse:
    """The newest entries that match, fifty at a time; the older ones come as a piece. The house's book is not live."""
    book = Book.objects.filter(crisis=crisis).first()
    actors = entries_of(book).order_by("actor_name").values_list("actor_name", flat=True).distinct()
    options = filter_options()
    form = JournalFilter(
        request.GET, actors=list(actors), verbs=verb_options(house=crisis is None), services=options.get("service", [])
    )
    asked: dict[str, Any] = {k: v for k, v in form.cleaned_data.items() if v} if form.is_valid() else {}
    before = asked.pop("before", None)
    entries = entries_of(book, **asked)
    shown = list((entries.filter(seq__lt=before) if before else entries)[: PAGE + 1])
    context: dict[str, Any] = {
        "crisis": crisis,
        "form": form,
        "filtered": bool(asked),
        "lines": lines(shown[:PAGE]),
        "more": len(shown) > PAGE,
    }
    context |= {
        "may": acts_of(request, crisis),
        "page": "journal",
        "asked": asked,
        "before": before,
        "last": shown[:PAGE][-1] if shown else None,
    }
    if request.htmx and before:
        return render(request, "crisis/_entries.html", context)
    context |= {"entry_form": entry_form or EntryForm()}
    if crisis and not asked and not before:
        context |= live_frame(crisis, "journal")
    return render(request, "crisis/journal.html", context, status=status if form.is_valid() else 422)


@require_GET
def journal(request: MemberRequest, crisis_pk: int | None = None) -> HttpResponse:
    """The log of the crisis or, without one, of the house: accounts, cards, roles, the registry. Newest first."""
    return page(request, place_of(request, crisis_pk, "see the journal"))


@require_POST
def write(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """Somebody of the cell writes a line."""
    crisis, form = crisis_of(request, crisis_pk, "see the journal"), EntryForm(request.POST)

    if not form.is_valid():
        return page(request, crisis, form, 422)
    request.refused = at_its_field(form, lambda: page(request, crisis, form, 422))
    write_entry(crisis, form.cleaned_data.pop("words"), by=request.user, **form.cleaned_data)
    return redirect("journal", crisis.pk)


@require_POST
def verify(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """Somebody checked what a free entry tells."""
    crisis = crisis_of(request, crisis_pk, "see the journal")
    free = get_object_or_404(FreeEntry.objects.select_related("entry"), entry=pk, entry__book__crisis=crisis)
    verify_entry(crisis, free, by=request.user)
    return redirect("journal", crisis.pk)


@require_POST
def sign(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """A second person signs what was done alone, in a crisis or in the house."""
    crisis = place_of(request, crisis_pk, "see the board")
    countersign(
        get_object_or_404(JournalEntry.objects.select_related("book__crisis"), pk=pk, book__crisis=crisis),
        by=request.user,
    )
    messages.success(request, _("Countersigned."))
    return redirect("journal", crisis.pk) if crisis else redirect("members")


def mask(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """The director blanks the texts of an entry; first the page that says what that means."""
    crisis = crisis_of(request, crisis_pk, "mask a text")
    entry = get_object_or_404(JournalEntry, pk=pk, book__crisis=crisis)
    form = ReasonForm(request.POST or None)
    texts = list(Text.objects.filter(pk__in=list(text_ids(entry.data)), masked_at=None))
    context = {
        "crisis": crisis,
        "entry": entry,
        "texts": texts,
        "form": form,
        "may": acts_of(request, crisis),
        "page": "journal",
    }

    if request.method == "POST" and form.is_valid():
        request.refused = at_its_field(form, lambda: render(request, "crisis/mask.html", context, status=422))
        chosen = get_object_or_404(Text, pk=request.POST.get("text") or 0, pk__in=[text.pk for text in texts])
        mask_text(crisis, chosen, form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The text is masked. The journal says so, without its words."))
        return redirect("journal", crisis.pk)
    return render(request, "crisis/mask.html", context)
