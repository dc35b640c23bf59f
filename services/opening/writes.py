"""Verbs of the first ten minutes: begin an installation, and declare so that two people do not declare the same."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.accounts.writes import change_password, make_account
from crisis.errors import RuleBroken
from crisis.journal import lock_book
from crisis.models import Crisis, Role
from crisis.roles import CONSOLE
from crisis.writes import declare_crisis, grant_role
from services.models import Site
from services.opening.catalogue import kinds
from services.registry import Periods, name_organisation, register_activity, register_service, register_site


@dataclass(frozen=True)
class Happened:
    """What is declared; moments in UTC."""

    name: str
    kind: str
    is_exercise: bool
    started_at: datetime
    aware_at: datetime


@dataclass(frozen=True)
class Person:
    """Who sits at the first laptop."""

    username: str
    name: str
    function: str
    password: str


@dataclass(frozen=True)
class House:
    """The organisation, its sites, what is done where: ticks "key@0" (the number of the site), and which number rings there."""

    name: str
    cell_phone: str
    public_phone: str
    languages: list[str]
    sites: list[str]
    ticks: set[str] = field(default_factory=set)
    essential: set[str] = field(default_factory=set)
    own: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def begin(
    house: House, person: Person, happened: Happened | None, *, another: bool = False
) -> tuple[User, Crisis | None]:
    """The first account (a director), the registry in their name, and the crisis if there is one: all of it, or nothing.

    Raises RuleBroken when somebody else has begun meanwhile, when the password is weak, or as `declare_once` does.
    """
    lock_book(None)
    if first := User.objects.order_by("pk").first():
        raise RuleBroken(
            _("%(name)s has begun on another screen meanwhile: sign in, or ask them for an account.") % {"name": first}
        )
    director, generated = make_account(person.username, person.name, person.function, by=CONSOLE)
    change_password(director, generated, person.password)
    grant_role(director, Role.DIRECTOR, by=CONSOLE)
    register(house, by=director)
    return director, declare_once(happened, another=another, by=director) if happened else None


def register(house: House, *, by: User) -> None:
    """The organisation, its sites and its services, as one person said them."""
    name_organisation(
        name=house.name,
        cell_phone=house.cell_phone,
        public_phone=house.public_phone,
        languages=house.languages,
        by=by,
    )
    sites: list[Site] = []
    for order, name in enumerate(house.sites):
        key = free_key(name, [site.key for site in sites])
        sites.append(register_site(key, names={"": name}, order=order, by=by))
    rows = [(kind.key, kind.names, kind.aliases) for kind in kinds().values()]
    rows += [(key, {"": name}, {}) for key, name in house.own.items()]
    taken = set(kinds())
    for order, (ticked, names, aliases) in enumerate(rows):
        places = [(site, tick) for n, site in enumerate(sites) if (tick := f"{ticked}@{n}") in house.ticks]
        if places:
            key = ticked if ticked in kinds() else free_key(names[""], taken)
            taken.add(key)
            periods: Periods = [(None, None)] if ticked in house.essential else []
            activity = register_activity(key, essential=periods, names=names, aliases=aliases, order=order, by=by)
            for site, tick in places:
                register_service(activity, site, phone=house.phones.get(tick, ""), by=by)


def free_key(name: str, taken: Iterable[str]) -> str:
    """A stable key for a name, as files write it: its letters and hyphens, with a number when another has it."""
    wanted, known = re.sub("[-_]+", "-", slugify(name))[:50].strip("-") or "x", set(taken)
    return next(key for key in (wanted, *(f"{wanted}-{n}" for n in range(2, len(known) + 3))) if key not in known)


def open_crisis(*, is_exercise: bool) -> Crisis | None:
    """The crisis, or the exercise, that is open: the last that was declared."""
    return Crisis.objects.filter(closed_at=None, is_exercise=is_exercise).order_by("-pk").first()


@transaction.atomic
def declare_once(happened: Happened, *, another: bool = False, by: User) -> Crisis:
    """Declare a crisis; when one is open already, only who says that this is another one.

    Raises RuleBroken, with the offer "another", when a crisis (for an exercise: an exercise) is open.
    """
    lock_book(None)
    there = open_crisis(is_exercise=happened.is_exercise)
    if there and not another:
        raise RuleBroken(
            _("“%(name)s” is open already: go on there. If this is another one, say so below.") % {"name": there},
            offer="another",
        )
    return declare_crisis(
        happened.name,
        kind=happened.kind,
        is_exercise=happened.is_exercise,
        started_at=happened.started_at,
        aware_at=happened.aware_at,
        by=by,
    )
