"""What is prepared before the night, as one file: organisation, sites, services and people. See docs/crisis-file.md.

The head of a crisis file, and `people` with their standing roles; never a password.
"""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.accounts.writes import make_account
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import JournalEntry, Member, Organisation, Role
from crisis.roles import check_may
from crisis.writes import grant_role
from services.crisisfile.dump import organisation_of, service_of, site_of
from services.crisisfile.load import register
from services.crisisfile.located import BadFile, Located, read
from services.crisisfile.schema import FILE_HEAD, LISTS, check_references
from services.crisisfile.shapes import Faults, each, is_zone, mapping, one_of, short
from services.models import Activity, Site

PERSON = mapping(
    {"username": short(150, 1), "name": short(150, 1)},
    {name: short(longest) for name, longest in (("function", 120), ("site", 120), ("phone", 40))}
    | {"roles": each(mapping({"role": one_of(*Role.values)}, {"scope": each(short(130, 1))}))},
)
HOUSE = mapping(FILE_HEAD, LISTS | {"people": each(PERSON)})


@dataclass
class Brought:
    """What an import did: journal entries, and the people who are new, with the first password of each."""

    entries: int = 0
    people: list[tuple[User, str]] = field(default_factory=list)


def house_file() -> str:
    """The registry and the people as YAML, in the order of the board. Raises RuleBroken when nothing is prepared."""
    organisation = Organisation.objects.first()
    if organisation is None:
        raise RuleBroken(_("Nothing is prepared here yet: there is no organisation."))
    with timezone.override(organisation.zone):
        content = {
            "organisation": organisation_of(organisation),
            "sites": [site_of(site) for site in Site.objects.all()],
            "services": [service_of(activity) for activity in Activity.objects.all()],
            "people": [person_of(user) for user in User.objects.filter(is_active=True).order_by("username")],
        }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)


@transaction.atomic
def house_exported(*, by: User | None) -> JournalEntry:
    """Write down that the registry left as a file, with how many people."""
    book = lock_book(None)
    check_may(by, "manage the registry")
    return record(book, by, "registry.exported", "organisation", people=User.objects.filter(is_active=True).count())


def person_of(user: User) -> dict[str, Any]:
    """A person and their standing roles."""
    standing = Member.objects.filter(user=user, crisis=None, until=None).order_by("role", "pk")
    roles = [{"role": m.role} | ({"scope": m.scope} if m.scope else {}) for m in standing]
    known = {"function": user.function, "site": user.site, "phone": user.phone}
    said = {"username": user.username, "name": str(user)} | {name: words for name, words in known.items() if words}
    return said | ({"roles": roles} if roles else {})


def bring(raw: bytes) -> Brought:
    """Make the registry and the people what the file says; what is there already and the same makes no entry.

    Nobody and nothing is taken away. Raises BadFile with every fault, line and field, and then nothing is changed.
    """
    located, faults = read(raw), Faults()
    organisation = located.get("organisation")
    if isinstance(organisation, Located) and is_zone(organisation.get("timezone")):
        faults.zone = ZoneInfo(organisation["timezone"])
    found = HOUSE(faults, 1, "", located)
    check_references(found, faults)
    check_people(found, faults)
    if faults:
        raise BadFile(faults)
    before, brought = JournalEntry.objects.count(), Brought()
    with transaction.atomic():
        register(found)
        for n, person in enumerate(found.get("people", [])):
            try:
                brought.people += bring_person(person)
            except RuleBroken as refusal:
                faults.add(person["#"], f"people[{n}].{refusal.field or 'username'}", str(refusal))
        if faults:
            raise BadFile(faults)
    brought.entries = JournalEntry.objects.count() - before
    return brought


def check_people(found: dict[str, Any], faults: Faults) -> None:
    """Nobody stands there twice, and what they answer for is in the file."""
    there = {f"site:{site.get('key')}" for site in found.get("sites", [])}
    for service in found.get("services", []):
        there |= {f"service:{service.get('key')}@{ref.get('key')}" for ref in service.get("sites", [])}
    seen: set[str] = set()
    for n, person in enumerate(found.get("people", [])):
        username = (person.get("username") or "").strip().lower()
        if username in seen:
            faults.add(person["#"], f"people[{n}].username", _("This user name stands there twice."))
        seen.add(username)
        for m, held in enumerate(person.get("roles", [])):
            for key in held.get("scope", []):
                if key not in there:
                    faults.add(held["#"], f"people[{n}].roles[{m}].scope", _("There is no %(key)s.") % {"key": key})


def bring_person(said: dict[str, Any]) -> list[tuple[User, str]]:
    """A person's account, when there is none, and the standing roles that are missing; the account if it is new.

    Who has an account keeps name, function and scope as they are here: the page of members changes those.
    """
    user, password = User.objects.filter(username__iexact=said["username"].strip()).first(), ""
    if user is None:
        known = {name: said.get(name, "") for name in ("function", "site", "phone")}
        user, password = make_account(said["username"], said["name"], by=None, **known)
    if not user.is_active:
        raise RuleBroken(_("The account of %(name)s is closed: leave them out, or open it again.") % {"name": user})
    for held in said.get("roles", []):
        if not Member.objects.filter(user=user, crisis=None, role=held["role"], until=None).exists():
            grant_role(user, held["role"], scope=held.get("scope", []), by=None)
    return [(user, password)] if password else []
