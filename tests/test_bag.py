"""The bag by the door: it starts without a network on a clean laptop, and is made whole or not at all."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pypdf import PdfReader

from crisis import bag as bags
from crisis.backup.kept import kept_models
from crisis.backup.make import labelled
from crisis.backup.restore import check_backup
from crisis.bag import CODE, MACHINES, MARK, STARTERS, Bag, fetch, pack, put_in_place, reason
from crisis.bootstrap import ROOT, pins
from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from tests.running import OURS

INSIDE = Path(__file__).with_name("bag_inside.py")
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def nothing(bag: Bag) -> None:
    """A bag of an installation that knows nothing."""


def silent(words: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> Path:
    """The packages of this machine, fetched once."""
    made = Bag(tmp_path_factory.mktemp("fetched"))
    fetch(made, "linux", [HERE])
    assert made.lacks == {}
    return made.folder / "wheels"


@pytest.fixture
def packages(monkeypatch, wheels):
    """Packages that were fetched before: the network is not what these tests are about."""

    def copied(bag: Bag, machine: str, pythons: list[str]) -> None:
        shutil.copytree(wheels, bag.folder / "wheels", dirs_exist_ok=True)
        bag.starts += [(machine, python) for python in pythons]

    monkeypatch.setattr(bags, "fetch", copied)


def packed(target: Path, *options: str) -> str:
    out = StringIO()
    call_command("bag", str(target), "--machines", "linux", "--pythons", HERE, *options, stdout=out)
    return out.getvalue()


ALONE = ["unshare", "--net", "--map-root-user"]
PYTHON = Path(sys.base_prefix) / "bin" / f"python{HERE}"
"""A bare Python, as a clean laptop has it: not the one of the environment that these tests run in."""


@pytest.mark.timeout(300)
@pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run([*ALONE, "true"], capture_output=True).returncode != 0,
    reason="this machine does not let a process leave its network",
)
def test_without_a_network_it_reaches_the_first_page(db, packages, tmp_path):
    packed(tmp_path / "bag")

    clean = {name: value for name, value in os.environ.items() if name not in OURS | {"VIRTUAL_ENV", "PYTHONPATH"}}
    command = [*ALONE, str(PYTHON), str(INSIDE), str(tmp_path / "bag")]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=280)

    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["page"] == 200
    assert "code" in told["asks"]
    assert told["outside"] == "unreachable"
    assert (tmp_path / "bag" / ".venv" / "bin" / "python").exists()


def test_it_holds_what_runs_and_nothing_that_an_installation_wrote(db, packages, tmp_path):
    packed(tmp_path / "bag")

    there = {path.name for path in (tmp_path / "bag").iterdir()}
    assert there == {*CODE, *STARTERS, MARK, "wheels", "START.pdf"}
    names = [path.name for path in (tmp_path / "bag").rglob("*")]
    assert not [name for name in names if name in {"secret_key", "__pycache__", ".git"} or name.endswith(".sqlite3")]
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_what_is_prepared_comes_along_and_the_sheet_says_how_to_bring_it(organisation, arlon, packages, tmp_path):
    said = packed(tmp_path / "bag")

    assert "Vivalia" in (tmp_path / "bag" / "house.yaml").read_text()
    words = PdfReader(tmp_path / "bag" / "START.pdf").pages[0].extract_text()
    assert "manage.py registry import house.yaml" in words
    assert "0470 00 00 00" in words
    assert f"Linux: Python {HERE}" in words
    assert len(PdfReader(tmp_path / "bag" / "START.pdf").pages) == 1
    assert f"starts on: linux ({HERE})" in said


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_sheet_speaks_the_language_of_the_house(organisation, packages, tmp_path, lang):
    organisation.languages = [lang]
    organisation.save()
    packed(tmp_path / "bag")

    words = PdfReader(tmp_path / "bag" / "START.pdf").pages[0].extract_text()
    with translation.override(lang):
        assert translation.gettext("Vigie without network") in words


def test_a_backup_comes_along_when_it_is_asked_for_and_opens_with_its_words(
    organisation, packages, tmp_path, settings, django_db_blocker
):
    settings.BACKUP_PASSPHRASE_FILE = tmp_path / "words"
    settings.BACKUP_PASSPHRASE_FILE.write_text("four words of a night\n")
    packed(tmp_path / "bag", "--backup")

    [backup] = (tmp_path / "bag").glob("*.backup")
    assert labelled(backup).label["entries"] >= 0
    with backup.open("rb") as file:
        check_backup(file, "four words of a night")
    words = PdfReader(tmp_path / "bag" / "START.pdf").pages[0].extract_text()
    assert f"manage.py restore {backup.name}" in words.replace("\n", "")


def test_a_newer_bag_takes_the_place_of_the_old_one(db, packages, tmp_path):
    packed(tmp_path / "bag")
    (tmp_path / "bag" / "left over").write_text("old")

    packed(tmp_path / "bag")
    assert not (tmp_path / "bag" / "left over").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_the_folder_that_one_stands_in_can_be_the_bag(db, packages, tmp_path, monkeypatch):
    (tmp_path / "bag").mkdir()
    monkeypatch.chdir(tmp_path / "bag")

    packed(Path())
    assert (tmp_path / "bag" / MARK).is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_a_folder_that_holds_something_else_is_left_alone(db, packages, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("x")
    (tmp_path / "file").write_text("x")

    for name in ("photos", "file"):
        with pytest.raises(CommandError, match="holds something else"):
            packed(tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "one.jpg", "photos"]


def test_a_disk_that_is_full_leaves_the_bag_that_was_there(db, packages, tmp_path):
    packed(tmp_path / "bag")
    before = (tmp_path / "bag" / MARK).read_text()

    def full(bag: Bag) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(RuleBroken, match="No space left on device"):
        pack(tmp_path / "bag", ["linux"], [HERE], full, silent)
    assert (tmp_path / "bag" / MARK).read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_a_new_bag_that_does_not_get_its_name_leaves_the_old_one_under_it(tmp_path):
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / MARK).write_text("old")

    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "pulled out", tmp_path / "bag")
    assert (tmp_path / "bag" / MARK).read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_what_leaves_in_a_bag_stands_in_the_houses_journal(organisation, packages, tmp_path, settings):
    packed(tmp_path / "bag")
    assert [entry.verb for entry in JournalEntry.objects.all()] == ["registry.exported"]

    settings.BACKUP_PASSPHRASE_FILE = tmp_path / "words"
    settings.BACKUP_PASSPHRASE_FILE.write_text("four words of a night\n")
    packed(tmp_path / "bag", "--backup")
    verbs = JournalEntry.objects.order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["registry.exported", "backup.asked", "registry.exported"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_be_read_is_a_sentence_and_leaves_no_bag(organisation, packages, tmp_path, settings):
    settings.BACKUP_PASSPHRASE_FILE = tmp_path / "words"
    settings.BACKUP_PASSPHRASE_FILE.write_text("four words of a night\n")
    table = kept_models()[-1]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO moved_away")
        try:
            with pytest.raises(CommandError, match=f"No bag was made: .*{table}"):
                packed(tmp_path / "bag", "--backup")
        finally:
            cursor.execute(f"ALTER TABLE moved_away RENAME TO {table}")
    assert [path.name for path in tmp_path.iterdir()] == ["words"]


def test_without_packages_there_is_no_bag_and_the_reason_is_said(tmp_path, monkeypatch, settings):
    monkeypatch.setattr(bags, "fetch", lambda bag, machine, pythons: bag.lacks.update({machine: "No index today"}))

    with pytest.raises(RuleBroken, match="could not be fetched: No index today"):
        pack(tmp_path / "bag", ["linux"], [HERE], nothing, silent)
    assert list(tmp_path.iterdir()) == []


def test_what_the_index_does_not_have_is_remembered_and_the_rest_goes_on(tmp_path):
    made = Bag(tmp_path)
    fetch(made, "linux", ["2.7"])

    assert made.starts == []
    assert made.lacks["linux 2.7"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "ERROR: Could not find x\nERROR: No matching distribution found for x==1\n",
            "No matching distribution found for x==1",
        ),
        ("something\nelse\n", "else"),
        ("", "pip"),
    ],
)
def test_the_reason_is_the_last_error(said, why):
    assert reason(said) == why


def test_every_machine_has_a_name_that_wheels_use():
    assert "manylinux_2_17_x86_64" in MACHINES["linux"]
    assert "macosx_11_0_arm64" in MACHINES["macos"]
    assert all(tags for tags in MACHINES.values())


@pytest.mark.parametrize("full", ["3.11.0", "3.12.0", "3.13.0", "3.14.0"])
@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_what_a_package_asks_for_on_another_python_or_machine_is_pinned_too(full, system):
    """pip looks for packages by the markers of the Python that runs it: what only another one needs would be missing."""
    known = {canonicalize_name(re.sub(r"\[.*", "", pin.partition("==")[0])) for pin in pins(ROOT / "requirements.txt")}
    there = {
        "python_version": full.rpartition(".")[0],
        "python_full_version": full,
        "sys_platform": system,
        "extra": "",
    }
    there |= {"platform_system": {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system]}
    asked, todo, elsewhere = set(known), list(known), {}
    while todo:
        for line in metadata.distribution(todo.pop()).requires or []:
            wanted = Requirement(line)
            name, here = canonicalize_name(wanted.name), wanted.marker is None or wanted.marker.evaluate()
            if wanted.marker and wanted.marker.evaluate(there) and not here:
                elsewhere[name] = line
            elif here and name not in asked:
                asked.add(name)
                todo.append(name)
    assert {name: line for name, line in elsewhere.items() if name not in asked} == {}
