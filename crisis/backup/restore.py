"""Put a backup back on another machine: checked as a whole before anything is touched, then all of it or nothing."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.state import StateApps
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.backup import tables
from crisis.backup.kept import after_restore, is_kept
from crisis.backup.pack import Progress
from crisis.backup.parts import Head, Paper, Table, parts_of
from crisis.backup.seal import Label, damaged, key_of, opened, read_label
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Book, JournalEntry
from crisis.roles import CONSOLE
from crisis.verify import verify


@dataclass(frozen=True)
class Checked:
    """A backup that is whole: its label, where its chunks begin, the key that opens it, and what its rows need."""

    label: Label
    said: bytes
    key: bytes
    head: Head


@dataclass(frozen=True)
class Restored:
    """What was put back: the label, the entry of the house that says so, what was done to it, and whether the key came too."""

    label: Label
    entry: JournalEntry
    done: dict[str, int]
    with_key: bool


def check_backup(file: BinaryIO, passphrase: str) -> Checked:
    """Open and read a whole backup, into nothing: every chunk is proved, every row counted.

    Raises RuleBroken, in words: not a backup, a newer one, another passphrase, cut off, altered.
    """
    label, said = read_label(file)
    key = key_of(label, passphrase)
    head, rows = None, 0
    for part in parts_of(opened(file, said, key)):
        match part:
            case Head():
                head = part
            case list():
                rows += 1
    if head is None or rows != label["rows"]:
        raise RuleBroken(damaged())
    tables.check_known(head.migrations)
    return Checked(label, said, key, head)


def restore_backup(path: Path, passphrase: str, progress: Progress = lambda done, rows: None) -> Restored:
    """Put the backup back into this installation's empty database, and its papers and key into DATA_DIR.

    One transaction: tables at the backup's migrations, rows, this version's migrations, every chain and every text verified,
    the head of every book compared with the label's; only then what another machine must not go on with ends, an entry of the
    house says that it was restored, papers and key take their places, and all of it counts. Raises RuleBroken or OSError, in
    words, and nothing was changed.
    """
    with path.open("rb") as file:
        checked = check_backup(file, passphrase)
        file.seek(len(checked.said))
        with staging() as stage, placing(stage) as place:
            with whole():
                tables.check_empty()
                fill(file, checked, stage, progress)
                tables.forward()
                check_heads(checked.label)
                entry, done = tell(checked.label)
                with_key = keep_key(stage, checked.head.secret_key)
                place()
    call_command("migrate", interactive=False, verbosity=0)  # what features do after migrations
    return Restored(checked.label, entry, done, with_key)


@contextmanager
def whole() -> Iterator[None]:
    """One transaction for tables and rows. SQLite changes tables only while it does not look at references: asked at the end."""
    there = connection.vendor != "sqlite" or Path(str(connection.settings_dict["NAME"])).exists()
    try:
        connection.disable_constraint_checking()
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL statement_timeout = 0")
            yield
    except BaseException as failure:
        if not there:
            connection.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{connection.settings_dict['NAME']}{ending}").unlink(missing_ok=True)
        if isinstance(failure, DatabaseError):
            said = _("The database does not take this backup, nothing was changed: %(why)s")
            raise RuleBroken(said % {"why": " ".join(str(failure).split())}) from failure
        raise
    finally:
        if connection.connection is not None:
            connection.enable_constraint_checking()


@contextmanager
def staging() -> Iterator[Path]:
    """A folder in DATA_DIR for papers that wait for the rows to count."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".restore-", dir=settings.DATA_DIR))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def fill(file: BinaryIO, checked: Checked, stage: Path, progress: Progress) -> None:
    """Make the tables, write every row, and every paper into the folder where it waits."""
    apps = tables.bring_to(checked.head.migrations)
    tables.clear_made(apps)
    current: tables.Fill | None = None
    paper, rows = stage, 0
    for part in parts_of(opened(file, checked.said, checked.key)):
        match part:
            case Table():
                current = flushed(current, tables.Fill(apps, part.model, part.columns))
            case list():
                current.row(part)  # type: ignore[union-attr]  # parts_of gives no row before a table
                rows += 1
                if rows % 100 == 0:
                    progress(rows, checked.label["rows"])
            case Paper():
                paper = stage / part.place
                paper.parent.mkdir(parents=True, exist_ok=True)
                paper.touch()
            case bytes():
                with paper.open("ab") as out:
                    out.write(part)
    flushed(current, None)
    progress(rows, checked.label["rows"])
    tables.complete(models_of(apps))


def flushed(fill: "tables.Fill | None", following: "tables.Fill | None") -> "tables.Fill | None":
    """The table that follows, once the one before has all its rows."""
    if fill:
        fill.flush()
    return following


def models_of(apps: StateApps) -> list[type]:
    """The models of a state whose rows a backup holds."""
    return [model for model in apps.get_models(include_auto_created=True) if is_kept(model)]


def check_heads(label: Label) -> None:
    """Refuse rows whose chains do not verify, or that end elsewhere than the label says."""
    verdict = verify()
    if verdict.fault:
        raise RuleBroken(
            _("The journal of this backup does not hold, nothing was changed: %(why)s") % {"why": verdict.fault}
        )
    heads = {book.pk: (book.head_seq, book.head_hash) for book in Book.objects.all()}
    if heads != {head["book"]: (head["seq"], head["hash"]) for head in label["heads"]}:
        raise RuleBroken(_("The journal of this backup ends elsewhere than its label says: nothing was changed."))


def tell(label: Label) -> tuple[JournalEntry, dict[str, int]]:
    """End what was the other machine's, and write down in the house's book that its records were put back, from which backup."""
    book = lock_book(None)
    done = after_restore(timezone.now())
    heads = [{name: head[name] for name in ("book", "seq", "hash")} for head in label["heads"]]
    told = {"made_at": label["made_at"], "heads": heads, "rows": label["rows"], **done}
    return record(book, CONSOLE, "backup.restored", **told), done


def keep_key(stage: Path, key: str | None) -> bool:
    """Write the key where it waits; whether it came along. With SECRET_KEY in the environment the file's is not used."""
    if key is None or os.environ.get("SECRET_KEY"):
        return False
    waiting = stage / "secret_key"
    waiting.touch(mode=0o600)
    waiting.write_text(key)
    return True


@contextmanager
def placing(stage: Path) -> Iterator[Callable[[], None]]:
    """What gives papers and key their places. Unless all that follows holds too, each is again what it was."""
    moved: list[tuple[Path, Path | None]] = []

    def place() -> None:
        replaced = Path(tempfile.mkdtemp(dir=stage))
        for number, path in enumerate(path for path in sorted(stage.rglob("*")) if path.is_file()):
            target, before = settings.DATA_DIR / path.relative_to(stage), replaced / str(number)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                target.replace(before)
            moved.append((target, before if before.exists() else None))
            path.replace(target)

    try:
        yield place
    except BaseException:
        for target, before in reversed(moved):
            target.unlink(missing_ok=True)
            if before:
                before.replace(target)
        raise
