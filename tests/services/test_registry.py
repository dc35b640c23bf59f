"""The registry: prepared before any crisis, each change one entry of the house book, the past keeps what was in force."""

import pytest

from crisis.errors import RuleBroken
from crisis.models import Book, JournalEntry, Organisation
from services.models import Activity, EssentialPeriod, Service, Site, in_language
from services.registry import name_organisation, register_activity, register_service, register_site
from tests.cast import ago, chain_holds, person


def entries() -> list[str]:
    return list(JournalEntry.objects.filter(book__crisis=None).order_by("seq").values_list("verb", flat=True))


@pytest.fixture
def house(db) -> None:
    name_organisation(by=None, name="Vivalia", timezone="Europe/Brussels", languages=["fr"])


def test_each_verb_is_one_entry_of_the_house_book(house):
    site = register_site("arlon", by=None, names={"": "Arlon"}, order=0, kind="hospital")
    activity = register_activity("labo", essential=[], by=None, names={"fr": "Labo"}, order=0)
    register_service(activity, site, by=None)

    assert entries() == ["registry.organisation", "registry.site", "registry.activity", "registry.service"]
    assert chain_holds(Book.objects.get(crisis=None))


def test_nothing_new_makes_no_entry(house):
    for _ in range(3):
        site = register_site("arlon", by=None, names={"": "Arlon"}, order=0)
        activity = register_activity("labo", essential=[(None, None)], by=None, names={"fr": "Labo"}, order=0)
        register_service(activity, site, by=None)
        name_organisation(by=None, name="Vivalia")

    assert entries() == [
        "registry.organisation", "registry.site", "registry.activity", "registry.essential", "registry.service",
    ]  # fmt: skip


def test_only_what_is_given_changes(house):
    name_organisation(by=None, cell_phone="0470 00 00 00")

    row = Organisation.objects.get()
    assert (row.name, row.cell_phone, row.languages) == ("Vivalia", "0470 00 00 00", ["fr"])
    assert JournalEntry.objects.latest("seq").data == {"cell_phone": "0470 00 00 00"}


def test_a_correction_keeps_the_row_and_its_key(house):
    site = register_site("arlon", by=None, names={"": "Arlon"}, order=0)
    again = register_site("arlon", by=None, names={"fr": "Arlon", "de": "Arel"}, order=0, until=ago(1))

    assert again.pk == site.pk
    assert Site.objects.get().names == {"fr": "Arlon", "de": "Arel"}
    assert Site.objects.get().until is not None


def test_from_when_until_when_an_activity_is_essential_is_kept(house):
    periods = [(None, ago(50)), (ago(10), None)]
    activity = register_activity("labo", essential=periods, by=None, names={"": "Labo"}, order=0)

    assert list(activity.essential_periods.order_by("pk").values_list("since", "until")) == periods
    register_activity("labo", essential=[], by=None, names={"": "Labo"}, order=0)
    assert not EssentialPeriod.objects.exists()
    assert entries()[-2:] == ["registry.essential", "registry.essential"]


@pytest.mark.parametrize("role", ["medical", "communications", "observer", "ward", "site"])
def test_who_may_not_manage_the_registry_changes_nothing(role, house):
    user = person("somebody", role, None, ["site:arlon"] if role in {"ward", "site"} else [])
    before = entries()

    for act in (
        lambda: name_organisation(by=user, name="Other"),
        lambda: register_site("arlon", by=user, names={"": "Arlon"}),
        lambda: register_activity("labo", essential=[], by=user, names={"": "Labo"}),
    ):
        with pytest.raises(RuleBroken, match="Your role does not change the registry"):
            act()
    assert entries() == before
    assert (Site.objects.count(), Activity.objects.count(), Organisation.objects.get().name) == (0, 0, "Vivalia")


@pytest.mark.parametrize("role", ["director", "secretary", "it"])
def test_who_may_is_named_in_the_entry(role, house):
    user = person("somebody", role, None)

    register_site("arlon", by=user, names={"": "Arlon"})

    entry = JournalEntry.objects.latest("seq")
    assert (entry.actor, entry.actor_role, entry.subject) == (user, role, "site:arlon")


@pytest.mark.parametrize(
    ("names", "lang", "word"),
    [
        ({"": "Arlon"}, "nl", "Arlon"),
        ({"fr": "Labo", "nl": "Laboratorium"}, "nl", "Laboratorium"),
        ({"fr": "Labo", "nl": "Laboratorium"}, "de", "Labo"),
        ({"de": "Labor"}, "en", "Labor"),
        ({"fr": "Labo", "en": "Lab"}, "en-gb", "Lab"),
        ({}, "fr", ""),
    ],
)
def test_a_name_falls_back_to_french_then_to_what_there_is(names, lang, word):
    assert in_language(names, lang) == word


def test_the_keys_of_a_service_are_stable_words(radiology):
    assert radiology.key == "radiologie@libramont"
    assert radiology.scopes == {"site:libramont", "service:radiologie@libramont"}
    assert str(radiology) == "Radiology (Libramont)"
    assert Service.objects.get(pk=radiology.pk).site.name == "Libramont"
