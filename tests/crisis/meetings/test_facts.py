"""What meetings hold true for communiqués: measures with their proof, the next meeting as announced by then; and the number to call."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from crisis.facts import facts_at
from crisis.meetings.facts import facts_of_meetings
from crisis.meetings.measure_writes import Said, amend_measure, decide_measure, lift_measure
from crisis.meetings.models import Measure
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import Organisation
from services.crisisfile.load import load
from tests.cast import adjourn
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db


def keys(crisis) -> list[str]:
    return [fact.key for fact in facts_of_meetings(crisis, timezone.now())]


def test_a_measure_is_a_fact_once_its_meeting_is_adjourned_and_until_it_is_lifted(crisis, secretary):
    meeting = open_meeting(crisis, by=secretary)
    measure = decide_measure(meeting, Said(text="No visits", attendance="stay", lang="en"), by=secretary)
    assert keys(crisis) == []

    adjourn(meeting, by=secretary)
    [fact] = facts_of_meetings(crisis, timezone.now())
    assert (fact.key, fact.words, fact.label) == ("measure:M1", "No visits", "M1: No visits")
    assert fact.about["attendance"] == "stay"
    assert fact.seq == crisis.book.entries.get(verb="measure.decided").seq

    later = open_meeting(crisis, by=secretary)
    lift_measure(later, [measure], by=secretary)
    adjourn(later, by=secretary)
    assert keys(crisis) == []


def test_an_amended_measure_is_another_value_proved_by_the_amendment(crisis, secretary):
    meeting = open_meeting(crisis, by=secretary)
    measure = decide_measure(meeting, Said(text="No visits"), by=secretary)
    adjourn(meeting, by=secretary)
    [before] = facts_of_meetings(crisis, timezone.now())

    later = open_meeting(crisis, by=secretary)
    amend_measure(later, Measure.objects.get(pk=measure.pk), Said(text="One visit a day"), by=secretary)
    adjourn(later, by=secretary)

    [after] = facts_of_meetings(crisis, timezone.now())
    assert after.value != before.value
    assert after.seq == crisis.book.entries.get(verb="measure.amended").seq


def test_the_next_meeting_is_a_fact_while_it_is_announced_and_no_other_is_held(crisis, secretary):
    announced = announce_meeting(crisis, timezone.now() + timedelta(hours=20), by=secretary)
    [fact] = facts_of_meetings(crisis, timezone.now())
    assert fact.key == "meeting:next"
    assert fact.seq == crisis.book.entries.get(verb="meeting.announced").seq

    running = open_meeting(crisis, kind="extraordinary", by=secretary)
    assert keys(crisis) == []
    adjourn(running, by=secretary)
    assert keys(crisis) == ["meeting:next"]

    cancel_meeting(announced, "Nobody comes", by=secretary)
    assert keys(crisis) == []


def test_of_a_past_moment_the_next_meeting_is_the_one_announced_by_then():
    crisis = load(CASE, exercise=True).crisis
    moment = datetime(2022, 5, 25, 12, tzinfo=ZoneInfo("Europe/Brussels"))

    with timezone.override("Europe/Brussels"), translation.override("fr"):
        facts = {fact.key: fact for fact in facts_of_meetings(crisis, moment)}

    assert set(facts) == {"measure:M1", "measure:M2", "measure:M3", "measure:M4", "meeting:next"}
    assert facts["measure:M4"].about["overdue"] is True
    assert facts["meeting:next"].label == "Prochaine réunion : jeudi 26 mai à 08:30"


def test_the_public_line_is_a_fact_when_there_is_one(crisis):
    assert facts_at(crisis, timezone.now()) == []

    Organisation.objects.update(public_phone="0800 00 000")

    [fact] = facts_at(crisis, timezone.now())
    assert (fact.key, fact.value, fact.words, fact.kind) == ("phone:public", "080000000", "0800 00 000", "phone")
