"""Putting a backup back: all of it or nothing, into an empty database only, and another machine's identities end."""

import stat
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from crisis import triggers
from crisis.accounts.models import User
from crisis.backup.make import make_backup
from crisis.backup.restore import check_backup, restore_backup
from crisis.displays.models import Display, Pairing
from crisis.displays.writes import Look, pair_display, show_code
from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.models import Book, Crisis, JournalEntry, Organisation
from crisis.verify import verify
from crisis.writes import declare_crisis, mask_text, write_entry
from services.models import StatusReport
from services.opening.code import first_code
from services.writes import report_status
from tests.cast import ATTACKED, VITAL, chain_holds
from tests.crisis.backup.cases import PASSPHRASE, altered, emptied, holds, lines_in, sealed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(crisis, radiology, secretary, director, browser_of):
    """A crisis with a report, a masked text, a screen, a code that waits and somebody who is signed in."""
    report_status(crisis, radiology, ATTACKED, by=secretary)
    free = write_entry(crisis, "Mme Dupont a appelé", by=secretary)
    mask_text(crisis, free.text, "A name", by=director)
    pair_display(crisis, show_code("10.0.0.1").code, Look(name="Hall"), by=director)
    show_code("10.0.0.2")
    browser_of(secretary)
    return crisis


def applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def test_everything_comes_back_and_every_book_ends_where_it_ended(told, backup):
    before, heads = holds(), dict(Book.objects.values_list("pk", "head_hash"))
    emptied()

    restored = restore_backup(backup.path, PASSPHRASE)

    assert holds() == before
    assert verify().fault == ""
    house = Book.objects.get(crisis=None)
    assert Book.objects.get(crisis=told).head_hash == heads[told.book.pk]
    assert restored.entry.seq == house.head_seq
    assert JournalEntry.objects.get(book=house, seq=house.head_seq - 1).hash == heads[house.pk]


def test_the_house_says_that_it_was_restored_from_which_backup(told, backup):
    emptied()

    entry = restore_backup(backup.path, PASSPHRASE).entry

    assert (entry.verb, entry.actor_name) == ("backup.restored", "console")
    assert entry.data["made_at"] == backup.label["made_at"]
    assert [f"{head['seq']}:{head['hash']}" for head in entry.data["heads"]] == backup.heads
    assert entry.data["screens"] == 1
    [(_entry, said, _texts)] = sentences([entry])
    assert said == f"Restored from the backup of {timezone.localtime(backup.made_at):%d/%m/%Y %H:%M}."
    assert chain_holds(entry.book)


def test_screens_pair_again_sessions_sign_in_again_and_codes_are_gone(told, backup):
    assert Session.objects.count() == Pairing.objects.count() - 1 == 1
    emptied()
    Session.objects.all().delete()
    Pairing.objects.all().delete()

    restored = restore_backup(backup.path, PASSPHRASE)

    display = Display.objects.get()
    assert restored.done == {"screens": 1}
    assert display.revoked_at is not None
    assert (display.connected_at, display.stamp) == (None, 2)
    assert not Session.objects.exists()
    assert not Pairing.objects.exists()


def test_a_masked_text_stays_masked_and_the_guards_stand(told, backup):
    emptied()

    restore_backup(backup.path, PASSPHRASE)

    assert verify().masked == 1
    assert triggers.missing(connection) == []


def test_the_next_rows_get_new_numbers(told, backup):
    emptied()
    restore_backup(backup.path, PASSPHRASE)

    report = StatusReport.objects.get()
    again = report_status(report.crisis, report.service, VITAL, by=None)
    second = declare_crisis("Another", started_at=timezone.now() - timedelta(hours=1), by=None)

    assert again.pk > report.pk
    assert second.pk > told.pk
    assert verify().fault == ""


def test_accounts_come_back_with_their_passwords(told, backup, client):
    emptied()

    restore_backup(backup.path, PASSPHRASE)

    assert User.objects.get(username="director").check_password("a long password")


@pytest.mark.parametrize("what", ["an account", "an organisation"])
def test_a_database_that_holds_anything_is_not_touched(what, told, backup):
    emptied()
    if what == "an account":
        User.objects.create_user("somebody")
    else:
        Organisation.objects.create(pk=1, name="Another hospital")
    before = holds()

    with pytest.raises(RuleBroken, match="This database is not empty, nothing was changed: name a new one"):
        restore_backup(backup.path, PASSPHRASE)

    assert holds() == before
    assert not Crisis.objects.exists()


@pytest.mark.parametrize("typed", [first_code, lambda: "AAAA-AAAA-AAAA"])
def test_a_database_in_which_only_a_code_was_typed_is_still_empty(told, backup, typed):
    emptied()
    Client().post("/start/", {"code": typed()})
    assert Book.objects.count() == 1

    restored = restore_backup(backup.path, PASSPHRASE)

    assert restored.entry.verb == "backup.restored"
    assert Book.objects.filter(crisis=None).count() == 1
    assert Crisis.objects.exists()


def refused(path, match: str, words: str = PASSPHRASE) -> None:
    """Neither checking nor restoring changes anything."""
    before, schema, files = holds(), applied(), sorted(path.parent.rglob("*"))
    with pytest.raises(RuleBroken, match=match):
        restore_backup(path, words)
    assert (holds(), applied(), sorted(path.parent.rglob("*"))) == (before, schema, files)
    assert not JournalEntry.objects.exists()


def test_a_wrong_passphrase_changes_nothing(told, backup):
    emptied()

    refused(backup.path, "This is not the passphrase of this backup", "correct horse battery stable")


def test_twenty_files_cut_off_and_twenty_altered_are_refused_and_nothing_changes(told, backup):
    emptied()
    body = backup.path.read_bytes()
    cuts = [len(body) * part // 20 for part in range(20)]
    places = [len(body) * part // 20 + 7 for part in range(20)]

    for place in cuts:
        refused(altered(backup.path, lambda whole, place=place: whole[:place]), ".")
    for place in places:
        flip = bytes([body[place] ^ 0x20])
        refused(
            altered(backup.path, lambda whole, place=place, flip=flip: whole[:place] + flip + whole[place + 1 :]), "."
        )

    restore_backup(backup.path, PASSPHRASE)


def newer(label, lines):
    lines[0]["migrations"].append(["crisis", "0099_from_the_future"])


def gap(label, lines):
    lines[0]["migrations"] = [node for node in lines[0]["migrations"] if node != ["meetings", first(lines, "meetings")]]


def first(lines, app):
    return min(name for label, name in lines[0]["migrations"] if label == app)


def foreign(label, lines):
    lines[1]["table"] = "crisis.unknown"


def other_columns(label, lines):
    place = next(
        place for place, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == "crisis.crisis"
    )
    lines[place]["fields"][1] = "title"


def fewer_rows(label, lines):
    lines.remove(next(line for line in lines if isinstance(line, list)))


def without_end(label, lines):
    lines.pop()


def after_the_end(label, lines):
    lines.append({"table": "crisis.text", "fields": ["id"]})


def odd_rows(label, lines):
    label["rows"] += 1


def outside(label, lines):
    lines[-1:-1] = [{"paper": "../../escaped.pdf"}, "AAAA"]


def rewritten(label, lines):
    entry = next(line for line in lines if isinstance(line, list) and "journal.written" in line)
    entry[entry.index("journal.written")] = "service.confirmed"


def another_head(label, lines):
    label["heads"][1]["seq"] += 1


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (newer, "A newer Vigie made this backup"),
        (gap, "cut off or was altered"),
        (foreign, "cut off or was altered"),
        (other_columns, "cut off or was altered"),
        (fewer_rows, "cut off or was altered"),
        (without_end, "cut off or was altered"),
        (after_the_end, "cut off or was altered"),
        (odd_rows, "cut off or was altered"),
        (outside, "cut off or was altered"),
        (rewritten, "The journal of this backup does not hold, nothing was changed: Attack: entry"),
        (another_head, "The journal of this backup ends elsewhere than its label says"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_sealed_with_the_passphrase_that_does_not_hold_together_changes_nothing(change, match, told, backup):
    label, lines = lines_in(backup.path)
    change(label, lines)
    emptied()

    refused(sealed(backup.path.with_name("odd.backup"), label, lines), match)


def test_a_row_that_refers_to_nothing_changes_nothing(told, backup):
    label, lines = lines_in(backup.path)
    columns = next(line["fields"] for line in lines if isinstance(line, dict) and line.get("table") == "crisis.member")
    start = next(
        place for place, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == "crisis.member"
    )
    lines[start + 1][columns.index("user_id")] = 999_999
    emptied()

    refused(sealed(backup.path.with_name("odd.backup"), label, lines), "The database does not take this backup")


def test_a_backup_of_an_older_version_is_brought_to_this_one(told, backup):
    """As a Vigie made it that knew no exceptions to measures yet: without their two tables, two migrations fewer."""
    label, lines = lines_in(backup.path)
    before, schema = holds(), applied()
    lines[0]["migrations"] = [
        node for node in lines[0]["migrations"] if not (node[0] == "meetings" and node[1] > "0005")
    ]
    gone = {"meetings.exceptionrequest", "meetings.opinion"}
    lines = [line for line in lines if not (isinstance(line, dict) and line.get("table") in gone)]
    older = sealed(backup.path.with_name("older.backup"), label, lines)
    emptied()

    restore_backup(older, PASSPHRASE)

    assert holds() == before
    assert applied() == schema
    assert verify().fault == ""
    assert triggers.missing(connection) == []
    call_command("check", databases=["default"])


def test_an_older_one_that_does_not_hold_leaves_the_tables_as_they_were(told, backup):
    label, lines = lines_in(backup.path)
    lines[0]["migrations"] = [node for node in lines[0]["migrations"] if node[0] != "meetings" or node[1] < "0006"]
    rewritten(label, lines)
    emptied()

    refused(sealed(backup.path.with_name("older.backup"), label, lines), "does not hold, nothing was changed")

    assert triggers.missing(connection) == []
    declare_crisis("Goes on", started_at=timezone.now(), by=None)


def test_key_and_papers_come_back_the_key_for_its_owner_only(told, tmp_path, settings, transactional_db):
    (settings.DATA_DIR / "secret_key").write_text("the first machine's key")
    (settings.DATA_DIR / "prepared").mkdir()
    (settings.DATA_DIR / "prepared" / "sheet.pdf").write_bytes(b"%PDF" + bytes(range(256)) * 1000)
    (settings.DATA_DIR / "empty.pdf").touch()
    made = make_backup(tmp_path / "one.backup", PASSPHRASE)
    emptied()
    first, settings.DATA_DIR = settings.DATA_DIR, tmp_path / "second"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "secret_key").write_text("the second's")

    restored = restore_backup(made.path, PASSPHRASE)

    key = settings.DATA_DIR / "secret_key"
    assert restored.with_key
    assert key.read_text() == "the first machine's key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for name in ("prepared/sheet.pdf", "empty.pdf"):
        assert (settings.DATA_DIR / name).read_bytes() == (first / name).read_bytes()
    assert sorted(path.name for path in settings.DATA_DIR.iterdir()) == ["empty.pdf", "prepared", "secret_key"]


def test_a_file_that_finds_no_place_leaves_rows_key_and_papers_as_they_were(told, tmp_path, settings, transactional_db):
    (settings.DATA_DIR / "secret_key").write_text("the first machine's key")
    for folder in ("prepared", "sheets"):
        (settings.DATA_DIR / folder).mkdir()
        (settings.DATA_DIR / folder / "one.pdf").write_bytes(b"%PDF")
    made = make_backup(tmp_path / "one.backup", PASSPHRASE)
    emptied()
    settings.DATA_DIR = tmp_path / "second"
    (settings.DATA_DIR / "prepared").mkdir(parents=True)
    (settings.DATA_DIR / "prepared" / "one.pdf").write_text("another")
    (settings.DATA_DIR / "secret_key").write_text("the second's")
    (settings.DATA_DIR / "sheets").write_text("a file, where a folder has to be")
    before = holds()

    with pytest.raises(OSError, match="sheets"):
        restore_backup(made.path, PASSPHRASE)

    assert holds() == before
    assert (settings.DATA_DIR / "secret_key").read_text() == "the second's"
    assert (settings.DATA_DIR / "prepared" / "one.pdf").read_text() == "another"
    assert sorted(path.name for path in settings.DATA_DIR.iterdir()) == ["prepared", "secret_key", "sheets"]
    (settings.DATA_DIR / "sheets").unlink()
    assert restore_backup(made.path, PASSPHRASE).with_key


def test_a_key_of_the_environment_stays_the_key(told, backup, settings, monkeypatch):
    (settings.DATA_DIR / "secret_key").write_text("kept")
    emptied()
    monkeypatch.setenv("SECRET_KEY", "x" * 60)

    assert not restore_backup(backup.path, PASSPHRASE).with_key
    assert (settings.DATA_DIR / "secret_key").read_text() == "kept"


def test_checking_alone_reads_all_of_it_and_changes_nothing(told, backup):
    before = holds()

    with backup.path.open("rb") as file:
        checked = check_backup(file, PASSPHRASE)

    assert checked.label == backup.label
    assert holds() == before


def test_progress_ends_at_all_rows(told, backup):
    emptied()
    counted: list[tuple[int, int]] = []

    restore_backup(backup.path, PASSPHRASE, lambda done, rows: counted.append((done, rows)))

    assert counted[-1] == (backup.label["rows"], backup.label["rows"])
