"""The demonstration: the reference case as it ships, flagged as an exercise, with an account for each role."""

import os
import secrets
from pathlib import Path
from typing import TextIO

from django.contrib.auth.hashers import check_password, make_password
from django.core.management.base import CommandError, OutputWrapper
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.models import Crisis, Member, Organisation, Role
from crisis.writes import grant_role
from services.crisisfile.load import load

CASE = Path(__file__).parent / "vivalia-2022.yaml"
CELL_PHONE = "0470 00 00 00"
ACCOUNTS: dict[str, tuple[str, str, list[str]]] = {
    "director": (Role.DIRECTOR, "Direction", []),
    "medical": (Role.MEDICAL, "Direction médicale", []),
    "secretary": (Role.SECRETARY, "Secrétariat de la cellule", []),
    "communications": (Role.COMMUNICATIONS, "Communication", []),
    "it": (Role.IT, "Informatique", []),
    "duty": (Role.SITE, "Garde, Libramont", ["site:libramont"]),
    "ward": (Role.WARD, "Radiologie, Libramont", ["service:radiologie@libramont"]),
    "observer": (Role.OBSERVER, "Observation", []),
}


def prepare(out: OutputWrapper | TextIO) -> str:
    """Load the case at the first start, give every account this start's password, print both; the password is returned.

    Raises CommandError when the database holds something else: the demonstration never touches a real crisis.
    """
    organisation = Organisation.objects.first()
    if organisation and not organisation.is_demonstration:
        raise CommandError(
            _(
                "This database holds something else than the demonstration: choose another DATABASE_URL, or leave out --demo."
            )
        )
    if not organisation and (User.objects.exists() or Crisis.objects.exists()):
        raise CommandError(_("This database is not empty: the demonstration needs one of its own."))
    if not organisation:
        out.write(_("Loading the demonstration: the cyberattack on Vivalia, May 2022 …") + "\n")
        first_start()
    password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
    give_all(password)
    out.write(_("Accounts: %(names)s") % {"names": ", ".join(ACCOUNTS)} + "\n")
    out.write(_("Password of each, until the next start: %(password)s") % {"password": password} + "\n")
    return password


def give_all(password: str) -> None:
    """The same password to every account: hashed once, because a hash takes a quarter of a second and there are eight.

    Who has it already keeps the hash, and stays signed in.
    """
    accounts = User.objects.filter(username__in=ACCOUNTS)
    right = {there for there in set(accounts.values_list("password", flat=True)) if check_password(password, there)}
    accounts.exclude(password__in=right).update(password=next(iter(right), "") or make_password(password))


@transaction.atomic
def first_start() -> None:
    """Everything, or nothing."""
    for username, (_role, name, _scope) in ACCOUNTS.items():
        User.objects.create(username=username, first_name=name, language="fr", date_joined=timezone.now())
    summary = load(CASE.read_bytes(), exercise=True)
    Organisation.objects.update(is_demonstration=True, cell_phone=CELL_PHONE)
    for username, (role, _name, scope) in ACCOUNTS.items():
        user = User.objects.get(username=username)
        for crisis in (None, summary.crisis):
            if not Member.objects.filter(user=user, crisis=crisis, role=role).exists():
                grant_role(user, role, crisis, scope=scope, by=None)
