"""The cell's list: what is no longer true turns red, what a newer communiqué speaks of is past, what was not checked is not green."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crisis.communiques.consistency import contradictions
from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.listing import AWAITED, WAITING, Row, listing, waiting
from crisis.communiques.models import Communique, State
from crisis.communiques.reads import said_in
from crisis.communiques.steps import approve, drop, keep, publish, submit
from crisis.meetings.writes import open_meeting
from crisis.roles import MAY
from crisis.writes import countersign
from services.writes import report_status
from tests.cast import VITAL, person
from tests.crisis.communiques import public_cast


@pytest.fixture
def say(crisis, communications, medical):
    """Publish a text."""

    def one(text: str) -> Communique:
        found = begin(crisis, "situation", by=communications)
        save_wording(found, "fr", "Un titre", text, 1, by=communications)
        approve(found, submit(found, by=communications).digest, by=medical)
        publish(found, late_too=True, by=communications)
        return found

    return one


def test_what_was_approved_alone_says_so_in_list_and_history_until_it_is_countersigned(
    crisis, director, communications, browser_of
):
    found = begin(crisis, "situation", by=director)
    save_wording(found, "fr", "Un titre", "Merci.", 1, by=director)
    step = approve(found, submit(found, by=director).digest, alone="Nobody else is awake", by=director)
    pages = [reverse("communiques", args=[crisis.pk]), reverse("communique", args=[crisis.pk, found.number])]

    listed, shown = (browser_of(communications).get(page).content.decode() for page in pages)
    assert "approved alone: nobody has countersigned" in listed
    assert "Nobody else is awake" in shown[shown.index('id="history"') :]

    publish(found, late_too=True, by=director)
    assert listing(crisis)["published"][0].alone
    countersign(step.entry, by=person("other", "director", crisis))
    assert not listing(crisis)["published"][0].alone


@pytest.fixture
def capacity(crisis, laboratory, secretary):
    """Report what the laboratory works at, in percent."""

    def one(percent: int) -> None:
        report_status(crisis, laboratory, VITAL.changed(capacity=percent), by=secretary)

    return one


def row(crisis, communique: Communique) -> Row:
    return next(row for row in listing(crisis)["published"] if row.communique == communique)


def test_what_holds_is_checked_and_what_stops_being_true_turns_red_with_its_proof(crisis, say, capacity):
    capacity(50)
    said = say("Le laboratoire fonctionne à 50 %.")
    assert (row(crisis, said).truth.untrue, row(crisis, said).truth.checked) == ([], True)

    capacity(70)

    [(says, board, seq)] = row(crisis, said).truth.untrue
    assert "50 %" in says
    assert "70 %" in board
    assert seq == crisis.book.entries.filter(verb="service.reported").latest("seq").seq


def test_of_each_subject_only_the_newest_communique_has_to_be_true(crisis, say, capacity):
    capacity(50)
    older = say("Le laboratoire fonctionne à 50 %.")
    capacity(70)
    say("Le laboratoire fonctionne à 70 %.")

    truth = row(crisis, older).truth

    assert (truth.untrue, truth.past) == ([], True)


def test_what_no_rule_understood_is_not_green(crisis, say):
    said = say("Merci à toutes et à tous.")

    assert row(crisis, said).truth.checked is False


@pytest.fixture
def timed(crisis, communications, medical):
    """Approve a text, in each language that is given, and plan its publication in an hour."""

    def one(**texts: str) -> Communique:
        found = begin(crisis, "situation", by=communications)
        for lang, text in texts.items():
            save_wording(found, lang, "Un titre", text, 1 if lang == "fr" else 0, by=communications)
        edition = submit(found, by=communications)
        for each in contradictions(found, said_in(edition)):
            keep(found, each.lang, each.answers, "We know better", by=communications)
        approve(found, edition.digest, by=medical)
        publish(found, late_too=True, at=timezone.now() + timedelta(hours=1), by=communications)
        return found

    return one


def test_what_will_be_held_back_is_red_before_its_moment_and_says_by_what(
    crisis, timed, capacity, communications, browser_of
):
    capacity(50)
    calm = timed(fr="Merci.")
    found = timed(fr="Bonjour.", en="The laboratory works at 50 %.")
    page = lambda: browser_of(communications).get(reverse("communiques", args=[crisis.pk])).content.decode()  # noqa: E731
    assert [row.held for row in listing(crisis)["waiting"]] == [[], []]
    assert "data-untrue" not in page()

    capacity(70)

    first, second = listing(crisis)["waiting"]
    [(says, board, seq)] = first.held
    assert (first.communique, second.communique, second.held) == (found, calm, [])
    assert ("50 %" in says, "70 %" in board) == (True, True)
    assert seq == crisis.book.entries.filter(verb="service.reported").latest("seq").seq
    assert page().count("<li data-untrue") == page().count("it will be held back at its moment:") == 1
    assert "As the board stands, it will be held back at its moment" in (
        browser_of(communications).get(reverse("communique", args=[crisis.pk, found.number])).content.decode()
    )


def test_what_was_kept_with_a_reason_alarms_nobody_until_the_board_says_another_value(crisis, timed, capacity):
    capacity(70)
    timed(fr="Bonjour.", en="The laboratory works at 50 %.")
    assert [row.held for row in listing(crisis)["waiting"]] == [[]]

    capacity(85)

    assert [len(row.held) for row in listing(crisis)["waiting"]] == [1]


def test_the_list_costs_the_same_however_many_wait_for_their_moment(crisis, timed, capacity):
    capacity(50)
    timed(fr="Le laboratoire fonctionne à 50 %.")
    one = queries_of(crisis)
    for _n in range(4):
        timed(fr="Le laboratoire fonctionne à 50 %.")

    assert queries_of(crisis) == one


def test_the_row_says_who_is_awaited_and_the_sentence_names_those_whom_the_roles_let(crisis, communications, medical):
    draft, review, approved = (begin(crisis, "situation", by=communications) for _n in range(3))
    submit(review, by=communications)
    approve(approved, submit(approved, by=communications).digest, by=medical)

    said = {row.communique: row.awaited for row in listing(crisis)["waiting"]}

    assert said[draft] == "Waits for communications or the director to send it to review."
    assert said[review].startswith("Waits for the director or the medical direction to approve it")
    assert said[approved] == "Waits for communications, the director or the medical direction to publish it."
    names = {"director": "director", "communications": "communications", "medical direction": "medical"}
    for state, act in ((State.DRAFT, "write"), (State.REVIEW, "approve"), (State.APPROVED, "publish")):
        named = {role for name, role in names.items() if name in str(AWAITED[state])}
        assert named == set(MAY[f"{act} a communique"]), state
    assert set(AWAITED) == set(WAITING)


def test_what_a_mark_means_stands_beside_it(crisis, say, capacity, communications, browser_of):
    capacity(50)
    say("Merci à toutes et à tous.")
    say("Le laboratoire fonctionne à 50 %.")
    capacity(70)
    say("Le laboratoire fonctionne à 70 %.")

    page = browser_of(communications).get(reverse("communiques", args=[crisis.pk])).content.decode()

    assert page.count("this one stays as it was said at its date.") == 1
    assert page.count("nothing was compared with the board: read it again yourself.") == 1


def test_two_of_the_same_title_are_told_apart_by_number_and_day(crisis, communications, browser_of):
    one, two = (begin(crisis, "situation", by=communications) for _n in range(2))
    for each in (one, two):
        save_wording(each, "fr", "Point de situation", "Texte", 1, by=communications)

    page = browser_of(communications).get(reverse("communiques", args=[crisis.pk])).content.decode()

    assert [f"no. {each.number} · begun by Communications, <time" in page for each in (one, two)] == [True, True]
    assert [each.words for each in waiting(crisis)] == [
        "Point de situation · Communiqué 1",
        "Point de situation · Communiqué 2",
    ]


def queries_of(crisis) -> int:
    with CaptureQueriesContext(connection) as found:
        listing(crisis)
    return len(found)


def test_the_list_costs_the_same_whatever_was_published(crisis, say, capacity):
    capacity(50)
    say("Le laboratoire fonctionne à 50 %.")
    one = queries_of(crisis)
    for _n in range(5):
        say("Le laboratoire fonctionne à 50 %.")

    assert queries_of(crisis) == one


def test_an_edition_without_its_leading_language_is_listed(crisis):
    public_cast.publish(crisis, 1, lead="fr", nl=("Titel", "Tekst"))

    assert [row.title for row in listing(crisis)["published"]] == ["Titel"]


def test_what_waits_comes_in_the_order_in_which_it_waits_for_somebody(crisis, communications, director, medical):
    draft, review, approved = (begin(crisis, "situation", by=communications) for _n in range(3))
    submit(review, by=communications)
    approve(approved, submit(approved, by=communications).digest, by=medical)
    dropped = begin(crisis, "situation", by=communications)
    drop(dropped, "Not needed", by=communications)

    found = listing(crisis)

    assert [row.communique for row in found["waiting"]] == [review, approved, draft]
    assert [row.communique for row in found["over"]] == [dropped]
    assert found["published"] == []


def test_a_title_is_that_of_the_draft_or_of_the_frozen_edition(crisis, communications):
    one, two = (begin(crisis, "situation", by=communications) for _n in range(2))
    save_wording(one, "fr", "En cours", "Texte", 1, by=communications)
    save_wording(two, "fr", "Figé", "Texte", 1, by=communications)
    submit(two, by=communications)

    assert {row.title for row in listing(crisis)["waiting"]} == {"En cours", "Figé"}


def test_a_meeting_sees_at_its_point_what_waits_and_leads_there(crisis, communications, secretary, browser_of):
    draft, review = (begin(crisis, "situation", by=communications) for _n in range(2))
    save_wording(review, "fr", "Reprise des blocs", "Texte.", 1, by=communications)
    submit(review, by=communications)
    meeting = open_meeting(crisis, by=secretary)
    point = meeting.points.get(topic="communication")

    page = browser_of(secretary).get(reverse("point", args=[crisis.pk, meeting.number, point.pk])).content.decode()

    assert [each.state for each in waiting(crisis)] == ["review", "draft"]
    assert f'<a href="/crises/{crisis.pk}/communiques/{review.number}/">Reprise des blocs</a>' in page
    assert f"/communiques/{draft.number}/" in page
