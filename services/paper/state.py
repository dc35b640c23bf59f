"""When the papers were last written into PAPER_DIR, or why not: what this process knows, for the page."""

from django.conf import settings

from crisis.backup.state import Seen, State
from services.paper.files import printed_at

_seen = Seen()
forget, failed = _seen.forget, _seen.failed


def look() -> State:
    """Look into PAPER_DIR now."""
    if not settings.PAPER_DIR:
        return State()
    found, failure = printed_at(settings.PAPER_DIR), _seen.failure
    # A stick that was pulled out took its papers along: the last ones seen are still the last.
    return _seen.note(found or (None if settings.PAPER_DIR.is_dir() else _seen.state.newest), failure)


def state() -> State:
    """What is known."""
    return _seen.known(look) if settings.PAPER_DIR else State()
