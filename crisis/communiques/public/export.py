"""The public site as files: for a USB stick, or for any web host when this machine is off."""

import contextlib
import logging
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.communiques.public.links import CSS, ICON, file_of
from crisis.communiques.public.pages import all_pages, as_files
from crisis.communiques.public.state import Head, head_of, public_of, shown
from crisis.errors import RuleBroken
from crisis.models import Crisis
from crisis.seats import Seat

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)
SIGN = "status.json"
"""What a directory holds that an export has written."""
_one_at_a_time = threading.Lock()
_exported: list[Head] = []
"""Under which head this process exported last with the beat."""


def files_of(crisis: Crisis | None) -> dict[str, bytes]:
    """Every file by its path: the same state gives the same bytes."""
    found = {file_of(path): page.body for path, page in all_pages(public_of(crisis), as_files)}
    for name in (CSS, ICON):
        found[Path(name).name] = Path(str(finders.find(name))).read_bytes()
    return found


def written(directory: Path) -> dict[str, bytes]:
    """What a directory holds."""
    found = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


def export_public(directory: Path | str) -> int:
    """Write the public site into a directory, and say how many files it has.

    Everything is written beside the directory first and takes its place by two renames: nobody reads half of a site, and a
    failure before them leaves the old one as it was. Between the two, for an instant, the directory is not there; a power
    cut in that instant leaves the old site beside it (`.NAME.old`), and the next export writes a whole one.
    Nothing is touched when the files say the same already. An exercise is never written but by the demonstration.
    Whoever exports to the same directory, in this process or another, waits: the last to write has read the newest state.
    Raises RuleBroken when the directory holds something else than an export.
    """
    target = Path(directory).absolute()
    if target.exists() and any(target.iterdir()) and not (target / SIGN).exists():
        raise RuleBroken(
            _("%(directory)s holds other files: choose an empty or a new directory.") % {"directory": target}
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target):
        files = files_of(shown())
        if target.exists() and written(target) == files:
            return len(files)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            for name, body in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(body)
            fresh.chmod(0o755)
            swap(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return len(files)


@contextlib.contextmanager
def alone(target: Path) -> Iterator[None]:
    """Hold a directory against every other export of it: between processes by a lock file beside it, which stays there.

    Windows has threads only to fear: one process serves there.
    """
    with _one_at_a_time, target.with_name(f".{target.name}.lock").open("w") as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def swap(fresh: Path, target: Path) -> None:
    """Put a directory in the place of another."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def export_after_commit() -> None:
    """Once the write is committed, write the files anew where PUBLIC_EXPORT_DIR says; a failure is told, never raised."""
    if settings.PUBLIC_EXPORT_DIR:
        transaction.on_commit(export_safely)


def export_safely() -> None:
    """What was published counts, whatever the disk says."""
    try:
        export_public(settings.PUBLIC_EXPORT_DIR or "")
    except (OSError, RuleBroken):
        log.exception("PUBLIC_EXPORT_DIR=%s: the public files could not be written.", settings.PUBLIC_EXPORT_DIR)


def with_the_beat(seats: list[Seat]) -> None:
    """The files follow whatever changes what the public reads: a masking, the end of the crisis, a fact that grew old.

    One small query when nothing changed; a disk that failed is tried again with the next minute.
    """
    if not settings.PUBLIC_EXPORT_DIR:
        return
    head = head_of(shown(), timezone.now())
    if _exported != [head]:
        _exported[:] = [head]
        export_safely()
