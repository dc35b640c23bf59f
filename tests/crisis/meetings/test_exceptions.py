"""The register of exceptions: what a reference may be, whose turn it is, who decides alone, and what is kept of it."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.meetings.exception_views import rows_of
from crisis.meetings.exceptions import ask_exception, exceptions_waiting, fault_of_reference, give_opinion
from crisis.meetings.measure_writes import Said, decide_measure, lift_measure
from crisis.meetings.models import ExceptionRequest, Measure, Opinion
from crisis.meetings.writes import open_meeting
from crisis.models import JournalEntry, Text
from crisis.writes import countersign, mask_text
from tests.cast import adjourn, chain_holds, person, written

GOOD = ["BLOC-0147", "RX 4471", "OR/22/118", "E5", "2022-0147", "IRM 99", "ICU-12/3", "41-2210"]
NAMES = ["Jean Dupont", "DUPONT", "Dupont 4471", "dupont 12", "M. Müller, 3", "Van Den Berghe 7", "bloc 12"]
BIRTHDAYS = ["14/05/1962", "14.5.62", "1962-05-14", "140562", "14051962", "19620514", "né 14-05-62"]
NATIONAL = ["62.05.14-123.45", "62051412345", "62 05 14 123 45", "620514-123-45", "BLOC 62051412345"]


@pytest.mark.parametrize("reference", GOOD)
def test_a_number_of_a_file_is_a_reference(reference):
    assert fault_of_reference(reference) == ""


@pytest.mark.parametrize(
    ("references", "sentence"),
    [
        (NAMES, "This looks like a name."),
        (BIRTHDAYS, "This looks like a date of birth."),
        (NATIONAL, "This looks like a national number."),
    ],
)
def test_what_looks_like_a_patient_is_refused_and_says_what_to_type_instead(references, sentence):
    for reference in references:
        said = f"{sentence} Type the number of the file or of the operation, such as BLOC-0147."
        assert fault_of_reference(reference) == said, reference


@given(st.dates(date(1910, 1, 1), date(2020, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d", "%d%m%Y"]))
def test_no_birthday_passes_however_it_is_written(day, form):
    assert fault_of_reference(f"X {day:{form}}") != ""


@given(st.integers(0, 99_999_999_999))
def test_no_national_number_passes(number):
    digits = f"{number:011d}"

    assert "national number" in fault_of_reference(digits)
    spaced = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
    assert "national number" in fault_of_reference(spaced)


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(words):
    assert isinstance(fault_of_reference(words), str)


@given(st.from_regex(r"[A-Z]{2,4}-0[0-9]{3}", fullmatch=True))
def test_codes_of_capitals_and_four_digits_pass(code):
    assert fault_of_reference(code) == ""


@pytest.fixture
def measure(crisis, secretary, radiology) -> Measure:
    """M1, in force."""
    meeting = open_meeting(crisis, by=secretary)
    found = decide_measure(meeting, Said(text="Planned operations are cancelled"), by=secretary)
    adjourn(meeting, by=secretary)
    return found


@pytest.fixture
def asked(measure, secretary) -> ExceptionRequest:
    return ask_exception(measure, "BLOC-0147", why="Tumour board of Monday", by=secretary)


pytestmark = pytest.mark.django_db


def rows() -> dict[str, int]:
    """What a refusal leaves as it was."""
    return written() | {m.__name__: m.objects.count() for m in (ExceptionRequest, Opinion)}


def told(crisis) -> list[str]:
    """What the journal says of exceptions, in order."""
    entries = JournalEntry.objects.filter(book=crisis.book, verb__startswith="exception.").order_by("seq")
    return [sentence for _entry, sentence, _texts in sentences(entries)]


def test_both_in_favour_in_their_order_grant_it(crisis, asked, medical, director):
    assert (asked.key, rows_of(crisis)[0].turn, exceptions_waiting(crisis)) == ("E1", "medical", 1)

    give_opinion(asked, "medical", True, words="Cannot wait", by=medical)
    assert rows_of(crisis)[0].turn == "management"
    give_opinion(asked, "management", True, by=director)

    [row] = rows_of(crisis)
    assert (row.turn, row.granted, exceptions_waiting(crisis)) == ("", True, 0)
    assert told(crisis) == [
        "E1: exception to M1 asked for, BLOC-0147. Tumour board of Monday",
        "E1: medical direction is in favour. Cannot wait",
        "E1: management is in favour. Exception granted.",
    ]
    assert chain_holds(crisis.book)


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False), (False, False)])
def test_one_against_refuses_it_and_the_register_shows_both(first, second, crisis, asked, medical, director):
    give_opinion(asked, "medical", first, by=medical)
    give_opinion(asked, "management", second, by=director)

    [row] = rows_of(crisis)
    assert not row.granted
    assert [opinion.favourable for opinion in row.opinions] == [first, second]
    assert told(crisis)[-1].endswith("Exception refused.")


def test_management_waits_for_the_medical_direction(asked, director):
    before = rows()

    with pytest.raises(RuleBroken, match="The medical direction says first what it thinks of E1"):
        give_opinion(asked, "management", True, by=director)

    assert rows() == before


def test_an_opinion_is_given_once(asked, medical):
    give_opinion(asked, "medical", True, by=medical)
    before = rows()

    with pytest.raises(RuleBroken, match="This opinion on E1 was given already"):
        give_opinion(asked, "medical", False, by=medical)

    assert rows() == before


@pytest.mark.parametrize(("role", "party"), [("director", "medical"), ("medical", "management")])
def test_who_has_not_the_role_acts_alone_with_a_reason_until_somebody_countersigns(
    role, party, request, crisis, asked, medical, director
):
    if party == "management":
        give_opinion(asked, "medical", True, by=medical)
    actor, before = request.getfixturevalue(role), rows()
    with pytest.raises(RuleBroken, match="This needs a second person") as refusal:
        give_opinion(asked, party, True, by=actor)
    assert (refusal.value.field, rows()) == ("alone", before)

    given_alone = give_opinion(asked, party, True, alone="nobody else is awake", by=actor)

    assert "alone" in given_alone.entry.data
    if actor == director:
        with pytest.raises(RuleBroken, match="ask a second person"):
            countersign(given_alone.entry, by=director)
    else:
        countersign(given_alone.entry, by=director)
        assert rows_of(crisis)[0].opinions[-1].entry.countersignature.by_entry.actor_name == "Director"


def test_the_same_person_gives_both_only_alone_with_a_reason(crisis, asked, director):
    give_opinion(asked, "medical", True, alone="at four in the morning", by=director)

    with pytest.raises(RuleBroken, match="This needs a second person"):
        give_opinion(asked, "management", True, by=director)
    give_opinion(asked, "management", True, alone="at four in the morning", by=director)

    assert rows_of(crisis)[0].granted


@pytest.mark.parametrize(
    ("role", "asks", "judges"),
    [
        ("director", True, True),
        ("medical", True, True),
        ("secretary", True, False),
        ("communications", False, False),
        ("it", False, False),
        ("duty", True, False),
        ("ward", True, False),
        ("observer", False, False),
        ("outsider", False, False),
    ],
)
def test_each_role_may_ask_or_judge_or_is_refused_and_nothing_is_written(role, asks, judges, request, measure, asked):
    actor = request.getfixturevalue(role)
    for allowed, act in (
        (asks, lambda: ask_exception(measure, "RX 4471", by=actor)),
        (judges, lambda: give_opinion(asked, "medical", True, alone="at night", by=actor)),
    ):
        before = rows()
        if allowed:
            act()
            assert rows() != before
        else:
            with pytest.raises(RuleBroken):
                act()
            assert rows() == before


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("", "Type the number of the file"),
        ("   ", "Type the number of the file"),
        ("B" * 41 + "1", "At most 40 characters"),
        ("Jeanne Dupont", "This looks like a name"),
        ("14/05/1962", "This looks like a date of birth"),
        ("62.05.14-123.45", "This looks like a national number"),
    ],
)
def test_a_reference_that_may_not_be_kept_leaves_no_trace(reference, sentence, measure, secretary):
    before = rows()

    with pytest.raises(RuleBroken, match=sentence) as refusal:
        ask_exception(measure, reference, by=secretary)

    assert refusal.value.field == "reference"
    assert rows() == before
    assert not Text.objects.filter(body__contains="Jeanne").exists()


def test_a_measure_that_is_lifted_needs_no_exception(crisis, measure, secretary):
    meeting = open_meeting(crisis, by=secretary)
    lift_measure(meeting, [measure], by=secretary)
    adjourn(meeting, by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match="M1 is not in force: it needs no exception"):
        ask_exception(measure, "RX 4471", by=secretary)

    assert rows() == before


def test_long_words_are_refused_at_their_field(asked, measure, medical, secretary):
    before = rows()
    with pytest.raises(RuleBroken, match="At most 500 characters") as refusal:
        give_opinion(asked, "medical", True, words="x" * 501, by=medical)
    assert refusal.value.field == "words"
    with pytest.raises(RuleBroken, match="At most 500 characters") as refusal:
        ask_exception(measure, "RX 4471", why="x" * 501, by=secretary)
    assert refusal.value.field == "why"

    assert rows() == before


def test_what_waits_stands_before_what_is_decided(crisis, measure, secretary, medical, director):
    for number in range(1, 5):
        ask_exception(measure, f"RX {number}", by=secretary)
    for number in (1, 3):
        found = ExceptionRequest.objects.get(number=number)
        give_opinion(found, "medical", True, by=medical)
        give_opinion(found, "management", True, by=director)

    assert [row.request.key for row in rows_of(crisis)] == ["E2", "E4", "E3", "E1"]


def test_a_masked_reference_is_nowhere_any_more(crisis, asked, director, browser_of):
    mask_text(crisis, asked.reference, "it named somebody", by=director)

    page = browser_of(director).get(reverse("exceptions", args=[crisis.pk])).content.decode()
    assert "BLOC-0147" not in page.replace("such as BLOC-0147", "")
    assert "[masked]" in page


@pytest.fixture
def page(browser_of, director):
    return browser_of(director)


def test_the_whole_way_by_its_forms(crisis, measure, browser_of, ward, medical, director):
    address = reverse("exceptions", args=[crisis.pk])
    assert "No exception was asked for." in browser_of(ward).get(address).content.decode()

    typed = {"measure": 1, "reference": "RX 4471", "why": "Cannot wait"}
    assert browser_of(ward).post(reverse("ask_exception", args=[crisis.pk]), typed).url == address
    judge = reverse("judge_exception", args=[crisis.pk, 1])
    said = {"party": "medical", "favourable": "yes", "words": "Agreed"}
    assert browser_of(medical).post(judge, said).url == address
    waiting = browser_of(director).get(reverse("measures", args=[crisis.pk])).content.decode()
    assert '<b class="loud">1</b>' in waiting
    assert browser_of(director).post(judge, {"party": "management", "favourable": "no"}).url == address

    shown = browser_of(ward).get(address).content.decode()
    assert "RX 4471" in shown
    assert "refused" in shown
    assert "waits for" not in shown
    assert "<form" not in shown.split("<main")[1].split("<aside")[0]


def test_a_refused_reference_comes_back_as_it_was_typed(page, crisis, measure):
    typed = {"measure": 1, "reference": "Jeanne Dupont", "why": "Cannot wait"}
    answer = page.post(reverse("ask_exception", args=[crisis.pk]), typed)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This looks like a name." in shown
    assert 'value="Jeanne Dupont"' in shown
    assert 'value="Cannot wait"' in shown
    assert not ExceptionRequest.objects.exists()


def test_a_refused_opinion_comes_back_at_its_own_exception(page, crisis, asked):
    answer = page.post(
        reverse("judge_exception", args=[crisis.pk, 1]), {"party": "medical", "favourable": "yes", "words": "Agreed"}
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This needs a second person." in shown
    assert 'value="Agreed"' in shown
    assert not Opinion.objects.exists()


def test_what_nobody_offers_is_not_found_or_refused(page, crisis, asked):
    assert page.post(reverse("judge_exception", args=[crisis.pk, 9]), {"party": "medical"}).status_code == 404
    assert (
        page.post(reverse("judge_exception", args=[crisis.pk, 1]), {"party": "x", "favourable": "y"}).status_code == 422
    )
    typed = {"measure": 9, "reference": "RX 4471"}
    assert page.post(reverse("ask_exception", args=[crisis.pk]), typed).status_code == 422


@pytest.mark.parametrize("number", [1, 10])
def test_the_register_costs_the_same_queries_for_one_and_for_ten(
    number, page, crisis, measure, secretary, medical, django_assert_max_num_queries
):
    for n in range(number):
        give_opinion(ask_exception(measure, f"RX {n}", by=secretary), "medical", True, by=medical)

    with django_assert_max_num_queries(16):
        page.get(reverse("exceptions", args=[crisis.pk]))


@pytest.mark.parametrize(
    ("why", "fault"),
    [
        ("Cannot wait, 85.07.30-033.28", "This looks like a national number."),
        ("Born on 30/07/1985, cannot wait", "This looks like a date of birth."),
    ],
)
def test_a_reason_with_a_number_of_a_patient_is_refused_and_leaves_no_trace(why, fault, measure, secretary):
    before = written()

    with pytest.raises(RuleBroken, match=fault) as refused:
        ask_exception(measure, "RX 4471", why=why, by=secretary)

    assert refused.value.field == "why"
    assert written() == before


def test_the_same_case_is_not_asked_twice_while_the_first_waits(measure, secretary, medical, director):
    asked = ask_exception(measure, "RX 4471", by=secretary)
    before = written()

    with pytest.raises(RuleBroken, match="rx 4471 waits already as E1 for M1"):
        ask_exception(measure, "rx 4471", by=secretary)
    assert written() == before

    give_opinion(asked, "medical", True, by=medical)
    give_opinion(asked, "management", False, by=director)
    assert ask_exception(measure, "RX 4471", by=secretary).key == "E2"


def test_a_measure_is_chosen_by_its_words_and_only_who_is_alone_says_why(browser_of, crisis, asked, medical, secretary):
    shown = browser_of(medical).get(reverse("exceptions", args=[crisis.pk])).content.decode()
    assert 'name="alone"' not in shown

    director = person("second", "director", crisis)
    shown = browser_of(director).get(reverse("exceptions", args=[crisis.pk])).content.decode()
    assert 'name="alone"' in shown
    assert ">M1 · " in shown
