"""The papers of every open crisis, written every fifteen minutes into PAPER_DIR by one of the processes."""

import logging
import threading
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from crisis.backup.schedule import AGAIN, EVERY
from crisis.backup.state import Failure, State
from crisis.errors import RuleBroken
from crisis.languages import languages_of_house
from crisis.models import Crisis
from crisis.seats import Seat
from services.paper import state
from services.paper.files import Busy, print_into

log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


def is_due(known: State, now: datetime) -> bool:
    """Whether papers are due: none for fifteen minutes (nor from the future), and no failure within the last one."""
    if not known.is_set or (known.failure and abs(now - known.failure.at) < AGAIN):
        return False
    return known.newest is None or abs(now - known.newest) >= EVERY


def with_the_beat(seats: list[Seat]) -> None:
    """What the hub does every five seconds: look, and print when it is time, in a thread that nobody waits for."""
    if settings.PAPER_DIR and not _one_at_a_time.locked():
        threading.Thread(target=in_its_thread, name="paper", daemon=True).start()


def in_its_thread() -> list[str]:
    """`keep_up`, with a connection to the database that ends with the thread."""
    try:
        return keep_up()
    finally:
        connection.close()


def keep_up() -> list[str]:
    """Look at PAPER_DIR; when papers are due, write those of every open crisis. The files' names, [] when it was not time.

    A failure is told to the page and to the log, never raised.
    """
    if not _one_at_a_time.acquire(blocking=False):
        return []
    try:
        return print_due() if settings.PAPER_DIR and is_due(state.look(), timezone.now()) else []
    except Busy:
        pass  # another process does it
    except (RuleBroken, OSError, DatabaseError) as failure:
        tell(failure)
    except Exception as failure:  # a thread that died in silence would print nothing, and nobody would know why
        tell(failure)
        log.exception("The papers failed.")
    finally:
        state.look()
        _one_at_a_time.release()
    return []


def print_due() -> list[str]:
    """The papers of every open crisis, in the first language of the house; nothing when none is open."""
    crises = list(Crisis.objects.filter(closed_at=None).select_related("book").order_by("pk"))
    if not crises or not settings.PAPER_DIR:
        return []
    names = print_into(settings.PAPER_DIR, crises, languages_of_house()[0])
    state.failed(None)
    log.info("Paper: %d files in %s.", len(names), settings.PAPER_DIR)
    return names


def tell(failure: Exception) -> None:
    """Remember why, for the page, and write it into the log."""
    cause = failure.__cause__ if isinstance(failure, RuleBroken) and failure.__cause__ else failure
    number = cause.errno if isinstance(cause, OSError) else None
    state.failed(Failure(timezone.now(), number, str(getattr(cause, "strerror", None) or cause)))
    log.warning("PAPER_DIR=%s: %s", settings.PAPER_DIR, failure)
