"""Make a backup: one sealed file, whole or not there at all."""

import contextlib
import errno
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.backup.kept import kept_models
from crisis.backup.pack import Progress, counted, label_of, lines_of, snapshot
from crisis.backup.seal import Label, Sealer, read_label
from crisis.errors import RuleBroken

STAMP = "%Y%m%dT%H%M%SZ"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What a disk answers that has no room left, or (a stick in FAT) takes no larger file."""


@dataclass(frozen=True)
class Backup:
    """A backup that lies somewhere: its moment in UTC, its size in bytes, and what its label says."""

    path: Path
    made_at: datetime
    size: int
    label: Label

    @property
    def heads(self) -> list[str]:
        """The head of each book, as `verify_journal --head` takes it: "413:9f2c…"."""
        return [f"{head['seq']}:{head['hash']}" for head in self.label["heads"]]


def prefix() -> str:
    """How the names of this installation's backups begin: the demonstration's are its own, also on the same stick."""
    return "demo" if settings.DEMO else "vigie"


def name_of(moment: datetime) -> str:
    """What a backup of a moment is called: the moment is in its name, to the second, in UTC."""
    return f"{prefix()}-{moment.astimezone(UTC).strftime(STAMP)}.backup"


def moment_of(path: Path) -> datetime | None:
    """The moment in the name of one of this installation's backups; None for any other file."""
    told = re.fullmatch(rf"{prefix()}-(\d{{8}}T\d{{6}}Z)\.backup", path.name)
    with contextlib.suppress(ValueError):
        return datetime.strptime(told[1], STAMP).replace(tzinfo=UTC) if told else None
    return None


def labelled(path: Path) -> Backup:
    """A backup as its label tells of it, without a passphrase. Raises RuleBroken or OSError when it cannot be read."""
    with path.open("rb") as file:
        label, _said = read_label(file)
    made_at = told_moment(label["made_at"]) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Backup(path, made_at, path.stat().st_size, label)


def told_moment(said: str) -> datetime | None:
    """A label's moment; None when nobody can have written it."""
    with contextlib.suppress(ValueError):
        moment = datetime.fromisoformat(said)
        return moment if moment.tzinfo and 1970 <= moment.year <= 9000 else None
    return None


def make_backup(target: Path, passphrase: str, progress: Progress = lambda done, rows: None) -> Backup:
    """Write everything into a new file `target`, or, when that is a folder, into one there that bears the moment's name.

    It is written under another name beside it, forced to the disk, and renamed: nobody ever finds half of a backup. What was
    acknowledged before the call is in it. Only its owner can read it. Raises RuleBroken, in words, and leaves nothing behind,
    when the file is there already, when the folder is not, or when the disk is full.
    """
    moment = timezone.now()
    path = target / name_of(moment) if target.is_dir() else target
    if path.exists():
        raise RuleBroken(_("%(file)s is there already: choose another name.") % {"file": path})
    try:
        with fresh_beside(path) as file, snapshot() as own:
            rows = sum(counted(model, own) for model in kept_models())
            sealer = Sealer(file, label_of(own, rows, moment), passphrase)
            for line in lines_of(own, rows, progress):
                sealer.line(line)
            sealer.close()
        return labelled(path)
    except OSError as failure:
        raise RuleBroken(why_not(path.parent, failure.errno, failure.strerror or str(failure))) from failure


@contextlib.contextmanager
def fresh_beside(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the name `path` once it is wholly on the disk, and is gone when anything fails before."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        sync(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def sync(folder: Path) -> None:
    """Force a name to the disk, where the system can: a stick may be pulled out at any moment."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def why_not(folder: Path, number: int | None, why: str) -> str:
    """Why a backup could not be written, and what to do; the system's number of it, None when it was no matter of the disk."""
    said = {"folder": folder, "why": why}
    if number is None:
        return _("No backup was made: %(why)s") % said
    if number in FULL:
        return _("There is no room left in %(folder)s: free some, or take another stick. No backup was made.") % said
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return _("%(folder)s is not there: plug the stick in, or make the folder. No backup was made.") % said
    return _("%(folder)s cannot be written (%(why)s): look at it, or take another one. No backup was made.") % said
