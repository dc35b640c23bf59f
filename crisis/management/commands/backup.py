"""One file of everything."""

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from crisis.backup.make import make_backup
from crisis.backup.writes import backup_asked
from crisis.errors import RuleBroken
from crisis.management.passphrase import passphrase
from crisis.management.ready import ReadyCommand, tell_journal
from crisis.roles import CONSOLE


class Command(ReadyCommand):
    """`backup FILE|DIR`: sealed with a passphrase that is typed twice, or that BACKUP_PASSPHRASE_FILE holds."""

    help = "Write everything (database, key, prepared PDFs) into one encrypted file, while people go on writing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("target", type=Path, help="a new file, or a folder: the file is named for its moment")

    def handle(self, target: Path, **options: Any) -> None:
        """Write it, and say what is in it."""
        words, since = passphrase(twice=True), monotonic()
        tell_journal(self, lambda: backup_asked(by=CONSOLE))
        try:
            made = make_backup(target, words, self.progress)
        except (RuleBroken, DatabaseError) as refusal:
            raise CommandError(str(refusal)) from None
        said = _("%(file)s: %(size)s, %(entries)d journal entries, %(rows)d rows, %(seconds).1f s.")
        about = {"entries": made.label["entries"], "rows": made.label["rows"], "seconds": monotonic() - since}
        self.stdout.write(said % {"file": made.path, "size": filesizeformat(made.size), **about})
        for head in made.heads:
            self.stdout.write(head)

    def progress(self, done: int, rows: int) -> None:
        """A line that counts, on a terminal only."""
        if self.stdout.isatty():
            self.stdout.write(f"\r{done} / {rows}", ending="\n" if done == rows else "")
