"""A backup every fifteen minutes, by one of the processes, into BACKUP_DIR; and which ones are kept."""

import contextlib
import logging
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from crisis.backup import state
from crisis.backup.downloads import sweep
from crisis.backup.forms import words_in
from crisis.backup.make import Backup, make_backup, moment_of, prefix
from crisis.errors import RuleBroken
from crisis.frames import zone
from crisis.seats import Seat

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=15)
AGAIN = timedelta(minutes=1)
"""How long after a failure the next try is."""
LAST = 24
"""How many of the newest are kept, beside the last of each day."""
STALE = 3600.0
"""Seconds after which the beginning of a backup that nobody finished is taken away."""
_one_at_a_time = threading.Lock()


def is_due(known: state.State, now: datetime) -> bool:
    """Whether a backup is to be made: none for fifteen minutes (nor from the future), and no failure within the last one."""
    if not known.is_set or (known.failure and abs(now - known.failure.at) < AGAIN):
        return False
    return known.newest is None or abs(now - known.newest) >= EVERY


def spare(moments: Iterable[datetime], here: tzinfo) -> set[datetime]:
    """Which of these are no longer kept: neither among the last 24, nor the last of their day in the organisation's zone."""
    ordered = sorted(moments)
    days = {moment.astimezone(here).date(): moment for moment in ordered}
    return set(ordered) - set(ordered[-LAST:]) - set(days.values())


def with_the_beat(seats: list[Seat]) -> None:
    """What the hub does every five seconds: look, and make a backup when it is time, in a thread that nobody waits for.

    Downloads that nobody took go too.
    """
    sweep()
    if settings.BACKUP_DIR and not _one_at_a_time.locked():
        threading.Thread(target=keep_up, name="backup", daemon=True).start()


def keep_up() -> Backup | None:
    """Look at BACKUP_DIR; when a backup is due and no other process makes it, make it and take away what is no longer kept.

    A failure is told to the board and to the log, never raised. Nothing older goes before the new one stands.
    """
    if not _one_at_a_time.acquire(blocking=False):
        return None
    try:
        folder, key = settings.BACKUP_DIR, settings.BACKUP_PASSPHRASE_FILE
        return make_due(folder, key) if folder and key and is_due(state.look(), timezone.now()) else None
    except (RuleBroken, OSError, DatabaseError) as failure:
        tell(failure)
    except Exception as failure:  # a thread that died in silence would be no backup, and nobody would know why
        tell(failure)
        log.exception("The backup failed.")
    finally:
        state.look()
        connection.close()
        _one_at_a_time.release()
    return None


def make_due(folder: Path, key: Path) -> Backup | None:
    """The backup itself, unless another process was faster; then what is spare goes."""
    with alone(folder) as ours:
        if not ours or not is_due(state.look(), timezone.now()):
            return None
        made = make_backup(folder, words_in(key))
        state.failed(None)
        tidy(folder, made)
    log.info("Backup: %s, %d bytes.", made.path, made.size)
    return made


def tidy(folder: Path, made: Backup) -> None:
    """Take away what is spare, and what a process that was killed left unfinished. What cannot go stays.

    What was made just now stays, and what a clock named that was ahead: it is neither among the last nor spare.
    """
    now = timezone.now()
    unwanted = spare((moment for moment in state.lying() if state.has_been(moment, now)), zone())
    for path in list(folder.iterdir()):
        with contextlib.suppress(OSError):
            unfinished = path.name.startswith(f".{prefix()}-") and path.suffix == ".part"
            stale = unfinished and now.timestamp() - path.stat().st_mtime > STALE
            if stale or (moment_of(path) in unwanted and path != made.path):
                path.unlink()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether this process alone may write there now; a lock file says so, which stays. Windows has one process only."""
    with (folder / f".{prefix()}.lock").open("w") as file:
        if sys.platform != "win32":
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
        yield True


def tell(failure: Exception) -> None:
    """Remember why, for the board, and write it into the log."""
    cause = failure.__cause__ if isinstance(failure, RuleBroken) and failure.__cause__ else failure
    number = cause.errno if isinstance(cause, OSError) else None
    state.failed(state.Failure(timezone.now(), number, str(getattr(cause, "strerror", None) or cause)))
    log.warning("BACKUP_DIR=%s: %s", settings.BACKUP_DIR, failure)
