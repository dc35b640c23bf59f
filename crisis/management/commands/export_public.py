"""The public site as files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import ngettext

from crisis.communiques.public.export import export_public
from crisis.errors import RuleBroken
from crisis.management.ready import ReadyCommand


class Command(ReadyCommand):
    """`export_public DIR`."""

    help = "Write the public pages, the feed and status.json into DIR: for a USB stick, or for any web host."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("directory")

    def handle(self, directory: str, **options: Any) -> None:
        """Write them."""
        try:
            count = export_public(directory)
        except (OSError, RuleBroken) as refusal:
            raise CommandError(str(refusal)) from refusal
        said = ngettext("%(count)d file is in %(directory)s.", "%(count)d files are in %(directory)s.", count)
        self.stdout.write(said % {"count": count, "directory": directory})
