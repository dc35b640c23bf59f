"""The papers as files in a folder, such as a stick's: all of a print, or what was there before."""

import contextlib
import errno
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.backup.make import FULL, prefix, sync
from crisis.backup.schedule import alone
from crisis.errors import RuleBroken
from crisis.frames import zone
from crisis.models import Crisis
from services.paper.output import all_papers, common_name
from services.paper.sheets import situation_of


class Busy(RuleBroken):
    """Another process is printing into the same folder."""


def mark_of(folder: Path) -> Path:
    """The file that says when this installation last printed into a folder."""
    return folder / f".{prefix()}-paper.json"


def printed_at(folder: Path) -> datetime | None:
    """When this installation last printed into a folder; None when it never did, or nobody can tell."""
    try:
        return datetime.fromisoformat(json.loads(mark_of(folder).read_text())["moment"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def print_into(folder: Path, crises: list[Crisis], lang: str) -> list[str]:
    """Put every paper of these crises into a folder, in a language; the files' names.

    The folder is taken before anything is read, so that nobody puts an older situation over a newer one. All are typeset and
    written under other names there, forced to the disk, and only then take their places: a full stick leaves the old ones as
    they were. The folder is never made. The sheet of a site that is no more goes.
    Raises RuleBroken, in words, when nothing could be written; Busy, when another process prints there.
    """
    try:
        with alone(folder) as ours:
            if not ours:
                raise Busy(_("Somebody else is writing into %(folder)s: try again.") % {"folder": folder})
            with translation.override(lang), timezone.override(zone()):
                papers = {crisis: all_papers(situation_of(crisis)) for crisis in crises}
                commons = {common_name(crisis): set(found) for crisis, found in papers.items()}
            files = {name: body for found in papers.values() for name, body in found.items()}
            put(folder, files)
            for common, kept in commons.items():
                take_away(path for path in folder.glob(f"{common}-site-*.pdf") if path.name not in kept)
            put(folder, {mark_of(folder).name: json.dumps({"moment": timezone.now().isoformat()}).encode()})
    except OSError as failure:
        raise RuleBroken(why_not(folder, failure.errno, failure.strerror or str(failure))) from failure
    return sorted(files)


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Write all of these files, then let them take their names; when one cannot be written, none does."""
    parts = {name: folder / f".{name}.part" for name in files}
    try:
        for name, body in files.items():
            with parts[name].open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        for name, part in parts.items():
            part.replace(folder / name)
    except BaseException:
        take_away(parts.values())
        raise
    sync(folder)


def take_away(paths: Iterable[Path]) -> None:
    """Delete files; what cannot go stays."""
    for path in list(paths):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def why_not(folder: Path, number: int | None, why: str) -> str:
    """Why nothing was printed, and what to do; the system's number of it, None when it was no matter of the disk."""
    said = {"folder": folder, "why": why}
    if number is None:
        return _("Nothing was printed: %(why)s") % said
    if number in FULL:
        return _("There is no room left in %(folder)s: free some, or take another stick. Nothing was printed.") % said
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return _("%(folder)s is not there: plug the stick in, or make the folder. Nothing was printed.") % said
    return _("%(folder)s cannot be written (%(why)s): look at it, or take another one. Nothing was printed.") % said
