"""What is passed over: at most a line a service, nothing beside the subject of a correction, folded, with a button; and titles."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis.communiques.check.check import check_text
from crisis.communiques.check.reading import said_before
from crisis.communiques.consistency import checked
from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.models import Communique
from crisis.communiques.pages import check_context
from crisis.communiques.refs import refs_of
from services.models import Activity, Service
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, ago
from tests.crisis.communiques.public_cast import publish, withdraw

pytestmark = pytest.mark.django_db
BEFORE = "Le laboratoire fonctionne. La radiologie est suspendue."


@pytest.fixture
def told(crisis, laboratory, radiology, secretary):
    """Both services are on the board, and the public reads of both."""
    report_status(crisis, laboratory, VITAL, by=secretary)
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    return publish(crisis, 7, fr=("Situation", BEFORE), hours=3)


@pytest.fixture
def draft(told, crisis, communications) -> Communique:
    return begin(crisis, "situation", by=communications)


def passed_over(communique: Communique, body: str, title: str = "") -> list[str]:
    sentences = checked(communique, {"fr": (title, body)})["fr"]
    return [found.fact for each in sentences for found in each.findings if found.kind == "dropped"]


def test_what_is_passed_over_is_one_line_a_service(draft):
    assert passed_over(draft, "Merci.") == ["status:laboratoire@libramont", "status:radiologie@libramont"]


def test_a_fact_that_stands_in_the_text_speaks_of_its_service_whatever_its_words(draft):
    text = "Situation : [suspendu](fact:status:radiologie@libramont=suspended#1), merci."

    assert passed_over(draft, text) == ["status:laboratoire@libramont"]


def test_a_communique_that_corrects_is_asked_for_no_other_service(told, crisis, communications):
    correction = begin(crisis, "correction", by=communications)

    assert said_before(correction, timezone.now(), "fr") == []
    assert passed_over(correction, "Le numéro était faux.") == []


def test_an_edition_that_is_corrected_is_held_against_what_it_said_itself(told, crisis):
    publish(crisis, 8, fr=("Autre", "La radiologie est suspendue."), hours=1)
    older = told.communique

    assert said_before(older, timezone.now(), "fr") == ["Le laboratoire fonctionne.", "La radiologie est suspendue."]
    assert passed_over(older, "La radiologie est suspendue.") == ["status:laboratoire@libramont"]
    assert passed_over(older, BEFORE) == []
    assert said_before(older, timezone.now(), "nl") == []


def test_what_was_withdrawn_goes_on_with_the_last_of_the_others(told, crisis):
    other = publish(crisis, 8, fr=("Autre", "La radiologie est suspendue."), hours=1)
    withdraw(other, "Wrong")

    assert said_before(other.communique, ago(0), "fr") == ["Le laboratoire fonctionne.", "La radiologie est suspendue."]


def test_what_is_passed_over_can_be_put_in_as_a_fact_which_ends_the_advice(draft):
    context = check_context(draft, "fr", "", "Merci.")

    answer = context["dropped"][1]
    [ref] = refs_of(answer.replacement)
    assert (ref.key, ref.value) == ("status:radiologie@libramont", "suspended")
    assert ref.words.startswith("Radiologie (Libramont)")
    assert context["answers"] == []
    again = check_context(draft, "fr", "", answer.replacement)
    assert [each.open.finding.fact for each in again["dropped"]] == ["status:laboratoire@libramont"]


def test_the_page_has_one_block_with_a_button_a_service_and_folds_all_but_two(
    draft, crisis, libramont, secretary, communications, browser_of
):
    names = ["Stérilisation", "Pharmacie", "Scintigraphie"]
    for name in names:
        activity = Activity.objects.create(key=name.lower().replace("é", "e"), names={"fr": name}, order=9)
        report_status(crisis, Service.objects.create(activity=activity, site=libramont), VITAL, by=secretary)
    more = " ".join(f"La {name.lower()} est ouverte." for name in names)
    publish(crisis, 20, fr=("Situation", f"{BEFORE} {more}"), hours=1)
    save_wording(draft, "fr", "Situation", "Merci.", 1, by=communications)

    page = browser_of(communications).get(reverse("communique", args=[crisis.pk, draft.number])).content.decode()

    assert page.count('data-kind="dropped"') == 1
    block = page.split('data-kind="dropped"')[1].split("</div>")[0]
    shown, folded = block.split("<details>")
    assert [shown.count("data-token="), folded.count("data-token=")] == [2, 3]
    assert block.count("data-replace") == block.count("data-was") == 0


def test_who_only_reads_sees_what_is_passed_over_without_a_button(draft, crisis, communications, medical, browser_of):
    save_wording(draft, "fr", "Situation", "Merci.", 1, by=communications)

    page = browser_of(medical).get(reverse("communique", args=[crisis.pk, draft.number])).content.decode()

    assert page.count('data-kind="dropped"') == 1
    assert "data-token" not in page.split('data-kind="dropped"')[1].split("</div>")[0]


@pytest.mark.parametrize(
    ("title", "listed"),
    [
        ("Situation du mercredi 25 mai 2022", []),
        ("Point sur les laboratoires", []),
        ("Correction", []),
        ("EXERCICE : situation du 25 mai", []),
        ("La radiologie rouvre progressivement", ["La radiologie rouvre progressivement"]),
    ],
)
def test_a_title_that_claims_nothing_is_not_called_unchecked(draft, title, listed):
    assert check_context(draft, "fr", title, "")["not_checked"] == listed


def test_a_sentence_of_the_text_that_no_rule_understood_still_is(draft):
    assert check_context(draft, "fr", "Situation", "Merci de votre patience.\n\nMesures en vigueur :\n\nÀ Libramont :")[
        "not_checked"
    ] == ["Merci de votre patience."]


def test_what_a_title_claims_is_checked_like_any_sentence(case):
    first, second = check_text("Les urgences sont ouvertes.", case["05-25T12:00"], "fr", "La radiologie fonctionne")

    assert ([found.kind for found in first.findings], first.silent) == (["contradicts"], False)
    assert len(second.checked) == 1


def test_a_text_is_read_the_same_with_its_title_apart_or_in_front(case):
    situation = replace(case["06-03T12:00"], previous=["Les urgences sont ouvertes."])
    apart = check_text("Merci.\n\nLa radiologie est suspendue.", situation, "fr", "Point de situation")
    front = check_text("Point de situation\n\nMerci.\n\nLa radiologie est suspendue.", situation, "fr")

    assert [replace(each, silent=False) for each in apart] == front
