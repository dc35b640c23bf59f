"""Verbs of sign-in cards: give, use, revoke. One entry of the house book each; the code itself is kept nowhere."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import formats, timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crisis.accounts.models import SignInCard, User
from crisis.accounts.sessions import end, open_sessions
from crisis.accounts.tries import CLOCKS_DIFFER, WrongCode, tried
from crisis.accounts.writes import check_reach, set_password
from crisis.codes import code_of, plain_code
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Crisis

CODE_LENGTH = 12
"""Of 32 signs: 10^18 codes."""
LIFETIME = timedelta(hours=24)
TRIES = 10
"""Wrong codes from one address within a quarter of an hour."""
OPEN = Q(used_at=None, revoked_at=None)


def digest_of(code: str) -> str:
    """What is kept of a code: nobody can read it back, not with the whole database."""
    return salted_hmac("vigie.card", plain_code(code), algorithm="sha256").hexdigest()


@transaction.atomic
def give_card(user: User, *, by: User | None, crisis: Crisis | None = None) -> tuple[SignInCard, str]:
    """Make a sign-in card for somebody; one that they had is worth nothing from now on. Its code is returned once.

    Raises RuleBroken for oneself, for a closed account, and for a director's who is none.
    """
    house = lock_book(None)
    check_reach(user, by, crisis)
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("You are signed in yourself: change your password in the menu instead."))
    if not user.is_active:
        raise RuleBroken(_("The account of %(name)s is closed: no card opens it.") % {"name": user})
    now = timezone.now()
    replaced = bool(SignInCard.objects.filter(OPEN, user=user).update(revoked_at=now))
    code = code_of(CODE_LENGTH)
    card = SignInCard.objects.create(user=user, digest=digest_of(code), made_at=now, expires_at=now + LIFETIME)
    record(house, by, "card.made", f"user:{user.pk}", name=str(user), replaced=replaced, expires_at=card.expires_at)
    return card, code


@transaction.atomic
def give_cards(users: Iterable[User], *, by: User | None, crisis: Crisis | None) -> list[tuple[SignInCard, str]]:
    """A card for each of several people, or for none of them."""
    return [give_card(user, by=by, crisis=crisis) for user in users]


@transaction.atomic
def revoke_card(user: User, *, by: User | None, crisis: Crisis | None = None) -> None:
    """A card was lost or given to the wrong person: it opens nothing any more."""
    house = lock_book(None)
    check_reach(user, by, crisis)
    if not open_cards([user]).update(revoked_at=timezone.now()):
        raise RuleBroken(_("%(name)s has no card that still opens anything.") % {"name": user})
    record(house, by, "card.revoked", f"user:{user.pk}", name=str(user))


def use_card(code: str, password: str, *, address: str) -> User:
    """The person of a card chooses their password with it and is let in; the card is used up.

    Raises RuleBroken, and changes nothing, when the card is unknown, used, revoked or expired, or the password too weak;
    TooMany when too many unknown codes came from this address.
    """
    with tried("card", address, TRIES):
        return used(code, password)


@transaction.atomic
def used(code: str, password: str) -> User:
    """The write itself; `use_card` counts the tries around it."""
    house = lock_book(None)
    card = (
        SignInCard.objects.select_for_update(of=("self",)).select_related("user").filter(digest=digest_of(code)).first()
    )
    check_opens(card)
    assert card is not None
    set_password(card.user, password)
    end(card.user, open_sessions())
    entry = record(house, card.user, "card.used", f"user:{card.user_id}", name=str(card.user))
    card.used_at = entry.recorded_at
    card.save(update_fields=["used_at"])
    return card.user


def check_opens(card: SignInCard | None) -> None:
    """Refuse a card that opens nothing, and say why: nobody comes upon a code that was a card's by guessing."""
    if card is None:
        raise WrongCode(_("No card has this code: read it again, it has twelve signs."), field="code")
    if card.used_at:
        sentence = _(
            "This card was used already, on %(moment)s. If it was not you, tell the crisis cell at once; it gives you another."
        )
        moment = formats.date_format(timezone.localtime(card.used_at), "j F Y, H:i")
        raise RuleBroken(sentence % {"moment": moment}, field="code")
    if card.revoked_at or not card.user.is_active:
        raise RuleBroken(
            _("This card opens nothing any more: use the newest one, or ask the crisis cell."), field="code"
        )
    if card.made_at > timezone.now() + CLOCKS_DIFFER:
        raise RuleBroken(
            _("This card was made while the clock was wrong: ask the crisis cell for another."), field="code"
        )
    if card.expires_at <= timezone.now():
        raise RuleBroken(
            _("This card has expired, it held for 24 hours: ask the crisis cell for another."), field="code"
        )


def open_cards(users: "Iterable[User | int]") -> "QuerySet[SignInCard]":
    """The cards of these people that still open something."""
    now = timezone.now()
    standing = SignInCard.objects.filter(OPEN, expires_at__gt=now, made_at__lte=now + CLOCKS_DIFFER)
    return standing.filter(user__in=list(users), user__is_active=True)
