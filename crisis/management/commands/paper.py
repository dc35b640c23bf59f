"""The papers of a crisis as files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils.translation import ngettext

from crisis.errors import RuleBroken
from crisis.languages import languages_of_house
from crisis.management.commands.board import crisis_named
from crisis.management.ready import ReadyCommand
from services.paper.files import print_into


class Command(ReadyCommand):
    """`paper DIR [--crisis CRISIS] [--lang fr]`."""

    help = "Write the board, a sheet per site, contacts and an empty sheet as PDFs into DIR, which is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, of which crisis, in which language."""
        parser.add_argument("directory", type=Path)
        parser.add_argument("--crisis", default="current", help="an id or `current` (default)")
        parser.add_argument("--lang", choices=[code for code, _name in settings.LANGUAGES], help="the house's first")

    def handle(self, directory: Path, crisis: str, lang: str | None, **options: Any) -> None:
        """Write them, and say where they are."""
        try:
            names = print_into(directory, [crisis_named(crisis)], lang or languages_of_house()[0])
        except (RuleBroken, DatabaseError) as refusal:
            raise CommandError(str(refusal)) from refusal
        said = ngettext("%(count)d file is in %(directory)s.", "%(count)d files are in %(directory)s.", len(names))
        self.stdout.write(said % {"count": len(names), "directory": directory})
