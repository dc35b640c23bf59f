"""Guessing has an end: wrong codes are counted by address for a quarter of an hour. No account is ever locked by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User, WrongTry
from crisis.errors import RuleBroken
from crisis.journal import lock_book

REMEMBERED = timedelta(minutes=15)


class WrongCode(RuleBroken):
    """A code that is none: it counts."""


class TooMany(RuleBroken):
    """So many wrong codes came from here that nothing is looked at for a while."""


@contextmanager
def tried(what: str, address: str, most: int, user: User | None = None, sentence: str = "") -> Iterator[None]:
    """Count the try inside as a wrong one unless it ends otherwise than with WrongCode.

    It is noted before it is looked at, so that many at once are not more than one after another. Raises TooMany, with
    `sentence` when it is not about one address.
    """
    noted = note(what, network_of(address), most, user, sentence)
    try:
        yield
    except WrongCode:
        raise
    except BaseException:
        noted.delete()
        raise
    noted.delete()


@transaction.atomic
def note(what: str, address: str, most: int, user: User | None, sentence: str) -> WrongTry:
    """A try, as long as there were fewer wrong ones for this from this address (and for this person, when one is named)."""
    lock_book(None)  # one after another
    now = timezone.now()
    WrongTry.objects.filter(at__lt=now - REMEMBERED).delete()
    same = WrongTry.objects.filter(what=what, address=address, user=user, at__gte=now - REMEMBERED)
    if same.count() >= most:
        raise TooMany(
            sentence or _("Too many wrong codes from this device: wait a quarter of an hour, or use another device.")
        )
    return WrongTry.objects.create(what=what, address=address, user=user, at=now)


def network_of(address: str) -> str:
    """What counts as one place: the address, of IPv6 the /64 that one device can choose from."""
    try:
        place = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(place, IPv6Address):
        return str(place.ipv4_mapped or IPv6Address(int(place) >> 64 << 64))
    return str(place)


def client_network(request: HttpRequest) -> str | None:
    """From which place a request comes, for the lock-out of passwords: one device with a /64 is one place there too.

    None when it is no address, which the table of lock-outs could not hold.
    """
    place = network_of(request.META.get("REMOTE_ADDR", ""))
    try:
        ip_address(place)
    except ValueError:
        return None
    return place
