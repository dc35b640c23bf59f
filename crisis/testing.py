"""`manage.py test`: find a browser, run pytest in two passes, say the result in words. Standard library only.

Two passes because a browser's event loop and async tests do not live in one process.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from crisis.bootstrap import ROOT, say

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge"]
NOTHING_COLLECTED = 5


def run(arguments: list[str]) -> int:
    """Both passes with the same arguments, or the one that is asked for; the worst of their answers."""
    os.chdir(ROOT)
    chosen, rest = marker(arguments)
    rest, answers = [*workers(rest), *rest], {}
    if chosen != "browser":
        answers["Without a browser"] = one_pass(f"({chosen}) and not browser", rest)
    if chosen != "not browser":
        answers |= in_a_browser(f"({chosen}) and browser", rest)
    for name, answer in answers.items():
        say(f"{name}: {in_words(answer)}.")
    return worst(list(answers.values()))


def in_a_browser(expression: str, arguments: list[str]) -> dict[str, int]:
    """The second pass by its name: a failure where CI is set and no browser is there, left out in words elsewhere."""
    if chromium := browser():
        os.environ["CHROMIUM"] = chromium
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test
        return {"In a browser": one_pass(expression, arguments)}
    if os.environ.get("CI"):
        return {"In a browser (none found, and CI is set: install one, or name it in CHROMIUM)": 1}
    say("SKIPPED: every test in a browser, because none was found. Install Chromium, or name it in CHROMIUM.")
    return {}


def marker(arguments: list[str]) -> tuple[str, list[str]]:
    """The marker expression among pytest's arguments (everything, when there is none), and the other arguments."""
    rest = list(arguments)
    for place, word in enumerate(rest):
        if word == "-m" and place + 1 < len(rest):
            return rest[place + 1], rest[:place] + rest[place + 2 :]
        if word.startswith("-m") and len(word) > 2 and not word.startswith("--"):
            return word[2:].removeprefix("="), rest[:place] + rest[place + 1 :]
    return "browser or not browser", rest


def workers(arguments: list[str]) -> list[str]:
    """A process per core for the whole suite; none for a debugger or for a chosen file, where starting them costs more."""
    chosen = any((ROOT / word.partition("::")[0]).exists() for word in arguments if not word.startswith("-"))
    own = {"--pdb", "--trace", "-s", "--version", "-n", "--numprocesses"}
    return [] if chosen or own & {word.partition("=")[0] for word in arguments} else ["-n", "auto"]


def one_pass(expression: str, arguments: list[str]) -> int:
    """pytest's answer; under coverage when COVERAGE is set."""
    runner = ["-m", "coverage", "run", "--parallel-mode"] if os.environ.get("COVERAGE") else []
    return subprocess.run([sys.executable, *runner, "-m", "pytest", "-m", expression, *arguments]).returncode


def worst(answers: list[int]) -> int:
    """The exit code of all passes: one that found no test to run is fine when another ran; ended by a signal is a failure."""
    ran = [answer if answer >= 0 else 1 for answer in answers if answer != NOTHING_COLLECTED]
    return max(ran, default=NOTHING_COLLECTED)


def in_words(answer: int) -> str:
    """pytest's exit code for a person."""
    return {0: "passed", NOTHING_COLLECTED: "no test to run"}.get(answer, f"FAILED (exit code {answer})")


def browser() -> str:
    """A Chromium's path: $CHROMIUM, one on the path, one by apt (as root), or Playwright's own; "" when none can be had."""
    if named := os.environ.get("CHROMIUM"):
        if not shutil.which(named):
            sys.exit(
                f"CHROMIUM={named}: no such program; give the path of a Chromium, Chrome or Edge, or leave it out."
            )
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), "") or by_apt() or by_playwright()


def by_apt() -> str:
    """Debian's Chromium, as root."""
    if not shutil.which("apt-get") or os.name == "nt" or os.geteuid() != 0:
        return ""
    say("Installing Chromium …")
    subprocess.run(["apt-get", "update"], capture_output=True)
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    subprocess.run(
        install, capture_output=True, stdin=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    )
    return shutil.which("chromium") or ""


def by_playwright() -> str:
    """Playwright's own Chromium, from its download site."""
    say("Fetching Playwright's Chromium …")
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True).returncode:
        return ""
    where = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    path = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True).stdout.strip()
    return path if Path(path).exists() else ""
