"""What the board says of the last backup: how old it is, and a warning from half an hour on."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from crisis.backup.make import why_not
from crisis.backup.state import State, state
from crisis.models import Crisis

_said: dict[tuple[int, str], str] = {}
"""What the open boards of a crisis were told last, by language."""


def words_of(known: State) -> str:
    """Why the last try failed, in the language in force; "" when it did not."""
    told = known.failure
    return why_not(settings.BACKUP_DIR, told.number, told.why) if told and settings.BACKUP_DIR else ""


def piece(now: datetime | None = None) -> str:
    """The line of the board, in the language in force; the same for everybody, without a query."""
    known, moment = state(), now or timezone.now()
    late = known.is_late(moment)
    context = {"backup": known, "late": late, "now": moment, "why": words_of(known) if late else ""}
    return render_to_string("backup/_board.html", context)


def beside_board(crisis: Crisis, at: datetime | None) -> str:
    """The line beside the matrix; nothing beside a past moment's."""
    return "" if at else piece()


def pieces(crisis: Crisis, after: int | None) -> str:
    """Only whoever gets everything gets it: no entry changes it."""
    return "" if after is not None else piece()


def by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """The line, when it says something else than these boards were told last."""
    key, says = (crisis.pk, get_language() or ""), piece(now)
    if _said.get(key) == says:
        return ""
    _said[key] = says
    return says
