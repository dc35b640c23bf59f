"""When the papers were last written into PAPER_DIR, or why not: what this process knows, for the page."""

import threading
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.conf import settings
from django.utils import timezone

from crisis.backup.state import FRESH, WARNS
from services.paper.files import printed_at


@dataclass(frozen=True)
class Failure:
    """A print that this process could not make: when, and the system's own number and words for why."""

    at: datetime
    number: int | None
    why: str


@dataclass(frozen=True)
class State:
    """Whether papers are written by themselves, when they last were, and why the last try failed, if it did."""

    is_set: bool = False
    newest: datetime | None = None
    failure: Failure | None = None

    def is_late(self, now: datetime | None = None) -> bool:
        """Whether the page warns: none yet, or none for half an hour; a clock that was put back counts as none."""
        return self.is_set and (self.newest is None or abs((now or timezone.now()) - self.newest) >= WARNS)


class Seen:
    """What this process saw last. One thread looks at a time: a stick that hangs holds no page up."""

    def __init__(self) -> None:
        self.state, self.at = State(), -FRESH
        self.failure: Failure | None = None
        self.looking = threading.Lock()


_seen = Seen()


def forget() -> None:
    """Know nothing: the next question looks."""
    _seen.state, _seen.at, _seen.failure = State(), -FRESH, None


def failed(failure: Failure | None) -> None:
    """Remember why the last try failed; None: it did not."""
    _seen.failure = failure


def look() -> State:
    """Look into PAPER_DIR now."""
    if not settings.PAPER_DIR:
        return State()
    found, failure = printed_at(settings.PAPER_DIR), _seen.failure
    # A stick that was pulled out took its papers along: the last ones seen are still the last.
    newest = found or (None if settings.PAPER_DIR.is_dir() else _seen.state.newest)
    if failure and newest and newest > failure.at:
        failure = None  # another process did it
    _seen.state, _seen.at = State(True, newest, failure), monotonic()
    return _seen.state


def state() -> State:
    """What is known, without touching the stick while the beat looks at it."""
    if not settings.PAPER_DIR:
        return State()
    if monotonic() - _seen.at < FRESH or not _seen.looking.acquire(blocking=False):
        return _seen.state if _seen.state.is_set else State(is_set=True)
    try:
        return look()
    finally:
        _seen.looking.release()
