"""Paper: the same data give the same bytes, and what people typed is words, never code and never a way out."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from crisis.markdown import nodes_of
from crisis.papers import pdf, ready
from tests.crisis.test_markdown import ANY

LABELS = {
    "exercise": "EXERCISE",
    "draft": "DRAFT",
    "page": "page {page} of {pages}",
    "decision": "Decision",
    "action": "Action",
}


def point(text: str = "", lines: list[dict[str, str]] | None = None, **more: Any) -> dict[str, Any]:
    return {"number": 1, "title": "Imagerie", "skipped": "", "lines": lines or [], "text": text} | more


def line(words: str, kind: str = "fact", mark: str = "", more: str = "") -> dict[str, str]:
    return {"kind": kind, "mark": mark, "words": words, "more": more}


def sheet(text: str = "", **said: Any) -> dict[str, Any]:
    """What a layout of minutes is given; `text` is that of its only point."""
    return {
        "labels": LABELS,
        "lang": "fr",
        "organisation": "Vivalia",
        "crisis": "Attaque",
        "exercise": False,
        "sealed": True,
        "seal": "Arrêté le 16 mai",
        "title": "Réunion 2",
        "subtitle": "ordinaire",
        "heads": [],
        "points": [point(text)],
        "summary": "",
        "tables": [],
        "addenda": [],
    } | said


def printed(data: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(pdf("minutes", data)))


def words_on(data: dict[str, Any]) -> str:
    """Every word of the document, one space between."""
    return " ".join(word for page in printed(data).pages for word in page.extract_text().split())


def targets_of(data: dict[str, Any]) -> list[str]:
    """Where the links of a document lead."""
    notes = [note.get_object() for page in printed(data).pages for note in page.get("/Annots") or []]
    return [str(note["/A"]["/URI"]) for note in notes if note["/Subtype"] == "/Link"]


BARE = "Vivalia Attaque Réunion 2 ordinaire Arrêté le 16 mai page 1 of 1"


def body_of(data: dict[str, Any]) -> str:
    """The words of the only point's text."""
    before, after = "Vivalia Attaque Réunion 2 ordinaire 1. Imagerie ", " Arrêté le 16 mai page 1 of 1"
    found = words_on(data)
    assert (found[: len(before)], found[-len(after) :]) == (before, after)
    return found[len(before) : -len(after)]


def test_the_same_data_give_the_same_bytes_and_other_data_others():
    once, twice = (pdf("minutes", sheet("La **radiologie** reste fermée")) for _ in range(2))

    assert once == twice
    assert once.startswith(b"%PDF-")
    assert pdf("minutes", sheet("La radiologie reste ouverte")) != once


def test_the_order_of_the_keys_does_not_matter_to_the_bytes():
    data = sheet("a")

    assert pdf("minutes", dict(reversed(data.items()))) == pdf("minutes", data)


def test_a_document_says_what_it_is_for_a_screen_reader_and_has_no_date_of_its_own():
    found = printed(sheet("a", title="Réunion 2"))

    assert found.metadata is not None
    assert (found.metadata.title, found.metadata.author) == ("Réunion 2", "Vivalia")
    assert (found.metadata.creation_date, found.metadata.modification_date) == (None, None)
    root = found.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert "/StructTreeRoot" in root
    assert "/OpenAction" not in root
    assert "/Names" not in root


def test_every_page_is_a4_and_every_font_is_inside():
    page = printed(sheet("a *b* **c** `d`")).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]

    assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]
    described = [f["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for f in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(each) for each in described)
    assert len(fonts) == 4


CODE = [
    '#import "minutes.typ"',
    '#eval("1")',
    '#eval("1 + 1")',
    '#read("minutes.typ")',
    '#include "minutes.typ"',
    "#sys.inputs.data",
    "#set page(fill: red)",
    "#show: none",
    "#pagebreak()",
    "#{ panic() }",
    "#data",
    "$x$",
    "$ sum_(i=0)^n $",
    "@ref",
    "<label>",
    "*a*",
    "_a_",
    "\\",
    "\\u{41}",
    '"',
    "'a'",
    "`a`",
    "= a",
    "- a",
    "+ a",
    "/ a: b",
    "~",
    "--",
    "---",
    "...",
    "//",
    "/* a */",
    "https://vivalia.be",
    "{{ a }}",
    "%(a)s",
    "[a]",
    "({})",
    "#",
    "##",
]


def placed(words: str) -> dict[str, dict[str, Any]]:
    """A document for every place where words that were typed can stand."""
    return {
        "organisation": sheet(organisation=words, points=[]),
        "crisis": sheet(crisis=words, points=[]),
        "title": sheet(title=words, points=[]),
        "subtitle": sheet(subtitle=words, points=[]),
        "seal": sheet(seal=words, points=[]),
        "head": sheet(heads=[["Présidence", words]], points=[]),
        "head's name": sheet(heads=[[words, "Présidence"]], points=[]),
        "point": sheet(points=[point("x", title=words)]),
        "skipped": sheet(points=[point(skipped=words)]),
        "summary": sheet(summary=words, points=[]),
        "table": sheet(tables=[{"title": words, "head": ["a", "b"], "rows": [["c", "d"]]}], points=[]),
        "column": sheet(tables=[{"title": "t", "head": ["a", words], "rows": [["c", "d"]]}], points=[]),
        "cell": sheet(tables=[{"title": "t", "head": ["a", "b"], "rows": [["c", words]]}], points=[]),
        "addendum": sheet(addenda=[{"head": words, "text": "x"}], points=[]),
        **{f"a {kind}": sheet(points=[point(lines=[line(words, kind)])]) for kind in KINDS},
        **{f"the mark of a {kind}": sheet(points=[point(lines=[line("x", kind, mark=words)])]) for kind in MARKED},
        **{f"more of a {kind}": sheet(points=[point(lines=[line("x", kind, more=words)])]) for kind in KINDS},
    }


KINDS = ["fact", "decision", "action", "measure", "person", "loud", "small"]
MARKED = [kind for kind in KINDS if kind != "decision"]


@pytest.mark.parametrize("words", CODE)
def test_what_looks_like_code_is_printed_as_it_was_typed_wherever_it_stands(words):
    for place, data in placed(f"avant {words} après").items():
        found = words_on(data)

        assert f"avant {words} après" in found, place
        assert "page 1 of 1" in found, place


@pytest.mark.parametrize("words", CODE)
def test_what_looks_like_code_stays_words_in_a_text_of_markdown_too(words):
    escaped = "".join(f"\\{mark}" if mark in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" else mark for mark in words)

    assert body_of(sheet(f"avant {escaped} après")) == f"avant {words} après"
    assert body_of(sheet(f"avant `` {words} `` après")) == f"avant {words} après"


def test_code_in_the_keys_of_the_layout_itself_cannot_be_typed():
    data = sheet('"} #panic() {"', crisis='"}] #panic() [{"', seal="\\u0022}")

    assert '"} #panic() {"' in words_on(data)
    assert '"}] #panic() [{"' in words_on(data)
    assert "\\u0022}" in words_on(data)


STAMPS = {
    (False, True): [],
    (False, False): ["DRAFT"],
    (True, True): ["EXERCISE"],
    (True, False): ["EXERCISE", "DRAFT"],
}


@pytest.mark.parametrize(("exercise", "sealed"), STAMPS)
def test_every_page_is_stamped_until_it_is_sealed_and_whenever_it_is_an_exercise(exercise, sealed):
    long = "\n\n".join(["La radiologie reste fermée."] * 120)

    pages = printed(sheet(long, exercise=exercise, sealed=sealed)).pages

    assert len(pages) == 3
    for page in pages:
        found = page.extract_text().replace(" ", "")  # a stamp's letters stand apart
        assert [stamp for stamp in ("EXERCISE", "DRAFT") if stamp in found] == STAMPS[exercise, sealed]


@pytest.mark.parametrize(("paragraphs", "count"), [(1, 1), (60, 2), (200, 5)])
def test_every_page_has_its_number_the_organisation_and_the_seal(paragraphs, count):
    pages = printed(sheet("\n\n".join(["Fermé."] * paragraphs))).pages

    assert len(pages) == count
    for number, page in enumerate(pages, 1):
        found = " ".join(page.extract_text().split())
        assert found.startswith("Vivalia Attaque ")
        assert found.endswith(f" Arrêté le 16 mai page {number} of {count}")


def test_a_place_for_the_number_in_typed_words_is_left_alone():
    assert body_of(sheet("voir {page} et {pages}")) == "voir {page} et {pages}"


FORMS = {
    "paragraphs": ("a\n\nb", "a b"),
    "line": ("a\nb", "a b"),
    "heading": ("# a\nb", "a b"),
    "emphasis": ("*a* **b** ***c***", "a b c"),
    "list": ("- a\n- b\n  - c", "– a – b – c"),
    "numbered": ("1. a\n2. b", "1. a 2. b"),
    "numbered from": ("4. a\n5. b", "4. a 5. b"),
    "code": ("`a`", "a"),
    "fence": ("```\na b\n```", "a b"),
    "quote": ("> a", "a"),
    "rule": ("a\n\n---\n\nb", "a b"),
    "table": ("|a|b|\n|-|-|\n|c|d|", "a b c d"),
    "link": ("[a](https://b.be)", "a"),
    "raw HTML": ("<b>a</b>", "<b>a</b>"),
    "turned around": ("a\u202eb &#8238;c", "ab c"),
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_markdown_has_its_place_on_paper(name):
    typed, words = FORMS[name]

    assert body_of(sheet(typed)) == words


EMPTY = ["#", "- ", "1.", ">", "[](https://b.be)", "***", "```\n```", "|a|\n|-|", "- a\n-\n- b", "> - ", "[x](<>)"]


@pytest.mark.parametrize("typed", EMPTY)
def test_a_form_with_nothing_in_it_is_set_all_the_same(typed):
    assert len(printed(sheet(typed)).pages) == 1


DEEP = {
    "quotes": "> " * 10_000 + "x",
    "as many as Markdown takes": "> " * 19 + "**x**",
    "lists": "- " * 10_000 + "x",
    "quotes and lists": "> - " * 5_000 + "x",
    "stress": "*a **b " * 300 + "c** d* " * 300,
    "stress in quotes": "> " * 15 + "*a **b " * 20 + "c** d* " * 20,
    "brackets": "[" * 10_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_nests_without_end_is_set_all_the_same(name):
    assert pdf("minutes", sheet(DEEP[name])).startswith(b"%PDF-")


def test_stress_within_stress_loses_no_word():
    typed = "*a **b " * 20 + "c** d* " * 20

    assert body_of(sheet(typed)) == " ".join(["a b"] * 20 + ["c d"] * 20)


@settings(max_examples=150, deadline=None)
@given(typed=ANY)
def test_no_text_is_too_odd_for_a_layout(typed):
    assert pdf("minutes", sheet(typed)).startswith(b"%PDF-")


@settings(max_examples=60, deadline=None)
@given(
    quotes=st.lists(st.sampled_from(["> ", "> ", "- ", "1. "]), max_size=22).map("".join),
    stress=st.integers(0, 30),
    words=st.sampled_from(["x", "[x](https://b.be)", "|a|\n|-|", "# x", "```\nx", "`x`"]),
)
def test_no_nesting_is_too_deep_for_a_layout(quotes, stress, words):
    typed = quotes + "*a **b " * stress + words + "c** d* " * stress

    assert pdf("minutes", sheet(typed)).startswith(b"%PDF-")


LINKS = {
    "[a](https://b.be/x?y=1)": ["https://b.be/x?y=1"],
    "[a](http://b.be)": ["http://b.be"],
    "<mailto:a@b.be>": ["mailto:a@b.be"],
    "<a@b.be>": ["mailto:a@b.be"],
    "[a](javascript:alert(1))": [],
    "[a](JAVASCRIPT:alert(1))": [],
    "[a](java&NewLine;script:alert(1))": [],
    "[a](data:text/html,x)": [],
    "[a](file:///etc/passwd)": [],
    "[a](/crises/1/)": [],
    "[a](//b.be)": [],
    "[a](#top)": [],
    "![a](https://b.be/x.png)": ["https://b.be/x.png"],
    "https://b.be": [],
}


@pytest.mark.parametrize("typed", LINKS)
def test_a_link_on_paper_leads_to_the_web_or_to_a_mailbox_only(typed):
    data = sheet(typed)

    assert targets_of(data) == LINKS[typed]
    assert b"/JavaScript" not in pdf("minutes", data)


@pytest.mark.parametrize("words", ["https://b.be", "[a](https://b.be)", "javascript:alert(1)"])
def test_a_line_never_becomes_a_link(words):
    assert targets_of(sheet(points=[point(lines=[line(words)])])) == []


def test_no_image_is_fetched_nor_set():
    page = printed(sheet("![a](minutes.typ) ![b](https://b.be/x.png)")).pages[0]

    assert list(page.images) == []


def test_points_without_anything_are_left_out_and_the_others_keep_their_numbers():
    points = [
        point(number=1, title="Présences"),
        point("Fermée", number=2, title="Imagerie"),
        point(number=3, title="Mesures", skipped="Ce point n'a pas été traité."),
        point(number=4, title="Divers", lines=[line("Rien ne change")]),
        point(number=5, title="Prochaine"),
    ]

    assert words_on(sheet(points=points)) == (
        "Vivalia Attaque Réunion 2 ordinaire 2. Imagerie Fermée 3. Mesures Ce point n'a pas été traité. "
        "4. Divers Rien ne change Arrêté le 16 mai page 1 of 1"
    )


@pytest.mark.parametrize(
    "points", [[], [point()], [point(), point()], [point(""), point("\n \n")]], ids=["none", "one", "two", "spaces"]
)
def test_minutes_without_a_word_are_a_page_all_the_same(points):
    assert words_on(sheet(points=points)) == BARE


LINES = {
    "fact": "08:12 Fermée — sauf urgences",
    "decision": "Decision Fermée — sauf urgences",
    "action": "08:12 Fermée — sauf urgences",
    "measure": "08:12 Fermée — sauf urgences",
    "person": "– 08:12 Fermée, sauf urgences",
    "loud": "08:12 Fermée — sauf urgences",
    "small": "08:12 Fermée — sauf urgences",
}


@pytest.mark.parametrize("kind", LINES)
def test_each_kind_of_line_is_legible_without_colour(kind):
    data = sheet(points=[point(lines=[line("Fermée", kind, "08:12", "sauf urgences")])])

    assert body_of(data) == LINES[kind]


def test_heads_summary_and_addenda_stand_in_their_order():
    data = sheet(
        "Fermée",
        heads=[["Ouverte", "08:30"], ["Présidence", "Le directeur"]],
        summary="Tout le monde reste.",
        addenda=[{"head": "Ajouté le 17 mai", "text": "Lire **Arlon**."}],
        tables=[{"title": "Mesures", "head": ["Mesure", "Texte"], "rows": [["M1", "Sans rendez-vous"]]}],
    )

    assert words_on(data) == (
        "Vivalia Attaque Réunion 2 ordinaire Ouverte 08:30 Présidence Le directeur 1. Imagerie Fermée "
        "Tout le monde reste. Mesures Mesure Texte M1 Sans rendez-vous Ajouté le 17 mai Lire Arlon. "
        "Arrêté le 16 mai page 1 of 1"
    )


def table(rows: int, columns: int, cell: str = "v") -> dict[str, Any]:
    head = ["Service", *(f"S{n}" for n in range(1, columns))]
    return {
        "title": "État des services",
        "head": head,
        "rows": [[f"A{n}", *[cell] * (columns - 1)] for n in range(1, rows + 1)],
    }


def test_a_table_of_sixty_services_at_forty_sites_lies_across_and_says_its_head_on_every_page():
    data = sheet(tables=[table(60, 41)], points=[])
    pages = printed(data).pages

    across = [page for page in pages if page.mediabox.width > page.mediabox.height]
    assert [round(float(side)) for side in across[0].mediabox] == [0, 0, 842, 595]
    assert len(across) == len(pages) - 1
    found = [page.extract_text().split() for page in across]
    assert all("S40" in words for words in found)
    assert [w for words in found for w in words if w[0] == "A" and w[1:].isdigit()] == [f"A{n}" for n in range(1, 61)]
    assert sum(word == "v" for words in found for word in words) == 60 * 40


@pytest.mark.parametrize(("columns", "flipped"), [(2, 0), (4, 0), (5, 0), (8, 0), (10, 0), (11, 1), (13, 1)])
def test_a_wide_table_lies_across_and_others_stand(columns, flipped):
    pages = printed(sheet(tables=[table(3, columns)], points=[])).pages

    assert sum(page.mediabox.width > page.mediabox.height for page in pages) == flipped
    assert sum(page.extract_text().split().count("A3") for page in pages) == 1


def test_a_table_without_rows_is_left_out():
    assert words_on(sheet(tables=[table(0, 4), table(0, 41)], points=[])) == BARE


def test_only_what_is_under_the_key_text_is_markdown():
    data = {"text": "*a*", "words": "*a*", "in": [{"text": "b", "more": [{"text": ""}]}], "n": 1, "none": None}

    assert ready(data) == {
        "text": nodes_of("*a*"),
        "words": "*a*",
        "in": [{"text": nodes_of("b"), "more": [{"text": []}]}],
        "n": 1,
        "none": None,
    }
    assert data["text"] == "*a*"
