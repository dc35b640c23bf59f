"""A way in again for somebody who lost theirs, from the terminal: also for the only director."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from crisis.accounts.cards import give_card
from crisis.accounts.factor import remove_factor
from crisis.accounts.models import User
from crisis.accounts.writes import reopen_account
from crisis.codes import in_groups
from crisis.errors import RuleBroken
from crisis.management.ready import ReadyCommand


class Command(ReadyCommand):
    """`give_card USERNAME [--reopen] [--without-second-factor]`: a sign-in card, whose code is printed once.

    The card before is worth nothing from then on.
    """

    help = "Make a sign-in card for somebody who has an account; its code is printed once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who."""
        parser.add_argument("username")
        parser.add_argument("--reopen", action="store_true", help="open their account again, when it was closed")
        parser.add_argument("--without-second-factor", action="store_true", help="take their second factor away too")

    @transaction.atomic
    def handle(self, username: str, reopen: bool, without_second_factor: bool, **options: Any) -> None:
        """The code, and where it is typed."""
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(_("Nobody has the user name %(username)s.") % {"username": username})
        try:
            if reopen:
                reopen_account(user, by=None)
            if without_second_factor:
                remove_factor(user, by=None)
            card, code = give_card(user, by=None)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from None
        until = formats.date_format(timezone.localtime(card.expires_at), "j F Y, H:i")
        sentence = _("Sign-in card of %(name)s, shown once, to be typed at /card/ until %(until)s: %(code)s")
        self.stdout.write(sentence % {"name": user, "until": until, "code": in_groups(code)})
