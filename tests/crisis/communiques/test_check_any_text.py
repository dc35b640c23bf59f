"""Whatever is pasted: the check never raises, never ticks what claims nothing, and takes its time in proportion."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crisis.communiques.check.check import check_sentences, check_text
from crisis.communiques.check.words import LANGUAGES, lexicon

pytestmark = pytest.mark.django_db
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = """
Arlon Bertrix Namur laboratoire les blocs urgences radiologie consultations suspendues fonctionne ne pas plus sauf à et mais , . : ; ?
50 % 16 services essentiels sur 29 M3 levée 0800 00 000 8 h 30 mardi 7 juin demain jusqu'au depuis entre plus de aucun impact tous les sites
réunion prochaine reprendra qui si ( ) 25/29 31/2 99/99/9999 2022-02-31 +32 à pleine capacité il n'y a pas
"""
WORDS = TEXT.split()
NOTHING = [
    "Merci",
    "directeur",
    "patience",
    "le",
    "notre",
    "équipe",
    "samedi",
    "parking",
    "et",
    ",",
    "de",
    "Bertrix",
    "urgences",
]


@CALM
@given(text=st.text(max_size=200), lang=st.sampled_from(sorted(LANGUAGES)))
def test_any_text_is_checked_without_an_error(case, text, lang):
    check_text(text, case["05-25T12:00"], lang)
    check_sentences([text], case["05-25T12:00"], lang)


@CALM
@example(words=["suspendues", "2022-02-31"], lang="fr")
@given(words=st.lists(st.sampled_from(WORDS), max_size=25), lang=st.sampled_from(sorted(LANGUAGES)))
def test_any_order_of_our_own_words_is_checked_without_an_error(case, words, lang):
    [made, *_more] = check_sentences([" ".join(words)], case["06-03T12:00"], lang)

    assert made.text == " ".join(words)


@CALM
@given(words=st.lists(st.sampled_from(NOTHING), max_size=12))
def test_a_sentence_that_claims_nothing_is_never_ticked(case, words):
    [made] = check_sentences([" ".join(words)], case["05-25T12:00"], "fr")

    assert made.checked == []


@CALM
@given(lines=st.lists(st.text(alphabet="aé. 1\n", max_size=30), max_size=5))
def test_each_sentence_that_stands_alone_comes_back_in_its_place(case, lines):
    made = check_sentences(lines, case["05-25T12:00"], "fr")

    assert [sentence.text for sentence in made] == lines


ODD = ["a", "é", "0", "9 ", "0800 ", "1.", "%", "«", "(", "n' ", "sauf ", "et ", ", ", "Arlon ", "laboratoire ", "les blocs ", "de ", "\u0301", "a@", "M1 à ", "7/6 ",
       "[a](fact:", "*", "_a", "> ", "[", "|a", "\n", "La radiologie est suspendue et ", "Le bloc de Marche est ouvert. "]  # fmt: skip


@pytest.mark.parametrize("unit", ODD)
def test_a_hundred_kilobytes_of_odd_text_are_read_before_the_suite_gives_up(case, unit):
    text = unit * (100_000 // len(unit))

    check_sentences([text], case["05-25T12:00"], "fr")
    check_text(text, case["05-25T12:00"], "fr")


def test_a_sentence_beyond_any_length_is_not_understood(case):
    [made] = check_sentences(["La radiologie est suspendue et " * 100], case["05-25T12:00"], "fr")

    assert not made.understood


def test_a_language_is_read_once():
    assert lexicon("fr") is lexicon("fr")
