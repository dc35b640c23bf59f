"""Where a command has its passphrase from: a file, or somebody at the terminal. Never an argument: others would see it."""

import getpass
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from crisis.backup.choices import SHORTEST, normal
from crisis.backup.forms import check_passphrase, words_in
from crisis.errors import RuleBroken


def passphrase(*, twice: bool) -> str:
    """The passphrase of BACKUP_PASSPHRASE_FILE, else the one that is typed; `twice` when a file is to be sealed with it.

    Raises CommandError when there is neither file nor terminal, when it is too short, or when the two differ.
    """
    if settings.BACKUP_PASSPHRASE_FILE:
        return from_file(settings.BACKUP_PASSPHRASE_FILE, sealing=twice)
    if not sys.stdin.isatty():
        raise CommandError(
            _("There is nobody to type a passphrase: set BACKUP_PASSPHRASE_FILE to a file that holds it.")
        )
    typed = normal(getpass.getpass(_("Passphrase: ")))
    if not twice:
        return typed
    try:
        check_passphrase(typed)
    except RuleBroken as refusal:
        raise CommandError(str(refusal)) from None
    if normal(getpass.getpass(_("Passphrase, again: "))) != typed:
        raise CommandError(_("The two passphrases differ."))
    return typed


def from_file(path: Path, *, sealing: bool) -> str:
    """What the file holds now: to seal with it, a passphrase that is long enough; to open, whatever it is."""
    try:
        return words_in(path, shortest=SHORTEST if sealing else 0)
    except RuleBroken as refusal:
        raise CommandError(str(refusal)) from None
