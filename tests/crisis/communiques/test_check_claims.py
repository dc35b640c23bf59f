"""What a sentence claims of services, against the board of the reference case: status, capacity, counts, returns."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from crisis.communiques.check import wording
from crisis.communiques.check.check import check_sentences, check_text
from crisis.communiques.check.situation import Finding
from tests.crisis.communiques.conftest import at

pytestmark = pytest.mark.django_db

BLOC, CONSULT, RADIO = "Operating theatre (non-urgent)", "Outpatient consultations", "Radiology (planned examinations)"

STATUS = [
    ("05-25T12:00", "Les laboratoires fonctionnent.", ["checked Laboratory: running"]),
    ("05-25T12:00", "Les urgences d'Arlon sont fermées.", ["contradicts Emergency department (Arlon): suspended"]),
    ("05-25T12:00", "La radiologie est suspendue.", [f"checked {RADIO}: suspended"]),
    ("05-25T12:00", "La radiologie n'est plus suspendue.", [f"contradicts {RADIO}: running"]),
    ("05-25T12:00", "La radiologie n'est pas encore rétablie.", [f"checked {RADIO}: suspended"]),
    ("05-25T12:00", "La radiologie ne fonctionne plus.", [f"checked {RADIO}: suspended"]),
    ("05-25T12:00", "Ni la radiologie ni la scintigraphie ne fonctionnent.", [f"checked {RADIO}: suspended", "checked Scintigraphy: suspended"]),
    ("05-25T12:00", "Aucune consultation n'est annulée à Arlon.", [f"contradicts {CONSULT} (Arlon): running"]),
    ("05-25T12:00", "Il n'y a pas de consultations à Arlon.", [f"checked {CONSULT} (Arlon): suspended"]),
    ("05-25T12:00", "Les consultations sont suspendues.", [f"contradicts {CONSULT}: suspended"]),
    ("05-25T12:00", "Les consultations sont suspendues sauf à Bertrix.", [f"checked {CONSULT}: suspended"]),
    ("05-25T12:00", "Les consultations sont suspendues, sauf à Bertrix où elles sont maintenues.",
     [f"checked {CONSULT}: suspended", f"checked {CONSULT} (Bertrix): running"]),
    ("05-25T12:00", "À l'exception de Bertrix, toutes les consultations restent suspendues.", [f"checked {CONSULT}: suspended"]),
    ("05-25T12:00", "Les consultations sont suspendues partout sauf à Arlon et Bertrix.", 
     [f"checked {CONSULT}: suspended", f"contradicts {CONSULT} (Arlon, Bertrix): running"]),
    ("05-25T12:00", "À Libramont, les urgences sont ouvertes et la radiologie est suspendue.",
     ["checked Emergency department (Libramont): running", f"checked {RADIO} (Libramont): suspended"]),
    ("06-03T12:00", "Les blocs fonctionnent à nouveau.", [f"contradicts {BLOC}: running"]),
    ("06-03T12:00", "Le bloc d'Arlon, fermé depuis le 15 mai, est rouvert.", [f"checked {BLOC} (Arlon): running"]),
    ("06-03T12:00", "À Libramont, le bloc est suspendu et à Arlon, il fonctionne.",
     [f"checked {BLOC} (Libramont): suspended", f"checked {BLOC} (Arlon): running"]),
    ("06-03T12:00", "Le bloc est rouvert à Arlon et Marche, mais pas à Libramont ni à Bastogne.", [f"checked {BLOC} (Arlon, Marche): running"]),
    ("06-03T12:00", "Le bloc est rouvert à Marche, mais pas à Arlon.",
     [f"checked {BLOC} (Marche): running", f"contradicts {BLOC} (Arlon): suspended"]),
    ("05-25T12:00", "L'imagerie est fermée, les laboratoires ne sont pas touchés.", [f"checked {RADIO}: suspended"]),
    ("05-25T12:00", "Tous les services ne fonctionnent pas.", []),
    ("06-03T12:00", "Bloc : Arlon et Marche ouverts, Libramont et Bastogne fermés.",
     [f"checked {BLOC} (Arlon, Marche): running", f"checked {BLOC} (Libramont, Bastogne): suspended"]),
    ("06-03T12:00", "Les blocs d'Arlon et de Marche sont fonctionnels, ceux de Libramont et de Bastogne le seront mardi.",
     [f"checked {BLOC} (Arlon, Marche): running"]),
    ("05-25T12:00", "La stérilisation fonctionne.", ["unknown Sterilisation: running"]),
    ("05-14T13:00", "Les consultations sont maintenues.", [f"unknown {CONSULT}: running"]),
    ("05-25T12:00", "La scintigraphie d'Arlon est suspendue.", ["unknown Scintigraphy (Arlon)"]),
    ("05-25T12:00", "La scintigraphie est suspendue à Arlon et Libramont.",
     ["checked Scintigraphy (Libramont, Arlon): suspended", "unknown Scintigraphy: Arlon"]),
    ("05-25T12:00", "Tous les services sont rétablis.", ["contradicts All services: running"]),
    ("05-25T12:00", "Aucun service n'est suspendu.", ["contradicts All services: running"]),
    ("05-25T12:00", "Les services essentiels sont assurés.", ["unknown Essential services: running"]),
    ("05-25T12:00", "La pharmacie n'a jamais fermé.", ["absolute n'a jamais"]),
    ("05-25T12:00", "Le laboratoire est totalement rétabli.", ["checked Laboratory: running", "absolute totalement"]),
    ("05-25T12:00", "La radiologie reste suspendue jusqu'au 7 juin.", [f"checked {RADIO}: suspended"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "text", "expected"), STATUS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_status_holds_or_contradicts_at_the_sites_it_speaks_of(told, moment, text, expected):
    assert told(text, moment) == expected


NO_CLAIMS = [
    "Les urgences ont été touchées.",
    "La radiologie était ouverte.",
    "La radiologie fonctionnait à plein régime.",
    "La radiologie a été suspendue.",
    "La radiologie reprendra bientôt.",
    "La radiologie sera rouverte mardi.",
    "La radiologie devrait rouvrir.",
    "La radiologie fonctionne demain.",
    "La radiologie était fermée hier.",
    "La radiologie est-elle ouverte ?",
    "Si la radiologie est ouverte, présentez votre carte.",
    "Dès que la radiologie est rétablie, vous serez appelé.",
    "Certaines consultations ont lieu.",
    "La radiologie fonctionne pour les urgences.",
    "La radiologie fonctionne au ralenti.",
    "Le parking des urgences est fermé.",
    "Les portes du laboratoire sont fermées.",
    "Nos équipes travaillent pour rétablir la radiologie.",
    "Les urgences de nos voisins de la radiologie",
    "Merci à toutes les équipes.",
    "Point de situation du mardi 17 mai",
    "La moitié des blocs fonctionne.",
    "Les consultations reprennent progressivement.",
    "Les opérations urgentes sont assurées.",
    "Tous les sites restent ouverts.",
    "Ailleurs, les consultations sont suspendues.",
    "Les consultations des autres sites sont annulées.",
    "La radiologie n'est accessible qu'aux urgences.",
    "Les laboratoires sont-ils à 50 % ?",
    "La situation s'améliore : la plupart des services fonctionnent.",
]


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_what_is_past_planned_asked_partial_or_of_something_else_is_not_understood(check, text):
    made = check(text)

    assert (made.checked, made.findings, made.understood) == ([], [], False)


UNCHANGED = [
    ("fr", "Aucun service n’a été rétabli depuis notre dernière information."),
    ("fr", "Aucun service n'a été rétabli depuis hier."),
    ("fr", "Depuis hier, aucun service essentiel n'a rouvert."),
    ("fr", "Aucun bloc n'a été rétabli depuis hier."),
    ("fr", "Aucun service n'a été rétabli aujourd'hui."),
    ("fr", "Il n'y a aucun service rétabli depuis hier."),
    ("nl", "Geen enkele dienst is hersteld sinds ons vorige bericht."),
    ("nl", "Er is geen dienst hersteld sinds gisteren."),
    ("nl", "Geen enkele dienst is geschorst sinds gisteren."),
    ("de", "Seit unserer letzten Mitteilung ist kein Dienst wieder in Betrieb gegangen."),
    ("de", "Seit gestern ist kein Dienst wieder geöffnet."),
    ("en", "No service was restored since we informed you last."),
    ("en", "No service has been restored since yesterday."),
    ("en", "There is no service restored since yesterday."),
]


@pytest.mark.parametrize("moment", ["05-16T12:00", "06-03T12:00"])
@pytest.mark.parametrize(("lang", "text"), UNCHANGED)
def test_that_nothing_came_back_since_a_moment_says_nothing_of_how_services_stand(check, moment, lang, text):
    made = check(text, moment, lang)

    assert (made.checked, made.findings) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plus aucun service n'est suspendu depuis hier.", ["contradicts All services: running"]),
        ("Les services essentiels ne sont pas rétablis.", ["contradicts Essential services: suspended"]),
        ("La radiologie n'est pas rétablie.", [f"checked {RADIO}: suspended"]),
        ("La radiologie est suspendue depuis hier.", [f"checked {RADIO}: suspended"]),
    ],
)
def test_a_denial_of_what_stands_is_still_read(told, text, expected):
    assert told(text, "05-25T12:00") == expected


NEVER = [
    ("fr", "La radiologie n'a jamais été suspendue."),
    ("fr", "La radiologie n'a jamais fermé."),
    ("nl", "De radiologie is nooit opgeschort."),
    ("de", "Die Radiologie ist nie ausgefallen."),
    ("en", "Radiology has never been suspended."),
]


@pytest.mark.parametrize(("lang", "text"), NEVER)
def test_what_never_stopped_contradicts_where_it_is_suspended(told, lang, text):
    contradicts, absolute = told(text, "05-25T12:00", lang)

    assert contradicts == f"contradicts {RADIO}: running"
    assert absolute.startswith("absolute ")


@pytest.mark.parametrize(
    "text",
    [
        "Les urgences n'ont jamais été interrompues à Arlon.",
        "Le laboratoire n'a jamais été suspendu.",
        "La radiologie n'a jamais été rétablie.",
        "La radiologie n'a jamais été aussi longtemps suspendue.",
        "La radiologie ne sera jamais fermée.",
        "20 services n'ont jamais été suspendus.",
    ],
)
def test_what_never_happened_is_no_tick_and_no_contradiction_where_it_runs_or_says_something_else(check, text):
    made = check(text)

    assert made.checked == []
    assert "contradicts" not in [found.kind for found in made.findings]
    assert "absolute" in [found.kind for found in made.findings]


OTHER_LANGUAGES = [
    ("nl", "De radiologie is niet meer opgeschort.", "contradicts"),
    ("nl", "De radiologie is nog niet heropend.", "checked"),
    ("nl", "De raadplegingen zijn opgeschort, behalve in Bertrix.", "checked"),
    ("nl", "Alle diensten zijn opnieuw open.", "contradicts"),
    ("nl", "Er zijn geen raadplegingen in Arlon.", "checked"),
    ("nl", "De radiologie was gesloten.", ""),
    ("nl", "Is de radiologie open?", ""),
    ("de", "Die Radiologie ist nicht mehr ausgesetzt.", "contradicts"),
    ("de", "Die Radiologie ist noch nicht wieder geöffnet.", "checked"),
    ("de", "Die Sprechstunden sind außer in Bertrix ausgesetzt.", "checked"),
    ("de", "Alle Dienste sind wieder offen.", "contradicts"),
    ("de", "Es gibt keine Sprechstunden in Arlon.", "checked"),
    ("de", "Die Radiologie war geschlossen.", ""),
    ("de", "Wenn die Radiologie offen ist, rufen wir an.", ""),
    ("en", "Radiology is no longer suspended.", "contradicts"),
    ("en", "Radiology is not open yet.", "checked"),
    ("en", "Consultations are suspended except at Bertrix.", "checked"),
    ("en", "All services are open again.", "contradicts"),
    ("en", "There are no consultations at Arlon.", "checked"),
    ("en", "Radiology was closed.", ""),
    ("en", "Is radiology open?", ""),
]


@pytest.mark.parametrize(("lang", "text", "kind"), OTHER_LANGUAGES)
def test_the_other_languages_have_the_same_rules(told, lang, text, kind):
    assert [line.split()[0] for line in told(text, "05-25T12:00", lang)] == [kind] * bool(kind)


def test_a_contradiction_names_the_sites_the_moment_the_entry_and_the_fact(check, case):
    made = check("Les blocs fonctionnent à nouveau.", "06-03T12:00")
    tile = {t.service.key: t for t in case["06-03T12:00"].board.tiles}["bloc@libramont"]

    assert made.checked == []
    assert [replace(found, value="") for found in made.findings] == [
        Finding(
            "contradicts",
            f"{BLOC}: running",
            "Suspended: Bastogne, Libramont, since 15 May 2022, 10:00",
            tile.report.seq,
            "status:bloc",
        )
    ]


def test_a_contradiction_of_one_service_is_about_its_own_fact(check):
    [found] = check("Le bloc de Libramont est rouvert.", "06-03T12:00").findings

    assert found.fact == "status:bloc@libramont"


CAPACITY = [
    ("05-25T12:00", "Les laboratoires sont à 50 %.", ["checked Laboratory: 50 %"]),
    ("05-30T12:00", "Les laboratoires sont à 50 %.", ["contradicts Laboratory: 50 %"]),
    (
        "05-30T12:00",
        "Le laboratoire d'Arlon tourne à cinquante pour cent.",
        ["contradicts Laboratory (Arlon): cinquante pour cent"],
    ),
    ("05-25T12:00", "Les laboratoires tournent à la moitié de leur capacité.", ["checked Laboratory: la moitié"]),
    ("06-03T12:00", "Les laboratoires tournent à plus de 85 %.", ["checked Laboratory: plus de 85 %"]),
    ("06-03T12:00", "Les laboratoires tournent à plus de 90 %.", ["contradicts Laboratory: plus de 90 %"]),
    ("06-03T12:00", "Les laboratoires tournent à environ 80 %.", ["checked Laboratory: environ 80 %"]),
    ("06-03T12:00", "Les laboratoires tournent à environ 70 %.", ["contradicts Laboratory: environ 70 %"]),
    ("06-03T12:00", "Les laboratoires tournent entre 80 et 90 %.", ["checked Laboratory: entre 80 et 90 %"]),
    ("06-03T12:00", "Les laboratoires sont passés de 70 à 85 %.", ["checked Laboratory: 70 à 85 %"]),
    ("06-03T12:00", "Les laboratoires sont à 85 % contre 70 % lundi.", ["checked Laboratory: 85 %"]),
    ("06-03T12:00", "Les laboratoires ne sont plus à 70 % mais à 85 %.", ["checked Laboratory: 85 %"]),
    ("06-03T12:00", "Les laboratoires ne tournent plus qu'à 50 %.", ["contradicts Laboratory: 50 %"]),
    ("06-03T12:00", "Les laboratoires fonctionnent à pleine capacité.", ["contradicts Laboratory: à pleine capacité"]),
    ("06-03T12:00", "Les urgences fonctionnent normalement.", ["checked Emergency department: running"]),
    ("06-03T12:00", "Les urgences tournent à 80 %.", ["unknown Emergency department: 80 %"]),
    ("06-03T12:00", "La radiologie tourne à 80 %.", [f"contradicts {RADIO}: running", "unknown 80 %"]),
    ("06-03T12:00", "97 % des appels ont été décrochés.", ["unknown 97 % appels"]),
]


@pytest.mark.parametrize(("moment", "text", "expected"), CAPACITY)
def test_a_capacity_is_compared_as_it_is_said(told, moment, text, expected):
    found = told(text, moment)

    assert found == expected or (expected[0].startswith("contradicts") and found == expected[:1])


COUNTS = [
    ("05-25T12:00", "20 services sont suspendus.", ["checked All services: 20 suspended"]),
    ("05-25T12:00", "Vingt services restent à l'arrêt.", ["checked All services: Vingt suspended"]),
    ("06-03T12:00", "16 services sont suspendus.", ["contradicts All services: 16 suspended"]),
    ("06-03T12:00", "Plus de 10 services sont suspendus.", ["checked All services: Plus de 10 suspended"]),
    ("05-25T12:00", "25 services essentiels sur 29 sont assurés.", ["checked Essential services: 25/29 running"]),
    ("05-25T12:00", "25/29 services essentiels sont assurés.", ["checked Essential services: 25/29 running"]),
    ("05-25T12:00", "25 des 29 services vitaux sont assurés.", ["checked Essential services: 25/29 running"]),
    ("05-25T12:00", "25 services essentiels sur 30 sont assurés.", ["contradicts Essential services: 25/30 running"]),
    ("05-25T12:00", "7 services sont rétablis.", ["checked All services: 7 restored"]),
    ("05-25T12:00", "Sur les 29 services essentiels, 25 sont assurés.", ["checked Essential services: 25/29 running"]),
    (
        "05-25T12:00",
        "Sur nos 29 services essentiels, 28 sont assurés.",
        ["contradicts Essential services: 28/29 running"],
    ),
    ("06-03T12:00", "Deux blocs opératoires sur quatre fonctionnent.", [f"checked {BLOC}: Deux/4 running"]),
    ("06-03T12:00", "Trois des quatre blocs fonctionnent.", [f"contradicts {BLOC}: Trois/4 running"]),
    ("06-03T12:00", "Le bloc est suspendu sur trois sites.", [f"contradicts {BLOC}: trois suspended"]),
    ("06-03T12:00", "Le bloc est suspendu sur deux sites.", [f"checked {BLOC}: deux suspended"]),
    ("05-25T12:00", "À Arlon, trois services sont suspendus.", ["contradicts All services: trois suspended"]),
    ("05-25T12:00", "6 349 consultations restent suspendues.", ["unknown 6 349 consultations"]),
]


@pytest.mark.parametrize(("moment", "text", "expected"), COUNTS)
def test_a_count_is_counted_on_the_board(told, moment, text, expected):
    assert told(text, moment) == expected


def expecting(situation, day: date):
    """The same situation where radiology is expected back on a day."""
    for tile in situation.board.tiles:
        if tile.service.activity.key == "radiologie":
            tile.report.expected_back = day
    return situation


@pytest.fixture
def expected_back(case):
    """Radiology is expected back on 7 June, for one test."""
    yield expecting(case["06-03T12:00"], date(2022, 6, 7))
    expecting(case["06-03T12:00"], None)


RETURNS = [
    ("La radiologie reprendra le 7 juin.", [f"checked {RADIO}: back Tuesday 7 June"]),
    ("La radiologie rouvrira mardi.", [f"checked {RADIO}: back Tuesday 7 June"]),
    ("La radiologie sera rétablie le 8 juin.", [f"contradicts {RADIO}: back Wednesday 8 June"]),
    ("La radiologie de Virton sera rétablie demain.", [f"contradicts {RADIO} (Virton): back Saturday 4 June"]),
    (
        "La radiologie est suspendue jusqu'au 7 juin.",
        [f"checked {RADIO}: suspended", f"checked {RADIO}: back Tuesday 7 June"],
    ),
    (
        "La radiologie est suspendue jusqu'au 14 juin.",
        [f"checked {RADIO}: suspended", f"contradicts {RADIO}: back Tuesday 14 June"],
    ),
    ("La radiologie reprendra bientôt.", []),
]


@pytest.mark.parametrize(("text", "expected"), RETURNS)
def test_a_return_is_compared_with_the_day_that_the_board_expects(expected_back, text, expected):
    [made] = check_sentences([text], expected_back, "fr")

    assert [f"checked {c.says}" for c in made.checked] + [f"{f.kind} {f.says}" for f in made.findings] == expected


def test_a_return_that_is_over_or_has_happened_contradicts(told):
    assert told("La radiologie reprendra le 30 mai.", "06-03T12:00") == [f"contradicts {RADIO}: back Monday 30 May"]
    assert told("Le bloc d'Arlon rouvrira mardi.", "06-03T12:00") == [
        f"contradicts {BLOC} (Arlon): back Tuesday 7 June"
    ]
    assert told("Le bloc de Libramont rouvrira mardi.", "06-03T12:00") == []


def test_a_measure_that_says_that_a_service_is_off_is_held_against_a_board_that_nobody_filled(case):
    situation = case["05-15T12:00"]
    empty = replace(situation.board, tiles=[replace(tile, report=None) for tile in situation.board.tiles])

    [made] = check_sentences(["Les consultations sont maintenues."], replace(situation, board=empty), "fr")

    [found] = made.findings
    assert (found.kind, found.board) == ("contradicts", "A measure in force says that it is off.")
    assert found.seq == next(fact.seq for fact in situation.facts if fact.key == "measure:M1")


def test_lines_under_the_heading_of_a_site_are_of_that_site(case):
    text = "## À Virton\n\n- Les consultations sont suspendues\n- La pharmacie est ouverte\n\n## Arlon :\n\n- Le bloc est fermé"

    made = check_text(text, case["05-25T12:00"], "fr")

    assert [[each.says for each in sentence.checked] for sentence in made] == [
        [],
        [f"{CONSULT} (Virton): suspended"],
        ["Pharmacy (Virton): running"],
        [],
        [f"{BLOC} (Arlon): suspended"],
    ]


def test_the_day_is_that_of_the_clock_of_the_organisation(case):
    assert case["05-25T12:00"].moment == at("05-25T12:00")


def test_what_a_reason_answers_is_the_same_until_the_board_says_another_value(check):
    def digest(text: str, moment: str, lang: str = "fr") -> str:
        [found] = check(text, moment, lang).findings
        return found.digest

    monday = digest("Les laboratoires sont à 50 %.", "05-30T12:00")

    assert digest("Les laboratoires sont à 50 %.", "06-01T12:00") == monday
    assert digest("Les laboratoires sont à 50 %.", "06-03T12:00") != monday
    assert digest("Les laboratoires sont à 60 %.", "05-30T12:00") != monday
    assert len(monday) == 64


def test_what_several_sites_say_is_parted_as_french_parts_it(case):
    moments = [case[moment].board.tiles for moment in ("05-25T12:00", "05-30T12:00")]
    pair = [next(tile for tile in tiles if tile.service.key == "laboratoire@arlon") for tiles in moments]

    with translation.override("fr"):
        said = wording.capacities_say(pair)
    with translation.override("nl"):
        dutch = wording.capacities_say(pair)

    assert said.count("\u202f; ") == 1
    assert dutch.count("; ") == 1
