"""A crisis loaded before Vigie knew meetings: what was kept word for word becomes what a load of today gives."""

import json
from datetime import datetime, timedelta

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from crisis import sections
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Measure, Meeting, Review
from crisis.meetings.reads import measures_at
from crisis.meetings.writes import open_meeting
from crisis.models import Crisis, JournalEntry, LoadedEvent, Text
from crisis.verify import verify
from crisis.writes import close_crisis, mask_text
from services.crisisfile.catch_up import after_migrations, catch_up
from services.crisisfile.dump import dump
from services.crisisfile.load import load
from services.crisisfile.schema import LATER, SECTIONS
from tests.cast import adjourn, chain_holds, person, written
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
NAME = "Cyberattaque du 14 mai 2022"


def load_as_before(raw: bytes) -> Crisis:
    """By a version that had no meetings: their sections are kept like those of features to come."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sections, "_readers", [])
        for name, check in SECTIONS.items():
            patch.setitem(LATER, name, check)
        return load(raw, exercise=True).crisis


@pytest.fixture
def before() -> Crisis:
    return load_as_before(CASE)


@pytest.fixture
def fresh(before) -> Crisis:
    """The same file, loaded today."""
    return load(CASE.replace(NAME.encode(), b"Autre"), exercise=True).crisis


def rows() -> dict[str, int]:
    return written() | {model.__name__: model.objects.count() for model in (Meeting, Measure, Review)}


def in_force(crisis: Crisis, at: datetime) -> list[tuple]:
    return [
        (
            s.measure.key,
            [str(getattr(s.wording, name) or "") for name in ("text", "exempt", "advice", "exception")],
            (s.wording.activities, s.wording.sites, s.wording.attendance),
            (s.decided_at, s.reviewed_at, s.renewals, s.overdue),
        )
        for s in measures_at(crisis, at)
    ]


def spelt(value):
    """An entry's data with words instead of the ids of texts, and without what depends on them or on its place."""
    if isinstance(value, dict) and value.keys() == {"text", "hash"}:
        return Text.objects.get(pk=value["text"]).body
    if not isinstance(value, dict):
        return value
    return {name: spelt(inner) for name, inner in value.items() if name not in {"digest", "seq"}}


def acts(crisis: Crisis) -> list[tuple]:
    """What the journal says of meetings, measures and communiqués."""
    found = crisis.book.entries.filter(verb__regex=r"^(meeting|measure|communique)\.").order_by("seq")
    return [(entry.verb, entry.subject, entry.actor_name, spelt(entry.data)) for entry in found]


def kept(crisis: Crisis) -> list[dict]:
    return [json.loads(e.kept.body) for e in crisis.loaded_events.filter(position__gt=0).exclude(kept=None)]


def test_what_was_kept_is_what_a_load_of_today_gives(before, fresh):
    assert not before.meetings.exists()

    assert catch_up() == sum("meeting" in event for event in yaml.safe_load(CASE)["events"])

    meetings = [
        [(m.number, str(m.title), str(m.source), m.at, m.known_at, m.ended_at, m.next_at, m.state) for m in c.meetings.all()]
        for c in (before, fresh)
    ]  # fmt: skip
    assert meetings[0] == meetings[1]
    moments = sorted({m.at + timedelta(minutes=by) for m in fresh.meetings.all() for by in (-1, 0, 1)})
    assert [in_force(before, at) for at in moments] == [in_force(fresh, at) for at in moments]
    assert any(in_force(before, at) for at in moments)


def test_the_journal_goes_on_at_its_end_and_says_loaded(before, fresh):
    old = list(before.book.entries.order_by("seq").values_list("seq", "hash"))

    catch_up()

    new = before.book.entries.filter(seq__gt=len(old)).order_by("seq")
    assert list(before.book.entries.order_by("seq").values_list("seq", "hash"))[: len(old)] == old
    assert acts(before) == acts(fresh)
    assert [entry.verb for entry in new][-1] == "text.masked"
    assert new.count() == len(acts(before)) + 1
    assert not new.exclude(data__loaded=True).exists()
    assert chain_holds(before.book)
    assert verify().fault == ""


def test_the_dump_is_that_of_a_load_of_today_to_the_byte_and_says_nothing_twice(before, fresh):
    told = yaml.safe_load(dump(before))

    catch_up()

    assert dump(before) == dump(fresh).replace("Autre", NAME)
    assert yaml.safe_load(dump(before)) == told
    assert [set(said) & SECTIONS.keys() for said in kept(before)] == [set()] * len(kept(before))
    assert kept(before) == kept(fresh)


def test_a_second_run_and_a_second_load_change_nothing(before):
    catch_up()
    once = rows()

    assert catch_up() == 0
    again = load(CASE, exercise=True)

    assert (again.events, again.skipped, again.crisis) == (0, 16, before)
    assert rows() == once


def test_a_file_that_goes_on_is_appended_to_what_became_real(fresh):
    lines = CASE.decode().replace(NAME, "Suite").split("\n")
    cut = next(n for n, line in enumerate(lines) if line.startswith("  - at: 2022-05-30"))
    begun = load_as_before("\n".join(lines[:cut]).encode())
    catch_up()

    load("\n".join(lines).encode(), exercise=True)

    assert dump(begun) == dump(fresh).replace("Autre", "Suite")


@pytest.mark.django_db(transaction=True)
def test_migrating_reads_what_was_kept(before):
    call_command("migrate", verbosity=0)

    assert before.meetings.filter(ended_at__isnull=False).count() == 11
    assert verify().fault == ""


def test_while_a_migration_is_missing_or_a_test_flushes_nothing_is_read(before):
    after_migrations("default", plan=None)
    after_migrations("another", plan=[])
    newest = MigrationRecorder.Migration.objects.filter(app="meetings").latest("name")
    MigrationRecorder(connection).record_unapplied("meetings", newest.name)
    after_migrations("default", plan=[])

    assert not Meeting.objects.exists()


def test_a_name_that_is_masked_afterwards_is_nowhere_any_more():
    raw = CASE.replace(b"name: Cyberattaque du 14", b"name: Attaque du 14").replace(
        "title: Réunion du lundi".encode(), b"title: Jeanne Dupont"
    )
    crisis = load_as_before(raw)
    catch_up()

    text = Text.objects.filter(body__contains="Dupont").latest("pk")
    mask_text(crisis, text, "a patient's name", by=person("boss", "director", crisis))

    assert not Text.objects.filter(body__contains="Dupont").exists()
    assert verify().fault == ""


def test_a_closed_crisis_keeps_its_own_and_one_line_says_so(before, caplog):
    close_crisis(before, by=None)
    once, told = rows(), dump(before)

    assert catch_up() == 0

    assert rows() == once
    assert dump(before) == told
    assert caplog.messages == [f"{NAME} is closed: 11 events of its file stay kept word for word."]


def test_what_a_rule_refuses_stays_kept_whole_and_the_rest_becomes_real(before, caplog):
    held = open_meeting(before, by=None)
    decide_measure(held, Said(text="Something else"), by=None, number=3)
    adjourn(held, by=None)
    number = Meeting.objects.count()

    done = catch_up()

    sunday = next(said for said in kept(before) if "measures" in said)
    assert [measure["key"] for measure in sunday["measures"]] == ["M1", "M2", "M3", "M4"]
    assert not any(said.get("renews") == [] for said in kept(before))
    assert [measure.key for measure in Measure.objects.all()] == ["M3"]
    assert Meeting.objects.filter(ended_at__isnull=False).count() == number + done
    assert 0 < done < 11
    assert len(caplog.messages) == 11 - done + 1  # the last one tells what was read
    assert "M3 was decided before" in caplog.text
    assert verify().fault == ""
    assert sum("meeting" in event for event in yaml.safe_load(dump(before))["events"]) == 11 + 1


def test_a_meeting_of_people_that_is_in_progress_is_left_alone(before):
    running = open_meeting(before, by=None)
    once = rows()

    assert catch_up() == 0
    assert rows() == once
    adjourn(running, by=None, all_the_same=True)

    assert catch_up() == 11


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"meeting": {"title": "Une", "kind": "secrète"}}, "meeting.kind: Write one of: ordinary, extraordinary"),
        ({"renews": ["M1"]}, "A meeting decides about measures"),
        ({"meeting": {"title": "Une"}, "renews": ["M9"]}, "Never decided: M9."),
        ({"meeting": {"title": "Une"}, "measures": [{"key": "M1", "text": "x", "services": ["plage"]}]}, "plage"),
        ({"meeting": {"title": "Une"}, "odd": 1}, "odd: This key is unknown"),
    ],
)
def test_what_no_rule_of_today_allows_stays_kept_and_nothing_is_half_done(said, why, crisis, caplog):
    text = Text.written(json.dumps(said))
    LoadedEvent.objects.create(crisis=crisis, position=1, at=crisis.started_at, digest="x", kept=text)
    once = rows()

    assert catch_up() == 0

    assert rows() == once
    assert LoadedEvent.objects.get().kept == text
    assert why in caplog.text
    assert chain_holds(crisis.book)


SHARED = b"""
organisation: { name: Essai, timezone: Europe/Brussels, languages: [fr] }
it_systems: [{ key: mail, name: Courrier }]
crisis: { name: Essai, started_at: 2022-05-14T03:30 }
events:
  - { at: 2022-05-14T08:00, systems: [{ key: mail, restored: false }] }
  - { at: 2022-05-14T08:30, meeting: { title: Une }, communique: { title: Avis } }
  - { at: 2022-05-14T08:30, source: press, systems: [{ key: mail, restored: true }] }
  - { at: 2022-05-14T08:30, source: press, recorded: 2022-05-14T12:00, meeting: { title: Deux }, lang: nl }
  - { at: 2022-05-14T09:30, log: Une ligne, meeting: { title: Trois, ended: 2022-05-14T10:00 } }
"""


def test_events_that_wrote_nothing_when_they_were_loaded_keep_their_order(organisation):
    now = load(SHARED, exercise=True).crisis
    today = dump(now)
    Crisis.objects.update(name="Avant")

    crisis = load_as_before(SHARED)
    catch_up()

    assert dump(crisis) == today
    assert [event.get("meeting", {}).get("title") for event in yaml.safe_load(today)["events"]] == [
        None, "Une", None, "Deux", "Trois",
    ]  # fmt: skip
    assert JournalEntry.objects.get(book=crisis.book, verb="text.masked").data["loaded"] is True
