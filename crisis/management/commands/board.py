"""The board in a terminal: the cell's last resort."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.management.ready import ReadyCommand
from crisis.models import Crisis, Organisation
from crisis.templatetags.vigie import status_word
from services.reads import Board, Tile, alarms, board_at

GLYPHS = {"vital": "~", "suspended": "#", "restored": "+", "not_assessed": "?"}


def crisis_named(name: str) -> Crisis:
    """A crisis by its id, or `current`: the one that is open, else the latest."""
    if name == "current":
        found = Crisis.objects.order_by(F("closed_at").desc(nulls_first=True), "-started_at").first()
    else:
        found = Crisis.objects.filter(pk=name).first() if name.isascii() and name.isdigit() else None
    if found is None:
        known = ", ".join(f"{crisis.pk} ({crisis})" for crisis in Crisis.objects.order_by("pk")) or _("none")
        raise CommandError(_("There is no crisis %(name)s. Known: %(known)s.") % {"name": name, "known": known})
    return found


def moment_named(value: str | None) -> datetime | None:
    """An ISO moment, local when it has no offset."""
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise CommandError(_("%(value)s is no moment: write it as 2022-05-25T12:00.") % {"value": value}) from None
    return found if found.tzinfo else found.replace(tzinfo=timezone.get_current_timezone())


def row(tile: Tile) -> dict[str, Any]:
    """A service as JSON has it."""
    report = tile.report
    names = ["capacity", "paper", "isolated", "to_verify", "seq"]
    texts = ["note", "public_note", "source"]
    facts: dict[str, Any] = {name: getattr(report, name) if report else None for name in names}
    facts |= {name: str(getattr(report, name)) if report and getattr(report, name) else "" for name in texts}
    remains = ("" if report.remains_nothing else str(report.remains) if report.remains else None) if report else None
    return {
        "site": tile.service.site.key,
        "service": tile.service.activity.key,
        "status": tile.status,
        **facts,
        "paper": bool(facts["paper"]),
        "isolated": bool(facts["isolated"]),
        "to_verify": bool(facts["to_verify"]),
        "remains": remains,
        "expected_back": report.expected_back.isoformat() if report and report.expected_back else None,
        "observed_at": timezone.localtime(report.observed_at).isoformat() if report else None,
        "recorded_at": timezone.localtime(report.recorded_at).isoformat() if report else None,
        "by": report.entry.actor_name if report else None,
    }


def as_json(board: Board) -> dict[str, Any]:
    """The whole board as JSON has it."""
    return {
        "crisis": board.crisis.pk,
        "at": timezone.localtime(board.moment).isoformat(),
        "known_at": timezone.localtime(board.known_at).isoformat() if board.known_at else None,
        "seq": board.seq,
        "counts": board.counts,
        "essential": board.essential,
        "services": [row(tile) for tile in board.tiles],
    }


class Command(ReadyCommand):
    """`board CRISIS [--at T] [--known-at T] [--json]`."""

    help = "Print the board: CRISIS is an id or `current`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which crisis, as of when."""
        parser.add_argument("crisis")
        parser.add_argument("--at")
        parser.add_argument("--known-at")
        parser.add_argument("--json", action="store_true")

    def handle(self, crisis: str, at: str | None, known_at: str | None, **options: Any) -> None:
        """Print it."""
        organisation = Organisation.objects.first()
        with timezone.override(organisation.zone if organisation else None), translation.override("fr"):
            board = board_at(crisis_named(crisis), moment_named(at), moment_named(known_at))
            self.stdout.write(dumped(as_json(board)) if options["json"] else self.table(board))

    def table(self, board: Board) -> str:
        """For people: a line a service, what is loud first."""
        exercise = _("EXERCISE")
        stamp = f"  *** {exercise} ***" if board.crisis.is_exercise else ""
        lines = [f"{board.crisis}  {timezone.localtime(board.moment):%d/%m/%Y %H:%M}  n° {board.seq}{stamp}"]
        lines += [
            f"!! {report.service}: {status_word('suspended')} {report.reason or ''}" for report in alarms(board.crisis)
        ]
        said = _(
            "%(assured)d/%(total)d essential assured, %(suspended)d suspended, %(restored)d restored, %(not_assessed)d not assessed"
        )
        lines += [said % (board.essential | board.counts), ""]
        lines += [self.line(tile) for tile in board.tiles]
        return "\n".join(lines)

    def line(self, tile: Tile) -> str:
        """Glyph, name, word, facts, moment."""
        report, facts = tile.report, ""
        if report:
            capacity, paper = f"{report.capacity} %" if report.capacity else "", _("paper") if report.paper else ""
            loud = [_("To reconfirm")] * tile.overdue + [_("To verify")] * report.to_verify
            words = [capacity, paper, str(report.remains or ""), str(report.note or ""), *loud]
            facts = f"{timezone.localtime(report.observed_at):%d/%m %H:%M}  {' · '.join(filter(None, words))}"
        return f"{GLYPHS[tile.status]} {str(tile.service)[:46]:<46} {status_word(tile.status):<12} {facts}".rstrip()


def dumped(value: dict[str, Any]) -> str:
    """JSON for people and programs."""
    return json.dumps(value, ensure_ascii=False, indent=1)
