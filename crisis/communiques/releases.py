"""The verb that gives answers to the public: what a second person has read is released, and nothing else."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.communiques.answers import Difference, content_of, digest_read
from crisis.communiques.models import Release
from crisis.communiques.public.export import export_after_commit
from crisis.communiques.public.state import situation_of
from crisis.errors import RuleBroken
from crisis.journal import digest_of, lock_book, record
from crisis.models import Crisis, JournalEntry, Text
from crisis.roles import CONSOLE, check_may, check_open
from services.reads import board_at

LONGEST = 500
"""Characters of a reason."""


def own(crisis: Crisis, release: Release | None, found: list[Difference], by: User | None) -> list[Difference]:
    """The answers that somebody else has to release, because this person wrote what they follow from since the last one.

    Of an answer that makes people come: any part of it. Of another: all of it.
    """
    if by is CONSOLE:
        return []
    after = release.entry.seq if release else 0
    seqs = {seq for each in found for seq in each.now.seqs if seq > after}
    actors = dict(JournalEntry.objects.filter(book=crisis.book, seq__in=seqs).values_list("seq", "actor_id"))
    mine = []
    for each in found:
        authors = {actors.get(seq) for seq in each.now.seqs if seq > after}
        mine += [each] if authors == {by.pk} or (each.promises and by.pk in authors) else []
    return mine


@transaction.atomic
def release_answers(crisis: Crisis, digest: str, *, by: User | None, alone_because: str = "") -> Release:
    """Give the public the answers of now: exactly those whose `digest` the person has read.

    Who wrote what an answer follows from does not release it (see `own`), but *alone, with a reason*, until somebody countersigns.
    Raises RuleBroken when the answers changed meanwhile, when nothing waits, or without that reason. After commit the files
    are written anew.
    """
    book = lock_book(crisis)
    check_may(by, "release answers", crisis)
    check_open(crisis)
    now = timezone.now()
    found = situation_of(crisis, now)
    if digest != digest_read(found.now):
        raise RuleBroken(_("The answers have changed meanwhile: read again what patients would read, then release it."))
    changed = found.differences
    if found.release and not changed:
        raise RuleBroken(_("Patients read this already: nothing waits to be released."))
    reason = alone_because.strip()[:LONGEST]
    needs_second = bool(own(crisis, found.release, changed, by))
    if needs_second and not reason:
        raise RuleBroken(
            _("This needs a second person. If you are alone, say why: it will be flagged until somebody countersigns."),
            field="alone_because",
            offer="alone",
        )
    content = content_of(found.now, board_at(crisis, now))
    written, keys = digest_of(content), [each.now.key for each in changed]
    alone = {"alone": Text.written(reason, (get_language() or "fr")[:2])} if needs_second else {}
    entry = record(book, by, "answers.released", "answers", digest=written, changed=keys, **alone)
    release = Release.objects.create(crisis=crisis, entry=entry, content=content, digest=written)
    export_after_commit()
    return release
