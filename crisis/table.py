"""A spreadsheet as rows of words: CSV as offices save it, or XLSX. What is none, or too much, is refused whole."""

import codecs
import csv
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from crisis.errors import RuleBroken

HEAVIEST = 4_000_000
"""Bytes of a file: with the ticks beside it, it stays under what the launcher takes."""
UNPACKED, TAGS = 50_000_000, 500_000
"""Bytes of what is inside an XLSX, which is a zip, and its tags: what takes the time to read."""
ROWS, COLUMNS, CELL, LETTERS = 4000, 40, 200, 500_000
"""Rows, columns, letters of a cell and of all cells: a list of services or of people never comes near."""
LOOKED = 200
"""Rows of a CSV from which its separator is known."""
ONE_COLUMN = "\x1f"
"""A separator that no office writes: what stands on a line is one cell."""
UNREADABLE = (
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
)
"""What reading a workbook that is damaged, or none, ends with."""
Rows = dict[int, list[str]]
"""The rows of a table that hold something, by their numbers in the file, each as long as the longest."""


def rows_of(content: bytes) -> Rows:
    """The rows of a file; a cell that is too long is cut and ends with "…". Raises RuleBroken with a sentence."""
    if len(content) > HEAVIEST:
        raise RuleBroken(_("This file is too heavy for a list: at most 4 MB."), field="table")
    found: Iterable[tuple[int, Iterable[object]]] = xlsx(content) if content.startswith(b"PK") else text(content)
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
    if cell in ERROR_CODES:
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


class Cells(WorkSheetParser):  # type: ignore[misc]
    """The rows of a sheet, and nothing else of it; a formula that nobody has computed shows itself."""

    def parse(self) -> Generator[Any, None, None]:
        """Each row with the cells that stand in it, so that a far one costs what a near one does."""
        for _event, element in iterparse(self.source):
            if element.tag == DATA_TAG:
                return
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """One cell, filled or not."""
        cell: dict[str, Any] = super().parse_cell(element)
        formula = element.find(FORMULA_TAG)
        if cell["value"] is None and formula is not None:
            cell["value"] = f"={formula.text or '…'}"
        return cell


def xlsx(content: bytes) -> list[tuple[int, list[object]]]:
    """The first sheet of a workbook that holds something: its rows by their numbers, values as its formulas came out."""
    try:
        check_unpacked(content)
        book = ExcelReader(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        book.read_manifest()
        book.read_strings()
        book.read_workbook()
        sheets = [related for _sheet, related in book.parser.find_sheets() if "chartsheet" not in related.Type]
        for part in dict.fromkeys(sheet.target for sheet in sheets):  # each once, whatever the workbook says
            if rows := filled(book, part):
                return rows
    except UNREADABLE:
        words = _("This workbook cannot be read: save it again as XLSX, without a password, or as CSV.")
        raise RuleBroken(words, field="table") from None
    return []


def filled(book: Any, part: str) -> list[tuple[int, list[object]]]:
    """The rows of a sheet that hold something: two cells a million rows, or sixteen thousand columns, apart cost nothing."""
    rows: list[tuple[int, list[object]]] = []
    with book.archive.open(part) as source:
        for met, (number, row) in enumerate(Cells(source, book.shared_strings, data_only=True).parse(), 1):
            values = {cell["column"]: cell["value"] for cell in row if cell["value"] is not None}
            if met > 2 * ROWS or (values and (number > ROWS or max(values) > COLUMNS)):
                raise too_large()
            if values:
                rows.append((number, [values.get(column) for column in range(1, max(values) + 1)]))
    return rows


def check_unpacked(content: bytes) -> None:
    """Refuse a zip that unpacks to what would fill the memory or take long, whatever it says of its size."""
    left, tags = UNPACKED, TAGS
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.infolist():
            with packed.open(part) as opened:
                while inside := opened.read(1_000_000):
                    left, tags = left - len(inside), tags - inside.count(b"<")
                    if left < 0 or tags < 0:
                        raise RuleBroken(_("What is packed in this file is too large for a list."), field="table")
