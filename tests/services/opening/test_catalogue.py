"""The catalogue that ships: whole in four languages, found by any of its words, and without two meanings for one word."""

import re
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.spelling import folded
from services.opening.catalogue import kind_named, kinds, known_words, lines_of

LANGUAGES = ["fr", "nl", "de", "en"]
EXPECTED = {
    "urgences", "smur", "soins-intensifs", "maternite", "bloc-urgent", "bloc", "imagerie-urgente", "radiologie", "dialyse",
    "laboratoire", "pharmacie", "sterilisation", "consultations", "hopital-de-jour", "psychiatrie", "hebergement", "cuisine",
    "telephonie", "admissions",
}  # fmt: skip


def test_it_has_some_forty_services_and_all_that_a_hospital_asks_for_first():
    assert 40 <= len(kinds()) <= 60
    assert kinds().keys() >= EXPECTED


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.key)
def test_each_has_a_name_and_other_words_in_four_languages(kind):
    assert sorted(kind.names) == sorted(kind.aliases) == sorted(LANGUAGES)
    assert all(kind.names.values())
    assert all(kind.aliases.values())
    assert re.fullmatch(r"[a-z][a-z-]{2,40}", kind.key)
    assert isinstance(kind.essential, bool)
    assert kind.visit in {"appointment", "open", "emergency", "care", "support"}


@pytest.mark.parametrize(
    ("key", "names", "kind"),
    [
        ("radiologie", ["Anything"], "radiologie"),
        ("usi-2", ["Soins intensifs (12 lits)"], "soins-intensifs"),
        ("er", ["Accueil des urgences"], "urgences"),
        ("cardio", ["Cardiologie", "Consultations de cardiologie"], "consultations"),
        ("tel", ["Téléphonie"], "telephonie"),
        ("oph", ["Ophtalmologie"], None),
        ("hors", ["Consultations hors urgences"], "consultations"),
        ("social", ["Service social des urgences"], None),
        ("none", [""], None),
    ],
)
def test_an_activity_of_the_house_is_known_by_its_key_or_its_words(key, names, kind):
    found = kind_named(key, names)

    assert (found.key if found else None) == kind


def test_no_word_means_two_services_in_one_language():
    meanings = defaultdict(set)
    for kind in kinds().values():
        for lang in LANGUAGES:
            for word in [kind.names[lang], *kind.aliases[lang]]:
                meanings[lang, folded(word)].add(kind.key)

    assert {word: keys for word, keys in meanings.items() if len(keys) > 1} == {}


def test_every_name_leads_to_its_own_kind_whatever_other_kinds_are_called_elsewhere():
    astray = {
        (lang, name): known_words()[folded(name)].key
        for kind in kinds().values()
        for lang, name in kind.names.items()
        if known_words()[folded(name)].names[lang] != name
    }

    assert astray == {}


def test_urgent_and_planned_are_apart_because_only_one_of_them_may_stop():
    for urgent, planned in (("bloc-urgent", "bloc"), ("imagerie-urgente", "radiologie")):
        assert (kinds()[urgent].essential, kinds()[planned].essential) == (True, False)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("URGENCES", "urgences"),
        ("Service d'urgence", "urgences"),
        ("spoed", "urgences"),
        ("A & E", "urgences"),
        ("Réanimation", "soins-intensifs"),
        ("reanimation", "soins-intensifs"),
        ("labo", "laboratoire"),
        ("Bloc opératoire non urgent", "bloc"),
        ("Röntgen", "radiologie"),
        ("Téléphonie", "telephonie"),
    ],
)
def test_people_are_understood_as_they_type(typed, key):
    assert known_words()[folded(typed)].key == key


@pytest.mark.parametrize(
    ("pasted", "lines"),
    [
        ("", []),
        ("\n \n\t\n", []),
        ("Urgences", ["Urgences"]),
        ("- Urgences\n• Labo\n3. IRM\n 4) Cuisine", ["Urgences", "Labo", "IRM", "Cuisine"]),
        ("1A\n2A\n112\n24h urgences\n3e étage", ["1A", "2A", "112", "24h urgences", "3e étage"]),
        ("- 1. 112\n2.\n3.5 T", ["112", "3.5 T"]),
        ("Service   des\turgences", ["Service des urgences"]),
        ("---\n***", []),
    ],
)
def test_a_pasted_list_is_read_line_by_line(pasted, lines):
    assert lines_of(pasted) == lines


@given(st.text(max_size=300))
def test_whatever_is_pasted_each_line_says_something(pasted):
    lines = lines_of(pasted)

    assert all(folded(line) for line in lines)
    assert lines_of("\n".join(lines)) == lines
