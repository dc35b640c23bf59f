"""Free text that people type as Markdown: safe HTML for pages, plain nodes for paper, plain words for a terminal."""

import re
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = dict[str, Any]

PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable("table").disable("image")
TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "h4", "h5", "h6", "a"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
"""No other, on no tag: "*" stands for all, else a title would come through."""
SCHEMES = {"http", "https", "mailto"}
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What turns the direction of text around, to make it read otherwise than it is."""
DEMOTED = 3
"""By how much a heading in a text stands below those of its page."""
DEEPEST = 14
"""How many nodes deep a layout still quotes and stresses: it cannot set what nests without end."""


def tokens_of(body: str) -> list[Token]:
    """What the text is made of; its headings stand below those of a page."""
    found = PARSER.parse(BIDI.sub("", body))
    for inner in flat(found):
        inner.content = BIDI.sub("", inner.content)  # once more: a character can be written by its number
    for token in found:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + DEMOTED, 6)}"
    return found


def html_of(body: str) -> SafeString:
    """The text as HTML of an allow-list: no raw HTML, no image, links by http, https and mailto only."""
    rendered = PARSER.renderer.render(tokens_of(body), PARSER.options, {})
    cleaned = nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    return mark_safe(cleaned)  # nothing but the allow-list is left


def nodes_of(body: str) -> list[Node]:
    """The same as nodes for a layout: {"is": "paragraph" | "list" | …, "in": [nodes]}, {"is": "text", "words": …}."""
    root: list[Node] = []
    open_nodes = [root]
    for token in flat(tokens_of(body)):
        if token.nesting == 1:
            node = opened(token)
            if len(open_nodes) > DEEPEST and node["is"] in {"blockquote", "emph", "strong", "link"}:
                open_nodes.append(open_nodes[-1])  # its words stand in what is around it
                continue
            open_nodes[-1].append(node)
            open_nodes.append(node["in"])
        elif token.nesting == -1:
            open_nodes.pop()
        else:
            open_nodes[-1].append(leaf(token))
    return root


def flat(tokens: list[Token]) -> list[Token]:
    """Block tokens with their inline ones in place."""
    return [inner for token in tokens for inner in (token.children or [] if token.type == "inline" else [token])]


KINDS = {"bullet_list": "list", "ordered_list": "numbered", "list_item": "item", "em": "emph"}


def opened(token: Token) -> Node:
    """A node that holds others; a link only to where links may lead."""
    kind = token.type.removesuffix("_open")
    node: Node = {"is": KINDS.get(kind, kind), "in": []}
    if kind == "heading":
        node["level"] = int(token.tag[1])
    if kind == "ordered_list":
        node["start"] = int(token.attrs.get("start", 1))
    if kind == "link":
        target = str(token.attrs.get("href", ""))
        node["to"] = target if target.partition(":")[0].lower() in SCHEMES else ""
    return node


def leaf(token: Token) -> Node:
    """A node that holds words."""
    if token.type in {"softbreak", "hardbreak"}:
        return {"is": "break"}
    if token.type == "hr":
        return {"is": "rule"}
    return {"is": "code" if "code" in token.type or token.type == "fence" else "text", "words": token.content}


def plain_of(body: str) -> str:
    """The same for a terminal or a mail: one line a block or item, without marks."""
    lines: list[str] = []
    current = ""
    counts: list[int | None] = [None]  # of each list that is open, the number of its next item
    for token in flat(tokens_of(body)):
        match token.type:
            case "bullet_list_open":
                counts.append(None)
            case "ordered_list_open":
                counts.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                counts.pop()
            case "list_item_open":
                current = "  " * (len(counts) - 2) + (f"{counts[-1]}. " if counts[-1] is not None else "- ")
                counts[-1] = None if counts[-1] is None else counts[-1] + 1
            case "softbreak" | "hardbreak":
                current += "\n"
            case "td_close" | "th_close":
                current += " | "
            case "paragraph_close" | "heading_close" | "tr_close" | "fence" | "code_block":
                lines.append((current + token.content).rstrip(" |\n"))
                current = ""
            case _:
                current += token.content
    return "\n".join(line for line in lines if line.strip())
