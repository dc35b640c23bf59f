"""Is my appointment kept? From the board and the measures, and what falls by itself."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from crisis.communiques.answers import digest_read, public_answers, words_of
from crisis.communiques.models import Release
from crisis.communiques.public.state import situation_of
from crisis.journal import digest_of
from crisis.meetings.measure_writes import Said
from crisis.meetings.writes import open_meeting
from crisis.models import Text
from crisis.writes import mask_text
from services.models import Activity, EssentialPeriod, Service
from services.reads import board_at
from services.writes import confirm_service, report_status, undo_report
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, adjourn, ago
from tests.crisis.communiques.public_cast import measure, measures, release, rule

RADIOLOGY, LABORATORY = "radiologie@libramont", "laboratoire@libramont"


def now(crisis, key):
    found = situation_of(crisis, timezone.now()).now[key]
    return found.rule, found.why


@pytest.mark.parametrize(
    ("facts", "attendance", "answer"),
    [
        (None, None, ("call", "not_assessed")),
        (VITAL, None, ("kept", "")),
        (RESTORED, None, ("kept", "")),
        (SUSPENDED, None, ("call", "no_rule")),
        (VITAL, "", ("call", "no_rule")),
        (VITAL, "come", ("kept", "")),
        (VITAL, "unless_called", ("unless_called", "")),
        (VITAL, "stay", ("stay", "")),
        (None, "come", ("call", "not_assessed")),
        (None, "stay", ("stay", "")),
        (SUSPENDED, "stay", ("stay", "")),
        (SUSPENDED, "unless_called", ("unless_called", "")),
        (SUSPENDED, "come", ("call", "contradicts")),
        (RESTORED, "stay", ("call", "contradicts")),
        (RESTORED, "come", ("kept", "")),
    ],
)
def test_what_board_and_measure_say_together(facts, attendance, answer, crisis, radiology, secretary):
    if facts:
        report_status(crisis, radiology, facts.changed(observed_at=ago(1)), by=secretary)
    if attendance is not None:
        measure(crisis, text="A rule", activities=["radiologie"], attendance=attendance)

    assert now(crisis, RADIOLOGY) == answer


def service(site, key: str, name: str, *, essential: bool = False) -> Service:
    """A service of another kind, running."""
    activity = Activity.objects.create(key=key, names={"fr": name}, order=9)
    if essential:
        EssentialPeriod.objects.create(activity=activity)
    return Service.objects.create(activity=activity, site=site)


KINDS = [
    ("consultations", "Consultations", False, "appointment"),
    ("covid", "Centre Covid", False, "open"),
    ("accueil-urgences", "Accueil des urgences", True, "emergency"),
    ("usi", "Soins intensifs (10 lits)", False, "care"),
    ("telephonie", "Téléphonie (centrale)", False, None),
    ("standard-2", "Central téléphonique", True, "support"),
    ("buanderie", "Buanderie", False, None),
    ("ophtalmologie", "Ophtalmologie", False, None),
    ("coeur", "Unité du cœur", True, "care"),
]


@pytest.mark.parametrize(("key", "name", "essential", "visit"), KINDS)
def test_only_what_patients_come_to_is_asked_about(key, name, essential, visit, crisis, libramont):
    report_status(crisis, service(libramont, key, name, essential=essential), VITAL, by=None)

    found = situation_of(crisis, timezone.now())

    assert [answer.visit for answer in found.now.values()] == ([visit] if visit else [])
    assert [answer.asked for answer in found.now.values()] == ([visit in {"appointment", "open"}] if visit else [])


def test_a_measure_that_says_who_comes_makes_an_unknown_activity_one_to_ask_about(crisis, libramont):
    report_status(crisis, service(libramont, "ophtalmologie", "Ophtalmologie"), VITAL, by=None)
    measure(crisis, text="Venez", activities=["ophtalmologie"], attendance="come")

    answer = situation_of(crisis, timezone.now()).now["ophtalmologie@libramont"]

    assert (answer.rule, answer.asked) == ("kept", True)


def test_a_measure_for_every_appointment_says_nothing_of_emergencies_and_intensive_care(crisis, libramont, radiology):
    others = [service(libramont, "urgences", "Urgences", essential=True), service(libramont, "usi", "Soins intensifs")]
    for each in [radiology, *others]:
        report_status(crisis, each, VITAL, by=None)
    measure(crisis, text="Ne venez pas", attendance="stay")

    rules = {key: answer.rule for key, answer in situation_of(crisis, timezone.now()).now.items()}

    assert rules == {RADIOLOGY: "stay", "urgences@libramont": "kept", "usi@libramont": "kept"}


def test_a_release_of_before_that_does_not_say_how_people_come_still_holds(crisis, radiology):
    report_status(crisis, radiology, VITAL, by=None)
    release(crisis)
    content = Release.objects.get().content
    del content["answers"][RADIOLOGY]["visit"]
    now = situation_of(crisis, timezone.now()).now

    found = public_answers(content, board_at(crisis, timezone.now()), now, [])

    assert (found[RADIOLOGY].rule, found[RADIOLOGY].visit) == ("kept", "appointment")


def test_of_two_measures_the_stricter_counts_and_one_elsewhere_does_not(
    crisis, radiology, arlon, laboratory, elsewhere
):
    for service in (radiology, laboratory, elsewhere):
        report_status(crisis, service, VITAL, by=None)
    come = Said(text="Come", activities=["radiologie", "laboratoire"], attendance="come")
    stay = Said(text="Stay", activities=["laboratoire"], sites=["arlon"], attendance="stay")
    measures(crisis, come, stay)

    rules = {key: answer.rule for key, answer in situation_of(crisis, timezone.now()).now.items()}

    assert rules == {RADIOLOGY: "kept", LABORATORY: "kept", "laboratoire@arlon": "stay"}


def test_an_essential_fact_that_nobody_confirmed_in_time_is_none(crisis, laboratory, secretary):
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(13)), by=secretary)

    assert now(crisis, LABORATORY) == ("call", "overdue")


def test_a_promise_does_not_rest_on_a_measure_that_nobody_reviewed(crisis, radiology):
    report_status(crisis, radiology, VITAL, by=None)
    measure(crisis, text="Come", activities=["radiologie"], attendance="come")
    release(crisis)
    assert rule(crisis, RADIOLOGY) == "kept"

    adjourn(open_meeting(crisis, by=None), by=None, all_the_same=True)

    assert rule(crisis, RADIOLOGY) == "call"
    assert now(crisis, RADIOLOGY) == ("call", "overdue")


def test_what_is_to_be_verified_promises_nothing(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(1)), by=secretary)
    release(crisis)

    report_status(crisis, radiology, VITAL.changed(to_verify=True), by=secretary)

    assert rule(crisis, RADIOLOGY) == "call"
    assert now(crisis, RADIOLOGY) == ("call", "to_verify")


def test_without_any_release_everything_says_call(crisis, radiology, laboratory, secretary):
    report_status(crisis, radiology, VITAL, by=secretary)

    found = situation_of(crisis, timezone.now())

    assert {a.rule for a in found.public.values()} == {"call"}
    assert {a.why for a in found.public.values()} == {"not_released"}
    assert all(not a.texts for a in found.public.values())
    assert [d.now.key for d in found.differences] == [RADIOLOGY]


def test_what_was_released_stays_when_the_board_only_gets_better(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(2)), by=secretary)
    measure(crisis, text="No examinations", activities=["radiologie"], attendance="stay")
    release(crisis)

    report_status(crisis, radiology, RESTORED, by=secretary)

    assert rule(crisis, RADIOLOGY) == "stay"
    assert now(crisis, RADIOLOGY) == ("call", "contradicts")


def test_a_service_that_fails_falls_at_once_and_comes_back_only_by_a_release(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(3)), by=secretary)
    release(crisis)
    assert rule(crisis, RADIOLOGY) == "kept"

    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(2)), by=secretary)
    assert rule(crisis, RADIOLOGY) == "call"
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(1)), by=secretary)
    assert rule(crisis, RADIOLOGY) == "call"
    assert situation_of(crisis, timezone.now()).public[RADIOLOGY].why == "worse"

    release(crisis)
    assert rule(crisis, RADIOLOGY) == "kept"


def test_less_capacity_is_worse_and_more_is_not(crisis, radiology, secretary):
    report_status(crisis, radiology, RESTORED.changed(capacity=50, observed_at=ago(3)), by=secretary)
    release(crisis)

    report_status(crisis, radiology, RESTORED.changed(capacity=80, observed_at=ago(2)), by=secretary)
    assert rule(crisis, RADIOLOGY) == "kept"
    report_status(crisis, radiology, RESTORED.changed(capacity=40, observed_at=ago(1)), by=secretary)
    assert rule(crisis, RADIOLOGY) == "call"


def test_a_measure_that_says_stay_takes_the_promise_back_at_once(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL, by=secretary)
    release(crisis)

    measure(crisis, text="No examinations", activities=["radiologie"], attendance="stay")

    found = situation_of(crisis, timezone.now())
    assert (found.public[RADIOLOGY].rule, found.public[RADIOLOGY].why) == ("call", "contradicts")
    assert found.now[RADIOLOGY].rule == "stay"


def test_overdue_then_restored_is_a_change_and_waits(crisis, laboratory, secretary):
    report_status(crisis, laboratory, VITAL, by=secretary)
    release(crisis)

    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert rule(crisis, LABORATORY) == "call"
        report_status(crisis, laboratory, RESTORED, by=secretary)
        assert rule(crisis, LABORATORY) == "call"


def test_overdue_then_confirmed_holds_again(crisis, laboratory, secretary):
    report_status(crisis, laboratory, VITAL, by=secretary)
    release(crisis)

    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert rule(crisis, LABORATORY) == "call"
        confirm_service(crisis, laboratory, by=secretary)
        assert rule(crisis, LABORATORY) == "kept"


def test_a_report_taken_back_leaves_nothing_assessed(crisis, radiology, secretary):
    report = report_status(crisis, radiology, VITAL, by=secretary)
    release(crisis)
    assert rule(crisis, RADIOLOGY) == "kept"
    worse = report_status(crisis, radiology, SUSPENDED, by=secretary)

    undo_report(crisis, worse, by=secretary)

    assert rule(crisis, RADIOLOGY) == "call"
    assert report.status == "vital"


def test_a_service_that_came_after_the_release_says_call(crisis, radiology, laboratory, secretary):
    report_status(crisis, radiology, VITAL, by=secretary)
    laboratory.until = ago(1)
    laboratory.save()
    release(crisis)
    laboratory.until = None
    laboratory.save()
    report_status(crisis, laboratory, VITAL, by=secretary)

    assert rule(crisis, LABORATORY) == "call"


def test_an_essential_service_that_is_attacked_falls(crisis, laboratory, secretary):
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(2)), by=secretary)
    release(crisis)

    report_status(crisis, laboratory, ATTACKED, by=secretary)

    assert rule(crisis, LABORATORY) == "call"


def test_a_masked_sentence_is_left_out(crisis, radiology, secretary, director):
    report_status(crisis, radiology, VITAL, by=secretary)
    measure(
        crisis, text="Rule", activities=["radiologie"], attendance="stay", advice="Ask Mrs Private", exempt="Children"
    )
    release(crisis)

    mask_text(crisis, Text.objects.get(body="Ask Mrs Private"), "a name", by=director)

    found = situation_of(crisis, timezone.now())
    said = {
        part: [str(t) for t in words_of(found.public[RADIOLOGY], part, found.texts)]
        for part in ("measure", "advice", "exempt")
    }
    assert said == {"measure": ["Rule"], "advice": [], "exempt": ["Children"]}


def test_content_is_stable_and_a_confirmation_does_not_change_what_was_read(crisis, radiology, laboratory, secretary):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(2)), by=secretary)
    before = digest_read(situation_of(crisis, timezone.now()).now)

    confirm_service(crisis, radiology, by=secretary)

    assert digest_read(situation_of(crisis, timezone.now()).now) == before
    made = release(crisis)
    made.refresh_from_db()
    assert made.digest == digest_of(made.content)
    assert made.content["answers"][RADIOLOGY] == {
        "answer": "kept", "status": "vital", "capacity": None, "essential": False, "visit": "appointment", "measures": [],
        "texts": {},
    }  # fmt: skip
    assert made.content["answers"][LABORATORY]["answer"] == "call"


@pytest.mark.parametrize("count", [1, 10])
def test_the_situation_costs_the_same_whatever_its_history(
    count, crisis, radiology, secretary, django_assert_max_num_queries
):
    for hours in range(count + 1, 1, -1):
        report_status(crisis, radiology, VITAL.changed(capacity=hours, observed_at=ago(hours)), by=secretary)
    measure(crisis, text="Rule", activities=["radiologie"], attendance="come")
    release(crisis)

    with django_assert_max_num_queries(16):
        situation_of(crisis, timezone.now())
