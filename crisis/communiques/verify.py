"""Whether each edition and step still says what its journal entry says."""

from django.utils.translation import gettext as _

from crisis.communiques.models import Act, Edition, Keeping, Step
from crisis.journal import digest_of, in_utc, plain
from crisis.models import Book, JournalEntry


def fault_of_communiques(book: Book) -> str:
    """The first edition or step of a book that differs from its entry; or that a step or an answer is missing."""
    editions = Edition.objects.filter(communique__crisis=book.crisis_id).select_related("entry", "communique")
    for edition in editions:
        said = (edition.communique.number, edition.number, edition.digest, edition.content)
        told = tuple(edition.entry.data.get(name) for name in ("number", "edition", "digest", "content"))
        signed = edition.entry.data.get("authors", []) == edition.authors
        if edition.digest != digest_of(edition.content) or said != told or not signed:
            return _("%(book)s: the text of %(communique)s differs from the journal.") % {
                "book": book,
                "communique": edition.communique,
            }
    steps = Step.objects.filter(communique__crisis=book.crisis_id).select_related("entry", "communique", "edition")
    for each in steps.select_related("reason"):
        if fault_of_step(each):
            words = {"book": book, "seq": each.entry.seq}
            return _("%(book)s: a step of entry %(seq)d differs from the journal.") % words
    rows = steps.count() + Keeping.objects.filter(communique__crisis=book.crisis_id).count()
    if rows != JournalEntry.objects.filter(book=book, verb__startswith="communique.").count():
        return _("%(book)s: a step of a communiqué is missing beside the journal.") % {"book": book}
    return ""


def fault_of_step(each: Step) -> bool:
    """Whether a step differs from its entry."""
    told = each.entry.data
    edition = each.edition.number if each.edition else None
    said: dict[str, object] = {"number": each.communique.number, "edition": edition}
    said |= {"reason": plain(each.reason)} if each.reason else {}
    said |= {"at": in_utc(each.at)} if each.at and each.act != Act.SUBMITTED else {}
    verb = each.entry.verb == f"communique.{each.act}"
    return not verb or any(told.get(name) != value for name, value in said.items())
