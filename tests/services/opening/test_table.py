"""A spreadsheet of services: read as offices save it, its columns guessed and corrected, taken in whole or not at all."""

import contextlib
import io
import time
import zipfile
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ERROR_CODES

from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from crisis.table import BROKEN, HEAVIEST, LETTERS, ROWS, rows_of, wrong_cell
from crisis.workbook import TAGS, UNPACKED
from services.models import Service
from services.opening.columns import guessed, has_head, taken
from services.opening.ticks import ServicesForm
from tests.services.opening.test_registry_page import as_shown, boss, tick  # noqa: F401
from tests.services.opening.test_views import answered, laptop, page_of  # noqa: F401
from tests.sheets import SHEET, packed, xlsx

TABLE = [["Dienst", "Site", "Vital"], ["Laboratoire", "Arlon", "oui"], ["Radiologie", "Bastogne", "non"]]
SITES = {0: "Arlon", 1: "Bastogne"}


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


def test_what_a_broken_formula_shows_is_what_the_library_knows():
    assert set(ERROR_CODES) == BROKEN


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
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "an old Excel .XLS., or one with a password"),
        (b"PK\x03\x04 cut off", "cannot be read"),
        (packed({"hello.txt": "no workbook"}), "cannot be read"),
        (b"Service\r\n" * (ROWS + 1), "At most"),
        ((b"a;" * 50) + b"\r\n", "At most"),
        ((b"abcdefghij" * 15 + b"\r\n") * 3500, "At most"),
        (b'Service;Site\r\n"Dialyse;Arlon\r\nLabo;Arlon\r\n', "Row 2: a quotation mark"),
        (b'Service;Site\r\nLabo;Arlon\r\n"Dia"lyse;Arlon\r\n', "Row 3: a quotation mark"),
        (xlsx([["Service"]], {"XFD1048576": "far away"}), "At most"),
        (xlsx([["Service"]], {"XFD2": "far to the right"}), "At most"),
        (xlsx([["Service"]], {"A99999": "far below"}), "At most"),
        (packed({"xl/worksheets/sheet1.xml": "x" * (UNPACKED + 1)}), "too large"),
        (packed({"xl/worksheets/sheet1.xml": "<c/>" * (TAGS + 1)}), "too large"),
    ],
)
def test_what_is_no_list_of_services_is_a_sentence(content, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        rows_of(content)


def test_a_hundred_thousand_rows_are_refused_before_they_are_read():
    with pytest.raises(RuleBroken, match="At most"):
        rows_of(b"Dialyse;Arlon\r\n" * 100_000)


def test_dashes_and_numbers_are_words():
    for cell in ("-", "-1", "+32 470", "+ 32 61 23", "- Dialyse", "@", "=", "Labo = biologie"):
        assert not wrong_cell(cell, 2)


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


def test_an_office_that_saves_unicode_text_is_read():
    for letters in ("utf-16", "utf-16-le", "utf-16-be"):
        raw = ("\ufeff" if letters != "utf-16" else "") + "Service\tSite\r\nStérilisation\tArlon\r\n"
        assert rows_of(raw.encode(letters)) == {1: ["Service", "Site"], 2: ["Stérilisation", "Arlon"]}


def test_a_first_line_that_names_the_separator_is_obeyed_and_no_row():
    assert rows_of(b"sep=;\r\nService;Site\r\nRadiologie, scanner;Arlon\r\n") == {
        2: ["Service", "Site"],
        3: ["Radiologie, scanner", "Arlon"],
    }


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        (
            b"Service;Site\nRadiologie, scanner, IRM;Arlon\nLabo, biologie, sang;Arlon\n",
            {1: ["Service", "Site"], 2: ["Radiologie, scanner, IRM", "Arlon"], 3: ["Labo, biologie, sang", "Arlon"]},
        ),
        (b"Service\nDialyse\nRadiologie, scanner\nBloc\n", {1: ["Service"], 2: ["Dialyse"], 3: ["Radiologie, scanner"], 4: ["Bloc"]}),
        (b"Service,Site\nDialyse; aigue,Arlon\n", {1: ["Service", "Site"], 2: ["Dialyse; aigue", "Arlon"]}),
    ],
)  # fmt: skip
def test_the_separator_is_what_gives_the_most_rows_one_width(raw, rows):
    assert rows_of(raw) == rows


def test_a_formula_without_what_it_shows_stays_a_formula_and_its_row_is_refused():
    uncounted = xlsx([["Service"], ["Dialyse"], [("=A1", "")], [("=A9", "#REF!")]])
    rows = rows_of(uncounted)
    assert rows == {1: ["Service"], 2: ["Dialyse"], 3: ["=A1"], 4: ["#REF!"]}
    assert taken(rows, ["service"], True, form()).wrong == [
        "Row 3: “=A1” is a formula. Replace it with what it shows.",
        "Row 4: “#REF!” is what a broken formula shows. Correct it in the table.",
    ]


@pytest.mark.parametrize("cell", ["=A1", "@SUM(A1)", "+A1", "-(A1)", '=HYPERLINK("http://x")', "#N/A", "x" * 201])
def test_what_is_no_words_is_refused_where_it_is_used_and_not_where_it_is_left_out(cell):
    rows = rows_of(csv([["Service", "Remarque"], ["Dialyse", cell.replace('"', "")]]))
    assert taken(rows, ["service", ""], True, form()).rows == [("Dialyse", [0, 1], None, "")]
    assert taken(rows, ["", "service"], True, form()).wrong[0].startswith("Row 2: ")


def test_a_long_remark_is_cut_and_says_so_only_where_it_is_used():
    rows = rows_of(csv([["Service", "Remarque"], ["Dialyse", "mot " * 60]]))
    assert len(rows[2][1]) == 200
    assert taken(rows, ["", "service"], True, form()).wrong == [
        "Row 2: “" + ("mot " * 10) + "…” is too long: at most 200 letters."
    ]


def workbook(rows: str) -> bytes:
    """A workbook whose sheet holds these rows, as they are written in it."""
    with zipfile.ZipFile(io.BytesIO(xlsx([["Service"]]))) as whole:
        parts = {name: whole.read(name).decode() for name in whole.namelist()}
    return packed(parts | {"xl/worksheets/sheet1.xml": SHEET.format(rows=rows)})


def test_far_empty_cells_cost_nothing():
    far = "".join(f'<row r="{n}"><c r="XFD{n}" s="0"/></row>' for n in range(1, 7000))
    near = '<row r="7001"><c r="A7001"/></row>'
    began = time.process_time()
    with pytest.raises(RuleBroken, match="nothing in this file"):
        rows_of(workbook(far + near))
    assert time.process_time() - began < 2


def test_a_workbook_that_names_one_sheet_ten_thousand_times_reads_it_once():
    with zipfile.ZipFile(io.BytesIO(workbook('<row r="1"/>' * 5000))) as whole:
        parts = {name: whole.read(name).decode() for name in whole.namelist()}
    sheet = parts["xl/workbook.xml"].partition("<sheets>")[2].partition("</sheets>")[0]
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(sheet, sheet * 10_000)
    began = time.process_time()
    with pytest.raises(RuleBroken, match="nothing in this file"):
        rows_of(packed(parts))
    assert time.process_time() - began < 5


def test_a_part_that_is_packed_in_a_damaged_way_is_a_sentence():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as made:
        made.writestr("xl/workbook.xml", "x" * 1000)
    raw = out.getvalue()
    begins = raw.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    for place in range(begins, begins + 40):
        changed = bytearray(raw)
        changed[place] ^= 0xFF
        with pytest.raises(RuleBroken, match="cannot be read"):
            rows_of(bytes(changed))


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
    assert took([["Service", "Site"], ["Dialyse", "Marche/Famenne"]], {0: "Marche/Famenne"}).rows == [
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
    sites = {n: f"Site {n}" for n in range(60)}
    assert "At most 4000 services" in took([["Service"], *[[f"Musée {n}"] for n in range(70)]], sites).wrong[0]


def test_two_columns_of_services_are_asked_about():
    assert took(TABLE, roles=["service", "service", ""]).wrong == [
        "Say which column names the services: one, and only one."
    ]
    assert took(TABLE, roles=["", "site", ""]).wrong == ["Say which column names the services: one, and only one."]


@pytest.mark.parametrize(
    ("role", "sentence"),
    [("essential", "Two columns say what is essential"), ("phone", "Two columns hold the fallback number")],
)
def test_two_columns_of_what_is_said_once_are_asked_about(role, sentence):
    there = took([["Service", "A", "B"], ["Dialyse", "", ""]], roles=["service", role, role])
    assert sentence in there.wrong[0]
    assert there.rows == []


def test_all_columns_that_name_sites_are_read():
    table = [["Service", "Site", "Site 2"], ["Dialyse", "Arlon", "Bastogne"], ["Labo", "", "Arlon"]]
    assert guessed(numbered(table), SITES, form()) == ["service", "site", "site"]
    assert took(table).rows == [("Dialyse", [0, 1], None, ""), ("Labo", [0], None, "")]
    rooms = [["Service", "Site", "Lieu"], ["Dialyse", "Arlon", "Route 12"]]
    assert guessed(numbered(rooms), SITES, form()) == ["service", "site", ""]


def test_an_empty_cell_says_nothing_of_what_is_essential():
    table = [["Service", "Site", "Vital"], ["Dialyse", "Arlon", "oui"], ["Dialyse", "Bastogne", ""]]
    assert [row.essential for row in took(table).rows] == [True, None]


def test_rows_of_one_service_that_contradict_each_other_are_named_and_nothing_is_taken():
    table = [["Service", "Site", "Vital"], ["Labo", "Arlon", "oui"], ["Laboratoire", "Bastogne", "non"]]
    assert took(table).wrong == ["Row 3: “Laboratoire” is essential in one row and not in another (row 2)."]


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
    sent |= {"was": there.was} if there.keeps_was else {}
    sent |= {"pasted": shown} if (shown := there["pasted"].value()) else {}
    sent |= {"own": [f"{key}={name}" for key, name in there.own.items()]}
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


@pytest.mark.parametrize("role", ["at:x", "at:99", "at:", "everything"])
def test_a_column_that_is_said_to_be_what_no_column_is_is_left_out(laptop, role):  # noqa: F811
    answered(laptop)
    answer = laptop.post(page_of("services"), {"rows": "1\tDialyse\tx", "column0": "service", "column1": role})
    assert answer.status_code == 302
    assert laptop.get(page_of("services")).context["form"].ticks == {"dialyse@0", "dialyse@1"}


def test_a_list_that_is_pasted_beside_a_table_is_ticked_with_it(laptop):  # noqa: F811
    answered(laptop)
    sent = {"table": uploaded(b"Service\r\nDialyse"), "pasted": "Hélistation\nPharmacie\npharmacie", "at": ["bloc@0"]}
    shown = laptop.post(page_of("services"), sent)
    assert shown.text.count("Hélistation") == 1
    answer = laptop.post(page_of("services"), columns_sent(shown), follow=True)
    assert "1 row of the table is ticked. 2 lines are ticked at every site. Not in the catalogue" in answer.text
    assert "Stands there twice, counted once: “pharmacie”." in answer.text
    assert answer.context["form"].ticks == {
        "bloc@0",
        *(f"{key}@{n}" for key in ("dialyse", "own-0", "pharmacie") for n in (0, 1)),
    }


def test_a_pasted_list_that_does_not_do_is_said_before_the_table_is_looked_at(laptop):  # noqa: F811
    answered(laptop)
    sent = {"table": uploaded(b"Service\r\nDialyse"), "pasted": "x" * 200}
    refused = laptop.post(page_of("services"), sent)
    assert refused.status_code == 422
    assert "is too long for a name" in refused.text


def test_without_the_table_the_ticks_and_the_pasted_words_come_back(laptop):  # noqa: F811
    answered(laptop)
    sent = {"table": uploaded(b"Service\r\nDialyse"), "pasted": "Hélistation", "at": ["bloc@0"], "essential": ["bloc"]}
    shown = laptop.post(page_of("services"), sent)
    assert 'name="without"' in shown.text
    back = laptop.post(page_of("services"), columns_sent(shown) | {"without": "yes"})
    assert back.status_code == 200
    assert "The table was left out." in back.text
    assert (back.context["form"].ticks, back.context["form"].essential) == ({"bloc@0"}, {"bloc"})
    assert "Hélistation</textarea>" in back.text


def test_in_the_registry_too_without_the_table_the_ticks_come_back(boss, browser_of):  # noqa: F811
    browser, entries = browser_of(boss), JournalEntry.objects.count()
    sent = as_shown(browser) | {"table": uploaded(b"Service\r\nDialyse")}
    sent["at"] = [*sent["at"], tick("bloc", "arlon")]
    back = browser.post(reverse("registry"), columns_sent(browser.post(reverse("registry"), sent)) | {"without": "yes"})
    assert "The table was left out." in back.text
    assert "not saved yet" not in back.text
    assert back.context["services"].ticks == set(sent["at"])
    assert JournalEntry.objects.count() == entries


def test_a_pasted_list_stands_as_ticks_and_no_more_as_words(boss, browser_of):  # noqa: F811
    browser = browser_of(boss)
    ticked = browser.post(reverse("registry"), as_shown(browser) | {"pasted": "Hélistation"})
    assert (
        "1 line is ticked at every site. Not in the catalogue, so a row of their own: “Hélistation”. Ticked, not saved yet"
        in ticked.text
    )
    assert "Hélistation</textarea>" not in ticked.text


def test_a_table_may_be_as_heavy_as_it_says_and_what_is_heavier_is_said_with_the_ticks_kept(boss, browser_of):  # noqa: F811
    browser = browser_of(boss)
    for size, status, words in (
        (HEAVIEST - 100, 422, "this is a list of something else"),
        (HEAVIEST + 1, 422, "too heavy"),
    ):
        sent = as_shown(browser) | {"table": uploaded(b"Dialyse\r\n" * (size // 9 + 1))}
        answer = browser.post(reverse("registry"), sent)
        assert (answer.status_code, words in answer.text) == (status, True)
        assert answer.context["services"].ticks == set(sent["at"])


def test_the_page_of_the_columns_takes_back_the_longest_table(boss, browser_of):  # noqa: F811
    browser = browser_of(boss)
    table = csv([["Service", "Remarque"], *[[f"Musée {n}", "é" * 160] for n in range(299)]] + [["", "é" * 199]] * 2200)
    assert len(table) > 900_000
    shown = browser.post(reverse("registry"), as_shown(browser) | {"table": uploaded(table)})
    assert shown.status_code == 200
    sent = columns_sent(shown)
    assert len(urlencode(sent, doseq=True)) > 2_000_000
    answer = browser.post(
        reverse("registry"), urlencode(sent, doseq=True), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422
    assert "no service is named" in answer.text


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
    table = csv([["Dienst", "Site"], ["Dialyse", "Arlon"]])
    shown = browser.post(page, {"part": "services", "table": uploaded(table), **as_shown(browser)})
    ticked = browser.post(page, columns_sent(shown))
    assert ticked.status_code == 200
    assert "1 row of the table is ticked. Ticked, not saved yet" in ticked.text
    assert tick("dialyse", "arlon") in ticked.context["services"].ticks
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
