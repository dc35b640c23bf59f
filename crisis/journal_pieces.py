"""The pieces of the journal that every open journal page gets; nothing personal in them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string

from crisis.journal import entries_of, sentences
from crisis.models import Crisis, JournalEntry

PAGE = 50
SAME = timedelta(minutes=1)
"""What was written down so soon needs no second moment."""


def lines(entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """Entries as the page shows them: the entry, its sentence, the texts that may be masked, when it was so."""
    return [
        {"entry": entry, "sentence": sentence, "texts": texts} | observed(entry)
        for entry, sentence, texts in sentences(entries)
    ]


def observed(entry: JournalEntry) -> dict[str, Any]:
    """When what an entry reports was so, and whether its hour is known; {} when that is when it was written."""
    first, *_others = entry.data.get("reports") or [{}]
    moment = datetime.fromisoformat(first["observed_at"]) if first.get("observed_at") else entry.recorded_at
    if abs(entry.recorded_at - moment) < SAME:
        return {}
    return {"observed": moment, "hour_known": first.get("hour_known", True)}


def journal_pieces(crisis: Crisis, after: int | None) -> str:
    """The entries after a seq, to stand on top of the list, and older ones that they verify or sign.

    The newest page of the list when `after` is None, or when a text was masked: its words may stand anywhere.
    """
    entries = entries_of(crisis.book)
    new = list(entries.filter(seq__gt=after)[: PAGE * 4]) if after is not None else []
    if after is None or any(entry.verb == "text.masked" for entry in new):
        shown = list(entries[: PAGE + 1])
        context = {"whole": True, "asked": {}, "more": len(shown) > PAGE, "last": shown[:PAGE][-1] if shown else None}
        context["lines"] = lines(shown[:PAGE])
    else:
        touched = {entry.data["seq"] for entry in new if "seq" in entry.data}
        context = {"lines": lines(new), "touched": lines(entries.filter(seq__in=touched, seq__lte=after))}
    context["crisis"] = crisis
    return render_to_string("crisis/_journal_frame.html", context)
