"""What a communiqué starts from: stamped in an exercise, recent, whole in four languages, and without an hour that stays."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from crisis.communiques.check.check import check_text
from crisis.communiques.check.reading import situation_at
from crisis.communiques.drafts import begin
from crisis.communiques.models import Kind
from crisis.communiques.opening import opening_words, told_until
from crisis.communiques.refs import plain, refs_of
from crisis.facts import facts_at
from crisis.languages import written_in
from crisis.models import Crisis, Organisation
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, VITAL, ago
from tests.crisis.communiques.public_cast import measure, publish

pytestmark = pytest.mark.django_db
LANGUAGES = ["fr", "nl", "de", "en"]
STAMPS = {"fr": "EXERCICE", "nl": "OEFENING", "de": "ÜBUNG", "en": "EXERCISE"}


def opening(crisis, kind=Kind.SITUATION, lang="en") -> tuple[str, str]:
    """Title and text in a language."""
    with translation.override(lang):
        return opening_words(crisis, kind, timezone.now())


@pytest.fixture
def board(crisis, radiology, laboratory, elsewhere, secretary):
    """Radiology suspended, both laboratories running; a measure in French; the public line."""
    Organisation.objects.update(public_phone="0800 00 000")
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(50)), by=secretary)
    for service in (laboratory, elsewhere):
        report_status(crisis, service, VITAL.changed(observed_at=ago(2)), by=secretary)
    measure(crisis, text="Examens annulés", activities=["radiologie"], attendance="stay")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.SITUATION, Kind.RESTORED, Kind.CORRECTION, Kind.EXERCISE])
def test_every_title_of_an_exercise_bears_the_stamp_and_no_other_does(crisis, board, kind, lang):
    before, _text = opening(crisis, kind, lang)
    assert before.startswith(STAMPS[lang]) == (kind == Kind.EXERCISE)

    crisis.is_exercise = True

    title, _text = opening(crisis, kind, lang)
    assert title.startswith(STAMPS[lang])
    assert title.upper().count(STAMPS[lang]) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.SITUATION, Kind.RESTORED, Kind.CORRECTION])
def test_no_hour_stands_beside_facts_that_will_be_replaced(crisis, board, radiology, secretary, kind, lang):
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(1)), by=secretary)

    title, text = opening(crisis, kind, lang)

    assert re.findall(r"\d\d:\d\d", plain(f"{title}\n{text}")) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_is_whole_in_its_language_and_a_french_measure_says_that_it_is(crisis, board, lang):
    title, text = opening(crisis, lang=lang)
    with translation.override(lang):
        mark = written_in("fr")

    assert all(refs_of(text))
    assert [ref.key for ref in refs_of(text)] == ["count:essential", "count:suspended", "measure:M1", "phone:public"]
    line = next(line for line in text.splitlines() if "measure:M1" in line)
    assert (f"M1 ({mark}, " in line) == (lang != "fr")
    assert plain(line).endswith("Examens annulés")
    assert title
    if lang != "en":
        assert not re.search(r"\b(the|your|this|service restored|in force)\b", f"{title} {text}", re.IGNORECASE)


def test_a_measure_in_the_language_of_the_text_stands_there_bare(crisis, board):
    measure(crisis, text="Onderzoeken afgelast", activities=["radiologie"], attendance="stay", lang="nl")

    _title, text = opening(crisis, lang="nl")

    assert "- [Onderzoeken afgelast](fact:measure:M2=" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_button_of_a_measure_in_another_language_says_in_which(crisis, board, lang):
    with translation.override(lang):
        label = next(fact.label for fact in facts_at(crisis, timezone.now()) if fact.key == "measure:M1")
        mark = written_in("fr")

    assert label.startswith("M1")
    assert label.endswith("Examens annulés")
    assert (f"({mark})" in label) == (lang != "fr")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", [Kind.SITUATION, Kind.RESTORED, Kind.CORRECTION])
def test_the_check_finds_nothing_in_a_text_that_nobody_changed(crisis, board, radiology, secretary, kind, lang):
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(1)), by=secretary)
    title, text = opening(crisis, kind, lang)

    with translation.override(lang):
        made = check_text(f"{title}\n\n{text}", situation_at(crisis, timezone.now()), lang)

    assert [finding for sentence in made for finding in sentence.findings if finding.kind == "contradicts"] == []


def test_only_what_was_restored_since_the_last_communique_is_told(crisis, board, radiology, laboratory, secretary):
    report_status(crisis, laboratory, RESTORED.changed(observed_at=ago(1.5)), by=secretary)
    publish(crisis, 1, hours=1, fr=("Labo", "Le laboratoire reprend."))
    assert plain(opening(crisis, Kind.RESTORED)[1]).startswith("No service was restored since we informed you last.")

    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(0.5)), by=secretary)

    assert [ref.key for ref in refs_of(opening(crisis, Kind.RESTORED)[1])] == [
        "status:radiologie@libramont",
        "phone:public",
    ]


def test_before_any_communique_a_day_counts(crisis, board, radiology, laboratory, secretary):
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(30)), by=secretary)
    report_status(crisis, laboratory, RESTORED.changed(observed_at=ago(1)), by=secretary)

    assert "status:radiologie" not in opening(crisis, Kind.RESTORED)[1]
    assert "status:laboratoire@libramont=restored" in opening(crisis, Kind.RESTORED)[1]


def test_an_activity_that_runs_again_everywhere_is_one_line_when_all_of_it_is_new(
    crisis, board, laboratory, elsewhere, secretary
):
    report_status(crisis, laboratory, RESTORED.changed(observed_at=ago(1)), by=secretary)
    report_status(crisis, elsewhere, RESTORED.changed(observed_at=ago(1)), by=secretary)
    assert refs_of(opening(crisis, Kind.RESTORED)[1])[0].key == "status:laboratoire"

    publish(crisis, 1, hours=0.9, fr=("Labo", "Les laboratoires reprennent."))
    report_status(crisis, elsewhere, SUSPENDED.changed(observed_at=ago(0.5), reason="Fire"), by=secretary)
    report_status(crisis, elsewhere, RESTORED.changed(observed_at=ago(0.2)), by=secretary)

    assert refs_of(opening(crisis, Kind.RESTORED)[1])[0].key == "status:laboratoire@arlon"


def test_a_text_was_told_when_it_was_frozen_not_when_it_went_out(crisis, board):
    edition = publish(crisis, 1, hours=-1, fr=("Plus tard", "Texte."))
    moment = timezone.now() + timedelta(hours=2)

    assert told_until(crisis, moment) == edition.entry.seq
    before = told_until(crisis, timezone.now())
    assert not isinstance(before, int)
    assert before < timezone.now() - timedelta(hours=23)


def test_what_was_restored_before_the_last_communique_but_reported_after_it_is_told(
    crisis, board, radiology, secretary
):
    publish(crisis, 1, hours=1, fr=("Labo", "Le laboratoire travaille."))
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(1.1)), by=secretary)

    assert "status:radiologie@libramont=restored" in opening(crisis, Kind.RESTORED)[1]


def test_a_draft_of_an_exercise_begins_stamped_whatever_its_kind(crisis, board, communications):
    Crisis.objects.update(is_exercise=True)
    crisis.refresh_from_db()

    titles = [begin(crisis, kind, by=communications).wordings.get().title for kind in ("restored", "correction")]

    assert all(title.startswith("EXERCICE") for title in titles)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("De operatiezalen in Aarlen zijn open.", "nl"),
        ("De operatiezalen in Arlon zijn open.", "nl"),
        ("Les blocs d'Arlon sont ouverts.", "fr"),
    ],
)
def test_the_check_knows_a_place_by_its_name_in_each_language(told, text, lang):
    assert [each.partition(" ")[0] for each in told(text, "06-03T12:00", lang)] == ["checked"]


def test_a_dutch_text_names_a_place_in_dutch(crisis, laboratory, elsewhere, secretary):
    elsewhere.site.names = {"fr": "Arlon", "nl": "Aarlen"}
    elsewhere.site.save()
    report_status(crisis, elsewhere, RESTORED.changed(observed_at=ago(1)), by=secretary)

    assert "(Aarlen)" in opening(crisis, Kind.RESTORED, "nl")[1]
    assert "(Arlon)" in opening(crisis, Kind.RESTORED, "de")[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_check_holds_nothing_against_a_beginning_that_says_that_nothing_came_back(crisis, board, lang):
    _title, text = opening(crisis, Kind.RESTORED, lang)
    with translation.override(lang):
        line = translation.gettext("No service was restored since we informed you last.")

    made = check_text(line, situation_at(crisis, timezone.now()), lang)

    assert line in text
    assert [(each.checked, each.findings) for each in made] == [([], [])]
