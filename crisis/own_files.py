"""What an installation keeps for itself alone: its folder, its key, and files that are whole whatever ends the process.

Read by the settings, before all else.
"""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from crisis.bootstrap import locked
from crisis.choices import refuse

KEY = "secret_key"
SHORTEST = 50
"""Characters that a key has at least."""
NOTHING = "\0 \t\r\n"
"""What a file may hold after a power cut though nothing was written into it."""


def own_folder(folder: Path, served: Path | None) -> Path:
    """The folder, made when it is missing, that nobody but its owner reads.

    With `served` inside, a web server passes through to that, and lists nothing. A folder that everybody writes into (/tmp)
    stays as it is; so does one whose modes cannot be set, somebody else's or one on a stick in FAT.
    """
    inside = served is not None and served.resolve().is_relative_to(folder.resolve())
    mode = 0o711 if inside else 0o700
    with contextlib.suppress(OSError):
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        found = stat.S_IMODE(folder.stat().st_mode)
        if found != mode and not found & stat.S_ISVTX:
            folder.chmod(mode)
    return folder


def secret_key(data: Path) -> str:
    """SECRET_KEY, or the one made at the first start and kept beside the data, readable by its owner only.

    A file in which nothing is, as a power cut may leave it, is written anew: nothing was ever signed with it. One that is
    too short somebody wrote, or half of it is gone: that is for a person to decide.
    """
    if key := os.environ.get("SECRET_KEY", ""):
        if len(key) < SHORTEST:
            raise refuse("SECRET_KEY", "use at least 50 characters, or leave it out: one is made at the first start.")
        return key
    try:
        key = kept_key(data / KEY) or made_key(data)
    except OSError as failure:
        raise ImproperlyConfigured(
            f"DATA_DIR={data}: the key cannot be kept there ({failure.strerror}): use a folder of the account that runs Vigie."
        ) from None
    if len(key.strip(NOTHING)) < SHORTEST or "\ufffd" in key:
        raise ImproperlyConfigured(
            f"{data / KEY} holds no key that can be used: put the right one back, or delete the file and start again. Another"
            " is made then: everybody signs in again, and screens are paired again."
        )
    return key


def kept_key(path: Path) -> str:
    """What the key's file holds; "" when it is not there, or nothing is in it."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return text if text.strip(NOTHING) else ""


def made_key(data: Path) -> str:
    """A new key in its file; of several processes that start at once, one makes it for all."""
    data.mkdir(parents=True, exist_ok=True)
    with locked(data / f"{KEY}.lock"):
        if not (key := kept_key(data / KEY)):
            key = secrets.token_urlsafe(64)
            write(data / KEY, key.encode(), 0o600)
    return key


def write(path: Path, content: bytes, mode: int) -> None:
    """Put a file in place whole, with its mode from the first byte on, whatever ends the process in between."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
