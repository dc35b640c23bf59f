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
    "registry": ["export", "house.yaml"],
}
HOUSE = """\
organisation: { name: Vivalia, languages: [fr], cell_phone: "0470 00 00 00" }
people:
  - { username: director, name: Direction, roles: [{ role: director }] }
"""


def run(data: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "crisis.settings", "PYTHONPATH": str(ROOT)}
    env.pop("DATABASE_URL", None)
    line = [sys.executable, "-m", "django", command, *(arguments or COMMANDS[command])]
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


def test_what_was_prepared_is_brought_to_a_clean_laptop_by_the_first_command(tmp_path):
    file, data = tmp_path / "house.yaml", tmp_path / "data"
    file.write_text(HOUSE)

    done = run(data, "registry", "import", str(file))

    assert (done.returncode, done.stderr) == (0, "")
    assert "director" in done.stdout
    assert run(data, "registry", "import", str(file)).stdout.split()[0] == "0"


def test_a_file_that_is_not_there_makes_no_database(tmp_path):
    done = run(tmp_path, "registry", "import", str(tmp_path / "house.yaml"))

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert not list(tmp_path.glob("*.sqlite3"))
