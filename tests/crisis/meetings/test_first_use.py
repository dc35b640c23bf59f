"""A meeting in the hands of who sees it for the first time: nothing is done by accident, lost, or said otherwise than it is."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.meetings.action_reads import actions_in_force
from crisis.meetings.actions import set_action, take_action_back
from crisis.meetings.agenda import note_attendance
from crisis.meetings.measure_writes import Said, decide_measure, lift_measure, renew_measures
from crisis.meetings.models import Action, Measure, Meeting, Point
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import announce_meeting, open_meeting, open_past_meeting
from services.reads import board_at
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, adjourn, ago, written

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


# A meeting that is written down afterwards


@pytest.fixture
def past(crisis, secretary, radiology, laboratory) -> Meeting:
    """Held yesterday, written down today."""
    return open_past_meeting(crisis, minutely(ago(24)), by=secretary)


def minutely(moment):
    return moment.replace(second=0, microsecond=0)


def test_a_status_reported_from_a_past_meeting_is_as_it_was_then(page, crisis, past, radiology, director):
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(30)), by=director)
    report_status(crisis, radiology, RESTORED, by=director)
    begun = f"{timezone.localtime(past.opened_at):%Y-%m-%dT%H:%M}"

    shown = main(page.get(url("point", past, at(past, "services").pk)))
    link = f"{reverse('change', args=[crisis.pk, radiology.pk])}?at={begun.replace(':', '%3A')}"
    assert link in shown
    assert f"{reverse('choose', args=[crisis.pk])}?at=" in shown
    assert "Confirm the rest" not in shown
    form = words(page.get(link, HTTP_HX_REQUEST="true"))
    assert f'name="observed_at" value="{begun}"' in form
    assert 'value="suspended"' in re.search(r'<input type="radio"[^>]*checked[^>]*>', form).group()
    assert "Still so: confirm" not in form

    page.post(reverse("report", args=[crisis.pk, radiology.pk]), {"status": "vital", "observed_at": begun})
    assert board_at(crisis).tiles[0].status != "vital"


def test_the_form_of_a_status_that_was_chosen_for_a_past_moment_keeps_the_moment(page, crisis, radiology, past):
    begun = f"{timezone.localtime(past.opened_at):%Y-%m-%dT%H:%M}"

    chosen = words(page.get(reverse("choose", args=[crisis.pk]), {"at": begun}, HTTP_HX_REQUEST="true"))
    kept = timezone.localtime(past.opened_at).isoformat()
    assert f'<input type="hidden" name="at" value="{kept}">' in chosen
    for at in (begun, kept):
        asked = {"at": at, "service": radiology.pk}
        form = words(page.get(reverse("choose", args=[crisis.pk]), asked, HTTP_HX_REQUEST="true"))
        assert f'name="observed_at" value="{begun}"' in form
    asked["at"] = "yesterday"
    assert "yesterday" not in words(page.get(reverse("choose", args=[crisis.pk]), asked, HTTP_HX_REQUEST="true"))


def test_a_past_meeting_says_that_it_is_written_down_afterwards(page, past):
    shown = main(page.get(url("meeting", past)))

    assert "This meeting is written down afterwards" in shown
    assert "compose themselves live" not in shown
    assert "in progress" not in shown
    assert "written down afterwards</span>" in main(page.get(reverse("meetings", args=[past.crisis_id])))


def test_a_past_meeting_after_which_the_cell_met_announces_no_next_one(page, past, secretary):
    offered = 'name="next_at"'
    assert offered in main(page.get(url("point", past, at(past, "next").pk)))
    announce_meeting(past.crisis, timezone.now() + timedelta(days=1), by=secretary)

    assert offered not in main(page.get(url("point", past, at(past, "next").pk)))
    typed = {"at": f"{timezone.localtime(past.opened_at):%Y-%m-%dT%H:%M}", "all_the_same": "on"}
    page.post(url("adjourn", past), typed | {"next_at": f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"})

    past.refresh_from_db()
    assert (past.next_at, bool(past.ended_at)) == (None, True)
    assert Meeting.objects.count() == 2


def test_what_a_later_meeting_decided_otherwise_is_not_said_to_be_in_force(
    page, crisis, radiology, laboratory, secretary
):
    with time_machine.travel(ago(60)):
        first = open_meeting(crisis, by=secretary)
        measure = decide_measure(first, CANCELLED, by=secretary)
        adjourn(first, by=secretary)
    with time_machine.travel(ago(10)):
        later = open_meeting(crisis, by=secretary)
        lift_measure(later, [measure], by=secretary)
        adjourn(later, by=secretary)
    past = open_past_meeting(crisis, minutely(ago(25)), by=secretary)
    renew_measures(past, [measure], by=secretary)

    typed = {"at": f"{timezone.localtime(past.opened_at):%Y-%m-%dT%H:%M}", "all_the_same": "on"}
    answer = page.post(url("adjourn", past), typed, follow=True)

    assert "Meeting 3 is adjourned. Of M1 a later meeting decided otherwise: that stands." in words(answer)
    assert "is in force" not in main(answer).split("<article")[0]


# Those present


def test_everyone_is_present_but_who_is_excused(page, running, director, secretary, medical):
    note_attendance(running, {medical: "excused"}, by=secretary)

    page.post(url("attend", running), {"everyone": "1"})

    there = {attendee.user: attendee.excused for attendee in running.attendees.all()}
    assert there == {secretary: False, director: False, medical: True}


def test_who_arrives_and_was_ticked_meanwhile_does_not_leave(page, running, medical, secretary):
    note_attendance(running, {medical: "present"}, by=secretary)

    page.post(url("arrive", running, medical.pk))

    assert running.attendees.get(user=medical).left_at is None


# Actions


@pytest.fixture
def to_come(running, secretary) -> Action:
    """A1, set by the meeting in progress."""
    Action.objects.all().delete()  # the legal duties
    return set_action(running.crisis, "Order tokens", by=secretary, owner=secretary, meeting=running)


def test_an_action_of_a_running_meeting_is_shown_as_one_to_come_and_can_be_taken_back(page, running, to_come):
    actions = reverse("actions", args=[running.crisis_id])
    for shown in (main(page.get(url("point", running, at(running, "actions").pk))), main(page.get(actions))):
        assert "takes effect when Meeting 1 is adjourned" in shown
        assert "No action is open." not in shown
        assert url("take_back_action", running, to_come.pk) in shown

    answer = page.post(url("take_back_action", running, to_come.pk), {"next": actions})

    assert answer.url == actions
    assert "No action is open." in main(page.get(actions))
    assert "Order tokens" not in main(page.get(url("meeting", running)))
    assert sentences(running.crisis.book.entries.order_by("-seq")[:1])[0][1] == "A1 is taken back: Order tokens"


def test_an_action_is_taken_back_only_while_its_meeting_lasts(running, to_come, secretary):
    other = set_action(running.crisis, "Call", by=secretary, owner=secretary)
    with pytest.raises(RuleBroken, match="drop it, and say why"):
        take_action_back(other, by=secretary)
    adjourn(running, by=secretary)
    before = written()

    with pytest.raises(RuleBroken, match="Meeting 1 is adjourned"):
        take_action_back(to_come, by=secretary)

    assert written() == before
    assert set(actions_in_force(running.crisis)) == {to_come, other}


def test_the_number_of_an_action_that_was_taken_back_is_not_given_again(running, to_come, secretary):
    take_action_back(to_come, by=secretary)

    again = set_action(running.crisis, "Order paper", by=secretary, owner=secretary, meeting=running)

    adjourn(running, by=secretary)
    assert again.key == "A2"
    assert list(actions_in_force(running.crisis)) == [again]


def test_dropping_without_a_reason_names_no_field_of_the_form(page, running, secretary):
    action = set_action(running.crisis, "Call", by=secretary, owner=secretary)

    answer = page.post(reverse("drop_action", args=[running.crisis_id, action.number]), {"reason": ""})

    assert answer.status_code == 422
    assert f"Say why {action} is dropped." in main(answer)
    assert "<li>reason<ul" not in main(answer)


# What is too long, and what is listed


def test_a_text_that_is_too_long_is_never_cut_and_is_refused_in_words(page, running):
    point = at(running, "it")
    assert "maxlength" not in main(page.get(url("point", running, point.pk))).split('id="body"')[1].split(">")[0]

    answer = page.post(
        url("save_draft", running, point.pk), {"body": "x" * 80_000, "base": 0}, HTTP_ACCEPT="application/json"
    )

    assert answer.status_code == 422
    assert answer.json()["refused"].startswith("At most 50000 characters for one point")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_more_than_a_form_can_hold_is_refused_in_words_and_without_a_traceback(lang, page, running, caplog):
    page.cookies["django_language"] = lang
    sent = {"body": "x" * 4_000_000, "base": 0}

    shown = page.post(url("save_draft", running, at(running, "it").pk), sent)
    told = page.post(url("save_draft", running, at(running, "it").pk), sent, HTTP_ACCEPT="application/json")

    assert (shown.status_code, told.status_code) == (413, 413)
    assert told.json()["refused"] in words(shown)
    assert not [record for record in caplog.records if record.exc_info]


def test_meetings_are_listed_by_when_they_were_held_and_say_that_they_are_sealed(page, running, director, secretary):
    late = announce_meeting(running.crisis, timezone.now() + timedelta(hours=2), by=secretary)
    adjourn(running, by=secretary)
    seal_minutes(running, by=director)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        second = open_meeting(running.crisis, by=secretary)
    Meeting.objects.filter(pk=second.pk).update(scheduled_at=ago(50))  # announced for long before it was held

    shown = main(page.get(reverse("meetings", args=[running.crisis_id])))
    places = [shown.index(f"<b>{meeting}</b>") for meeting in (late, second, running)]
    assert places == sorted(places)
    assert '<span class="chip">sealed</span>' in shown
    assert "ordinary · sealed" in main(page.get(url("meeting", running)))
