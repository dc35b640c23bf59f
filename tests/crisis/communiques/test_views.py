"""The pages of communiqués: what is typed is kept, the check answers while one types, refusals stand where they belong."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from crisis.communiques.board_facts import all_facts
from crisis.communiques.drafts import LONGEST, begin, lateness, save_wording
from crisis.communiques.due import publish_due
from crisis.communiques.models import Communique, Edition, State, Step, Wording
from crisis.communiques.reads import state_of
from crisis.communiques.refs import ref_to
from crisis.communiques.steps import approve, correct, publish, send_back, submit, withdraw
from crisis.journal import sentences
from crisis.version import VERSION
from crisis.writes import close_crisis
from services.writes import report_status
from tests.cast import VITAL, written
from tests.crisis.communiques.public_cast import measure


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


def test_a_language_that_nobody_wrote_begins_with_its_template_and_is_missing_until_it_is_saved(draft, writer):
    before = rows()

    page = writer.get(address("communique", draft), {"lang": "nl"})
    shown = page.context
    assert shown["title"].startswith("Situatie op")
    assert "](fact:count:essential=" in shown["body"]
    assert "data-offered" in page.content.decode()
    assert [tab["how"] for tab in shown["tabs"] if tab["lang"] == "nl"] == ["missing"]
    assert rows() == before

    sent = {"lang": "nl", "title": shown["title"], "body": shown["body"], "base": shown["base"]}
    writer.post(address("save_communique", draft), sent)
    again = writer.get(address("communique", draft), {"lang": "nl"})
    assert (again.context["title"], again.context["body"]) == (shown["title"], shown["body"])
    assert "data-offered" not in again.content.decode()


def test_what_is_proposed_in_a_language_never_hides_what_was_sent_to_review(draft, writer, communications):
    submit(draft, by=communications)

    page = writer.get(address("communique", draft), {"lang": "nl"})
    assert "There is no text in this language." in page.content.decode()


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
    assert '<pre tabindex="0">Le laboratoire fonctionne à 50 %.</pre>' in page


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


@pytest.mark.parametrize("days", [31, 400])
def test_an_embargo_that_nobody_can_mean_is_refused_in_a_sentence(approved, chief, days):
    before, at = rows(), f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}"

    answer = chief.post(address("publish_communique", approved), {"when": "at", "at": at, "late_too": "on"})

    assert answer.status_code == 422
    assert "This moment is more than 30 days away: check its date" in answer.content.decode()
    assert f'value="{at}"' in answer.content.decode()
    assert rows() == before


@pytest.mark.parametrize("at", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_the_end_and_the_beginning_of_time_are_refused_too(approved, chief, at):
    before = rows()

    answer = chief.post(address("publish_communique", approved), {"when": "at", "at": at, "late_too": "on"})

    assert answer.status_code == 422
    assert rows() == before


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
    assert "communique-1-draft-1-fr.pdf" in paper["Content-Disposition"]
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

    with django_assert_max_num_queries(63):
        writer.get(address("communique", draft))
    with django_assert_max_num_queries(30):
        writer.get(reverse("communiques", args=[crisis.pk]))


def test_four_languages_share_one_board(draft, writer, communications, django_assert_max_num_queries):
    with CaptureQueriesContext(connection) as alone:
        writer.get(address("communique", draft))
    for lang in ("nl", "de", "en"):
        save_wording(draft, lang, "Titel", "Text.", 0, by=communications)

    with CaptureQueriesContext(connection) as four:
        writer.get(address("communique", draft))
    boards = [[q for q in asked if "status_at" in q["sql"]] for asked in (alone, four)]
    assert len(boards[0]) == len(boards[1]) >= 1
    assert len(four) < 2 * len(alone)


def test_who_only_reads_sees_no_words_that_nobody_wrote(draft, browser_of, medical, writer):
    page = browser_of(medical).get(address("communique", draft), {"lang": "nl"})

    assert page.context["body"] == ""
    assert "There is no text in this language." in page.content.decode()
    assert writer.get(address("communique", draft), {"lang": "nl"}).context["body"]


@pytest.fixture
def approved(draft, communications, medical) -> Communique:
    approve(draft, submit(draft, by=communications).digest, by=medical)
    return draft


def test_an_empty_moment_publishes_nothing_and_is_asked_for_at_its_field(approved, chief):
    before = rows()

    answer = chief.post(address("publish_communique", approved), {"when": "at", "at": ""})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<details open><summary>Publish at a time" in page
    assert page.count("Choose the moment: nothing is published before you do.") == 2, "at the top and at its field"
    assert rows() == before


def test_a_moment_is_changed_with_one_button_and_published_now_with_another(approved, chief, director):
    publish(approved, late_too=True, at=timezone.now() + timedelta(hours=2), by=director)

    page = chief.get(address("communique", approved)).content.decode()
    later = f"{timezone.localtime() + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    forms = [f for f in re.findall(r"<form.*?</form>", page, re.S) if address("publish_communique", approved) in f]
    assert ["Change the moment" in form for form in forms] == ['name="when"' in form for form in forms] == [True, False]
    assert "Publish now" in forms[1]
    chief.post(address("publish_communique", approved), {"when": "at", "at": later, "late_too": "on"})
    assert state_of(approved) == State.SCHEDULED
    chief.post(address("publish_communique", approved), {"late_too": "on"})
    assert state_of(approved) == State.PUBLISHED


def test_after_another_text_came_the_page_approves_the_one_it_shows(draft, chief, communications, director):
    old = submit(draft, by=communications)
    send_back(draft, "Shorter.", by=director)
    newest = submit(draft, by=communications)

    refused = chief.post(address("approve_communique", draft), {"digest": old.digest})
    shown = re.search(r'name="digest" value="([0-9a-f]{64})"', refused.content.decode())

    assert refused.status_code == 422
    assert shown[1] == newest.digest
    assert chief.post(address("approve_communique", draft), {"digest": shown[1]}).status_code == 302


def test_what_waits_leaves_with_a_stamp_and_so_does_what_was_withdrawn(approved, writer, communications, medical):
    mail = lambda: writer.get(address("communique_text", approved)).content.decode()  # noqa: E731
    stamp = "NON PUBLIÉ"
    assert stamp in mail()
    publish(approved, late_too=True, by=communications)
    assert stamp not in mail()

    correct(approved, "Half of it is wrong.", by=communications)
    assert stamp not in mail()
    base = approved.wordings.get(lang="fr").version
    save_wording(approved, "fr", "Nouveau titre", "Nous corrigeons.", base, by=communications)
    submit(approved, by=communications)
    assert stamp in mail()
    assert "NOUVEAU TITRE" in mail()

    withdraw(approved, "It was wrong.", by=communications)
    assert stamp not in mail()
    assert "RETIRÉ" in mail()
    assert "LABORATOIRES" in mail()
    paper = PdfReader(BytesIO(writer.get(address("communique_pdf", approved)).content)).pages[0].extract_text()
    assert "RETIRÉ" in paper
    assert stamp not in paper


def test_a_translation_that_is_late_says_so_in_the_mail_and_on_paper(draft, writer, communications, medical):
    save_wording(draft, "nl", "Labo", "Het labo werkt.", 0, by=communications)
    written = draft.wordings.get(lang="fr").version
    save_wording(draft, "fr", "Laboratoires", "Le laboratoire fonctionne à 50 %. Merci.", written, by=communications)
    approve(draft, submit(draft, by=communications).digest, by=medical)
    publish(draft, late_too=True, by=communications)

    late = "Deze vertaling is ouder dan de oorspronkelijke tekst."
    with translation.override("nl"):
        late = translation.gettext("This translation is older than the original text.")
    mail = writer.get(address("communique_text", draft), {"lang": "nl"}).content.decode()
    paper = writer.get(address("communique_pdf", draft), {"lang": "nl"}).content
    assert late in mail
    assert late in PdfReader(BytesIO(paper)).pages[0].extract_text().replace("\n", " ")
    assert late not in writer.get(address("communique_text", draft)).content.decode()


def test_the_head_of_the_page_says_the_edition_and_never_the_version_of_the_program(draft, writer, communications):
    submit(draft, by=communications)

    page = writer.get(address("communique", draft)).content.decode()
    assert "no. 1 · edition 1 ·" in page
    assert VERSION not in page[page.index("<main") :]


def test_what_is_still_to_be_translated_is_late_however_new_it_is(crisis, draft, writer, communications):
    measure(crisis, text="Examens annulés", activities=["laboratoire"], attendance="stay")
    shown = writer.get(address("communique", draft), {"lang": "nl"}).context
    assert "nog te vertalen" in shown["body"]
    save_wording(draft, "nl", shown["title"], shown["body"], 0, by=communications)

    assert lateness(draft)["nl"] == "late"
    words = shown["body"].replace(", nog te vertalen", "")
    save_wording(draft, "nl", shown["title"], words, 1, by=communications)
    assert lateness(draft)["nl"] == "current"


def test_a_fact_that_is_right_is_not_offered_to_replace_itself(crisis, laboratory, draft, writer, communications):
    token = ref_to(
        next(fact for fact in all_facts(crisis, timezone.now()) if fact.key.startswith("capacity:laboratoire@"))
    )
    body = f"Le laboratoire est à {token}. Le laboratoire fonctionne à 70 %."
    base = draft.wordings.get(lang="fr").version
    save_wording(draft, "fr", "Laboratoires", body, base, by=communications)

    [answer] = writer.get(address("communique", draft)).context["answers"]
    assert (answer.key, answer.was.replace("\u00a0", " ")) == ("", "70 %")
    assert answer.replacement == token


@pytest.mark.parametrize("field", ["title", "body"])
def test_what_is_too_long_to_be_saved_is_said_instead_of_checked(draft, writer, monkeypatch, field):
    asked = []
    monkeypatch.setattr("crisis.communiques.views.check_context", lambda *_: asked.append(1))
    typed = {"lang": "fr", "title": "T", "body": "Court.", "base": 2} | {field: "mot " * LONGEST}

    checked = writer.post(address("check_communique", draft), typed)
    saved = writer.post(address("save_communique", draft), typed)

    for answer in (checked, saved):
        assert answer.status_code == 422
        assert "At most" in answer.content.decode()
    assert 'class="panel coherence"' in checked.content.decode()
    assert asked == []


@pytest.mark.parametrize("follows", ["9" * 5000, "-1", "1.5", "two"])
def test_a_version_that_no_text_has_is_refused(draft, writer, follows):
    before = rows()
    typed = {"lang": "fr", "title": "T", "body": "B", "base": 2, "follows": follows}

    answer = writer.post(address("save_communique", draft), typed, headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert rows() == before


def test_an_exercise_is_offered_in_an_exercise_only(crisis, writer):
    before = rows()
    page = writer.get(reverse("communiques", args=[crisis.pk])).content.decode()
    answer = writer.post(reverse("begin_communique", args=[crisis.pk]), {"kind": "exercise"})

    assert 'value="exercise"' not in page
    assert answer.status_code == 422
    assert rows() == before

    crisis.is_exercise = True
    crisis.save()
    assert 'value="exercise"' in writer.get(reverse("communiques", args=[crisis.pk])).content.decode()


def test_in_a_closed_crisis_a_communique_is_read_and_taken_away_and_nothing_else(approved, chief, director):
    publish(approved, late_too=True, at=timezone.now() + timedelta(hours=2), by=director)
    unfinished = begin(approved.crisis, "situation", by=director)
    assert "It is published by itself" in chief.get(address("communique", approved)).content.decode()

    close_crisis(approved.crisis, by=director)

    for communique in (approved, unfinished):
        page = chief.get(address("communique", communique)).content.decode()
        assert "It is published by itself" not in page
        assert f'action="{address("communique", communique)}' not in page
        assert "data-writing" not in page
    assert address("communique_pdf", approved) in chief.get(address("communique", approved)).content.decode()


def test_the_sheet_of_the_call_centre_stands_beside_the_other_voices(crisis, draft, writer, communications):
    before = writer.get(address("communique", draft)).content.decode()
    submit(draft, by=communications)

    page = writer.get(address("communique", draft)).content.decode()

    sheet = reverse("call_sheet", args=[crisis.pk, "fr"])
    assert f'href="{sheet}"' not in before
    assert page.index(f'href="{address("communique_text", draft)}?lang=fr"') < page.index(f'href="{sheet}"')
    assert writer.get(sheet).status_code == 200


def published_at_its_time(draft: Communique, director) -> Step:
    publish(approved_by(draft, director), late_too=True, at=timezone.now() + timedelta(hours=1), by=director)
    [step] = publish_due(timezone.now() + timedelta(hours=2))
    return step


def approved_by(draft: Communique, director) -> Communique:
    approve(draft, submit(draft, by=draft.begun_by).digest, by=director)
    return draft


def test_what_was_published_at_its_time_was_published_by_nobody_and_not_by_a_console(draft, writer, director):
    step = published_at_its_time(draft, director)

    page = writer.get(address("communique", draft)).content.decode()
    history = page[page.index('id="history"') :]

    assert step.act == "published"
    assert "by itself, when its moment had come" in history
    assert f"{director}" in history
    assert "console" not in page
    [(_entry, sentence, _texts)] = sentences([step.entry])
    assert sentence == "Communiqué 1 published by itself when its moment had come, version 1."


def test_what_was_held_back_at_its_time_was_held_back_by_nobody(draft, writer, director, laboratory, secretary, crisis):
    publish(approved_by(draft, director), late_too=True, at=timezone.now() + timedelta(hours=1), by=director)
    report_status(crisis, laboratory, VITAL.changed(capacity=70), by=secretary)
    [step] = publish_due(timezone.now() + timedelta(hours=2))

    page = writer.get(address("communique", draft)).content.decode()
    listed = writer.get(reverse("communiques", args=[crisis.pk])).content.decode()

    assert step.act == "held"
    assert page.count("by itself, when its moment had come") == 2
    assert listed.count("by itself, when its moment had come") == 1
    assert "console" not in page + listed
