"""Whether what meetings decided still says what its journal entries say."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from crisis.journal import digest_of, plain
from crisis.meetings.measure_writes import told
from crisis.meetings.models import Decision, Opinion, Review, Seal
from crisis.models import Book, JournalEntry


def fault_of_meetings(book: Book) -> str:
    """The first row of a book's meetings that differs from its entry; "" when all agree."""
    for entry, agrees in rows_of(book) if book.crisis_id else ():
        if not agrees or entry.book_id != book.pk:
            return _("%(book)s: what entry %(seq)d decided differs from the journal.") % {
                "book": book,
                "seq": entry.seq,
            }
    return ""


def rows_of(book: Book) -> Iterator[tuple[JournalEntry, bool]]:
    """Each entry that stands for a row, and whether the row agrees with it."""
    reviews = Review.objects.filter(measure__crisis=book.crisis_id).select_related(
        "entry",
        "measure",
        "meeting",
        "wording",
        *(f"wording__{name}" for name in ("text", "exempt", "advice", "exception")),
    )
    for review in reviews:
        yield review.entry, same(review.entry, f"measure.{review.act}", of_review(review), inside=review.measure.key)
    for decision in Decision.objects.filter(meeting__crisis=book.crisis_id).select_related(
        "entry", "text", "why", "meeting"
    ):
        said = {"number": decision.meeting.number, "text": decision.text, "why": decision.why, "about": decision.about}
        yield decision.entry, same(decision.entry, "decision.taken", said)
    for opinion in Opinion.objects.filter(request__crisis=book.crisis_id).select_related("entry", "words", "request"):
        said = {
            "key": opinion.request.key,
            "party": opinion.party,
            "favourable": opinion.favourable,
            "words": opinion.words,
        }
        yield opinion.entry, same(opinion.entry, "exception.judged", said)
    for seal in Seal.objects.filter(meeting__crisis=book.crisis_id).select_related("entry", "meeting"):
        digest = digest_of(seal.content)
        said = {"number": seal.meeting.number, "digest": digest, "lang": seal.lang}
        yield seal.entry, digest == seal.digest and same(seal.entry, "minutes.sealed", said)


def of_review(review: Review) -> dict[str, Any]:
    """What the entry of a review must say."""
    return {"meeting": review.meeting.number} | (told(review.wording) if review.wording else {})


def same(entry: JournalEntry, verb: str, said: dict[str, Any], inside: str = "") -> bool:
    """Whether an entry has this verb and says this; `inside`: one of the measures that it covers."""
    if entry.verb != verb or (inside and inside not in entry.data.get("measures", [])):
        return False
    return all(entry.data.get(name) == plain(value) for name, value in said.items())
