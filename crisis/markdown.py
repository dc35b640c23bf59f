"""Free text of the cell is Markdown: safe HTML for a page, plain nodes for a paper, plain words for a terminal.

What is parsed is what a secretary means: no images, no HTML, no entities, no indented code, no link definitions, and a
newline is a line break. What is not Markdown, nests too deep or is too long stays as words.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

Node = dict[str, Any]

LONGEST = 50_000
"""Characters; a longer text is shown as typed, so that no pattern of stars or brackets can hold the server."""
STRETCH = 100
DEEPEST = 12
"""Levels of quotes and lists (a list counts for two), and of emphasis; what is deeper stays as typed."""
DEMOTED = 3
"""A first heading in a text is an h4: those of the page stand above it."""
UNSEEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Marks that turn the direction of what follows, and characters that no paper can print."""
LINK = re.compile(r"(https?://|mailto:)[^\s]", re.IGNORECASE)

BLOCKS = {"p", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr"}
TAGS = BLOCKS | {"table", "thead", "tbody", "tr", "th", "td", "strong", "em", "code", "a", "br"}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener",
)


def seen(words: str) -> str:
    """The words without what `UNSEEN` names."""
    return UNSEEN.sub("", words)


def html_of(body: str) -> SafeString:
    """The text as HTML that may stand on any page: only `TAGS`, and links that lead out by http, https or mailto."""
    return mark_safe(CLEANER.clean(MARKDOWN.renderer.render(tokens_of(body), MARKDOWN.options, {})))


def tokens_of(body: str) -> list[Token]:
    """What both the HTML and the nodes are made of."""
    words = seen(body)
    if len(words) > LONGEST:
        return as_typed(words)
    tokens = MARKDOWN.parse(words)
    for token in tokens:
        if token.type.startswith("heading"):
            token.tag = f"h{min(6, int(token.tag[1]) + DEMOTED)}"
        if token.type == "inline" and any(child.level > DEEPEST for child in token.children or ()):
            token.children = broken(token.content)
    return tokens


def as_typed(words: str) -> list[Token]:
    """A paragraph for each block between empty lines, and for each `STRETCH` lines: one of many thousands sets slowly."""
    found = []
    for block in re.split(r"\n\s*\n", re.sub(r"\r\n?", "\n", words)):
        lines = block.strip().split("\n")
        for start in range(0, len(lines), STRETCH):
            stretch = "\n".join(lines[start : start + STRETCH])
            inline = Token("inline", "", 0, content=stretch, children=broken(stretch), block=True)
            opening, closing = (
                Token("paragraph_open", "p", 1, block=True),
                Token("paragraph_close", "p", -1, block=True),
            )
            found += [opening, inline, closing] if stretch else []
    return found


def broken(words: str) -> list[Token]:
    """Words as they are, with their line breaks."""
    found: list[Token] = []
    for line in words.split("\n"):
        found += [Token("softbreak", "br", 0)] if found else []
        found.append(Token("text", "", 0, content=line.strip()))
    return found


def too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Beyond `DEEPEST` the rest of the block is one paragraph: the parser itself would drop the words."""
    if silent or state.level < DEEPEST:
        return False
    state.line = end
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content, inline.children = state.getLines(start, end, state.blkIndent, False).strip(), []
    state.push("paragraph_close", "p", -1)
    return True


def parser() -> MarkdownIt:
    """CommonMark with tables, without what surprises who only types."""
    found = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True, "maxNesting": 4 * DEEPEST})
    found.enable("table")
    found.disable(["image", "html_block", "html_inline", "entity", "code", "lheading", "reference"])
    found.block.ruler.before("table", "too_deep", too_deep)
    found.validateLink = lambda url: bool(LINK.match(url))  # type: ignore[method-assign]
    found.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return found


MARKDOWN = parser()


def nodes_of(body: str) -> list[Node]:
    """The text as plain nodes, what `html_of` shows and nothing else.

    Blocks: `paragraph` and `heading` (runs), `list` (ordered, start, items), `quote` (nodes), `code` (text), `table`
    (head, rows: each cell is runs), `rule`. A run is `{"kind": "text", "text"}` with `strong`, `emph`, `code` or `url` where it
    has them, or `{"kind": "break"}`: runs never nest.
    """
    return nodes_from(iter(tokens_of(body)), "")


def nodes_from(tokens: Iterator[Token], until: str) -> list[Node]:
    """The nodes up to the closing token named `until`."""
    found: list[Node] = []
    for token in tokens:
        if token.type == until:
            break
        node = node_from(token, tokens)
        found += [node] if node else []
    return found


def node_from(token: Token, tokens: Iterator[Token]) -> Node | None:
    """One block, taking its inner tokens from the stream; None for a token that says nothing."""
    match token.type:
        case "paragraph_open":
            return {"kind": "paragraph", "runs": runs_from(next(tokens))}
        case "heading_open":
            runs = runs_from(next(tokens))
            said = any(run.get("text", "").strip() for run in runs)
            return {"kind": "heading", "level": int(token.tag[1]), "runs": runs} if said else None
        case "bullet_list_open" | "ordered_list_open":
            close = token.type.replace("open", "close")
            items = [node["nodes"] for node in nodes_from(tokens, close)]
            ordered = token.tag == "ol"
            return {"kind": "list", "ordered": ordered, "start": int(token.attrs.get("start", 1)), "items": items}
        case "list_item_open":
            return {"kind": "item", "nodes": nodes_from(tokens, "list_item_close")}
        case "blockquote_open":
            return {"kind": "quote", "nodes": nodes_from(tokens, "blockquote_close")}
        case "fence":
            return {"kind": "code", "text": token.content.rstrip("\n")}
        case "table_open":
            return table_from(tokens)
        case "hr":
            return {"kind": "rule"}
    return None


def table_from(tokens: Iterator[Token]) -> Node:
    """A table: its first row is the head."""
    rows: list[list[list[Node]]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(runs_from(token))
    return {"kind": "table", "head": rows[0], "rows": rows[1:]}


def runs_from(inline: Token) -> list[Node]:
    """The runs of one line of text."""
    found: list[Node] = []
    strong = emph = 0
    url = ""
    for token in inline.children or ():
        strong += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        emph += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        if token.type in {"link_open", "link_close"}:
            url = str(token.attrs.get("href", ""))
        elif token.type in {"softbreak", "hardbreak"}:
            found.append({"kind": "break"})
        elif token.type in {"text", "code_inline"} and token.content:
            marks = {"strong": strong > 0, "emph": emph > 0, "code": token.type == "code_inline", "url": url}
            found.append({"kind": "text", "text": token.content} | {name: mark for name, mark in marks.items() if mark})
    return found


def plain_of(body: str) -> str:
    """The text to be read as it is: lists with their marks, a link with its address, nothing else added."""
    return "\n\n".join("\n".join(lines_of(node)) for node in nodes_of(body))


def lines_of(node: Node) -> list[str]:
    """One node as lines."""
    match node["kind"]:
        case "list":
            marks = (f"{node['start'] + place}. " if node["ordered"] else "- " for place in range(len(node["items"])))
            return [line for mark, item in zip(marks, node["items"], strict=True) for line in item_lines(mark, item)]
        case "quote":
            return [f"> {line}".rstrip() for line in inner_lines(node["nodes"])]
        case "code":
            return str(node["text"]).split("\n")
        case "table":
            return [" | ".join(words_of(cell) for cell in row) for row in [node["head"], *node["rows"]]]
        case "rule":
            return ["---"]
    return words_of(node["runs"]).split("\n")


def item_lines(mark: str, nodes: list[Node]) -> list[str]:
    """One item of a list: its mark, what follows indented under it."""
    first, *rest = inner_lines(nodes) or [""]
    return [(mark + first).rstrip(), *(f"{' ' * len(mark)}{line}".rstrip() for line in rest)]


def inner_lines(nodes: Iterable[Node]) -> list[str]:
    """The lines of nodes that stand inside another."""
    return [line for node in nodes for line in lines_of(node)]


def words_of(runs: Iterable[Node]) -> str:
    """Runs as words; an address that is not already the words stands behind them."""
    return "".join("\n" if run["kind"] == "break" else said(run) for run in runs)


def said(run: Node) -> str:
    """One run as words."""
    text, url = str(run["text"]), str(run.get("url", ""))
    return text if url.removeprefix("mailto:") in {"", text} else f"{text} ({url})"
