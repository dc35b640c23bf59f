"""From a bare Python to a running Vigie, with the standard library only.

Makes `.venv`, installs what the requirement file pins (from `wheels/` when that folder is there: no internet), and runs
the command again inside. An active virtual environment is used as it is. `test` also finds or installs a browser.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"]


def run(argv: list[str]) -> None:
    """Return when this Python has what the command needs; otherwise make it so and run the command again inside.

    `test` never returns: it ends the process with pytest's answer.
    """
    if sys.version_info < OLDEST:
        sys.exit(f"Vigie needs Python 3.11 or newer; this is {sys.version.split()[0]}. Start it with a newer python3.")
    command = argv[1] if len(argv) > 1 else ""
    requirements = ROOT / ("requirements-dev.txt" if command == "test" else "requirements.txt")
    enter(argv, requirements)
    choose_settings(argv)
    if command == "test":
        sys.exit(test(argv[2:]))


def choose_settings(argv: list[str]) -> None:
    """What `up` says in words, as the settings read it: the demonstration's own database, and the host it binds."""
    if argv[1:2] == ["up"]:
        if "--demo" in argv:
            os.environ["VIGIE_DEMO"] = "1"
            argv.remove("--demo")
        host = option(argv, "--host")
        if host and host not in {"127.0.0.1", "localhost", "0.0.0.0", "::"}:
            known = os.environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1,[::1]"
            os.environ["ALLOWED_HOSTS"] = f"{known},{host}"


def option(argv: list[str], name: str) -> str:
    """The value of an option, written either way; "" when it is not there."""
    for place, word in enumerate(argv):
        if word == name:
            return argv[place + 1] if place + 1 < len(argv) else ""
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


def python_of(venv: Path) -> Path:
    """The interpreter of an environment."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside() -> bool:
    """Whether an environment is active already: ours, or one that somebody chose."""
    return sys.prefix != sys.base_prefix


def enter(argv: list[str], requirements: Path) -> None:
    """Have everything installed, and be inside."""
    home = Path(sys.prefix) if inside() else VENV
    if not stamped(home, requirements):
        with locked(ROOT / ".venv.lock"):
            if not inside() and not python_of(VENV).exists():
                say("Making the environment .venv …")
                subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
            if not stamped(home, requirements):
                install(python_of(home), requirements)
                stamp_of(home, requirements).write_text(fingerprint(requirements))
    if not inside():
        again([str(python_of(VENV)), *argv])


def again(command: list[str]) -> None:
    """Run the command inside the environment, in this process's place."""
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)


def fingerprint(requirements: Path) -> str:
    """What the requirement files say, as one hash."""
    names = ["requirements.txt"] if requirements.name == "requirements.txt" else ["requirements.txt", requirements.name]
    return hashlib.sha256(b"".join((requirements.parent / name).read_bytes() for name in names)).hexdigest()


def stamp_of(home: Path, requirements: Path) -> Path:
    """Where an environment keeps what was installed into it."""
    return home / f".{requirements.stem}.stamp"


def stamped(home: Path, requirements: Path) -> bool:
    """Whether an environment holds exactly what the files say."""
    stamp = stamp_of(home, requirements)
    return python_of(home).exists() and stamp.exists() and stamp.read_text() == fingerprint(requirements)


def install(python: Path, requirements: Path) -> None:
    """Install, from `wheels/` when it is there and from the index otherwise, with the pip that ships in `bootstrap/`."""
    say(f"Installing what {requirements.name} names …")
    pip = max((ROOT / "bootstrap").glob("pip-*.whl")) / "pip"
    where = ["--no-index", "--find-links", str(ROOT / "wheels")] if (ROOT / "wheels").is_dir() else []
    command = [
        str(python),
        str(pip),
        "install",
        "--quiet",
        "--disable-pip-version-check",
        *where,
        "-r",
        str(requirements),
    ]
    if subprocess.run(command).returncode:
        sys.exit("The installation did not succeed: look at the lines above, then run the command again.")


@contextlib.contextmanager
def locked(path: Path, patience: float = 600) -> Iterator[None]:
    """One installation at a time; a lock that was left behind is taken over when its owner is gone for ten minutes."""
    until = time.monotonic() + patience
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > patience or time.monotonic() > until:
                    path.unlink()
            time.sleep(0.2)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def say(sentence: str) -> None:
    """A line for the person who waits."""
    print(sentence, file=sys.stderr, flush=True)


def browser() -> str:
    """A Chromium: $CHROMIUM, one on the path, one by apt (as root), or Playwright's own; "" when none can be had."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("Installing Chromium …")
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], **quiet)
        found = shutil.which("chromium") or ""
    if not found:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        if subprocess.run(command, capture_output=True).returncode == 0:
            found = "playwright"
    return found


def test(arguments: list[str]) -> int:
    """Run everything in two passes, because a browser's loop and async tests do not live in one process; the worst answer."""
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    chosen, rest = marker(arguments)
    os.environ["CHROMIUM"] = browser()
    answers = [pytest(f"({chosen}) and not browser", ["-n", "auto", *rest])]
    if os.environ["CHROMIUM"]:
        answers.append(pytest(f"({chosen}) and browser", rest))
    else:
        say("Skipped: the browser tests, for want of a Chromium. Install one, or name it in CHROMIUM.")
        answers.append(1 if os.environ.get("CI") else 5)
    if all(answer == 5 for answer in answers):
        return 5
    return max(answer for answer in answers if answer != 5)


def marker(arguments: list[str]) -> tuple[str, list[str]]:
    """The marker expression among pytest's arguments, and the others."""
    rest = list(arguments)
    if "-m" in rest:
        place = rest.index("-m")
        expression = rest[place + 1]
        del rest[place : place + 2]
        return expression, rest
    return "browser or not browser", rest


def pytest(expression: str, arguments: list[str]) -> int:
    """One pass, under coverage when COVERAGE asks for it."""
    runner = (
        ["-m", "coverage", "run", "--parallel-mode", "-m", "pytest"] if os.environ.get("COVERAGE") else ["-m", "pytest"]
    )
    return subprocess.run([sys.executable, *runner, "-m", expression, *arguments]).returncode
