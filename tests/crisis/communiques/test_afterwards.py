"""After a step: what was done and where the public reads it, the public's own numbers, the whole history, and the way back."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.history import history, steps_of, versions
from crisis.communiques.models import Communique, Edition, State, Step
from crisis.communiques.reads import published_edition, state_of, version_of
from crisis.communiques.steps import approve, correct, keep, publish, resume, send_back, submit, withdraw
from crisis.journal import sentences
from crisis.models import Crisis
from crisis.verify import verify
from tests.cast import written
from tests.crisis.communiques import public_cast

ALL_THE_SAME = {"late_too": "on"}


@pytest.fixture
def draft(crisis, communications) -> Communique:
    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "Un titre", "Merci.", 1, by=communications)
    return found


@pytest.fixture
def approved(draft, communications, medical) -> Communique:
    approve(draft, submit(draft, by=communications).digest, by=medical)
    return draft


@pytest.fixture
def writer(browser_of, communications) -> Client:
    return browser_of(communications)


def address(name: str, communique: Communique) -> str:
    return reverse(name, args=[communique.crisis_id, communique.number])


def rows() -> dict[str, int]:
    return written() | {model.__name__: model.objects.count() for model in (Communique, Edition, Step)}


def message(page: str) -> str:
    [found] = re.findall(r'<p class="message" role="status">(.*?)</p>', page)
    return found


def again(communique: Communique, by, second) -> None:
    """A correction that is sent back once, and then published."""
    correct(communique, "A mistake", by=by)
    submit(communique, by=by)
    send_back(communique, "Shorter", by=second)
    approve(communique, submit(communique, by=by).digest, by=second)
    publish(communique, late_too=True, by=by)


def test_after_publishing_the_page_says_so_when_by_whom_and_where_the_public_reads_it(approved, writer):
    page = writer.post(address("publish_communique", approved), ALL_THE_SAME, follow=True).content.decode()

    assert message(page) == "Communiqué 1 is published."
    assert re.search(r"Published on <time datetime=[^>]+>[^<]+</time> by Communications: version 1\.", page)
    assert '<a href="http://testserver/public/fr/communiques/1/">http://testserver/public/fr/communiques/1/</a>' in page
    assert Client().get("/public/fr/communiques/1/").status_code == 200


def test_the_address_is_in_the_language_of_the_tab_and_bears_the_name_of_the_server(
    approved, writer, settings, communications
):
    publish(approved, late_too=True, by=communications)
    settings.PUBLIC_URL = "https://vigie.example.org"

    page = writer.get(address("communique", approved) + "?lang=nl").content.decode()

    assert 'href="https://vigie.example.org/public/nl/communiques/1/"' in page


def test_of_an_exercise_the_page_leads_to_what_only_the_cell_sees(approved, writer, communications):
    publish(approved, late_too=True, by=communications)
    Crisis.objects.update(is_exercise=True)

    page = writer.get(address("communique", approved)).content.decode()

    [inside] = re.findall(r'<a href="([^"]+)">The public does not read this crisis', page)
    assert "/public/fr/communiques/1/" not in page.replace(inside, "")
    assert writer.get(inside).status_code == 200


def test_a_plan_says_that_it_is_one(approved, writer):
    at = f"{timezone.localtime() + timedelta(hours=2):%Y-%m-%dT%H:%M}"

    page = writer.post(address("publish_communique", approved), {"when": "at", "at": at, **ALL_THE_SAME}, follow=True)

    assert message(page.content.decode()) == "Communiqué 1 is planned: it is published by itself at its moment."
    assert "Published on" not in page.content.decode()


def test_one_person_withdraws_at_once_with_a_reason_and_the_page_says_who(approved, writer, communications):
    publish(approved, late_too=True, by=communications)
    before = rows()
    assert writer.post(address("withdraw_communique", approved), {"words": " "}).status_code == 422
    assert (rows(), state_of(approved)) == (before, State.PUBLISHED)

    page = writer.post(address("withdraw_communique", approved), {"words": "The number was wrong"}, follow=True)

    said = page.content.decode()
    assert message(said) == "Communiqué 1 is withdrawn: its public page says so, with your reason."
    assert re.search(
        r"<b>withdrawn</b>, Communications, <time[^>]+>[^<]+</time>: <span[^>]*>The number was wrong", said
    )
    assert "Its public page says that it was withdrawn, and why." in said
    assert "http://testserver/public/fr/communiques/1/" in said


@pytest.mark.parametrize(
    ("act", "done"),
    [("back", "is a draft again"), ("approve", "is approved"), ("correct", "is begun"), ("drop", "is dropped")],
)
def test_every_step_says_what_it_did(act, done, draft, communications, medical, director, browser_of):
    names = {"back": "send_communique_back"}
    sent = {"words": "Because"}
    if act != "drop":
        sent["digest"] = (edition := submit(draft, by=communications)).digest
    if act == "correct":
        approve(draft, edition.digest, by=medical)
        publish(draft, late_too=True, by=communications)

    page = browser_of(director).post(address(names.get(act, f"{act}_communique"), draft), sent, follow=True)

    assert done in message(page.content.decode())


def test_people_read_the_publics_number_however_many_texts_were_sent_to_review(
    approved, writer, communications, medical, crisis
):
    publish(approved, late_too=True, by=communications)
    again(approved, communications, medical)

    edition = published_edition(approved)
    page = writer.get(address("communique", approved)).content.decode()
    listed = writer.get(reverse("communiques", args=[crisis.pk])).content.decode()
    paper = writer.get(address("communique_pdf", approved))["Content-Disposition"]
    told = [words for _e, words, _t in sentences(crisis.book.entries.filter(verb="communique.published"))]
    assert (edition.number, version_of(edition)) == (3, 2)
    assert "version 2" in page
    assert "version 2" in listed
    assert "edition 3" not in listed + page.split("What happened")[0]
    assert "communique-1-2-fr.pdf" in paper
    assert told == ["Communiqué 1 published, version 1.", "Communiqué 1 published, version 2."]
    assert Client().get("/public/fr/communiques/1/2/").status_code == 200
    assert Client().get("/public/fr/communiques/1/3/").status_code == 404
    assert verify().fault == ""


def test_while_a_correction_waits_the_page_says_which_version_the_public_reads(
    approved, writer, communications, medical
):
    publish(approved, late_too=True, by=communications)
    again(approved, communications, medical)
    correct(approved, "Once more", by=communications)

    page = writer.get(address("communique", approved)).content.decode()

    assert "The public still reads version 2: it changes when this one is published." in page


def test_what_no_entry_counts_is_said_without_a_number(crisis):
    public_cast.publish(crisis, 1, fr=("Un titre", "Texte."))
    entry = crisis.book.entries.get(verb="communique.published")
    entry.data = {"number": 1}

    assert [words for _e, words, _t in sentences([entry])] == ["Communiqué 1 published."]


def test_the_history_has_its_beginning_and_what_was_kept_with_a_reason(approved, communications, medical):
    keep(approved, "fr", "0" * 64, "The figure is not confirmed", by=medical)
    publish(approved, late_too=True, by=communications)
    correct(approved, "A mistake", by=communications)
    resume(approved, by=communications)
    withdraw(approved, "It was wrong", by=medical)

    found = history(approved, steps_of(approved))

    assert [(each.what, each.which, each.who, str(each.reason or "")) for each in found] == [
        ("withdrawn", "version 1", "Medical", "It was wrong"),
        ("correction given up", "version 1", "Communications", ""),
        ("correction begun", "version 1", "Communications", "A mistake"),
        ("published", "version 1", "Communications", ""),
        ("contradiction kept with a reason", "French", "Medical", "The figure is not confirmed"),
        ("approved", "edition 1", "Medical", ""),
        ("sent to review", "edition 1", "Communications", ""),
        ("begun", "", "Communications", ""),
    ]
    assert versions(steps_of(approved)) == {approved.editions.get().pk: 1}


def test_the_page_shows_the_beginning_after_it_was_sent_to_review_too(approved, writer, medical):
    keep(approved, "fr", "0" * 64, "The figure is not confirmed", by=medical)

    page = writer.get(address("communique", approved)).content.decode().split("What happened")[1]

    assert "<b>begun</b>, Communications" in page
    assert "The figure is not confirmed" in page


STEPS = ["submit", "approve", "publish", "correct", "resume", "withdraw", "drop", "keep", "save"]


@pytest.mark.parametrize("name", [*[f"{act}_communique" for act in STEPS], "send_communique_back"])
def test_who_opens_the_address_of_a_step_is_led_to_the_page(draft, writer, observer, browser_of, name):
    before, page = rows(), address("communique", draft)

    answers = [writer.get(address(name, draft) + tab) for tab in ("", "?lang=nl", "?lang=//evil.example")]

    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, page),
        (302, f"{page}?lang=nl"),
        (302, page),
    ]
    assert browser_of(observer).get(address(name, draft)).status_code == 422
    assert writer.get(reverse(name, args=[draft.crisis_id, 99])).status_code == 404
    assert writer.put(address(name, draft)).status_code == 405
    assert rows() == before


def test_the_address_where_one_begins_leads_to_the_list_and_begins_nothing(crisis, writer):
    answer = writer.get(reverse("begin_communique", args=[crisis.pk]))

    assert (answer.status_code, answer.url) == (302, reverse("communiques", args=[crisis.pk]))
    assert Communique.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "sent", "field", "sentence"),
    [
        ("send_communique_back", {"words": " "}, "back", "Say what is to change"),
        ("publish_communique", {"when": "at", "at": ""}, "id_at", "Choose the moment"),
        ("publish_communique", {"when": "at", "at": "2022-05-25T17:00"}, "id_at", "This moment has passed"),
        ("publish_communique", {}, "id_late_too", "Not up to date"),
    ],
)
def test_what_is_missing_is_said_at_the_top_and_beside_its_field_which_has_the_focus(
    approved, writer, name, sent, field, sentence
):
    before = rows()

    answer = writer.post(address(name, approved), sent)

    page = answer.content.decode()
    [focused] = re.findall(r"<(?:input|textarea)[^>]* autofocus[^>]*>", page)
    assert answer.status_code == 422
    assert re.search(rf'role="alert">{sentence}[^<]* <a href="#{field}">To its field</a>', page)
    assert f'id="{field}"' in focused
    assert 'aria-invalid="true"' in focused
    assert rows() == before


def test_who_is_refused_a_page_is_not_told_of_words_that_were_never_typed(crisis, observer, browser_of):
    typed = "brings back what you typed"
    client = browser_of(observer)

    opened = client.get(reverse("communiques", args=[crisis.pk]))
    sent = client.post(reverse("begin_communique", args=[crisis.pk]), {"kind": "situation"})

    assert (opened.status_code, typed in opened.content.decode()) == (422, False)
    assert (sent.status_code, typed in sent.content.decode()) == (422, True)


@pytest.mark.parametrize("name", [*[f"{act}_communique" for act in STEPS], "send_communique_back", "begin_communique"])
def test_who_may_not_see_communiques_reads_nothing_of_them_in_a_refusal(draft, ward, browser_of, name):
    before = rows()
    where = [draft.crisis_id] if name == "begin_communique" else [draft.crisis_id, draft.number]

    answer = browser_of(ward).post(reverse(name, args=where), {"kind": "situation", "words": "Because"})

    assert answer.status_code == 422
    assert "Un titre" not in answer.content.decode()
    assert "Your role does not open communiqués" in answer.content.decode()
    assert rows() == before
