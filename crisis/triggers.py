"""The database itself refuses to change the past: triggers on SQLite and PostgreSQL.

Put back after every migration, because SQLite drops a table's triggers when a migration alters it.
A text may change once only, when it is masked: words and salt go, everything else stays.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

APPEND_ONLY = [
    "crisis_journalentry",
    "crisis_freeentry",
    "crisis_verification",
    "crisis_countersignature",
    "meetings_wording",
    "meetings_review",
    "meetings_seal",
    "meetings_addendum",
    "meetings_exceptionrequest",
    "meetings_opinion",
    "communiques_edition",
    "communiques_step",
    "communiques_keeping",
    "communiques_release",
    "services_statusreport",
    "services_acknowledgement",
]
MASKING = (
    "OLD.masked_at IS NULL AND NEW.masked_at IS NOT NULL AND NEW.body = '' AND NEW.salt = ''"
    " AND NEW.id = OLD.id AND NEW.digest = OLD.digest AND NEW.lang = OLD.lang"
)
SENTENCE = "the journal is append-only"


def names(table: str) -> list[str]:
    """The triggers that guard a table."""
    return [f"{table}_no_update", f"{table}_no_delete"]


def statements(vendor: str, table: str, *, unless: str = "") -> Iterator[str]:
    """SQL that puts the guards on one table; `unless` is the one change allowed."""
    for name, act in zip(names(table), ["UPDATE", "DELETE"], strict=True):
        when = f"WHEN (NOT ({unless}))" if unless and act == "UPDATE" else ""
        if vendor == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        else:
            yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
            yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION vigie_append_only()"


FUNCTION = f"""
CREATE OR REPLACE FUNCTION vigie_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$
"""


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Guard every table of the journal that exists by now."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table in [*APPEND_ONLY, "crisis_text"]:
            if table in present:
                for sql in statements(connection.vendor, table, unless=MASKING if table == "crisis_text" else ""):
                    cursor.execute(sql)


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Lift the guards; only `erase` and the flush after a test may."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in [*APPEND_ONLY, "crisis_text"]:
            if table in present:
                for name in names(table):
                    on = f" ON {table}" if connection.vendor == "postgresql" else ""
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the guards for a while and put them back, whatever happens."""
    take_off(connection)
    try:
        yield
    finally:
        put_on(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that ought to be there and are not; [] before the first migration."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(sql)
        there = {name for (name,) in cursor.fetchall()}
    tables = [table for table in [*APPEND_ONLY, "crisis_text"] if table in present]
    return [name for table in tables for name in names(table) if name not in there]


def put_back(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After the migrations of the last app that tells of its own (one with models), guard the tables again."""
    if sender == [app for app in all_apps.get_app_configs() if app.models_module][-1]:
        put_on(connections[using])


def check_present(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A system check: the guards are there, in each database that was asked about and can be reached."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            gone = missing(connections[alias])
        except DatabaseError:
            continue
        if gone:
            found.append(Error(f"The journal is not guarded: {', '.join(gone)}.", hint="Run migrate.", id="vigie.E001"))
    return found
