"""The pages of a meeting point by point, its minutes, and the actions: what is asked, shown, kept and refused."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis.meetings.actions import set_action
from crisis.meetings.agenda import note_attendance
from crisis.meetings.decisions import take_decision
from crisis.meetings.drafts import save_draft
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Action, Attendee, Decision, Draft, Meeting, Point, Seal
from crisis.meetings.pieces import board_pieces, places
from crisis.meetings.reads import in_charge
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import announce_meeting, open_meeting
from crisis.models import JournalEntry, Member
from crisis.writes import withdraw_role
from services.models import StatusReport
from services.writes import confirm_site, report_status
from tests.cast import RESTORED, SUSPENDED, VITAL, adjourn, ago, written

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def page(browser_of, secretary):
    """The secretary's browser."""
    return browser_of(secretary)


@pytest.fixture
def running(crisis, secretary, radiology, laboratory) -> Meeting:
    """A meeting in progress."""
    return open_meeting(crisis, by=secretary)


def url(name: str, meeting: Meeting, *rest: int) -> str:
    return reverse(name, args=[meeting.crisis_id, meeting.number, *rest])


def at(meeting: Meeting, topic: str) -> Point:
    return meeting.points.get(topic=topic)


def words(answer) -> str:
    return answer.content.decode()


def main(answer) -> str:
    return words(answer).split('<main id="main">')[1].split("</main>")[0]


# The agenda


def test_every_point_has_its_page_with_the_agenda_and_the_minutes_beside_it(page, running):
    for point in running.points.all():
        shown = main(page.get(url("point", running, point.pk)))

        assert f'aria-current="step"><span class="number">{point.order}</span>' in shown
        assert shown.count('aria-current="step"') == 1
        assert f'id="minutes-{running.number}"' in shown
        assert 'data-key="n"' in shown  # the capture line is always open
        assert ('data-key="j"' in shown) == (point.topic != "next")
        assert ('data-key="k"' in shown) == (point.topic != "present")


def test_a_meeting_without_a_point_in_its_address_begins_at_the_first(page, running):
    assert "1 · Those present" in main(page.get(url("meeting", running)))


def test_a_point_of_another_meeting_is_not_found(page, crisis, running, secretary):
    other = announce_meeting(crisis, timezone.now() + timedelta(hours=1), by=secretary)

    assert page.get(url("point", running, at(other, "it").pk)).status_code == 404


def test_a_point_is_added_moved_and_skipped_by_its_buttons(page, running):
    answer = page.post(url("add_point", running), {"title": "Keys of the pharmacy"})
    added = running.points.get(topic="added")
    assert answer.url == url("point", running, added.pk)
    assert (added.order, at(running, "next").order) == (9, 10)

    page.post(url("move_point", running, added.pk), {"earlier": "1"})
    page.post(url("skip_point", running, added.pk))

    shown = main(page.get(url("point", running, added.pk)))
    assert "8 · Keys of the pharmacy" in shown
    assert "This point was not treated." in shown
    assert "Treat it after all" in shown


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_point_without_a_title_or_with_too_long_a_one_is_refused_where_it_was_typed(title, page, running):
    before = written()

    answer = page.post(url("add_point", running), {"title": title})

    assert answer.status_code == 422
    assert "errorlist" in words(answer)
    assert written() == before


# Those present


def test_everyone_is_present_by_one_button_and_the_director_is_suggested_for_the_chair(
    page, running, director, secretary
):
    shown = main(page.get(url("meeting", running)))
    assert f'<option value="{director.pk}" selected>Director</option>' in shown

    page.post(url("attend", running), {"everyone": "1", "chair": director.pk, "pen": secretary.pk})

    assert {str(a) for a in running.attendees.all()} == {"Director", "Secretary"}
    assert str(in_charge(running)["chair"].attendee) == "Director"
    assert JournalEntry.objects.filter(verb="meeting.attended").count() == 1


def test_a_suggested_chair_who_is_not_there_is_no_obstacle(page, running, director, medical):
    page.post(url("attend", running), {f"seen_{medical.pk}": "present", f"was_{medical.pk}": "", "chair": director.pk})

    assert {str(a) for a in running.attendees.all()} == {"Secretary", "Medical"}
    assert "chair" not in in_charge(running)


def test_a_chair_that_was_chosen_and_is_not_there_is_refused_at_its_field(page, running, director, medical):
    before = written()

    answer = page.post(
        url("attend", running), {f"seen_{director.pk}": "excused", f"was_{director.pk}": "", "chair": medical.pk}
    )

    assert answer.status_code == 422
    assert "Medical chairs and is not marked present: tick them first." in words(answer)
    assert written() == before


def test_two_who_tick_at_once_do_not_undo_each_other(page, running, director, medical, secretary):
    stale = {f"seen_{u.pk}": "" for u in (director, medical)} | {f"was_{u.pk}": "" for u in (director, medical)}
    note_attendance(running, {director: "present"}, by=secretary)

    page.post(url("attend", running), stale | {f"seen_{medical.pk}": "present"})

    assert {str(a) for a in running.attendees.all()} == {"Secretary", "Director", "Medical"}


def test_guests_come_late_and_leave(page, running):
    page.post(url("add_guest", running), {"name": "The plumber", "function": "Water"})
    guest = running.attendees.get(user=None)

    page.post(url("come_or_go", running, guest.pk))
    guest.refresh_from_db()
    left = guest.left_at
    page.post(url("come_or_go", running, guest.pk))
    guest.refresh_from_db()

    assert left is not None
    assert guest.left_at is None
    assert "The plumber" in main(page.get(url("meeting", running)))


def test_a_member_who_was_not_on_the_list_arrives(page, running, medical, secretary):
    shown = main(page.get(url("meeting", running)))
    assert url("arrive", running, medical.pk) in shown
    assert url("arrive", running, secretary.pk) not in shown
    assert page.post(url("arrive", running, medical.pk)).status_code == 302

    assert Attendee.objects.get(user=medical).arrived_at is not None


def test_a_guest_without_a_name_is_refused(page, running):
    answer = page.post(url("add_guest", running), {"name": "", "function": "Water"})

    assert answer.status_code == 422
    assert 'value="Water"' in words(answer)
    assert Attendee.objects.filter(user=None).count() == 0


# The text of a point


def test_a_text_is_saved_by_the_page_itself_and_by_its_button(page, running):
    point = at(running, "it")
    saved = page.post(url("save_draft", running, point.pk), {"body": "*Servers*", "base": 0}, **JSON)
    assert (saved.status_code, saved.json()["version"]) == (200, 1)

    answer = page.post(url("save_draft", running, point.pk), {"body": "*Servers* are back", "base": 1})
    assert answer.url == url("point", running, point.pk)

    shown = main(page.get(url("point", running, point.pk)))
    assert ">*Servers* are back</textarea>" in shown
    assert "<em>Servers</em> are back" in shown
    assert not JournalEntry.objects.filter(verb__contains="draft").exists()


def test_the_second_to_save_the_same_text_sees_both(page, running, medical):
    point = at(running, "it")
    save_draft(point, "Theirs", 0, by=medical)

    by_itself = page.post(url("save_draft", running, point.pk), {"body": "Mine", "base": 0}, **JSON)
    assert by_itself.status_code == 409
    assert {name: by_itself.json()[name] for name in ("version", "body", "author")} == {
        "version": 1,
        "body": "Theirs",
        "author": "Medical",
    }
    by_button = page.post(url("save_draft", running, point.pk), {"body": "Mine", "base": 0})

    assert by_button.status_code == 409
    assert ">Mine</textarea>" in words(by_button)
    assert '<pre tabindex="0">Theirs</pre>' in words(by_button)
    assert 'name="base" value="1"' in words(by_button)
    assert [draft.body for draft in Draft.objects.all()] == ["Theirs"]


@pytest.mark.parametrize("size", [50_001, 1_000_000])
def test_a_text_that_is_too_long_is_refused_and_stays_on_the_page(size, page, running):
    point = at(running, "other")

    answer = page.post(url("save_draft", running, point.pk), {"body": "x" * size, "base": 0})

    assert answer.status_code == 422
    assert "x" * size in words(answer)
    assert 'role="alert"' in words(answer)
    assert not Draft.objects.exists()
    by_itself = page.post(url("save_draft", running, point.pk), {"body": "x" * size, "base": 0}, **JSON)
    assert by_itself.status_code == 422
    assert by_itself.json()["refused"]


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "\u202egnp.exe"],
)
def test_markdown_with_scripts_is_words(hostile, page, running):
    point = at(running, "other")
    page.post(url("save_draft", running, point.pk), {"body": hostile, "base": 0})

    for address in (url("point", running, point.pk), url("minutes", running)):
        shown = words(page.get(address))
        prose = shown.split('class="prose"')[1].split("</div>")[0]
        assert "<script" not in prose
        assert "<img" not in prose
        assert 'href="javascript' not in prose
        assert "\u202e" not in prose


# The capture line


def test_a_decision_is_noted_from_any_point(page, running, radiology):
    here, point = at(running, "services"), at(running, "it")
    typed = {
        "words": "Open @Radiology (Libramont) at noon",
        "kind": "decision",
        "why": "It works",
        "decided_by": "The cell",
    }

    answer = page.post(url("capture", running), typed | {"here": here.pk, "point": point.pk})

    decision = Decision.objects.get()
    assert answer.url == url("point", running, here.pk)
    assert (decision.point, str(decision.why), str(decision.decided_by)) == (point, "It works", "The cell")
    assert decision.about == ["service:radiologie@libramont"]
    shown = main(page.get(url("point", running, point.pk)))
    assert "Open @Radiology (Libramont) at noon" in shown
    assert "decided by The cell" in shown


def test_an_exclamation_mark_makes_an_action_with_its_owner_and_its_day(page, running, director):
    typed = {"words": "!Order tokens", "kind": "decision", "owner": director.pk, "due": "tomorrow"}

    page.post(url("capture", running), typed)

    action = Action.objects.get(duty="")
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert (str(action.text), action.owner, action.due_hour) == ("Order tokens", director, False)
    assert f"{timezone.localtime(action.due_at):%Y-%m-%d %H:%M}" == f"{tomorrow:%Y-%m-%d} 23:59"


def test_in_the_last_seconds_of_a_day_something_may_still_be_due_today(browser_of, running, director, time_machine):
    last = timezone.localtime().replace(hour=23, minute=59, second=58, microsecond=0) + timedelta(days=1)
    time_machine.move_to(last, tick=False)

    browser_of(director).post(url("capture", running), {"words": "!Order tokens", "owner": director.pk, "due": "today"})

    assert timezone.localtime(Action.objects.get(duty="").due_at).date() == last.date()


@pytest.mark.parametrize(
    ("due", "more", "expected"),
    [
        ("today", {}, lambda now: (timezone.localdate(now), False)),
        ("day", {"day": "2099-03-04"}, lambda now: ("2099-03-04", False)),
        ("", {"day": "2099-03-04"}, lambda now: ("2099-03-04", False)),
        ("none", {}, lambda now: (None, False)),
    ],
)
def test_when_an_action_is_due_by_a_button(due, more, expected, page, running):
    page.post(url("capture", running), {"words": "!Call", "owner_name": "The plumber", "due": due} | more)

    action = Action.objects.get(duty="")
    day, hour = expected(timezone.now())
    assert ((action.due_at and str(timezone.localdate(action.due_at))), action.due_hour) == (day and str(day), hour)


def test_by_the_next_meeting_is_its_hour(page, crisis, running, secretary):
    soon = timezone.now().replace(second=0, microsecond=0) + timedelta(hours=20)
    adjourn(running, next_at=soon, by=secretary)

    page.post(reverse("add_action", args=[crisis.pk]), {"words": "Call", "owner_name": "The plumber", "due": "next"})

    action = Action.objects.get(duty="")
    assert (action.due_at, action.due_hour) == (soon, True)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"words": "", "kind": "decision"}, "This field is required."),
        ({"words": "x" * 2001, "kind": "decision"}, "at most 2000 characters"),
        ({"words": "!Call", "due": "tomorrow"}, "Say who does it: choose a member, or type a name."),
        ({"words": "!Call", "owner_name": "Ann", "due": "day"}, "Choose the date by which it is done."),
        ({"words": "!Call", "owner_name": "Ann", "due": "day", "day": "2001-01-01"}, "An action is due in the future"),
        ({"words": "Call", "kind": "decision", "point": "999999"}, "Select a valid choice"),
    ],
)
def test_what_the_line_cannot_take_comes_back_as_it_was_typed(typed, sentence, page, running):
    before = written()

    answer = page.post(url("capture", running), typed)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f">{typed['words']}</textarea>" in words(answer)
    assert written() == before


def test_an_owner_who_left_is_refused_in_words(page, crisis, running, medical, director):
    withdraw_role(Member.objects.get(user=medical), by=director)
    before = written()

    answer = page.post(url("capture", running), {"words": "!Call", "owner": medical.pk, "due": "tomorrow"})

    assert answer.status_code == 422
    assert ">!Call</textarea>" in words(answer)
    assert written() == before


def test_what_was_captured_for_later_is_filed_from_the_point_where_it_belongs(page, running, secretary):
    decision = take_decision(running, "Mail stays off", by=secretary)
    point = at(running, "it")
    assert "File it here" in main(page.get(url("point", running, point.pk)))

    page.post(url("file_decision", running, decision.pk), {"here": point.pk, "point": point.pk})

    decision.refresh_from_db()
    assert decision.point == point
    assert "File it here" not in main(page.get(url("point", running, point.pk)))


def test_a_decision_taken_back_leaves_the_minutes_and_stays_in_the_journal(page, crisis, running, secretary):
    decision = take_decision(running, "Mail stays off", by=secretary)

    page.post(url("take_back", running, decision.pk), {"here": at(running, "it").pk})

    assert "Mail stays off" not in main(page.get(url("minutes", running)))
    assert "Taken back: Mail stays off" in words(page.get(reverse("journal", args=[crisis.pk])))


# The state of the services


def test_the_rest_of_a_site_is_confirmed_in_one_key_with_who_says_so(
    page, crisis, running, radiology, laboratory, secretary
):
    for service in (radiology, laboratory):
        report_status(crisis, service, VITAL.changed(observed_at=ago(5)), by=secretary)
    report_status(crisis, radiology, RESTORED, by=secretary)
    point = at(running, "services")
    assert "1 not reviewed" in main(page.get(url("point", running, point.pk)))

    typed = {"source": "Meeting 1 · the head nurse", "since": running.opened_at.isoformat()}
    back = url("point", running, point.pk)
    answer = page.post(reverse("confirm_site", args=[crisis.pk, radiology.site_id]), typed | {"next": back})

    assert answer.url == back
    last = StatusReport.objects.order_by("pk").last()
    assert (last.service, str(last.source)) == (laboratory, "Meeting 1 · the head nurse")
    assert StatusReport.objects.filter(service=radiology).count() == 2  # what was reported in the meeting stays
    assert "2 services reviewed, 0 not reviewed" in words(page.get(url("minutes", running) + "?piece"))


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_confirmed_site_leads_nowhere_else(elsewhere, page, crisis, running, radiology, secretary):
    report_status(crisis, radiology, VITAL, by=secretary)

    answer = page.post(reverse("confirm_site", args=[crisis.pk, radiology.site_id]), {"next": elsewhere})

    assert answer.url == reverse("board", args=[crisis.pk])


def test_the_rest_is_nothing_when_all_was_reported(crisis, running, radiology, laboratory, secretary):
    for service in (radiology, laboratory):
        report_status(crisis, service, SUSPENDED.changed(reason="Servers"), by=secretary)

    with pytest.raises(Exception, match="Nothing to confirm at Libramont"):
        confirm_site(crisis, radiology.site, by=secretary, since=running.opened_at)


# Minutes, seal, addenda


def test_the_chair_rereads_seals_and_corrects(page, browser_of, crisis, running, director, secretary):
    save_draft(at(running, "it"), "Servers are back", 0, by=secretary)
    note_attendance(running, {director: "present"}, chair=director, by=secretary)
    adjourn(running, by=secretary)
    assert "Seal the minutes" not in main(page.get(url("minutes", running)))
    refused = page.post(url("seal", running))
    assert (refused.status_code, Seal.objects.count()) == (422, 0)

    chair = browser_of(director)
    assert "Seal the minutes" in main(chair.get(url("minutes", running)))
    assert chair.post(url("seal", running)).url == url("minutes", running)
    page.post(url("addendum", running), {"words": "It was *Tuesday*"})

    shown = main(page.get(url("minutes", running)))
    seal = Seal.objects.get()
    assert seal.digest in shown
    assert "Servers are back" in shown
    assert "<em>Tuesday</em>" in shown
    assert "DRAFT" not in shown


def test_sealed_minutes_refuse_every_change_in_words(page, running, secretary, director):
    decision = take_decision(running, "Mail stays off", by=secretary)
    adjourn(running, by=secretary)
    seal_minutes(running, by=director)
    point, before = at(running, "it"), written()
    sentence = "The minutes of Meeting 1 are sealed: write an addendum."

    for name, rest, typed in (
        ("save_draft", [point.pk], {"body": "More", "base": 0}),
        ("add_guest", [], {"name": "Ann"}),
        ("add_point", [], {"title": "Keys"}),
        ("skip_point", [point.pk], {}),
        ("move_point", [point.pk], {"earlier": "1"}),
        ("file_decision", [decision.pk], {"point": point.pk}),
        ("attend", [], {"everyone": "1"}),
        ("seal", [], {}),
    ):
        answer = page.post(url(name, running, *rest), typed)
        assert answer.status_code == 422, name
        assert sentence in words(answer), name
    assert written() == before


def test_an_empty_correction_is_refused(page, running, secretary, director):
    adjourn(running, by=secretary)
    seal_minutes(running, by=director)

    assert page.post(url("addendum", running), {"words": "  "}).status_code == 422
    assert not running.addenda.exists()


def test_the_minutes_as_pdf_are_named_and_the_same_each_time(page, running, secretary):
    adjourn(running, by=secretary)

    first, second = (page.get(url("minutes_pdf", running)) for _time in range(2))

    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == 'inline; filename="pv-1-attack.pdf"'
    assert first.content == second.content
    assert first.content.startswith(b"%PDF")


def test_the_piece_beside_the_page_is_the_minutes_alone(page, running):
    piece = words(page.get(url("minutes", running) + "?piece"))

    assert piece.startswith(f'<section id="minutes-{running.number}"')
    assert "<html" not in piece


# What open screens get


def test_a_status_that_is_reported_during_a_meeting_is_a_line_of_its_minutes(crisis, running, radiology, secretary):
    seq = report_status(crisis, radiology, SUSPENDED, by=secretary).seq
    crisis.book.refresh_from_db()

    piece = board_pieces(crisis, seq - 1)
    assert "Radiology (Libramont): Suspended" in piece
    assert 'id="next"' not in piece  # nothing else changed


def test_who_does_what_is_beside_the_board_and_on_no_wall(crisis, secretary):
    set_action(crisis, "Order tokens", owner=secretary, by=secretary)

    assert "Open actions" in places(crisis)["actions"]
    assert "actions" not in places(crisis, wall=True)
    assert "actions" not in places(crisis, timezone.now())


def test_the_clocks_of_the_law_run_beside_the_board(page, crisis):
    shown = words(page.get(reverse("board", args=[crisis.pk])))

    piece = shown.split('id="actions"')[1].split("</section>")[0]
    assert "NIS2 early warning to the CCB" in piece
    assert "Tell the cyber insurer" not in piece  # no clock in law
    assert "3 overdue" in piece  # the crisis began three days ago
    assert piece.count("data-until") == 4


# Actions


def test_mine_and_all(page, browser_of, crisis, secretary, director):
    set_action(crisis, "Order tokens", owner=secretary, by=secretary)
    set_action(crisis, "Call the mayor", owner=director, by=secretary)
    address = reverse("actions", args=[crisis.pk])

    everything, mine = main(page.get(address)), main(page.get(f"{address}?mine"))

    assert "Order tokens" in everything
    assert "Call the mayor" in everything
    assert "Order tokens" in mine
    assert "Call the mayor" not in mine


def test_an_action_is_finished_with_a_reference_changed_and_dropped(page, crisis, secretary, director):
    one, two, three = (set_action(crisis, f"Do {n}", owner=secretary, by=secretary) for n in range(3))
    address = {name: reverse(name, args=[crisis.pk, a.number]) for name, a in
               (("finish_action", one), ("change_action", two), ("drop_action", three))}  # fmt: skip

    page.post(address["finish_action"], {"reference": "CCB-2022-17"})
    page.post(address["change_action"], {"owner": director.pk, "due": "today"})
    page.post(address["drop_action"], {"reason": "No longer needed"})

    for action in (one, two, three):
        action.refresh_from_db()
    assert (one.state, str(one.reference)) == ("done", "CCB-2022-17")
    assert (two.owner, timezone.localdate(two.due_at)) == (director, timezone.localdate())
    assert (three.state, str(three.reason)) == ("dropped", "No longer needed")


def test_a_refused_change_of_an_action_comes_back_at_that_action(page, crisis, secretary):
    one, two = (set_action(crisis, f"Do {n}", owner=secretary, by=secretary) for n in range(2))

    answer = page.post(reverse("drop_action", args=[crisis.pk, two.number]), {"reason": ""})

    shown = words(answer)
    assert answer.status_code == 422
    assert f"Say why {two} is dropped." in shown.split(f'id="{two}"')[1].split("</li>")[0]
    assert "Say why" not in shown.split(f'id="{one}"')[1].split("</li>")[0]
    two.refresh_from_db()
    assert two.state == "open"


def test_who_owns_an_action_finishes_it_though_they_hold_no_meetings(browser_of, crisis, secretary, communications):
    action = set_action(crisis, "Call the press", owner=communications, by=secretary)

    assert browser_of(communications).post(reverse("finish_action", args=[crisis.pk, action.number])).status_code == 302
    action.refresh_from_db()
    assert action.state == "done"


def test_the_spreadsheet_has_every_action_and_runs_no_formula(page, crisis, secretary):
    set_action(crisis, "=HYPERLINK(1)", owner_name="+32 470", by=secretary)

    answer = page.get(reverse("actions_csv", args=[crisis.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0] == ["Action", "What", "Who", "Due", "State", "Closed", "Reason or reference", "Rule"]
    assert rows[1][:2] == ["A1", "NIS2 early warning to the CCB"]
    assert rows[1][7] == "NIS2 Art. 23(4)(a)"
    assert rows[9][1:3] == ["'=HYPERLINK(1)", "'+32 470"]


def test_the_legal_duties_are_put_on_the_list_of_an_exercise_by_a_button(page, crisis):
    Action.objects.all().delete()
    address = reverse("actions", args=[crisis.pk])
    assert "Put them on the list" in main(page.get(address))

    page.post(reverse("require_duties", args=[crisis.pk]))

    assert Action.objects.count() == 8
    assert "Put them on the list" not in main(page.get(address))


@pytest.mark.parametrize("number", [1, 10])
def test_the_list_of_actions_costs_the_same_queries_for_one_and_for_ten(
    number, page, crisis, secretary, director, django_assert_max_num_queries
):
    for n in range(number):
        set_action(crisis, f"Do {n}", owner=director, by=secretary)

    with django_assert_max_num_queries(16):
        page.get(reverse("actions", args=[crisis.pk]))


# What a page keeps of what was typed


def test_an_act_that_was_done_is_said_in_a_cookie_and_a_refused_one_is_not(page, running):
    done = page.post(url("capture", running), {"words": "Fax is back", "kind": "decision"})
    assert done.cookies["written"].value == url("capture", running).replace("/", "%2F")
    assert done.cookies["written"]["samesite"] == "Strict"

    assert "written" not in page.post(url("capture", running), {"words": ""}).cookies


def test_who_is_signed_out_is_told_of_no_act(client, running):
    answer = client.post(url("capture", running), {"words": "Fax is back", "kind": "decision"})

    assert answer.status_code == 302
    assert "written" not in answer.cookies
    assert not Decision.objects.exists()


def test_what_a_page_asks_as_json_is_refused_as_json(page, running, secretary, director):
    adjourn(running, by=secretary)
    seal_minutes(running, by=director)

    answer = page.post(url("save_draft", running, at(running, "it").pk), {"body": "x", "base": 0}, **JSON)

    assert answer.status_code == 422
    assert json.loads(answer.content)["refused"] == "The minutes of Meeting 1 are sealed: write an addendum."


def test_a_renewal_that_contradicts_the_board_is_named_with_its_amendment(page, crisis, radiology, secretary):
    first = open_meeting(crisis, by=secretary)
    decide_measure(first, Said(text="No scans", activities=["radiologie"]), by=secretary)
    adjourn(first, by=secretary)
    report_status(crisis, radiology, RESTORED, by=secretary)
    second = open_meeting(crisis, by=secretary)

    shown = main(page.get(url("point", second, at(second, "measures").pk)))

    assert "Contradicts the board" in shown
    assert reverse("amend_measure", args=[crisis.pk, 2, 1]) + "?offered" in shown
