"""What stands in another language's tab: a refusal names it and leads there, and each tab counts its own contradictions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from crisis.communiques.consistency import Contradicted, contradictions
from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.languages import name_of, named, not_ready
from crisis.communiques.models import Communique, Edition, State, Step
from crisis.communiques.pages import page_context
from crisis.communiques.reads import said_in, state_of
from crisis.communiques.steps import approve, keep, submit
from crisis.models import Organisation
from services.models import Activity
from services.writes import report_status
from tests.cast import VITAL, written

LATER = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"


@pytest.fixture
def draft(crisis, laboratory, secretary, communications) -> Communique:
    """French says what holds, Dutch and German what does not."""
    names = {"fr": "Laboratoire", "nl": "Laboratorium", "de": "Labor", "en": "Laboratory"}
    Activity.objects.filter(pk=laboratory.activity_id).update(names=names)
    report_status(crisis, laboratory, VITAL.changed(capacity=50), by=secretary)
    found = begin(crisis, "situation", by=communications)
    for lang, title, body in (
        ("fr", "Laboratoires", "Le laboratoire fonctionne à 50 %."),
        ("nl", "Laboratoria", "Goedendag. Het laboratorium werkt op 70 %."),
        ("de", "Labore", "Das Labor arbeitet mit 85 %."),
    ):
        save_wording(found, lang, title, body, 1 if lang == "fr" else 0, by=communications)
    return found


@pytest.fixture
def edition(draft, communications) -> Edition:
    return submit(draft, by=communications)


@pytest.fixture
def chief(browser_of, director) -> Client:
    return browser_of(director)


def rows() -> dict[str, int]:
    return written() | {model.__name__: model.objects.count() for model in (Communique, Edition, Step)}


def test_a_refusal_names_the_languages_and_the_first_sentence_that_is_contradicted(draft, edition, medical):
    before = rows()

    with pytest.raises(Contradicted) as refused:
        approve(draft, edition.digest, by=medical)

    assert refused.value.lang == "nl"
    assert str(refused.value).startswith("The board contradicts the text: Dutch (1), German (1).")
    assert "In “Het laboratorium werkt op 70 %.” it says" in str(refused.value)
    assert rows() == before


def test_a_refusal_says_what_the_board_says_in_the_readers_words(draft, edition):
    [dutch, german] = contradictions(draft, said_in(edition))
    with translation.override("nl"):
        [in_dutch, _german] = contradictions(draft, said_in(edition))

    assert (dutch.lang, german.lang) == ("nl", "de")
    assert dutch.finding.board != in_dutch.finding.board
    assert dutch.answers == in_dutch.answers, "a reason answers it for every reader"


def test_the_page_that_refuses_links_to_the_tab_and_writes_nothing(draft, edition, chief):
    before, address = rows(), reverse("communique", args=[draft.crisis_id, draft.number])

    answer = chief.post(reverse("approve_communique", args=[draft.crisis_id, draft.number]), {"digest": edition.digest})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a href="{address}?lang=nl#coherence">To the text in Dutch</a>' in page
    assert rows() == before


@pytest.mark.parametrize("lang", ["fr", "nl", "de"])
def test_each_tab_counts_its_own_contradictions_whichever_is_shown(draft, communications, lang):
    def counts() -> dict[str, int]:
        return {tab["lang"]: tab["contradictions"] for tab in page_context(draft, lang)["tabs"]}

    assert counts() == {"fr": 0, "nl": 1, "de": 1, "en": 0}
    submit(draft, by=communications)
    assert counts() == {"fr": 0, "nl": 1, "de": 1, "en": 0}


def test_what_was_kept_with_a_reason_is_counted_no_more(draft, edition, communications):
    [dutch, _german] = contradictions(draft, said_in(edition))

    keep(draft, "nl", dutch.answers, "We know better", by=communications)

    assert [tab["contradictions"] for tab in page_context(draft, "fr")["tabs"]] == [0, 0, 1, 0]


def test_the_tab_itself_bears_the_count(draft, chief):
    page = chief.get(reverse("communique", args=[draft.crisis_id, draft.number])).content.decode()

    [langs] = [part.split("</nav>")[0] for part in page.split('<nav class="row langs"')[1:]]
    assert ["1 contradiction" in tab for tab in langs.split("<a ")[1:]] == [False, True, True, False]


def test_a_language_is_named_in_words_and_an_unknown_one_by_its_code():
    assert [name_of(lang) for lang in ("fr", "nl", "de", "en", "it")] == ["French", "Dutch", "German", "English", "it"]
    assert named([("nl", 2), ("de", "late")]) == "Dutch (2), German (late)"
    assert not_ready({"fr": "current", "nl": "late", "de": "missing"}) == "Dutch (late), German (missing)"
    assert not_ready({"fr": "current"}) == ""


def test_before_it_is_sent_to_review_the_page_says_what_is_open_and_blocks_nothing(draft, communications, browser_of):
    save_wording(draft, "fr", "Laboratoires", "Le laboratoire fonctionne à 50 %. Merci.", 2, by=communications)
    writer, address = browser_of(communications), reverse("communique", args=[draft.crisis_id, draft.number])

    page = writer.get(address).content.decode()
    assert "The board contradicts the saved text: Dutch (1), German (1)." in page
    assert "Not up to date: Dutch (late), German (late), English (missing)." in page
    sent = writer.post(reverse("submit_communique", args=[draft.crisis_id, draft.number]), follow=True)

    assert state_of(draft) == State.REVIEW
    assert "Approval and publication wait until each is answered." in sent.content.decode()
    assert "Not up to date: Dutch (late), German (late), English (missing)." in sent.content.decode()


def test_a_text_that_is_ready_in_every_language_gets_no_advice(draft, communications, chief):
    Organisation.objects.update(languages=["fr"])

    page = chief.get(reverse("communique", args=[draft.crisis_id, draft.number])).content.decode()

    assert "Before it leaves" not in page


@pytest.mark.parametrize("sent", [{}, {"when": "at", "at": LATER}])
def test_a_missing_language_is_asked_about_with_a_box_to_tick_in_the_form_that_was_sent(
    draft, edition, chief, medical, crisis, sent
):
    for each in contradictions(draft, said_in(edition)):
        keep(draft, each.lang, each.answers, "We know better", by=medical)
    approve(draft, edition.digest, by=medical)
    before = rows()

    answer = chief.post(reverse("publish_communique", args=[draft.crisis_id, draft.number]), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert">Not up to date: English (missing).' in page
    assert page.count('name="late_too"') == 1
    assert rows() == before
