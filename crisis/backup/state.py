"""How old the last backup is, for every page without a query: the names in BACKUP_DIR are the truth, for all processes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.utils import timezone

from crisis.backup.make import Backup, labelled, moment_of
from crisis.errors import RuleBroken

WARNS = timedelta(minutes=30)
"""The age from which the board warns."""
SLACK = timedelta(minutes=2)
"""How far ahead of this machine's clock a backup's name may be and still count: a clock is put right by seconds."""
FRESH = 30.0
"""Seconds that what was seen counts, when no beat looks again."""


@dataclass(frozen=True)
class Failure:
    """What this process could not write: when, and the system's own number and words for why. Papers are told of so, too."""

    at: datetime
    number: int | None
    why: str


@dataclass(frozen=True)
class State:
    """What is known: whether anything is written by itself, the moment of the newest, and why the last try failed, if it did."""

    is_set: bool = False
    newest: datetime | None = None
    failure: Failure | None = None

    def is_late(self, now: datetime | None = None) -> bool:
        """Whether the board warns: none yet, or none for half an hour; one from the future counts as none."""
        if not self.is_set:
            return False
        return self.newest is None or abs((now or timezone.now()) - self.newest) >= WARNS


class Seen:
    """What this process saw last of a folder. One thread looks at a time: a stick that hangs holds no page up."""

    def __init__(self) -> None:
        self.looking = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Know nothing: the next question looks."""
        self.state, self.at = State(), -FRESH
        self.failure: Failure | None = None

    def failed(self, failure: Failure | None) -> None:
        """Remember why the last try failed; None: it did not."""
        self.failure = failure

    def note(self, newest: datetime | None, failure: Failure | None) -> State:
        """What a look found, and why the last try before it failed, unless another process did it since."""
        if failure and newest and newest > failure.at:
            failure = None
        self.state, self.at = State(True, newest, failure), monotonic()
        return self.state

    def known(self, look: Callable[[], State]) -> State:
        """What is known, looking again when it is old, without touching the stick while the beat looks at it."""
        if monotonic() - self.at < FRESH or not self.looking.acquire(blocking=False):
            return self.state if self.state.is_set else State(is_set=True)
        try:
            return look()
        finally:
            self.looking.release()


_seen = Seen()
forget, failed = _seen.forget, _seen.failed


def lying() -> dict[datetime, Path]:
    """The backups in BACKUP_DIR by their moments, oldest first, from their names alone; {} when it cannot be read."""
    try:
        found = {moment_of(path): path for path in settings.BACKUP_DIR.iterdir()} if settings.BACKUP_DIR else {}
    except OSError:
        return {}
    return {moment: found[moment] for moment in sorted(moment for moment in found if moment)}


def has_been(moment: datetime, now: datetime) -> bool:
    """Whether a backup's moment counts: one that is to come was named by a clock that was ahead."""
    return moment <= now + SLACK


def look() -> State:
    """Look at BACKUP_DIR now. What a clock that was ahead has named is no backup until its moment comes."""
    if not settings.BACKUP_DIR:
        return State()
    now, failure = timezone.now(), _seen.failure
    there = [moment for moment in lying() if has_been(moment, now)]
    # A stick that was pulled out took its backups along: the last one seen is still how old the last one is.
    known = _seen.state.newest if _seen.state.newest and has_been(_seen.state.newest, now) else None
    newest = max(there, default=None) if there or settings.BACKUP_DIR.is_dir() else known
    return _seen.note(newest, failure)


def state() -> State:
    """What is known, without a query."""
    return _seen.known(look) if settings.BACKUP_DIR else State()


def backups() -> list[Backup]:
    """The backups in BACKUP_DIR with their labels, newest first; what cannot be read is left out.

    Those that a clock named which was ahead come last.
    """
    now = timezone.now()
    found = sorted(lying().items(), key=lambda item: (has_been(item[0], now), item[0]), reverse=True)
    return [each for _moment, path in found for each in read(path)]


def read(path: Path) -> list[Backup]:
    """A backup's label; [] when it has none or was taken away just now."""
    try:
        return [labelled(path)]
    except (OSError, RuleBroken):
        return []
