"""Verbs of accounts: make, correct, give a password, close, open again. Each is one entry of the house, never with a password."""

import re
import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.accounts.tries import WrongCode
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Crisis, JournalEntry, Member, Role
from crisis.roles import CONSOLE, check_may, check_others_direct, directs


@transaction.atomic
def make_account(
    username: str,
    name: str,
    function: str = "",
    *,
    site: str = "",
    phone: str = "",
    by: User | None,
    crisis: Crisis | None = None,
) -> tuple[User, str]:
    """Make an account with a generated password, which is returned once and kept nowhere in clear."""
    house = lock_book(None)
    check_may(by, "manage members", crisis)
    username = User.normalize_username(username).strip().lower()
    if not re.fullmatch(r"[\w.@+-]{1,150}", username):
        raise RuleBroken(_("A user name has letters and digits, no spaces."), field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise RuleBroken(_("This user name is taken: choose another."), field="username")
    password = secrets.token_urlsafe(9)
    user = User(username=username, first_name=name.strip()[:150], function=function.strip())
    user.site, user.phone = site.strip(), phone.strip()
    user.set_password(password)
    user.save()
    record(house, by, "account.made", f"user:{user.pk}", name=str(user), username=username)
    return user, password


@transaction.atomic
def correct_account(
    user: User, *, name: str, function: str, site: str, phone: str, by: User | None, crisis: Crisis | None = None
) -> bool:
    """Correct what the cell knows of a person; whether anything changed. What did not makes no entry."""
    house = lock_book(None)
    check_may(by, "manage members", crisis)
    user.refresh_from_db()
    said = {"first_name": name.strip(), "function": function.strip(), "site": site.strip(), "phone": phone.strip()}
    changed = {column: words for column, words in said.items() if getattr(user, column) != words}
    if changed:
        before = str(user)
        for column, words in changed.items():
            setattr(user, column, words)
        user.save(update_fields=list(changed))
        record(house, by, "account.corrected", f"user:{user.pk}", name=before, changed=changed)
    return bool(changed)


@transaction.atomic
def change_password(user: User, old: str, new: str) -> None:
    """A person changes their own password; the others' sessions of that account end with it. Raises WrongCode, to be counted."""
    house = lock_book(None)
    user.refresh_from_db(fields=["password"])
    if not user.check_password(old):
        raise WrongCode(_("This is not your present password."), field="old")
    set_password(user, new)
    record(house, user, "account.password_set", f"user:{user.pk}", name=str(user))


def set_password(user: User, new: str) -> None:
    """A password that is not easily guessed, hashed; the part of a verb that two have in common."""
    try:
        validate_password(new, user)
    except ValidationError as weak:
        raise RuleBroken(" ".join(weak.messages), field="new") from None
    user.set_password(new)
    user.save(update_fields=["password"])


def check_reach(user: User, by: User | None, crisis: Crisis | None) -> None:
    """Refuse who may not change how somebody signs in: it takes who manages members and, for a director, a director.

    Otherwise the secretary could make a card for the director, and be director without anybody's signature. A director of
    the house reaches everybody, one of an exercise only who is director there alone. Who has not signed in yet is given
    their card again by whoever made both the account and its director.
    """
    check_may(by, "manage members", crisis)
    places = director_of(user)
    if by is CONSOLE or not places or directs(by, None) or all(directs(by, place) for place in places):
        return
    if user.last_login is None and made_by(user, by):
        return
    raise RuleBroken(
        _(
            "%(name)s is a director: only a director changes how they sign in, or whoever has the machine: "
            "manage.py give_card %(username)s"
        )
        % {"name": user, "username": user.username}
    )


def director_of(user: User) -> list[Crisis | None]:
    """Where a person is director: in the house (None), and in crises that are open."""
    held = Member.objects.filter(user=user, role=Role.DIRECTOR, until=None, crisis__closed_at=None)
    return [member.crisis for member in held.select_related("crisis")]


def made_by(user: User, by: User) -> bool:
    """Whether one person made an account and gave it every role: they knew its first card already."""
    made = JournalEntry.objects.filter(subject=f"user:{user.pk}", verb__in=["account.made", "member.granted"])
    return set(made.values_list("actor", flat=True)) == {by.pk}


@transaction.atomic
def deactivate_account(user: User, *, by: User | None, crisis: Crisis | None = None) -> None:
    """Close an account; the row stays, because the journal names the person. Open sessions end within a minute.

    The last director stays, in the house and in each open crisis.
    """
    house = lock_book(None)
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("You cannot close your own account: ask somebody else."))
    check_reach(user, by, crisis)
    user.refresh_from_db()
    if not user.is_active:
        raise RuleBroken(_("This account is closed already."))
    for place in director_of(user):
        check_others_direct(user, place)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(house, by, "account.deactivated", f"user:{user.pk}", name=str(user))


@transaction.atomic
def reopen_account(user: User, *, by: User | None, crisis: Crisis | None = None) -> None:
    """Open an account that was closed: its roles count again, its old password does not. It takes a card to come in."""
    house = lock_book(None)
    check_reach(user, by, crisis)
    user.refresh_from_db()
    if user.is_active:
        raise RuleBroken(_("This account is open."))
    user.is_active = True
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    record(house, by, "account.reopened", f"user:{user.pk}", name=str(user))
