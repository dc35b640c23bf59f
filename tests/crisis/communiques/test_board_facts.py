"""What the board offers to a text: counts, and each service's status, capacity and return."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation
from django.utils.timezone import localtime

from crisis.communiques.board_facts import all_facts, board_facts
from crisis.communiques.check.check import check_sentences
from crisis.communiques.check.situation import Finding, Sentence
from crisis.communiques.consistency import OVERDUE
from crisis.communiques.refs import ref_to, refs_of, renewed
from services.reads import board_at
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL
from tests.crisis.communiques.conftest import at

pytestmark = pytest.mark.django_db


def facts_of(board) -> dict[str, object]:
    return {fact.key: fact for fact in board_facts(board)}


def test_counts_are_words_and_values(case):
    found = facts_of(case["05-25T12:00"].board)

    assert [(key, fact.value, fact.words) for key, fact in found.items() if fact.kind == "count"] == [
        ("count:vital", "31", "31 services maintained"),
        ("count:suspended", "20", "20 services suspended"),
        ("count:restored", "7", "7 services restored"),
        ("count:not_assessed", "4", "4 services not assessed"),
        ("count:essential", "25/29", "25 essential services of 29 assured"),
    ]


def test_an_activity_has_facts_of_its_own_when_its_sites_are_alike(case):
    found = facts_of(case["05-25T12:00"].board)

    assert (found["status:laboratoire"].value, found["capacity:laboratoire"].value) == ("vital", "50")
    assert found["capacity:laboratoire"].words == "50 %"
    assert found["capacity:laboratoire"].label == "Laboratory: 50 %"
    assert "status:consultations" not in found
    assert "status:sterilisation" not in found
    assert "status:scintigraphie" not in found
    assert found["status:scintigraphie@libramont"].value == "suspended"


def against(sentence: Sentence) -> list[Finding]:
    """What is found against a sentence; that nobody confirmed a fact in time is not against its words."""
    return [finding for finding in sentence.findings if finding.kind != OVERDUE]


def test_a_status_is_a_phrase_that_is_true_by_itself(case):
    found = facts_of(case["05-25T12:00"].board)

    assert {key: found[f"status:{key}"].words for key in ("laboratoire", "pharmacie", "scintigraphie@libramont")} == {
        "laboratoire": "Laboratory (Arlon, Bastogne, Libramont, Marche): activity maintained",
        "pharmacie": "Pharmacy (Arlon, Bastogne, Libramont, Marche, Virton, Bertrix): activity maintained",
        "scintigraphie@libramont": "Scintigraphy (Libramont): activity suspended",
    }
    assert found["status:laboratoire"].label == "Laboratory: Vital"


def test_a_status_of_all_sites_says_so(crisis, case):
    board = case["05-25T12:00"].board
    four = {tile.service.site_id for tile in board.tiles if tile.service.activity.key == "laboratoire"}

    found = facts_of(replace(board, tiles=[tile for tile in board.tiles if tile.service.site_id in four]))

    assert found["status:laboratoire"].words == "Laboratory (all sites): activity maintained"


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_every_status_that_is_put_into_a_text_is_checked_and_contradicts_nothing(case, lang):
    wrong = []
    for situation in case.values():
        with translation.override(lang):
            told = replace(situation)
            tokens = [ref_to(fact) for fact in board_facts(told.board) if fact.kind == "status"]
            made = check_sentences(tokens, told, lang)
        wrong += [each for each in made if each.text and (against(each) or len(each.checked) != 1)]

    assert wrong == []


def test_every_status_is_understood_when_its_reference_is_lost(case):
    told = case["05-25T12:00"]
    said = [fact.words for fact in board_facts(told.board) if fact.kind == "status"]

    made = check_sentences(said, told, "en")

    assert [each for each in made if each.text and (against(each) or not each.checked)] == []


def test_the_entry_of_a_fact_is_the_one_that_made_it_so(case):
    board = case["05-25T12:00"].board
    found = facts_of(board)
    newest = {tile.service.key: tile.report.seq for tile in board.tiles if tile.report}
    of_laboratory = [seq for key, seq in newest.items() if key.startswith("laboratoire@")]

    assert found["capacity:laboratoire"].seq == max(of_laboratory)
    assert found["capacity:laboratoire@arlon"].seq == newest["laboratoire@arlon"]
    assert found["status:laboratoire"].seq < min(of_laboratory)
    assert localtime(found["status:laboratoire"].since) == at("05-14T12:00")
    assert localtime(found["capacity:laboratoire"].since) > at("05-14T12:00")


def test_a_service_that_nobody_reported_has_no_fact(crisis, laboratory):
    found = facts_of(board_at(crisis))

    assert sorted(found) == [
        "count:essential",
        "count:not_assessed",
        "count:restored",
        "count:suspended",
        "count:vital",
    ]
    assert found["count:essential"].value == "0/1"


def test_a_return_is_a_day_and_a_day_in_words(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(reason="Servers", expected_back=date(2099, 6, 7)), by=secretary)

    back = facts_of(board_at(crisis))["back:radiologie@libramont"]

    assert (back.value, back.words) == ("2099-06-07", "Sunday 7 June")
    assert back.label == "Radiology (Libramont): expected back Sunday 7 June"


def test_every_fact_can_be_put_into_a_text_and_found_again(case):
    for fact in board_facts(case["06-03T12:00"].board):
        [ref] = refs_of(f"Ici {ref_to(fact)}.")
        assert (ref.key, ref.value, ref.seq) == (fact.key, fact.value, fact.seq)


def test_all_facts_are_the_boards_and_those_of_every_feature(crisis, laboratory, organisation, secretary):
    organisation.public_phone = "0800 00 000"
    organisation.save()
    report_status(crisis, laboratory, VITAL.changed(capacity=50), by=secretary)

    found = {fact.key: fact.value for fact in all_facts(crisis, board_at(crisis).moment)}

    assert found["capacity:laboratoire@libramont"] == "50"
    assert found["phone:public"] == "080000000"


def test_a_board_without_services_has_counts_only(case):
    board = replace(case["05-25T12:00"].board, tiles=[])

    assert [fact.value for fact in board_facts(board)] == ["0", "0", "0", "0"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[suspended](fact:status:radiologie@libramont=suspended#1)", "vital"),
        ("[Radiology (Libramont): activity suspended](fact:status:radiologie@libramont=suspended#1)", None),
        ("[Radiology (Libramont): Suspended](fact:status:radiologie@libramont=suspended#1)", None),
    ],
    ids=["a word in a sentence", "a phrase", "a label"],
)
def test_a_status_that_changed_is_replaced_by_as_much_as_stood_there(crisis, radiology, old, new):
    report_status(crisis, radiology, VITAL, by=None)
    fact = facts_of(board_at(crisis))["status:radiologie@libramont"]

    [ref] = refs_of(renewed(refs_of(old)[0], fact))

    assert ref.words == (new or "Radiology (Libramont): activity maintained")
    assert (ref.key, ref.value, ref.seq) == (fact.key, "vital", fact.seq)


def test_a_capacity_that_changed_keeps_the_words_around_it(crisis, laboratory):
    report_status(crisis, laboratory, VITAL.changed(capacity=70), by=None)
    fact = facts_of(board_at(crisis))["capacity:laboratoire@libramont"]

    assert [
        refs_of(renewed(refs_of(f"[{words}](fact:{fact.key}=50#1)")[0], fact))[0].words
        for words in ("50 % of their capacity", "half")
    ] == ["70 % of their capacity", "70 %"]
