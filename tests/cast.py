"""What tests say often: facts, moments ago, what was written so far."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from crisis.accounts.models import User
from crisis.journal import GENESIS, chained
from crisis.meetings import writes
from crisis.meetings.models import Attendee, Draft, Meeting
from crisis.models import Book, Crisis, JournalEntry, Member, Text
from services.facts import Facts
from services.models import StatusReport

VITAL, SUSPENDED, RESTORED = Facts(status="vital"), Facts(status="suspended"), Facts(status="restored")
ATTACKED = SUSPENDED.changed(reason="Servers are down")


def ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def written() -> dict[str, int]:
    """How many rows the journal and the drafts have: a refusal leaves them as they were."""
    return {model.__name__: model.objects.count() for model in (JournalEntry, StatusReport, Text, Draft)}


@contextlib.contextmanager
def nothing_more_can_be_written() -> Iterator[None]:
    """The database reads and takes nothing more, as on a full disk."""
    off, on = ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
    if connection.vendor == "postgresql":
        off, on = (f"SET default_transaction_read_only = {word}" for word in ("on", "off"))
    with connection.cursor() as cursor:
        cursor.execute(off)
        try:
            yield
        finally:
            cursor.execute(on)


def chain_holds(book: Book) -> bool:
    """Whether numbers have no gap, each hash follows from the one before, and the book's head is the last."""
    previous, seq = GENESIS, 0
    for entry in JournalEntry.objects.filter(book=book).order_by("seq"):
        seq += 1
        if (entry.seq, entry.hash) != (seq, chained(previous, book, entry)):
            return False
        previous = entry.hash
    book.refresh_from_db()
    return (book.head_seq, book.head_hash) == (seq, previous)


def person(name: str, role: str, crisis: Crisis | None, scope: list[str] | None = None) -> User:
    """Somebody with an account and one role: in a crisis, or standing when there is none."""
    user = User.objects.create_user(name, password="a long password", first_name=name.title())
    Member.objects.create(user=user, crisis=crisis, role=role, scope=scope or [], since=timezone.now())
    return user


@transaction.atomic
def adjourn(meeting: Meeting, *, by: User | None, **how: Any) -> Meeting:
    """Adjourn a meeting where somebody else was present than who opened it."""
    while meeting.attendees.count() < 2:
        Attendee.objects.create(meeting=meeting, name=Text.written("A guest"))
    return writes.adjourn(meeting, by=by, **how)
