"""Making a backup: one moment of the database while people write, and a file that is whole or not there."""

import base64
import json
import os
import resource
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crisis.accounts.models import User
from crisis.backup import pack
from crisis.backup.kept import kept_models
from crisis.backup.make import labelled, make_backup, moment_of, name_of
from crisis.backup.pack import lines_of_paper
from crisis.errors import RuleBroken
from crisis.models import Book, JournalEntry, Organisation, Text
from crisis.writes import write_entry
from services.writes import report_status
from tests.cast import ATTACKED
from tests.crisis.backup.cases import PASSPHRASE, Installation, lines_in, sealed

pytestmark = pytest.mark.django_db(transaction=True)


def table(lines: list, label: str) -> list[dict]:
    """The rows of a table of a backup."""
    found, columns = [], None
    for line in lines:
        if isinstance(line, dict):
            columns = line["fields"] if line.get("table") == label else None
        elif columns:
            found.append(dict(zip(columns, line, strict=True)))
    return found


def test_the_label_says_whose_it_is_of_when_and_where_each_book_ends(crisis, secretary, tmp_path):
    before = timezone.now()
    entry = write_entry(crisis, "The servers are down", by=secretary).entry

    made = make_backup(tmp_path / "one.backup", PASSPHRASE)

    house, book = Book.objects.order_by("pk").values("pk", "crisis", "head_seq", "head_hash")
    assert made.label["organisation"] == "Vivalia"
    assert before <= made.made_at <= timezone.now()
    assert made.label["heads"][1] == {"book": book["pk"], "crisis": crisis.pk, "seq": entry.seq, "hash": entry.hash}
    assert made.heads == [f"{each['head_seq']}:{each['head_hash']}" for each in (house, book)]
    assert made.label["entries"] == JournalEntry.objects.count()
    assert made.size == (tmp_path / "one.backup").stat().st_size
    assert made == labelled(tmp_path / "one.backup")


def test_no_word_of_it_is_in_clear_not_even_the_name_of_the_crisis(crisis, secretary, tmp_path):
    write_entry(crisis, "Mme Dupont a appelé", by=secretary)

    body = make_backup(tmp_path / "one.backup", PASSPHRASE).path.read_bytes()

    assert b"Attack" not in body
    assert b"Dupont" not in body
    assert PASSPHRASE.encode() not in body


def test_every_row_is_in_it_to_the_microsecond_and_nothing_that_ends_with_the_machine(
    crisis, radiology, secretary, browser_of, tmp_path
):
    report = report_status(crisis, radiology, ATTACKED, by=secretary)
    browser_of(secretary)  # signs in: a session

    label, lines = lines_in(make_backup(tmp_path / "one.backup", PASSPHRASE).path)

    [row] = table(lines, "services.statusreport")
    assert row["observed_at"] == report.observed_at.isoformat()
    assert row["id"] == report.pk
    tables = {line["table"] for line in lines if isinstance(line, dict) and "table" in line}
    assert {"sessions.session", "axes.accessattempt", "displays.pairing", "displays.wrongcode"} & tables == set()
    assert tables == {model._meta.label_lower for model in kept_models()}
    assert sum(isinstance(line, list) for line in lines) == label["rows"] == lines[-1]["end"]


def test_the_key_that_was_made_is_in_it_and_one_of_the_environment_is_not(crisis, tmp_path, settings, monkeypatch):
    (settings.DATA_DIR / "secret_key").write_text("the key of this installation")

    _label, own = lines_in(make_backup(tmp_path / "own.backup", PASSPHRASE).path)
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    _label, given = lines_in(make_backup(tmp_path / "given.backup", PASSPHRASE).path)

    assert own[0]["secret_key"] == "the key of this installation"
    assert given[0]["secret_key"] is None


def test_prepared_papers_are_in_it_and_what_up_collects_is_not(crisis, tmp_path, settings):
    for place in ("prepared/a.pdf", "prepared/more/b.pdf", "static/c.pdf", "prepared/d.txt"):
        (settings.DATA_DIR / place).parent.mkdir(parents=True, exist_ok=True)
        (settings.DATA_DIR / place).write_bytes(b"%PDF " + os.urandom(100_000))

    _label, lines = lines_in(make_backup(tmp_path / "one.backup", PASSPHRASE).path)

    papers = [line["paper"] for line in lines if isinstance(line, dict) and "paper" in line]
    assert papers == ["prepared/a.pdf", "prepared/more/b.pdf"]


def test_a_paper_that_cannot_be_read_is_named_and_the_stick_is_not_blamed(crisis, tmp_path, settings):
    paper = settings.DATA_DIR / "broken.pdf"
    paper.symlink_to("/proc/self/mem")  # opens, and fails when it is read, whoever asks

    with pytest.raises(RuleBroken, match=r"broken\.pdf cannot be read"):
        make_backup(tmp_path / "one.backup", PASSPHRASE)
    assert not list(tmp_path.glob("*one*"))


def test_a_paper_that_was_taken_away_just_now_is_left_out(crisis, tmp_path, settings):
    there, gone = settings.DATA_DIR / "there.pdf", settings.DATA_DIR / "gone.pdf"
    there.write_bytes(b"%PDF")
    found = [there, gone]

    lines = [line for path in found for line in lines_of_paper(path)]
    assert lines == [{"paper": "there.pdf"}, base64.b64encode(b"%PDF").decode()]


def test_only_its_owner_can_read_it_and_nothing_else_stays_in_the_folder(crisis, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()

    made = make_backup(folder, PASSPHRASE)

    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [made.path]


def test_in_a_folder_it_is_named_for_its_moment(crisis, tmp_path):
    made = make_backup(tmp_path, PASSPHRASE)

    assert made.path.name == name_of(made.made_at)
    assert moment_of(made.path) == made.made_at.replace(microsecond=0)


@pytest.mark.parametrize("demo", [False, True])
def test_a_name_leads_back_to_its_moment_and_another_installations_does_not(demo, settings, tmp_path):
    moment = datetime(2022, 5, 14, 1, 30, 7, tzinfo=UTC)
    settings.DEMO = not demo
    theirs = tmp_path / name_of(moment)
    settings.DEMO = demo
    mine = tmp_path / name_of(moment)

    assert (moment_of(mine), moment_of(theirs)) == (moment, None)
    assert moment_of(tmp_path / "vigie-20229914T013007Z.backup") is None
    assert moment_of(tmp_path / f".{mine.name}.x.part") is None


@pytest.mark.parametrize(
    "moment", ["2022-05-14T01:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "yesterday", ""]
)
def test_a_moment_that_nobody_wrote_is_the_files_own(moment, crisis, tmp_path):
    label, lines = lines_in(make_backup(tmp_path / "one.backup", PASSPHRASE).path)
    odd = sealed(tmp_path / "odd.backup", label | {"made_at": moment}, lines)

    assert labelled(odd).made_at == datetime.fromtimestamp(odd.stat().st_mtime, UTC)


def test_a_file_that_is_there_already_is_never_written_over(crisis, tmp_path):
    (tmp_path / "one.backup").write_bytes(b"yesterday's")

    with pytest.raises(RuleBroken, match=r"one\.backup is there already: choose another name"):
        make_backup(tmp_path / "one.backup", PASSPHRASE)

    assert (tmp_path / "one.backup").read_bytes() == b"yesterday's"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["one.backup"]


def test_a_stick_that_is_not_plugged_in_is_a_sentence(crisis, tmp_path):
    with pytest.raises(RuleBroken, match="is not there: plug the stick in, or make the folder"):
        make_backup(tmp_path / "stick" / "one.backup", PASSPHRASE)

    assert not (tmp_path / "stick").exists()


def test_a_full_disk_is_a_sentence_and_what_was_begun_is_taken_away(tmp_path):
    """A process that may write no file beyond 32 KiB, which is less than the demonstration takes: as on a full stick."""
    source = Installation(tmp_path / "data", VIGIE_DEMO="1")
    source.python("from crisis import demo; import io; from django.core.management import call_command as c; "
                  "c('migrate', verbosity=0); demo.prepare(io.StringIO())")  # fmt: skip
    out = tmp_path / "out"
    out.mkdir()
    (out / "older.backup").write_bytes(b"older")

    source.environment.pop("COVERAGE_PROCESS_CONFIG", None)  # its own file would meet the limit too

    ended = source.attempt("backup", str(out), before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (32768, 32768)))

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert str(out) in ended.stderr
    assert [path.name for path in out.iterdir()] == ["older.backup"]
    assert source.attempt("backup", str(out)).returncode == 0


def test_a_database_that_this_version_has_not_prepared_is_a_sentence(crisis, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'meetings' AND name LIKE '0006%%'")
    try:
        with pytest.raises(RuleBroken, match="The database is older than this Vigie"):
            make_backup(tmp_path / "one.backup", PASSPHRASE)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)",
                ["meetings", "0006_an_action_of_a_meeting_is_taken_back", timezone.now()],
            )
    assert not (tmp_path / "one.backup").exists()


def test_somebody_who_is_writing_holds_no_backup_up_and_is_held_up_by_none(crisis, secretary, tmp_path):
    before = JournalEntry.objects.count()
    with transaction.atomic():
        write_entry(crisis, "Not committed yet", by=secretary)
        made: list = []
        thread = threading.Thread(target=lambda: made.append(make_backup(tmp_path / "one.backup", PASSPHRASE)))
        thread.start()
        thread.join(20)
        assert made

    assert made[0].label["entries"] == before
    assert JournalEntry.objects.count() == before + 1


def test_what_is_committed_while_it_is_read_is_not_in_it(crisis, secretary):
    write_entry(crisis, "Before", by=secretary)
    with pack.snapshot() as own:
        before = pack.counted(JournalEntry, own)
        write_entry(crisis, "Meanwhile", by=secretary)

        assert pack.counted(JournalEntry, own) == before
        assert len(list(pack.rows_of(Text, own))) == Text.objects.count() - 1
    assert JournalEntry.objects.count() == before + 1


def test_a_snapshot_can_write_nothing_on_postgresql_and_leaves_no_transaction_on_sqlite(crisis):
    with pack.snapshot() as own:
        list(pack.rows_of(Organisation, own))
    assert own.connection is None

    Organisation.objects.update(name="Written at once")
    assert Organisation.objects.get().name == "Written at once"


def test_progress_ends_at_all_rows_and_never_goes_back(crisis, tmp_path):
    User.objects.bulk_create(User(username=f"user{number}") for number in range(450))
    told: list[tuple[int, int]] = []

    made = make_backup(tmp_path / "one.backup", PASSPHRASE, lambda done, rows: told.append((done, rows)))

    assert told == sorted(told)
    assert len(told) > 4
    assert told[-1] == (made.label["rows"], made.label["rows"])


def test_an_installation_without_anything_is_a_backup_too(db, tmp_path):
    made = make_backup(tmp_path / "one.backup", PASSPHRASE)

    assert made.label["organisation"] == ""
    assert made.label["heads"] == []
    assert made.made_at > timezone.now() - timedelta(minutes=1)
    assert json.dumps(made.label)


@pytest.mark.parametrize("model", kept_models(), ids=lambda model: model._meta.label)
def test_every_column_is_of_a_kind_that_comes_back(model):
    """A model with a column of another kind (bytes, a duration) is to be taught to `plain` first."""
    known = {
        "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "DateField", "DateTimeField", "EmailField",
        "ForeignKey",
        "JSONField", "OneToOneField", "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
        "SlugField", "SmallIntegerField", "TextField",
    }  # fmt: skip

    assert {field.get_internal_type() for field in pack.fields_of(model)} <= known


def test_a_value_of_an_unknown_kind_is_no_half_of_a_backup():
    with pytest.raises(TypeError, match="A backup does not know how to hold bytes"):
        pack.plain(b"bytes")
