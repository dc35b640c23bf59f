"""The two commands: where their passphrase comes from, and what they say."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from crisis.backup.choices import normal, passphrase_of
from crisis.backup.make import labelled, make_backup
from crisis.journal import sentences
from crisis.models import Book, JournalEntry
from tests.cast import nothing_more_can_be_written
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
    call_command(*map(str, command), stdout=out, stderr=out)
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


def test_a_backup_from_the_terminal_stands_in_the_houses_journal_and_in_the_file(crisis, key, tmp_path):
    before = JournalEntry.objects.count()
    said("backup", tmp_path / "one.backup")

    asked = JournalEntry.objects.latest("pk")
    assert JournalEntry.objects.count() == before + 1
    assert (asked.verb, asked.actor_name, asked.book.crisis) == ("backup.asked", "console", None)
    assert sentences([asked])[0][1] == "A backup of everything was asked for, to be taken away."
    assert f"{asked.seq}:{asked.hash}" in labelled(tmp_path / "one.backup").heads

    emptied()
    said("restore", tmp_path / "one.backup")
    assert list(JournalEntry.objects.filter(book=asked.book_id).order_by("seq").values_list("verb", "hash"))[-2:] == [
        ("backup.asked", asked.hash),
        ("backup.restored", Book.objects.get(crisis=None).head_hash),
    ]


def test_a_database_that_takes_nothing_more_can_still_be_saved_and_says_that_the_journal_was_not_told(
    crisis, key, tmp_path
):
    before = JournalEntry.objects.count()
    with nothing_more_can_be_written():
        told = said("backup", tmp_path / "one.backup")

    assert "The journal could not be told of this (" in told
    assert labelled(tmp_path / "one.backup").label["entries"] == JournalEntry.objects.count() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (b"", "has to be a passphrase of 12 characters or more"),
        (b"short\n", "has to be a passphrase of 12 characters or more"),
        (b"\xe9l\xe9phant de la nuit", r"passphrase cannot be read \(it is no text\)\.$"),
    ],
)
def test_a_passphrase_file_that_no_longer_holds_one_seals_nothing(words, sentence, crisis, key, tmp_path):
    before = JournalEntry.objects.count()
    key.write_bytes(words)

    with pytest.raises(CommandError, match=sentence):
        said("backup", tmp_path / "one.backup")
    assert not (tmp_path / "one.backup").exists()
    assert JournalEntry.objects.count() == before


def test_a_short_passphrase_still_opens_what_was_sealed_with_it(crisis, key, tmp_path):
    make_backup(tmp_path / "one.backup", "short")
    key.write_text("short")

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
