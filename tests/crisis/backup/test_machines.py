"""From one machine to another, SQLite to PostgreSQL and back, as the commands do it; and while eight people write."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from crisis.backup.make import make_backup
from crisis.backup.pack import rows_of, snapshot
from crisis.models import Book, JournalEntry
from services.models import StatusReport
from services.writes import confirm_service, report_status
from tests.cast import VITAL, person
from tests.crisis.backup.cases import PASSPHRASE, Installation, new_database
from tests.running import RunningServer, own_database

WRITERS = 8


@pytest.fixture
def demonstration(prepared_demo: RunningServer, tmp_path) -> Iterator[Installation]:
    """The reference case, as an installation whose commands may make backups: its journal says so, the prepared one's does not."""
    folder = tmp_path / "first"
    folder.mkdir()
    for path in prepared_demo.folder.glob("vigie.sqlite3*"):
        (folder / path.name).write_bytes(path.read_bytes())
    with own_database(folder, prepared_demo.environment["DATABASE_URL"]) as url:
        yield Installation(folder, url)


def test_the_whole_reference_case_goes_to_another_machine_to_postgresql_and_back(
    demonstration, tmp_path, postgres_server
):
    machines = [
        Installation(tmp_path / "second", VIGIE_DEMO="1"),
        Installation(tmp_path / "third", new_database(postgres_server)),
        Installation(tmp_path / "fourth", new_database(postgres_server)),
        Installation(tmp_path / "fifth"),
    ]
    source = demonstration
    for place, machine in enumerate(machines):
        file = tmp_path / f"{place}.backup"
        source.manage("backup", str(file))
        holds, heads = source.holds(), source.heads()  # with the entry that says who asked for it
        printed = machine.manage("restore", str(file))

        house, *crises = machine.heads()
        assert (machine.holds(), crises) == (holds, heads[1:])
        assert heads[0] in printed  # the label's, before the house says that it was restored
        assert house in printed
        source = machine


def test_a_restored_installation_serves_and_nobody_is_signed_in(demonstration, tmp_path):
    demonstration.manage("backup", str(tmp_path / "one.backup"))
    second = Installation(tmp_path / "second")
    second.manage("restore", str(tmp_path / "one.backup"))

    second.start()
    try:
        assert (
            second.python("from django.contrib.sessions.models import Session as S; print(S.objects.count())") == "0\n"
        )
        assert second.manage("board", "current").count("\n") > 20
    finally:
        assert second.stop() == 0


def test_refusals_are_one_sentence_on_the_terminal_and_leave_no_file_behind(demonstration, tmp_path):
    demonstration.manage("backup", str(tmp_path / "one.backup"))
    body = (tmp_path / "one.backup").read_bytes()
    (tmp_path / "cut.backup").write_bytes(body[:-1])
    second = Installation(tmp_path / "second")
    key = second.folder / "secret_key"
    key.write_text("k" * 60)

    for name in ("cut.backup", "missing.backup", "second"):
        ended = second.attempt("restore", str(tmp_path / name))
        assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
        assert ended.stderr.startswith("CommandError: ")
        assert list(second.folder.iterdir()) == [key]
    assert key.read_text() == "k" * 60


class Writer(threading.Thread):
    """Somebody who reports one service after another, and remembers what was acknowledged."""

    def __init__(self, crisis, service, user, stop: threading.Event) -> None:
        super().__init__()
        self.crisis, self.service, self.user, self.stopped = crisis, service, user, stop
        self.acknowledged: list[tuple[int, str]] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                with contextlib.suppress(
                    OperationalError
                ):  # eight at once on a slow machine: told to try again, and does
                    report = confirm_service(self.crisis, self.service, by=self.user)
                    self.acknowledged.append((report.entry.seq, report.entry.hash))
        except BaseException as failure:
            self.failure = failure
        finally:
            connection.close()


@pytest.mark.django_db(transaction=True)
def test_under_eight_writers_everything_acknowledged_before_is_there_and_the_chain_verifies(
    crisis, radiology, tmp_path, postgres_server
):
    report_status(crisis, radiology, VITAL, by=None)
    people = [person(f"writer{number}", "secretary", crisis) for number in range(WRITERS)]
    stop = threading.Event()
    writers = [Writer(crisis, radiology, user, stop) for user in people]
    for writer in writers:
        writer.start()
    try:
        made = []
        for number in range(2):
            wanted = sum(len(writer.acknowledged) for writer in writers) + 3 * WRITERS
            while sum(len(writer.acknowledged) for writer in writers) < wanted:
                assert [writer.failure for writer in writers] == [None] * WRITERS
                stop.wait(0.01)
            before = [seen for writer in writers for seen in list(writer.acknowledged)]
            made.append((before, make_backup(tmp_path / f"{number}.backup", PASSPHRASE)))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert [writer.failure for writer in writers] == [None] * WRITERS
    assert Book.objects.get(crisis=crisis).head_seq == sum(len(writer.acknowledged) for writer in writers) + 1 + extra(
        crisis
    )

    for number, (before, backup) in enumerate(made):
        url = new_database(postgres_server) if number == 1 else ""
        machine = Installation(tmp_path / f"machine{number}", url)
        machine.manage("restore", str(backup.path))
        code = (
            "from crisis.models import JournalEntry as J; "
            "print(*(f'{s}:{h}' for s, h in J.objects.filter(verb='service.confirmed').values_list('seq', 'hash')))"
        )
        there = set(machine.python(code).split())
        assert {f"{seq}:{digest}" for seq, digest in before} <= there
        assert machine.heads()[1] == backup.heads[1]


def extra(crisis) -> int:
    """Entries of the crisis beside reports and confirmations."""
    return JournalEntry.objects.filter(book__crisis=crisis).exclude(verb__startswith="service.").count()


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_under_a_writer_holds_a_whole_chain_up_to_its_head(crisis, radiology):
    report_status(crisis, radiology, VITAL, by=None)
    stop = threading.Event()
    writer = Writer(crisis, radiology, person("writer", "secretary", crisis), stop)
    writer.start()
    try:
        for _time in range(10):
            with snapshot() as own:
                book = next(row for row in rows_of(Book, own) if row[1] == crisis.pk)
                entries = [row for row in rows_of(JournalEntry, own) if book[0] in row[1:3]]
                reports = list(rows_of(StatusReport, own))
            assert len(entries) == book[2]
            assert len(reports) == sum("service.confirmed" in row or "service.reported" in row for row in entries)
    finally:
        stop.set()
        writer.join()
    assert writer.failure is None
    assert StatusReport.objects.filter(recorded_at__gt=timezone.now() - timedelta(minutes=2)).exists()
