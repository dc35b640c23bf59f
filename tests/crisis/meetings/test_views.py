"""The pages of meetings and measures: what is asked, what is shown, what a refusal keeps of what was typed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis import frames
from crisis.frames import grown, wall_places, whole
from crisis.meetings import pieces
from crisis.meetings.measure_writes import Said, decide_measure, renew_measures
from crisis.meetings.models import Action, Measure, Meeting, Review
from crisis.meetings.reads import measures_at
from crisis.meetings.writes import cancel_meeting, open_meeting
from crisis.models import JournalEntry, Text
from crisis.writes import mask_text, write_entry
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, adjourn

pytestmark = pytest.mark.django_db
TEXT = "Planned examinations are cancelled"


def url(name: str, crisis, *rest: int) -> str:
    return reverse(name, args=[crisis.pk, *rest])


@pytest.fixture
def page(browser_of, secretary):
    """The secretary's browser."""
    return browser_of(secretary)


@pytest.fixture
def held(crisis, secretary, radiology) -> Meeting:
    """A meeting that is over and decided M1."""
    meeting = open_meeting(crisis, by=secretary)
    decide_measure(
        meeting, Said(text=TEXT, activities=["radiologie"], exempt="Oncology", attendance="stay"), by=secretary
    )
    return adjourn(meeting, by=secretary)


def words(answer) -> str:
    return answer.content.decode()


def test_an_empty_list_says_so_and_offers_the_next_working_day(page, crisis):
    answer = page.get(url("meetings", crisis))

    assert "No meeting yet: open the first one, or announce it." in words(answer)
    assert "None is announced." in words(answer)
    suggested = answer.context["form"].initial["at"]
    assert suggested.weekday() < 5
    assert suggested > timezone.now()


def test_a_whole_meeting_by_its_forms(page, crisis, radiology):
    opened = page.post(url("open_meeting", crisis), {"kind": "ordinary"})
    assert opened.url == url("meeting", crisis, 1)

    typed = {"text": TEXT, "activities": ["radiologie"], "attendance": "unless_called", "exempt": "Oncology"}
    assert page.post(url("decide_measure", crisis, 1), typed).status_code == 302
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert page.post(url("add_guest", crisis, 1), {"name": "A guest"}).status_code == 302
    assert page.post(url("adjourn", crisis, 1), {"next_at": tomorrow}).status_code == 302

    assert page.post(url("open_announced", crisis, 2)).url == url("meeting", crisis, 2)
    assert page.post(url("renew_rest", crisis, 2)).status_code == 302
    assert page.post(url("adjourn", crisis, 2), {"all_the_same": "on"}).status_code == 302
    [standing] = measures_at(crisis, timezone.now())
    assert (standing.measure.key, standing.renewals, str(standing.wording.exempt)) == ("M1", 1, "Oncology")
    assert "M1 renewed." in words(page.get(url("journal", crisis)))


def test_adjourning_with_measures_left_lists_them_and_can_be_done_all_the_same(page, crisis, held, secretary):
    open_meeting(crisis, by=secretary)
    refused = page.post(url("adjourn", crisis, 2), {"next_at": "2099-01-01T08:30"})

    assert refused.status_code == 422
    assert "Not decided yet: M1" in words(refused)
    assert "2099-01-01T08:30" in words(refused)

    assert page.post(url("adjourn", crisis, 2), {"all_the_same": "on"}).status_code == 302
    assert "Not reviewed, they stay in force: M1" in words(page.get(url("meeting", crisis, 2)))
    assert "To reconfirm, still applies" in words(page.get(url("measures", crisis)))


def test_what_was_typed_survives_a_refusal_at_its_field(page, crisis, secretary, radiology, arlon):
    open_meeting(crisis, by=secretary)

    answer = page.post(
        url("decide_measure", crisis, 1), {"text": TEXT, "activities": ["radiologie"], "sites": ["arlon"]}
    )

    assert answer.status_code == 422
    assert TEXT in words(answer)
    assert "None of these services is at arlon" in words(answer)
    assert not Measure.objects.exists()


def test_an_amendment_starts_from_the_words_in_force_and_names_what_contradicts_them(
    page, crisis, held, radiology, secretary
):
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    report_status(crisis, radiology, RESTORED, by=secretary)
    open_meeting(crisis, by=secretary)

    shown = page.get(url("amend_measure", crisis, 2, 1))
    assert TEXT in words(shown)
    assert "The board says that these run again" in words(shown)
    assert "Nothing of its scope is left: lift it." in words(shown)  # no site ticked would mean every site
    assert page.post(url("amend_measure", crisis, 2, 1), {"text": ""}).status_code == 422
    assert page.post(url("amend_measure", crisis, 2, 1), {"text": "Only by appointment"}).status_code == 302

    assert Review.objects.latest("pk").act == "amended"
    assert "Contradicts the board" in words(page.get(url("measures", crisis)))  # until the meeting is adjourned


def test_the_offered_amendment_is_ready_to_accept(page, crisis, secretary, laboratory, elsewhere):
    meeting = open_meeting(crisis, by=secretary)
    decide_measure(meeting, Said(text="No blood samples", activities=["laboratoire"]), by=secretary)
    adjourn(meeting, by=secretary)
    report_status(crisis, laboratory, RESTORED, by=secretary)
    open_meeting(crisis, by=secretary)

    offered = page.get(url("amend_measure", crisis, 2, 1), {"offered": ""}).context["form"].initial
    assert offered["sites"] == ["arlon"]
    assert page.post(url("amend_measure", crisis, 2, 1), offered).status_code == 302

    page.post(url("adjourn", crisis, 2), {"all_the_same": "on"})
    assert "Contradicts the board" not in words(page.get(url("measures", crisis)))


def test_a_measure_that_never_counted_cannot_be_amended(page, crisis, secretary):
    lost = open_meeting(crisis, by=secretary)
    decide_measure(lost, Said(text=TEXT), by=secretary)
    cancel_meeting(lost, "No quorum", by=secretary)
    open_meeting(crisis, by=secretary)

    assert page.get(url("amend_measure", crisis, 2, 1)).status_code == 404


def test_every_site_ticked_is_no_site_in_particular(page, crisis, secretary, radiology, arlon):
    open_meeting(crisis, by=secretary)

    page.post(url("decide_measure", crisis, 1), {"text": TEXT, "sites": ["arlon", "libramont"]})

    assert Measure.objects.get().wordings.get().sites == []


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_measure_is_words_and_nothing_else(page, crisis, secretary, hostile):
    meeting = open_meeting(crisis, by=secretary)
    decide_measure(meeting, Said(text=hostile), by=secretary)
    adjourn(meeting, by=secretary)

    for name in ("measures", "meetings", "board", "journal"):
        assert hostile not in words(page.get(url(name, crisis)))
    assert hostile not in words(page.get(url("meeting", crisis, 1)))
    assert hostile not in whole(crisis.pk, "board", "en")[1]


def test_who_only_reads_gets_no_button(crisis, held, secretary, observer, communications, browser_of):
    open_meeting(crisis, by=secretary)
    for reader in (observer, communications):
        for name, rest in (("meetings", []), ("meeting", [2]), ("measures", [])):
            main = words(browser_of(reader).get(url(name, crisis, *rest))).split("<main")[1]
            assert "<button" not in main, name


def test_a_site_lead_holds_the_meetings_of_their_own_cell_and_no_other(crisis, held, secretary, duty, browser_of):
    open_meeting(crisis, by=secretary)
    theirs = browser_of(duty)
    assert "<button" not in words(theirs.get(url("meeting", crisis, 2))).split("<main")[1]

    assert theirs.post(url("open_meeting", crisis), {"kind": "ordinary", "cell": "group"}).status_code == 422
    opened = theirs.post(url("open_meeting", crisis), {"kind": "ordinary"})

    assert opened.url == url("meeting", crisis, 3)
    assert Meeting.objects.get(number=3).cell == "site:libramont"
    assert "cell of Libramont" in words(theirs.get(url("meetings", crisis)))


def test_a_past_meeting_is_written_down_with_its_true_times(page, crisis, held, secretary):
    began = timezone.localtime(timezone.now() + timedelta(minutes=1)).replace(second=0, microsecond=0)
    answer = page.post(url("open_meeting", crisis), {"kind": "ordinary", "began": f"{began:%Y-%m-%dT%H:%M}"})
    assert "A past meeting began before now" in words(answer)
    assert (answer.status_code, Meeting.objects.count()) == (422, 1)

    day = f"{timezone.localtime(crisis.started_at) + timedelta(days=1):%Y-%m-%d}"
    opened = page.post(url("open_meeting", crisis), {"kind": "ordinary", "began": f"{day}T08:30"})
    assert opened.url == url("meeting", crisis, 2)
    early = page.post(url("adjourn", crisis, 2), {"at": f"{day}T08:00", "all_the_same": "on"})
    assert "A meeting ends after it began" in words(early)
    assert page.post(url("adjourn", crisis, 2), {"at": f"{day}T09:15", "all_the_same": "on"}).status_code == 302

    late = Meeting.objects.get(number=2)
    shown = [f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" for moment in (late.opened_at, late.ended_at)]
    assert shown == [f"{day} 08:30", f"{day} 09:15"]
    assert late.known_at > late.ended_at


@pytest.mark.parametrize("measures", [1, 10])
def test_the_pages_cost_the_same_queries_whatever_the_number_of_measures(
    page, crisis, secretary, radiology, measures, django_assert_max_num_queries
):
    meeting = open_meeting(crisis, by=secretary)
    for n in range(measures):
        decide_measure(meeting, Said(text=f"Measure {n}", activities=["radiologie"]), by=secretary)
    adjourn(meeting, by=secretary)
    meeting = open_meeting(crisis, by=secretary)
    renew_measures(meeting, list(Measure.objects.all()), by=secretary)
    adjourn(meeting, by=secretary)
    open_meeting(crisis, by=secretary)

    for name, rest, most in (
        ("meeting", [2], 52),
        ("meeting", [3], 52),
        ("meetings", [], 14),
        ("measures", [], 18),
        ("board", [], 24),
    ):
        with django_assert_max_num_queries(most):
            page.get(url(name, crisis, *rest))


def frame(crisis, topic: str, after: int | None = None) -> str:
    room = crisis.pk, topic, "en"
    return grown({room}, {crisis.pk: after})[1].get(room, "") if after is not None else whole(*room)[1]


def test_the_board_and_the_wall_hear_of_meetings_and_measures(crisis, secretary, radiology):
    for topic in ("board", "wall"):
        assert "None is announced." in frame(crisis, topic)
    meeting = open_meeting(crisis, by=secretary)
    decide_measure(meeting, Said(text=TEXT), by=secretary)
    adjourn(meeting, next_at=timezone.now() + timedelta(days=1), by=secretary)
    crisis.book.refresh_from_db()

    for topic in ("board", "wall"):
        heard = frame(crisis, topic, 0)
        assert 'id="next"' in heard
        assert "data-until" in heard
        assert TEXT in heard
        assert (f'id="minutes-{meeting.number}"' in heard) == (topic == "board")  # a wall has no minutes


def test_what_is_not_about_meetings_sends_nothing_about_them(crisis, held, secretary):
    seq = write_entry(crisis, "A truck.", by=secretary).entry.seq

    assert pieces.board_pieces(crisis, seq - 1) == ""


def test_a_report_costs_a_wall_four_queries_and_a_look_at_nothing_one(
    crisis, held, secretary, radiology, django_assert_num_queries
):
    room, seq = (crisis.pk, "wall", "en"), report_status(crisis, radiology, SUSPENDED, by=secretary).seq
    grown({room}, {crisis.pk: seq - 1})  # what is kept for the next one

    with django_assert_num_queries(1):
        assert grown({room}, {crisis.pk: seq})[1] == {}
    seq = report_status(crisis, radiology, RESTORED, by=secretary).seq
    with django_assert_num_queries(4):  # the heads, the zone, the verbs, the reports
        assert grown({room}, {crisis.pk: seq - 1})[1][room]


def test_a_masked_text_leaves_every_screen(crisis, held, secretary, director):
    mask_text(crisis, Text.objects.get(body=TEXT), "a name", by=director)
    crisis.book.refresh_from_db()

    heard = pieces.board_pieces(crisis, crisis.book.head_seq - 1)
    assert TEXT not in heard
    assert "[masked]" in heard


def test_the_hour_of_a_meeting_that_comes_by_the_clock_alone_says_so(crisis, held, secretary):
    Action.objects.all().delete()  # whose hours come too
    second = open_meeting(crisis, by=secretary)
    renew_measures(second, [Measure.objects.get()], by=secretary)
    soon = timezone.now() + timedelta(seconds=2)
    adjourn(second, next_at=soon, by=secretary)

    assert pieces.by_clock(crisis, soon - timedelta(seconds=5), soon - timedelta(seconds=1)) == ""
    assert 'id="measures"' in pieces.by_clock(crisis, soon - timedelta(seconds=5), soon)
    assert frames.by_clock("board")


def test_a_wall_has_its_two_places(crisis, held):
    places = wall_places(crisis, set())

    assert TEXT in places["measures"]
    assert "Next meeting" in places["next"]


def test_a_board_of_the_past_shows_the_measures_of_then(page, crisis, held, secretary):
    before = timezone.localtime(held.opened_at - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")

    assert TEXT in words(page.get(url("board", crisis)))
    assert TEXT not in words(page.get(url("board", crisis), {"at": before}))


def test_the_journal_reads_in_whole_sentences(page, crisis, held, secretary):
    second = open_meeting(crisis, by=secretary)
    adjourn(second, all_the_same=True, next_at=timezone.now() + timedelta(days=1), by=secretary)

    text = words(page.get(url("journal", crisis)))

    assert "Meeting 1 opened." in text
    assert f"M1 decided: {TEXT}" in text
    assert "Meeting 2 adjourned. Not reviewed, they stay in force: M1. Next meeting:" in text
    assert JournalEntry.objects.filter(verb__startswith="me").count() == 5
