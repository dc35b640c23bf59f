"""The reference case: after `load`, the board of each day is what the file says; dumped and loaded again, it is the same."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.management import call_command
from django.db import connection

from crisis import demo
from crisis.models import Crisis, FreeEntry, JournalEntry, LoadedEvent, Text
from crisis.verify import verify
from crisis.writes import mask_text
from services.crisisfile.dump import dump
from services.crisisfile.load import load
from services.models import Service, StatusReport
from services.reads import Board, board_at
from tests.cast import person

BRUSSELS = ZoneInfo("Europe/Brussels")
CASE = demo.CASE.read_bytes()


@pytest.fixture
def vivalia(db) -> Crisis:
    return load(CASE, exercise=True).crisis


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=BRUSSELS)


def read_naively(at: datetime) -> dict[str, dict]:
    """What the file says of a moment, by the plainest reading of it: one set after the other, in order."""
    case = yaml.safe_load(CASE)
    places = {service["key"]: service["sites"] for service in case["services"]}
    empty = {"capacity": None, "paper": False, "isolated": False, "remains": None, "note": ""}
    state: dict[str, dict] = {}
    for event in case["events"]:
        if datetime.fromisoformat(str(event["at"])).replace(tzinfo=BRUSSELS) > at:
            break
        for said in event.get("set", []):
            for activity in said["services"]:
                for site in places[activity] if said["sites"] == "all" else said["sites"]:
                    key, facts = f"{activity}@{site}", {k: v for k, v in said.items() if k not in {"services", "sites"}}
                    was = state.get(key)
                    keeps = was and was["status"] == facts.get("status", was["status"])
                    state[key] = (was if keeps else empty) | facts
    return state


def told(board: Board) -> dict[str, dict]:
    """The board in the same shape."""
    return {
        tile.service.key: {
            "status": tile.report.status,
            "capacity": tile.report.capacity,
            "paper": tile.report.paper,
            "isolated": tile.report.isolated,
            "remains": str(tile.report.remains) if tile.report.remains else None,
            "note": str(tile.report.note or ""),
        }
        for tile in board.tiles
        if tile.report
    }


@pytest.mark.parametrize("day", ["2022-05-14", "2022-05-16", "2022-05-19", "2022-05-25", "2022-05-30", "2022-06-03"])
def test_the_board_of_each_day_is_exactly_what_the_file_says(day, vivalia):
    board = board_at(vivalia, noon(day))

    assert told(board) == read_naively(noon(day))
    assert sum(board.counts.values()) == len(board.tiles) == Service.objects.count()
    essential = board.essential
    assert essential["assured"] + essential["suspended"] + essential["not_assessed"] == essential["total"] == 29


def test_what_people_remember_of_those_days(vivalia):
    may, june = told(board_at(vivalia, noon("2022-05-25"))), told(board_at(vivalia, noon("2022-06-03")))

    for site in ("arlon", "bastogne", "libramont", "marche"):
        assert (may[f"laboratoire@{site}"]["capacity"], may[f"laboratoire@{site}"]["paper"]) == (50, True)
        assert june[f"laboratoire@{site}"]["capacity"] == 85
    assert june["bloc@arlon"]["status"] == "restored"
    assert june["bloc@libramont"]["status"] == "suspended"
    restored = [
        key for key, facts in june.items() if key.startswith("consultations@") and facts["status"] == "restored"
    ]
    assert restored == ["consultations@bertrix"]
    assert board_at(vivalia, noon("2022-06-03")).essential == {
        "assured": 25, "suspended": 0, "not_assessed": 4, "total": 29,
    }  # fmt: skip


def test_the_load_writes_as_people_do_and_says_loaded(vivalia):
    entries = JournalEntry.objects.filter(book=vivalia.book)

    assert verify().fault == ""
    assert not StatusReport.objects.exclude(entry__data__loaded=True).exists()
    assert {entry.actor_name for entry in entries} == {"console"}
    assert FreeEntry.objects.count() == 8
    assert all(report.recorded_at == report.observed_at for report in StatusReport.objects.all())


def test_the_clock_of_the_entry_stays_true(vivalia):
    first = vivalia.book.entries.earliest("seq")

    assert datetime.now(UTC) - first.recorded_at < timedelta(minutes=5)


def test_what_no_feature_reads_yet_is_kept_word_for_word(vivalia):
    kept = [json.loads(event.kept.body) for event in LoadedEvent.objects.exclude(kept=None).select_related("kept")]
    case = yaml.safe_load(CASE)

    for name in ("assets", "systems"):
        in_file = [event[name] for event in case["events"] if name in event]
        in_database = [sections[name] for sections in kept if name in sections]
        assert len(in_file) == len(in_database) > 0


def test_loading_twice_changes_nothing(vivalia):
    before = (JournalEntry.objects.count(), StatusReport.objects.count(), Text.objects.count())

    again = load(CASE, exercise=True)

    assert (again.events, again.skipped, again.crisis) == (0, 16, vivalia)
    assert (JournalEntry.objects.count(), StatusReport.objects.count(), Text.objects.count()) == before


def test_a_file_that_goes_on_appends(db):
    lines = CASE.decode().split("\n")
    cut = next(n for n, line in enumerate(lines) if line.startswith("  - at: 2022-05-30"))
    first = load("\n".join(lines[:cut]).encode(), exercise=True)
    rest = load(CASE, exercise=True)

    assert (first.events, rest.events, rest.skipped) == (11, 5, 11)
    assert told(board_at(rest.crisis, noon("2022-06-03"))) == read_naively(noon("2022-06-03"))


def boards_of(crisis: Crisis) -> list[dict[str, dict]]:
    """Just before, at and after every change: the board as known at the end, and as known then."""
    changes = StatusReport.objects.filter(crisis=crisis).values_list("observed_at", flat=True)
    moments = sorted({at + timedelta(minutes=minutes) for at in changes for minutes in (-1, 0, 1)})
    return [told(board_at(crisis, at, known)) for at in moments for known in (None, at, moments[-1])]


def test_dumped_and_loaded_again_it_is_the_same_board_for_every_moment_and_the_same_bytes(vivalia):
    written = dump(vivalia).replace(vivalia.name, "The same again")

    again = load(written.encode()).crisis

    assert again != vivalia
    assert dump(again) == written
    assert boards_of(again) == boards_of(vivalia)


def everything_in_the_database() -> str:
    """Every column of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(str(cursor.fetchall()))
    return "\n".join(found)


def test_a_masked_name_is_nowhere_any_more(vivalia, browser_of):
    raw = CASE.replace(b"note: Quatre salles }", "note: Jeanne Dupont opérée }".encode())
    raw = raw.replace(b"log: Plus de 40 000 appels", "log: Jeanne Dupont a appelé ; plus de 40 000 appels".encode())
    raw = raw.replace(b"name: Cyberattaque du 14 mai 2022", b"name: Autre")
    crisis = load(raw, exercise=True).crisis
    director = person("boss", "director", crisis)
    client = browser_of(director)
    pages = [
        f"/crises/{crisis.pk}/",
        f"/crises/{crisis.pk}/journal/",
        f"/crises/{crisis.pk}/services/{Service.objects.get(activity__key='bloc', site__key='arlon').pk}/",
    ]
    assert any("Dupont" in client.get(page).content.decode() for page in pages)
    assert "Dupont" in dump(crisis)

    for text in Text.objects.filter(body__contains="Dupont"):
        mask_text(crisis, text, "a patient's name", by=director)

    assert not any("Dupont" in client.get(page).content.decode() for page in pages)
    assert "Dupont" not in dump(crisis)
    out = StringIO()
    call_command("board", str(crisis.pk), stdout=out)
    call_command("board", str(crisis.pk), "--json", stdout=out)
    assert "Dupont" not in out.getvalue()
    assert "Dupont" not in everything_in_the_database()
    assert verify().fault == ""
    assert verify().masked == 2
    again = load(raw, exercise=True)
    assert again.events == 0
    assert "Dupont" not in everything_in_the_database()


def test_the_board_in_a_terminal_says_it_in_json_and_in_a_table(vivalia):
    out, table = StringIO(), StringIO()
    call_command("board", "current", "--at", "2022-05-25T12:00", "--json", stdout=out)
    call_command("board", str(vivalia.pk), "--at", "2022-05-25T12:00", stdout=table)
    said = json.loads(out.getvalue())

    assert set(said) == {"crisis", "at", "known_at", "seq", "counts", "essential", "services"}
    assert said["at"] == "2022-05-25T12:00:00+02:00"
    assert said["counts"] == {"vital": 31, "suspended": 20, "restored": 7, "not_assessed": 4}
    laboratory = next(s for s in said["services"] if (s["service"], s["site"]) == ("laboratoire", "arlon"))
    assert (laboratory["status"], laboratory["capacity"], laboratory["paper"]) == ("vital", 50, True)
    assert (laboratory["observed_at"], laboratory["by"]) == ("2022-05-25T08:30:00+02:00", "console")
    assert set(laboratory) == {
        "site", "service", "status", "capacity", "paper", "isolated", "remains", "note", "public_note", "expected_back",
        "to_verify", "observed_at", "recorded_at", "source", "by", "seq",
    }  # fmt: skip
    assert "25/29 essentiels assurés" in table.getvalue()
    assert "*** EXERCICE ***" in table.getvalue()
    assert len(table.getvalue().splitlines()) == 3 + Service.objects.count()
