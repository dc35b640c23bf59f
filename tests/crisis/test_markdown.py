"""What people type as Markdown: a few forms come through, nothing that runs, loads or misleads does."""

import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.markdown import SCHEMES, TAGS, html_of, nodes_of, plain_of

SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
"""How a browser finds the scheme of a link; it leaves tabs and line ends out first."""
REL = 'rel="noopener noreferrer"'


class Read(HTMLParser):
    """Every tag with its attributes, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def words_of(nodes: list[dict[str, Any]]) -> str:
    """All words of nodes, one after the other."""
    return "".join(node.get("words", "") + words_of(node.get("in", [])) for node in nodes)


def kinds_of(nodes: list[dict[str, Any]]) -> set[str]:
    return {kind for node in nodes for kind in {node["is"], *kinds_of(node.get("in", []))}}


def deepest(nodes: list[dict[str, Any]]) -> int:
    return max((1 + deepest(node.get("in", [])) for node in nodes), default=0)


def links_of(nodes: list[dict[str, Any]]) -> list[str]:
    return [
        to for node in nodes for to in ([node["to"]] if node["is"] == "link" else []) + links_of(node.get("in", []))
    ]


def scheme_of(href: str) -> str:
    """ "" for a link within this installation."""
    found = SCHEME.match(re.sub(r"[\t\r\n]", "", href))
    return found[1].lower() if found else ""


def text(words: str) -> dict[str, Any]:
    return {"is": "text", "words": words}


def paragraph(*inner: dict[str, Any]) -> dict[str, Any]:
    return {"is": "paragraph", "in": list(inner)}


HTML = {
    "words": ("La radiologie reste fermée", "<p>La radiologie reste fermée</p>\n"),
    "nothing": ("", ""),
    "only spaces": ("  \n\n ", ""),
    "two paragraphs": ("a\n\nb", "<p>a</p>\n<p>b</p>\n"),
    "a line is a line": ("a\nb", "<p>a<br>\nb</p>\n"),
    "a line by two spaces": ("a  \nb", "<p>a<br>\nb</p>\n"),
    "emphasis": ("*a* _b_ **c** __d__", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>\n"),
    "both": ("***a***", "<p><em><strong>a</strong></em></p>\n"),
    "code": ("`x < y`", "<p><code>x &lt; y</code></p>\n"),
    "fence": ("```sh\nrm *\n```", "<pre><code>rm *\n</code></pre>\n"),
    "indented": ("    a", "<pre><code>a\n</code></pre>\n"),
    "list": ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
    "list in a list": ("- a\n  - b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n"),
    "numbered": ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
    "numbered from": ("3) a\n4) b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
    "quote": ("> a\n> b", "<blockquote>\n<p>a<br>\nb</p>\n</blockquote>\n"),
    "rule": ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>\n"),
    "web": ("[site](https://vivalia.be)", f'<p><a href="https://vivalia.be" {REL}>site</a></p>\n'),
    "plain web": ("[site](http://vivalia.be)", f'<p><a href="http://vivalia.be" {REL}>site</a></p>\n'),
    "mail": ("[mail](mailto:a@b.be)", f'<p><a href="mailto:a@b.be" {REL}>mail</a></p>\n'),
    "bare": ("<https://vivalia.be>", f'<p><a href="https://vivalia.be" {REL}>https://vivalia.be</a></p>\n'),
    "a title goes": ('[site](https://vivalia.be "Lisez")', f'<p><a href="https://vivalia.be" {REL}>site</a></p>\n'),
    "not linked by itself": ("https://vivalia.be", "<p>https://vivalia.be</p>\n"),
    "an address with &": ("<https://a.be/?x=1&y=2>", f'<p><a href="https://a.be/?x=1&amp;y=2" {REL}>https://a.be/?x=1&amp;y=2</a></p>\n'),
    "escaped": (r"\*a\* \[b\](c)", "<p>*a* [b](c)</p>\n"),
    "entities": ("&eacute; &amp; &lt;b&gt;", "<p>é &amp; &lt;b&gt;</p>\n"),
    "no struck words": ("~~a~~", "<p>~~a~~</p>\n"),
    "a zero": ("a\0b", "<p>a\ufffdb</p>\n"),
    "windows": ("a\r\nb\r\n\r\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", HTML)
def test_each_form_becomes_its_html(name):
    typed, html = HTML[name]

    assert html_of(typed) == html


@pytest.mark.parametrize(("typed", "level"), [(1, 4), (2, 5), (3, 6), (4, 6), (5, 6), (6, 6)])
def test_headings_stand_below_those_of_the_page(typed, level):
    body = "#" * typed + " Imagerie"

    assert html_of(body) == f"<h{level}>Imagerie</h{level}>\n"
    assert nodes_of(body) == [{"is": "heading", "in": [text("Imagerie")], "level": level}]
    assert plain_of(body) == "Imagerie"


@pytest.mark.parametrize(("underline", "level"), [("===", 4), ("---", 5)])
def test_an_underlined_heading_stands_below_too(underline, level):
    assert html_of(f"Imagerie\n{underline}") == f"<h{level}>Imagerie</h{level}>\n"


def test_a_table_keeps_its_rows_and_loses_its_alignment():
    body = "| Site | État |\n|:--|--:|\n| Arlon | **vital** |\n| Virton | |"

    assert html_of(body) == (
        "<table>\n<thead>\n<tr>\n<th>Site</th>\n<th>État</th>\n</tr>\n</thead>\n"
        "<tbody>\n<tr>\n<td>Arlon</td>\n<td><strong>vital</strong></td>\n</tr>\n"
        "<tr>\n<td>Virton</td>\n<td></td>\n</tr>\n</tbody>\n</table>\n"
    )
    assert plain_of(body) == "Site | État\nArlon | vital\nVirton"
    assert kinds_of(nodes_of(body)) == {"table", "thead", "tbody", "tr", "th", "td", "strong", "text"}


NODES = {
    "nothing": ("", []),
    "words": ("a", [paragraph(text("a"))]),
    "line": ("a\nb  \nc", [paragraph(text("a"), {"is": "break"}, text("b"), {"is": "break"}, text("c"))]),
    "rule": ("---", [{"is": "rule"}]),
    "emphasis": ("*a*-**b**.", [paragraph({"is": "emph", "in": [text("a")]}, text("-"), {"is": "strong", "in": [text("b")]}, text("."))]),
    "code": ("`a*b*`", [paragraph({"is": "code", "words": "a*b*"})]),
    "fence": ("```\n*a*\n```", [{"is": "code", "words": "*a*\n"}]),
    "list": ("- a\n- b", [{"is": "list", "in": [{"is": "item", "in": [paragraph(text(x))]} for x in "ab"]}]),
    "numbered": ("1. a", [{"is": "numbered", "in": [{"is": "item", "in": [paragraph(text("a"))]}], "start": 1}]),
    "numbered from": ("7. a", [{"is": "numbered", "in": [{"is": "item", "in": [paragraph(text("a"))]}], "start": 7}]),
    "quote": ("> a", [{"is": "blockquote", "in": [paragraph(text("a"))]}]),
    "link": ("[a](https://b.be)", [paragraph({"is": "link", "in": [text("a")], "to": "https://b.be"})]),
    "mail": ("<a@b.be>", [paragraph({"is": "link", "in": [text("a@b.be")], "to": "mailto:a@b.be"})]),
    "a link to a page of ours": ("[a](/crises/1/)", [paragraph({"is": "link", "in": [text("a")], "to": ""})]),
    "a link without a scheme": ("[a](//b.be)", [paragraph({"is": "link", "in": [text("a")], "to": ""})]),
    "an empty heading": ("#", [{"is": "heading", "in": [], "level": 4}]),
    "raw HTML is words": ("<b>a</b>", [paragraph(text("<b>a</b>"))]),
}  # fmt: skip


@pytest.mark.parametrize("name", NODES)
def test_each_form_becomes_its_nodes(name):
    typed, nodes = NODES[name]

    assert nodes_of(typed) == nodes


PLAIN = {
    "nothing": ("", ""),
    "words": ("*a* **b** `c`", "a b c"),
    "paragraphs": ("a\n\n\n\nb", "a\nb"),
    "lines": ("a\nb", "a\nb"),
    "heading": ("# a\nb", "a\nb"),
    "list": ("- a\n- b", "- a\n- b"),
    "list in a list": ("- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d"),
    "numbered": ("1. a\n2. b", "1. a\n2. b"),
    "numbered from": ("8. a\n9. b\n10. c", "8. a\n9. b\n10. c"),
    "numbered by ones": ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
    "numbered from nothing": ("0. a", "0. a"),
    "numbered in a list": ("- a\n  1. b\n  2. c\n- d", "- a\n  1. b\n  2. c\n- d"),
    "a list in numbers": ("1. a\n   - b\n2. c", "1. a\n  - b\n2. c"),
    "fence": ("```\na\nb\n```", "a\nb"),
    "rule": ("a\n\n---\n\nb", "a\nb"),
    "quote": ("> a\n>\n> b", "a\nb"),
    "link": ("[a](https://b.be)", "a"),
    "words after a table": ("|a|b|\n|-|-|\n|1|2|\n\nc", "a | b\n1 | 2\nc"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_each_form_becomes_plain_words(name):
    typed, plain = PLAIN[name]

    assert plain_of(typed) == plain


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in words": "La <script src=//e.be/x.js></script> radiologie",
    "script over lines": "<script>\nalert(1)\n</script>",
    "handler": '<img src=x onerror="alert(1)">',
    "svg": "<svg onload=alert(1)>",
    "style": "<style>body{display:none}</style>",
    "frame": '<iframe src="https://e.be"></iframe>',
    "form": '<form action="https://e.be"><input name=password></form>',
    "base": '<base href="https://e.be/">',
    "meta": '<meta http-equiv=refresh content="0;url=https://e.be">',
    "comment": "<!-- a --!> <script>alert(1)</script> -->",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "instruction": "<?php echo 1 ?>",
    "doctype": "<!DOCTYPE html>",
    "unclosed": "<a href='https://e.be' onclick='alert(1)'",
    "in a table": "|a|\n|-|\n|<img src=x onerror=alert(1)>|",
    "in a fence": '```"><script>alert(1)</script>\nx\n```',
    "in code": "`<script>alert(1)</script>`",
    "in a link's words": "[<img src=x onerror=alert(1)>](https://b.be)",
    "in a link's title": "[a](https://b.be '\"><script>alert(1)</script>')",
    "in an address": '[a](https://b.be/"onmouseover="alert(1))',
    "math": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_raw_html_is_words_or_goes_and_never_a_tag(name):
    read = Read(html_of(HOSTILE[name]))

    assert {tag for tag, _ in read.tags} <= {"p", "a", "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "br"}
    assert {key for _, attributes in read.tags for key in attributes} <= {"href", "rel"}
    assert read.others == []


def test_what_looked_like_html_stays_legible():
    assert html_of("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
    assert plain_of("<b>pas de rayons</b>") == "<b>pas de rayons</b>"
    assert html_of("pression < 90 & pouls > 120") == "<p>pression &lt; 90 &amp; pouls &gt; 120</p>\n"


LURES = {
    "javascript": "[a](javascript:alert(1))",
    "in capitals": "[a](JaVaScRiPt:alert(1))",
    "after a space": "[a]( javascript:alert(1))",
    "with a tab": "[a](<java\tscript:alert(1)>)",
    "with an entity": "[a](java&#115;cript:alert(1))",
    "with a named entity": "[a](javascript&colon;alert(1))",
    "with a new line entity": "[a](java&NewLine;script:alert(1))",
    "with an unseen byte": "[a](\x01javascript:alert(1))",
    "bare": "<javascript:alert(1)>",
    "by reference": "[a][b]\n\n[b]: javascript:alert(1)",
    "vbscript": "[a](vbscript:msgbox)",
    "data": "[a](data:text/html,<script>alert(1)</script>)",
    "data image": "[a](data:image/svg+xml;base64,PHN2Zz4=)",
    "file": "[a](file:///etc/passwd)",
    "blob": "[a](blob:https://b.be/1)",
    "phone": "[a](tel:112)",
    "another program": "[a](ms-word:ofe|u|https://b.be/x.docx)",
    "view-source": "[a](view-source:https://b.be)",
}


@pytest.mark.parametrize("name", LURES)
def test_a_link_leads_to_the_web_or_to_a_mailbox_only(name):
    read = Read(html_of(LURES[name]))

    assert {scheme_of(attributes.get("href") or "") for _, attributes in read.tags} == {""}
    assert set(links_of(nodes_of(LURES[name]))) <= {""}


IMAGES = ["![a](https://e.be/x.png)", "![](https://e.be/x.png)", "![a][b]\n\n[b]: https://e.be/x.png", '<img src="x">']


@pytest.mark.parametrize("typed", IMAGES)
def test_no_image_is_loaded(typed):
    assert "img" not in {tag for tag, _ in Read(html_of(typed)).tags}
    assert "image" not in kinds_of(nodes_of(typed))


TURNS = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: f"U+{ord(turn):04X}")
@pytest.mark.parametrize("written", ["{}", "&#{};", "&#x{:x};"], ids=["itself", "by number", "by hexadecimal number"])
def test_what_turns_the_direction_of_words_around_goes_however_it_is_written(turn, written):
    typed = f"Lever {written.format(turn if written == '{}' else ord(turn))}M1"

    assert html_of(typed) == "<p>Lever M1</p>\n"
    assert nodes_of(typed) == [paragraph(text("Lever M1"))]
    assert plain_of(typed) == "Lever M1"


def test_a_turn_around_hides_in_code_and_links_no_better():
    typed = "`a\u202eb` [c\u2066d](https://e.be)\n\n```\ne\u202df\n```"

    assert Read(html_of(typed)).words.split() == ["ab", "cd", "ef"]
    assert plain_of(typed) == "ab cd\nef"


def test_words_that_are_written_from_right_to_left_stay():
    assert plain_of("مستشفى בית חולים") == "مستشفى בית חולים"


def test_a_list_as_deep_as_anybody_writes_keeps_its_words():
    typed = "\n".join("  " * depth + f"- ligne{depth}" for depth in range(9))

    assert plain_of(typed) == typed
    assert words_of(nodes_of(typed)) == "".join(f"ligne{depth}" for depth in range(9))
    assert Read(html_of(typed)).words.split() == [f"ligne{depth}" for depth in range(9)]


MUCH = {
    "one word": "x" * 1_000_000,
    "prose": "La radiologie reste fermée. " * 36_000,
    "paragraphs": "La radiologie reste fermée.\n\n" * 36_000,
    "quotes": ">" * 10_000 + " x",
    "spaced quotes": "> " * 10_000 + "x",
    "lists": "- " * 10_000 + "x",
    "open brackets": "[" * 10_000,
    "images": "![" * 10_000,
    "stars": "*a **b " * 10_000,
    "backticks": "".join("`" * (n % 50) + " " for n in range(10_000)),
    "angles": "<" * 10_000,
    "comments": "<!--" * 10_000,
    "entities": "&#x202e;" * 10_000,
    "pipes": "|" * 10_000 + "\n" + "|-" * 10_000,
    "stress": "*a **b " * 5_000 + "c** d* " * 5_000,
    "references": "".join(f"[{n}]: https://b.be/{n}\n" for n in range(5_000)),
}


@pytest.mark.parametrize("name", MUCH)
def test_whatever_length_and_depth_takes_a_moment_and_nests_no_deeper_than_paper_bears(name):
    began = time.monotonic()
    html, nodes, plain = html_of(MUCH[name]), nodes_of(MUCH[name]), plain_of(MUCH[name])

    assert time.monotonic() - began < 30
    assert deepest(nodes) <= 21
    assert len(html) < 10 * len(MUCH[name]) + 100
    assert len(plain) <= len(MUCH[name])


def test_stress_and_quotes_that_nest_without_end_keep_their_words_on_paper():
    stress = "*a **b " * 100 + "c** d* " * 100

    assert words_of(nodes_of(stress)).split() == ["a", "b"] * 100 + ["c", "d"] * 100
    assert deepest(nodes_of(stress)) == 15
    assert words_of(nodes_of("> " * 19 + "x")) == "x"
    assert deepest(nodes_of("> " * 19 + "x")) == 16


def test_a_megabyte_loses_no_word():
    assert html_of(MUCH["one word"]) == f"<p>{MUCH['one word']}</p>\n"
    assert nodes_of(MUCH["one word"]) == [paragraph(text(MUCH["one word"]))]
    assert plain_of(MUCH["prose"]) == MUCH["prose"].strip()
    assert plain_of(MUCH["paragraphs"]).count("\n") == 35_999


MARKS = [
    *"*_`#>-+|!~\\\n \t[]()<>&;:\"'=.0123",
    *["\n\n", "    ", "```", "1. ", "- ", "> ", "| a |\n|-|\n", "](", "](javascript:", "](https://b.be)", "[a]: data:x\n"],
    *["<script>", "</script>", "<a href=", "<img src=x onerror=alert(1)>", "<!--", "-->", "<![CDATA[", "&lt;", "&#60;"],
    *["javascript:", "data:", "mailto:", "é", "\u202e", "\u2066", "&#8238;", "\0", "\r", "\ufeff", "𝒳", "🏥"],
]  # fmt: skip
MARKED = st.lists(st.sampled_from(MARKS) | st.text(max_size=5), max_size=40).map("".join)
ANY = st.text(max_size=400) | MARKED


@settings(max_examples=300, deadline=None)
@given(typed=ANY)
def test_nothing_outside_of_the_allow_list_comes_through(typed):
    read = Read(html_of(typed))

    assert {tag for tag, _ in read.tags} <= TAGS
    assert read.others == []
    for tag, attributes in read.tags:
        assert attributes.keys() <= {"a": {"href", "rel"}, "ol": {"start"}}.get(tag, set())
        assert scheme_of(attributes.get("href") or "") in {"", *SCHEMES}


@settings(max_examples=300, deadline=None)
@given(typed=ANY)
def test_no_text_is_too_odd_for_paper_or_a_terminal(typed):
    nodes, plain = nodes_of(typed), plain_of(typed)

    assert kinds_of(nodes) <= {
        *["paragraph", "heading", "list", "numbered", "item", "blockquote", "link", "emph", "strong"],
        *["table", "thead", "tbody", "tr", "th", "td", "text", "code", "break", "rule"],
    }  # fmt: skip
    assert all(to == "" or to.partition(":")[0].lower() in SCHEMES for to in links_of(nodes))
    assert not set(TURNS) & set(words_of(nodes) + plain + html_of(typed))
    assert all(line.strip() for line in plain.split("\n") if plain)


@settings(max_examples=200, deadline=None)
@given(typed=st.text(alphabet="abcdé 'M1", max_size=80))
def test_words_without_marks_come_out_as_they_went_in(typed):
    assert plain_of(typed.strip()) == typed.strip()
    assert words_of(nodes_of(typed.strip())) == typed.strip()
    assert Read(html_of(typed.strip())).words.strip() == typed.strip()
