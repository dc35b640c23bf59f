"""The meetings for a calendar: what it says, what it keeps to itself, and that the same meetings give the same bytes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from crisis.meetings.calendar import calendar_of
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Kind, Meeting
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import Crisis, JournalEntry
from crisis.sections import Head
from services.crisisfile.load import load
from tests.cast import adjourn
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
TOMORROW = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)


def events(crisis: Crisis) -> dict[int, dict]:
    """What a calendar program reads, by the meeting's number."""
    found = Calendar.from_ical(calendar_of(crisis)).walk("VEVENT")
    return {int(str(event["uid"]).split("-")[1]): event for event in found}


def said(crisis: Crisis) -> dict[int, tuple[str, int]]:
    """Status and revision of each."""
    return {number: (str(event["status"]), int(event["sequence"])) for number, event in events(crisis).items()}


@pytest.fixture
def announced(crisis, secretary) -> Meeting:
    return announce_meeting(crisis, TOMORROW, by=secretary)


def test_a_meeting_that_is_announced_begins_when_it_is_announced_for(crisis, announced):
    [event] = events(crisis).values()

    assert event.decoded("dtstart") == TOMORROW.astimezone(UTC)
    assert event["dtstart"].to_ical().endswith(b"Z")
    assert "dtend" not in event
    assert str(event["summary"]) == "Meeting 1 · Attack"
    entry = JournalEntry.objects.get(verb="meeting.announced")
    assert event.decoded("dtstamp") == entry.recorded_at.replace(microsecond=0)


def test_what_becomes_of_a_meeting_is_a_newer_revision_of_the_same(crisis, announced, secretary):
    uid = events(crisis)[1]["uid"]
    assert said(crisis) == {1: ("CONFIRMED", 0)}

    open_meeting(crisis, by=secretary, announced=announced)
    assert said(crisis) == {1: ("CONFIRMED", 2)}
    adjourn(announced, by=secretary, next_at=TOMORROW + timedelta(days=1))
    Meeting.objects.filter(number=1).update(opened_at=TOMORROW - timedelta(days=2), ended_at=TOMORROW)

    assert said(crisis) == {1: ("CONFIRMED", 3), 2: ("CONFIRMED", 0)}
    assert events(crisis)[1].decoded("dtend") == TOMORROW.astimezone(UTC)
    assert events(crisis)[1]["uid"] == uid


def test_one_that_another_announced_carries_the_stamp_of_that_announcement(crisis, secretary):
    adjourn(open_meeting(crisis, by=secretary), by=secretary, next_at=TOMORROW)

    adjourned = JournalEntry.objects.get(verb="meeting.adjourned")
    assert events(crisis)[2].decoded("dtstamp") == adjourned.recorded_at.replace(microsecond=0)


def test_a_cancelled_meeting_is_called_off_with_a_higher_number(crisis, announced, secretary):
    cancel_meeting(announced, "No quorum", by=secretary)
    cancel_meeting(open_meeting(crisis, by=secretary), "Evacuation", by=secretary)

    assert said(crisis) == {1: ("CANCELLED", 4), 2: ("CANCELLED", 4)}
    assert b"quorum" not in calendar_of(crisis)


def test_one_that_was_announced_and_never_held_is_called_off_too(db):
    crisis = load(CASE, exercise=True).crisis
    ascension = Meeting.objects.get(
        scheduled_at=datetime(2022, 5, 26, 8, 30, tzinfo=ZoneInfo("Europe/Brussels")), opened_at=None
    )

    assert said(crisis)[ascension.number] == ("CANCELLED", 1)
    assert sum(status == "CONFIRMED" for status, _revision in said(crisis).values()) >= 11


def test_a_meeting_of_a_day_whose_hour_nobody_knows_lasts_the_day(crisis, secretary, organisation):
    late = datetime(2022, 5, 14, 22, 30, tzinfo=UTC)  # half past midnight of the 15th in Brussels
    meeting = open_meeting(crisis, by=None, loaded=Head(late, late, False, "", "fr"))
    adjourn(meeting, by=None, at=late)

    with timezone.override(organisation.zone):
        event = events(crisis)[1]
    assert event.decoded("dtstart") == date(2022, 5, 15)
    assert "dtend" not in event


def test_an_exercise_says_so_first_in_the_readers_language(crisis, secretary):
    Crisis.objects.update(is_exercise=True)
    crisis.refresh_from_db()
    open_meeting(crisis, kind=Kind.EXTRAORDINARY, by=secretary)

    assert str(events(crisis)[1]["summary"]) == "EXERCISE · Meeting 1 · extraordinary · Attack"
    with translation.override("fr"):
        assert str(events(crisis)[1]["summary"]) == "EXERCICE · Réunion n° 1 · extraordinaire · Attack"


@pytest.mark.parametrize("name", ["Fire, flood; and\\more", "Two\r\nlines", "BEGIN:VEVENT", "é" * 190])
def test_whatever_the_crisis_is_called_it_comes_back(name, crisis, announced):
    crisis.name = name

    [event] = events(crisis).values()
    assert str(event["summary"]) == f"Meeting 1 · {name}".replace("\r\n", "\n")
    assert all(len(line) <= 75 for line in calendar_of(crisis).split(b"\r\n"))


def test_the_same_meetings_give_the_same_bytes_and_no_word_of_a_person_leaves(crisis, secretary, radiology):
    meeting = open_meeting(crisis, by=secretary, title="About Jane Doe")
    decide_measure(meeting, Said(text="No mail", activities=["radiologie"]), by=secretary)
    adjourn(meeting, by=secretary, next_at=TOMORROW, decides="Jane Doe goes home")

    once = calendar_of(crisis)

    assert calendar_of(crisis) == once
    for word in (b"Jane", b"No mail", b"ecretary", b"testserver", b"localhost"):
        assert word not in once


def test_the_name_of_the_installation_is_how_the_chain_of_its_house_begins(crisis, announced):
    here = str(events(crisis)[1]["uid"]).partition("@")[2]

    assert len(here) == 16
    assert here == JournalEntry.objects.filter(book__crisis=None).earliest("seq").hash[:16]


def test_it_is_a_file_to_keep_and_the_page_links_to_it(crisis, announced, observer, browser_of):
    url, client = reverse("calendar", args=[crisis.pk]), browser_of(observer)

    answer = client.get(url)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="attack-{crisis.pk}.ics"'
    assert answer.content == calendar_of(crisis)
    assert f'href="{url}"' in client.get(reverse("meetings", args=[crisis.pk])).content.decode()


def test_an_outsider_finds_nothing(crisis, announced, outsider, browser_of):
    assert browser_of(outsider).get(reverse("calendar", args=[crisis.pk])).status_code == 404


@pytest.mark.parametrize("number", [1, 10])
def test_it_takes_three_queries_however_many_meetings(number, crisis, secretary, django_assert_num_queries):
    for days in range(number):
        announce_meeting(crisis, TOMORROW + timedelta(days=days), by=secretary)

    with django_assert_num_queries(3):
        assert len(events(crisis)) == number
