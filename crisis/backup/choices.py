"""What the environment says of backups: where they go by themselves, and the file that holds the passphrase.

Read by the settings, before anything else of the application.
"""

import os
import unicodedata
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST = 12
"""Characters that a passphrase has at least."""


def passphrase_of(path: Path) -> str:
    """The passphrase that a file holds: its first line. Raises OSError, or UnicodeDecodeError when it is no text."""
    return normal(path.read_text(encoding="utf-8").split("\n", 1)[0].strip("\r"))


def normal(typed: str) -> str:
    """A passphrase as every keyboard gives it: an accent is one sign, whether a system writes it as one or as two."""
    return unicodedata.normalize("NFC", typed)


def passphrase_file() -> Path | None:
    """BACKUP_PASSPHRASE_FILE: a file that can be read and holds a passphrase that is long enough; None when it is not set.

    Neither the passphrase nor its length is ever repeated.
    """
    named = os.environ.get("BACKUP_PASSPHRASE_FILE", "").strip()
    if not named:
        return None
    wrong = f"BACKUP_PASSPHRASE_FILE={named}:"
    try:
        long_enough = len(passphrase_of(Path(named))) >= SHORTEST
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(
            f"{wrong} use a text file that can be read, the passphrase on its first line."
        ) from None
    if not long_enough:
        raise ImproperlyConfigured(f"{wrong} its first line has to be a passphrase of {SHORTEST} characters or more.")
    return Path(named).absolute()


def backup_directory(key: Path | None) -> Path | None:
    """BACKUP_DIR: an absolute path, with a passphrase that lies elsewhere; None when no backup is made by itself.

    It need not be there: a stick that is not plugged in must not keep anybody from starting.
    """
    named = os.environ.get("BACKUP_DIR", "").strip()
    if not named:
        return None
    folder, wrong = Path(named), f"BACKUP_DIR={named}:"
    if not folder.is_absolute():
        raise ImproperlyConfigured(f"{wrong} use an absolute path, such as /media/stick/vigie.")
    if folder.exists() and not folder.is_dir():
        raise ImproperlyConfigured(f"{wrong} use a folder; this is a file.")
    if key is None:
        raise ImproperlyConfigured(f"{wrong} set BACKUP_PASSPHRASE_FILE too, to a file that holds the passphrase.")
    if key.resolve().is_relative_to(folder.resolve()):
        raise ImproperlyConfigured(
            f"{wrong} keep BACKUP_PASSPHRASE_FILE elsewhere: whoever finds the backups would have both."
        )
    return folder
