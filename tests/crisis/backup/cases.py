"""What tests of backups say often: an installation in a folder, what it holds, a file that is not as it was written."""

import hashlib
import json
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from crisis import triggers
from crisis.backup.kept import kept_models
from crisis.backup.pack import rows_of, snapshot
from crisis.backup.seal import Label, Sealer, key_of, opened, read_label
from tests.running import ROOT, RunningServer

PASSPHRASE = "correct horse battery staple"
MINE = {"crisis.book", "crisis.journalentry", "displays.display", "contenttypes.contenttype", "auth.permission"}
"""Tables that a restore adds to, or that an empty database has."""


def holds() -> dict[str, str]:
    """Every table that a backup keeps, by a digest of its rows; those that a restore adds to only by what it found there."""
    found = {}
    with snapshot() as own:
        for model in kept_models():
            label, rows = model._meta.label_lower, list(rows_of(model, own))
            if label == "crisis.journalentry":
                rows = [row for row in rows if "backup.restored" not in row]
            if label == "crisis.book":
                rows = [row for row in rows if row[1] is not None]  # the house's goes on
            if label == "displays.display":
                rows = [row[:3] for row in rows]
            said = sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
            found[label] = f"{len(rows)} {hashlib.sha256(''.join(said).encode()).hexdigest()}"
    return found


class Installation(RunningServer):
    """An installation that only runs commands, with a passphrase in a file."""

    def __init__(self, folder: Path, database_url: str = "", **environment: str) -> None:
        folder.mkdir(exist_ok=True)
        key = folder.parent / "passphrase"
        key.write_text(PASSPHRASE)
        url = database_url or f"sqlite:///{folder / 'vigie.sqlite3'}"
        super().__init__(folder, url, BACKUP_PASSPHRASE_FILE=str(key), **environment)

    def attempt(self, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command that may be refused."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, preexec_fn=before, timeout=110
        )

    def holds(self) -> dict[str, str]:
        """As above, of this one."""
        code = "import json; from tests.crisis.backup.cases import holds; print(json.dumps(holds()))"
        return json.loads(self.python(code))

    def heads(self) -> list[str]:
        """SEQ:HASH of each book, once everything verified."""
        lines = self.manage("verify_journal").splitlines()
        return [line.rpartition("  ")[2] for line in lines[:-1]]


def new_database(server_url: str) -> str:
    """DATABASE_URL of a new, empty PostgreSQL database."""
    name = f"vigie_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


def emptied() -> None:
    """The test's database as a new installation has it."""
    triggers.take_off(connection)
    tables = [model._meta.db_table for model in kept_models()]
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        else:
            for table in tables:
                cursor.execute(f'DELETE FROM "{table}"')
    triggers.put_on(connection)


def lines_in(path: Path) -> tuple[Label, list[object]]:
    """A backup's label and all its lines."""
    with path.open("rb") as file:
        label, said = read_label(file)
        return label, [json.loads(line) for line in opened(file, said, key_of(label, PASSPHRASE))]


def sealed(path: Path, label: Label, lines: list[object]) -> Path:
    """A backup with these lines, as if Vigie had written them."""
    own = {"vigie-backup", "kdf", "cost", "salt", "check", "cipher"}
    with path.open("wb") as file:
        sealer = Sealer(file, {name: value for name, value in label.items() if name not in own}, PASSPHRASE)
        for line in lines:
            sealer.line(line)
        sealer.close()
    return path


def altered(path: Path, change: Callable[[bytes], bytes], name: str = "altered.backup") -> Path:
    """A copy of a backup whose bytes are others."""
    copy = path.with_name(name)
    copy.write_bytes(change(path.read_bytes()))
    return copy
