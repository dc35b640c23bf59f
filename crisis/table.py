"""A spreadsheet as rows of words: CSV as offices save it, or XLSX. What is none, or too much, is refused whole."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils.translation import gettext as _

from crisis.errors import RuleBroken

HEAVIEST = 4_000_000
"""Bytes of a file: with the ticks beside it, it stays under what the launcher takes."""
ROWS, COLUMNS, CELL, LETTERS = 4000, 40, 200, 500_000
"""Rows, columns, letters of a cell and of all cells: a list of services or of people never comes near."""
LOOKED = 200
"""Rows of a CSV from which its separator is known."""
BROKEN = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
"""What a formula shows that cannot be computed."""
ONE_COLUMN = "\x1f"
"""A separator that no office writes: what stands on a line is one cell."""
Rows = dict[int, list[str]]
"""The rows of a table that hold something, by their numbers in the file, each as long as the longest."""


def rows_of(content: bytes) -> Rows:
    """The rows of a file; a cell that is too long is cut and ends with "…". Raises RuleBroken with a sentence."""
    if len(content) > HEAVIEST:
        raise RuleBroken(_("This file is too heavy for a list: at most 4 MB."), field="table")
    found: Iterable[tuple[int, Iterable[object]]] = workbook(content) if content.startswith(b"PK") else text(content)
    rows: Rows = {}
    for number, row in found:
        if number > ROWS:
            raise too_large()
        cells = [cut(" ".join(shown(cell).split())) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows[number] = cells
    width = max((len(row) for row in rows.values()), default=0)
    if width > COLUMNS or sum(len(cell) for row in rows.values() for cell in row) > LETTERS:
        raise too_large()
    if not rows:
        raise RuleBroken(_("There is nothing in this file."), field="table")
    return {number: row + [""] * (width - len(row)) for number, row in rows.items()}


def workbook(content: bytes) -> Iterable[tuple[int, Iterable[object]]]:
    """The rows of an XLSX. What reads it is loaded by the first that comes: a server is ready a tenth of a second sooner."""
    from crisis.workbook import xlsx

    return xlsx(content)


def shown(cell: object) -> str:
    """What a cell shows: nothing, words, a whole number without its point."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def cut(cell: str) -> str:
    """A cell that is not longer than a cell may be."""
    return cell if len(cell) <= CELL else cell[: CELL - 1] + "…"


def too_large() -> RuleBroken:
    """What holds more than a list does."""
    most = {"rows": ROWS, "columns": COLUMNS}
    words = _("At most %(rows)d rows and %(columns)d columns: this is a list of something else.")
    return RuleBroken(words % most, field="table")


def wrong_cell(cell: str, number: int) -> str:
    """Why a cell of a column in use is not words, as a sentence; "" when it is: neither a formula, its fault, nor a text."""
    where = {"row": number, "cell": cell[:40], "most": CELL}
    if (cell[:1] == "=" and len(cell) > 1) or (
        cell[:1] in {"+", "-", "@"} and (cell[1:2].isalpha() or cell[1:2] == "(")
    ):
        return _("Row %(row)d: “%(cell)s” is a formula. Replace it with what it shows.") % where
    if cell in BROKEN:
        return _("Row %(row)d: “%(cell)s” is what a broken formula shows. Correct it in the table.") % where
    if len(cell) == CELL and cell.endswith("…"):
        return _("Row %(row)d: “%(cell)s…” is too long: at most %(most)d letters.") % where
    return ""


def decoded(content: bytes) -> str:
    """The words of a CSV, in the letters of whoever saved it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV by their numbers; a first line `sep=;` says its separator and is no row."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        words = _(
            "This is a workbook of an old Excel (XLS), or one with a password: save it as XLSX without, or as CSV."
        )
        raise RuleBroken(words, field="table")
    words = decoded(content)
    if "\0" in words:
        raise RuleBroken(_("This is neither CSV nor XLSX: save the table as one of them."), field="table")
    first, _end, rest = words.partition("\n")
    says = first.strip("\r") if len(first.strip("\r")) == 5 and first.casefold().startswith("sep=") else ""
    number = 1 if says else 0
    lines = io.StringIO(rest if says else words, newline="")
    try:
        for row in csv.reader(lines, delimiter=says[-1:] or separator_of(words), strict=True):
            yield (number := number + 1), row
    except csv.Error:
        words = _('Row %(row)d: a quotation mark (") is opened, and not closed where its cell ends.')
        raise RuleBroken(words % {"row": number + 1}, field="table") from None


def separator_of(words: str) -> str:
    """What parts the cells: the sign by which the most rows are of one width, above one, and at least half of them are."""
    found: dict[str, int] = {}
    for separator in "\t;,":
        lines = csv.reader(io.StringIO(words, newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in islice(lines, LOOKED) if any(row)]
        except csv.Error:
            continue
        most = Counter(width for width in widths if width > 1).most_common(1)
        if most and 2 * most[0][1] >= len(widths):
            found[separator] = most[0][1]
    return max(found, key=lambda separator: found[separator], default=ONE_COLUMN)
