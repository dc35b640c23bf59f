"""Check that nobody rewrote the journal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from crisis.management.ready import ReadyCommand
from crisis.verify import verify


class Command(ReadyCommand):
    """`verify_journal [--head SEQ:HASH] [--crisis ID]`: prints each book's head, or names the first fault."""

    help = "Walk the journal's chains and compare everything with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A head kept elsewhere (paper, a backup), and one crisis."""
        parser.add_argument("--head")
        parser.add_argument("--crisis", type=int)

    def handle(self, head: str | None, crisis: int | None, **options: Any) -> None:
        """Exit 1 with a sentence when something does not hold."""
        kept = None
        if head:
            said, colon, digest = head.partition(":")
            if not colon or not said.isdigit():
                raise CommandError(_("%(head)s is no head: write it as SEQ:HASH.") % {"head": head})
            kept = (int(said), digest)
        verdict = verify(kept, crisis)
        if verdict.fault:
            raise CommandError(verdict.fault)
        for book, seq, digest in verdict.heads:
            self.stdout.write(f"{book}  {seq}:{digest}")
        self.stdout.write(_("Everything holds. Masked texts: %(count)d.") % {"count": verdict.masked})
