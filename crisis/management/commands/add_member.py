"""The first person, or one more, from the terminal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.accounts.writes import make_account
from crisis.errors import RuleBroken
from crisis.management.ready import ReadyCommand
from crisis.models import Crisis, Member, Role
from crisis.writes import grant_role


class Command(ReadyCommand):
    """`add_member USERNAME NAME [--role director] [--scope KEY …]`: an account, its first password, and its role.

    The role is a standing one, and holds in every crisis that is open.
    """

    help = "Make an account and give it a role; its first password is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and what they are."""
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("--role", choices=Role.values, default=Role.DIRECTOR)
        parser.add_argument("--scope", nargs="*", default=[], help="site:KEY or service:ACTIVITY@SITE")

    @transaction.atomic
    def handle(self, username: str, name: str, role: str, scope: list[str], **options: Any) -> None:
        """All of it, or nothing; somebody who has an account only gets the role."""
        try:
            known = User.objects.filter(username__iexact=username).first()
            if known and not known.is_active:
                closed = _("The account of %(name)s is closed: manage.py give_card %(username)s --reopen")
                raise RuleBroken(closed % {"name": known, "username": known.username})
            user, password = (known, "") if known else make_account(username, name, by=None)
            for crisis in (None, *Crisis.objects.filter(closed_at=None)):
                if not Member.objects.filter(user=user, crisis=crisis, role=role, until=None).exists():
                    grant_role(user, role, crisis, scope=scope, by=None)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(_("%(name)s: %(role)s.") % {"name": user, "role": Role(role).label})
        if password:
            self.stdout.write(_("First password, shown once: %(password)s") % {"password": password})
