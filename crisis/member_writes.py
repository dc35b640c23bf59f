"""Somebody comes into the cell: account, card and role at once, or none of them."""

from django.db import transaction

from crisis.accounts.cards import give_card
from crisis.accounts.models import SignInCard, User
from crisis.accounts.writes import make_account, reopen_account
from crisis.models import Crisis, Member
from crisis.writes import grant_role


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
