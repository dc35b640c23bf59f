"""What meetings may do to measures, who may hold them, and what a refusal leaves behind: nothing."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crisis.errors import RuleBroken
from crisis.meetings.measure_writes import Said, amend_measure, decide_measure, lift_measure, renew_measures
from crisis.meetings.models import Act, Kind, Measure, Meeting, Review, Wording
from crisis.meetings.reads import (
    ahead,
    contradictions,
    listed,
    lives,
    measures_at,
    next_working_day,
    rows_of,
    suggested,
    wording_of,
)
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import JournalEntry
from crisis.writes import close_crisis
from services.reads import board_at
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, adjourn, ago, chain_holds, person, written

pytestmark = pytest.mark.django_db
CANCELLED = Said(text="Planned examinations are cancelled", activities=["radiologie"])


def rows() -> dict[str, int]:
    """What a refusal must leave as it was."""
    return written() | {model.__name__: model.objects.count() for model in (Meeting, Measure, Review, Wording)}


@pytest.fixture
def meeting(crisis, secretary, radiology) -> Meeting:
    """An ordinary one, in progress."""
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def measure(meeting, secretary) -> Measure:
    """M1, in force: decided by a meeting that is over."""
    found = decide_measure(meeting, CANCELLED, by=secretary)
    adjourn(meeting, by=secretary)
    return found


def standings(crisis, moment=None):
    return {s.measure.key: s for s in measures_at(crisis, moment or timezone.now())}


def hold(crisis, by, kind=Kind.ORDINARY, cell="group") -> Meeting:
    return open_meeting(crisis, kind=kind, cell=cell, by=by)


def test_a_measure_is_in_force_once_its_meeting_is_adjourned_and_not_before(crisis, meeting, secretary):
    decide_measure(meeting, CANCELLED, by=secretary)
    assert standings(crisis) == {}

    adjourn(meeting, by=secretary)

    found = standings(crisis)["M1"]
    assert str(found.wording) == CANCELLED.text
    assert (found.wording.activities, found.wording.sites, found.renewals, found.overdue) == (
        ["radiologie"],
        [],
        0,
        False,
    )
    assert standings(crisis, meeting.opened_at) == {}


def test_each_act_is_one_entry_and_the_chain_holds(crisis, meeting, measure, secretary):
    second = hold(crisis, secretary)
    renew_measures(second, [measure], by=secretary)
    adjourn(second, by=secretary)

    entries = JournalEntry.objects.filter(book=crisis.book).order_by("seq")
    assert [(e.verb, e.subject) for e in entries] == [
        ("meeting.opened", "meeting:1"),
        ("measure.decided", "measure:M1"),
        ("meeting.adjourned", "meeting:1"),
        ("meeting.opened", "meeting:2"),
        ("measure.renewed", "measure:M1"),
        ("meeting.adjourned", "meeting:2"),
    ]
    assert chain_holds(crisis.book)


def test_a_renewed_measure_counts_and_an_amended_one_keeps_its_old_words(crisis, measure, secretary, libramont):
    for act in (
        lambda m: renew_measures(m, [measure], by=secretary),
        lambda m: amend_measure(
            m, measure, Said(text="Only urgent ones", activities=["radiologie"], sites=["libramont"]), by=secretary
        ),
    ):
        meeting = hold(crisis, secretary)
        act(meeting)
        adjourn(meeting, by=secretary)

    found = standings(crisis)["M1"]
    assert (str(found.wording), found.wording.sites, found.renewals) == ("Only urgent ones", ["libramont"], 2)
    assert [str(w) for w in Wording.objects.order_by("pk")] == [CANCELLED.text, "Only urgent ones"]
    before = Meeting.objects.get(number=2).ended_at
    assert str(standings(crisis, before)["M1"].wording) == CANCELLED.text


def test_what_nobody_reviewed_stays_in_force_and_waits(crisis, measure, secretary):
    second = hold(crisis, secretary)
    with pytest.raises(RuleBroken, match="Not decided yet: M1") as refused:
        adjourn(second, by=secretary)
    assert refused.value.offer == "all_the_same"

    adjourn(second, all_the_same=True, by=secretary)

    assert standings(crisis)["M1"].overdue
    entry = JournalEntry.objects.filter(verb="meeting.adjourned").latest("seq")
    assert entry.data["undecided"] == ["M1"]


def test_only_lifting_ends_a_measure(crisis, measure, secretary):
    meeting = hold(crisis, secretary)
    lift_measure(meeting, [measure], by=secretary)
    assert "M1" in standings(crisis)

    adjourn(meeting, by=secretary)

    assert standings(crisis) == {}


def test_an_announced_meeting_that_never_took_place_leaves_everything_in_force_and_overdue(crisis, measure, secretary):
    meeting = hold(crisis, secretary)
    renew_measures(meeting, [measure], by=secretary)
    soon = timezone.now() + timedelta(hours=1)
    adjourn(meeting, next_at=soon, by=secretary)

    assert not standings(crisis)["M1"].overdue
    assert standings(crisis, soon - timedelta(seconds=1))["M1"].overdue is False
    assert standings(crisis, soon)["M1"].overdue is True


def test_while_the_meeting_is_in_progress_nothing_is_overdue(crisis, measure, secretary):
    second = hold(crisis, secretary)
    adjourn(second, all_the_same=True, by=secretary)
    assert standings(crisis)["M1"].overdue

    hold(crisis, secretary)

    assert not standings(crisis)["M1"].overdue


def test_an_extraordinary_meeting_touches_only_what_it_names(crisis, measure, secretary):
    other = hold(crisis, secretary, Kind.EXTRAORDINARY)

    adjourn(other, by=secretary)

    assert not standings(crisis)["M1"].overdue
    assert standings(crisis)["M1"].renewals == 0


def test_another_cells_meeting_neither_reviews_a_measure_nor_makes_it_overdue(crisis, measure, duty):
    own = hold(crisis, duty, cell="site:libramont")
    before = rows()

    with pytest.raises(RuleBroken, match="M1 belongs to another cell"):
        renew_measures(own, [measure], by=duty)

    assert rows() == before
    adjourn(own, by=duty)
    assert not standings(crisis)["M1"].overdue


def test_the_last_word_of_a_meeting_counts(crisis, measure, secretary):
    meeting = hold(crisis, secretary)
    lift_measure(meeting, [measure], by=secretary)
    renew_measures(meeting, [measure], by=secretary)
    adjourn(meeting, by=secretary)

    assert standings(crisis)["M1"].renewals == 1
    assert [r.act for r in Review.objects.filter(meeting=meeting)] == [Act.LIFTED, Act.RENEWED]


def test_words_that_a_meeting_took_back_or_that_was_cancelled_never_counted(crisis, measure, secretary):
    for words, end in (("Called off", lambda m: cancel_meeting(m, "No quorum", by=secretary)), ("Taken back", None)):
        meeting = hold(crisis, secretary)
        amend_measure(meeting, measure, Said(text=words), by=secretary)
        assert str(wording_of(measure)) == words  # as the meeting in progress has it
        if end:
            end(meeting)
        else:
            renew_measures(meeting, [measure], by=secretary)
            adjourn(meeting, by=secretary)

        assert str(wording_of(measure)) == CANCELLED.text
        assert {str(row.wording) for row in rows_of(meeting, timezone.now())} <= {CANCELLED.text}
    assert [review.act for review in lives(crisis)[measure]] == [Act.RENEWED, Act.DECIDED]


def test_a_measure_of_a_cancelled_meeting_says_nothing(crisis, meeting, secretary):
    lost = decide_measure(meeting, CANCELLED, by=secretary)
    cancel_meeting(meeting, "No quorum", by=secretary)

    assert wording_of(lost) is None
    assert lives(crisis) == {}


def test_a_cancelled_meeting_decides_nothing(crisis, meeting, secretary):
    decide_measure(meeting, CANCELLED, by=secretary)

    cancel_meeting(meeting, "The building is being evacuated", by=secretary)

    assert standings(crisis) == {}
    assert Meeting.objects.get().state == "cancelled"
    assert ahead(crisis) is None


def test_two_secretaries_who_open_the_same_meeting_open_one(crisis, secretary):
    other = person("second", "secretary", crisis)
    announced = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=secretary)

    one = open_meeting(crisis, announced=announced, by=secretary)
    two = open_meeting(crisis, announced=announced, by=other)

    assert one == two
    assert JournalEntry.objects.filter(verb="meeting.opened").count() == 1


def test_the_next_meeting_is_announced_with_the_end_of_this_one(crisis, meeting, secretary):
    tomorrow = timezone.now() + timedelta(days=1)

    adjourn(meeting, next_at=tomorrow, by=secretary)

    assert (ahead(crisis).number, ahead(crisis).scheduled_at, ahead(crisis).state) == (2, tomorrow, "scheduled")


def test_an_announced_meeting_that_the_cell_has_met_since_is_passed_over(crisis, secretary, clock_at):
    announce_meeting(crisis, timezone.now() + timedelta(hours=1), by=secretary)
    with clock_at(timezone.now() + timedelta(hours=2)):
        adjourn(open_meeting(crisis, by=secretary), by=secretary)

        assert [(m.number, m.passed_over) for m in listed(crisis)] == [(2, False), (1, True)]
        assert ahead(crisis) is None


@pytest.fixture
def clock_at():
    return lambda moment: time_machine.travel(moment, tick=False)


def test_a_measure_that_contradicts_the_board_is_found(crisis, measure, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    assert contradictions(standings(crisis)["M1"], board_at(crisis)) == []

    report_status(crisis, radiology, RESTORED, by=secretary)

    assert [t.service for t in contradictions(standings(crisis)["M1"], board_at(crisis))] == [radiology]


STATES = {
    "scheduled": "open it first",
    "ended": "is adjourned",
    "cancelled": "is cancelled",
}
ACTS = {
    "decide": lambda m, measure, by: decide_measure(m, CANCELLED, by=by),
    "renew": lambda m, measure, by: renew_measures(m, [measure], by=by),
    "amend": lambda m, measure, by: amend_measure(m, measure, CANCELLED, by=by),
    "lift": lambda m, measure, by: lift_measure(m, [measure], by=by),
    "adjourn": lambda m, measure, by: adjourn(m, all_the_same=True, by=by),
}
MAY = {"director", "medical", "secretary"}


def in_state(crisis, by, state: str) -> Meeting:
    meeting = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=by)
    if state == "cancelled":
        cancel_meeting(meeting, "No quorum", by=by)
    elif state != "scheduled":
        meeting = open_meeting(crisis, announced=meeting, by=by)
        if state == "ended":
            adjourn(meeting, all_the_same=True, by=by)
    return meeting


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_only_a_meeting_in_progress_acts(crisis, measure, secretary, act, state):
    meeting = in_state(crisis, secretary, state)
    before = rows()

    with pytest.raises(RuleBroken, match=STATES[state]):
        ACTS[act](meeting, measure, secretary)

    assert rows() == before


@pytest.mark.parametrize("act", [*ACTS, "open", "announce", "cancel"])
@pytest.mark.parametrize(
    "role", ["director", "medical", "secretary", "communications", "it", "duty", "ward", "observer", "outsider"]
)
def test_each_role_may_hold_a_meeting_of_the_group_or_is_refused(crisis, measure, secretary, request, role, act):
    by = request.getfixturevalue(role)
    more = {
        "open": lambda m, _measure, by: open_meeting(crisis, kind=Kind.EXTRAORDINARY, by=by),
        "announce": lambda m, _measure, by: announce_meeting(crisis, timezone.now() + timedelta(days=2), by=by),
        "cancel": lambda m, _measure, by: cancel_meeting(m, "No quorum", by=by),
    }
    meeting = in_state(crisis, secretary, "scheduled" if act == "open" else "running")
    before = rows()

    if role in MAY:
        (ACTS | more)[act](meeting, measure, by)
        assert rows() != before
        return
    with pytest.raises(RuleBroken, match="Your role does not hold this meeting"):
        (ACTS | more)[act](meeting, measure, by)
    assert rows() == before


def test_a_site_lead_holds_the_meetings_of_the_own_site_only(crisis, duty, libramont, arlon):
    assert open_meeting(crisis, cell="site:libramont", by=duty).state == "running"

    with pytest.raises(RuleBroken, match="Your role does not hold this meeting"):
        open_meeting(crisis, cell="site:arlon", by=duty)


BAD = {
    "no words": (Said(text="  "), "text", "Write what the measure says"),
    "too long": (Said(text="x" * 4001), "text", "at most 4000 characters"),
    "no such service": (Said(text="x", activities=["dragons"]), "activities", "No such service: dragons"),
    "not at that site": (
        Said(text="x", activities=["radiologie"], sites=["arlon"]),
        "sites",
        "None of these services is at arlon",
    ),
    "no such rule": (Said(text="x", attendance="maybe"), "attendance", "Choose whether people come"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_measure_that_says_nothing_or_names_what_is_not_there_is_refused(meeting, secretary, arlon, name):
    said, field, sentence = BAD[name]
    before = rows()

    with pytest.raises(RuleBroken, match=sentence) as refused:
        decide_measure(meeting, said, by=secretary)

    assert refused.value.field == field
    assert rows() == before


def test_moments_of_meetings_lie_ahead(crisis, meeting, secretary):
    before = rows()
    with pytest.raises(RuleBroken, match="a moment to come"):
        announce_meeting(crisis, ago(1), by=secretary)
    with pytest.raises(RuleBroken, match="The next meeting is in the past"):
        adjourn(meeting, next_at=ago(1), by=secretary)
    assert rows() == before

    at = timezone.now() + timedelta(days=1)
    announce_meeting(crisis, at, by=secretary)
    with pytest.raises(RuleBroken, match="announced for that moment already"):
        announce_meeting(crisis, at, by=secretary)


def test_a_meeting_is_not_cancelled_without_a_reason_nor_when_it_is_over(crisis, meeting, secretary):
    with pytest.raises(RuleBroken, match="Say why"):
        cancel_meeting(meeting, " ", by=secretary)
    adjourn(meeting, by=secretary)
    with pytest.raises(RuleBroken, match="is over"):
        cancel_meeting(meeting, "No quorum", by=secretary)

    assert Meeting.objects.get().state == "ended"


def test_a_measure_that_is_over_is_not_reviewed_and_nothing_left_is_said(crisis, measure, secretary):
    meeting = hold(crisis, secretary)
    lift_measure(meeting, [measure], by=secretary)
    adjourn(meeting, by=secretary)
    third = hold(crisis, secretary)

    with pytest.raises(RuleBroken, match="M1 is not in force"):
        renew_measures(third, [measure], by=secretary)
    with pytest.raises(RuleBroken, match="Every measure is decided already"):
        renew_measures(third, [], by=secretary)


def test_nothing_is_held_in_a_closed_crisis(crisis, meeting, secretary, director):
    close_crisis(crisis, by=director)
    before = rows()

    with pytest.raises(RuleBroken, match="closed"):
        decide_measure(meeting, CANCELLED, by=secretary)
    assert rows() == before


def test_the_database_itself_keeps_one_meeting_of_a_cell_at_a_time(crisis, meeting):
    with pytest.raises(IntegrityError):
        Meeting.objects.create(crisis=crisis, number=99, scheduled_at=timezone.now(), opened_at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["meetings_review", "meetings_wording"])
def test_the_database_itself_refuses_to_change_what_a_meeting_did(crisis, measure, table):
    for statement in (f"UPDATE {table} SET measure_id = 0", f"DELETE FROM {table}"):
        with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
            cursor.execute(statement)


def test_the_hour_of_the_last_ordinary_meeting_is_offered_again(crisis, secretary):
    with timezone.override(ZoneInfo("Europe/Brussels")):
        wednesday = timezone.make_aware(parse_datetime("2099-05-20T15:12:30"))
        assert (
            timezone.localtime(suggested(crisis, wednesday)).isoformat()[:16] == "2099-05-22T08:30"
        )  # after Ascension

        with time_machine.travel(timezone.make_aware(parse_datetime("2099-05-19T07:45")), tick=False):
            open_meeting(crisis, by=secretary)

        assert timezone.localtime(suggested(crisis, wednesday)).isoformat()[:16] == "2099-05-22T07:45"


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2022-05-25", "2022-05-27"),  # Ascension
        ("2022-05-27", "2022-05-30"),  # a weekend
        ("2022-06-03", "2022-06-07"),  # a weekend and Whit Monday
        ("2022-12-30", "2023-01-02"),  # a new year
        ("2022-03-25", "2022-03-28"),  # the clocks change: the same hour all the same
    ],
)
def test_the_next_working_day_knows_weekends_and_belgian_holidays(organisation, day, following):
    with timezone.override(ZoneInfo("Europe/Brussels")):
        at = timezone.make_aware(parse_datetime(f"{day}T08:30"))

        assert timezone.localtime(next_working_day(at)).isoformat()[:16] == f"{following}T08:30"
