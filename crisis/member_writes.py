"""Somebody comes into the cell: account, card and role at once, or none of them."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from crisis.accounts.cards import give_card
from crisis.accounts.models import SignInCard, User
from crisis.accounts.writes import make_account, reopen_account
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Crisis, Member
from crisis.roles import check_may
from crisis.writes import grant_role

AT_ONCE = 200
"""People who get a card together: their page can still be read, their paper is 25 sheets, and the books are free within seconds."""


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom a table names: what their account says, and their role, "" for none yet."""

    username: str
    name: str
    function: str = ""
    site: str = ""
    phone: str = ""
    role: str = ""


def too_many() -> RuleBroken:
    """More people than get cards together."""
    return RuleBroken(_("At most %(most)d people at once: bring the others after them.") % {"most": AT_ONCE})


@transaction.atomic
def add_member(
    crisis: Crisis | None,
    *,
    user: User | None,
    username: str,
    name: str,
    function: str,
    role: str,
    scope: list[str],
    alone: str,
    site: str = "",
    phone: str = "",
    by: User | None,
) -> tuple[Member, str]:
    """Give a role to somebody, making their account and a sign-in card first when they have none.

    The card's code is returned once, "" for who has an account. Nobody knows the password that the account begins with.
    """
    code = ""
    if user is None:
        user, _unknown = make_account(username, name, function, site=site, phone=phone, by=by, crisis=crisis)
        _card, code = give_card(user, by=by, crisis=crisis)
    return grant_role(user, role, crisis, scope=scope, alone=alone, by=by), code


@transaction.atomic
def reopened(user: User, *, by: User | None, crisis: Crisis | None) -> tuple[SignInCard, str]:
    """An account that was closed is open again, with a sign-in card, whose code is returned once."""
    reopen_account(user, by=by, crisis=crisis)
    return give_card(user, by=by, crisis=crisis)


@transaction.atomic
def add_people(crisis: Crisis | None, people: list[Newcomer], *, by: User | None) -> list[tuple[SignInCard, str]]:
    """An account and a sign-in card for each, and their role where they have one; the cards with their codes. All, or none.

    Raises RuleBroken when they are too many, or when a user name was taken meanwhile.
    """
    lock_book(None)
    check_may(by, "manage members", crisis)
    if len(people) > AT_ONCE:
        raise too_many()
    names = [person.username for person in people]
    if taken := User.objects.filter(username__in=names).values_list("username", flat=True).first():
        raise RuleBroken(_("The user name “%(name)s” was taken meanwhile: look again.") % {"name": taken})
    return [let_in(crisis, person, by) for person in people]


def let_in(crisis: Crisis | None, person: Newcomer, by: User | None) -> tuple[SignInCard, str]:
    """One of many: their account has no password until they choose one, for hashing hundreds would hold the books for a minute."""
    house = lock_book(None)
    user = User(username=person.username, first_name=person.name, function=person.function)
    user.site, user.phone = person.site, person.phone
    user.set_unusable_password()
    user.save()
    record(house, by, "account.made", f"user:{user.pk}", name=str(user), username=user.username)
    card, code = give_card(user, by=by, crisis=crisis)
    if person.role:
        grant_role(user, person.role, crisis, by=by)
    return card, code
