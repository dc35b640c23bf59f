"""Verbs of the second factor: set up, ask, recover, take away. By django-otp; a code counts once, guessing has an end."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from crisis.accounts.models import User
from crisis.accounts.sessions import lead_to_factor
from crisis.accounts.tries import CLOCKS_DIFFER, WrongCode, tried
from crisis.accounts.writes import check_reach
from crisis.codes import code_of, plain_code
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Crisis, Member, Organisation, Role

REQUIRED = {Role.DIRECTOR, Role.SECRETARY, Role.COMMUNICATIONS}
GRACE = timedelta(hours=24)
"""How long somebody holds such a role before the second factor is asked for: nobody sets up a phone in the first hour."""
RECOVERY_CODES, RECOVERY_LENGTH = 10, 12
TOLERANCE = 2
"""Steps of 30 seconds by which a phone's clock may differ: there may be no time server."""
TRIES, TRIES_OF_ALL = 5, 20
"""Wrong codes within a quarter of an hour: for somebody from one address; six digits for somebody, from everywhere."""


def has_factor(user: User) -> bool:
    """Whether signing in asks this person for a second factor."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def with_factor(users: Iterable[int]) -> list[int]:
    """Those of these people whom signing in asks for a second factor."""
    return list(TOTPDevice.objects.filter(user__in=list(users), confirmed=True).values_list("user", flat=True))


def must_set_up(user: User) -> bool:
    """Whether somebody has held a role that needs a second factor for a day and has none. Never in the demonstration.

    Since when is not known of a role that was given while the clock was ahead: it needs one now.
    """
    held = Member.objects.filter(user=user, until=None, role__in=REQUIRED).aggregate(since=Min("since"))["since"]
    if held is None or has_factor(user) or held - CLOCKS_DIFFER <= timezone.now() < held + GRACE:
        return False
    return not Organisation.objects.filter(is_demonstration=True).exists()


def device_with(user: User, key: str) -> TOTPDevice:
    """A device that is not kept yet: its key is what the QR code shows."""
    return TOTPDevice(user=user, name="totp", key=key, tolerance=TOLERANCE, confirmed=True)


@transaction.atomic
def set_up(user: User, key: str, token: str) -> list[str]:
    """Begin to ask for a second factor: the phone has the key, as its first code proves. Returns ten recovery codes, once."""
    house = lock_book(None)
    if has_factor(user):
        raise RuleBroken(_("You have a second factor already: remove that one first."))
    device = device_with(user, key)
    device.save()
    if not device.verify_token(plain_code(token)):
        raise WrongCode(
            _("This code does not match: type the one that the phone shows now, and check the phone's clock."),
            field="token",
        )
    codes = fresh_codes(user)
    record(house, user, "factor.set", f"user:{user.pk}", name=str(user))
    return codes


def fresh_codes(user: User) -> list[str]:
    """Ten recovery codes in place of those before; what is kept of each is a digest."""
    codes = [code_of(RECOVERY_LENGTH) for _n in range(RECOVERY_CODES)]
    device, _made = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery"})
    device.token_set.all().delete()
    StaticToken.objects.bulk_create(StaticToken(device=device, token=digest_of(user, code)) for code in codes)
    return codes


def digest_of(user: User, code: str) -> str:
    """What is kept of a recovery code; it fits where django-otp keeps its own."""
    return hashlib.sha256(f"vigie.recovery:{user.pk}:{plain_code(code)}".encode()).hexdigest()[:16]


def codes_left(user: User) -> int:
    """How many recovery codes somebody has."""
    return int(StaticToken.objects.filter(device__user=user).count())


def check_factor(user: User, token: str, *, address: str) -> None:
    """Refuse who does not have somebody's phone, or one of their recovery codes. A code counts once.

    Raises WrongCode, or TooMany: after five wrong ones for this person from this address; and after twenty from
    everywhere for the six digits, which could be guessed, but never for recovery codes, which cannot: nobody is locked out.
    """
    plain = plain_code(token)
    with tried("factor", address, TRIES, user):
        if len(plain) == RECOVERY_LENGTH:
            recover(user, plain)
            return
        sentence = _(
            "Too many wrong codes were typed for this account: sign in with a recovery code, or in a quarter of an hour."
        )
        with tried("digits", "", TRIES_OF_ALL, user, sentence):
            verify(user, plain)


@transaction.atomic
def verify(user: User, digits: str) -> None:
    """The six digits of the phone: each is good once, also when two people type it at the same moment."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None or len(digits) != device.digits or not device.verify_token(digits):
        raise WrongCode(
            _(
                "This code does not match, or was used already: wait for the phone's next one. A recovery code works too."
            ),
            field="token",
        )


@transaction.atomic
def recover(user: User, code: str) -> None:
    """A recovery code, used up; the journal says so, because it may not have been its owner."""
    house = lock_book(None)
    device = StaticDevice.objects.select_for_update().filter(user=user).first()
    if device is None or not device.verify_token(digest_of(user, code)):
        raise WrongCode(_("This is not one of your recovery codes, or it was used already."), field="token")
    record(house, user, "factor.recovered", f"user:{user.pk}", name=str(user), left=codes_left(user))


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Ten new recovery codes; those before are worth nothing. Ask for the second factor before."""
    house = lock_book(None)
    if not has_factor(user):
        raise RuleBroken(_("There is no second factor to recover: set one up first."))
    codes = fresh_codes(user)
    record(house, user, "factor.codes_renewed", f"user:{user.pk}", name=str(user))
    return codes


@transaction.atomic
def drop_factor(user: User) -> None:
    """Somebody takes their own second factor away, for another phone. Ask for it before."""
    house = lock_book(None)
    take_away(user)
    record(house, user, "factor.removed", f"user:{user.pk}", name=str(user))


@transaction.atomic
def remove_factor(user: User, *, by: User | None, crisis: Crisis | None = None) -> None:
    """Somebody lost their phone and their recovery codes: who manages members takes the second factor away, never one's own."""
    house = lock_book(None)
    check_reach(user, by, crisis)
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Your own second factor you remove on its page, with a code."))
    take_away(user)
    record(house, by, "factor.removed", f"user:{user.pk}", name=str(user))


def take_away(user: User) -> None:
    """The device and its recovery codes; whose role needs one is led to another from every page, wherever they are signed in."""
    found, _rows = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if not found:
        raise RuleBroken(_("%(name)s has no second factor.") % {"name": user})
    if must_set_up(user):
        lead_to_factor(user)
