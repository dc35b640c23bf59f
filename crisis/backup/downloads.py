"""A backup that somebody asks for on a page: made in the background, counted while it is made, then a file to take away.

What is known of it lies in DATA_DIR, so that any process of this machine answers for it. Nothing there is in clear.
"""

import contextlib
import json
import logging
import re
import secrets
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from crisis.accounts.models import User
from crisis.backup.make import make_backup
from crisis.backup.writes import backup_asked
from crisis.errors import RuleBroken

log = logging.getLogger(__name__)
KEPT = 3600
"""Seconds that a backup waits to be taken away."""
SILENT = 60
"""Seconds without a sign after which a backup under way is taken for dead: its process ended."""
TOLD = 0.2
"""Seconds between two notes of how far it is."""


@dataclass(frozen=True)
class Download:
    """A backup under way, ready or failed: rows done of all, its file once it is ready, why it failed.

    `is_dead`: nobody makes it any more, because its process ended.
    """

    token: str
    done: int = 0
    rows: int = 0
    path: Path | None = None
    failed: str = ""

    is_dead: bool = False

    @property
    def size(self) -> int:
        """Bytes of the file; 0 while there is none."""
        return self.path.stat().st_size if self.path and self.path.exists() else 0

    @property
    def is_under_way(self) -> bool:
        """Whether it is still being made."""
        return not self.path and not self.failed and not self.is_dead


def folder_of(token: str = "") -> Path:
    """Where downloads are, or one of them."""
    base: Path = settings.DATA_DIR / "downloads"
    return base / token if token else base


def begin(user: User, passphrase: str) -> str:
    """Begin a backup for somebody, and say how it is called from now on; the one that they have under way, if there is one."""
    sweep()
    if under_way := mine(user):
        return under_way
    backup_asked(by=user)
    token = secrets.token_hex(16)
    folder_of(token).mkdir(parents=True, mode=0o700)
    note(token, user=user.pk)
    threading.Thread(target=work, args=(token, user.pk, passphrase), name="download", daemon=True).start()
    return token


def mine(user: User) -> str:
    """The token of the backup that somebody has under way; "" when there is none."""
    for folder in folder_of().glob("*"):
        found = state_of(folder.name, user)
        if found and found.is_under_way:
            return found.token
    return ""


def work(token: str, user: int, passphrase: str) -> None:
    """Make it. Runs in a thread of its own; how far it is, and how it ends, is noted."""
    told = monotonic()

    def progress(done: int, rows: int) -> None:
        nonlocal told
        if monotonic() - told > TOLD or done == rows:
            told = monotonic()
            note(token, user=user, done=done, rows=rows)

    try:
        made = make_backup(folder_of(token), passphrase, progress)
        rows = made.label["rows"]
        note(token, user=user, done=rows, rows=rows, file=made.path.name)
    except (RuleBroken, DatabaseError, OSError) as failure:
        log.warning("A backup to download failed: %s", failure)
        with contextlib.suppress(OSError):
            note(token, user=user, failed=str(failure))
    finally:
        connection.close()


def note(token: str, **told: Any) -> None:
    """Write down what is known, so that nobody reads half of it."""
    fresh = folder_of(token) / "state.new"
    fresh.write_text(json.dumps(told))
    fresh.replace(folder_of(token) / "state.json")


def state_of(token: str, user: User) -> Download | None:
    """What is known of somebody's own download; None when there is none of that name, or it is somebody else's."""
    if not re.fullmatch(r"[0-9a-f]{32}", token):
        return None
    try:
        told = json.loads((folder_of(token) / "state.json").read_text())
        age = time() - (folder_of(token) / "state.json").stat().st_mtime
    except (OSError, ValueError):
        return None
    if told["user"] != user.pk:
        return None
    path = folder_of(token) / told["file"] if "file" in told else None
    failed = told.get("failed", "")
    is_dead = not path and not failed and age > SILENT
    return Download(token, told.get("done", 0), told.get("rows", 0), path, failed, is_dead)


def sweep() -> None:
    """Take away the downloads that nobody took for an hour."""
    for folder in folder_of().glob("*"):
        with contextlib.suppress(OSError):
            if time() - folder.stat().st_mtime > KEPT:
                shutil.rmtree(folder)
