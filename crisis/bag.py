"""The bag by the door: a folder that starts Vigie on another laptop, without internet. Made whole, or not at all."""

import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from crisis.errors import RuleBroken

CODE = [
    "manage.py", "crisis", "services", "templates", "static", "locale", "bootstrap", "docs", "README.md", "CHANGELOG.md",
    "LICENSE", "SECURITY.md", "requirements.txt",
]  # fmt: skip
"""What runs, and what explains it; never what an installation wrote."""
MARK = "bag.json"
"""What says that a folder is a bag, and what is in it."""
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
INTEL = [*(f"10_{n}" for n in range(9, 17)), *(f"{n}_0" for n in range(11, 16))]
APPLE = [f"{n}_0" for n in (*range(11, 16), 26)]
MACHINES = {
    "linux": [f"manylinux{n}_x86_64" for n in ("1", "2010", "2014", *(f"_2_{glibc}" for glibc in range(17, 42)))],
    "windows": ["win_amd64"],
    "macos": [f"macosx_{version}_{kind}" for version in APPLE for kind in ("arm64", "universal2")],
    "macos-intel": [f"macosx_{version}_{kind}" for version in INTEL for kind in ("x86_64", "universal2")],
}
"""The machines that a bag may start on, by the names that wheels give them."""
NAMES = {"linux": "Linux", "windows": "Windows", "macos": "macOS (Apple)", "macos-intel": "macOS (Intel)"}
STARTERS = {
    "start.bat": "@cd /d %~dp0\r\n@py manage.py up\r\n@pause\r\n",
    "start.command": '#!/bin/sh\ncd "$(dirname "$0")" && exec python3 manage.py up\n',
}
"""What a double click starts: on Windows, and elsewhere."""
Say = Callable[[str], None]


@dataclass
class Bag:
    """A folder on its way: what it starts on (machine and Python), and what the index did not have, with its reason."""

    folder: Path
    starts: list[tuple[str, str]] = field(default_factory=list)
    lacks: dict[str, str] = field(default_factory=dict)


def pack(target: Path, machines: list[str], pythons: list[str], fill: Callable[[Bag], None], say: Say) -> Bag:
    """Make the folder `target`, or a newer one in the place of an older bag; `fill` adds what this installation knows.

    It is made beside it under another name and renamed. Raises RuleBroken when the folder holds something else, when the
    index has the packages of no machine, or when the disk is full; what was there before then stays.
    """
    target = target.resolve()
    if target.exists() and not (target / MARK).is_file() and (not target.is_dir() or any(target.iterdir())):
        raise RuleBroken(_("%(folder)s holds something else: name a new folder.") % {"folder": target})
    beside = target.with_name(f".{target.name}.part")
    try:
        clear(beside)
        beside.mkdir(parents=True)
        bag = Bag(beside)
        say(_("The code …"))
        copy_code(beside)
        for machine in machines:
            say(_("The packages of %(machine)s …") % {"machine": machine})
            fetch(bag, machine, pythons)
        if not bag.starts:
            raise RuleBroken(
                _("The packages could not be fetched: %(why)s") % {"why": next(iter(bag.lacks.values()), "")}
            )
        fill(bag)
        (beside / MARK).write_text(json.dumps({"starts": bag.starts, "lacks": bag.lacks}, indent=1), encoding="utf-8")
        put_in_place(beside, target)
    except OSError as failure:
        raise RuleBroken(f"{target}: {failure.strerror or failure}.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    bag.folder = target
    return bag


def clear(folder: Path) -> None:
    """Take a folder away, when it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def put_in_place(made: Path, target: Path) -> None:
    """The new folder under its name; an older one goes last, and has its name again when the new one does not get it."""
    old = target.with_name(f".{target.name}.old")
    if target.exists():
        clear(old)
        target.rename(old)
    try:
        made.rename(target)
    except OSError:
        with contextlib.suppress(OSError):  # why the new one did not get its name is what counts
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def copy_code(folder: Path) -> None:
    """What runs, and two files to double-click."""
    for name in CODE:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy2(source, folder / name)
    for name, words in STARTERS.items():
        (folder / name).write_text(words, encoding="utf-8", newline="")
        (folder / name).chmod(0o755)


def fetch(bag: Bag, machine: str, pythons: list[str]) -> None:
    """The packages of a machine into `wheels/`, for each Python; what the index does not have is remembered with its reason."""
    for python in pythons:
        command = [*pip(), "download", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
        command += ["-r", str(settings.BASE_DIR / "requirements.txt"), "-d", str(bag.folder / "wheels")]
        command += ["--python-version", python, "--platform", "any"]
        command += [word for tag in MACHINES[machine] for word in ("--platform", tag)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            bag.starts.append((machine, python))
        else:
            bag.lacks[f"{machine} {python}"] = reason(done.stderr)


def pip() -> list[str]:
    """The pip that ships with Vigie, run by this Python."""
    return [sys.executable, str(max((settings.BASE_DIR / "bootstrap").glob("pip-*.whl")) / "pip")]


def reason(said: str) -> str:
    """The last error of a pip, without its colours."""
    errors = [line.partition("ERROR: ")[2] for line in said.splitlines() if "ERROR: " in line]
    return errors[-1] if errors else (said.strip().splitlines() or ["pip"])[-1]


def by_machine(bag: Bag) -> Iterator[tuple[str, str]]:
    """Each machine that it starts on, with its Pythons: "linux", "3.11, 3.12"."""
    for machine in MACHINES:
        pythons = [python for there, python in bag.starts if there == machine]
        if pythons:
            yield machine, ", ".join(pythons)


def sheet(bag: Bag, said: dict[str, Any]) -> dict[str, Any]:
    """What the sheet that lies on top says, in the language in force; `said` is what this installation knows.

    `said`: `organisation`, `phone`, `day` (when it was packed), `house` and `backup` (names of files in the bag, or "").
    """
    start = _("Windows: double-click start.bat. macOS, Linux: open a terminal in the folder and type sh start.command.")
    steps = [_("Copy the whole folder from the stick onto the laptop. Do not start it from the stick.")]
    if said["backup"]:
        steps.append(
            _("To go on where the backup stands: open a terminal in the folder, type this, then the passphrase.")
        )
    elif said["house"]:
        steps.append(
            _("To bring what was prepared: open a terminal in the folder and type this. Note the first passwords.")
        )
    steps += [start, _("Open the address that the terminal shows in a browser: http://localhost:8000.")]
    if not said["backup"] and not said["house"]:
        steps.append(_("The terminal shows a code: the first page asks for it, and leads to the declared crisis."))
    steps.append(
        _("For other computers: python3 manage.py up --host 0.0.0.0. Compare the fingerprint before you go on.")
    )
    line = f"manage.py restore {said['backup']}" if said["backup"] else f"manage.py registry import {said['house']}"
    starts = [f"{NAMES[machine]}: Python {pythons}" for machine, pythons in by_machine(bag)]
    return {
        "title": _("Vigie without network"),
        "organisation": said["organisation"],
        "packed": _("Packed on %(day)s") % {"day": said["day"]},
        "steps": steps,
        "line": line if said["backup"] or said["house"] else "",
        "pythons": _("Windows: py in place of python3. Python itself is not in the bag."),
        "starts_on": _("It starts on"),
        "starts": starts,
        "phone": _("Crisis cell: %(phone)s") % {"phone": said["phone"] or "—"},
        "lang": said["lang"],
    }
