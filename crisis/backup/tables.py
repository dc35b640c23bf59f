"""The tables that a backup is put into: empty before, at the very migrations that it names, and brought to this version's after."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import StateApps
from django.db.models import Model
from django.utils.translation import gettext as _

from crisis import triggers
from crisis.backup.kept import is_kept, kept_models
from crisis.backup.seal import damaged
from crisis.errors import RuleBroken

Node = tuple[str, str]
"""A migration: its app and its name."""
AT_ONCE = 500
"""Rows that are written together, at most."""
MADE_BY_MIGRATE = {"contenttypes.contenttype", "auth.permission"}
"""Models whose rows an empty database has."""
BOOK = "crisis.book"
"""A house's book in which nothing stands is there as soon as somebody typed a code."""


def check_known(wanted: frozenset[Node]) -> None:
    """Refuse a backup that has been through migrations which this version does not know, or not through what they need."""
    loader = MigrationLoader(None)
    if wanted - set(loader.disk_migrations):
        raise RuleBroken(_("A newer Vigie made this backup: restore it with that version or a later one."))
    if any(parent.key not in wanted for node in wanted for parent in loader.graph.node_map[node].parents):
        raise RuleBroken(damaged())


def check_empty() -> None:
    """Refuse a database that holds anything: a backup never mixes with what is there, and never takes its place."""
    there = set(connection.introspection.table_names())
    for model in kept_models():
        if model._meta.label_lower in MADE_BY_MIGRATE or model._meta.db_table not in there:
            continue
        with connection.cursor() as cursor:
            begun = " WHERE head_seq > 0" if model._meta.label_lower == BOOK else ""
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(model._meta.db_table)}{begun} LIMIT 1")
            if cursor.fetchone():
                raise RuleBroken(
                    _(
                        "This database is not empty, nothing was changed: name a new one, with DATA_DIR=/another/folder "
                        "or DATABASE_URL, and restore into that."
                    )
                )


def bring_to(wanted: frozenset[Node]) -> StateApps:
    """Bring the empty database to these migrations exactly, and give the models of then.

    Tables of another state hold nothing: they are made anew. Nothing of it stays when the transaction around it fails.
    """
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    if set(executor.loader.applied_migrations) & known != wanted:
        drop_tables()
        executor = MigrationExecutor(connection)
        executor.migrate(last_of(wanted, executor))
    return executor.loader.project_state(last_of(wanted, executor)).apps


def last_of(wanted: frozenset[Node], executor: MigrationExecutor) -> list[Node]:
    """Of each app the last of these migrations."""
    graph = executor.loader.graph
    return sorted(
        node
        for node in wanted
        if not any(c.key in wanted and c.key[0] == node[0] for c in graph.node_map[node].children)
    )


def drop_tables() -> None:
    """Take the empty tables away, with what Django remembers of their migrations."""
    ours = connection.introspection.django_table_names(only_existing=True, include_views=False)
    there = set(connection.introspection.table_names())
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for table in [*ours, "django_migrations"]:
            if table in there:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}{cascade}")


def clear_made(apps: StateApps) -> None:
    """Take away what an empty database has: the backup brings its own, under its own numbers."""
    with connection.cursor() as cursor:
        for label in [*sorted(MADE_BY_MIGRATE), BOOK]:  # permissions refer to content types
            table = apps.get_model(label)._meta.db_table
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    ContentType.objects.clear_cache()


class Fill:
    """Rows on their way into the table of one model, some hundred at a time."""

    def __init__(self, apps: StateApps, label: str, columns: list[str]) -> None:
        models = {model._meta.label_lower: model for model in apps.get_models(include_auto_created=True)}
        model = models.get(label)
        if model is None or not is_kept(model):
            raise RuleBroken(damaged())
        named = {field.attname: field for field in model._meta.concrete_fields}
        if set(named) != set(columns):
            raise RuleBroken(damaged())
        self.model: type[Model] = model
        self.fields = [named[column] for column in columns]
        self.waiting: list[Model] = []
        self.most = AT_ONCE

    def row(self, values: list[Any]) -> None:
        """Take a row."""
        try:
            pairs = zip(self.fields, values, strict=True)
            self.waiting.append(self.model(**{field.attname: field.to_python(value) for field, value in pairs}))
        except (ValidationError, TypeError, ValueError):
            raise RuleBroken(damaged()) from None
        if len(self.waiting) >= self.most:
            self.flush()

    def flush(self) -> None:
        """Write what waits, as it is: no moment of now, no default, no signal."""
        while self.waiting:
            size = max(1, min(self.most, connection.ops.bulk_batch_size(self.fields, self.waiting)))
            batch, self.waiting = self.waiting[:size], self.waiting[size:]
            self.model._base_manager._insert(batch, fields=self.fields, raw=True, using=connection.alias)  # type: ignore[attr-defined]


def complete(models: Iterable[type[Model]]) -> None:
    """After the rows: the next number of each table, and that nothing refers to what is not there."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(sql)
    connection.check_constraints()


def forward() -> None:
    """From the backup's migrations to this version's, and the guards on whatever tables that left without."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    triggers.put_on(connection)
