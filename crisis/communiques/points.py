"""A text as its points, one after the other: what a short message can take as many of as it has room for."""

import re

from django.utils.translation import gettext as _

from crisis.markdown import Node, nodes_of, words_of

ENDS = (".", "!", "?", "…", ":", ";", ",")


def points_of(body: str) -> list[str]:
    """Each paragraph, point of a list and row of a table on one line, in order, in the language in force.

    A heading, and a line that announces what follows ("Measures in force:"), stand before the first point under them.
    """
    found: list[str] = []
    heading = ""
    for text, leads in lines_of(nodes_of(body)):
        if not text:
            continue
        whole = under(heading, text) if heading else text
        heading = whole if leads or text.endswith(":") else ""
        found += [] if heading else [whole]
    return found + ([heading] if heading else [])


def lines_of(nodes: list[Node]) -> list[tuple[str, bool]]:
    """The lines of blocks, each with whether it is a heading."""
    found: list[tuple[str, bool]] = []
    for node in nodes:
        match node["kind"]:
            case "paragraph" | "heading":
                found.append((one_line(words_of(node["runs"])), node["kind"] == "heading"))
            case "list":
                found += [line for item in node["items"] for line in lines_of(item)]
            case "quote":
                found += lines_of(node["nodes"])
            case "code":
                found.append((one_line(str(node["text"])), False))
            case "table":
                found += [(row_said(node["head"], row), False) for row in node["rows"]]
    return found


def one_line(words: str) -> str:
    """The words without their line breaks."""
    return re.sub(r"[ \t\n]+", " ", words).strip()


def row_said(head: list[list[Node]], row: list[list[Node]]) -> str:
    """A row of a table: each cell under the name of its column."""
    pairs = [(one_line(words_of(name)), one_line(words_of(cell))) for name, cell in zip(head, row, strict=False)]
    return ", ".join(under(name, cell) if name else cell for name, cell in pairs if cell)


def under(heading: str, text: str) -> str:
    """What is said under a heading, in one breath."""
    if heading.endswith(":"):
        return f"{heading} {text}"
    return _("%(service)s: %(what)s") % {"service": heading, "what": text}


def joined(points: list[str]) -> str:
    """Points as sentences, one after the other: each begins with a capital letter and ends with a sign."""
    return " ".join(
        (point if n == 0 else point[:1].upper() + point[1:]) + ("" if point.endswith(ENDS) else ".")
        for n, point in enumerate(points)
    )
