"""A meeting in the hands of who sees it for the first time: nothing is done by accident, lost, or said otherwise than it is."""


import pytest
from django.urls import reverse

from crisis.meetings.agenda import note_attendance
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Measure, Meeting, Point
from crisis.meetings.writes import open_meeting
from services.writes import report_status
from tests.cast import RESTORED, adjourn

pytestmark = pytest.mark.django_db
CANCELLED = Said(text="Planned examinations are cancelled", activities=["radiologie", "laboratoire"])


@pytest.fixture
def page(browser_of, director):
    """The director's browser."""
    return browser_of(director)


@pytest.fixture
def running(crisis, secretary, radiology, laboratory) -> Meeting:
    """A meeting in progress."""
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def measure(running, secretary) -> Measure:
    """M1, decided in the meeting before the one in progress (number 2)."""
    measure = decide_measure(running, CANCELLED, by=secretary)
    adjourn(running, by=secretary)
    open_meeting(running.crisis, by=secretary)
    return measure


def url(name: str, meeting: Meeting, *rest: int) -> str:
    return reverse(name, args=[meeting.crisis_id, meeting.number, *rest])


def at(meeting: Meeting, topic: str) -> Point:
    return meeting.points.get(topic=topic)


def words(answer) -> str:
    return answer.content.decode()


def main(answer) -> str:
    return words(answer).split('<main id="main">')[1].split("</main>")[0]


def last(crisis) -> Meeting:
    return Meeting.objects.filter(crisis=crisis).order_by("number").last()


# Nothing is done by accident


def test_the_key_that_leads_to_an_act_is_another_one_than_the_key_that_does_it(page, running, director, secretary):
    keys = {}
    for topic in ("present", "next"):
        keys[topic] = 'data-key="l"' in main(page.get(url("point", running, at(running, topic).pk)))
    acting = main(page.get(url("point", running, at(running, "next").pk)))
    assert keys == {"present": True, "next": False}
    assert 'data-key="e">Adjourn the meeting <kbd class="kbd">E</kbd>' in acting

    adjourn(running, by=secretary)
    assert 'data-key="s"' in main(page.get(url("meeting", running)))
    reread = main(page.get(url("minutes", running)))
    assert 'data-key="s"' not in reread
    assert 'data-key="a">Seal the minutes <kbd class="kbd">A</kbd>' in reread


def test_adjourning_all_the_same_is_offered_once_what_is_missing_was_listed(page, running, measure, director):
    meeting = last(running.crisis)
    note_attendance(meeting, {director: "present"}, by=director)
    assert "all_the_same" not in main(page.get(url("point", meeting, at(meeting, "next").pk)))

    refused = page.post(url("adjourn", meeting), {})

    assert refused.status_code == 422
    assert "Not decided yet: M1." in main(refused)
    assert 'name="all_the_same"' in main(refused)


def test_an_adjourned_meeting_lands_on_its_minutes(page, running, director):
    note_attendance(running, {director: "present"}, by=director)

    answer = page.post(url("adjourn", running), {})

    assert answer.url == url("minutes", running)


def test_an_amendment_that_leaves_sites_out_already_does_not_ask_to_leave_them_out(
    page, running, measure, radiology, elsewhere, secretary
):
    meeting = last(running.crisis)
    report_status(running.crisis, radiology, RESTORED, by=secretary)
    asked = url("amend_measure", meeting, measure.number)

    assert "leave their sites out:" in main(page.get(asked))
    shown = main(page.get(f"{asked}?offered"))
    assert "leave their sites out:" not in shown
    assert "below, their sites are left out already: <b>Radiology (Libramont)</b>" in shown
