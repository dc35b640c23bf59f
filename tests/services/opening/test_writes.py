"""Beginning and declaring: all of it or nothing, in somebody's name, and never twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as given_that
from hypothesis import strategies as st

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.models import Book, Crisis, JournalEntry, Member, Organisation
from services.crisisfile import shapes
from services.crisisfile.shapes import Faults
from services.models import Activity, EssentialPeriod, Service, Site
from services.opening.catalogue import kinds
from services.opening.writes import Happened, House, Person, begin, declare_once, free_key
from services.reads import board_at, to_assess

pytestmark = pytest.mark.django_db
WHO = Person("night", "Night director", "Director on call", "horse battery staple")
HOUSE = House(
    name="Vivalia",
    cell_phone="0470 00 00 00",
    public_phone="",
    languages=["fr", "de"],
    sites=["Arlon", "Libramont"],
    ticks={"urgences@0", "urgences@1", "consultations@1", "own-0@0"},
    essential={"urgences", "own-0"},
    own={"own-0": "Hélistation"},
)


def happened(**changed) -> Happened:
    now = timezone.now()
    facts = {"name": "Attack", "kind": "cyberattack", "is_exercise": False, "started_at": now - timedelta(hours=2)}
    return Happened(**facts | {"aware_at": now - timedelta(hours=1)} | changed)


def nothing_is_there() -> bool:
    kinds_of_rows = (User, Organisation, Site, Activity, Service, Crisis, Member, JournalEntry)
    return not any(kind.objects.exists() for kind in kinds_of_rows)


def test_one_press_makes_account_registry_and_crisis_and_all_is_not_assessed():
    director, crisis = begin(HOUSE, WHO, happened())

    assert director.check_password("horse battery staple")
    assert Member.objects.get(user=director, crisis=crisis).role == "director"
    assert Member.objects.get(user=director, crisis=None).role == "director"
    assert Organisation.objects.get().cell_phone == "0470 00 00 00"
    board = board_at(crisis)
    assert sorted(tile.service.key for tile in board.tiles) == [
        "consultations@libramont",
        "helistation@arlon",
        "urgences@arlon",
        "urgences@libramont",
    ]
    assert board.counts == {"vital": 0, "suspended": 0, "restored": 0, "not_assessed": 4}
    assert board.essential["total"] == 3


def test_the_catalogue_gives_names_in_four_languages_and_the_words_people_use():
    begin(HOUSE, WHO, None)

    emergency = Activity.objects.get(key="urgences")
    assert emergency.names["de"] == "Notaufnahme"
    assert "spoed" in emergency.aliases["nl"]
    assert Activity.objects.get(key="helistation").names == {"": "Hélistation"}
    assert list(Activity.objects.values_list("key", flat=True)) == ["urgences", "consultations", "helistation"]


def test_what_is_essential_is_what_was_ticked_not_what_the_catalogue_thinks():
    begin(HOUSE, WHO, None)

    essential = set(EssentialPeriod.objects.values_list("activity__key", flat=True))
    assert essential == {"urgences", "helistation"}


def test_every_fact_stands_in_the_house_book_in_the_name_of_who_said_it():
    director, crisis = begin(HOUSE, WHO, happened())

    entries = JournalEntry.objects.filter(book__crisis=None).order_by("seq")
    verbs = [entry.verb for entry in entries]
    assert verbs[:3] == ["account.made", "account.password_set", "member.granted"]
    assert verbs.count("registry.site") == 2
    assert verbs.count("registry.service") == 4
    assert verbs[-1] == "crisis.declared"
    assert {entry.actor for entry in entries if entry.verb.startswith("registry")} == {director}
    assert "horse" not in str([entry.data for entry in entries])
    assert crisis.book.crisis == crisis


def test_prepared_in_peace_there_is_no_crisis_yet():
    _director, crisis = begin(HOUSE, WHO, None)

    assert crisis is None
    assert not Crisis.objects.exists()
    assert Service.objects.count() == 4


def test_a_weak_password_is_refused_at_its_field_and_nothing_stays():
    with pytest.raises(RuleBroken) as refused:
        begin(HOUSE, Person("night", "Night director", "", "short"), happened())

    assert refused.value.field == "new"
    assert nothing_is_there()


def test_a_crisis_that_begins_tomorrow_is_refused_and_nothing_stays():
    with pytest.raises(RuleBroken):
        begin(HOUSE, WHO, happened(started_at=timezone.now() + timedelta(days=1)))

    assert nothing_is_there()


def test_the_second_who_begins_is_told_who_was_first_and_changes_nothing():
    begin(HOUSE, WHO, happened())
    before = JournalEntry.objects.count()

    with pytest.raises(RuleBroken, match="Night director has begun on another screen"):
        begin(HOUSE, Person("other", "Other", "", "horse battery staple"), happened(name="Attack 2"))

    assert (User.objects.count(), Crisis.objects.count(), JournalEntry.objects.count()) == (1, 1, before)


def test_two_who_declare_make_one_crisis_unless_the_second_says_that_it_is_another():
    director, crisis = begin(HOUSE, WHO, happened())

    with pytest.raises(RuleBroken, match="“Attack” is open already") as refused:
        declare_once(happened(name="Attack, too"), by=director)

    assert refused.value.offer == "another"
    assert list(Crisis.objects.all()) == [crisis]
    other = declare_once(happened(name="Flood", kind="disaster"), another=True, by=director)
    assert other.kind == "disaster"
    assert Crisis.objects.count() == 2


def test_an_exercise_beside_a_real_crisis_has_a_book_of_its_own():
    director, crisis = begin(HOUSE, WHO, happened())
    head = crisis.book.head_seq

    exercise = declare_once(happened(name="Drill", is_exercise=True), by=director)

    assert exercise.is_exercise
    assert exercise.book != crisis.book
    assert Book.objects.get(crisis=crisis).head_seq == head
    with pytest.raises(RuleBroken):
        declare_once(happened(name="Drill again", is_exercise=True), by=director)


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Arlon", [], "arlon"),
        ("Arlon", ["arlon"], "arlon-2"),
        ("Arlon", ["arlon", "arlon-2"], "arlon-3"),
        ("Hélistation", [], "helistation"),
        ("病院", [], "x"),
        ("病院", ["x"], "x-2"),
        ("a" * 90, [], "a" * 50),
        ("Unité_2 __nord_", [], "unite-2-nord"),
        (
            "Centre de coordination des soins palliatifs et des soins",
            [],
            "centre-de-coordination-des-soins-palliatifs-et-des",
        ),
    ],
)
def test_a_key_is_made_of_the_name_and_nobody_elses(name, taken, key):
    assert free_key(name, taken) == key


@given(st.lists(st.text(max_size=90) | st.text("aB9é_- .@", max_size=90), max_size=6))
@given_that(deadline=None)
def test_whatever_the_names_are_the_file_of_a_house_takes_their_keys(names):
    faults, taken = Faults(), set()

    for name in names:
        taken.add(key := free_key(name, taken))
        assert shapes.key(faults, 1, "key", key) == key

    assert faults == []
    assert len(taken) == len(names)


def test_a_service_of_ones_own_never_takes_the_key_of_the_catalogue():
    own = House(**{**vars(HOUSE), "ticks": {"own-0@0"}, "own": {"own-0": "Pharmacie"}, "essential": set()})

    begin(own, WHO, None)

    assert "pharmacie" in kinds()
    assert Activity.objects.get().key == "pharmacie-2"


def test_what_is_asked_first_is_essential_and_not_yet_reported(crisis, laboratory, elsewhere, radiology, secretary):
    from services.facts import Facts
    from services.writes import report_status

    assert to_assess(crisis) == [elsewhere, laboratory]

    report_status(crisis, elsewhere, Facts(status="vital"), by=secretary)

    assert to_assess(crisis) == [laboratory]
