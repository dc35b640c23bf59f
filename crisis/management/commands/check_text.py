"""The check of a text in a terminal: a sentence a line in, a JSON object a line out."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.communiques.check.check import LANGUAGES, check_sentences
from crisis.communiques.check.reading import previous_at, situation_at
from crisis.communiques.check.situation import Sentence
from crisis.management.commands.board import crisis_named, moment_named
from crisis.management.ready import ReadyCommand
from crisis.models import Organisation


def lines_of(name: str) -> list[str]:
    """The lines of a file, or of standard input for `-`, without those that hold nothing."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as reason:
        said = {"file": name, "reason": getattr(reason, "strerror", None) or reason}
        raise CommandError(_("%(file)s cannot be read: %(reason)s.") % said) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(_("%(file)s is not UTF-8: save it as UTF-8 first.") % {"file": name}) from None
    return [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip()]


def row(sentence: Sentence) -> dict[str, Any]:
    """A sentence as JSON has it. No finding and nothing checked: not understood."""
    return {
        "sentence": sentence.text,
        "checked": [{"says": each.says, "seq": each.seq} for each in sentence.checked],
        "findings": [
            {"kind": each.kind, "says": each.says, "board": each.board, "seq": each.seq} for each in sentence.findings
        ],
    }


class Command(ReadyCommand):
    """`check_text CRISIS [--at T] [--lang fr] FILE`: each line is a sentence; `-` reads standard input.

    It prints one JSON object a line, in the order of the lines; empty lines are left out. With `--whole` the lines are a whole
    communiqué: when the last public one of that moment said something of a service that no line speaks of, one more object
    with an empty sentence says so.
    """

    help = "Check sentences against the board: CRISIS is an id or `current`, FILE has a sentence a line (- for standard input)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which crisis, as of when, in which language, which sentences."""
        parser.add_argument("crisis")
        parser.add_argument("file")
        parser.add_argument("--at", help="an ISO moment, local when it has no offset (default: now)")
        parser.add_argument(
            "--whole", action="store_true", help="the lines are a whole communiqué: say what it drops too"
        )
        parser.add_argument("--lang", default="fr", help=", ".join(LANGUAGES))

    def handle(self, crisis: str, file: str, at: str | None, lang: str, whole: bool, **options: Any) -> None:
        """Print what the rules make of each line."""
        if lang not in LANGUAGES:
            said = {"lang": lang, "known": ", ".join(LANGUAGES)}
            raise CommandError(_("There are no rules for the language %(lang)s. Known: %(known)s.") % said)
        organisation = Organisation.objects.first()
        with timezone.override(organisation.zone if organisation else None), translation.override(lang):
            found, moment = crisis_named(crisis), moment_named(at) or timezone.now()
            before = previous_at(found, moment, lang) if whole else []
            situation = situation_at(found, moment, previous=before)
            for sentence in check_sentences(lines_of(file), situation, lang):
                self.stdout.write(json.dumps(row(sentence), ensure_ascii=False))
