"""The reference case: what the cell decided on a Sunday, and what became of it, as the file tells it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import yaml

from crisis.meetings.decisions import take_back, take_decision
from crisis.meetings.models import Meeting
from crisis.meetings.reads import contradictions, listed, measures_at, sites_left
from crisis.meetings.writes import open_meeting
from crisis.models import Crisis, JournalEntry
from services.crisisfile.dump import dump
from services.crisisfile.load import load
from services.crisisfile.located import BadFile
from services.reads import board_at
from tests.cast import adjourn
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
ALL = ["M1", "M2", "M3", "M4"]


@pytest.fixture
def vivalia() -> Crisis:
    return load(CASE, exercise=True).crisis


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Brussels"))


def in_force(crisis: Crisis, moment: str) -> dict[str, tuple[int, bool]]:
    """Each measure: how often it was renewed, and whether it waits to be reconfirmed."""
    return {s.measure.key: (s.renewals, s.overdue) for s in measures_at(crisis, at(moment))}


def test_sunday_decides_four_measures_and_monday_renews_them(vivalia):
    assert in_force(vivalia, "2022-05-15T09:59") == {}
    assert in_force(vivalia, "2022-05-15T10:00") == dict.fromkeys(ALL, (0, False))
    assert in_force(vivalia, "2022-05-16T09:00") == dict.fromkeys(ALL, (1, False))


def test_after_25_may_the_fourth_waits_to_be_reconfirmed_and_still_applies_until_30_may_lifts_it(vivalia):
    assert in_force(vivalia, "2022-05-25T09:00") == {**dict.fromkeys(ALL, (6, False)), "M4": (5, True)}
    assert in_force(vivalia, "2022-05-30T08:29")["M4"] == (5, True)
    assert in_force(vivalia, "2022-05-30T08:30") == dict.fromkeys(ALL[:3], (7, False))


def test_the_meeting_of_ascension_day_never_took_place_and_everything_waits(vivalia):
    assert in_force(vivalia, "2022-05-26T08:29") == {**dict.fromkeys(ALL, (6, False)), "M4": (5, True)}
    assert in_force(vivalia, "2022-05-26T08:30") == {**dict.fromkeys(ALL, (6, True)), "M4": (5, True)}
    ascension = next(m for m in listed(vivalia) if m.scheduled_at == at("2022-05-26T08:30"))
    assert (ascension.state, ascension.passed_over) == ("scheduled", True)


def test_every_step_is_the_files(vivalia):
    """Read naively: what each meeting renews, lifts and decides is what the measures' lives say."""
    lives: dict[str, list[str]] = {}
    for event in yaml.safe_load(CASE)["events"]:
        for name, act in (("measures", "decided"), ("renews", "renewed"), ("lifts", "lifted")):
            for said in event.get(name, []):
                lives.setdefault(said["key"] if name == "measures" else said, []).append(act)

    told: dict[str, list[str]] = {}
    for meeting in Meeting.objects.order_by("opened_at", "number"):
        for review in meeting.reviews.select_related("measure"):
            told.setdefault(review.measure.key, []).append(review.act)
    assert told == lives


def test_a_scope_that_the_board_contradicts_is_named(vivalia):
    def against(moment: str) -> dict[str, list[str]]:
        board = board_at(vivalia, at(moment))
        found = {s.measure.key: contradictions(s, board) for s in measures_at(vivalia, at(moment))}
        return {key: [tile.service.site.key for tile in tiles] for key, tiles in found.items() if tiles}

    assert against("2022-05-20T12:00") == {}
    assert against("2022-05-23T12:00") == {"M1": ["bertrix"]}
    assert against("2022-06-03T12:00") == {"M1": ["bertrix"], "M2": ["arlon", "marche"]}


def test_the_amendment_that_the_board_asks_for_leaves_out_the_sites_that_run_again(vivalia):
    board = board_at(vivalia, at("2022-05-23T12:00"))
    m1 = next(s for s in measures_at(vivalia, at("2022-05-23T12:00")) if s.measure.key == "M1")

    assert sites_left(m1, board) == ["arlon", "bastogne", "libramont", "marche", "virton", "vielsalm"]


def test_a_meeting_keeps_its_title_its_words_its_source_and_the_next(vivalia):
    monday = Meeting.objects.get(opened_at=at("2022-05-16T08:30"))

    assert str(monday.title) == "Réunion du lundi"
    assert str(monday.source) == "press, 16 May 2022"
    assert str(monday.decides).startswith("Points d'entrée de l'attaque identifiés")
    assert monday.next_at == at("2022-05-17T08:30")
    assert monday.hour_known
    assert Meeting.objects.filter(ended_at__isnull=False).count() == 11
    assert not JournalEntry.objects.filter(book=vivalia.book).exclude(data__loaded=True).exists()


def test_what_meetings_did_comes_out_as_it_went_in(vivalia):
    said = ("meeting", "measures", "renews", "lifts")
    case, dumped = yaml.safe_load(CASE)["events"], yaml.safe_load(dump(vivalia))["events"]

    for name in said:
        assert [e[name] for e in dumped if name in e] == [e[name] for e in case if name in e], name


def test_what_is_kept_of_an_event_comes_out_beside_its_meeting(vivalia):
    def sections(event: dict) -> set[str]:
        return event.keys() & {"meeting", "measures", "renews", "lifts", "communique", "assets", "systems"}

    case, dumped = yaml.safe_load(CASE)["events"], yaml.safe_load(dump(vivalia))["events"]

    assert [sections(e) for e in dumped if sections(e)] == [sections(e) for e in case if sections(e)]


def test_each_loaded_meeting_says_of_which_event_it_is(vivalia):
    events = enumerate(yaml.safe_load(CASE)["events"], 1)
    opened = JournalEntry.objects.filter(book=vivalia.book, verb="meeting.opened").order_by("seq")

    assert [entry.data["event"] for entry in opened] == [number for number, event in events if "meeting" in event]


FILE = """
organisation: {{ name: Essai, timezone: Europe/Brussels, languages: [fr] }}
sites: [{{ key: arlon, name: Arlon }}, {{ key: virton, name: Virton }}]
services: [{{ key: labo, name: Labo, sites: [arlon, virton] }}]
crisis: {{ name: Essai, started_at: 2022-05-14T03:30 }}
events:
  - at: 2022-05-14T08:30
    meeting: {{ title: Une, ended: 2022-05-14T09:10, next: 2022-05-15T08:30 }}
    measures:
      - {{ key: M3, text: Plus de labo, services: [labo], sites: [arlon], attendance: stay, exempt: Dialyse, advice: Appeler, exception: Médecin }}
  - at: 2022-05-15T08:30
    recorded: 2022-05-15T12:00
    {second}
"""


@pytest.mark.parametrize(
    "second",
    [
        "meeting: { title: Deux, kind: extraordinary }",
        "meeting: { title: Deux, cell: it }",
        "meeting: { title: Deux }\n    amends: [{ key: M3, text: Labo à Virton, services: [labo], sites: [virton] }]",
        "meeting: { title: Deux }\n    lifts: [M3]\n    log: Une ligne\n    set: [{ services: [labo], sites: all, status: vital }]",
    ],
)
def test_every_kind_of_meeting_goes_round(second, db):
    raw = FILE.format(second=second).encode()
    once = dump(load(raw).crisis)

    Crisis.objects.update(name="Avant")
    twice = dump(load(once.encode()).crisis)

    assert twice == once
    assert "Deux" in once
    assert "ended: '2022-05-14T09:10'" in once


BAD = {
    "renews: [M3]": "A meeting decides about measures",
    "meeting: { title: Deux }\n    renews: [M9]": "M9 was not decided before",
    "meeting: { title: Deux }\n    measures: [{ key: M3, text: Encore }]": "M3 was decided before",
    "meeting: { title: Deux, cell: it }\n    renews: [M3]": "M3 belongs to another cell",
    "meeting: { title: Deux, kind: secrète }": "Write one of: ordinary, extraordinary",
    "meeting: { title: Deux, next: 2022-05-15T08:00 }": "The next meeting is in the past",
    "meeting: { title: Deux }\n    measures: [{ key: Mesure, text: x }]": "such as M1",
}


@pytest.mark.parametrize("second", BAD)
def test_a_meeting_that_cannot_be_is_a_fault_and_nothing_is_loaded(second, db):

    with pytest.raises(BadFile) as refused:
        load(FILE.format(second=second).encode())

    assert BAD[second] in str(refused.value)
    assert not Crisis.objects.exists()
    assert not Meeting.objects.exists()


def test_a_file_that_goes_on_leaves_a_meeting_of_people_alone(db):
    raw = FILE.format(second="meeting: { title: Deux }")
    crisis = load(raw[: raw.index("  - at: 2022-05-15")].encode()).crisis
    running = open_meeting(crisis, by=None)

    with pytest.raises(BadFile, match="A meeting of this cell is in progress: adjourn it first"):
        load(raw.encode())

    running.refresh_from_db()
    assert running.state == "running"
    assert running.title is None


def test_what_people_decided_goes_into_the_file_with_what_a_file_said(crisis, secretary):
    meeting = open_meeting(crisis, by=secretary, title="Monday")
    take_decision(meeting, "Mail stays off.", by=secretary)
    take_back(take_decision(meeting, "Fax too.", by=secretary), by=secretary)
    take_decision(meeting, "Doors shut at eight.", by=secretary)
    adjourn(meeting, by=secretary)

    told = yaml.safe_load(dump(crisis))["events"]
    assert [event["meeting"]["decides"] for event in told if "meeting" in event] == [
        "Mail stays off. Doors shut at eight."
    ]
