from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from crisis.writes import close_crisis
from services.facts import Facts
from services.models import StatusReport
from services.reads import alarms, tile_of
from services.writes import acknowledge_alarm, confirm_service, confirm_site, report_status, undo_report
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, ago, chain_holds, written


def test_a_report_is_one_entry_and_one_report_that_points_to_it(crisis, radiology, secretary):
    report = report_status(crisis, radiology, SUSPENDED.changed(note="Call first"), by=secretary)

    entry = JournalEntry.objects.get(book=crisis.book)
    assert (entry.seq, entry.verb, entry.subject) == (1, "service.reported", "service:radiologie@libramont")
    assert (entry.actor, entry.actor_name, entry.actor_role) == (secretary, "Secretary", "secretary")
    assert entry.data["reports"][0]["note"] == {"text": report.note_id, "hash": report.note.digest}
    assert (report.entry, report.seq, report.recorded_at) == (entry, 1, entry.recorded_at)


def test_the_words_of_a_note_are_never_in_the_entry(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(note="Call first"), by=secretary)

    assert "Call first" not in str(JournalEntry.objects.get(book=crisis.book).data)


@pytest.mark.parametrize(
    ("facts", "sentence", "field"),
    [
        (Facts(status="green"), "Choose a status: vital, suspended or restored.", "status"),
        (VITAL.changed(capacity=0), "Capacity is a percentage from 1 to 100", "capacity"),
        (VITAL.changed(capacity=101), "Capacity is a percentage from 1 to 100", "capacity"),
        (SUSPENDED.changed(capacity=50), "A suspended service has no capacity", "capacity"),
        (VITAL.changed(remains="Emergencies"), "What remains is said of a suspended service only", "remains"),
    ],
)
def test_facts_that_cannot_be_leave_no_trace(crisis, radiology, secretary, facts, sentence, field):
    before = written()

    with pytest.raises(RuleBroken, match=sentence) as refusal:
        report_status(crisis, radiology, facts, by=secretary)

    assert refusal.value.field == field
    assert written() == before


def test_a_report_from_the_future_leaves_no_trace(crisis, radiology, secretary):
    before = written()

    with pytest.raises(RuleBroken, match="cannot be observed in the future"):
        report_status(crisis, radiology, VITAL.changed(observed_at=ago(-1)), by=secretary)

    assert written() == before


def test_a_report_from_before_the_crisis_leaves_no_trace(crisis, radiology, secretary):
    before = written()

    with pytest.raises(RuleBroken, match="before the crisis began"):
        report_status(crisis, radiology, VITAL.changed(observed_at=ago(100)), by=secretary)

    assert written() == before


def test_a_service_that_was_closed_then_cannot_be_reported(crisis, radiology, secretary):
    radiology.until = ago(2)
    radiology.save()

    with pytest.raises(RuleBroken, match="did not exist at that moment"):
        report_status(crisis, radiology, VITAL, by=secretary)


def test_the_same_facts_as_now_are_refused_with_the_offer_to_confirm(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(capacity=50), by=secretary)
    before = written()

    with pytest.raises(RuleBroken, match="is already so with these facts: confirm it instead") as refusal:
        report_status(crisis, radiology, VITAL.changed(capacity=50, source="By phone"), by=secretary)

    assert refusal.value.offer == "confirm"
    assert written() == before


def test_nothing_more_is_reported_in_a_closed_crisis(crisis, radiology, secretary, director):
    close_crisis(crisis, by=director)
    before = written()

    with pytest.raises(RuleBroken, match="This crisis is closed"):
        report_status(crisis, radiology, VITAL, by=secretary)

    assert written() == before


@pytest.mark.parametrize("role", ["communications", "it", "ward", "observer", "outsider"])
def test_who_does_not_report_is_refused_and_nothing_is_written(request, crisis, radiology, role):
    user = request.getfixturevalue(role)
    before = written()

    with pytest.raises(RuleBroken, match="Your role does not change this service"):
        report_status(crisis, radiology, VITAL, by=user)

    assert written() == before


@pytest.mark.parametrize("role", ["director", "medical", "secretary", "duty"])
def test_who_reports_may_report(request, crisis, radiology, role):
    report = report_status(crisis, radiology, VITAL, by=request.getfixturevalue(role))

    assert report.status == "vital"


def test_a_site_lead_reports_only_for_their_own_site(crisis, elsewhere, duty):
    with pytest.raises(RuleBroken, match="Your role does not change this service"):
        report_status(crisis, elsewhere, VITAL, by=duty)


def test_a_suspension_that_goes_on_keeps_its_reason_in_the_words_of_who_gave_it(crisis, radiology, secretary):
    began = report_status(crisis, radiology, SUSPENDED.changed(reason="flooded", lang="fr"), by=secretary)

    later = report_status(crisis, radiology, SUSPENDED.changed(note="pumps at work", lang="nl"), by=secretary)

    assert later.reason == began.reason
    assert (later.reason.body, later.reason.lang, later.note.body) == ("flooded", "fr", "pumps at work")


def test_another_reason_is_something_new_and_the_same_one_is_not(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(reason="flooded"), by=secretary)
    before = written()

    for reason in ("", "flooded"):
        with pytest.raises(RuleBroken, match="already so"):
            report_status(crisis, radiology, SUSPENDED.changed(reason=reason), by=secretary)
    assert written() == before
    assert report_status(crisis, radiology, SUSPENDED.changed(reason="a fire"), by=secretary).reason.body == "a fire"


def test_a_service_that_runs_again_and_is_suspended_once_more_has_no_reason_of_before(crisis, radiology, secretary):
    for facts in (SUSPENDED.changed(reason="flooded"), RESTORED):
        report_status(crisis, radiology, facts, by=secretary)

    assert report_status(crisis, radiology, SUSPENDED, by=secretary).reason is None


def test_a_late_note_of_a_suspension_that_is_still_so_keeps_both_reasons(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(reason="flooded", observed_at=ago(5)), by=secretary)
    report_status(crisis, radiology, SUSPENDED.changed(reason="a fire", observed_at=ago(1)), by=secretary)

    report_status(crisis, radiology, SUSPENDED.changed(note="wet", observed_at=ago(3)), by=secretary, still_so="yes")

    told = StatusReport.objects.filter(note__body="wet").order_by("observed_at")
    assert [report.reason.body for report in told] == ["flooded", "a fire"]


def test_an_essential_service_is_not_suspended_without_a_reason(crisis, laboratory, secretary):
    before = written()

    with pytest.raises(RuleBroken, match="say why it is suspended") as refusal:
        report_status(crisis, laboratory, SUSPENDED, by=secretary)

    assert refusal.value.field == "reason"
    assert written() == before


@pytest.mark.parametrize("before", [None, VITAL, RESTORED])
def test_an_essential_service_that_becomes_suspended_raises_an_alarm_whatever_it_was(
    crisis, laboratory, secretary, before
):
    if before:
        report_status(crisis, laboratory, before, by=secretary)

    report = report_status(crisis, laboratory, ATTACKED, by=secretary)

    assert list(alarms(crisis)) == [report]


def test_a_service_that_stays_suspended_raises_no_second_alarm(crisis, laboratory, secretary):
    report_status(crisis, laboratory, ATTACKED, by=secretary)

    report_status(crisis, laboratory, ATTACKED.changed(remains="Emergencies"), by=secretary)

    assert alarms(crisis).count() == 1


def test_a_service_that_is_not_essential_raises_no_alarm(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED, by=secretary)

    assert alarms(crisis).count() == 0


def test_an_alarm_stays_until_somebody_of_the_cell_acknowledges_it(crisis, laboratory, secretary, it, observer):
    report = report_status(crisis, laboratory, ATTACKED, by=secretary)
    with pytest.raises(RuleBroken, match="does not acknowledge an alarm"):
        acknowledge_alarm(crisis, report, by=observer)
    assert alarms(crisis).count() == 1

    acknowledge_alarm(crisis, report, by=it)

    assert alarms(crisis).count() == 0
    with pytest.raises(RuleBroken, match="acknowledged by It already"):
        acknowledge_alarm(crisis, report, by=secretary)


def test_a_late_entry_asks_whether_it_is_still_so(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(1)), by=secretary)
    before = written()

    with pytest.raises(RuleBroken, match="is what you saw before still so now") as refusal:
        report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(2)), by=secretary)

    assert refusal.value.offer == "is_it_still_so"
    assert written() == before


def test_a_late_entry_that_is_still_so_is_also_a_report_of_now_in_one_entry(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(1)), by=secretary)

    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(2)), by=secretary, still_so="yes")

    assert tile_of(crisis, radiology).status == "suspended"
    assert JournalEntry.objects.filter(book=crisis.book).count() == 2
    assert list(StatusReport.objects.order_by("observed_at").values_list("status", "seq")) == [
        ("suspended", 2),
        ("vital", 1),
        ("suspended", 2),
    ]


def test_a_late_entry_of_which_nobody_knows_marks_the_tile_to_verify(crisis, radiology, secretary):
    newest = report_status(crisis, radiology, VITAL.changed(observed_at=ago(1)), by=secretary)

    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(2)), by=secretary, still_so="unknown")

    tile = tile_of(crisis, radiology)
    assert (tile.status, tile.report.to_verify, tile.report.observed_at) == ("vital", True, newest.observed_at)


def test_a_late_suspension_of_an_essential_service_that_still_holds_raises_the_alarm(crisis, laboratory, secretary):
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(1)), by=secretary)

    late = ATTACKED.changed(observed_at=ago(2))
    report_status(crisis, laboratory, late, by=secretary, still_so="yes")

    assert alarms(crisis).count() == 1


def test_each_postponement_of_the_return_counts(crisis, radiology, secretary):
    days = [date(2030, 6, 1), date(2030, 6, 4), date(2030, 6, 7)]

    reports = [report_status(crisis, radiology, SUSPENDED.changed(expected_back=d), by=secretary) for d in days]

    assert [report.postponed for report in reports] == [0, 1, 2]


def test_a_return_that_comes_earlier_is_no_postponement(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(expected_back=date(2030, 6, 7)), by=secretary)

    report = report_status(crisis, radiology, SUSPENDED.changed(expected_back=date(2030, 6, 1)), by=secretary)

    assert report.postponed == 0


def test_a_confirmation_is_a_report_with_the_same_facts(crisis, radiology, secretary):
    was = report_status(crisis, radiology, VITAL.changed(capacity=50, note="Paper", observed_at=ago(5)), by=secretary)

    report = confirm_service(crisis, radiology, by=secretary, source="Head nurse, by phone")

    assert (report.capacity, report.note_id, str(report.source)) == (50, was.note_id, "Head nurse, by phone")
    assert report.observed_at > was.observed_at


def test_what_nobody_assessed_cannot_be_confirmed(crisis, radiology, secretary):
    before = written()

    with pytest.raises(RuleBroken, match="was never assessed"):
        confirm_service(crisis, radiology, by=secretary)

    assert written() == before


def test_confirming_a_site_is_one_entry_and_leaves_out_what_is_to_verify(
    crisis, radiology, laboratory, elsewhere, secretary
):
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(3)), by=secretary)
    report_status(crisis, laboratory, VITAL.changed(to_verify=True, observed_at=ago(3)), by=secretary)
    report_status(crisis, elsewhere, VITAL.changed(observed_at=ago(3)), by=secretary)

    reports = confirm_site(crisis, radiology.site, by=secretary)

    assert [report.service for report in reports] == [radiology]
    assert JournalEntry.objects.filter(book=crisis.book, verb="site.confirmed").count() == 1


def test_a_site_without_anything_to_confirm_says_so(crisis, radiology, secretary):
    with pytest.raises(RuleBroken, match="Nothing to confirm at Libramont"):
        confirm_site(crisis, radiology.site, by=secretary)


def test_undo_is_a_new_report_with_the_facts_before_that_says_so(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(capacity=70), by=secretary)
    mistaken = report_status(crisis, radiology, SUSPENDED, by=secretary)

    undo_report(crisis, mistaken, by=secretary)

    tile, entry = tile_of(crisis, radiology), JournalEntry.objects.filter(book=crisis.book).latest("seq")
    assert (tile.status, tile.report.capacity) == ("vital", 70)
    assert (entry.verb, entry.data["undoes"]) == ("service.undone", 2)


def test_what_somebody_reported_since_is_not_undone(crisis, radiology, secretary, director):
    report_status(crisis, radiology, VITAL, by=secretary)
    mistaken = report_status(crisis, radiology, SUSPENDED, by=secretary)
    report_status(crisis, radiology, RESTORED, by=director)

    with pytest.raises(RuleBroken, match="was reported again since"):
        undo_report(crisis, mistaken, by=secretary)


def test_a_first_report_cannot_be_undone_into_nothing(crisis, radiology, secretary):
    first = report_status(crisis, radiology, VITAL, by=secretary)

    with pytest.raises(RuleBroken, match="had no status before"):
        undo_report(crisis, first, by=secretary)


@pytest.mark.django_db(transaction=True)
def test_eight_people_at_once_get_a_report_or_a_sentence_and_the_chain_has_no_gap(crisis, radiology, secretary):
    together = Barrier(8)

    def one(person: int) -> list[str]:
        together.wait()
        return [answer(VITAL.changed(capacity=(person + turn) % 5 + 1)) for turn in range(6)]

    def answer(facts: Facts) -> str:
        try:
            report_status(crisis, radiology, facts, by=secretary)
        except RuleBroken as refusal:
            return refusal.offer
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(8) as pool:
        answers = Counter(said for told in pool.map(one, range(8)) for said in told)

    assert answers.keys() <= {"written", "confirm"}
    assert answers.total() == 48
    assert crisis.book.entries.count() == StatusReport.objects.count() == answers["written"]
    assert chain_holds(crisis.book)
