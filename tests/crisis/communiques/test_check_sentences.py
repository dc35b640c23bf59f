"""A text in sentences: what ends one, what only looks like it, and that nothing is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crisis.communiques.check.sentences import pieces, sentences

WHOLE = [
    "Voir la ligne n° 14 du journal.",
    "Voir le n. 14 du journal.",
    "La réunion est à 8 h 30.",
    "La réunion est à 8h30 précises.",
    "Les laboratoires sont à 85,5 % de leur capacité.",
    "Les laboratoires sont à 85.5 % de leur capacité.",
    "Près de 11.000 appels en trois jours.",
    "Appelez le 0800 00 000 ou le 063.23.11.11 en journée.",
    "Le Dr. Lambert répond aux questions.",
    "M. Lambert et Mme. Dupont président.",
    "Tél. 0800 00 000",
    "La Ste. Famille et St. Joseph restent ouverts.",
    "Le 7.6.2022 le bloc rouvre.",
    "Die Sitzung ist am 7. Juni um 8.30 Uhr.",
    "De vergadering is op 7. Juni.",
    "Der Betrieb läuft, z.B. Labore, weiter.",
    "De heer dhr. Janssens antwoordt.",
    "See p. 4 of the plan, i.e. Annex B.",
    "Voir https://www.example.org/faq.html pour la suite",
    "Écrivez à presse@example.org pour en savoir plus",
    "L'équipe de J. Lambert reste disponible.",
    "Bloc, labo, etc. restent ouverts.",
    "1. Les urgences restent ouvertes",
    "Les urgences (Arlon, Marche, etc.) restent ouvertes.",
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_only_looks_like_an_end_is_none(text):
    assert pieces(text) == [text]


PARTED = {
    "Les urgences sont ouvertes. Le bloc est fermé.": ["Les urgences sont ouvertes.", "Le bloc est fermé."],
    "Est-ce ouvert ? Oui ! Venez.": ["Est-ce ouvert ?", "Oui !", "Venez."],
    "Nous attendons… Le bloc reste fermé.": ["Nous attendons…", "Le bloc reste fermé."],
    "« Tout va bien. » Le directeur": ["« Tout va bien. »", "Le directeur"],
    "Ils sont à 85. Les blocs rouvrent.": ["Ils sont à 85.", "Les blocs rouvrent."],
    "Nous étions 20. En mai, 30.": ["Nous étions 20.", "En mai, 30."],
    "Un titre\nUne phrase": ["Un titre", "Une phrase"],
    "- Urgences ouvertes\n- Bloc fermé": ["Urgences ouvertes", "Bloc fermé"],
    "1. Urgences ouvertes\n2) Bloc fermé": ["Urgences ouvertes", "Bloc fermé"],
    "• Urgences ouvertes\n\n\n— Bloc fermé\n": ["Urgences ouvertes", "Bloc fermé"],
    "Fin. 20 services sont suspendus.": ["Fin.", "20 services sont suspendus."],
    "Vraiment ?! Oui.": ["Vraiment ?!", "Oui."],
    "---\n***\nOuvert": ["Ouvert"],
    "": [],
    "  \n \n": [],
    "…": [],
}


@pytest.mark.parametrize("text", PARTED)
def test_a_text_is_parted_at_the_ends_of_sentences_and_lines(text):
    assert sentences(text) == PARTED[text]


@given(st.text())
@example("a. B. C. d.\n\n. . .\n1. A\n")
@example("8 h 30. 7. Juni. n° 14. M. X. …»)")
def test_no_character_is_lost(text):
    assert "".join(pieces(text)) == text


@given(st.text(alphabet="aB 1.!?\n«»\"')…n°"))
def test_no_character_is_lost_of_what_looks_like_ends(text):
    found = pieces(text)

    assert "".join(found) == text
    assert all(found)


@given(st.lists(st.sampled_from(WHOLE), max_size=6))
def test_lines_that_stand_for_themselves_come_back_as_they_are(lines):
    joined = "\n".join(lines)

    assert len(sentences(joined)) == len(lines)


@pytest.mark.parametrize("unit", ["a", ".", "A. ", "\n", "1. ", "…»", "M. ", "é", "a.b", " ", "? "])
def test_a_hundred_thousand_characters_of_anything_are_parted_before_the_suite_gives_up(unit):
    text = unit * (100_000 // len(unit))

    assert "".join(pieces(text)) == text
