"""Many questions to the database, answered as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """What is read inside is of one moment of the database, and holds no writer up; nothing is written inside.

    On SQLite a deferred read transaction beside the write-ahead log, on PostgreSQL one that is REPEATABLE READ, READ ONLY.
    Within a transaction that has begun already it is that one's.
    """
    if connection.in_atomic_block:
        yield
        return
    own: Any = connection
    own.ensure_connection()
    mode = getattr(own, "transaction_mode", None)
    if own.vendor == "sqlite":
        own.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if own.vendor == "postgresql":
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if own.vendor == "sqlite":
            own.transaction_mode = mode
