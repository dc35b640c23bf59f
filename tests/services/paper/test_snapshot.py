"""A print is of one moment of the database, whatever others write while it is read."""

import threading
from datetime import datetime

import pytest
from django.db import connection

from crisis import facts
from crisis.facts import Fact
from crisis.models import Book, Crisis, Organisation
from crisis.writes import grant_role
from services.models import StatusReport
from services.paper.files import Busy, print_into
from services.paper.sheets import situation_of
from services.paper.snapshot import one_moment
from services.writes import report_status
from tests.cast import RESTORED, VITAL, person


def beside(work) -> None:
    """Do something with a connection of its own, as another process does."""

    def done() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=done)
    thread.start()
    thread.join(30)
    assert not thread.is_alive(), "what is written waits for what is read"


@pytest.mark.django_db(transaction=True)
def test_whoever_writes_while_a_print_is_read_is_on_none_of_it_and_waits_for_nobody(
    reported, radiology, secretary, observer, monkeypatch
):
    seq = Book.objects.get(crisis=reported).head_seq

    def others_write() -> None:
        report_status(Crisis.objects.get(pk=reported.pk), radiology, RESTORED, by=secretary)
        grant_role(observer, "director", Crisis.objects.get(pk=reported.pk), by=None)
        Organisation.objects.update(cell_phone="0471 11 11 11")

    def while_it_is_read(crisis: Crisis, moment: datetime) -> list[Fact]:
        beside(others_write)
        return []

    def status_now(crisis: Crisis, moment: datetime) -> list[Fact]:
        newest = StatusReport.objects.filter(service=radiology).latest("seq")
        return [Fact("status:now", newest.status, "", "")]

    monkeypatch.setattr(facts, "_facts", [while_it_is_read, status_now])

    of = situation_of(reported)

    assert of.board.seq == seq
    assert [tile.status for tile in of.board.tiles if tile.service == radiology] == ["suspended"]
    assert [fact.value for fact in of.facts if fact.key == "status:now"] == ["suspended"]
    assert of.organisation.cell_phone == "0470 00 00 00"
    assert [each["name"] for each in of.people if each["role"] == "director"] == [""]

    monkeypatch.setattr(facts, "_facts", [status_now])
    of = situation_of(reported)
    assert of.board.seq > seq
    assert [fact.value for fact in of.facts if fact.key == "status:now"] == ["restored"]
    assert of.organisation.cell_phone == "0471 11 11 11"
    assert [each["name"] for each in of.people if each["role"] == "director"] == ["Observer"]


@pytest.mark.django_db(transaction=True)
def test_after_a_print_the_connection_writes_as_before(reported, radiology):
    with one_moment():
        Book.objects.get(crisis=reported)
    report_status(reported, radiology, VITAL, by=person("late", "secretary", reported))

    with pytest.raises(Book.DoesNotExist), one_moment():
        Book.objects.get(pk=0)
    report_status(reported, radiology, RESTORED, by=None)

    assert StatusReport.objects.latest("seq").status == "restored"


def test_who_prints_holds_the_folder_before_anything_is_read(reported, radiology, tmp_path, monkeypatch):
    """Else who was slower would put an older situation over the newer one of who was faster."""
    found = []

    def somebody_faster(crisis: Crisis, moment: datetime) -> list[Fact]:
        monkeypatch.setattr(facts, "_facts", [])
        report_status(reported, radiology, RESTORED, by=None)
        try:
            found.append(print_into(tmp_path, [reported], "en"))
        except Busy as refusal:
            found.append(str(refusal))
        return []

    monkeypatch.setattr(facts, "_facts", [somebody_faster])

    print_into(tmp_path, [reported], "en")

    assert found == [f"Somebody else is writing into {tmp_path}: try again."]
