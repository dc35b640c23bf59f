"""Every fifteen minutes by one of the processes; which backups are kept; what is known of a failure."""

import fcntl
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as given_that
from hypothesis import strategies as st

from crisis import seats
from crisis.backup import schedule, state
from crisis.backup.make import name_of
from crisis.backup.schedule import AGAIN, EVERY, LAST, is_due, keep_up, make_due, spare, with_the_beat
from crisis.backup.state import Failure, State, look
from crisis.writes import declare_crisis
from tests.crisis.backup.cases import PASSPHRASE, lines_in
from tests.running import running, until

BRUSSELS = ZoneInfo("Europe/Brussels")
NOW = datetime(2022, 5, 20, 12, 0, tzinfo=UTC)
MINUTES = st.sets(st.integers(0, 40 * 24 * 60), max_size=120)
MOMENTS = MINUTES.map(lambda minutes: {NOW + timedelta(minutes=each) for each in minutes})


def put(folder, moment) -> str:
    """A file that is called as a backup of that moment."""
    path = folder / name_of(moment)
    path.write_bytes(b"")
    return path.name


@given(MOMENTS)
@given_that(deadline=None)
def test_the_last_24_and_the_last_of_each_day_are_kept_and_nothing_else(moments):
    kept = sorted(moments - spare(moments, BRUSSELS))

    assert kept[-LAST:] == sorted(moments)[-LAST:]
    for day in {moment.astimezone(BRUSSELS).date() for moment in moments}:
        of_day = [moment for moment in moments if moment.astimezone(BRUSSELS).date() == day]
        assert max(of_day) in kept
    days = [moment.astimezone(BRUSSELS).date() for moment in kept[:-LAST]]
    assert len(days) == len(set(days))


@given(MOMENTS)
@given_that(deadline=None)
def test_what_is_kept_is_kept_again_and_the_newest_never_goes(moments):
    kept = moments - spare(moments, BRUSSELS)

    assert spare(kept, BRUSSELS) == set()
    assert not moments or max(moments) in kept


def test_a_day_is_a_day_of_the_house_not_of_utc():
    late = [datetime(2022, 5, 13, 21, 30, tzinfo=UTC), datetime(2022, 5, 13, 22, 30, tzinfo=UTC)]  # 23:30 and 00:30
    newer = [datetime(2022, 5, 14, 22, 30, tzinfo=UTC) + timedelta(minutes=15 * number) for number in range(24)]

    assert spare([*late, *newer], BRUSSELS) == set()
    assert spare([*late, *newer], UTC) == {late[0]}


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (State(), False),
        (State(is_set=True), True),
        (State(True, NOW - EVERY + timedelta(seconds=1)), False),
        (State(True, NOW - EVERY), True),
        (State(True, NOW + EVERY - timedelta(seconds=1)), False),
        (State(True, NOW + timedelta(days=1)), True),  # the clock was put back
        (State(True, NOW - EVERY, Failure(NOW - AGAIN + timedelta(seconds=1), 28, "")), False),
        (State(True, NOW - EVERY, Failure(NOW - AGAIN, 28, "")), True),
    ],
)
def test_when_a_backup_is_due(known, due):
    assert is_due(known, NOW) is due


@pytest.mark.parametrize(
    ("age", "late"), [(None, True), (0, False), (29.9, False), (30, True), (600, True), (-20, False), (-45, True)]
)
def test_the_board_warns_from_thirty_minutes_on(age, late):
    newest = None if age is None else NOW - timedelta(minutes=age)

    assert State(True, newest).is_late(NOW) is late
    assert not State(False, newest).is_late(NOW)


def test_nothing_is_looked_at_when_no_folder_is_named(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert keep_up() is None
        with_the_beat([])
        assert state.state() == look() == State()
    assert with_the_beat in seats.beat_works


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_made_once_and_opens_with_the_passphrase_of_the_file(crisis, stick):
    made = keep_up()

    assert made is not None
    assert made.path.parent == stick
    assert lines_in(made.path)[0]["heads"] == made.label["heads"]
    assert state.state() == State(True, made.made_at.replace(microsecond=0))
    assert keep_up() is None
    assert len(state.lying()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_newer_one_takes_the_place_of_what_is_spare_and_leaves_foreign_files_alone(crisis, stick):
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    old = [put(stick, today - timedelta(days=40, minutes=15 * number)) for number in range(3)]
    recent = [put(stick, today - timedelta(minutes=15 * number + 20)) for number in range(30)]
    foreign = ["photo.jpg", "vigie-1.backup", "demo-20220514T013000Z.backup", ".vigie-20220514T013000Z.backup.x.part"]
    for name in foreign:
        (stick / name).write_bytes(b"")
    dead = stick / ".vigie-20220514T013000Z.backup.dead.part"
    dead.write_bytes(b"half")
    os.utime(dead, (0, 0))

    made = keep_up()

    assert made is not None
    there = {path.name for path in stick.iterdir()}
    assert {made.path.name, *recent[:23], old[0], *foreign} <= there
    assert dead.name not in there
    assert old[1] not in there
    assert len(there & set(recent)) in {23, 24}  # the 24th may be the last of its day


@pytest.mark.django_db(transaction=True)
def test_a_failure_takes_no_older_backup_away_is_known_and_tried_again_after_a_minute(crisis, stick, caplog):
    old = [put(stick, NOW - timedelta(minutes=15 * number)) for number in range(40)]
    shutil.move(stick, stick.with_name("pulled out"))

    assert keep_up() is None

    known = state.state()
    assert known.failure is not None
    assert (known.newest, known.failure.number) == (None, 2)
    assert "BACKUP_DIR=" in caplog.text
    assert PASSPHRASE not in caplog.text
    shutil.move(stick.with_name("pulled out"), stick)
    assert sorted(path.name for path in stick.iterdir()) == sorted(old)
    assert not is_due(look(), timezone.now())
    assert is_due(look(), timezone.now() + AGAIN)


def test_another_process_that_makes_one_makes_good_for_the_failure_of_this_one(stick):
    state.failed(Failure(timezone.now() - timedelta(minutes=2), 28, "No space left on device"))
    assert look().failure is not None

    put(stick, timezone.now())

    assert look().failure is None


@pytest.mark.django_db(transaction=True)
def test_while_another_process_writes_this_one_does_not(crisis, stick, settings):
    with (stick / ".vigie.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert make_due(stick, settings.BACKUP_PASSPHRASE_FILE) is None
        assert state.lying() == {}

    assert make_due(stick, settings.BACKUP_PASSPHRASE_FILE) is not None


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one(crisis, stick, settings):
    made = []
    threads = [threading.Thread(target=lambda: made.append(keep_up())) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(each is not None for each in made) == 1
    assert len(state.lying()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_beat_makes_it_in_a_thread_that_nobody_waits_for(crisis, stick):
    with_the_beat([])

    until(state.lying, "a backup lies on the stick")
    until(lambda: not schedule._one_at_a_time.locked(), "the thread has ended")


def test_a_thread_that_looks_at_a_stick_that_hangs_holds_no_page_up(stick):
    with state._seen.looking:
        assert state.state() == State(is_set=True)


def test_a_server_makes_one_by_itself_and_a_passphrase_that_changed_counts_from_the_next(tmp_path):
    key, folder = tmp_path / "passphrase", tmp_path / "stick"
    key.write_text(PASSPHRASE)
    folder.mkdir()

    with running(tmp_path / "data", BACKUP_DIR=str(folder), BACKUP_PASSPHRASE_FILE=str(key)) as server:
        until(lambda: list(folder.glob("vigie-*.backup")), "the first beat makes a backup", 30)
        assert PASSPHRASE not in server.output()
        assert server.stop() == 0

    [path] = folder.glob("vigie-*.backup")
    assert lines_in(path)[0]["rows"] > 0


def test_nobody_needs_a_stick_to_start(tmp_path):
    key = tmp_path / "passphrase"
    key.write_text(PASSPHRASE)

    with running(tmp_path / "data", BACKUP_DIR=str(tmp_path / "not there"), BACKUP_PASSPHRASE_FILE=str(key)) as server:
        until(lambda: "BACKUP_DIR=" in server.output(), "the log says that there is no stick", 30)
        assert server.is_healthy()
    assert not (tmp_path / "not there").exists()


@pytest.mark.django_db(transaction=True)
def test_a_crisis_declared_meanwhile_is_in_the_next_one(crisis, stick, settings):
    first = keep_up()
    declare_crisis("Another", started_at=timezone.now(), by=None)
    assert first is not None
    first.path.rename(stick / name_of(timezone.now() - EVERY))

    second = keep_up()

    assert second is not None
    assert len(second.label["heads"]) == len(first.label["heads"]) + 1


def test_a_stick_that_is_pulled_out_does_not_make_the_last_one_forgotten_and_an_empty_one_does(stick):
    put(stick, NOW)
    assert look().newest == NOW

    stick.rename(stick.with_name("pulled out"))
    assert look() == State(True, NOW)
    stick.mkdir()
    assert look() == State(True, None)


@pytest.mark.django_db(transaction=True)
def test_what_a_clock_named_that_was_ahead_neither_counts_as_the_last_nor_takes_anothers_place(crisis, stick):
    now = timezone.now()
    ahead = [put(stick, now + timedelta(days=365, minutes=15 * number)) for number in range(30)]
    ahead.append(put(stick, now + timedelta(hours=1)))
    recent = [put(stick, now - timedelta(minutes=15 * number + 20)) for number in range(10)]
    assert look().newest == (now - timedelta(minutes=20)).replace(microsecond=0)

    made = keep_up()
    assert made is not None
    assert {made.path.name, *ahead, *recent} <= {path.name for path in stick.iterdir()}
    assert look().newest == made.made_at.replace(microsecond=0)
    assert not look().is_late()
    assert keep_up() is None
    assert state.backups()[0].path == made.path


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "sentence"),
    [("", "has to be a passphrase"), ("short\n", "has to be a passphrase"), (None, "cannot be read")],
)
def test_a_passphrase_file_that_was_emptied_meanwhile_seals_nothing_and_the_board_says_why(
    words, sentence, crisis, stick, settings, caplog
):
    if words is None:
        settings.BACKUP_PASSPHRASE_FILE.unlink()
    else:
        settings.BACKUP_PASSPHRASE_FILE.write_text(words)

    assert keep_up() is None
    assert not list(stick.glob("*.backup"))
    assert sentence in state.state().failure.why
    assert sentence in caplog.text
