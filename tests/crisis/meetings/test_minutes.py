"""The minutes compose themselves: each point says what happened, once, in the order of the agenda."""

import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from crisis.meetings.actions import change_action, drop_action, finish_action, require_duties, set_action
from crisis.meetings.agenda import (
    EXCUSED,
    PRESENT,
    add_guest,
    add_point,
    come_or_go,
    move_point,
    note_attendance,
    skip_point,
)
from crisis.meetings.composed import sites_of
from crisis.meetings.decisions import file_to, take_back, take_decision
from crisis.meetings.drafts import save_draft
from crisis.meetings.exceptions import ask_exception, give_opinion
from crisis.meetings.lines import joined, line, moment_words, parts
from crisis.meetings.measure_writes import Said, amend_measure, decide_measure, lift_measure, renew_measures
from crisis.meetings.minutes import minutes_of
from crisis.meetings.models import Kind, Meeting, Point
from crisis.meetings.output import minutes_json, minutes_pdf, minutes_text
from crisis.meetings.seal import flat, seal_minutes
from crisis.meetings.templatetags.minutes import said
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import Crisis, Text
from crisis.writes import declare_crisis, mask_text
from services.crisisfile.load import load
from services.models import Service
from services.writes import report_status
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, adjourn
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2099, 5, 18, 8, 30, tzinfo=BRUSSELS)
CANCELLED = Said(text="Planned examinations are cancelled", activities=["radiologie"])


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Monday, half past eight; the crisis began on Friday at that hour. Time passes when a test says so."""
    with timezone.override(BRUSSELS), time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def later(clock):
    """So many minutes pass."""
    return lambda minutes=1: clock.shift(timedelta(minutes=minutes))


@pytest.fixture
def crisis(organisation, clock) -> Crisis:
    """An exercise: the legal duties are not on its list until somebody puts them there."""
    return declare_crisis("Attack", started_at=MONDAY - timedelta(days=3), is_exercise=True, by=None)


@pytest.fixture
def meeting(crisis, secretary) -> Meeting:
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def following(crisis, secretary, later):
    """The next meeting: this one is adjourned ten minutes later, and time passes until the next."""

    def go_on(meeting: Meeting, **how: Any) -> Meeting:
        later(10)
        adjourn(meeting, all_the_same=True, by=secretary, **how)
        later(60)
        return open_meeting(crisis, by=secretary)

    return go_on


@pytest.fixture
def page_of(browser_of, secretary):
    """The page of a meeting's minutes."""

    def shown(meeting: Meeting) -> str:
        with translation.override("en"):
            path = reverse("minutes", args=[meeting.crisis_id, meeting.number])
            return browser_of(secretary).get(f"{path}?piece").content.decode()

    return shown


def content(meeting: Meeting) -> dict[str, Any]:
    meeting.refresh_from_db()
    found: dict[str, Any] = flat(minutes_of(meeting))
    return found


def point_of(meeting: Meeting, topic: str) -> dict[str, Any]:
    return next(point for point in content(meeting)["points"] if point["topic"] == topic)


def lines_of(meeting: Meeting, topic: str) -> list[tuple[str, str, str, str]]:
    """Each line of a point: kind, mark, words, more."""
    return [(x["kind"], x["mark"], x["words"], x["more"]) for x in point_of(meeting, topic)["lines"]]


def words_of(meeting: Meeting, topic: str) -> list[str]:
    return [words for _kind, _mark, words, _more in lines_of(meeting, topic)]


def table_of(meeting: Meeting, number: int) -> tuple[list[str], list[list[str]]]:
    found = content(meeting)["tables"][number]
    return found["head"], found["rows"]


def the(meeting: Meeting, topic: str) -> Point:
    return meeting.points.get(topic=topic)


def texts_in(value: Any) -> list[Text]:
    """Every row of typed words in minutes."""
    match value:
        case Text():
            return [value]
        case dict():
            return [text for inner in value.values() for text in texts_in(inner)]
        case list():
            return [text for inner in value for text in texts_in(inner)]
    return []


def strings_in(value: Any) -> list[str]:
    """Every plain string in minutes."""
    match value:
        case str():
            return [value]
        case dict():
            return [words for inner in value.values() for words in strings_in(inner)]
        case list():
            return [words for inner in value for words in strings_in(inner)]
    return []


# The whole


def test_minutes_of_a_meeting_that_has_just_begun_are_whole(meeting, radiology):
    assert content(meeting) == {
        "organisation": "Vivalia",
        "crisis": "Attack",
        "exercise": True,
        "number": 1,
        "title": "Meeting 1, Monday 18 May 2099, 08:30",
        "subtitle": "ordinary · cell of the group",
        "heads": [["Opened", "Monday 18 May 2099, 08:30"], ["Pen", "Secretary"]],
        "points": [
            {"number": n, "id": the(meeting, topic).pk, "topic": topic, "title": title, "skipped": "", "text": ""}
            | {"treated": treated, "lines": [dict(zip(("kind", "words", "mark", "more"), x, strict=True)) for x in lines]}
            for n, (topic, title, treated, lines) in enumerate(
                [
                    ("present", "Those present", False, [("person", "Secretary", "", ""), ("loud", "Attendance was not noted.", "", ""), ("small", "Secretary holds the pen from 08:30 on.", "", "")]),
                    ("last", "Minutes of the last meeting", False, [("small", "This is the first meeting.", "", "")]),
                    ("services", "State of the services", False, [("small", "Nothing changed since the last meeting.", "", ""), ("small", "0 services reviewed, 1 not reviewed", "", "")]),
                    ("measures", "Measures in force", True, [("small", "No measure is in force.", "", "")]),
                    ("actions", "Open actions", False, [("small", "0 actions open.", "", "")]),
                    ("it", "IT and recovery", False, []),
                    ("communication", "Communication", False, []),
                    ("other", "Other points", False, []),
                    ("next", "Next meeting", False, []),
                ],
                1,
            )
        ],
        "tables": [
            {"title": "Measures in force", "head": ["Measure", "What is decided", "Since", "State"], "rows": []},
            {"title": "Open actions", "head": ["Action", "What", "Who", "Due"], "rows": []},
            {"title": "State of the services", "head": ["Service", "Libramont"], "rows": [["Radiology", "Not assessed"]]},
        ],
    }  # fmt: skip


def test_heads_say_when_it_was_adjourned_who_chaired_and_who_held_the_pen_last(
    meeting, secretary, director, medical, later
):
    later(5)
    note_attendance(meeting, {secretary: PRESENT, director: PRESENT, medical: PRESENT}, by=secretary, chair=director)
    later(5)
    note_attendance(meeting, {}, by=secretary, chair=medical, pen=director)
    later(30)
    adjourn(meeting, by=secretary, decides="The laboratory goes first")

    found = content(meeting)
    assert found["heads"] == [
        ["Opened", "Monday 18 May 2099, 08:30"],
        ["Adjourned", "Monday 18 May 2099, 09:10"],
        ["Chair", "Medical"],
        ["Pen", "Director"],
    ]
    assert lines_of(meeting, "other") == [("decision", "", "The laboratory goes first", "")]


def test_title_kind_and_cell_say_which_meeting_it_was(crisis, secretary, duty):
    group = open_meeting(crisis, by=secretary, kind=Kind.EXTRAORDINARY, title="Réunion *de nuit*")
    site = open_meeting(crisis, by=duty, cell="site:libramont")

    assert content(group)["title"] == "Meeting 1, Monday 18 May 2099, 08:30 · Réunion *de nuit*"
    assert content(group)["subtitle"] == "extraordinary · cell of the group"
    assert content(site)["subtitle"] == "ordinary · cell of site:libramont"


def test_a_site_is_called_by_its_name_and_it_by_its_own(crisis, secretary, libramont, radiology):
    site, it = (open_meeting(crisis, by=None, cell=cell) for cell in ("site:libramont", "it"))

    assert [content(m)["subtitle"] for m in (site, it)] == ["ordinary · cell of Libramont", "ordinary · IT cell"]


def test_minutes_are_composed_in_the_language_in_force(meeting, radiology, later, secretary):
    later()
    report_status(meeting.crisis, radiology, SUSPENDED, by=secretary)

    with translation.override("fr"):
        found = content(meeting)

    assert found["title"] == "Réunion n° 1, lundi 18 mai 2099, 08:30"
    assert found["points"][2]["lines"][0]["words"].startswith("Radiologie (Libramont)")


def test_an_announced_meeting_has_its_agenda_and_no_attendance_yet(crisis, secretary):
    meeting = announce_meeting(crisis, MONDAY + timedelta(days=1), by=secretary)

    assert content(meeting)["title"] == "Meeting 1, Tuesday 19 May 2099, 08:30"
    assert content(meeting)["heads"] == []
    assert lines_of(meeting, "present") == []
    assert len(content(meeting)["points"]) == 9


# Those present


def test_those_present_are_said_with_their_function_and_those_excused_together(
    meeting, secretary, director, medical, it
):
    director.function = "General director"
    director.save()
    seen = {secretary: PRESENT, director: PRESENT, medical: EXCUSED, it: EXCUSED}
    note_attendance(meeting, seen, by=secretary)
    add_guest(meeting, "Dr Weber", "Zone of Arlon", by=secretary)
    add_guest(meeting, "The governor", "", by=secretary, excused=True)

    assert lines_of(meeting, "present") == [
        ("person", "", "Secretary", ""),
        ("person", "", "Director", "General director"),
        ("person", "", "Dr Weber", "Zone of Arlon"),
        ("small", "", "Excused: Medical, It, The governor", ""),
        ("small", "", "Secretary holds the pen from 08:30 on.", ""),
    ]


def test_who_comes_late_or_leaves_early_is_said_with_the_hour(meeting, secretary, director, medical, later):
    note_attendance(meeting, {director: EXCUSED, medical: PRESENT}, by=secretary)
    guest = add_guest(meeting, "Dr Weber", "Zone of Arlon", by=secretary)
    later(12)
    come_or_go(meeting, director, by=secretary)
    later(8)
    come_or_go(meeting, medical, by=secretary)
    come_or_go(meeting, guest, by=secretary)
    later(5)
    come_or_go(meeting, director, by=secretary)

    people = [x for x in lines_of(meeting, "present") if x[0] == "person"]
    assert people == [
        ("person", "", "Secretary", ""),
        ("person", "", "Director", "from 08:42 on, until 08:55"),
        ("person", "", "Medical", "until 08:50"),
        ("person", "", "Dr Weber", "Zone of Arlon, until 08:50"),
    ]


def test_who_comes_back_is_there_until_the_end(meeting, secretary, medical, later):
    note_attendance(meeting, {medical: PRESENT}, by=secretary)
    for _ in range(2):
        later()
        come_or_go(meeting, medical, by=secretary)

    assert ("person", "", "Medical", "") in lines_of(meeting, "present")


def test_every_change_of_the_chair_and_the_pen_is_said_in_its_order(meeting, secretary, director, medical, later):
    later(1)
    note_attendance(meeting, {director: PRESENT, medical: PRESENT}, by=secretary, chair=director)
    later(20)
    note_attendance(meeting, {}, by=secretary, chair=medical)
    later(1)
    note_attendance(meeting, {}, by=secretary, pen=director)

    assert [words for kind, _, words, _ in lines_of(meeting, "present") if kind == "small"] == [
        "Secretary holds the pen from 08:30 on.",
        "Director chairs from 08:31 on.",
        "Medical chairs from 08:51 on.",
        "Director holds the pen from 08:52 on.",
    ]


@pytest.mark.parametrize("others", [0, 1])
def test_a_meeting_of_one_says_that_attendance_was_not_noted(meeting, secretary, director, others):
    if others:
        note_attendance(meeting, {director: PRESENT}, by=secretary)

    assert ("Attendance was not noted." in words_of(meeting, "present")) is (others == 0)
    assert point_of(meeting, "present")["treated"] is False


def test_those_present_are_complete_once_somebody_chairs(meeting, secretary, director):
    note_attendance(meeting, {director: PRESENT}, by=secretary, chair=director)

    assert point_of(meeting, "present")["treated"] is True


# Minutes of the last meeting


def test_the_last_minutes_are_not_sealed_then_sealed(crisis, meeting, director, following, later):
    second = following(meeting)
    assert lines_of(second, "last") == [("loud", "", "The minutes of Meeting 1 are not sealed yet.", "")]

    later(15)
    meeting.refresh_from_db()
    seal_minutes(meeting, by=director)

    assert lines_of(second, "last") == [
        ("fact", "", "The minutes of Meeting 1 were sealed on Monday 18 May 2099, 09:55.", "")
    ]


def test_the_last_meeting_is_the_last_one_that_this_cell_held(crisis, meeting, secretary, following, later):
    other = open_meeting(crisis, by=None, cell="it")
    second = following(meeting)
    later()
    cancel_meeting(second, "No quorum", by=secretary)
    third = open_meeting(crisis, by=secretary)

    assert words_of(third, "last") == ["The minutes of Meeting 1 are not sealed yet."]
    assert words_of(other, "last") == ["This is the first meeting."]


def test_minutes_that_this_meeting_approved_are_not_called_unsealed_beside_it(meeting, secretary, following):
    second = following(meeting)
    with translation.override("fr"):
        words = gettext("The minutes of %(meeting)s are approved.") % {"meeting": meeting}
        take_decision(second, words, by=secretary, point=the(second, "last"))

    assert lines_of(second, "last") == [("decision", "", words, "")]


# State of the services


@pytest.fixture
def sites(radiology, laboratory, arlon, elsewhere) -> list[Service]:
    """The laboratory at Arlon and at Libramont, radiology at Libramont."""
    return [elsewhere, laboratory, radiology]


def test_only_what_changed_since_the_last_meeting_is_said(crisis, meeting, sites, secretary, following, later):
    _elsewhere, laboratory, radiology = sites
    for service in sites:
        report_status(crisis, service, ATTACKED, by=secretary)
    second = following(meeting)
    later(5)
    report_status(crisis, radiology, VITAL.changed(capacity=40), by=secretary)
    report_status(crisis, laboratory, ATTACKED.changed(note="The printer too"), by=secretary)

    assert lines_of(second, "services") == [
        ("fact", "09:45", "Radiology (Libramont): Suspended → Vital (40 %)", ""),
        ("small", "", "2 services reviewed, 1 not reviewed", ""),
    ]
    assert words_of(meeting, "services") == [
        "Laboratory (Arlon, Libramont): Suspended",
        "Radiology (Libramont): Suspended",
        "3 services reviewed, 0 not reviewed",
    ]


def test_sites_where_it_is_the_same_stand_together_with_the_hours_when_it_was_seen(
    crisis, meeting, sites, secretary, later
):
    elsewhere, laboratory, _radiology = sites
    later(2)
    report_status(crisis, laboratory, ATTACKED, by=secretary)
    later(3)
    report_status(crisis, elsewhere, ATTACKED, by=secretary)

    assert lines_of(meeting, "services") == [
        ("fact", "08:32 / 08:35", "Laboratory (Arlon, Libramont): Suspended", "reason: Servers are down"),
        ("small", "", "2 services reviewed, 1 not reviewed", ""),
    ]


def test_what_remains_sets_sites_apart(crisis, meeting, sites, secretary):
    elsewhere, laboratory, _radiology = sites
    report_status(crisis, laboratory, ATTACKED.changed(remains="Blood gases by hand"), by=secretary)
    report_status(crisis, elsewhere, ATTACKED.changed(remains="Couriers"), by=secretary)

    assert lines_of(meeting, "services")[:2] == [
        ("fact", "08:30", "Laboratory (Arlon): Suspended", "remains: Couriers · reason: Servers are down"),
        (
            "fact",
            "08:30",
            "Laboratory (Libramont): Suspended",
            "remains: Blood gases by hand · reason: Servers are down",
        ),
    ]


def test_a_suspension_says_what_is_still_done_why_and_who_says_so(crisis, meeting, sites, secretary):
    elsewhere, laboratory, _radiology = sites
    told = ATTACKED.changed(remains="", note="Call 112", source="Head of the laboratory")
    report_status(crisis, laboratory, told, by=secretary)
    report_status(crisis, elsewhere, told.changed(source="A nurse"), by=secretary)

    assert lines_of(meeting, "services")[0][2:] == (
        "Laboratory (Arlon, Libramont): Suspended",
        "nothing remains · reason: Servers are down · note: Call 112 · source: A nurse, Head of the laboratory",
    )


def test_where_sites_stood_differently_before_they_are_apart(crisis, meeting, sites, secretary, following):
    elsewhere, laboratory, _radiology = sites
    report_status(crisis, laboratory, ATTACKED, by=secretary)
    report_status(crisis, elsewhere, VITAL, by=secretary)
    second = following(meeting)
    for service in (laboratory, elsewhere):
        report_status(crisis, service, RESTORED, by=secretary)

    assert words_of(second, "services")[:2] == [
        "Laboratory (Arlon): Vital → Restored",
        "Laboratory (Libramont): Suspended → Restored",
    ]


def test_what_was_seen_before_the_crisis_cell_first_met_counts_and_its_unknown_hour_is_left_out(
    crisis, radiology, secretary, meeting
):
    report_status(
        crisis, radiology, SUSPENDED.changed(observed_at=MONDAY - timedelta(days=1), hour_known=False), by=secretary
    )

    assert lines_of(meeting, "services") == [
        ("fact", "", "Radiology (Libramont): Suspended", ""),
        ("small", "", "0 services reviewed, 1 not reviewed", ""),
    ]
    assert point_of(meeting, "services")["treated"] is False


def test_a_point_about_services_is_complete_once_every_one_was_spoken_of(crisis, meeting, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED, by=secretary)

    assert words_of(meeting, "services")[-1] == "1 service reviewed, 0 not reviewed"
    assert point_of(meeting, "services")["treated"] is True


def test_what_happens_after_the_end_is_of_the_next_meeting(crisis, meeting, radiology, secretary, following, later):
    second = following(meeting)
    later(5)
    report_status(crisis, radiology, SUSPENDED, by=secretary)

    assert words_of(meeting, "services") == [
        "Nothing changed since the last meeting.",
        "0 services reviewed, 1 not reviewed",
    ]
    assert table_of(meeting, 2)[1] == [["Radiology", "Not assessed"]]
    assert words_of(second, "services")[0] == "Radiology (Libramont): Suspended"


def test_the_state_of_every_service_is_a_table_of_services_and_sites(crisis, meeting, sites, secretary):
    _elsewhere, laboratory, radiology = sites
    report_status(crisis, laboratory, VITAL.changed(capacity=30), by=secretary)
    report_status(crisis, radiology, RESTORED, by=secretary)

    assert table_of(meeting, 2) == (
        ["Service", "Arlon", "Libramont"],
        [["Laboratory", "Not assessed", "Vital (30 %)"], ["Radiology", "", "Restored"]],
    )


def test_sites_are_gone_through_with_whom_nobody_spoke_of(crisis, meeting, sites, secretary):
    elsewhere, laboratory, radiology = sites
    report_status(crisis, laboratory, SUSPENDED.changed(reason="x", observed_at=MONDAY - timedelta(1)), by=secretary)
    report_status(crisis, radiology, SUSPENDED, by=secretary)

    found = [
        (s.site.key, [t.service for t in s.tiles], [t.service for t in s.unspoken], s.to_confirm)
        for s in sites_of(meeting)
    ]

    assert found == [
        ("arlon", [elsewhere], [elsewhere], False),
        ("libramont", [laboratory, radiology], [laboratory], True),
    ]


# Measures


def test_measures_are_decided_renewed_amended_lifted_and_left(crisis, meeting, radiology, secretary, following):
    measures = [decide_measure(meeting, Said(text=f"Words {n}"), by=secretary) for n in range(1, 5)]
    assert lines_of(meeting, "measures") == [("measure", f"M{n}", "decided", f"Words {n}") for n in range(1, 5)]
    assert table_of(meeting, 0)[1] == []

    second = following(meeting)
    renew_measures(second, measures[:1], by=secretary)
    amend_measure(second, measures[1], Said(text="Other words"), by=secretary)
    lift_measure(second, measures[2:3], by=secretary)
    assert point_of(second, "measures")["treated"] is False
    third = following(second)

    assert lines_of(second, "measures") == [
        ("measure", "M1", "renewed", "Words 1"),
        ("measure", "M2", "amended", "Other words · before: Words 2"),
        ("measure", "M3", "lifted", "Words 3"),
        ("loud", "", "Not reviewed, they stay in force: M4", ""),
    ]
    assert table_of(second, 0) == (
        ["Measure", "What is decided", "Since", "State"],
        [
            ["M1", "Words 1", "18 May 2099", ""],
            ["M2", "Other words", "18 May 2099", ""],
            ["M4", "Words 4", "18 May 2099", "To reconfirm, still applies"],
        ],
    )
    assert lines_of(third, "measures") == [("small", "", "3 measures are not decided yet.", "")]
    assert point_of(third, "measures")["treated"] is False


def test_an_amendment_says_what_it_changed(crisis, meeting, sites, secretary, following):
    measure = decide_measure(meeting, CANCELLED, by=secretary)
    second = following(meeting)
    wider = Said(text=CANCELLED.text, activities=["radiologie", "laboratoire"], sites=["libramont"], exempt="Oncology")
    amend_measure(second, measure, wider, by=secretary)

    assert lines_of(meeting, "measures") == [
        ("measure", "M1", "decided", "Planned examinations are cancelled · Radiology · all sites")
    ]
    assert lines_of(second, "measures") == [
        (
            "measure",
            "M1",
            "amended",
            "Planned examinations are cancelled · scope: Radiology · all sites → Radiology, Laboratory · Libramont"
            " · Who is not concerned: Oncology",
        )
    ]


def test_exceptions_that_were_decided_since_the_last_meeting_stand_with_the_measures(
    crisis, meeting, secretary, medical, director, following, later
):
    measure = decide_measure(meeting, Said(text="a"), by=secretary)
    second = following(meeting)
    for n, favourable in enumerate([True, False], 1):
        asked = ask_exception(measure, f"RX 447{n}", by=secretary)
        give_opinion(asked, "medical", True, by=medical)
        give_opinion(asked, "management", favourable, by=director)
    ask_exception(measure, "RX 4473", by=secretary)
    renew_measures(second, [measure], by=secretary)

    said = [
        ("measure", "M1", "renewed", "a"),
        ("measure", "E1", "exception to M1 granted, RX 4471", ""),
        ("measure", "E2", "exception to M1 refused, RX 4472", ""),
    ]
    later()
    assert lines_of(second, "measures") == said
    third = following(second)
    assert lines_of(second, "measures") == said
    assert lines_of(third, "measures") == [("small", "", "1 measure is not decided yet.", "")]


def test_that_no_measure_is_in_force_is_said_only_when_it_is_so(crisis, meeting, secretary, following, later):
    measure = decide_measure(meeting, Said(text="a"), by=secretary)
    second = following(meeting)
    assert lines_of(second, "measures") == [("small", "", "1 measure is not decided yet.", "")]
    lift_measure(second, [measure], by=secretary)
    third = following(second)

    assert lines_of(third, "measures") == [("small", "", "No measure is in force.", "")]


def test_an_extraordinary_meeting_that_touches_no_measure_says_nothing_of_them(crisis, meeting, secretary, later):
    decide_measure(meeting, Said(text="a"), by=secretary)
    later()
    adjourn(meeting, by=secretary)
    later()
    other = open_meeting(crisis, by=secretary, kind=Kind.EXTRAORDINARY)
    adjourn(other, by=secretary)

    assert lines_of(other, "measures") == [("small", "", "Nothing was noted.", "")]
    assert table_of(other, 0)[1] == [["M1", "a", "18 May 2099", ""]]


def test_a_meeting_that_only_renews_says_so_and_is_complete(crisis, meeting, secretary, following):
    measure = decide_measure(meeting, Said(text="a"), by=secretary)
    second = following(meeting)
    renew_measures(second, [measure], by=secretary)

    assert lines_of(second, "measures") == [("measure", "M1", "renewed", "a")]
    assert point_of(second, "measures")["treated"] is True


def test_the_last_act_of_a_meeting_is_the_one_its_minutes_say(crisis, meeting, secretary, following):
    measure = decide_measure(meeting, Said(text="a"), by=secretary)
    second = following(meeting)
    lift_measure(second, [measure], by=secretary)
    amend_measure(second, measure, Said(text="b"), by=secretary)
    renew_measures(second, [measure], by=secretary)

    assert lines_of(second, "measures") == [("measure", "M1", "renewed", "a")]


def test_minutes_of_a_meeting_keep_its_words_when_a_later_one_amends(crisis, meeting, secretary, following):
    measure = decide_measure(meeting, Said(text="a"), by=secretary)
    second = following(meeting)
    amend_measure(second, measure, Said(text="b"), by=secretary)
    following(second)

    assert lines_of(meeting, "measures") == [("measure", "M1", "decided", "a")]
    assert table_of(meeting, 0)[1] == [["M1", "a", "18 May 2099", ""]]
    assert table_of(second, 0)[1] == [["M1", "b", "18 May 2099", ""]]


# Actions


def test_actions_are_done_dropped_overdue_and_open(crisis, meeting, secretary, director, following, later):
    due = MONDAY + timedelta(minutes=40)
    done = set_action(crisis, "Call the insurer", by=secretary, owner=director, due_at=due, due_hour=True)
    dropped = set_action(crisis, "Rent *tents*", by=secretary, owner_name="Logistics")
    set_action(crisis, "Print lists", by=secretary, owner_name="Night shift", due_at=due, due_hour=True)
    set_action(crisis, "Rotate guards", by=secretary, owner=director, due_at=MONDAY + timedelta(days=2))
    second = following(meeting)
    finish_action(done, by=director, reference="Ticket 42")
    drop_action(dropped, "It does not rain", by=secretary)

    assert lines_of(second, "actions") == [
        ("action", "A1", "Call the insurer: done", "Ticket 42"),
        ("action", "A2", "Rent *tents*: dropped", "It does not rain"),
        ("loud", "A3", "Print lists: overdue since Monday 18 May 2099, 09:10 (Night shift)", ""),
        ("small", "", "2 actions open.", ""),
    ]
    assert table_of(second, 1) == (
        ["Action", "What", "Who", "Due"],
        [
            ["A3", "Print lists", "Night shift", "Monday 18 May 2099, 09:10"],
            ["A4", "Rotate guards", "Director", "Wednesday 20 May 2099"],
        ],
    )
    assert lines_of(meeting, "actions") == [("small", "", "4 actions open.", "")]


def test_what_was_closed_is_said_once_by_the_meeting_after_it(crisis, meeting, secretary, following, later):
    action = set_action(crisis, "Call", by=secretary, owner_name="Somebody")
    second = following(meeting)
    later()
    finish_action(action, by=secretary)
    third = following(second)

    assert words_of(meeting, "actions") == ["1 action open."]
    assert words_of(second, "actions") == ["Call: done", "0 actions open."]
    assert words_of(third, "actions") == ["0 actions open."]


def test_an_action_of_a_meeting_is_open_once_it_is_set_and_one_of_a_cancelled_meeting_never_counts(
    crisis, meeting, secretary, following
):
    set_action(crisis, "Call", by=secretary, owner_name="Somebody", meeting=meeting)
    second = following(meeting)
    set_action(crisis, "Lost", by=secretary, owner_name="Somebody", meeting=second)
    cancel_meeting(second, "No quorum", by=secretary)
    third = open_meeting(crisis, by=secretary)

    assert words_of(meeting, "actions") == ["1 action open."]
    assert [row[1] for row in table_of(third, 1)[1]] == ["Call"]


def test_an_action_changes_hands_in_the_table(crisis, meeting, secretary, director):
    action = set_action(crisis, "Call", by=secretary, owner_name="Somebody")
    change_action(action, by=secretary, owner=director, due_at=MONDAY + timedelta(days=1))

    assert table_of(meeting, 1)[1] == [["A1", "Call", "Director", "Tuesday 19 May 2099"]]


def test_legal_duties_are_said_in_the_readers_words_with_their_clock(crisis, meeting, secretary):
    require_duties(crisis, by=secretary)

    assert lines_of(meeting, "actions")[0] == (
        "loud",
        "A1",
        "NIS2 early warning to the CCB: overdue since Saturday 16 May 2099, 08:30 (nobody yet)",
        "",
    )
    assert table_of(meeting, 1)[1][4] == ["A5", "Tell the cyber insurer", "", "without delay"]


# Next meeting, skipped points, what was captured


def test_the_next_meeting_is_said_or_that_none_is_announced(crisis, meeting, secretary, following):
    assert lines_of(meeting, "next") == []
    second = following(meeting, next_at=MONDAY + timedelta(days=1))
    following(second)

    assert lines_of(meeting, "next") == [("fact", "", "Tuesday 19 May 2099, 08:30", "")]
    assert point_of(meeting, "next")["treated"] is True
    assert lines_of(second, "next") == [("small", "", "None is announced.", "")]
    assert point_of(second, "next")["treated"] is False


@pytest.mark.parametrize("topic", ["present", "last", "services", "measures", "actions", "it", "other", "next"])
def test_a_skipped_point_says_so_and_composes_nothing(meeting, secretary, topic):
    skip_point(the(meeting, topic), by=secretary)

    found = point_of(meeting, topic)
    assert (found["skipped"], found["lines"]) == ("This point was not treated.", [])
    skip_point(the(meeting, topic), by=secretary)
    assert point_of(meeting, topic)["skipped"] == ""


def test_what_was_captured_stands_under_its_point_even_when_that_is_skipped(meeting, secretary):
    take_decision(meeting, "Paper for all", by=secretary, point=the(meeting, "it"))
    skip_point(the(meeting, "it"), by=secretary)

    assert lines_of(meeting, "it") == [("decision", "", "Paper for all", "")]


def test_decisions_and_actions_stand_under_their_point_and_the_others_wait_under_other(
    crisis, meeting, secretary, director
):
    decision = take_decision(
        meeting, "Paper for all", by=secretary, why="Screens lie", decided_by="Dr Weber", point=the(meeting, "it")
    )
    loose = take_decision(meeting, "No visits", by=secretary, decided_by="The director")
    set_action(
        crisis, "Call", by=secretary, owner=director, meeting=meeting, point=the(meeting, "it"),
        due_at=MONDAY + timedelta(hours=3), due_hour=True,
    )  # fmt: skip
    waiting = set_action(crisis, "Print", by=secretary, owner_name="Night shift", meeting=meeting)

    assert lines_of(meeting, "it") == [
        ("decision", "", "Paper for all", "Screens lie · decided by Dr Weber"),
        ("action", "A1", "Call", "Director · Monday 18 May 2099, 11:30"),
    ]
    assert lines_of(meeting, "other") == [
        ("decision", "", "No visits", "decided by The director"),
        ("action", "A2", "Print", "Night shift"),
    ]
    assert [point_of(meeting, topic)["treated"] for topic in ("it", "other", "communication")] == [True, True, False]

    file_to(loose, the(meeting, "communication"), by=secretary)
    file_to(waiting, the(meeting, "services"), by=secretary)
    file_to(decision, the(meeting, "other"), by=secretary)

    assert words_of(meeting, "communication") == ["No visits"]
    assert words_of(meeting, "services")[-1] == "Print"
    assert words_of(meeting, "other") == ["Paper for all"]
    assert words_of(meeting, "it") == ["Call"]


def test_a_decision_that_was_taken_back_is_left_out(meeting, secretary):
    take_back(take_decision(meeting, "No visits", by=secretary), by=secretary)

    assert lines_of(meeting, "other") == []


def test_what_another_meeting_captured_stays_there(crisis, meeting, secretary, following):
    take_decision(meeting, "No visits", by=secretary)
    set_action(crisis, "Call", by=secretary, owner_name="Somebody", meeting=meeting)
    second = following(meeting)

    assert words_of(meeting, "other") == ["No visits", "Call"]
    assert words_of(second, "other") == []


def test_an_added_point_stands_before_the_next_meeting_and_moves(meeting, secretary):
    add_point(meeting, "Staff *canteen*", by=secretary)
    titles = [point["title"] for point in content(meeting)["points"]]
    assert titles[-2:] == ["Staff *canteen*", "Next meeting"]

    move_point(meeting.points.get(topic="added"), -20, by=secretary)

    assert [(p["number"], p["title"]) for p in content(meeting)["points"]][:2] == [
        (1, "Staff *canteen*"),
        (2, "Those present"),
    ]


def test_the_newest_draft_is_the_text_of_a_point(meeting, secretary):
    first = save_draft(the(meeting, "it"), "a", 0, by=secretary)
    save_draft(the(meeting, "it"), "**b**\n- c", first.version, by=secretary)

    assert (point_of(meeting, "it")["text"], point_of(meeting, "it")["treated"]) == ("**b**\n- c", True)


def test_a_text_of_spaces_says_nothing(meeting, secretary):
    save_draft(the(meeting, "it"), " \n\t", 0, by=secretary)

    assert (point_of(meeting, "it")["text"], point_of(meeting, "it")["treated"]) == ("", False)


# What people typed stays a row of its own


def test_words_that_people_typed_stay_rows_and_are_never_copied(crisis, meeting, radiology, secretary, director, later):
    typed = {
        "title": "WORDS1",
        "guest": "WORDS2",
        "function": "WORDS3",
        "decision": "WORDS4",
        "why": "WORDS5",
        "who": "WORDS6",
        "action": "WORDS7",
        "owner": "WORDS8",
        "reference": "WORDS9",
        "dropped": "WORDS10",
        "reason": "WORDS11",
        "late": "WORDS12",
        "measure": "WORDS13",
        "remains": "WORDS14",
        "decides": "WORDS15",
    }
    add_point(meeting, typed["title"], by=secretary)
    add_guest(meeting, typed["guest"], typed["function"], by=secretary)
    add_guest(meeting, typed["guest"], typed["function"], by=secretary, excused=True)
    take_decision(meeting, typed["decision"], by=secretary, why=typed["why"], decided_by=typed["who"])
    done = set_action(crisis, typed["action"], by=secretary, owner_name=typed["owner"])
    dropped = set_action(crisis, typed["dropped"], by=secretary, owner_name=typed["owner"])
    set_action(
        crisis, typed["late"], by=secretary, owner_name=typed["owner"], due_at=MONDAY + timedelta(minutes=2), due_hour=True
    )  # fmt: skip
    decide_measure(meeting, Said(text=typed["measure"]), by=secretary)
    report_status(crisis, radiology, SUSPENDED.changed(remains=typed["remains"]), by=secretary)
    later(5)
    finish_action(done, by=secretary, reference=typed["reference"])
    drop_action(dropped, typed["reason"], by=secretary)
    adjourn(meeting, by=secretary, decides=typed["decides"])

    found = minutes_of(meeting)

    assert {str(text) for text in texts_in(found)} >= set(typed.values())
    assert [words for words in strings_in(found) if "WORDS" in words] == []


def test_a_masked_text_is_masked_wherever_the_minutes_say_it(crisis, meeting, secretary, director):
    decision = take_decision(meeting, "Mrs Dupont goes home", by=secretary)
    assert words_of(meeting, "other") == ["Mrs Dupont goes home"]

    mask_text(crisis, decision.text, "A patient's name", by=director)

    assert words_of(meeting, "other") == ["[masked]"]
    assert "Dupont" not in minutes_text(meeting) + minutes_json(meeting)


def text(body: str, lang: str = "fr") -> Text:
    return Text(body=body, lang=lang)


def test_parts_put_values_in_and_leave_typed_words_as_they_are():
    name = text("Dr Weber")

    assert parts("%(name)s chairs from %(hour)s on.", name=name, hour="08:30") == [
        name,
        " chairs from ",
        "08:30",
        " on.",
    ]
    assert parts("Excused: %(names)s", names=[name, "Medical"]) == ["Excused: ", name, ", ", "Medical"]
    assert parts("") == [""]
    assert parts("%(a)s", a="") == [""]


def test_a_value_that_looks_like_a_place_is_not_filled():
    assert flat(parts("%(a)s %(b)s", a="%(b)s", b=text("%(a)s"))) == "%(b)s %(a)s"


def test_joined_leaves_out_what_is_empty_and_never_says_nothing():
    name = text("a")

    assert joined(["", None, name, [], [""], ["b", "c"]]) == [name, ", ", "b", "c"]
    assert joined([None, name], " · ") == [name]
    assert joined([]) == joined([None, ""]) == [""]


def test_a_line_holds_lists_of_parts_whatever_it_is_given():
    name = text("a")

    assert line("b") == {"kind": "fact", "mark": "", "words": ["b"], "more": [""]}
    assert line(name, "loud", "M1", [name, "c"]) == {
        "kind": "loud",
        "mark": "M1",
        "words": [name],
        "more": [name, "c"],
    }


WORDS = st.text(max_size=12)
VALUES = WORDS | WORDS.map(text)
LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="%"), max_size=8)


@settings(max_examples=200, deadline=None)
@given(
    pieces=st.lists(st.tuples(LITERALS, st.sampled_from("abc")), max_size=6), values=st.tuples(VALUES, VALUES, VALUES)
)
def test_a_sentence_in_parts_reads_as_the_same_sentence_formatted(pieces, values):
    template = "".join(f"{words}%({name})s" for words, name in pieces)
    named = dict(zip("abc", values, strict=True))

    found = parts(template, **named)

    assert flat(found) == template % {name: str(value) for name, value in named.items()}
    assert [part for part in found if isinstance(part, Text)] == [
        named[name] for _words, name in pieces if isinstance(named[name], Text)
    ]


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(VALUES | st.none() | st.lists(VALUES, max_size=3), max_size=6),
    between=st.sampled_from([", ", " · "]),
)
def test_joined_values_read_as_the_same_values_with_something_between(values, between):
    said_of = ["".join(map(str, v)) if isinstance(v, list) else str(v or "") for v in values]
    there = [
        words
        for v, words in zip(values, said_of, strict=True)
        if any(part != "" for part in (v if isinstance(v, list) else [v or ""]))
    ]

    assert flat(joined(values, between)) == between.join(there)


def test_a_sentence_on_a_page_says_in_which_language_each_text_was_typed_and_escapes_it():
    assert said([text("<b>Dr</b>", "nl"), " chairs ", "<i>"]) == (
        '<span lang="nl">&lt;b&gt;Dr&lt;/b&gt;</span> chairs &lt;i&gt;'
    )
    assert said("a & b") == "a &amp; b"
    assert said([""]) == ""


@pytest.mark.parametrize(("hour_known", "words"), [(True, "Monday 18 May 2099, 08:30"), (False, "Monday 18 May 2099")])
def test_a_moment_is_said_with_its_date_in_the_organisations_zone(hour_known, words):
    assert moment_words(MONDAY.astimezone(ZoneInfo("UTC")), hour_known) == words
    assert moment_words(None, hour_known) == ""


def test_a_point_that_was_skipped_and_has_a_text_all_the_same_was_treated(page_of, meeting, secretary, following):
    empty, told = the(meeting, "it"), the(meeting, "communication")
    add_point(meeting, "Keys", by=secretary)
    for point in (empty, told):
        skip_point(point, by=secretary)
    save_draft(told, "Said all the same", 0, by=secretary)
    following(meeting)

    said = {p["topic"]: (p["skipped"], p["text"], [x["words"] for x in p["lines"]]) for p in content(meeting)["points"]}
    assert said["it"] == ("This point was not treated.", "", [])
    assert said["communication"] == ("", "Said all the same", [])
    assert said["added"] == ("", "", ["Nothing was noted."])
    shown = page_of(meeting)
    for title in ("6. IT and recovery", "7. Communication", '9. <span lang="en">Keys</span>'):
        assert f"<h3>{title}</h3>" in shown
    assert shown.count("This point was not treated.") == 1
    text = minutes_text(meeting)
    assert "\n9. Keys\n  " in text


# As text, as JSON


def test_minutes_as_text_are_a_draft_in_the_first_language_of_the_organisation(crisis, meeting, radiology, secretary):
    save_draft(the(meeting, "it"), "**Radio** coupée\n\n1. a\n2. b", 0, by=secretary)
    take_decision(meeting, "Papier pour tous", by=secretary, why="Les écrans mentent")
    set_action(crisis, "Appeler", by=secretary, owner_name="La nuit", meeting=meeting)
    decide_measure(meeting, CANCELLED, by=secretary)

    assert (
        minutes_text(meeting)
        == """\
EXERCICE
PROJET
Vivalia
Attack

Réunion n° 1, lundi 18 mai 2099, 08:30
ordinaire · cellule du groupe
Ouverte : lundi 18 mai 2099, 08:30
Plume : Secretary

1. Présences
  - Secretary
  ** Les présences n’ont pas été notées.
  Secretary tient la plume à partir de 08:30.

2. PV de la dernière réunion
  C’est la première réunion.

3. État des services
  Rien n’a changé depuis la dernière réunion.
  0 service revu, 1 non revu

4. Mesures en vigueur
  - M1 décidée
      Planned examinations are cancelled · Radiologie · tous les sites

5. Actions ouvertes
  1 action ouverte.

6. Informatique et reprise
  Radio coupée
@@
  1. a
  2. b

7. Communication

8. Divers
  » Papier pour tous
      Les écrans mentent
  ! A1 Appeler
      La nuit

9. Prochaine réunion

Actions ouvertes
Action | Quoi | Qui | Échéance
A1 | Appeler | La nuit |@

État des services
Service | Libramont
Radiologie | Non évalué
""".replace("@", " ")
    )


def test_minutes_as_json_are_the_same_content_sorted_with_plain_words(crisis, meeting, radiology, secretary):
    take_decision(meeting, "Papier pour tous", by=secretary)
    with translation.override("fr"):
        expected = flat(minutes_of(meeting)) | {"lang": "fr", "sealed": None, "addenda": []}

    found = minutes_json(meeting)

    assert json.loads(found) == expected
    assert found == json.dumps(expected, ensure_ascii=False, indent=2, sort_keys=True)


# The reference case


@pytest.fixture
def vivalia(clock, db) -> Crisis:
    return load(CASE, exercise=True).crisis


@pytest.fixture
def monday(vivalia) -> Meeting:
    """The meeting of Monday 16 May 2022."""
    return Meeting.objects.get(opened_at=datetime(2022, 5, 16, 8, 30, tzinfo=BRUSSELS))


def test_the_minutes_of_monday_16_may_2022_say_that_the_four_measures_are_renewed(monday):
    with translation.override("fr"):
        found = content(monday)

    assert found["title"] == "Réunion n° 3, lundi 16 mai 2022, 08:30 · Réunion du lundi"
    lines = point_of(monday, "measures")["lines"]
    assert [(x["mark"], x["words"], bool(x["more"])) for x in lines] == [
        (f"M{n}", "renewed", True) for n in range(1, 5)
    ]
    assert [row[0] for row in found["tables"][0]["rows"]] == ["M1", "M2", "M3", "M4"]


def test_monday_as_text(monday):
    lines = minutes_text(monday).splitlines()

    assert lines[:2] == ["EXERCICE", "PROJET"]
    start = lines.index("4. Mesures en vigueur")
    assert lines[start + 1 : start + 9 : 2] == [f"  - M{n} reconduite" for n in range(1, 5)]
    assert (
        lines[start + 2] == "      Consultations annulées ; un SMS d'annulation à chaque personne ayant un rendez-vous"
    )


def test_monday_as_json(monday):
    found = json.loads(minutes_json(monday))

    assert (found["exercise"], found["sealed"], found["lang"], found["number"]) == (True, None, "fr", monday.number)
    lines = next(point for point in found["points"] if point["topic"] == "measures")["lines"]
    assert [(x["mark"], x["words"]) for x in lines] == [(f"M{n}", "reconduite") for n in range(1, 5)]


def test_monday_on_paper(monday):
    once, twice = minutes_pdf(monday), minutes_pdf(monday)
    pages = PdfReader(io.BytesIO(once)).pages
    words = " ".join(" ".join(page.extract_text().split()) for page in pages)

    assert once == twice
    assert " 4. Mesures en vigueur M1 reconduite Consultations annulées ; un SMS d'annulation à chaque" in words
    assert all("EXERCICE" in page.extract_text().replace(" ", "") for page in pages)


def test_every_meeting_of_the_reference_case_has_its_minutes(vivalia):
    for meeting in Meeting.objects.filter(crisis=vivalia):
        found = minutes_text(meeting)

        assert found.count("\n\n1. ") == 1, meeting
        assert minutes_pdf(meeting).startswith(b"%PDF-"), meeting
