"""Slips of the pen in names of services and sites: the closest name is asked for, and other words are left alone."""

import pytest

from crisis.communiques.check.slips import distance

pytestmark = pytest.mark.django_db

SLIPS = [
    ("Le laboratiore fonctionne à 50 %.", "laboratiore", "Laboratoire"),
    ("Laboratiore : 50 %", "Laboratiore", "Laboratoire"),
    ("Les consultatoins sont suspendues.", "consultatoins", "Consultations"),
    ("La radiolgie est fermée.", "radiolgie", "Radiologie"),
    ("La parmacie est ouverte.", "parmacie", "Pharmacie"),
    ("Les urgences de Libramon sont ouvertes.", "Libramon", ""),
    ("Les urgences sont ouvertes à Batsogne.", "Batsogne", "Bastogne"),
]


@pytest.mark.parametrize(("text", "said", "meant"), SLIPS)
def test_a_word_that_is_nearly_a_name_asks_for_the_closest(check, text, said, meant):
    found = [each for each in check(text).findings if each.kind == "unknown" and each.says == said]

    asked = [each.board for each in found if each.board.startswith("Do you mean ")]
    assert asked == ([f"Do you mean {meant}?"] if meant else [])


OTHER_WORDS = [
    "Le radiologue est présent et la salle est ouverte.",
    "Le standard répond, le téléphone fonctionne.",
    "Les pharmaciens sont joignables.",
    "Le chirurgien a suspendu son activité.",
    "Les urgences d'Arlon sont ouvertes.",
    "Les laboratoires sont à 50 %.",
    "Le directoire est maintenu.",
    "L'audiologie est fermée.",
    "Les agences sont fermées.",
    "Marcher reste ouvert.",
    "Laboratiore",
    "Le laboratiore est-il ouvert ?",
]


@pytest.mark.parametrize("text", OTHER_WORDS)
def test_words_of_their_own_questions_and_what_claims_nothing_are_left_alone(check, text):
    assert [each.board for each in check(text).findings if each.board.startswith("Do you mean ")] == []


def test_a_slip_is_only_advice_and_no_tick(check):
    made = check("Le laboratiore est suspendu.")

    assert (made.checked, [each.kind for each in made.findings]) == ([], ["unknown"])


def test_two_slips_in_a_sentence_are_enough(check):
    found = check("Laboratiore, radiolgie, consultatoins : 50 %.").findings

    assert [each.says for each in found if each.board.startswith("Do you mean ")] == ["Laboratiore", "radiolgie"]


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [
        ("radiologie", "radiologie", 0),
        ("radiolgie", "radiologie", 1),
        ("radioologie", "radiologie", 1),
        ("radiolgoie", "radiologie", 1),
        ("radeologie", "radiologie", 1),
        ("rediolagie", "radiologie", 2),
        ("biologie", "radiologie", 3),
        ("pharmacie", "radiologie", 3),
        ("", "ab", 2),
        ("", "abcd", 3),
    ],
)
def test_letters_that_are_wrong_missing_too_many_or_changed_are_counted_up_to_a_limit(one, other, letters):
    assert distance(one, other, 2) == letters
    assert distance(other, one, 2) == letters
