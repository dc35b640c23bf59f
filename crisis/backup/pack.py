"""What a backup holds, read from one moment of the database while people write: lines of JSON, whichever database it is."""

import base64
import copy
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, Model, QuerySet
from django.utils.translation import gettext as _

from crisis.backup.kept import kept_models
from crisis.backup.seal import Label
from crisis.errors import RuleBroken
from crisis.journal import in_utc
from crisis.models import Book, JournalEntry, Organisation
from crisis.version import VERSION

AT_ONCE = 2000
"""Rows that are fetched together."""
PIECE = 48 * 1024
"""Bytes of a file in a line."""
Progress = Callable[[int, int], None]
"""Told now and then: rows so far, rows in all."""


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that sees one moment of the database and holds no writer up.

    On SQLite a deferred read transaction beside the write-ahead log, on PostgreSQL one that is REPEATABLE READ, READ ONLY.
    """
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    own.settings_dict = copy.deepcopy(connections[DEFAULT_DB_ALIAS].settings_dict)
    options = own.settings_dict["OPTIONS"]
    options.pop("pool", None)
    options.pop("transaction_mode", None)
    if own.vendor == "postgresql":
        from psycopg import IsolationLevel  # a laptop with SQLite never loads it

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    try:
        own.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        if own.vendor == "postgresql":
            with own.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute("SET LOCAL statement_timeout = 0")
        yield own
        own.rollback()
    finally:
        own.close()


def found(query: "QuerySet[Any]", own: BaseDatabaseWrapper) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, read through that connection, a few thousand at a time."""
    compiler = query.query.get_compiler(connection=own)
    return cast(Iterator[tuple[Any, ...]], compiler.results_iter(chunked_fetch=True, chunk_size=AT_ONCE))


def counted(model: type[Model], own: BaseDatabaseWrapper) -> int:
    """How many rows a model has there."""
    with own.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {own.ops.quote_name(model._meta.db_table)}")
        return int(cursor.fetchone()[0])


def fields_of(model: type[Model]) -> list["Field[Any, Any]"]:
    """The columns of a model, in their order."""
    return list(model._meta.concrete_fields)


def plain(value: Any) -> Any:
    """A column's value as JSON holds it, to the microsecond; its field's `to_python` reads it back."""
    match value:
        case None | str() | int() | float() | dict() | list():
            return value
        case date() | time():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
    raise TypeError(f"A backup does not know how to hold {type(value).__name__}.")


def rows_of(model: type[Model], own: BaseDatabaseWrapper) -> Iterator[list[Any]]:
    """Every row of a model, in the order of its columns."""
    for values in found(model._base_manager.order_by("pk"), own):
        yield [plain(value) for value in values]


def migrations_of(own: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    """Which migrations the database has been through. Raises RuleBroken when some of this version's are still to come."""
    known = set(MigrationLoader(None).disk_migrations)
    applied = set(MigrationRecorder(own).applied_migrations()) & known
    if known - applied:
        raise RuleBroken(
            _("The database is older than this Vigie: start with `python3 manage.py up`, which prepares it.")
        )
    return sorted(applied)


def own_key() -> str | None:
    """The key that this installation made for itself; None when SECRET_KEY comes from the environment."""
    path = settings.DATA_DIR / "secret_key"
    if os.environ.get("SECRET_KEY") or not path.exists():
        return None
    with readable(path):
        return path.read_text()


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Name the file of this installation that cannot be read: it is not the stick's fault."""
    try:
        yield
    except OSError as failure:
        why = failure.strerror or failure
        raise RuleBroken(_("%(file)s cannot be read (%(why)s).") % {"file": path, "why": why}) from None


def papers() -> list[Path]:
    """The PDFs that were prepared as files in DATA_DIR, wherever there, but for what `up` collects."""
    inside: list[Path] = sorted(path for path in settings.DATA_DIR.rglob("*.pdf") if path.is_file())
    return [path for path in inside if not path.is_relative_to(settings.STATIC_ROOT)]


def label_of(own: BaseDatabaseWrapper, rows: int, moment: datetime) -> Label:
    """What the file says in clear: whose it is, of when, and the head of each book; no name of a crisis, no word of it."""
    organisation = next(found(Organisation.objects.values_list("name", "is_demonstration"), own), ("", False))
    heads = found(Book.objects.order_by("pk").values_list("pk", "crisis", "head_seq", "head_hash"), own)
    return {
        "organisation": organisation[0],
        "demonstration": bool(organisation[1]),
        "made_at": in_utc(moment),
        "version": VERSION,
        "database": own.vendor,
        "rows": rows,
        "entries": counted(JournalEntry, own),
        "heads": [{"book": pk, "crisis": crisis, "seq": seq, "hash": digest} for pk, crisis, seq, digest in heads],
    }


def lines_of(own: BaseDatabaseWrapper, rows: int, progress: Progress) -> Iterator[Any]:
    """Everything, a value a line: the head, each table with its rows, each paper with its bytes, the end with their number."""
    yield {"migrations": migrations_of(own), "secret_key": own_key()}
    done = 0
    for model in kept_models():
        yield {"table": model._meta.label_lower, "fields": [field.attname for field in fields_of(model)]}
        for row in rows_of(model, own):
            yield row
            done += 1
            if done % 100 == 0:
                progress(done, rows)
    for path in papers():
        yield from lines_of_paper(path)
    yield {"end": done}
    progress(done, rows)


def lines_of_paper(path: Path) -> Iterator[Any]:
    """A paper's place and its bytes; nothing of one that was taken away just now."""
    with readable(path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
    with file:
        yield {"paper": path.relative_to(settings.DATA_DIR).as_posix()}
        while piece := read_of(file, path):
            yield base64.b64encode(piece).decode()


def read_of(file: BinaryIO, path: Path) -> bytes:
    """The next piece of a paper."""
    with readable(path):
        return file.read(PIECE)
