"""What a stranger found: ways round the second person, words that outlive their masking, languages that went, broken facts."""

import pytest

from crisis.communiques.drafts import begin, lateness, save_wording
from crisis.communiques.listing import listing
from crisis.communiques.models import Communique, Edition, State, Wording
from crisis.communiques.pages import once
from crisis.communiques.reads import last_step, publications, state_of
from crisis.communiques.refs import plain, ref_to, refs_of
from crisis.communiques.steps import approve, correct, drop, keep, publish, resume, send_back, submit, withdraw
from crisis.errors import RuleBroken
from crisis.facts import Fact, phone
from crisis.models import Organisation, Text
from crisis.verify import verify
from crisis.writes import mask_text
from tests.cast import written


def rows() -> dict[str, object]:
    return written() | {
        "editions": Edition.objects.count(),
        "texts": list(Wording.objects.values_list("title", "body")),
    }


def write(communique: Communique, lang: str, title: str, body: str, by) -> None:
    wording = communique.wordings.filter(lang=lang).first()
    save_wording(communique, lang, title, body, wording.version if wording else 0, by=by)


def out(communique: Communique, writer, second) -> Edition:
    """Through review and approval to the public."""
    edition = submit(communique, by=writer)
    approve(communique, edition.digest, by=second)
    publish(communique, late_too=True, by=writer)
    return edition


@pytest.fixture
def draft(crisis, communications) -> Communique:
    found = begin(crisis, "situation", by=communications)
    write(found, "fr", "Un titre", "Merci.", communications)
    return found


def test_who_wrote_another_language_before_a_correction_is_its_author_still(draft, communications, director, medical):
    write(draft, "nl", "", "Dank u.", director)
    out(draft, communications, medical)
    correct(draft, "Translate it", by=communications)
    write(draft, "nl", "Een titel", "Dank u.", communications)

    edition = submit(draft, by=communications)

    assert edition.authors == sorted([communications.pk, director.pk])
    with pytest.raises(RuleBroken, match="your own"):
        approve(draft, edition.digest, by=director)


def test_a_correction_that_is_given_up_leaves_nothing_of_itself(draft, communications, director, medical):
    out(draft, communications, medical)
    correct(draft, "A mistake", by=communications)
    write(draft, "nl", "Een titel", "Dank u.", director)
    resume(draft, by=communications)
    correct(draft, "Another one", by=communications)

    edition = submit(draft, by=communications)

    assert list(edition.content["langs"]) == ["fr"]


def test_words_that_are_masked_are_gone_from_drafts_and_from_what_was_dropped(draft, crisis, communications, director):
    write(draft, "fr", "Un titre", "Jean Dupont est malade.", communications)
    edition = submit(draft, by=communications)
    text = Text.objects.get(pk=edition.content["langs"]["fr"]["body"]["text"])
    send_back(draft, "No names", by=director)
    assert draft.wordings.get().body == "Jean Dupont est malade."

    mask_text(crisis, text, "a patient's name", by=director)

    assert draft.wordings.get().body == ""
    drop(draft, "It named somebody", by=communications)
    assert not Wording.objects.filter(body__contains="Dupont").exists()


def test_a_withdrawal_takes_the_correction_in_hand_with_it(draft, crisis, communications, medical):
    out(draft, communications, medical)
    correct(draft, "A mistake", by=communications)
    write(draft, "fr", "Never approved", "Words.", communications)

    withdraw(draft, "It was wrong", by=medical)

    assert [row.title for row in listing(crisis)["over"]] == ["Un titre"]
    assert draft.wordings.get().body == ""


def test_nobody_approves_or_publishes_a_hole(draft, crisis, communications, director, medical):
    edition = submit(draft, by=communications)
    text = Text.objects.get(pk=edition.content["langs"]["fr"]["body"]["text"])
    mask_text(crisis, text, "a name", by=director)
    before = rows()

    with pytest.raises(RuleBroken, match="were masked: send it back"):
        approve(draft, edition.digest, by=medical)
    assert rows() == before


def test_a_draft_in_a_language_that_the_house_gave_up_still_leads(draft, crisis, communications, medical):
    Organisation.objects.update(languages=["nl"])

    out(draft, communications, medical)

    assert state_of(draft) == State.PUBLISHED
    [publication] = publications(crisis)
    assert publication.words("nl").title == "Un titre"
    assert [row.title for row in listing(crisis)["published"]] == ["Un titre"]
    assert verify().fault == ""


def test_what_is_late_stays_late_in_the_next_one_and_after_a_correction_that_is_given_up(
    draft, crisis, communications, medical
):
    write(draft, "nl", "Een titel", "Dank u.", communications)
    write(draft, "fr", "Un titre", "Merci beaucoup.", communications)
    edition = out(draft, communications, medical)

    after = begin(crisis, "situation", by=communications, after=edition)
    assert lateness(after)["nl"] == "late"

    for _n in range(2):
        correct(draft, "A mistake", by=communications)
        assert lateness(draft)["nl"] == "late"
        resume(draft, by=communications)


def test_a_language_that_was_up_to_date_is_so_again_after_a_correction_that_is_given_up(draft, communications, medical):
    write(draft, "nl", "Een titel", "Dank u.", communications)
    out(draft, communications, medical)
    correct(draft, "A mistake", by=communications)
    write(draft, "fr", "Un titre", "Autre chose.", communications)
    resume(draft, by=communications)

    correct(draft, "Another one", by=communications)

    assert lateness(draft)["nl"] == "current"


def test_a_page_that_was_open_before_a_correction_is_told_that_the_text_is_another(draft, communications, medical):
    version = draft.wordings.get().version
    out(draft, communications, medical)
    correct(draft, "A mistake", by=communications)

    with pytest.raises(RuleBroken, match="wrote here meanwhile"):
        save_wording(draft, "fr", "Old page", "Old words", version, by=communications)


@pytest.mark.parametrize("number", ["+32 (0)61 23 81 11", "0800/00.000", "0800 00 000"])
def test_whatever_a_phone_number_looks_like_it_is_a_fact(organisation, number):
    Organisation.objects.update(public_phone=number)
    [fact] = phone()

    [ref] = refs_of(f"Appelez le {ref_to(fact)}.")

    assert ref.value == fact.value == "".join(filter(str.isdigit, number))
    assert plain(f"Appelez le {ref_to(fact)}.") == f"Appelez le {number}."


def test_a_measure_of_four_thousand_characters_is_a_fact_too():
    words = "mot " * 1000

    [ref] = refs_of(ref_to(Fact("measure:M1", "w1", words.strip(), "", 3)))

    assert ref.words == words.strip()


def test_a_broken_fact_does_not_go_to_review(draft, communications):
    write(draft, "fr", "Un titre", "À [50 %](fact:capacity:laboratoire=50) !", communications)
    before = rows()

    with pytest.raises(RuleBroken, match="A fact in the text is broken") as refused:
        submit(draft, by=communications)
    assert refused.value.field == "body"
    assert rows() == before


def test_a_contradiction_is_answered_once_and_in_a_language_that_is_there(draft, communications):
    keep(draft, "fr", "0" * 64, "We know better", by=communications)
    before = rows()

    with pytest.raises(RuleBroken, match="answered already"):
        keep(draft, "fr", "0" * 64, "Again", by=communications)
    with pytest.raises(RuleBroken, match="no text in this language"):
        keep(draft, "zz", "1" * 64, "Elsewhere", by=communications)
    assert rows() == before


def test_who_wrote_stands_in_the_journal(draft, communications):
    edition = submit(draft, by=communications)

    step = last_step(draft)
    assert step is not None
    assert step.entry.data["authors"] == edition.authors == [communications.pk]


@pytest.mark.parametrize(
    ("number", "text", "found"),
    [
        ("50", "Les labos à 50 % de leur capacité.", "50 %"),
        ("50", "Les labos à 50\u00a0% de leur capacité.", "50\u00a0%"),
        ("50", "Les labos à 50%.", "50%"),
        ("50", "Les labos à 150 %.", ""),
        ("50", "Les labos à 50 %, la radiologie à 50 %.", ""),
        ("50", "Cinquante pour cent.", ""),
    ],
)
def test_a_percentage_is_replaced_only_where_it_is_clear_which_one_is_meant(number, text, found):
    assert once(number, text) == found
