"""The pieces of the journal that every open journal page gets; nothing personal in them."""

from collections.abc import Iterable
from typing import Any

from django.template.loader import render_to_string

from crisis.journal import entries_of, sentences
from crisis.models import Crisis, JournalEntry

PAGE = 50


def lines(entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """Entries as the page shows them: the entry, its sentence, and the texts that may be masked."""
    return [{"entry": entry, "sentence": sentence, "texts": texts} for entry, sentence, texts in sentences(entries)]


def journal_pieces(crisis: Crisis, after: int | None) -> str:
    """The entries after a seq, to stand on top of the list; the newest page of it when `after` is None."""
    entries = entries_of(crisis.book)
    context = {"crisis": crisis, "whole": after is None}
    context["lines"] = lines(entries[:PAGE] if after is None else entries.filter(seq__gt=after)[: PAGE * 4])
    return render_to_string("crisis/_journal_frame.html", context)
