"""Verbs of the walls: pair, change, blank, identify, revoke. One entry in the journal of the crisis each, but to identify."""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.accounts.tries import CLOCKS_DIFFER
from crisis.codes import code_of, plain_code
from crisis.displays.models import Display, Pairing, Shows, Theme, WrongCode
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Book, Crisis
from crisis.roles import check_may, check_open

CODE_LENGTH = 8
"""Of 32 signs: 10^12 codes."""
LIFETIME = timedelta(minutes=10)
"""How long a code can be entered, and how long wrong ones are remembered."""
TRIES, TRIES_OF_ALL = 10, 100
"""Wrong codes within LIFETIME after which a person, and everybody, has to wait."""
WAITING_PER_ADDRESS, WAITING_IN_ALL = 20, 500


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a screen is called and shows; the fields of Display."""

    name: str
    language: str = "fr"
    sites: list[str] = field(default_factory=list)
    theme: str = Theme.DARK
    shows: str = Shows.ALL
    zoom: int = 100
    page_seconds: int = 20


class NoSuchCode(RuleBroken):
    """A code that no screen shows."""


def new_code() -> str:
    """A code that nobody can guess."""
    return code_of(CODE_LENGTH)


def show_code(address: str) -> Pairing:
    """A browser waits to be paired: give it a code for ten minutes.

    Raises RuleBroken when too many wait, from one address or in all: somebody is asking for codes without end.
    """
    now = timezone.now()
    Pairing.objects.filter(expires_at__lt=now).delete()
    waiting = Pairing.objects.filter(display=None)
    if waiting.filter(address=address).count() >= WAITING_PER_ADDRESS or waiting.count() >= WAITING_IN_ALL:
        raise RuleBroken(_("Too many screens wait for a code: pair or close some, then try again in ten minutes."))
    while True:
        try:
            with transaction.atomic():
                return Pairing.objects.create(code=new_code(), expires_at=now + LIFETIME, address=address)
        except IntegrityError:
            continue  # the same code twice, once in a million years


def pair_display(crisis: Crisis, code: str, look: Look, *, by: User | None) -> Display:
    """Make the screen that shows `code` a screen of this crisis.

    Raises RuleBroken when nobody shows that code (any more), or when too many wrong ones were entered.
    """
    now = timezone.now()
    # What is past goes, and what was noted while the clock was ahead.
    WrongCode.objects.exclude(at__gte=now - LIFETIME, at__lte=now + CLOCKS_DIFFER).delete()
    wrong = WrongCode.objects
    if wrong.filter(user=by).count() >= TRIES or wrong.count() >= TRIES_OF_ALL:
        raise RuleBroken(_("Too many wrong codes: wait ten minutes, then read the code again."), field="code")
    try:
        return pair(crisis, plain_code(code), look, by=by)
    except NoSuchCode:
        WrongCode.objects.create(user=by, at=now)  # outside of the transaction that was rolled back
        raise


@transaction.atomic
def pair(crisis: Crisis, code: str, look: Look, *, by: User | None) -> Display:
    """The write itself; `pair_display` counts the tries around it."""
    book = lock_book(crisis)
    check_may(by, "manage displays", crisis)
    check_open(crisis)
    now = timezone.now()
    pairing = Pairing.objects.select_for_update().filter(code=code, display=None, expires_at__gt=now).first()
    if not code or pairing is None:
        raise NoSuchCode(_("No screen shows this code now: read it again, it changes every ten minutes."), field="code")
    check_name(crisis, look.name)
    key = secrets.token_urlsafe(32)
    display = Display.objects.create(crisis=crisis, key=key, paired_at=now, address=pairing.address, **asdict(look))
    # Entered in its last second, it still lets the screen fetch its identity.
    pairing.code, pairing.display, pairing.expires_at = "", display, now + LIFETIME
    pairing.save(update_fields=["code", "display", "expires_at"])
    record(book, by, "display.paired", subject(display), **asdict(look))
    return display


def subject(display: Display) -> str:
    """How the journal names a screen."""
    return f"display:{display.pk}"


def check_name(crisis: Crisis, name: str, but: int = 0) -> None:
    """Two screens of one name could not be told apart."""
    if Display.objects.filter(crisis=crisis, name=name, revoked_at=None).exclude(pk=but).exists():
        raise RuleBroken(_("Another screen is called %(name)s: choose another name.") % {"name": name}, field="name")


def locked(display: Display, by: User | None) -> tuple[Book, Display]:
    """The book, and the screen read again under its lock; refused when the person may not, or when it was revoked."""
    book = lock_book(display.crisis)
    check_may(by, "manage displays", display.crisis)
    display = Display.objects.select_for_update().get(pk=display.pk)
    if display.revoked_at:
        raise RuleBroken(_("The screen %(name)s was revoked already: pair it again.") % {"name": display.name})
    return book, display


@transaction.atomic
def change_display(display: Display, look: Look, *, by: User | None) -> Display:
    """Rename a screen or change what it shows; it follows within a second. Nothing new makes no entry."""
    book, display = locked(display, by)
    check_name(display.crisis, look.name, but=display.pk)
    was = {name: getattr(display, name) for name in asdict(look)}
    if was == asdict(look):
        return display
    for name, value in asdict(look).items():
        setattr(display, name, value)
    display.stamp += 1
    record(book, by, "display.changed", subject(display), was=was, now=asdict(look), name=display.name)
    display.save(update_fields=[*was, "stamp"])
    return display


@transaction.atomic
def blank_display(display: Display, blank: bool, *, by: User | None) -> Display:
    """Make a screen dark, or light it again; it stays paired."""
    book, display = locked(display, by)
    if display.is_blank == blank:
        return display
    record(book, by, "display.blanked" if blank else "display.lit", subject(display), name=display.name)
    display.is_blank, display.stamp = blank, display.stamp + 1
    display.save(update_fields=["is_blank", "stamp"])
    return display


@transaction.atomic
def identify_display(display: Display, *, by: User | None) -> None:
    """Let a screen flash its name for ten seconds. Not a fact of the crisis: no entry."""
    _book, display = locked(display, by)
    display.identified_at = timezone.now()
    display.save(update_fields=["identified_at"])


@transaction.atomic
def revoke_display(display: Display, *, by: User | None) -> None:
    """Take a screen's identity away: it empties within two seconds and shows a new code."""
    book, display = locked(display, by)
    entry = record(book, by, "display.revoked", subject(display), name=display.name)
    display.revoked_at, display.connected_at = entry.recorded_at, None
    display.save(update_fields=["revoked_at", "connected_at"])


def forget_displays(moment: datetime) -> dict[str, int]:
    """On another machine no screen is what it was: each identity ends, and each screen shows a new code. How many.

    No entry of their crises, whose books go on as the backup has them; the house's entry of the restore counts them.
    """
    paired = Display.objects.filter(revoked_at=None)
    return {"screens": paired.update(revoked_at=moment, connected_at=None, stamp=F("stamp") + 1)}
