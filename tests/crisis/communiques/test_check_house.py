"""The number to call, the next meeting, measures in force, and what people with an appointment are told."""

from dataclasses import replace

import pytest

from crisis.communiques.check.house import dialled
from crisis.facts import Fact

pytestmark = pytest.mark.django_db

PHONES = [
    ("Appelez le 0800 00 000.", ["checked Public line: 0800 00 000"]),
    ("Appelez le 0800/00.000.", ["checked Public line: 0800 00 000"]),
    ("Appelez le +32 800 00 000.", ["checked Public line: 0800 00 000"]),
    ("Appelez le 0800 12 345.", ["contradicts 0800 12 345"]),
    ("Un numéro gratuit : 0800 12 345.", ["contradicts 0800 12 345"]),
    ("Appelez le 063 23 11 11.", ["contradicts 063 23 11 11"]),
    ("Le secrétariat de Libramont répond au 061 23 81 11.", ["unknown 061 23 81 11"]),
    ("Formez le 1733 le week-end.", []),
    ("En cas d'urgence, appelez le 112.", []),
]


@pytest.mark.parametrize(("text", "expected"), PHONES)
def test_people_are_told_to_call_the_public_line(told, text, expected):
    assert told(text) == expected


def test_without_a_public_line_every_number_is_unknown(told, case):
    facts = [fact for fact in case["05-25T12:00"].facts if fact.kind != "phone"]

    assert told("Appelez le 0800 00 000.", facts=facts) == ["unknown 0800 00 000"]


def test_a_number_is_compared_as_it_is_dialled():
    assert dialled("+32 63 23 11 11") == dialled("0032 63 23 11 11") == dialled("063/23.11.11") == "63231111"
    assert dialled("112") == "112"


NEXT = "Next meeting: Tuesday 7 June at 08:30"
MEETINGS = [
    ("fr", "La prochaine réunion aura lieu mardi 7 juin à 8 h 30.", [f"checked {NEXT}"]),
    ("fr", "La cellule de crise se réunira mardi.", [f"checked {NEXT}"]),
    ("fr", "Nouvelle réunion mardi matin.", [f"checked {NEXT}"]),
    ("fr", "Nouvelle réunion mardi après-midi.", ["contradicts Next meeting: Tuesday 7 June"]),
    (
        "fr",
        "La prochaine réunion aura lieu mardi 7 juin à 9 h 30.",
        ["contradicts Next meeting: Tuesday 7 June, 09:30"],
    ),
    ("fr", "La cellule se réunira demain à 8h30.", ["contradicts Next meeting: Saturday 4 June, 08:30"]),
    ("fr", "La réunion de lundi a décidé de reprendre.", []),
    ("fr", "La prochaine réunion est-elle mercredi ?", []),
    ("fr", "La prochaine réunion sera importante.", []),
    ("nl", "De volgende vergadering is op dinsdag 7 juni om 8.30 uur.", [f"checked {NEXT}"]),
    ("nl", "De volgende vergadering is op maandag.", ["contradicts Next meeting: Monday 6 June"]),
    ("de", "Die nächste Sitzung findet am Dienstag um 8.30 Uhr statt.", [f"checked {NEXT}"]),
    ("de", "Die nächste Sitzung ist morgen.", ["contradicts Next meeting: Saturday 4 June"]),
    ("en", "The next meeting is on Tuesday at 8:30.", [f"checked {NEXT}"]),
    ("en", "The next meeting is tomorrow.", ["contradicts Next meeting: Saturday 4 June"]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), MEETINGS)
def test_the_next_meeting_is_when_it_was_announced(told, lang, text, expected):
    assert told(text, "06-03T12:00", lang) == expected


def test_a_meeting_that_nobody_announced_is_unknown(told, case):
    facts = [fact for fact in case["06-03T12:00"].facts if fact.kind != "meeting"]

    assert told("Nouvelle réunion mardi.", "06-03T12:00", facts=facts) == ["unknown Next meeting: Tuesday 7 June"]


MEASURES = [
    ("fr", "La mesure M3 est levée.", ["contradicts M3 is not in force"]),
    ("fr", "La M3 n'est plus d'application.", ["contradicts M3 is not in force"]),
    ("fr", "M3 n'est pas levée.", ["checked M3 is in force"]),
    ("fr", "M4 est levée.", ["checked M4 is not in force"]),
    ("fr", "M4 reste en vigueur.", ["contradicts M4 is in force"]),
    (
        "fr",
        "Les mesures M1, M2 et M3 restent d'application.",
        ["checked M1 is in force", "checked M2 is in force", "checked M3 is in force"],
    ),
    (
        "fr",
        "Les mesures M1 à M3 sont reconduites.",
        ["checked M1 is in force", "checked M2 is in force", "checked M3 is in force"],
    ),
    ("fr", "M3 sera levée mardi.", []),
    ("fr", "Si M3 est levée, nous vous appellerons.", []),
    ("fr", "M3 est-elle levée ?", []),
    ("fr", "La mesure M1 concerne les rendez-vous.", []),
    ("nl", "Maatregel M3 is opgeheven.", ["contradicts M3 is not in force"]),
    ("de", "Maßnahme M3 ist nicht mehr in Kraft.", ["contradicts M3 is not in force"]),
    ("en", "Measure M3 has been lifted.", ["contradicts M3 is not in force"]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), MEASURES)
def test_a_measure_is_in_force_or_not(told, lang, text, expected):
    assert told(text, "06-03T12:00", lang) == expected


def test_a_measure_that_is_in_force_is_named_with_its_words_and_its_entry(check, case):
    [found] = check("La mesure M3 est levée.", "06-03T12:00").findings
    fact = next(fact for fact in case["06-03T12:00"].facts if fact.key == "measure:M3")

    assert (found.board, found.seq, found.fact) == (fact.label, fact.seq, "measure:M3")


def ruled(case, attendance: str, sites: tuple[str, ...] = ()) -> list[Fact]:
    """The measures of the case, where the first says what people with a consultation do."""
    return [
        replace(fact, about=fact.about | {"attendance": attendance, "sites": list(sites)})
        if fact.key == "measure:M1"
        else replace(fact, about=fact.about | {"attendance": ""})
        for fact in case["05-25T12:00"].facts
    ]


APPOINTMENTS = [
    ("stay", "Présentez-vous à votre rendez-vous.", ["contradicts come as planned"]),
    ("stay", "Ne vous présentez pas à votre consultation.", ["checked do not come, unless you are called"]),
    ("stay", "Les rendez-vous sont maintenus.", ["contradicts come as planned"]),
    ("stay", "Présentez-vous à votre rendez-vous de radiologie.", []),
    ("come", "Ne vous déplacez pas.", ["contradicts do not come, unless you are called"]),
    ("come", "Présentez-vous à votre rendez-vous.", ["checked come as planned"]),
    ("unless_called", "Venez, sauf si vous êtes appelé.", ["checked come, unless you are called"]),
    ("unless_called", "Présentez-vous à votre rendez-vous.", []),
    ("stay", "Si vous êtes appelé, présentez-vous.", []),
    ("", "Présentez-vous à votre rendez-vous.", []),
]


@pytest.mark.parametrize(("rule", "text", "expected"), APPOINTMENTS)
def test_what_people_are_told_is_the_rule_of_the_measures(told, case, rule, text, expected):
    assert told(text, facts=ruled(case, rule)) == expected


def test_a_rule_for_another_site_is_not_held_against_a_sentence(told, case):
    facts = ruled(case, "stay", ("arlon",))

    assert told("Présentez-vous à votre rendez-vous à Arlon.", facts=facts) == ["contradicts come as planned"]
    assert told("Présentez-vous à votre rendez-vous à Virton.", facts=facts) == []
