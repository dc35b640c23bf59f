"""Free text: what it becomes on a page, on a paper and in a terminal, and what it can never become."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.markdown import DEEPEST, LONGEST, TAGS, html_of, nodes_of, plain_of

MARKS = st.text(alphabet="*_`#>-+1.)|[]()<>&!\\/:=~ \n\tab\"'é\u202e", max_size=200)
PIECES = st.lists(
    st.sampled_from(
        [
            "<script>",
            "<img src=x onerror=a()>",
            "](javascript:a())",
            "[a](http://b)",
            "> ",
            "- ",
            "1. ",
            "**",
            "|a|b|\n|-|-|\n",
            "```\n",
            "\n",
            "\n\n",
            "    ",
            "&lt;",
            "&#x202e;",
            "<b>",
            "<https://a.b>",
            "![x](http://y/z.png)",
            "mot",
            "\x00",
            "\ud800",
        ]
    ),
    max_size=40,
).map("".join)


class Tags(HTMLParser):
    """The tags and attributes of a piece of HTML, as a browser would find them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}


def walk(nodes):
    """Every node inside nodes."""
    for node in nodes:
        yield node
        for item in node.get("items", []):
            yield from walk(item)
        yield from walk(node.get("nodes", []))
        yield from walk(node.get("runs", []))
        for row in [node.get("head", []), *node.get("rows", [])]:
            for cell in row:
                yield from walk(cell)


def depth(nodes):
    """How deep blocks stand inside one another."""
    inner = [inner for node in nodes for inner in [node.get("nodes", []), *node.get("items", [])] if inner]
    return 1 + max((depth(each) for each in inner), default=0)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("", ""),
        ("un\ndeux", "<p>un<br>\ndeux</p>\n"),
        ("**fort** et *doux*", "<p><strong>fort</strong> et <em>doux</em></p>\n"),
        ("# Titre", "<h4>Titre</h4>\n"),
        ("### Titre", "<h6>Titre</h6>\n"),
        ("###### Titre", "<h6>Titre</h6>\n"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
        ("3. un", '<ol start="3">\n<li>un</li>\n</ol>\n'),
        ("[a](https://b.be)", '<p><a href="https://b.be" rel="noopener">a</a></p>\n'),
        ("<mailto:a@b.be>", '<p><a href="mailto:a@b.be" rel="noopener">mailto:a@b.be</a></p>\n'),
        ("R&D < 5", "<p>R&amp;D &lt; 5</p>\n"),
        ("&lt;b&gt;", "<p>&amp;lt;b&amp;gt;</p>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("[a](/crises/1/)", "<p>[a](/crises/1/)</p>\n"),
        ("[a](data:text/html;x)", "<p>[a](data:text/html;x)</p>\n"),
        ("![a](https://b.be/c.png)", '<p>!<a href="https://b.be/c.png" rel="noopener">a</a></p>\n'),
        ("    en retrait", "<p>en retrait</p>\n"),
        ("Présents\n---", "<p>Présents</p>\n<hr>\n"),
        ("[1]: https://a.be", "<p>[1]: https://a.be</p>\n"),
    ],
)
def test_a_text_becomes_this_html(body, html):
    assert html_of(body) == html


def test_a_table_keeps_its_cells_and_no_style():
    html = html_of("|Lot|Postes|\n|---|--:|\n|Arlon|420|")

    assert "style" not in html
    assert re.findall(r"<t[hd]>(.*?)</t[hd]>", html) == ["Lot", "Postes", "Arlon", "420"]


def test_nodes_are_plain_and_runs_never_nest():
    assert nodes_of("# T\n\na **b *c*** `d`\n[e](http://f)") == [
        {"kind": "heading", "level": 4, "runs": [{"kind": "text", "text": "T"}]},
        {
            "kind": "paragraph",
            "runs": [
                {"kind": "text", "text": "a "},
                {"kind": "text", "text": "b ", "strong": True},
                {"kind": "text", "text": "c", "strong": True, "emph": True},
                {"kind": "text", "text": " "},
                {"kind": "text", "text": "d", "code": True},
                {"kind": "break"},
                {"kind": "text", "text": "e", "url": "http://f"},
            ],
        },
    ]


def test_nodes_hold_lists_quotes_code_tables_and_rules():
    a, b = ([{"kind": "text", "text": letter}] for letter in "ab")
    paragraph = {"kind": "paragraph", "runs": a}
    inner = {"kind": "list", "ordered": True, "start": 2, "items": [[{"kind": "paragraph", "runs": b}]]}

    assert nodes_of("- a\n\n  2. b") == [{"kind": "list", "ordered": False, "start": 1, "items": [[paragraph, inner]]}]
    assert nodes_of("> a") == [{"kind": "quote", "nodes": [paragraph]}]
    assert nodes_of("```\na\n b\n```") == [{"kind": "code", "text": "a\n b"}]
    assert nodes_of("|a|b|\n|-|-|\n|b|a|") == [{"kind": "table", "head": [a, b], "rows": [[b, a]]}]
    assert nodes_of("***") == [{"kind": "rule"}]


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        ("", ""),
        ("# T\n\n**a**\nb", "T\n\na\nb"),
        ("* a\n* b\n  1. c\n  2. d", "- a\n- b\n  1. c\n  2. d"),
        ("> a\n> b", "> a\n> b"),
        ("[a](https://b.be) <https://c.be>", "a (https://b.be) https://c.be"),
        ("[a@b.be](mailto:a@b.be)", "a@b.be"),
        ("|a|b|\n|-|-|\n|c|d|", "a | b\nc | d"),
        ("```\nx = 1\n```\n\n---", "x = 1\n\n---"),
    ],
)
def test_a_text_reads_like_this_in_plain_words(body, plain):
    assert plain_of(body) == plain


@pytest.mark.parametrize("mark", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\x00", "\x07"])
def test_what_turns_the_direction_of_a_line_is_taken_out(mark):
    body = f"fact{mark}ure [x{mark}](http://a.be)"

    assert html_of(body) == '<p>facture <a href="http://a.be" rel="noopener">x</a></p>\n'
    assert plain_of(body) == "facture x (http://a.be)"


@pytest.mark.parametrize("body", ["&#x202e;abc", "<http://a%E2%80%AEb>", '[a](http://b "&#x202e;")'])
def test_nor_does_it_come_back_by_a_detour(body):
    assert "\u202e" not in html_of(body) + plain_of(body)


@pytest.mark.parametrize("quote", [">" * 10_000 + " fin", "- " * 10_000 + "fin", "1. " * 10_000 + "fin"])
def test_ten_thousand_levels_on_one_line_keep_their_words(quote):
    assert depth(nodes_of(quote)) <= DEEPEST + 1  # the paragraph inside
    assert plain_of(quote).endswith("fin")
    assert "fin" in html_of(quote)


def test_ten_levels_too_many_of_a_list_keep_every_word():
    body = "\n".join("  " * level + f"- mot{level}" for level in range(30))

    assert [int(found) for found in re.findall(r"mot(\d+)", plain_of(body))] == list(range(30))


def test_emphasis_in_emphasis_without_end_is_shown_as_typed():
    body = "*" * 10_000 + "fin" + "*" * 10_000

    assert html_of(body) == f"<p>{body}</p>\n"
    assert plain_of(body) == body


@pytest.mark.parametrize(
    "pattern", ["mot ", "mot\n", "x", "[", "![", "[a](", "*a **b ", "`", "> ", "- a\n", "|a|b\n|-|-\n", "<"]
)
@pytest.mark.parametrize("length", [LONGEST, 1_000_000])
def test_a_megabyte_of_anything_is_read_before_the_suite_gives_up(pattern, length):
    body = (pattern * (length // len(pattern) + 1))[:length]

    assert Tags(html_of(body)).tags <= TAGS
    assert len(nodes_of(body)) >= 0


def test_a_text_too_long_for_markdown_is_shown_as_typed():
    body = "un\r\n*deux*\n\n" + "x" * LONGEST

    html = html_of(body)
    assert html.startswith("<p>un<br>\n*deux*</p>\n<p>xxx")


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), MARKS, PIECES))
def test_no_tag_or_attribute_outside_the_list_ever_comes_through(body):
    found = Tags(html_of(body))

    assert found.tags <= TAGS
    assert found.attributes <= {("a", "href"), ("a", "rel"), ("ol", "start")}


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), MARKS, PIECES))
def test_any_text_has_nodes_and_the_same_each_time(body):
    nodes = nodes_of(body)

    assert nodes == nodes_of(body)
    assert all(node["url"].startswith(("http://", "https://", "mailto:")) for node in walk(nodes) if "url" in node)
    assert not any("\u202e" in node.get("text", "") for node in walk(nodes))
    assert isinstance(plain_of(body), str)


@pytest.mark.parametrize("empty", ["#", "## ", "#\n\nwords", "### #"])
def test_a_heading_that_says_nothing_is_none(empty):
    assert [node["kind"] for node in nodes_of(empty)] == ["paragraph"] * ("words" in empty)
