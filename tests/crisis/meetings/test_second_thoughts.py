"""What two people do at once, what comes a second time, what is written down later: meetings stay true."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis.errors import RuleBroken
from crisis.frames import WALL, clocked
from crisis.meetings.actions import change_action, finish_action, set_action
from crisis.meetings.agenda import PRESENT, come_or_go, note_attendance, skip_point
from crisis.meetings.decisions import take_decision
from crisis.meetings.drafts import save_draft
from crisis.meetings.measure_writes import Said, amend_measure, decide_measure, lift_measure, renew_rest
from crisis.meetings.minutes import minutes_of
from crisis.meetings.models import Action, Attendee, Measure, Meeting, Review
from crisis.meetings.reads import ahead, in_charge, measures_at
from crisis.meetings.seal import flat, seal_minutes
from crisis.meetings.writes import announce_meeting, open_meeting, open_past_meeting
from crisis.models import JournalEntry, Text
from services.writes import report_status
from tests.cast import SUSPENDED, adjourn, ago, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(crisis, secretary, radiology) -> Meeting:
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def page(browser_of, secretary):
    """The secretary's browser."""
    return browser_of(secretary)


def url(name: str, meeting: Meeting, *rest: int) -> str:
    return reverse(name, args=[meeting.crisis_id, meeting.number, *rest])


@pytest.mark.parametrize("how", ["present", "excused"])
def test_who_was_noted_before_the_meeting_can_open_it(how, crisis, secretary, medical):
    announced = announce_meeting(crisis, timezone.now() + timedelta(hours=1), by=secretary)
    note_attendance(announced, {secretary: how, medical: PRESENT}, by=secretary, pen=medical)

    opened = open_meeting(crisis, announced=announced, by=secretary)

    assert {str(a): a.excused for a in opened.attendees.all()} == {"Secretary": False, "Medical": False}
    assert str(in_charge(opened)["pen"].attendee) == "Medical"  # who was to hold it does


def test_what_was_deleted_while_writing_is_in_no_text_that_stays(running, secretary, director):
    point = running.points.get(topic="it")
    save_draft(point, "Jeanne Dupont waits", 0, by=secretary)
    save_draft(point, "A patient waits", 1, by=secretary)
    adjourn(running, by=secretary)

    seal_minutes(running, by=director)

    assert not Text.objects.filter(body__contains="Dupont").exists()
    assert Text.objects.filter(body="A patient waits").count() == 1


def test_the_free_text_of_sealed_minutes_is_masked_from_the_journal(crisis, running, secretary, director, browser_of):
    save_draft(running.points.get(topic="it"), "Jeanne Dupont waits", 0, by=secretary)
    adjourn(running, by=secretary)
    entry = seal_minutes(running, by=director).entry
    address = reverse("mask", args=[crisis.pk, entry.pk])
    assert "Jeanne Dupont waits" in browser_of(director).get(address).content.decode()

    text = Text.objects.get(body="Jeanne Dupont waits")
    browser_of(director).post(address, {"text": text.pk, "reason": "a patient"})

    shown = browser_of(director).get(url("minutes", running)).content.decode()
    assert "Dupont" not in shown
    assert "[masked]" in shown or "[masqué]" in shown


def test_a_change_of_the_owner_alone_keeps_the_day_and_the_other_way_round(crisis, page, secretary, director):
    due = timezone.now() + timedelta(days=30)
    action = set_action(crisis, "Order tokens", owner=secretary, due_at=due, by=secretary)
    address = reverse("change_action", args=[crisis.pk, action.number])

    page.post(address, {"owner": director.pk, "owner_name": "", "due": "keep"})
    action.refresh_from_db()
    assert (action.owner, action.due_at) == (director, due)
    page.post(address, {"owner": director.pk, "owner_name": "", "due": "today"})
    action.refresh_from_db()
    assert (action.owner, timezone.localdate(action.due_at)) == (director, timezone.localdate())
    shown = page.get(reverse("actions", args=[crisis.pk])).content.decode()
    own = shown.split(f'id="{action}"')[1].split("</li>")[0]
    assert f'<option value="{director.pk}" selected>' in own
    assert 'value="keep"' in own


def test_a_legal_duty_gets_an_owner_and_no_other_day(crisis, page, director):
    duty = Action.objects.get(duty="gdpr")
    before = duty.due_at

    page.post(reverse("change_action", args=[crisis.pk, duty.number]), {"owner": director.pk, "due": "today"})

    duty.refresh_from_db()
    assert (duty.owner, duty.due_at) == (director, before)


def test_a_page_that_is_older_than_the_chair_does_not_take_it_back(page, running, medical, director, secretary):
    note_attendance(running, {medical: PRESENT, director: PRESENT}, chair=medical, by=secretary)
    old = {"chair": medical.pk, "was_chair": medical.pk, "pen": secretary.pk, "was_pen": secretary.pk}
    note_attendance(running, {}, chair=director, by=secretary)

    page.post(url("add_guest", running), {"name": "Late"})
    page.post(url("attend", running), old | {f"seen_{medical.pk}": "excused", f"was_{medical.pk}": "present"})

    assert str(in_charge(running)["chair"].attendee) == "Director"
    assert Attendee.objects.get(user=medical).excused


def test_a_chair_noted_for_a_past_meeting_chaired_from_its_beginning(crisis, secretary, medical):
    past = open_past_meeting(crisis, ago(30), by=secretary)

    note_attendance(past, {medical: PRESENT}, chair=medical, by=secretary)

    assert in_charge(past)["chair"].since == past.opened_at


def test_enter_in_the_list_saves_the_list_and_does_not_tick_everybody(page, running):
    shown = page.get(url("meeting", running)).content.decode()

    form = shown.split(url("attend", running))[1].split("</form>")[0]
    assert form.index("<button hidden></button>") < form.index('name="everyone"')


def test_enter_in_the_words_of_an_opinion_is_no_opinion(crisis, running, secretary, medical, browser_of):
    decide_measure(running, Said(text="No mail"), by=secretary)
    adjourn(running, by=secretary)
    browser_of(secretary).post(reverse("ask_exception", args=[crisis.pk]), {"measure": 1, "reference": "RX 4471"})
    before = written()

    answer = browser_of(medical).post(
        reverse("judge_exception", args=[crisis.pk, 1]), {"party": "medical", "favourable": "", "words": "Refused"}
    )

    assert (answer.status_code, written()) == (422, before)
    assert 'value="Refused"' in answer.content.decode()


def test_a_sites_meeting_decides_for_its_own_site(crisis, duty, radiology, elsewhere):
    own = open_meeting(crisis, cell="site:libramont", by=duty)
    before = written()
    for sites in ([], ["arlon"], ["arlon", "libramont"]):
        with pytest.raises(RuleBroken, match="A site's meeting decides for its own site"):
            decide_measure(own, Said(text="No scans", activities=["laboratoire"], sites=sites), by=duty)
    assert written() == before

    assert (
        decide_measure(own, Said(text="No scans", activities=["radiologie"], sites=["libramont"]), by=duty).number == 1
    )


def test_what_a_colleague_lifted_a_moment_ago_stays_lifted(crisis, secretary, medical, radiology):
    first = open_meeting(crisis, by=secretary)
    lifted, other = (decide_measure(first, Said(text=text), by=secretary) for text in ("No mail", "No fax"))
    adjourn(first, by=secretary)
    second = open_meeting(crisis, by=secretary)
    lift_measure(second, [lifted], by=medical)

    renew_rest(second, by=secretary)

    assert [(r.measure, r.act) for r in Review.objects.filter(meeting=second)] == [
        (lifted, "lifted"),
        (other, "renewed"),
    ]
    with pytest.raises(RuleBroken, match="Every measure is decided already"):
        renew_rest(second, by=secretary)


def test_a_past_meeting_that_is_being_written_down_is_nobodys_present(crisis, secretary, radiology):
    first = open_meeting(crisis, by=secretary)
    decide_measure(first, Said(text="No mail"), by=secretary)
    adjourn(first, next_at=timezone.now() + timedelta(hours=2), by=secretary)
    announced = Meeting.objects.latest("number")

    open_past_meeting(crisis, ago(30), by=secretary)

    assert ahead(crisis) == announced
    assert [s.overdue for s in measures_at(crisis, announced.scheduled_at + timedelta(minutes=1))] == [True]


def test_a_past_meeting_says_when_it_ended_and_no_other_may(crisis, secretary, running):
    with pytest.raises(RuleBroken, match="Only of a meeting that was held before") as refusal:
        adjourn(running, at=timezone.now(), by=secretary)
    assert refusal.value.field == "at"
    adjourn(running, by=secretary)
    past = open_past_meeting(crisis, ago(30), by=secretary)

    with pytest.raises(RuleBroken, match="say when it ended"):
        adjourn(past, by=secretary)
    assert adjourn(past, at=ago(29), by=secretary).ended_at < ago(28)


def test_the_next_meeting_of_a_past_one_that_was_held_is_not_announced_again(crisis, secretary):
    held = open_past_meeting(crisis, ago(20), by=secretary)
    adjourn(held, at=ago(19), by=secretary)
    before = open_past_meeting(crisis, ago(40), by=secretary)

    adjourn(before, at=ago(39), next_at=held.scheduled_at, by=secretary)

    assert Meeting.objects.count() == 2


def test_two_who_note_that_somebody_leaves_note_it_once(page, running, medical, secretary):
    note_attendance(running, {medical: PRESENT}, by=secretary)
    attendee = Attendee.objects.get(user=medical)
    for _click in range(2):
        page.post(url("come_or_go", running, attendee.pk), {"to": "left"})

    attendee.refresh_from_db()
    assert attendee.left_at is not None
    assert JournalEntry.objects.filter(verb="meeting.moved").count() == 1
    assert come_or_go(running, attendee, leaving=False, by=secretary).left_at is None


def test_a_point_is_skipped_once(running, secretary):
    point = running.points.get(topic="it")
    for _click in range(2):
        skip_point(point, skipped=True, by=secretary)
    point.refresh_from_db()

    assert point.skipped_at is not None
    assert JournalEntry.objects.filter(verb="meeting.agenda").count() == 1


def test_the_same_decision_is_not_noted_twice_under_a_point(running, secretary):
    point = running.points.get(topic="it")
    take_decision(running, "Mail stays off", point=point, by=secretary)
    before = written()

    with pytest.raises(RuleBroken, match="This decision is noted already"):
        take_decision(running, "Mail stays off ", point=point, by=secretary)

    assert written() == before


def test_the_final_report_is_due_a_month_after_the_notification_was_filed(crisis, secretary):
    notification = Action.objects.get(duty="nis2_notification")
    for wrong in (timezone.now() + timedelta(hours=1), crisis.started_at - timedelta(hours=1)):
        with pytest.raises(RuleBroken, match="It was filed after the crisis began, and not in the future"):
            finish_action(notification, filed_at=wrong, by=secretary)
    filed = crisis.started_at + timedelta(hours=5)

    finish_action(notification, filed_at=filed, reference="CCB-17", by=secretary)

    final = Action.objects.get(duty="nis2_final")
    entry = JournalEntry.objects.get(verb="action.done")
    assert (notification.closed_at, final.due_at.day) == (filed, min(filed.day, final.due_at.day))
    assert entry.data["final_due"] == final.due_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert entry.data["filed_at"] == filed.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_an_action_becomes_overdue_by_the_clock_alone_and_no_wall_hears_of_it(crisis, secretary):
    Action.objects.all().delete()
    soon = timezone.now() + timedelta(seconds=2)
    set_action(crisis, "Order tokens", owner=secretary, due_at=soon, by=secretary)

    def said(topic: str) -> str:
        return clocked(crisis.pk, topic, "en", soon - timedelta(seconds=3), soon + timedelta(seconds=1))

    assert 'id="actions"' in said("board")
    assert 'id="actions"' not in said(WALL)


def test_the_same_words_said_again_are_no_change(crisis, radiology, secretary):
    said = SUSPENDED.changed(remains="Emergencies")
    report_status(crisis, radiology, said.changed(observed_at=ago(5)), by=secretary)
    adjourn(open_meeting(crisis, by=secretary), by=secretary)
    report_status(crisis, radiology, said.changed(note="Ask the desk"), by=secretary)
    second = open_meeting(crisis, by=secretary)

    shown = composed(second)
    assert "Suspended → Suspended" not in shown
    assert "Nothing changed since the last meeting." in shown


def composed(meeting: Meeting) -> str:
    """The minutes as they compose themselves, in English."""
    return str(flat(minutes_of(meeting)))


def test_an_amendment_of_a_sites_measure_stays_with_its_site(crisis, duty, radiology):
    own = open_meeting(crisis, cell="site:libramont", by=duty)
    said = Said(text="No scans", activities=["radiologie"], sites=["libramont"])
    decide_measure(own, said, by=duty)
    adjourn(own, by=duty)
    second = open_meeting(crisis, cell="site:libramont", by=duty)

    with pytest.raises(RuleBroken, match="decides for its own site"):
        amend_measure(second, Measure.objects.get(), Said(text="No scans", activities=["radiologie"]), by=duty)


def test_the_second_of_two_amendments_sees_the_first_and_may_still_be_sent(page, crisis, secretary, medical, radiology):
    first = open_meeting(crisis, by=secretary)
    measure = decide_measure(first, Said(text="No mail"), by=secretary)
    adjourn(first, by=secretary)
    second = open_meeting(crisis, by=secretary)
    address = url("amend_measure", second, 1)
    read = page.get(address).context["wording"].pk
    amend_measure(second, measure, Said(text="No mail but for the pharmacy"), by=medical)
    before = written()

    answer = page.post(address, {"text": "No mail at all", "wording": read})

    shown = answer.content.decode()
    assert (answer.status_code, written()) == (422, before)
    assert "M1 was amended meanwhile and says now: No mail but for the pharmacy." in shown
    assert "No mail at all" in shown
    newest = answer.context["wording"].pk
    assert page.post(address, {"text": "No mail at all", "wording": newest}).status_code == 302


def test_the_minutes_say_how_much_waits_to_be_reconfirmed(crisis, laboratory, secretary):
    report_status(crisis, laboratory, SUSPENDED.changed(reason="Servers", observed_at=ago(20)), by=secretary)

    assert "1 to reconfirm" in composed(open_meeting(crisis, by=secretary))


def test_minutes_keep_who_and_when_as_the_meeting_set_them(crisis, running, secretary, director):
    set_action(crisis, "Order tokens", owner_name="The plumber", meeting=running, by=secretary)
    other = set_action(crisis, "Call the mayor", owner=secretary, meeting=running, by=secretary)
    adjourn(running, by=secretary)
    for action in Action.objects.filter(duty=""):
        change_action(action, owner=director, due_at=timezone.now() + timedelta(days=2), by=secretary)

    point = next(p for p in flat(minutes_of(running))["points"] if p["topic"] == "other")

    said = [(line["mark"], line["more"]) for line in point["lines"]]
    assert said == [(f"A{other.number - 1}", "The plumber"), (other.key, "Secretary")]


def test_what_was_typed_with_a_refused_filing_stays_and_a_point_is_gone_back_to(page, crisis, running):
    duty = Action.objects.get(duty="gdpr")
    address = reverse("finish_action", args=[crisis.pk, duty.number])

    answer = page.post(address, {"reference": "APD-12", "filed_at": "2099-01-01T08:30"})

    own = answer.content.decode().split(f'id="{duty}"')[1].split("</li>")[0]
    assert answer.status_code == 422
    assert 'value="APD-12"' in own
    assert 'value="2099-01-01T08:30"' in own
    answer = page.post(address, {"filed_at": "2022-10-30T02:30"})
    assert '<select name="filed_at-offset" class="short" aria-label="Which 02:30">' in answer.text
    back = url("point", running, running.points.get(topic="actions").pk)
    assert page.post(address, {"next": back}).url == back
