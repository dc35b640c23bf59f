"""What the house's book says of a backup that somebody asks for."""

from django.db import transaction

from crisis.accounts.models import User
from crisis.journal import lock_book, record
from crisis.models import JournalEntry
from crisis.roles import check_may


@transaction.atomic
def backup_asked(*, by: User | None) -> JournalEntry:
    """Write down who takes everything away; the backup that follows holds that entry too, and ends with it or later.

    Those that the server makes by itself have none: there would be a hundred a day, and nobody's act to tell.
    """
    house = lock_book(None)
    check_may(by, "make backups")
    return record(house, by, "backup.asked")
