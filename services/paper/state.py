"""When the papers were last written into PAPER_DIR, or why not: what this process knows, for the page."""

from time import monotonic

from django.conf import settings

from crisis.backup.state import FRESH, Failure, Seen, State
from services.paper.files import printed_at

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
