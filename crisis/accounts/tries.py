"""Guessing has an end: wrong codes and passwords count for a quarter of an hour, by network. No account is ever locked by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crisis.accounts.models import User, WrongTry
from crisis.errors import RuleBroken
from crisis.journal import lock_book

REMEMBERED = timedelta(minutes=15)
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of two machines at one database differ at most: what is later was written by a clock since set right."""


class WrongCode(RuleBroken):
    """A code or a password that is none: it counts."""


class TooMany(RuleBroken):
    """So many wrong codes came from here that nothing is looked at for a while."""


@contextmanager
def tried(
    what: str, address: str, most: int, user: User | None = None, sentence: str = "", *, name: str = ""
) -> Iterator[None]:
    """Count the try inside as a wrong one unless it ends otherwise than with WrongCode.

    It is noted before it is looked at, so that many at once are not more than one after another. Raises TooMany, with
    `sentence` when it is not about codes from one address. `name` is for whom it is when nobody knows yet whether they exist.
    """
    noted = note(what, place_of(address, name), most, user, sentence)
    try:
        yield
    except WrongCode:
        raise
    except BaseException:
        noted.delete()
        raise
    noted.delete()


@transaction.atomic
def note(what: str, place: str, most: int, user: User | None, sentence: str) -> WrongTry:
    """A try, as long as there were fewer wrong ones for this from this place (and for this person, when one is named).

    Those that are past go, and those that were noted while the clock was ahead.
    """
    lock_book(None)  # one after another
    now = timezone.now()
    WrongTry.objects.exclude(at__gt=now - REMEMBERED, at__lte=now + CLOCKS_DIFFER).delete()
    if WrongTry.objects.filter(what=what, address=place, user=user).count() >= most:
        raise TooMany(
            sentence or _("Too many wrong codes from this device: wait a quarter of an hour, or use another device.")
        )
    return WrongTry.objects.create(what=what, address=place, user=user, at=now)


def forget(what: str, address: str, *, name: str) -> None:
    """Who got it right is who they say: what they mistyped before counts no more there."""
    WrongTry.objects.filter(what=what, address=place_of(address, name)).delete()


def place_of(address: str, name: str) -> str:
    """Where a try counts: in a network, or for a name in a network; of that a digest, because passwords are typed as names too."""
    network = network_of(address)
    return salted_hmac("vigie.try", f"{network} {name}", algorithm="sha256").hexdigest()[:60] if name else network


def network_of(address: str) -> str:
    """What counts as one place: the address, of IPv6 the /64 that one device can choose from."""
    try:
        place = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(place, IPv6Address):
        return str(place.ipv4_mapped or IPv6Address(int(place) >> 64 << 64))
    return str(place)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as tries are counted."""
    return str(request.META.get("REMOTE_ADDR", ""))
