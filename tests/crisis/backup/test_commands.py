"""The two commands: where their passphrase comes from, and what they say."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from crisis.backup.choices import normal, passphrase_of
from tests.crisis.backup.cases import PASSPHRASE, emptied, lines_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(settings, tmp_path):
    """A passphrase in a file."""
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    settings.BACKUP_PASSPHRASE_FILE = path
    return path


def said(*command: object) -> str:
    out = io.StringIO()
    call_command(*map(str, command), stdout=out)
    return out.getvalue()


def test_backup_and_restore_say_what_is_in_the_file_and_the_same_heads(crisis, key, tmp_path):
    file = tmp_path / "one.backup"
    made = said("backup", file)
    emptied()
    restored = said("restore", file)

    heads = re.findall(r"^\d+:[0-9a-f]{64}$", made, re.M)
    assert made.startswith(f"{file}: ")
    assert heads == re.findall(r"^\d+:[0-9a-f]{64}$", restored, re.M)
    assert len(heads) == 2
    assert restored.startswith("Vivalia, 20")
    assert "Everything is back: every chain verifies, and every book ends as the backup says." in restored
    assert "Everybody signs in again; 0 screens are to be paired again." in restored
    assert "The key is this installation's own" in restored  # the test's comes from nowhere


def test_checking_says_that_it_is_whole_and_restores_nothing(crisis, key, tmp_path):
    said("backup", tmp_path / "one.backup")

    assert said("restore", tmp_path / "one.backup", "--check").endswith("The backup is whole.\n")


def test_a_database_in_use_is_refused_in_a_sentence(crisis, key, tmp_path):
    said("backup", tmp_path / "one.backup")

    with pytest.raises(CommandError, match="This database is not empty, nothing was changed"):
        said("restore", tmp_path / "one.backup")


def test_a_file_that_is_not_there_is_a_sentence(key, tmp_path, db):
    with pytest.raises(CommandError, match=r"none\.backup: No such file or directory\."):
        said("restore", tmp_path / "none.backup")


def test_without_file_and_without_terminal_nobody_is_asked(crisis, tmp_path):
    with pytest.raises(CommandError, match="There is nobody to type a passphrase: set BACKUP_PASSPHRASE_FILE"):
        said("backup", tmp_path / "one.backup")
    assert not (tmp_path / "one.backup").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["short"], "A passphrase has at least 12 characters."),
        ([PASSPHRASE, PASSPHRASE + "!"], "The two passphrases differ."),
    ],
)
def test_what_is_typed_has_to_be_long_enough_and_the_same_twice(typed, sentence, crisis, tmp_path, monkeypatch):
    terminal(monkeypatch, typed)

    with pytest.raises(CommandError, match=sentence):
        said("backup", tmp_path / "one.backup")
    assert not (tmp_path / "one.backup").exists()


def terminal(monkeypatch, typed: list[str]) -> None:
    """Somebody at a terminal types these."""
    answers = iter(typed)
    monkeypatch.setattr("sys.stdin", type("Terminal", (io.StringIO,), {"isatty": lambda self: True})())
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))


def test_what_is_typed_twice_seals_it_and_typed_once_opens_it(crisis, tmp_path, monkeypatch):
    terminal(
        monkeypatch,
        ["Une phrase élevée", "Une phrase e\u0301leve\u0301e", "Une phrase e\u0301leve\u0301e", "Une phrase"],
    )
    said("backup", tmp_path / "one.backup")

    assert "The backup is whole." in said("restore", tmp_path / "one.backup", "--check")
    with pytest.raises(CommandError, match="This is not the passphrase of this backup"):
        said("restore", tmp_path / "one.backup", "--check")


@pytest.mark.parametrize("written", [PASSPHRASE, PASSPHRASE + "\n", PASSPHRASE + "\r\n", PASSPHRASE + "\nsecond line"])
def test_a_file_gives_its_first_line_whatever_editor_wrote_it(written, tmp_path):
    (tmp_path / "key").write_bytes(written.encode())

    assert passphrase_of(tmp_path / "key") == PASSPHRASE
    assert normal("e\u0301") == "é"


def test_a_passphrase_is_in_no_label_and_no_line(crisis, key, tmp_path):
    printed = said("backup", tmp_path / "one.backup")
    label, lines = lines_in(tmp_path / "one.backup")

    assert PASSPHRASE not in printed + str(label) + str(lines)
