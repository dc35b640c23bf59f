"""One text, many voices: each says the facts word for word; SMS are counted as networks count them."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.pages import page_context
from crisis.communiques.points import joined, points_of
from crisis.communiques.public.export import export_public
from crisis.communiques.reads import Words, in_order, leaving, texts_of
from crisis.communiques.refs import REF, plain, ref_to, refs_of
from crisis.communiques.sms import BASIC, EXTENDED, apart, simpler, sms_of
from crisis.communiques.steps import submit
from crisis.communiques.voices import mail_text, press_pdf, sms
from crisis.facts import Fact
from crisis.models import Organisation
from services.writes import report_status
from tests.cast import VITAL
from tests.crisis.communiques.public_cast import publish

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


@pytest.mark.parametrize(
    ("body", "points"),
    [
        ("Le *premier*\nparagraphe.\n\nUn autre.", ["Le premier paragraphe.", "Un autre."]),
        ("Mesures :\n\n- une\n- deux\n  - trois", ["Mesures : une", "deux", "trois"]),
        ("# Arlon\n\n- ouvert\n\n# Virton :\n\nFermé.", ["Arlon : ouvert", "Virton : Fermé."]),
        ("| Où | Quoi |\n|---|---|\n| Arlon | ouvert |\n| Virton | |", ["Où : Arlon, Quoi : ouvert", "Où : Virton"]),
        ("> Cité.\n\n---\n\n```\ncode\n```", ["Cité.", "code"]),
        ("Un.\n\nAppelez :", ["Un.", "Appelez :"]),
        ("# Seul", ["Seul"]),
        ("", []),
    ],
)
def test_a_text_is_taken_apart_into_its_points(body, points):
    with translation.override("fr"):
        assert [point.replace("\u00a0", " ") for point in points_of(body)] == points


def test_points_become_sentences():
    assert joined(["une mesure", "puis deux !", "voici :", "trois"]) == "une mesure. Puis deux ! Voici : Trois."


@pytest.mark.parametrize(
    ("body", "rest", "own"),
    [
        ("Long.\n\nSMS : Court.", "Long.", "Court."),
        ("SMS: Court.\n\nLong.", "Long.", "Court."),
        ("Un.\r\n\r\nsms\u202f:\u00a0Court\r\nsuite.\r\n\r\nDeux.", "Un.\n\nDeux.", "Court\nsuite."),
        ("Un.\n\nSMS : a\n\nDeux.\n\nSMS : b", "Un.\n\nDeux.", "a\n\nb"),
        ("SMS : rien d’autre", "SMS : rien d’autre", ""),
        ("Un.\n\nSMS :", "Un.\n\nSMS :", ""),
        ("Un.\nSMS : sous une ligne", "Un.", "sous une ligne"),
        ("## Titre\nSMS: x\n\nUn.", "## Titre\n\nUn.", "x"),
        ("***\nSMS: x", "***", "x"),
        ("- un point\nSMS: x", "- un point", "x"),
        ("Un.\n\n\u200bSMS: x\n\u00a0\u200b\nDeux.", "Un.\n\n\u00a0\u200b\nDeux.", "x"),
        ("Un.\n\n**SMS:** x", "Un.", "x"),
        ("Un.\n\n> SMS: x", "Un.", "x"),
        ("Un.\n\n```\nSMS: du code\n```\n\nDeux.", "Un.\n\n```\nSMS: du code\n```\n\nDeux.", ""),
        ("- SMS : un point\n\nUn SMS : suit.", "- SMS : un point\n\nUn SMS : suit.", ""),
    ],
)
def test_a_paragraph_that_begins_with_sms_is_the_sms_and_not_the_text(body, rest, own):
    assert apart(body) == (rest, own)


def test_languages_come_in_one_order_whatever_the_database_makes_of_it():
    langs = {lang: {} for lang in ("en", "nl", "xx", "de", "fr")}
    assert in_order({"lead": "de", "langs": langs}) == ["de", "fr", "nl", "en", "xx"]


def test_what_was_frozen_before_or_told_by_a_file_keeps_a_line_that_begins_so(edition):
    assert edition.content["sms"] is True
    body = "Un.\n\nSMS : un rappel suit."

    assert leaving("fr", "", body, has_sms=False).body == body
    edition.content.pop("sms")
    assert texts_of([edition])[edition.pk]["fr"].sms == ""


def test_a_fact_that_happens_to_begin_with_sms_stays_in_the_text():
    body = f"Mesures.\n\n{ref_to(Fact('measure:M1', 'w1', 'SMS : un rappel suit.', '', 3))}"

    assert leaving("fr", "", body).body == "Mesures.\n\nSMS : un rappel suit."


@given(st.lists(st.sampled_from(["SMS : ", "mot", " ", "\n", "\n\n", "- ", "\r\n"]), max_size=12).map("".join))
def test_taking_a_text_apart_loses_no_word(body):
    rest, own = apart(body)

    assert f"{rest} {own}".count("mot") == body.count("mot")
    assert (rest, own) == (body, "") or (rest.strip() and own.strip())


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

    assert message.text == (
        "Vivalia : Nos laboratoires travaillent à 50 % de leur capacité. Arlon d'abord. Puis Marche. 0800 00 000"
    )
    assert (message.alphabet, message.segments, message.taken, message.points) == ("GSM-7", 1, 3, 3)
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
    assert sms(crisis, words).text.startswith("EXERCICE. Vivalia :")


@pytest.fixture
def line(crisis) -> str:
    Organisation.objects.update(public_phone="0800 00 000")
    return "0800 00 000"


@pytest.mark.parametrize(
    ("body", "said", "taken", "points"),
    [
        ("Un.\n\nVos questions : 0800 00 000.", "Un. Vos questions : 0800 00 000.", 2, 2),
        ("Un.\n\nVos questions : 0800/00.000.", "Un. Vos questions : 0800/00.000.", 2, 2),
        ("Appelez le 0800 00 000.\n\nDeux.\n\nVos questions : 0800 00 000.", "Appelez le 0800 00 000. Deux.", 2, 3),
        ("Un.\n\n" + "x" * 500, "Un. 0800 00 000", 1, 2),
        ("Un.\n\n" + "x" * 500 + "\n\nTrois.", "Un. 0800 00 000", 1, 3),
        ("x" * 500 + "\n\nDeux.", "x" * 500 + ". 0800 00 000", 1, 2),
        ("", "Titre. 0800 00 000", 0, 0),
    ],
    ids=["number", "number otherwise", "number twice", "too long", "nothing skipped", "never cut", "title"],
)
def test_a_sms_takes_what_a_sensible_length_holds_and_the_number_once(crisis, line, body, said, taken, points):
    message = sms(crisis, Words("fr", "Titre", body, False))

    assert (message.text, message.taken, message.points) == (f"Vivalia : {said}", taken, points)


def test_a_sms_with_its_own_words_says_those_alone(crisis, line):
    crisis.is_exercise = True

    message = sms(crisis, leaving("fr", "Titre", f"Long.\n\nSMS : Labos à {CHIP}.\n- Arlon d’abord"))

    assert message.text == "EXERCICE. Vivalia : Labos à 50 %. Arlon d'abord."
    assert message.own


def test_a_sms_has_the_colon_of_its_language(crisis):
    assert sms(crisis, Words("nl", "", "Wij werken.", False)).text == "Vivalia: Wij werken."


def test_a_sms_of_a_house_without_name_and_number_has_no_empty_places(crisis):
    Organisation.objects.all().delete()

    assert sms(crisis, Words("fr", "Titre", "Un.", False)).text == "Un."


def test_the_words_of_the_sms_leave_as_the_sms_and_nowhere_else(crisis, line, tmp_path):
    body = "Les labos travaillent.\n\nSMS : Mots du message.\n\nMerci."
    edition = publish(crisis, 1, fr=("Titre", body))
    words = texts_of([edition])[edition.pk]["fr"]
    paper = press_pdf(crisis, edition, words, edition.entry.recorded_at, True)
    export_public(tmp_path / "site")
    files = [path.read_text() for path in (tmp_path / "site").rglob("*") if path.suffix in {".html", ".json", ".atom"}]
    pages = ["fr/", "fr/communiques/1/", "fr/communiques/1/1/", "fr/feed.atom", "status.json"]
    said = [
        *files,
        *(Client().get(f"/public/{page}").content.decode() for page in pages),
        mail_text(crisis, edition, words, edition.entry.recorded_at, True),
        " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages),
    ]

    assert sms(crisis, words).text == "Vivalia : Mots du message."
    assert len([text for text in said if "travaillent" in text]) >= 10
    assert [text for text in said if "Mots du message" in text] == []


def test_the_words_of_the_sms_are_checked_as_any_text(crisis, laboratory, secretary, communications):
    report_status(crisis, laboratory, VITAL.changed(capacity=50), by=secretary)
    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "Labos", "Merci.\n\nSMS : Le laboratoire est à 70 %.", 1, by=communications)

    shown = page_context(found, "fr", writes=True)

    assert [answer.open.finding.kind for answer in shown["answers"] if answer.open.blocks] == ["contradicts"]
    assert (shown["words"].body, shown["sms"].own) == ("Merci.", True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Un.\n\n- deux\n- trois", "the SMS says the whole text"),
        ("Un.\n\n" + "x" * 500, "the SMS says 1 of the 2 paragraphs and points of the text"),
        ("Un.\n\nSMS : Deux.", "the SMS has words of its own"),
    ],
)
def test_the_page_says_what_the_sms_leaves_out(crisis, communications, browser_of, body, said):
    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "Titre", body, 1, by=communications)

    page = browser_of(communications).get(reverse("communique", args=[crisis.pk, found.number])).content.decode()

    assert page.count(said) == 2
    assert "write a paragraph that begins with “SMS:”" in page
