"""What the cell prints: complete, the same each time, accessible, and never a word taken for code."""

import json
import re
import subprocess
import sys
from hashlib import sha256
from io import BytesIO

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from crisis import papers
from crisis.papers import has_glyph, laid, pdf

CODE = (
    '#import "@preview/x:0.1.0": * #eval("1+1") $x^2$ @who *strong* <label> _em_ `raw` // c /* d */ \\ #sys.inputs -- ~'
)
KINDS = ["fact", "decision", "action", "measure", "loud", "small", "person"]
LABELS = {
    "exercise": "EXERCICE",
    "draft": "PROJET",
    "page": "page {page} de {pages}",
    "decision": "Décision",
    "action": "Action",
}
DIGEST = "0123456789abcdef" * 4


def line(words, kind="fact", mark="", more=""):
    return {"kind": kind, "mark": mark, "words": words, "more": more}


def point(*lines, text="", title="État des services", skipped=""):
    return {"number": 1, "title": title, "skipped": skipped, "lines": list(lines), "text": text}


def table(services, sites, cell="Rétabli"):
    return {
        "title": "Tableau",
        "head": ["Service", *(f"Site{site}" for site in range(sites))],
        "rows": [[f"Radiologie{row}", *[cell] * sites] for row in range(services)],
    }


def minutes(*points, **changes):
    return {
        "lang": "fr",
        "organisation": "Vivalia",
        "crisis": "Cyberattaque",
        "exercise": False,
        "sealed": True,
        "title": "Réunion 3, lundi 16 mai 2022, 08:30",
        "subtitle": "ordinaire · cellule du groupe",
        "heads": [["Ouverte", "lundi 16 mai 2022, 08:30"], ["Levée", "09:25"]],
        "points": list(points),
        "tables": [],
        "addenda": [],
        "seal": f"Arrêté le mardi 17 mai 2022 · empreinte {DIGEST}",
        "labels": LABELS,
    } | changes


def pages_of(content):
    """The text of each page of the minutes, without what only breaks a line."""
    return [re.sub("[\u200b\u00ad]", "", page.extract_text()) for page in reader(content).pages]


def reader(content):
    return PdfReader(BytesIO(pdf("minutes", content)))


def squeezed(text):
    """Words without spaces and line ends: what a line break may have changed."""
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def test_minutes_say_everything_in_their_order():
    lines = [line("Les ambulances reviennent", "decision"), line("Prévenir le 112", "action", "A7", "Garde · 11:00")]
    content = minutes(point(line("24 présents"), line("Direction", "person"), *lines, text="- un\n- **deux**"))

    (page,) = pages_of(content | {"addenda": [{"head": "Ajout", "words": "Corrigé"}], "tables": [table(1, 1)]})
    said = squeezed(page)
    expected = (
        "Vivalia Cyberattaque Réunion3 ordinaire Ouverte Levée 1.Étatdesservices 24présents Direction DÉCISION "
        "Lesambulances ACTIONA7 Garde·11:00 •un •deux Tableau Radiologie0 Ajout Corrigé Arrêté"
    )
    places = [said.find(words) for words in expected.split()]
    assert -1 not in places
    assert places == sorted(places)


def test_the_same_words_give_the_same_bytes_in_another_process(tmp_path):
    content = minutes(point(line("mot", "loud"), text="# T\n\n|a|b|\n|-|-|\n|c|d|"), tables=[table(3, 9)])
    (tmp_path / "content.json").write_text(json.dumps(content))
    script = (
        "import json, sys, hashlib, pathlib, crisis.papers as papers;"
        "content = json.loads(pathlib.Path(sys.argv[1]).read_text());"
        "print(hashlib.sha256(papers.pdf('minutes', content)).hexdigest())"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "crisis.settings",
        "PATH": "",
        "DATA_DIR": str(tmp_path),
        "TZ": "Asia/Tokyo",
    }
    other = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "content.json"], capture_output=True, env=environment, text=True
    )

    assert pdf("minutes", content) == pdf("minutes", content)
    assert other.stdout.strip() == sha256(pdf("minutes", content)).hexdigest(), other.stderr


def test_a_paper_is_tagged_titled_and_in_its_language():
    found = reader(minutes(lang="nl-BE"))

    assert found.metadata.title == "Réunion 3, lundi 16 mai 2022, 08:30 · Cyberattaque"
    assert "/CreationDate" not in found.metadata
    assert found.trailer["/Root"]["/Lang"] == "nl"
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in found.trailer["/Root"]["/Metadata"].get_data()


def test_only_the_fonts_inside_the_typesetter_are_used():
    fonts = set()
    for page in reader(minutes(point(line("œuvre → ✓ ĳ ß é Ж"), text="`code` *em* **fort**"))).pages:
        fonts |= {str(font.get_object()["/BaseFont"]).split("+")[1] for font in page["/Resources"]["/Font"].values()}

    families = ("LibertinusSerif", "NewCM", "DejaVuSansMono")
    assert fonts
    assert {font for font in fonts if not font.startswith(families)} == set()


def test_every_everyday_letter_has_a_glyph():
    latin = [chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x250)]]

    assert [letter for letter in [*latin, *"œĳß→✓—’«»…€☐●■²№ᵉ\u202f\u2011"] if not has_glyph(letter)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_typst_code_in_a_line_is_only_words(kind):
    (page,) = pages_of(minutes(point(line(CODE, kind, more=CODE), title=CODE)))

    assert squeezed(page).count(squeezed(CODE)) == 3


def test_typst_code_anywhere_else_is_only_words():
    content = minutes(
        point(skipped=CODE),
        organisation=CODE,
        crisis=CODE,
        title=CODE,
        subtitle=CODE,
        heads=[[CODE, CODE]],
        addenda=[{"head": CODE, "words": CODE}],
        seal=CODE,
        tables=[{"title": CODE, "head": [CODE, CODE], "rows": [[CODE, CODE]]}],
    )

    said = "".join(squeezed(page) for page in pages_of(content))
    assert said.count("#import") >= 14
    assert said.count("$x^2$") >= 14


def test_typst_code_in_markdown_is_only_words():
    text = '#import $x$ @who <label> #eval("1")\n\n= titre\n\n`#eval(1)`\n\n```\n#sys.inputs\n```\n\n[#a](https://a.be/#$x)'

    (page,) = pages_of(minutes(point(text=text)))
    for words in ['#import$x$@who<label>#eval("1")', "=titre", "#eval(1)", "#sys.inputs", "#a"]:
        assert words in squeezed(page)


def test_links_lead_where_they_say():
    page = reader(minutes(point(text="[a](https://a.be) [b](javascript:x)"))).pages[0]

    assert [str(note.get_object()["/A"]["/URI"]) for note in page["/Annots"]] == ["https://a.be"]


@pytest.mark.parametrize(
    ("exercise", "sealed", "stamps"),
    [
        (True, False, {"EXERCICE", "PROJET"}),
        (True, True, {"EXERCICE"}),
        (False, False, {"PROJET"}),
        (False, True, set()),
    ],
)
def test_stamps_stand_on_every_page(exercise, sealed, stamps):
    pages = pages_of(minutes(point(*[line("mot")] * 200), exercise=exercise, sealed=sealed, tables=[table(2, 10)]))

    assert len(pages) > 4
    assert [{word for word in ("EXERCICE", "PROJET") if word in page} for page in pages] == [stamps] * len(pages)


def test_pages_are_counted_and_carry_the_digest_once_sealed():
    content = minutes(point(*[line("mot")] * 100))

    pages = pages_of(content)
    assert [re.findall(r"page \d+ de \d+", page) for page in pages] == [
        [f"page {number} de {len(pages)}"] for number in range(1, len(pages) + 1)
    ]
    assert all(re.search(rf"^{DIGEST[:16]}\b", page, re.MULTILINE) for page in pages)
    assert DIGEST[:16] not in "".join(pages_of(content | {"sealed": False, "seal": ""}))


@pytest.mark.parametrize(
    ("sites", "wide"), [(1, False), (3, False), (8, False), (9, True), (12, True), (13, True), (40, True)]
)
def test_a_table_of_sixty_services_shows_every_cell_on_pages_that_hold_it(sites, wide):
    found = reader(minutes(tables=[table(60, sites, "Suspendu")]))

    sizes = [(round(page.mediabox.width), round(page.mediabox.height)) for page in found.pages]
    said = "".join(squeezed(page.extract_text()) for page in found.pages)
    assert ((842, 595) in sizes) is wide
    assert said.replace("-", "").count("Suspendu") == 60 * sites
    assert all(re.search(rf"Site{site}(?!\d)", said) for site in range(sites))
    assert all(f"Radiologie{row}" in said for row in range(60))


def test_a_table_repeats_its_head_on_each_page():
    pages = pages_of(minutes(tables=[table(120, 3)]))

    assert ["Site0" in page for page in pages] == [True] * len(pages)
    assert len(pages) > 2


def inside(page):
    """Whether all text of a page stands between its edges."""
    right, outside = float(page.mediabox.width), []
    page.extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: outside.append(text) if not 0 <= tm[4] <= right else None
    )
    return not [text for text in outside if text.strip()]


def test_a_word_that_no_line_holds_goes_on_in_the_next():
    word = "x" * 3_000

    found = reader(
        minutes(point(line(word), line(word, "loud"), text=f"{word}\n\n> - {word}"), tables=[table(1, 8, word[:90])])
    )
    assert len(found.pages) > 2
    assert squeezed("".join(page.extract_text() for page in found.pages)).count("x") >= 12_000
    assert all(inside(page) for page in found.pages)


def test_a_cell_longer_than_a_page_goes_on_over_pages():
    pages = pages_of(minutes(tables=[table(1, 1, "mot " * 3_000)]))

    assert "".join(pages).count("mot") == 3_000


def test_a_megabyte_of_text_is_printed_whole():
    pages = pages_of(minutes(point(text="mot " * 250_000)))

    assert sum(page.count("mot") for page in pages) == 250_000


@pytest.mark.parametrize(
    "text", [">" * 10_000 + " fin", "1. " * 10_000 + "fin", "- " * 10_000 + "fin", "*" * 9_999 + "fin"]
)
def test_deep_texts_are_printed_to_their_last_word(text):
    assert any("fin" in page for page in pages_of(minutes(point(text=text))))


def test_an_emoji_without_glyph_is_a_sign_like_it_or_left_out_and_never_a_foreign_word():
    page = pages_of(minutes(point(line("Fait ✅ ⚠️ 你"), text="Rouge 🔴\n\n🏥 Urgences 🚑 ouvertes 🙂.")))[0]

    assert "Fait ✔ ⚠" in page
    assert "□" in page
    assert "Rouge ●" in page
    assert "Urgences ouvertes ." in page
    assert "[" not in page


@pytest.mark.parametrize("title", ["🙂", "🙂🏻", "“🙂”", "\\🙂"])
def test_a_title_of_nothing_but_an_emoji_is_printed_all_the_same(title):
    pages = pages_of(minutes(point(line("après"), title=title)))

    assert any("après" in page for page in pages)


def test_every_sign_that_stands_for_an_emoji_has_a_glyph():
    assert [sign for sign in papers.LIKE.values() if not has_glyph(sign)] == []


@given(st.text(alphabet='🙂✅🏻你"\\ a\n', max_size=12))
def test_words_without_emoji_are_still_words(text):
    words = {"text": text, "more": ["a", text]}

    left = papers.printable(words)

    assert (set(left), left["more"][0]) == ({"text", "more"}, "a")
    assert [c for c in text if c in 'a"\\\n'] == [c for c in left["text"] if c in 'a"\\\n']


def test_what_turns_the_direction_of_a_line_or_cannot_be_printed_is_taken_out():
    page = pages_of(minutes(point(line("fact\u202eure\x00\x07 \ud800fin"))))[0]

    assert "facture fin" in page


def test_lines_that_the_typesetter_cannot_bear_are_printed_all_the_same():
    rightwards = "".join(chr(code) for code in range(0x5C3, 0x693))

    pages = pages_of(minutes(point(line(rightwards * 3), line("après"))))
    assert any("après" in page for page in pages)


def test_a_mistake_in_a_layout_is_not_hidden(monkeypatch, tmp_path):
    (tmp_path / "odd.typ").write_text("#nothing")
    monkeypatch.setattr(papers, "LAYOUTS", tmp_path)

    with pytest.raises(typst.TypstError, match="unknown variable: nothing"):
        pdf("odd", {})


def test_a_layout_reads_nothing_outside_its_folder(monkeypatch, tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "inner" / "odd.typ").write_text('#read("../secret.txt")')
    monkeypatch.setattr(papers, "LAYOUTS", tmp_path / "inner")

    with pytest.raises(typst.TypstError):
        pdf("odd", {})


def test_minutes_of_nothing_are_a_page():
    assert len(pages_of(minutes(heads=[], subtitle="", seal="", sealed=False, tables=[table(0, 2), table(1, 0)]))) == 1


def test_markdown_is_what_stands_under_text():
    assert laid({"words": "*a*", "text": "*a*", "n": [1, {"text": ""}]}) == {
        "words": "*a*",
        "text": [{"kind": "paragraph", "runs": [{"kind": "text", "text": "a", "emph": True}]}],
        "n": [1, {"text": []}],
    }


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(alphabet="*_`#>-1.|[]()<$@\\~= \na", max_size=120))
def test_any_words_can_be_printed(words, text):
    assert pdf("minutes", minutes(point(line(words, "loud"), title=words, text=text), crisis=words)).startswith(
        b"%PDF-"
    )


@pytest.mark.parametrize("text", ["#", "## ", "> #", "# \u202e", "# \u00a0", "# \u200b"])
def test_a_heading_without_words_is_left_out(text):
    before, after = (pages_of(minutes(point(text=each))) for each in ("avant", f"avant\n\n{text}"))

    assert after == before
