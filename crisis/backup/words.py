"""How the entries of a backup and of a restore read."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.journal import register_words
from crisis.models import JournalEntry, Text


def restored(entry: JournalEntry, texts: dict[int, Text]) -> str:
    """From which moment's backup the records come."""
    made_at = timezone.localtime(datetime.fromisoformat(entry.data["made_at"]))
    return _("Restored from the backup of %(moment)s.") % {"moment": f"{made_at:%d/%m/%Y %H:%M}"}


def register() -> None:
    """Give the house's book its sentences."""
    register_words("backup.asked", lambda e, t: _("A backup of everything was asked for, to be taken away."))
    register_words("backup.restored", restored)
