"""An inserted measure is not ticked while the board says otherwise than its rule; it keeps no approval back."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crisis.communiques.check.check import check_sentences, check_text
from crisis.communiques.check.reading import situation_at
from crisis.communiques.consistency import check_answered, checked, findings_of
from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.steps import submit
from crisis.facts import facts_at
from services.models import Status
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, VITAL
from tests.crisis.communiques.public_cast import measure, rule

pytestmark = pytest.mark.django_db
LATE = "06-03T12:00"
"""The operating theatre runs again at two of its sites, and M2 still cancels everything."""


def chip(fact) -> str:
    return f"[{fact.words}](fact:{fact.key}={fact.value}#{fact.seq})"


def conflicts(made) -> list:
    return [found for found in made.findings if found.kind == "conflict"]


def ruled(situation, key, **about):
    """The situation with another rule of one measure."""
    facts = [replace(f, about=f.about | about) if f.key == key else f for f in situation.facts]
    return replace(situation, facts=facts)


def test_a_measure_that_asks_not_to_come_where_a_service_runs_again_is_advised_on_and_not_ticked(case):
    m2 = case[LATE].fact("measure:M2")

    [made] = check_text(f"- {chip(m2)}", case[LATE], "fr")

    [found] = made.findings
    assert (made.checked, made.understood) == ([], True)
    assert (found.kind, found.says, found.fact) == ("conflict", m2.words, "measure:M2")
    start = (
        "Measure M2 asks not to come, but the board says: Restored: Operating theatre (non-urgent) (Arlon, Marche), "
    )
    assert found.board.startswith(start)
    back = [t for t in case[LATE].board.tiles if t.service.activity.key == "bloc" and t.status == Status.RESTORED]
    assert found.seq == max(tile.proofs["status"].seq for tile in back)


def test_every_measure_has_its_own_advice_and_one_that_agrees_with_the_board_is_ticked(case):
    facts = [fact for fact in case[LATE].facts if fact.kind == "measure"]

    made = check_text("\n".join(f"- {chip(fact)}" for fact in facts), case[LATE], "fr")

    running = {t.service.activity.key for t in case[LATE].board.tiles if t.status == Status.RESTORED}
    for fact, sentence in zip(facts, made, strict=False):
        assert bool(conflicts(sentence)) == bool(running & set(fact.about["activities"])), fact.key
        assert bool(sentence.checked) != bool(conflicts(sentence)), fact.key
    assert len({bool(conflicts(sentence)) for sentence in made if sentence.text}) == 2


def test_only_the_sites_of_the_measure_count(case):
    elsewhere = ruled(case[LATE], "measure:M2", sites=["libramont", "bastogne"])
    m2 = elsewhere.fact("measure:M2")

    [made] = check_text(f"- {chip(m2)}", elsewhere, "fr")

    assert ([each.says for each in made.checked], made.findings) == ([m2.words], [])


@pytest.mark.parametrize(("rule", "found"), [("come", True), ("unless_called", False), ("", False)])
def test_a_measure_that_asks_to_come_where_a_service_is_suspended_is_advised_on_too(case, rule, found):
    situation = ruled(case["05-16T12:00"], "measure:M2", attendance=rule)

    [made] = check_text(f"- {chip(situation.fact('measure:M2'))}", situation, "fr")

    assert [each.board.partition(", but")[0] for each in conflicts(made)] == ["Measure M2 asks to come"] * found
    assert bool(made.checked) != found


def test_a_measure_that_was_not_reviewed_either_says_both(case):
    late = ruled(case[LATE], "measure:M2", overdue=True)

    [made] = check_text(f"- {chip(late.fact('measure:M2'))}", late, "fr")

    assert ([found.kind for found in made.findings], made.checked) == (["conflict", "overdue"], [])


def test_the_name_of_a_measure_alone_only_says_that_it_is_in_force(case):
    [made] = check_sentences(["M2 reste d'application."], case[LATE], "fr")

    assert ([each.says for each in made.checked], conflicts(made)) == (["M2 is in force"], [])


def test_a_measure_that_changed_is_a_contradiction_and_no_conflict(case):
    [made] = check_text("- [Tout est annulé](fact:measure:M2=w0#1)", case[LATE], "fr")

    assert [found.kind for found in made.findings] == ["contradicts"]


@pytest.mark.parametrize(
    ("attendance", "status", "agrees"),
    [
        ("stay", RESTORED, False),
        ("stay", SUSPENDED, True),
        ("stay", VITAL, True),
        ("come", SUSPENDED, False),
        ("come", RESTORED, True),
    ],
)
def test_the_check_knows_the_conflicts_that_the_public_answers_know(
    crisis, radiology, secretary, attendance, status, agrees
):
    report_status(crisis, radiology, status, by=secretary)
    measure(crisis, text="Radiologie", activities=["radiologie"], attendance=attendance)
    m1 = next(fact for fact in facts_at(crisis, timezone.now()) if fact.key == "measure:M1")

    [made] = check_text(f"- {chip(m1)}", situation_at(crisis, timezone.now()), "fr")

    assert (conflicts(made) == []) == agrees
    if not agrees:
        assert rule(crisis, "radiologie@libramont") == "call"


def test_the_advice_stands_on_the_page_with_its_entry_and_keeps_no_approval_back(
    crisis, radiology, secretary, communications, browser_of
):
    report = report_status(crisis, radiology, RESTORED, by=secretary)
    measure(crisis, text="Examens annulés", activities=["radiologie"], attendance="stay")
    with translation.override("fr"):
        text = chip(next(fact for fact in facts_at(crisis, timezone.now()) if fact.key == "measure:M1"))
    draft = begin(crisis, "situation", by=communications)
    save_wording(draft, "fr", "Mesures", text, 1, by=communications)

    page = browser_of(communications).get(reverse("communique", args=[crisis.pk, draft.number])).content.decode()

    assert page.count('data-kind="conflict"') == 1
    advice = page.split('data-kind="conflict"')[1].split("</div>")[0]
    assert f"?before={report.seq + 1}" in advice
    assert "<form" not in advice
    assert 'class="holds"' not in page
    edition = submit(draft, by=communications)
    found = findings_of(draft, checked(draft, {"fr": ("Mesures", text)}))
    assert [(each.finding.kind, each.blocks) for each in found] == [("conflict", False)]
    check_answered(draft, edition)
