"""Load a crisis file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from crisis.management.ready import ReadyCommand
from services.crisisfile.load import load
from services.crisisfile.located import BadFile


class Command(ReadyCommand):
    """`load FILE.yaml`: a bad file changes nothing, and every fault is listed with its line and field."""

    help = "Load a crisis file (docs/crisis-file.md). Loading it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One file."""
        parser.add_argument("file", type=Path)

    def handle(self, file: Path, **options: Any) -> None:
        """Check, write, tell."""
        try:
            summary = load(file.read_bytes(), progress=self.progress)
        except OSError as failure:
            raise CommandError(f"{file}: {failure.strerror}.") from None
        except BadFile as bad:
            raise CommandError(bad.told(file)) from None
        said = _(
            "%(crisis)s: events loaded: %(events)d, known already: %(skipped)d; reports: %(reports)d, confirmations: "
            "%(confirmations)d, journal entries: %(entries)d."
        )
        self.stdout.write(said % vars(summary))
        if summary.kept:
            kept = ", ".join(f"{name} ({count})" for name, count in sorted(summary.kept.items()))
            self.stdout.write(_("Kept word for word for features to come: %(kept)s.") % {"kept": kept})

    def progress(self, done: int, of: int) -> None:
        """A line that counts, on a terminal only."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{done} / {of}", ending="\n" if done == of else "")
