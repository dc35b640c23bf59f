"""Where backups go in tests, and what they are sealed with: cheaply, but by the same code."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import postgresql
from crisis.backup import seal, state
from crisis.backup.make import Backup, make_backup
from tests.crisis.backup.cases import PASSPHRASE


@pytest.fixture(autouse=True)
def cheap(monkeypatch, settings, tmp_path) -> None:
    """A key in a millisecond; files of the test's own; nothing known of earlier ones."""
    monkeypatch.setattr(seal, "COST", 2**10)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.DATA_DIR = tmp_path / "data"
    settings.STATIC_ROOT = settings.DATA_DIR / "static"
    settings.DATA_DIR.mkdir()
    settings.BACKUP_DIR = settings.BACKUP_PASSPHRASE_FILE = None
    state.forget()


@pytest.fixture
def stick(settings, tmp_path) -> Path:
    """A stick that is plugged in, and a passphrase elsewhere."""
    key, folder = tmp_path / "passphrase", tmp_path / "stick"
    key.write_text(f"{PASSPHRASE}\n")
    folder.mkdir()
    settings.BACKUP_PASSPHRASE_FILE, settings.BACKUP_DIR = key, folder
    return folder


@pytest.fixture
def backup(tmp_path, transactional_db) -> Backup:
    """A backup of whatever the test has written by then (ask for it last)."""
    return make_backup(tmp_path / "one.backup", PASSPHRASE)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """DATABASE_URL of a real PostgreSQL; the tests that need one are skipped, and say so, where there is none."""
    try:
        with tempfile.TemporaryDirectory(prefix="vigie-") as name, postgresql(Path(name)) as url:
            yield url
    except SystemExit as missing:
        pytest.skip(f"SKIPPED: {missing}")
