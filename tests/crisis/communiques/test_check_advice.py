"""Advice: numbers and names that match nothing, absolutes, what the communiqué before said and this one drops."""

from dataclasses import replace

import pytest

from crisis.communiques.check.check import check_sentences, check_text

pytestmark = pytest.mark.django_db

NUMBERS = [
    ("fr", "616 postes ont été remis en service.", ["unknown 616 postes"]),
    ("fr", "Plus de 341 ordinateurs sont réinstallés.", ["unknown Plus de 341 ordinateurs"]),
    ("fr", "828 machines réinstallées sur environ 3 000.", ["unknown 828 machines"]),
    ("fr", "Près de 11 000 appels ont été reçus.", ["unknown Près de 11 000 appels"]),
    ("fr", "97 % des appels ont été décrochés.", ["unknown 97 % appels"]),
    ("fr", "Nous avons 3 directeurs.", []),
    ("fr", "Le plan compte 12 pages.", []),
    ("fr", "L'attaque date du 14 mai 2022.", []),
    ("fr", "Voir la ligne n° 14.", []),
    ("nl", "616 computers zijn klaar.", ["unknown 616 computers"]),
    ("de", "616 Rechner sind fertig.", ["unknown 616 Rechner"]),
    ("en", "616 workstations are ready.", ["unknown 616 workstations"]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), NUMBERS)
def test_a_number_of_our_world_that_nothing_says_is_unknown(told, lang, text, expected):
    assert told(text, "05-25T12:00", lang) == expected


def test_a_number_that_somebody_wrote_beside_the_board_is_checked(told):
    assert told("Quatre salles ont fonctionné à Arlon.", "06-01T12:00") == ["checked Quatre salles"]
    assert told("Six salles ont fonctionné à Arlon.", "06-01T12:00") == ["unknown Six salles"]


NAMES = [
    ("fr", "La dialyse est maintenue.", ["unknown dialyse"]),
    ("fr", "La maternité et la pédiatrie restent ouvertes.", ["unknown maternité", "unknown pédiatrie"]),
    ("fr", "La dialyse compte douze lits.", ["unknown douze lits"]),
    ("fr", "Les urgences de Namur sont ouvertes.", ["unknown Namur"]),
    ("fr", "L'hôpital de Dinant nous aide.", ["unknown Dinant"]),
    ("fr", "Les urgences de Vivalia restent ouvertes.", []),
    ("fr", "Le suivi d'oncologie est maintenu.", []),
    ("nl", "De kraamafdeling blijft open.", ["unknown kraamafdeling"]),
    ("de", "Die Notaufnahme in Eupen ist geöffnet.", ["unknown Eupen"]),
    ("en", "Maternity stays open.", ["unknown Maternity"]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), NAMES)
def test_a_name_that_matches_nothing_is_unknown(told, lang, text, expected):
    found = told(text, "05-25T12:00", lang)

    assert [line for line in found if line.startswith("unknown")] == expected


ABSOLUTES = [
    ("fr", "Aucune donnée n'a été volée.", "Aucune donnée"),
    ("fr", "L'attaque n'a aucun impact sur les soins.", "aucun impact"),
    ("fr", "Les données n'ont jamais été menacées.", "n'ont jamais"),
    ("fr", "Vos données sont totalement en sécurité.", "totalement"),
    ("fr", "Nous garantissons la continuité des soins.", "garantissons"),
    ("fr", "Il n'y a aucun risque pour les patients.", "Il n'y a aucun risque"),
    ("fr", "Vos données sont à 100 % sécurisées.", "% sécurisées"),
    ("nl", "Er zijn geen gegevens gestolen.", "Er zijn geen gegevens"),
    ("de", "Es wurden keine Daten gestohlen.", "keine Daten"),
    ("en", "No data has been stolen.", "No data"),
]


@pytest.mark.parametrize(("lang", "text", "said"), ABSOLUTES)
def test_an_absolute_is_flagged_for_thought(check, lang, text, said):
    found = [each for each in check(text, "05-25T12:00", lang).findings if each.kind == "absolute"]

    assert [each.says for each in found] == [said]


CAREFUL = [
    "Aucun rendez-vous n'est à prendre le 26 mai.",
    "Aucune consultation n'aura lieu demain.",
    "La radiologie est toujours suspendue.",
    "Y a-t-il aucun impact ?",
    "S'il n'y a aucun risque, venez.",
    "Nous ne savons pas encore si des données sont touchées.",
    "Toutes les équipes sont mobilisées.",
]


@pytest.mark.parametrize("text", CAREFUL)
def test_what_only_looks_absolute_is_not(check, text):
    assert [each for each in check(text).findings if each.kind == "absolute"] == []


BEFORE = [
    "Les urgences restent ouvertes.",
    "La radiologie et la scintigraphie sont suspendues.",
    "Merci de votre patience.",
]


def test_what_the_communique_before_said_of_a_service_and_this_one_drops_is_said_at_the_end(case):
    situation = replace(case["06-03T12:00"], previous=BEFORE)

    *said, last = check_text("La scintigraphie reste suspendue.\n\nLes urgences, on en parle.", situation, "fr")

    assert [sentence.text for sentence in said] == ["La scintigraphie reste suspendue.", "Les urgences, on en parle."]
    assert (last.text, last.checked) == ("", [])
    [found] = last.findings
    assert (found.kind, found.says, found.fact) == ("dropped", BEFORE[1], "status:radiologie")
    assert found.board.startswith("Radiology (planned examinations): Suspended: Arlon, Bastogne")
    assert found.seq > 0


def test_what_is_said_again_or_changed_is_not_dropped(case):
    situation = replace(case["06-03T12:00"], previous=BEFORE[1:])

    made = check_sentences(["La radiologie et la scintigraphie sont rétablies."], situation, "fr")

    assert [sentence.text for sentence in made] == ["La radiologie et la scintigraphie sont rétablies."]


def test_an_empty_text_drops_nothing(case):
    assert check_text("", replace(case["06-03T12:00"], previous=BEFORE), "fr") == []
    assert check_sentences([], replace(case["06-03T12:00"], previous=BEFORE), "fr") == []
