"""Whether the journal still holds: chains, texts, reports, heads. Names the first thing that does not."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from crisis import triggers
from crisis.journal import GENESIS, chained, in_utc, plain
from crisis.models import Book, FreeEntry, JournalEntry, Text

Check = Callable[[Book], str]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """A feature compares its rows of a book with their entries; it answers with the first difference, or ""."""
    _checks.append(check)


@dataclass(frozen=True)
class Verdict:
    """What was found: `fault` is "" when everything holds."""

    fault: str
    heads: list[tuple[str, int, str]]
    masked: int


def verify(kept: tuple[int, str] | None = None, crisis: int | None = None) -> Verdict:
    """Walk every book (or one crisis'); `kept` is a head that somebody kept elsewhere: seq and hash."""
    books = list(Book.objects.filter(crisis=crisis) if crisis else Book.objects.order_by("pk"))
    found = [fault for book in books if (fault := fault_of(book))]
    found += [fault for fault in [fault_of_texts(), fault_of_guards()] if fault]
    if kept and not found and not JournalEntry.objects.filter(book__in=books, seq=kept[0], hash=kept[1]).exists():
        found.append(_("No book holds entry %(seq)d with the hash that was kept.") % {"seq": kept[0]})
    heads = [(str(book), book.head_seq, book.head_hash) for book in books]
    return Verdict(found[0] if found else "", heads, Text.objects.exclude(masked_at=None).count())


def fault_of(book: Book) -> str:
    """The first thing that does not hold in one book."""
    previous, expected = GENESIS, 0
    for entry in JournalEntry.objects.filter(book=book).order_by("seq").iterator():
        expected += 1
        words = {"book": book, "seq": expected}
        if entry.seq != expected:
            return _("%(book)s: entry %(seq)d is missing.") % words
        if entry.hash != chained(previous, book, entry):
            return _("%(book)s: entry %(seq)d was altered, or one before it.") % words
        previous = entry.hash
    if (book.head_seq, book.head_hash) != (expected, previous):
        words = {"book": book, "seq": expected, "head": book.head_seq}
        return _("%(book)s: the chain ends at %(seq)d, its head says %(head)d: it was cut short or rewound.") % words
    return next((fault for check in [fault_of_free_entries, *_checks] if (fault := check(book))), "")


def fault_of_free_entries(book: Book) -> str:
    """A free entry that differs from its entry in the journal."""
    for free in FreeEntry.objects.filter(entry__book=book).select_related("entry", "text", "source"):
        names = ["text", "source", "happened_at", "hour_known", "to_verify"]
        known_at = free.entry.data.get("known_at") or in_utc(free.entry.recorded_at)
        same = all(free.entry.data[name] == plain(getattr(free, name)) for name in names)
        if not same or in_utc(free.recorded_at) != known_at:
            return _("%(book)s: free entry %(seq)d differs from the journal.") % {"book": book, "seq": free.entry.seq}
    written = JournalEntry.objects.filter(book=book, verb="journal.written").count()
    if written != FreeEntry.objects.filter(entry__book=book).count():
        return _("%(book)s: a free entry is missing beside the journal.") % {"book": book}
    return ""


def fault_of_texts() -> str:
    """A text whose words differ from their digest, or that is masked without an entry that says so."""
    told = JournalEntry.objects.filter(verb="text.masked").values_list("data__masked", flat=True)
    masked = {pk for pks in told for pk in pks}
    for text in Text.objects.iterator():
        if text.masked_at is None and text.digest != Text.digest_of(text.body, text.lang, text.salt):
            return _("Text %(number)d was altered.") % {"number": text.pk}
        if text.masked_at is not None and text.pk not in masked:
            return _("Text %(number)d is masked, and no entry says so.") % {"number": text.pk}
    return ""


def fault_of_guards() -> str:
    """The triggers that guard the journal are not all there."""
    gone = triggers.missing(connection)
    return _("The database does not guard the journal: %(triggers)s.") % {"triggers": ", ".join(gone)} if gone else ""
