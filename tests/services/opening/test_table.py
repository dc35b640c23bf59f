"""A spreadsheet of services: read as offices save it, its columns guessed and corrected, taken in whole or not at all."""

import contextlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from crisis.table import HEAVIEST, LETTERS, ROWS, UNPACKED, rows_of
from services.models import Service
from services.opening.columns import guessed, has_head, taken
from services.opening.forms import ServicesForm
from tests.services.opening.test_registry_page import boss  # noqa: F401
from tests.services.opening.test_views import answered, laptop, page_of  # noqa: F401
from tests.sheets import packed, xlsx

TABLE = [["Dienst", "Site", "Vital"], ["Laboratoire", "Arlon", "oui"], ["Radiologie", "Bastogne", "non"]]
SITES = ["Arlon", "Bastogne"]


def csv(rows: list[list[str]], separator: str = ";") -> bytes:
    return "\r\n".join(separator.join(row) for row in rows).encode()


def form(sites=SITES) -> ServicesForm:
    return ServicesForm({"at": [], "essential": [], "own": []}, sites=sites)


def numbered(rows: list[list[str]]) -> dict[int, list[str]]:
    return dict(enumerate(rows, 1))


def took(table: list[list[str]], sites=SITES, roles: list[str] | None = None):
    there, rows = form(sites), numbered(table)
    return taken(rows, roles or guessed(rows, sites, there), has_head(rows, sites), there)


# --- reading


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_with_the_separator_and_the_letters_of_whoever_saved_it(separator, letters):
    words = csv([["Service", "Site"], ["Stérilisation", "Marche-en-Famenne"]], separator).decode()
    assert rows_of(words.encode(letters)) == {1: ["Service", "Site"], 2: ["Stérilisation", "Marche-en-Famenne"]}


def test_an_xlsx_gives_what_its_cells_show_formulas_too():
    rows = rows_of(xlsx([["Service", "Lits"], ["Dialyse", 12], [("=A2", "Dialyse"), ""]]))
    assert rows == {1: ["Service", "Lits"], 2: ["Dialyse", "12"], 3: ["Dialyse", ""]}


def test_empty_rows_and_spaces_are_nothing_short_rows_are_filled_and_each_keeps_its_number():
    assert rows_of(b"Service;Site\r\n;\r\n  Dialyse  ;\tArlon \r\nBloc\r\n") == {
        1: ["Service", "Site"],
        3: ["Dialyse", "Arlon"],
        4: ["Bloc", ""],
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "nothing in this file"),
        (b" ; ;\r\n", "nothing in this file"),
        (b"x" * (HEAVIEST + 1), "too heavy"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither CSV nor XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "neither CSV nor XLSX"),
        (b"PK\x03\x04 cut off", "cannot be read"),
        (packed({"hello.txt": "no workbook"}), "cannot be read"),
        (b"Service\r\n" * (ROWS + 1), "At most"),
        ((b"a;" * 50) + b"\r\n", "At most"),
        ((b"abcdefghij" * 15 + b"\r\n") * 3500, "At most"),
        (b'Service\r\n=HYPERLINK("http://x")', "Row 2"),
        (b"Service\r\n@SUM(A1)", "Row 2"),
        (b"Service\r\n" + b"x" * 201, "too long"),
        (xlsx([["Service"]], {"XFD1048576": "far away"}), "At most"),
        (xlsx([["Service"]], {"XFD2": "far to the right"}), "At most"),
        (xlsx([["Service"]], {"A99999": "far below"}), "At most"),
        (packed({"xl/worksheets/sheet1.xml": "x" * (UNPACKED + 1)}), "too large"),
    ],
)
def test_what_is_no_list_of_services_is_a_sentence(content, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        rows_of(content)


def test_a_hundred_thousand_rows_are_refused_before_they_are_read():
    with pytest.raises(RuleBroken, match="At most"):
        rows_of(b"Dialyse;Arlon\r\n" * 100_000)


def test_dashes_and_numbers_are_words():
    assert rows_of(b"Service\r\n-\r\n-1\r\n+32 470") == {1: ["Service"], 2: ["-"], 3: ["-1"], 4: ["+32 470"]}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail) | st.data())
def test_whatever_the_bytes_there_is_a_table_or_a_sentence(content):
    if not isinstance(content, bytes):  # a workbook with one byte changed
        whole = bytearray(xlsx(TABLE))
        whole[content.draw(st.integers(0, len(whole) - 1))] = content.draw(st.integers(0, 255))
        content = bytes(whole)
    rows = [["said"]]
    with contextlib.suppress(RuleBroken):
        rows = list(rows_of(content).values())
    assert {len(row) for row in rows} == {len(rows[0])}
    assert sum(len(cell) for row in rows for cell in row) <= LETTERS


# --- columns


def test_columns_are_guessed_by_their_heads_in_four_languages():
    for heads in (
        ["Service", "Essentiel", "Site"],
        ["Dienst", "Vitaal", "Ziekenhuis"],
        ["Leistung", "wesentlich", "Standort"],
    ):
        assert guessed(numbered([heads, ["Dialyse", "x", "Arlon"]]), SITES, form()) == ["service", "essential", "site"]
        assert has_head(numbered([heads]), SITES)


def test_columns_without_heads_are_guessed_by_what_stands_in_them():
    rows = [["1", "Arlon", "Dialyse"], ["2", "Bastogne", "Pharmacie"]]
    assert guessed(numbered(rows), SITES, form()) == ["", "site", "service"]
    assert not has_head(numbered(rows), SITES)


def test_a_column_of_each_site_is_recognised_by_its_name():
    rows = [["Service", "ARLON", "bastogne"], ["Dialyse", "x", ""], ["Pharmacie", "", "oui"]]
    assert guessed(numbered(rows), SITES, form()) == ["service", "at:0", "at:1"]
    assert took(rows).rows == [("Dialyse", [0], None, ""), ("Pharmacie", [1], None, "")]


def test_a_table_without_sites_is_for_every_site():
    assert took([["Service"], ["Dialyse"]]).rows == [("Dialyse", [0, 1], None, "")]


@pytest.mark.parametrize("named", ["Arlon, Bastogne", "Arlon / Bastogne", "arlon;BASTOGNE", "tous", "Alle sites"])
def test_one_row_can_name_several_sites(named):
    assert took([["Service", "Site"], ["Dialyse", named]]).rows == [("Dialyse", [0, 1], None, "")]


def test_a_site_whose_name_has_a_slash_is_one_site():
    assert took([["Service", "Site"], ["Dialyse", "Marche/Famenne"]], ["Marche/Famenne"]).rows == [
        ("Dialyse", [0], None, "")
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["Service", "Site"], ["Dialyse", "Ciney"]], "Row 2: “Ciney” is no site here"),
        ([["Service", "Site"], ["Dialyse", ""]], "Row 2: no site is named"),
        ([["Service", "Site"], ["", "Arlon"]], "Row 2: no service is named"),
        (
            [["Service", "Site"], ["Labo", "Arlon"], ["Laboratoire", "Arlon"]],
            "Row 3: “Laboratoire” is at Arlon already, by row 2",
        ),
        ([["Service", "Site"], ["Musée", "Arlon"], ["musee", "tous"]], "Row 3: “musee” is at Arlon already, by row 2"),
        ([["Service", "Vital"], ["Dialyse", "peut-être"]], "Row 2: “peut-être” is neither yes nor no"),
        ([["Service", "GSM"], ["Dialyse", "chez Anne"]], "Row 2: “chez Anne” holds no number"),
        ([["Service", "GSM"], ["Dialyse", "0" * 61]], "is too long for a number: at most 60 signs"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_is_taken(rows, sentence):
    assert any(sentence in each for each in took(rows).wrong)


def test_many_wrong_rows_are_counted():
    wrong = took([["Service", "Site"], *[[f"Service {n}", "Ciney"] for n in range(30)]]).wrong
    assert len(wrong) == 9
    assert "22 more rows" in wrong[-1]


def test_a_row_is_called_by_its_number_in_the_file():
    rows = rows_of(b"\r\n\r\nService;Site\r\n\r\nDialyse;Ciney\r\n")
    assert taken(rows, ["service", "site"], True, form()).wrong[0].startswith("Row 5: ")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([["Service"], *[[f"Musée {n}"] for n in range(301)]], "301 services are not in the catalogue: at most 300"),
        ([["Service"], ["Musée " + "x" * 120]], "Row 2: “Musée xxxx"),
    ],
)
def test_what_one_page_cannot_hold_is_said_and_nothing_is_lost_in_silence(table, sentence):
    assert any(sentence in each for each in took(table).wrong)


def test_more_ticks_than_one_page_holds_are_refused():
    sites = [f"Site {n}" for n in range(60)]
    assert "At most 4000 services" in took([["Service"], *[[f"Musée {n}"] for n in range(70)]], sites).wrong[0]


def test_two_columns_of_services_are_asked_about():
    assert took(TABLE, roles=["service", "service", ""]).wrong == [
        "Say which column names the services: one, and only one."
    ]
    assert took(TABLE, roles=["", "site", ""]).wrong == ["Say which column names the services: one, and only one."]


def test_a_column_of_fallback_numbers_is_guessed_by_its_head_in_four_languages():
    for head in ("Téléphone", "N° de secours", "Telefoonnummer", "Rufnummer", "Fallback phone", "GSM"):
        rows = [["Service", "Site", head], ["Dialyse", "Arlon", "+32 470 00 00 00 (garde)"]]
        assert took(rows).rows == [("Dialyse", [0], None, "+32 470 00 00 00 (garde)")]


# --- the pages


def uploaded(content: bytes, name: str = "services.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def columns_sent(response) -> dict:
    """What the page of the columns sends back as it stands."""
    table, there = response.context["table"], response.context["form"]
    sent = {f"column{n}": role for n, role in enumerate(table.roles)} | {"rows": table.sent(), "part": "services"}
    sent |= {"at": list(there.ticks), "essential": list(there.essential)}
    sent |= {"phone": [f"{tick}={phone}" for tick, phone in there.phones.items()]}
    return sent | ({"head": "on"} if table.head else {})


def test_on_the_way_a_spreadsheet_is_shown_then_ticked_and_nothing_else_is(laptop):  # noqa: F811
    answered(laptop)
    before = laptop.get(page_of("services")).context["form"].sites
    rows = [["Service", "Site", "Vital"], ["Dialyse", before[0], "non"], ["Musée du bijou", before[0], "oui"]]
    shown = laptop.post(page_of("services"), {"table": uploaded(xlsx(rows), "services.xlsx"), "essential": ["dialyse"]})
    assert shown.status_code == 200
    assert shown.context["table"].roles == ["service", "site", "essential"]
    assert "Musée du bijou" in shown.text
    assert not Service.objects.exists()

    answer = laptop.post(page_of("services"), columns_sent(shown), follow=True)
    there = answer.context["form"]
    assert "2 rows of the table are ticked." in answer.text
    assert there.ticks == {"dialyse@0", "own-0@0"}
    assert there.essential == {"own-0"}


def test_a_wrong_row_shows_the_columns_again_with_the_sentence_and_ticks_nothing(laptop):  # noqa: F811
    answered(laptop)
    shown = laptop.post(page_of("services"), {"table": uploaded(csv([["Service", "Site"], ["Dialyse", "Nulle Part"]]))})
    before = laptop.get(page_of("services")).context["form"].ticks
    refused = laptop.post(page_of("services"), columns_sent(shown))
    assert refused.status_code == 422
    assert "“Nulle Part” is no site here" in refused.text
    assert "Nothing was taken in." in refused.text
    assert laptop.get(page_of("services")).context["form"].ticks == before


def test_a_file_that_is_no_table_is_refused_where_it_was_chosen_and_ticks_stay(laptop):  # noqa: F811
    answered(laptop)
    sent = {"table": uploaded(b"\x89PNG\x00"), "at": ["dialyse@0"], "essential": ["dialyse"]}
    refused = laptop.post(page_of("services"), sent)
    assert refused.status_code == 422
    assert "neither CSV nor XLSX" in refused.text
    assert refused.context["form"].ticks == {"dialyse@0"}


@pytest.mark.parametrize(
    "rows", ["", "1", "1\ta\tb\n2\tc", "1\t" + "\t".join("x" * 50), "1\t" + "x" * 300, "one\tx", "9999999\tx"]
)
def test_rows_that_were_tampered_with_are_refused(laptop, rows):  # noqa: F811
    answered(laptop)
    refused = laptop.post(page_of("services"), {"rows": rows, "column0": "service"})
    assert refused.status_code == 422
    assert "did not arrive whole" in refused.text


def test_words_of_a_table_are_words_on_the_page(laptop):  # noqa: F811
    answered(laptop)
    shown = laptop.post(
        page_of("services"), {"table": uploaded(b"Service\r\n<script>alert(1)</script>\r\n</textarea>")}
    )
    assert "<script>alert" not in shown.text
    assert shown.text.count("</textarea>") == 1


def test_in_the_registry_it_is_ticked_and_not_saved_before_it_was_looked_at(boss, browser_of):  # noqa: F811
    browser, entries = browser_of(boss), JournalEntry.objects.count()
    page = reverse("registry")
    shown = browser.post(page, {"part": "services", "table": uploaded(csv([["Dienst", "Site"], ["Dialyse", "Arlon"]]))})
    ticked = browser.post(page, columns_sent(shown))
    assert ticked.status_code == 200
    assert "1 row of the table is ticked. Ticked, not saved yet" in ticked.text
    assert "dialyse@0" in ticked.context["services"].ticks
    assert JournalEntry.objects.count() == entries


def test_in_the_registry_too_a_file_that_is_no_table_is_a_sentence(boss, browser_of):  # noqa: F811
    refused = browser_of(boss).post(reverse("registry"), {"part": "services", "table": uploaded(b"PK\x03\x04")})
    assert refused.status_code == 422
    assert "cannot be read" in refused.text


def test_who_may_not_correct_the_registry_may_not_bring_a_table(observer, browser_of, laboratory):
    entries = JournalEntry.objects.count()
    refused = browser_of(observer).post(reverse("registry"), {"part": "services", "table": uploaded(csv(TABLE))})
    assert refused.status_code in (403, 422)
    assert JournalEntry.objects.count() == entries
