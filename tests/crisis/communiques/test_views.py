"""The pages of communiqués: what is typed is kept, the check answers while one types, refusals stand where they belong."""

import pytest
from django.test import Client
from django.urls import reverse

from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.models import Communique, Edition, State, Step, Wording
from crisis.communiques.reads import state_of
from crisis.communiques.steps import approve, submit
from services.writes import report_status
from tests.cast import VITAL, written


@pytest.fixture
def draft(crisis, laboratory, secretary, communications) -> Communique:
    report_status(crisis, laboratory, VITAL.changed(capacity=50), by=secretary)
    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "Laboratoires", "Le laboratoire fonctionne à 50 %.", 1, by=communications)
    return found


@pytest.fixture
def writer(browser_of, communications) -> Client:
    return browser_of(communications)


@pytest.fixture
def chief(browser_of, director) -> Client:
    return browser_of(director)


def address(name: str, communique: Communique) -> str:
    return reverse(name, args=[communique.crisis_id, communique.number])


def rows() -> dict[str, object]:
    kept = {model.__name__: model.objects.count() for model in (Communique, Edition, Step)}
    return written() | kept | {"texts": list(Wording.objects.values_list("title", "body", "version"))}


def test_a_draft_begins_with_one_click_and_opens(crisis, writer):
    answer = writer.post(reverse("begin_communique", args=[crisis.pk]), {"kind": "situation"}, follow=True)

    assert answer.status_code == 200
    assert b"data-writing" in answer.content
    assert Communique.objects.get().number == 1


def test_a_kind_that_does_not_exist_is_refused_in_words(crisis, writer):
    answer = writer.post(reverse("begin_communique", args=[crisis.pk]), {"kind": "poem"})

    assert answer.status_code == 422
    assert Communique.objects.count() == 0


def test_the_list_says_what_is_in_hand_and_who_touched_it_last(crisis, draft, writer, communications):
    submit(draft, by=communications)

    page = writer.get(reverse("communiques", args=[crisis.pk])).content.decode()

    assert "Laboratoires" in page
    assert "review" in page
    assert "Communications" in page
    assert "Nothing is published yet." in page


def test_the_page_saves_by_itself_and_says_when(draft, writer):
    typed = {"lang": "fr", "title": "Labos", "body": "Texte\r\nsur deux lignes", "base": 2}

    answer = writer.post(address("save_communique", draft), typed, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert answer.json()["version"] == 3
    assert draft.wordings.get().body == "Texte\nsur deux lignes"


def test_who_saves_second_gets_both_texts(draft, writer):
    before = rows()

    answer = writer.post(
        address("save_communique", draft),
        {"lang": "fr", "title": "T", "body": "B", "base": 1},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 409
    assert answer.json()["body"] == "Le laboratoire fonctionne à 50 %."
    assert rows() == before


def test_without_script_both_texts_stand_on_the_page(draft, writer):
    answer = writer.post(address("save_communique", draft), {"lang": "fr", "title": "T", "body": "Mine", "base": 1})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine</textarea>" in page
    assert "<pre>Le laboratoire fonctionne à 50 %.</pre>" in page


def test_a_hundred_kilobytes_from_a_word_processor_are_refused_and_kept_on_screen(draft, writer):
    before, text = rows(), "mot " * 25_000

    answer = writer.post(address("save_communique", draft), {"lang": "fr", "title": "T", "body": text, "base": 2})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "At most 20000 characters, this has 100000" in page
    assert page.count("mot mot mot") > 1000
    assert rows() == before


def test_the_check_answers_while_one_types_and_keeps_nothing(draft, writer):
    before = rows()

    typed = {"lang": "fr", "title": "T", "body": "Le laboratoire fonctionne à 70 %. Merci.", "base": 2}
    page = writer.post(address("check_communique", draft), typed).content.decode()

    assert "1 contradiction" in page
    assert "70 %" in page
    assert "50 %" in page
    assert f"?before={draft.crisis.book.entries.get(verb='service.reported').seq + 1}" in page
    assert rows() == before


def test_a_percentage_that_moved_offers_what_the_board_says(draft, writer, crisis, laboratory, secretary):
    report_status(crisis, laboratory, VITAL.changed(capacity=70), by=secretary)

    page = writer.get(address("communique", draft)).content.decode()

    assert 'data-was="50 %"' in page
    assert "(fact:capacity:laboratoire@libramont=70#" in page


def test_scripts_and_what_turns_words_around_never_leave(draft, writer, communications):
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) \u202egnihton <img src=x onerror=alert(1)>"
    save_wording(draft, "fr", "<b>T</b>", evil, 2, by=communications)
    submit(draft, by=communications)

    page = writer.get(address("communique", draft)).content.decode()
    mail = writer.get(address("communique_text", draft)).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in mail


def test_a_refusal_to_approve_stands_on_the_page_and_nothing_is_written(
    draft, chief, communications, crisis, laboratory, secretary
):
    edition = submit(draft, by=communications)
    report_status(crisis, laboratory, VITAL.changed(capacity=70), by=secretary)
    before = rows()

    answer = chief.post(address("approve_communique", draft), {"digest": edition.digest})

    assert answer.status_code == 422
    assert 'role="alert">The board contradicts the text' in answer.content.decode()
    assert rows() == before


def test_a_reason_that_is_missing_is_asked_for_at_its_form_which_is_open(draft, chief, communications):
    submit(draft, by=communications)
    before = rows()

    answer = chief.post(address("send_communique_back", draft), {"words": " "})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<details open><summary>Send it back" in page
    assert "Say what is to change" in page
    assert rows() == before


def test_an_embargo_in_the_past_is_refused_at_its_field_with_what_was_typed(draft, chief, communications, medical):
    approve(draft, submit(draft, by=communications).digest, by=medical)
    before = rows()

    answer = chief.post(address("publish_communique", draft), {"at": "2022-05-25T17:00"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This moment has passed" in page
    assert 'value="2022-05-25T17:00"' in page
    assert rows() == before
    assert state_of(draft) == State.APPROVED


@pytest.mark.parametrize("at", ["tomorrow", "2026-13-01T00:00", "9999"])
def test_what_is_no_moment_is_refused(draft, chief, communications, medical, at):
    approve(draft, submit(draft, by=communications).digest, by=medical)
    before = rows()

    assert chief.post(address("publish_communique", draft), {"at": at}).status_code == 422
    assert rows() == before


def test_who_wrote_it_sees_that_they_would_approve_alone(draft, chief, director):
    submit(draft, by=director)

    page = chief.get(address("communique", draft)).content.decode()

    assert "Approve alone" in page
    assert "Alone, because" in page


def test_a_draft_can_not_be_taken_away(draft, writer):
    assert writer.get(address("communique_pdf", draft)).status_code == 404


def test_paper_and_mail_leave_with_their_type_and_a_name(draft, writer, communications):
    submit(draft, by=communications)

    paper, mail = (writer.get(address(f"communique_{kind}", draft)) for kind in ("pdf", "text"))

    assert paper.content.startswith(b"%PDF")
    assert "communique-1-1-fr.pdf" in paper["Content-Disposition"]
    assert mail["Content-Type"] == "text/plain; charset=utf-8"
    assert "NOT PUBLISHED" in mail.content.decode() or "NON PUBLIÉ" in mail.content.decode()


@pytest.mark.parametrize("lang", ["nl", "de", "en", "xx"])
def test_another_language_is_written_beside_the_leading_text(draft, writer, lang):
    page = writer.get(address("communique", draft) + f"?lang={lang}").content.decode()

    assert ("The leading text" in page) == (lang != "xx")


def test_the_page_asks_as_few_questions_whatever_was_published_before(
    crisis, draft, writer, communications, medical, django_assert_max_num_queries
):
    for _n in range(3):
        other = begin(crisis, "situation", by=communications)
        approve(other, submit(other, by=communications).digest, by=medical)

    with django_assert_max_num_queries(60):
        writer.get(address("communique", draft))
    with django_assert_max_num_queries(30):
        writer.get(reverse("communiques", args=[crisis.pk]))
