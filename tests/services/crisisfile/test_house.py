"""What was prepared in peace comes as one file to the laptop of that night: whole, without passwords, or not at all."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.urls import reverse

from crisis.accounts.models import User
from crisis.accounts.writes import deactivate_account, make_account
from crisis.journal import sentences
from crisis.models import Crisis, JournalEntry, Member, Organisation
from crisis.writes import grant_role
from services.crisisfile.house import bring, house_file
from services.crisisfile.located import BadFile
from services.models import Activity, EssentialPeriod, Service, Site
from tests.cast import nothing_more_can_be_written

HOUSE = """\
organisation: { name: Vivalia, languages: [fr, nl], cell_phone: "0470 00 00 00" }
sites:
  - { key: arlon, name: { fr: Arlon, nl: Aarlen } }
services:
  - { key: labo, name: { fr: Laboratoire }, aliases: { fr: [analyses] }, vital: true, sites: [arlon] }
people:
  - { username: director, name: Direction, function: Director, roles: [{ role: director }] }
  - { username: ward, name: Ward manager, roles: [{ role: ward, scope: ["service:labo@arlon"] }] }
  - { username: guest, site: Arlon, phone: "063 00 00 00", name: Guest }
"""
KINDS = (Organisation, Site, Activity, EssentialPeriod, Service, User, Member, JournalEntry, Crisis)


pytestmark = pytest.mark.django_db


def rows() -> list[int]:
    return [kind.objects.count() for kind in KINDS]


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("registry", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_an_import_makes_the_registry_and_the_people_and_nothing_happened_yet():
    brought = bring(HOUSE.encode())

    assert [str(site) for site in Site.objects.all()] == ["Arlon"]
    assert [service.key for service in Service.objects.all()] == ["labo@arlon"]
    assert EssentialPeriod.objects.get().activity.key == "labo"
    held = {(m.user.username, m.role, *m.scope) for m in Member.objects.filter(crisis=None, until=None)}
    assert held == {("director", "director"), ("ward", "ward", "service:labo@arlon")}
    assert User.objects.get(username="director").function == "Director"
    guest = User.objects.get(username="guest")
    assert (guest.site, guest.phone) == ("Arlon", "063 00 00 00")
    assert not Crisis.objects.exists()
    assert brought.entries == JournalEntry.objects.count()
    assert {user.username for user, _password in brought.people} == {"director", "ward", "guest"}


def test_the_first_password_opens_the_door_and_the_house_declares(client):
    director, password = next(each for each in bring(HOUSE.encode()).people if each[0].username == "director")

    client.post(reverse("sign_in"), {"username": director.username, "password": password})
    assert client.get(reverse("declare")).status_code == 200
    assert client.get(reverse("start")).status_code == 302


def test_the_file_that_comes_out_holds_site_and_phone_too():
    bring(HOUSE.encode())

    people = {person["username"]: person for person in yaml.safe_load(house_file())["people"]}

    assert people["guest"] == {"username": "guest", "name": "Guest", "site": "Arlon", "phone": "063 00 00 00"}
    assert "phone" not in people["director"]


def test_importing_again_changes_nothing():
    bring(HOUSE.encode())
    before = rows()

    again = bring(HOUSE.encode())
    assert (again.entries, again.people) == (0, [])
    assert rows() == before


def test_exported_and_imported_it_is_the_same_file():
    bring(HOUSE.encode())
    written = house_file()
    for kind in reversed(KINDS):
        if kind not in {JournalEntry, User, Member}:
            kind.objects.all().delete()

    bring(written.encode())
    assert house_file() == written


@pytest.mark.parametrize("key", ["bloc_2", "centre-de-coordination-des-soins-palliatifs-et-des-", "a--b-2"])
def test_a_key_that_an_earlier_version_made_comes_out_and_goes_in_again(key):
    bring(HOUSE.replace("labo", key).encode())
    written = house_file()

    assert f"service:{key}@arlon" in written
    assert bring(written.encode()).entries == 0


def test_the_file_holds_no_password_and_nobody_whose_account_is_closed():
    people = bring(HOUSE.encode()).people
    deactivate_account(User.objects.get(username="guest"), by=None)

    written = house_file()
    assert "guest" not in written
    for user, password in people:
        assert password not in written
        assert user.password not in written


def test_it_adds_to_what_is_there_and_takes_nothing_away():
    make_account("director", "Somebody else's name", by=None)
    known = User.objects.get(username="director").password
    bring(HOUSE.encode())
    grant_role(User.objects.get(username="guest"), "observer", by=None)

    bring(HOUSE.replace("Guest", "Guest renamed").encode())
    director = User.objects.get(username="director")
    assert (str(director), director.password) == ("Somebody else's name", known)
    assert Member.objects.filter(user=director, role="director", until=None).exists()
    assert Member.objects.filter(user__username="guest", role="observer", until=None).exists()


def test_somebody_whose_account_is_closed_gets_no_role_and_the_file_says_so():
    bring(HOUSE.encode())
    deactivate_account(User.objects.get(username="guest"), by=None)
    before = rows()

    with pytest.raises(BadFile) as bad:
        bring(HOUSE.replace("name: Guest }", "name: Guest, roles: [{ role: observer }] }").encode())
    assert "The account of Guest is closed" in str(bad.value)
    assert rows() == before


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("role: director", "role: king", "line 7, people[0].roles[0].role"),
        ("username: ward", "username: the ward", "line 8, people[1].username"),
        ("service:labo@arlon", "service:labo@mars", "line 8, people[1].roles[0].scope: There is no service:labo@mars."),
        ("sites: [arlon] }", "sites: [mars] }", "line 5, services[0].sites"),
        ("name: Guest }", "name: Guest, password: secret }", "line 9, people[2]"),
        ("organisation: { name: Vivalia", "organisation: { nom: Vivalia", "line 1"),
        (
            "name: Vivalia,",
            "name: Vivalia, timezone: [Europe/Brussels],",
            "line 1, organisation.timezone: Write a time zone",
        ),
        ("name: Vivalia,", "name: Vivalia, timezone: { a: b },", "line 1, organisation.timezone: Write a time zone"),
        ("people:", "crisis: { name: x, started_at: 2022-05-14T03:30 }\npeople:", "line 6"),
        ("username: guest", "username: guest, name: twice", "line 9"),
        ("username: guest", "username: Director", "line 9, people[2].username: This user name stands there twice."),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line_and_nothing_is_written(was, becomes, sentence):
    assert was in HOUSE
    before = rows()

    with pytest.raises(BadFile) as bad:
        bring(HOUSE.replace(was, becomes).encode())
    assert any(sentence in str(fault) for fault in bad.value.faults), bad.value
    assert rows() == before


def test_the_command_writes_the_file_reads_it_and_says_first_passwords_once(tmp_path: Path):
    file = tmp_path / "house.yaml"
    file.write_text(HOUSE)

    said = told("import", str(file))
    assert "First passwords, shown once:" in said
    assert User.objects.get(username="ward").check_password(
        next(line.split()[1] for line in said.splitlines() if line.split()[:1] == ["ward"])
    )
    assert "First passwords" not in told("import", str(file))

    assert "is written" in told("export", str(file))
    assert file.read_text() == house_file()
    assert [each.name for each in tmp_path.iterdir()] == ["house.yaml"]


def test_an_export_stands_in_the_houses_journal_with_how_many_people_it_holds(tmp_path: Path):
    bring(HOUSE.encode())
    before = JournalEntry.objects.count()

    told("export", str(tmp_path / "house.yaml"))
    entry = JournalEntry.objects.latest("pk")
    assert JournalEntry.objects.count() == before + 1
    assert (entry.verb, entry.actor_name, entry.book.crisis) == ("registry.exported", "console", None)
    assert sentences([entry])[0][1] == "Registry exported as a file, with names and phones of 3 people."


@pytest.mark.parametrize("where", [".", "..", "/"])
def test_a_folder_is_no_file_to_export_to(where, tmp_path: Path, monkeypatch):
    bring(HOUSE.encode())
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = rows()

    with pytest.raises(CommandError, match="is a folder: name a file in it"):
        told("export", where)
    assert [path.name for path in tmp_path.rglob("*")] == ["here"]
    assert rows() == before


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_nothing_more_is_a_sentence_and_the_file_leaves_all_the_same(tmp_path: Path):
    bring(HOUSE.encode())
    (tmp_path / "more.yaml").write_text(HOUSE.replace("guest", "another"))
    before = rows()

    with nothing_more_can_be_written():
        assert "The journal could not be told of this" in told("export", str(tmp_path / "house.yaml"))
        with pytest.raises(CommandError, match="The database "):
            told("import", str(tmp_path / "more.yaml"))
    assert (tmp_path / "house.yaml").read_text() == house_file()
    assert rows() == before


def test_the_command_says_what_is_wrong_in_a_sentence_and_leaves_the_file_that_was_there(tmp_path: Path):
    file = tmp_path / "house.yaml"
    file.write_text("organisation: { nom: x }")

    with pytest.raises(CommandError, match="nothing was changed"):
        told("import", str(file))
    with pytest.raises(CommandError, match="No such file"):
        told("import", str(tmp_path / "nowhere.yaml"))
    with pytest.raises(CommandError, match="Nothing is prepared here yet"):
        told("export", str(file))
    assert file.read_text() == "organisation: { nom: x }"
    bring(HOUSE.encode())
    with pytest.raises(CommandError, match="No such file"):
        told("export", str(tmp_path / "no" / "such" / "folder.yaml"))
