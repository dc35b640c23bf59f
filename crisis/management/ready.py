"""A command that reads or writes what is there: without a database it answers in a sentence, and makes none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from crisis.models import Crisis, JournalEntry


class ReadyCommand(BaseCommand):
    """The base of every command but `up`, which prepares the database."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Look first; SQLite would make an empty file, and then miss every table."""
        check_ready()
        return super().execute(*args, **options)


def prepare_database() -> None:
    """Bring the database up to date, making it first when there is none; one that cannot be had is said in a sentence."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as failure:
        why = " ".join(str(failure).split())
        raise CommandError(_("The database cannot be reached or brought up to date: %(why)s") % {"why": why}) from None


def tell_journal(command: BaseCommand, write: Callable[[], JournalEntry]) -> None:
    """Write the entry of what leaves. A database that takes nothing more (a full disk) is said, and keeps nobody from saving it."""
    try:
        write()
    except DatabaseError as failure:
        why = " ".join(str(failure).split())
        command.stderr.write(
            _("The journal could not be told of this (%(why)s): write it down by hand.") % {"why": why}
        )


def check_ready() -> None:
    """Refuse a database that is not there, that nobody prepared, or that cannot be reached."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith("file:") and not Path(name).exists():
        raise CommandError(
            _(
                "There is no database yet (%(name)s): start with `python3 manage.py up`, or say with DATABASE_URL where "
                "it is. The demonstration's is read with VIGIE_DEMO=1."
            )
            % {"name": name}
        )
    try:
        prepared = Crisis._meta.db_table in connection.introspection.table_names()
    except DatabaseError as failure:
        why = " ".join(str(failure).split())
        raise CommandError(_("The database cannot be reached or brought up to date: %(why)s") % {"why": why}) from None
    if not prepared:
        raise CommandError(
            _("The database (%(name)s) is empty: start with `python3 manage.py up`, which prepares it.")
            % {"name": name}
        )
