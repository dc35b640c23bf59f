"""A bad file changes nothing, and every fault is listed with its line and field."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from crisis import demo
from crisis.accounts.models import User
from crisis.models import Crisis, JournalEntry, Organisation, Text
from services.crisisfile.load import load
from services.crisisfile.located import BadFile
from services.models import Activity, Service, Site, StatusReport

GOOD = """\
organisation: { name: Vivalia, languages: [fr, nl] }
sites:
  - { key: arlon, name: Arlon }
  - { key: virton, name: Virton }
services:
  - { key: labo, name: { fr: Laboratoire }, vital: true, sites: [arlon] }
  - { key: bloc, name: Bloc, sites: [arlon, virton] }
it_systems:
  - { key: sil, name: SIL }
crisis: { name: Attack, started_at: 2022-05-14T03:30 }
events:
  - at: 2022-05-14T08:30
    source: press
    log: Internet is cut.
    set:
      - { services: [labo], sites: all, status: vital, capacity: 50 }
      - { services: [bloc], sites: [arlon], status: suspended, remains: emergencies }
"""


def rows() -> list[int]:
    return [
        m.objects.count() for m in (Organisation, Site, Activity, Service, Crisis, JournalEntry, StatusReport, Text)
    ]


def faults(raw: str | bytes) -> list[str]:
    """What is said of a bad file; nothing was changed."""
    before = rows()
    with pytest.raises(BadFile) as bad:
        load(raw.encode() if isinstance(raw, str) else raw)
    assert rows() == before
    return [str(fault) for fault in bad.value.faults]


def test_the_good_file_is_good(db):
    summary = load(GOOD.encode())

    assert (summary.events, summary.reports, summary.entries) == (1, 2, 1)


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("key: arlon, name", "key: arlon, colour: red, name", "line 3, sites[0].colour: This key is unknown: see docs/crisis-file.md."),
        ("{ key: arlon, name: Arlon }", "{ name: Arlon }", "line 3, sites[0].key: This is missing."),
        ("name: Vivalia,", "name: Vivalia, timezone: [Europe/Brussels],", "line 1, organisation.timezone: Write a time zone such as Europe/Brussels."),
        ("key: arlon,", "key: Arlon!,", "line 3, sites[0].key: A key has lower-case letters, digits and hyphens."),
        ("name: Arlon }", "name: { fr: 3 } }", "line 3, sites[0].name: Write a name, or one per language: fr, nl, de, en."),
        ("name: Arlon }", "name: Arlon, count: 0 }", "line 3, sites[0].count: Write a whole number from 1 to 1000."),
        ("name: Arlon }", "name: Arlon, from: then }", "line 3, sites[0].from: Write a moment such as 2022-05-14T08:30."),
        ("languages: [fr, nl]", "languages: [fr, xx]", "line 1, organisation.languages[1]: Write one of:"),
        ("languages: [fr, nl]", "timezone: Mars/Olympus", "line 1, organisation.timezone: Write a time zone such as Europe/Brussels."),
        ("name: Vivalia", "name: null", "line 1, organisation.name: Write text of 1 to 200 characters."),
        ("name: Attack", f"name: {'x' * 201}", "line 10, crisis.name: Write text of 1 to 200 characters."),
        ("started_at: 2022-05-14T03:30", "started_at: 0001-01-01T00:00", "line 10, crisis.started_at: Write a moment"),
        ("log: Internet is cut.", 'log: "a\\0b"', "line 14, events[0].log: Write text; put it in quotes."),
        ("languages: [fr, nl]", "languages: fr", "line 1, organisation.languages: Write a list."),
        ("vital: true", "vital: maybe", "line 6, services[0].vital: Write a list."),
        ("vital: true", "aliases: { fr: labo }", "line 6, services[0].aliases: Write a list of words per language"),
        ("vital: true, sites: [arlon]", "sites: [paris]", "line 6, services[0].sites: There is no site paris."),
        ("started_at: 2022-05-14T03:30", "started_at: at night", "line 10, crisis.started_at: Write a moment"),
        ("started_at: 2022-05-14T03:30", "started_at: 2999-01-01T00:00", "line 10, crisis.started_at: A crisis cannot begin in the future"),
        ("{ name: Attack, started_at: 2022-05-14T03:30 }", "Attack", "line 10, crisis: Write keys and values: name, started_at."),
        ("at: 2022-05-14T08:30", "at: 2022-05-13T08:30", "before the crisis: correct the moment."),
        ("log: Internet is cut.", "log: [a]", "line 14, events[0].log: Write text; put it in quotes."),
        ("log: Internet is cut.", "verified: perhaps", "line 14, events[0].verified: Write true or false."),
        ("log: Internet is cut.", "mood: grim", "line 14, events[0].mood: This key is unknown"),
        ("log: Internet is cut.", "renews: [M9]", "line 12, events[0]: Measure M9 was not decided before."),
        ("log: Internet is cut.", "systems: [{ key: dpi }]", "events[0].systems: There is no system dpi."),
        ("log: Internet is cut.", "meeting: { decides: x }", "events[0].meeting.title: This is missing."),
        ("log: Internet is cut.", "measures: [{ key: '!', text: x }]", "events[0].measures[0].key: Write the measure's key, such as M1."),
        ("log: Internet is cut.", "assets: { pcs: { lost: 3 } }", "events[0].assets.pcs.lost: This key is unknown"),
        ("capacity: 50", "capacity: 0", "line 16, events[0].set[0].capacity: Write a whole number from 1 to 100."),
        ("capacity: 50", "capacity: half", "line 16, events[0].set[0].capacity: Write a whole number from 1 to 100."),
        ("capacity: 50", "expected_back: soon", "line 16, events[0].set[0].expected_back: Write a day such as 2022-06-07."),
        ("status: vital", "status: green", "line 16, events[0].set[0].status: Write one of: vital, suspended, restored."),
        ("services: [labo]", "services: [dialysis]", "line 16, events[0].set[0].services: There is no service dialysis."),
        ("sites: [arlon], status", "sites: [paris], status", "line 17, events[0].set[1].sites: bloc does not exist at paris."),
        ("remains: emergencies", "capacity: 30", "A suspended service has no capacity"),
        ("status: vital, capacity: 50", "status: suspended", "line 16, events[0].set[0].reason:"),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_line_and_field_and_nothing_changes(good, bad, fault, db):
    assert good in GOOD

    said = faults(GOOD.replace(good, bad, 1))

    assert any(fault in sentence for sentence in said), said


def test_every_fault_is_listed_not_only_the_first(db):
    said = faults(
        GOOD.replace("capacity: 50", "capacity: 0").replace("key: virton", "key: '?'").replace("log:", "lgo:")
    )

    assert len(said) >= 3


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("", "line 1: The file is empty or not a crisis file"),
        ("- a list", "line 1: The file is empty or not a crisis file"),
        ("a: [1, 2", "This is not YAML:"),
        (b"\xff\xfe\x00bad", "line 1: The file is not UTF-8 text: save it as UTF-8."),
        ("a: &x 1\nb: *x", "line 1: The file uses YAML aliases (*name): write the values out."),
        ("a: 1\na: 2", "line 2, a: This key stands twice: keep one."),
        ("a: !!python/object:os.system x", "line 1: This value cannot be read: put it in quotes."),
        ("[" * 5000, "line 1"),
        ("a: 2022-13-45", "line 1: This value cannot be read: put it in quotes."),
        (b"#" * (5 * 1024 * 1024 + 1), "line 1: The file is larger than 5 MB: split it."),
    ],
)
def test_what_is_no_crisis_file_is_said_in_a_sentence(raw, fault, db):
    assert any(fault in sentence for sentence in faults(raw))


def test_an_event_that_was_altered_since_is_a_fault(db):
    load(GOOD.encode())

    assert (
        "line 12, events[0]: This event was altered since it was loaded"
        in faults(GOOD.replace("Internet is cut", "It is cut"))[0]
    )


def test_a_set_keeps_what_it_does_not_name_clears_by_null_and_confirms_by_nothing_new(db):
    more = (
        GOOD
        + """\
  - at: 2022-05-15T08:30
    set: [{ services: [labo], sites: all, note: slow }]
  - at: 2022-05-16T08:30
    set: [{ services: [labo], sites: all, capacity: null }]
  - at: 2022-05-17T08:30
    set: [{ services: [labo], sites: all }]
  - at: 2022-05-18T08:30
    set: [{ services: [labo], sites: all, status: restored }]
"""
    )
    summary = load(more.encode())
    reports = StatusReport.objects.filter(service__activity__key="labo").order_by("observed_at")

    assert [(r.status, r.capacity, str(r.note or "")) for r in reports] == [
        ("vital", 50, ""), ("vital", 50, "slow"), ("vital", None, "slow"), ("vital", None, "slow"), ("restored", None, ""),
    ]  # fmt: skip
    assert (summary.reports, summary.confirmations) == (5, 1)
    assert reports[3].entry.verb == "service.confirmed"


def test_the_first_known_time_is_asked_of_recorded(db):
    raw = GOOD.replace("at: 2022-05-14T08:30", "at: 2022-05-14T08:30\n    recorded: 2022-05-14T11:00")

    load(raw.encode())

    report = StatusReport.objects.earliest("pk")
    assert (report.recorded_at - report.observed_at).total_seconds() == 2.5 * 3600
    assert report.entry.data["known_at"] == "2022-05-14T09:00:00.000000Z"


def test_a_crisis_said_closed_is_closed_at_the_end(db):
    crisis = load(GOOD.replace("03:30 }", "03:30, closed: true }").encode()).crisis

    assert crisis.closed_at is not None


def test_the_command_tells_what_it_did_and_lists_the_faults(db, tmp_path: Path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("capacity: 50", "capacity: 0").replace("Virton }", "Virton, x: 1 }"))
    out = StringIO()

    with translation.override("en"):
        with pytest.raises(CommandError) as refused:
            call_command("load", str(bad))
        assert rows() == [0] * 8
        call_command("load", str(good), stdout=out)
        with pytest.raises(CommandError, match="No such file"):
            call_command("load", str(tmp_path / "none.yaml"))

    assert str(refused.value).startswith(
        f"{bad}: 2 faults, nothing was changed.\nline 4, sites[1].x: This key is unknown"
    )
    assert out.getvalue() == (
        "Attack: events loaded: 1, known already: 0; reports: 2, confirmations: 0, journal entries: 1.\n"
    )


def test_the_command_writes_the_same_bytes_to_a_file_and_to_the_terminal(db, tmp_path: Path):
    load(GOOD.encode())
    out, file = StringIO(), tmp_path / "x.yaml"

    call_command("dump", "current", stdout=out)
    call_command("dump", "1" if not Crisis.objects.exists() else str(Crisis.objects.get().pk), output=file)

    assert file.read_text() == out.getvalue()
    with pytest.raises(CommandError):
        call_command("dump", "nothing")


def test_the_demonstration_ships_the_reference_case_and_never_touches_another_database(db):
    out = StringIO()
    password = demo.prepare(out)

    assert Organisation.objects.get().is_demonstration
    assert Crisis.objects.get().is_exercise
    assert password in out.getvalue()
    again = demo.prepare(StringIO())
    assert again != password
    Organisation.objects.update(is_demonstration=False)
    with pytest.raises(CommandError, match="something else than the demonstration"):
        demo.prepare(out)


def test_the_demonstration_refuses_a_database_with_people_in_it(outsider):
    with pytest.raises(CommandError, match="not empty"):
        demo.prepare(StringIO())


def test_the_demonstrations_password_again_keeps_everybody_signed_in_and_a_changed_one_becomes_it_again(
    db, monkeypatch
):
    monkeypatch.setenv("DEMO_PASSWORD", "the demonstration")
    demo.prepare(StringIO())
    before = dict(User.objects.values_list("username", "password"))
    other = User.objects.get(username="it")
    other.set_password("their own words")
    other.save()

    demo.prepare(StringIO())
    after = dict(User.objects.values_list("username", "password"))
    assert after == before
    assert all(user.check_password("the demonstration") for user in User.objects.all())

    monkeypatch.setenv("DEMO_PASSWORD", "another one")
    demo.prepare(StringIO())
    assert all(user.check_password("another one") for user in User.objects.all())
