"""What is prepared before the night, kept as one file and brought to another machine."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.errors import RuleBroken
from crisis.management.ready import check_ready, prepare_database, tell_journal
from crisis.roles import CONSOLE
from services.crisisfile.house import bring, house_exported, house_file
from services.crisisfile.located import BadFile


class Command(BaseCommand):
    """`registry export FILE` and `registry import FILE`: organisation, sites, services, people; never a password.

    An import adds people and corrects the registry; it takes nothing away, and importing again changes nothing. It makes the
    database where there is none yet: on the laptop of that night it is the first command.
    """

    help = "Write or read the registry and the people as one file (docs/crisis-file.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with which file."""
        parser.add_argument("act", choices=["export", "import"])
        parser.add_argument("file", type=Path)

    def handle(self, act: str, file: Path, **options: Any) -> None:
        """Write it, or check it and bring it."""
        try:
            if act == "export":
                check_ready()
                self.export(file.resolve())
            else:
                self.bring(file)
        except OSError as failure:
            raise CommandError(f"{file}: {failure.strerror}.") from None
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        except DatabaseError as failure:
            why = " ".join(str(failure).split())
            said = (
                _("The registry cannot be read: %(why)s")
                if act == "export"
                else _("The database does not take this, nothing was changed: %(why)s")
            )
            raise CommandError(said % {"why": why}) from None

    def export(self, file: Path) -> None:
        """Beside it first, so that a full stick leaves the file that was there."""
        if file.is_dir():
            raise RuleBroken(_("%(folder)s is a folder: name a file in it, such as house.yaml.") % {"folder": file})
        content, beside = house_file(), file.with_name(f".{file.name}.part")
        try:
            beside.write_text(content, encoding="utf-8")
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
        self.stdout.write(
            _("%(file)s is written. It holds names and phones: keep it as you keep those.") % {"file": file}
        )
        tell_journal(self, lambda: house_exported(by=CONSOLE))

    def bring(self, file: Path) -> None:
        """All of it, or nothing with every fault; first passwords are shown once, here."""
        content = file.read_bytes()
        prepare_database()
        try:
            brought = bring(content)
        except BadFile as bad:
            raise CommandError(bad.told(file)) from None
        said = ngettext("%(n)d change is written.", "%(n)d changes are written.", brought.entries)
        self.stdout.write(said % {"n": brought.entries})
        if brought.people:
            self.stdout.write(_("First passwords, shown once:"))
            for user, password in brought.people:
                self.stdout.write(f"  {user.username:<20} {password}  {user}")
