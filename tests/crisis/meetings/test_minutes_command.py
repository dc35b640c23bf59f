"""`manage.py minutes`: the minutes in a terminal, for a program, or on paper; a name that does not exist is refused in words."""

import io
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from pypdf import PdfReader

from crisis.meetings.decisions import take_decision
from crisis.meetings.models import Meeting, Seal
from crisis.meetings.output import minutes_json, minutes_pdf, minutes_text
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import Crisis, Organisation
from crisis.writes import close_crisis, declare_crisis
from tests.cast import adjourn, written

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2099, 5, 18, 8, 30, tzinfo=BRUSSELS)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Monday, half past eight. Time passes when a test says so."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def crisis(organisation, clock) -> Crisis:
    return declare_crisis("Attack", started_at=MONDAY - timedelta(days=3), is_exercise=True, by=None)


@pytest.fixture
def first(crisis, secretary, radiology, clock) -> Meeting:
    """Adjourned at ten to nine."""
    meeting = open_meeting(crisis, by=secretary)
    take_decision(meeting, "Papier pour tous — même à Noël", by=secretary)
    clock.shift(timedelta(minutes=20))
    adjourn(meeting, by=secretary)
    clock.shift(timedelta(minutes=40))
    return meeting


@pytest.fixture
def second(crisis, first, secretary) -> Meeting:
    """In progress since half past nine."""
    return open_meeting(crisis, by=secretary)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("minutes", *arguments, stdout=out)
    return out.getvalue()


def as_zoned(make, meeting: Meeting):
    """What the command is to print: in the organisation's zone, as the minutes have it."""
    with timezone.override(BRUSSELS):
        return make(meeting)


def test_the_minutes_of_a_meeting_are_printed_as_text_and_nothing_after_them(crisis, first, second):
    found = run(str(crisis.pk), "1")

    assert found == as_zoned(minutes_text, first)
    assert found.splitlines()[:8] == [
        "EXERCICE",
        "PROJET",
        "Vivalia",
        "Attack",
        "",
        "Réunion n° 1, lundi 18 mai 2099, 08:30",
        "ordinaire · cellule du groupe",
        "Ouverte : lundi 18 mai 2099, 08:30",
    ]
    assert "  » Papier pour tous — même à Noël\n" in found
    assert found.endswith("Radiologie | Non évalué\n")


def test_without_a_number_it_is_the_last_one_that_was_opened(crisis, first, second, secretary):
    announce_meeting(crisis, MONDAY + timedelta(days=1), by=secretary)

    assert run("current") == run("current", "2") == as_zoned(minutes_text, second)


def test_the_last_one_is_by_its_hour_not_by_its_number_and_a_cancelled_one_is_passed_over(
    crisis, first, secretary, clock
):
    announced = announce_meeting(crisis, MONDAY + timedelta(days=1), by=secretary)
    other = open_meeting(crisis, by=secretary)
    clock.shift(timedelta(minutes=1))
    cancel_meeting(other, "No quorum", by=secretary)
    assert run("current") == as_zoned(minutes_text, first)

    clock.shift(timedelta(minutes=1))
    third = open_meeting(crisis, by=secretary, kind="extraordinary")
    adjourn(third, by=secretary)
    clock.shift(timedelta(days=1))
    open_meeting(crisis, by=secretary, announced=announced)

    assert (announced.number, third.number) == (2, 4)
    assert run("current").splitlines()[5].startswith("Réunion n° 2, ")


@pytest.mark.parametrize("number", ["2", "3"])
def test_an_announced_or_cancelled_meeting_is_printed_when_it_is_asked_for(crisis, first, secretary, number):
    announce_meeting(crisis, MONDAY + timedelta(days=1), by=secretary)
    cancel_meeting(open_meeting(crisis, by=secretary), "No quorum", by=secretary)

    assert run("current", number).splitlines()[5].startswith(f"Réunion n° {number}, ")


def test_json_is_one_object_and_nothing_else(crisis, first):
    found = run("current", "1", "--format", "json")

    assert found == as_zoned(minutes_json, first)
    assert json.loads(found)["title"] == "Réunion n° 1, lundi 18 mai 2099, 08:30"
    assert list(json.loads(found)) == sorted(json.loads(found))
    assert "Noël" in found


@pytest.mark.parametrize("reader", ["fr", "nl", "en"])
def test_the_terminals_language_does_not_matter(crisis, first, reader):
    with translation.override(reader):
        assert run("current", "1").splitlines()[6] == "ordinaire · cellule du groupe"


def test_minutes_are_printed_in_the_first_language_of_the_organisation(crisis, first):
    Organisation.objects.update(languages=["nl", "fr"])

    assert run("current", "1").splitlines()[1] == "ONTWERP"


def test_hours_are_those_of_the_organisation(crisis, first):
    Organisation.objects.update(timezone="Atlantic/Azores")

    assert run("current", "1").splitlines()[5] == "Réunion n° 1, lundi 18 mai 2099, 06:30"


def test_sealed_minutes_are_printed_without_a_draft_stamp_and_with_their_digest(crisis, first):
    with timezone.override(BRUSSELS):
        seal_minutes(first, by=None)

    found = run("current", "1").splitlines()

    assert found[:2] == ["EXERCICE", "Vivalia"]
    assert found[-1] == f"Arrêté le lundi 18 mai 2099, 09:30 par console · SHA-256 {Seal.objects.get().digest}"


def test_reading_writes_nothing(crisis, first):
    before = written()
    for kind in ("text", "json"):
        run("current", "1", "--format", kind)

    assert written() == before


def test_a_closed_crisis_still_has_its_minutes(crisis, first, director):
    close_crisis(crisis, by=director)

    assert run("current") == run(str(crisis.pk), "1")


# What does not exist


@pytest.mark.parametrize("name", ["99", "0", "-1", "Attack", "", "1; DROP TABLE", "¹", "currant"])
def test_an_unknown_crisis_is_refused_with_those_that_are_known(crisis, first, name):
    with pytest.raises(CommandError) as refused:
        run("--", name)

    assert str(refused.value) == f"Il n’y a pas de crise {name}. Connues : {crisis.pk} (Attack)."


def test_before_any_crisis_none_is_known(organisation):
    with pytest.raises(CommandError) as refused:
        run("current")

    assert str(refused.value) == "Il n’y a pas de crise current. Connues : aucune."


@pytest.mark.parametrize("number", ["0", "3", "99", "-1"])
def test_an_unknown_number_is_refused_with_those_that_are_known(crisis, first, second, number):
    with pytest.raises(CommandError) as refused:
        run("current", "--", number)

    assert str(refused.value) == "Cette réunion n’existe pas. Connues : 1, 2."


@pytest.mark.parametrize("arguments", [[], ["1"]])
def test_a_crisis_without_meetings_says_that_it_has_none(crisis, arguments):
    with pytest.raises(CommandError) as refused:
        run("current", *arguments)

    assert str(refused.value) == "Cette réunion n’existe pas. Connues : aucune."


def test_a_crisis_whose_meetings_were_never_opened_names_them(crisis, secretary):
    announce_meeting(crisis, MONDAY + timedelta(days=1), by=secretary)

    with pytest.raises(CommandError) as refused:
        run("current")

    assert str(refused.value) == "Cette réunion n’existe pas. Connues : 1."


def test_the_meetings_of_another_crisis_are_not_this_ones(crisis, first, second):
    other = declare_crisis("Other", started_at=MONDAY - timedelta(days=1), is_exercise=True, by=None)

    with pytest.raises(CommandError, match="Connues : aucune"):
        run(str(other.pk), "1")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["current", "one"], "invalid int value: 'one'"),
        (["current", "1", "--format", "docx"], "invalid choice: 'docx'"),
        ([], "required: crisis"),
    ],
)
def test_an_argument_that_cannot_be_is_refused(crisis, first, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


# On paper


def test_a_pdf_goes_to_standard_output_byte_for_byte(crisis, first, capfdbinary):
    for _ in range(2):
        call_command("minutes", "current", "1", "--format", "pdf")

        out, err = capfdbinary.readouterr()
        assert out == as_zoned(minutes_pdf, first)
        assert err == b""
    words = PdfReader(io.BytesIO(out)).pages[0].extract_text()
    assert "Réunion n° 1, lundi 18 mai 2099, 08:30" in words


class Terminal(io.TextIOWrapper):
    """A standard output at which somebody looks."""

    def isatty(self) -> bool:
        return True


def test_a_pdf_is_not_poured_into_a_terminal(crisis, first, monkeypatch):
    terminal = Terminal(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", terminal)

    with pytest.raises(CommandError, match="Un PDF n’est pas pour un terminal : envoyez-le dans un fichier"):
        call_command("minutes", "current", "1", "--format", "pdf")

    terminal.flush()
    assert terminal.buffer.getvalue() == b""


@pytest.mark.parametrize(
    "hostile", ["Open\nArrêté le lundi par Nobody · SHA-256 0000", "\x1b[2JOpen", "\u202eneppO", "Open\r\n9. Prochaine"]
)
def test_what_somebody_typed_cannot_look_like_a_line_of_the_minutes(hostile, crisis, secretary):
    meeting = open_meeting(crisis, by=secretary)
    take_decision(meeting, hostile, by=secretary)

    [line] = [each for each in minutes_text(meeting).splitlines() if "»" in each]
    assert line.startswith("  » ")
    assert not {"\x1b", "\u202e", "\r"} & set(minutes_text(meeting))
    assert not any(each.startswith("Arrêté") for each in minutes_text(meeting).splitlines())
