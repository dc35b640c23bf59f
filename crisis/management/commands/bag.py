"""The bag by the door."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.backup.make import make_backup, name_of
from crisis.backup.writes import backup_asked
from crisis.bag import MACHINES, PYTHONS, Bag, by_machine, pack, sheet
from crisis.days import day_words
from crisis.errors import RuleBroken
from crisis.languages import languages_of_house
from crisis.management.passphrase import passphrase
from crisis.management.ready import ReadyCommand, tell_journal
from crisis.models import Organisation
from crisis.papers import pdf
from crisis.roles import CONSOLE
from services.crisisfile.house import house_exported, house_file

HOUSE, SHEET = "house.yaml", "START.pdf"


class Command(ReadyCommand):
    """`bag DIR [--backup] [--machines …] [--pythons …]`: code, packages, what is prepared, and a sheet that says what to do."""

    help = "Write a folder that starts Vigie on another laptop without internet (docs/running.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and for what."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--backup", action="store_true", help="a new backup too, sealed with a passphrase")
        parser.add_argument("--machines", nargs="+", choices=list(MACHINES), default=list(MACHINES))
        parser.add_argument("--pythons", nargs="+", choices=PYTHONS, default=PYTHONS)

    def handle(self, folder: Path, backup: bool, machines: list[str], pythons: list[str], **options: Any) -> None:
        """Pack it, and say what it starts on and what it lacks."""
        self.words = passphrase(twice=True) if backup else ""
        try:
            bag = pack(folder, machines, pythons, self.fill, self.stdout.write)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        except DatabaseError as failure:
            raise CommandError(_("No bag was made: %(why)s") % {"why": " ".join(str(failure).split())}) from None
        if (bag.folder / HOUSE).is_file():
            tell_journal(self, lambda: house_exported(by=CONSOLE))
        for lacking, why in bag.lacks.items():
            self.stdout.write(_("Not for %(machine)s: %(why)s") % {"machine": lacking, "why": why})
        starts = "; ".join(f"{machine} ({python})" for machine, python in by_machine(bag))
        self.stdout.write(_("%(folder)s starts on: %(starts)s.") % {"folder": folder, "starts": starts})
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        self.stdout.write(
            _("Size: %(size)s. Copy it onto the stick, and try it once.") % {"size": filesizeformat(size)}
        )

    def fill(self, bag: Bag) -> None:
        """What this installation knows: the registry and people, a backup when asked, and the sheet in the house's language."""
        organisation = Organisation.objects.first()
        house = ""
        if organisation:
            house = HOUSE
            (bag.folder / HOUSE).write_text(house_file(), encoding="utf-8")
        saved = self.save(bag) if self.words else ""
        lang = languages_of_house()[0] if organisation else translation.get_language()[:2]
        with translation.override(lang):
            about = {
                "organisation": str(organisation or "Vigie"),
                "phone": organisation.cell_phone if organisation else "",
            }
            about |= {"day": day_words(timezone.localdate(), "j F Y"), "house": house, "backup": saved, "lang": lang}
            (bag.folder / SHEET).write_bytes(pdf("bag", sheet(bag, about)))

    def save(self, bag: Bag) -> str:
        """A new backup of everything, asked for in the journal that it holds; its name."""
        tell_journal(self, lambda: backup_asked(by=CONSOLE))
        return make_backup(bag.folder / name_of(timezone.now()), self.words).path.name
