"""Put a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.backup.make import labelled
from crisis.backup.restore import Restored, check_backup, restore_backup
from crisis.errors import RuleBroken
from crisis.management.passphrase import passphrase


class Command(BaseCommand):
    """`restore FILE [--check]`: into an empty installation, SQLite or PostgreSQL; `--check` only opens and reads it all."""

    help = "Put a backup back into an empty database. It is checked as a whole before anything is touched."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="open and read the whole file, change nothing")

    def handle(self, file: Path, check: bool, **options: Any) -> None:
        """Say whose it is, ask for the passphrase, check or restore, and say what is to be done by hand."""
        try:
            self.label(file)
            words = passphrase(twice=False)
            if check:
                with file.open("rb") as opened:
                    check_backup(opened, words)
                self.stdout.write(_("The backup is whole."))
            else:
                self.tell(restore_backup(file, words, self.progress))
        except OSError as failure:
            raise CommandError(f"{failure.filename or file}: {failure.strerror or failure}.") from None
        except RuleBroken as refusal:
            raise CommandError(f"{file}: {refusal}") from None
        except DatabaseError as failure:
            why = " ".join(str(failure).split())
            raise CommandError(
                _("The database cannot be reached or brought up to date: %(why)s") % {"why": why}
            ) from None

    def label(self, file: Path) -> None:
        """What the file says of itself, for who has several."""
        found = labelled(file)
        said = _("%(organisation)s, %(moment)s: %(entries)d journal entries, %(rows)d rows.")
        about = {name: found.label.get(name) for name in ("organisation", "entries", "rows")}
        self.stdout.write(said % {**about, "moment": f"{found.made_at:%Y-%m-%d %H:%M:%S} UTC"})
        for head in found.heads:
            self.stdout.write(head)

    def tell(self, restored: Restored) -> None:
        """What is there now, and what another machine asks for."""
        self.stdout.write(_("Everything is back: every chain verifies, and every book ends as the backup says."))
        about = {"seq": restored.entry.seq, "hash": restored.entry.hash}
        self.stdout.write(_("The house's book says so in entry %(seq)d: %(seq)d:%(hash)s") % about)
        screens = restored.done.get("screens", 0)
        said = ngettext(
            "Everybody signs in again; %(count)d screen is to be paired again.",
            "Everybody signs in again; %(count)d screens are to be paired again.",
            screens,
        )
        self.stdout.write(said % {"count": screens})
        if not restored.with_key:
            self.stdout.write(_("The key is this installation's own: the backup's was not taken."))

    def progress(self, done: int, rows: int) -> None:
        """A line that counts, on a terminal only."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{done} / {rows}", ending="\n" if done == rows else "")
