"""Inserted facts: compared by key and value; their words are read all the same, but for a measure in its own."""

import pytest

from crisis.communiques.check.check import check_sentences, check_text
from crisis.communiques.check.references import marked, unmarked
from crisis.communiques.check.situation import Checked

pytestmark = pytest.mark.django_db


def kinds(made) -> list[list[str]]:
    return [["checked"] * len(each.checked) + [found.kind for found in each.findings] for each in made]


def test_a_fact_that_still_holds_is_checked_with_the_entry_that_proves_it_now(case):
    [made] = check_text(
        "Les labos sont à [50 % de leur capacité](fact:capacity:laboratoire=50#1).", case["05-25T12:00"], "fr"
    )

    assert made.text == "Les labos sont à 50 % de leur capacité."
    assert made.checked == [Checked("Laboratory: 50 %", case["05-25T12:00"].fact("capacity:laboratoire").seq)]
    assert made.findings == []


def test_a_fact_that_changed_contradicts_once_and_not_again_by_its_words(case):
    [made] = check_text(
        "Les labos sont à [50 % de leur capacité](fact:capacity:laboratoire=50#110).", case["05-30T12:00"], "fr"
    )

    [found] = made.findings
    assert (found.kind, found.says, found.board, found.fact) == (
        "contradicts",
        "50 % de leur capacité",
        "Laboratory: 70 %",
        "capacity:laboratoire",
    )
    assert made.checked == []


def test_a_status_that_stands_as_a_bare_word_still_holds_and_still_contradicts(case):
    text = "Le centre : [suspended](fact:status:bloc=suspended#50). Le reste : [vital](fact:status:bloc=vital#50)."

    holds, moved = check_text(text, case["05-16T12:00"], "fr")

    assert (len(holds.checked), holds.findings) == (1, [])
    assert [(each.kind, each.says, each.fact) for each in moved.findings] == [("contradicts", "vital", "status:bloc")]


def test_a_fact_that_is_gone_contradicts_in_words(case):
    [made] = check_text("Mesure : [Centres Covid fermés](fact:measure:M4=w4#70).", case["06-03T12:00"], "fr")

    found, words = made.findings
    assert words.fact == "status:covid"
    assert (found.kind, found.board, found.seq, found.fact) == (
        "contradicts",
        "This no longer holds: nothing replaces it.",
        0,
        "measure:M4",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Les labos travaillent à [90 %](fact:capacity:laboratoire=50#1) de leur capacité.",
        "Le laboratoire d'Arlon est [suspendu](fact:status:laboratoire@arlon=vital#1).",
        "La radiologie fonctionne à [50 %](fact:capacity:laboratoire=50#1).",
        "[Le laboratoire est à 100 %](fact:capacity:laboratoire=50#1).",
        "Appelez le [0800 12 345](fact:phone:public=080000000#0).",
    ],
)
def test_words_that_say_something_else_than_their_fact_are_found_out(case, text):
    [made] = check_text(text, case["05-25T12:00"], "fr")

    assert "contradicts" in [found.kind for found in made.findings]


def test_two_facts_of_one_key_that_both_moved_are_two_findings(case):
    text = "Les labos sont à [40 %](fact:capacity:laboratoire=40#1) puis à [30 %](fact:capacity:laboratoire=30#1)."

    [made] = check_text(text, case["05-25T12:00"], "fr")

    assert [found.says for found in made.findings] == ["40 %", "30 %"]


def test_a_measure_in_its_own_words_is_not_read_as_a_claim_of_somebody_else(case):
    fact = case["05-16T12:00"].fact("measure:M1")

    [made] = check_text(f"- [{fact.words}](fact:measure:M1={fact.value}#{fact.seq})", case["05-16T12:00"], "fr")

    assert ([each.says for each in made.checked], made.findings) == ([fact.words], [])


def test_the_same_words_outside_a_fact_are_still_read(case):
    text = "Les labos sont à [50 %](fact:capacity:laboratoire=50#110) et les urgences sont fermées."

    assert kinds(check_text(text, case["05-25T12:00"], "fr")) == [["checked", "contradicts"]]


def test_a_fact_stands_in_its_own_sentence_in_lists_and_headings(case):
    text = """## Labos : [50 %](fact:capacity:laboratoire=50#110)

- Numéro : [0800 00 000](fact:phone:public=080000000#0)
- **Bloc** : [suspendu](fact:status:bloc=suspended#50). Merci.

| Où | Quoi |
|---|---|
| Arlon | [suspendu](fact:status:radiologie@arlon=restored#1) |
"""

    made = check_text(text, case["05-25T12:00"], "fr")

    found = {each.text: [*(["checked"] * len(each.checked)), *(f.kind for f in each.findings)] for each in made}
    assert found["Labos : 50 %"] == ["checked"]
    assert found["Numéro : 0800 00 000"] == ["checked"]
    assert found["Bloc : suspendu."] == ["checked"]
    assert found["Merci."] == []
    assert ["contradicts"] in found.values()


def test_a_fact_whose_words_are_two_sentences_belongs_to_both(case):
    text = "[Consultations annulées. Un SMS suit.](fact:measure:M1=w0#70) Merci."

    made = check_text(text, case["05-25T12:00"], "fr")

    assert [each[0] for each in kinds(made)[:2]] == ["contradicts", "contradicts"]


def test_lines_of_their_own_may_hold_facts_too(case):
    made = check_sentences(["Numéro : [0800](fact:phone:public=1#0)", "Rien"], case["05-25T12:00"], "fr")

    assert kinds(made) == [["contradicts"], []]
    assert made[0].text == "Numéro : 0800"


def test_characters_that_stand_for_marks_are_taken_from_what_was_typed():
    body, refs = marked("a\ue000\ue103b\ue001 [c](fact:x:y=1#2)")

    assert unmarked(body, refs, []).text == "ab c"
    assert [ref.key for ref in unmarked(body, refs, []).refs] == ["x:y"]


def test_a_mark_without_its_fact_is_no_harm():
    assert unmarked("\ue001a", [], []).text == "a"
