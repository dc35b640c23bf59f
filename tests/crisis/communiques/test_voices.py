"""One text, many voices: each says the facts word for word; SMS are counted as networks count them."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.reads import Words, texts_of
from crisis.communiques.refs import REF, plain, ref_to, refs_of
from crisis.communiques.sms import BASIC, EXTENDED, simpler, sms_of
from crisis.communiques.steps import submit
from crisis.communiques.voices import first_paragraph, mail_text, press_pdf, sms
from crisis.facts import Fact
from crisis.models import Organisation

CHIP = ref_to(Fact("capacity:laboratoire@arlon", "50", "50 %", "", 12))
BODY = f"Nos laboratoires travaillent à {CHIP} de leur capacité.\n\n- *Arlon* d’abord\n- puis Marche"


@pytest.mark.parametrize(
    ("text", "alphabet", "length", "segments", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("a" * 306, "GSM-7", 306, 2, 0),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("€" * 81, "GSM-7", 162, 2, 143),
        ("ê" * 70, "UCS-2", 70, 1, 0),
        ("ê" * 71, "UCS-2", 71, 2, 63),
        ("🙂" * 35, "UCS-2", 70, 1, 0),
        ("éèàùç"[:4] * 40, "GSM-7", 160, 1, 0),
    ],
)
def test_segments_are_counted_as_networks_count_them(text, alphabet, length, segments, left):
    found = sms_of(text)

    assert (found.alphabet, found.length, found.segments, found.left) == (alphabet, length, segments, left)


def test_a_character_of_two_places_is_never_parted_between_two_segments():
    assert (
        sms_of("a" * 152 + "€" + "a" * 152).segments == 3
    )  # the sign goes to the second, and pushes one letter to a third


def test_what_forces_the_costly_alphabet_is_named_once_each():
    assert sms_of("être ou ne pas être, hôpital").breaks == "êô"


@given(st.text(max_size=400))
def test_every_text_is_counted_and_simpler_words_never_cost_more(text):
    found = sms_of(text)

    assert found.segments >= (1 if text else 0)
    assert set(found.breaks) == {c for c in text if c not in BASIC + EXTENDED}
    assert len(sms_of(simpler(text)).breaks) <= len(found.breaks)


def test_french_signs_become_what_any_phone_shows():
    assert simpler("L’hôpital « d’Arlon » — 5 €…") == "L'hopital \" d'Arlon \" - 5 EUR..."


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_fact_in_a_text_leaves_as_its_words_and_nothing_else_changes(before, after):
    before, after = REF.sub("", before), REF.sub("", after)
    text = f"{before}{CHIP}{after}"

    assert [ref.key for ref in refs_of(text)] == ["capacity:laboratoire@arlon"]
    assert plain(text) == f"{before}50 %{after}"


def test_words_with_brackets_or_lines_still_make_one_fact():
    text = ref_to(Fact("measure:M1", "w1", "Visits [two]\nper patient", "", 3))

    [ref] = refs_of(text)
    assert (ref.key, ref.value, ref.seq) == ("measure:M1", "w1", 3)


def test_the_first_paragraph_is_what_a_sms_says():
    assert (
        first_paragraph("# Titre\n\n- une liste\n\nLe *premier*\nparagraphe.\n\nUn autre.") == "Le premier paragraphe."
    )
    assert first_paragraph("- rien") == ""


@pytest.fixture
def edition(crisis, communications):
    Organisation.objects.update(public_phone="0800 00 000")
    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "Laboratoires", BODY, 1, by=communications)
    return submit(found, by=communications)


@pytest.fixture
def words(edition) -> Words:
    return texts_of([edition])[edition.pk]["fr"]


def test_sms_mail_and_paper_say_the_fact_word_for_word(crisis, edition, words):
    message = sms(crisis, words)
    mail = mail_text(crisis, edition, words, edition.entry.recorded_at, True)
    paper = press_pdf(crisis, edition, words, edition.entry.recorded_at, True)
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)

    assert message.text == "Vivalia: Nos laboratoires travaillent à 50 % de leur capacité. 0800 00 000"
    assert (message.alphabet, message.segments) == ("GSM-7", 1)
    assert "Nos laboratoires travaillent à 50 % de leur capacité.\n\n- Arlon d’abord\n- puis Marche\n" in mail
    assert "travaillent à 50 % de leur capacité." in " ".join(printed.split())
    assert "fact:" not in message.text + mail + printed


def test_the_same_edition_gives_the_same_paper_to_the_byte(crisis, edition, words):
    moment = edition.entry.recorded_at

    assert press_pdf(crisis, edition, words, moment, True) == press_pdf(crisis, edition, words, moment, True)


@pytest.mark.parametrize("published", [True, False])
def test_an_exercise_and_what_is_not_published_are_stamped_everywhere(crisis, edition, words, published):
    crisis.is_exercise = True
    mail = mail_text(crisis, edition, words, edition.entry.recorded_at, published)

    assert mail.startswith("EXERCICE\n")
    assert ("NON PUBLIÉ" in mail) is not published
    assert sms(crisis, words).text.startswith("EXERCICE. Vivalia:")
