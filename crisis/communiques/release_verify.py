"""Whether what was released to the public still says what its journal entry says."""

from django.utils.translation import gettext as _

from crisis.communiques.models import Release
from crisis.journal import digest_of
from crisis.models import Book, JournalEntry


def fault_of_releases(book: Book) -> str:
    """The first release of a book that differs from its entry, or that one of them lacks; "" when all agree."""
    if book.crisis_id is None:
        return ""
    entries = JournalEntry.objects.filter(book=book, verb="answers.released").order_by("seq")
    releases = {release.entry_id: release for release in Release.objects.filter(crisis=book.crisis_id)}
    for entry in entries:
        release = releases.pop(entry.pk, None)
        if release is None or not release.digest == entry.data["digest"] == digest_of(release.content):
            return _("%(book)s: what entry %(seq)d released differs from the journal.") % {
                "book": book,
                "seq": entry.seq,
            }
    return _("%(book)s: a release has no entry in the journal.") % {"book": book} if releases else ""
