"""The minutes of a meeting in a terminal, for a program, or on paper."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.management.commands.board import crisis_named
from crisis.management.ready import ReadyCommand
from crisis.meetings.models import Meeting
from crisis.meetings.output import minutes_json, minutes_pdf, minutes_text
from crisis.models import Crisis, Organisation

FORMATS: dict[str, Callable[[Meeting], str | bytes]] = {"text": minutes_text, "json": minutes_json, "pdf": minutes_pdf}


def meeting_named(crisis: Crisis, number: int | None) -> Meeting:
    """A meeting by its number, or the last one that was opened."""
    held = Meeting.objects.filter(crisis=crisis).select_related("crisis__book", "title", "decides").order_by("number")
    if number is None:
        found = held.filter(opened_at__isnull=False, cancelled_at=None).order_by("opened_at", "number").last()
    else:
        found = held.filter(number=number).first()
    if found is None:
        known = ", ".join(str(each.number) for each in held) or _("none")
        raise CommandError(_("There is no such meeting. Known: %(known)s.") % {"known": known})
    return found


class Command(ReadyCommand):
    """`minutes CRISIS [N] [--format text|json|pdf]`."""

    help = "Print the minutes of a meeting: CRISIS is an id or `current`, N its number (default: the last one)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which meeting, and how."""
        parser.add_argument("crisis")
        parser.add_argument("number", nargs="?", type=int)
        parser.add_argument("--format", choices=FORMATS, default="text")

    def handle(self, crisis: str, number: int | None, **options: Any) -> None:
        """Print them; a PDF goes to standard output as it is."""
        organisation = Organisation.objects.first()
        with timezone.override(organisation.zone if organisation else None), translation.override("fr"):
            if options["format"] == "pdf" and sys.stdout.isatty():
                raise CommandError(_("A PDF is not for a terminal: send it to a file, … --format pdf > minutes.pdf"))
            made = FORMATS[options["format"]](meeting_named(crisis_named(crisis), number))
        if isinstance(made, bytes):
            sys.stdout.buffer.write(made)
        else:
            self.stdout.write(made, ending="")
