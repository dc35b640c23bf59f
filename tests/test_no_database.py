"""A command without a database says so in one sentence, exits with 1, and makes no file."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "board": ["current"],
    "minutes": ["current"],
    "dump": ["current"],
    "load": ["crisis/demo/vivalia-2022.yaml"],
    "verify_journal": [],
    "check_text": ["current", "-"],
    "export_public": ["public"],
    "add_member": ["somebody", "Somebody"],
    "give_card": ["somebody"],
}


def run(data: Path, command: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "crisis.settings", "PYTHONPATH": str(ROOT)}
    env.pop("DATABASE_URL", None)
    line = [sys.executable, "-m", "django", command, *COMMANDS[command]]
    return subprocess.run(line, cwd=ROOT, env=env, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_without_a_database_answers_in_one_sentence_and_makes_none(command, tmp_path):
    done = run(tmp_path, command)

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "python3 manage.py up" in done.stderr
    assert "VIGIE_DEMO=1" in done.stderr
    assert not list(tmp_path.glob("*.sqlite3"))


def test_a_command_on_an_empty_database_says_what_prepares_it(tmp_path):
    sqlite3.connect(tmp_path / "vigie.sqlite3").close()

    done = run(tmp_path, "minutes")

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "python3 manage.py up" in done.stderr
