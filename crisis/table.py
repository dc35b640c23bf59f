"""A spreadsheet as rows of words: CSV as offices save it, or XLSX. What is none, or too much, is refused whole."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from crisis.errors import RuleBroken

HEAVIEST = 5_000_000
"""Bytes of a file."""
UNPACKED = 50_000_000
"""Bytes of what is inside an XLSX, which is a zip."""
ROWS, COLUMNS, CELL, LETTERS = 4000, 40, 200, 500_000
"""Rows, columns, letters of a cell and of all cells: a list of services or of people never comes near."""
UNREADABLE = (
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
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
    """The rows of a file. Raises RuleBroken with a sentence."""
    if len(content) > HEAVIEST:
        raise RuleBroken(_("This file is too heavy for a list: at most 5 MB."), field="table")
    found: Iterable[Iterable[object]] = xlsx(content) if content.startswith(b"PK") else text(content)
    rows: Rows = {}
    for number, row in enumerate(found, 1):
        if number > ROWS:
            raise too_large()
        cells = [" ".join(shown(cell).split()) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows[number] = [plain(cell, number) for cell in cells]
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


def too_large() -> RuleBroken:
    """What holds more than a list does."""
    most = {"rows": ROWS, "columns": COLUMNS}
    words = _("At most %(rows)d rows and %(columns)d columns: this is a list of something else.")
    return RuleBroken(words % most, field="table")


def plain(cell: str, number: int) -> str:
    """A cell that is words: neither a formula nor a text."""
    if cell.startswith("=") or (cell[:1] in "+-@" and not cell[1:2].isdigit() and len(cell) > 1):
        where = {"row": number, "cell": cell[:40]}
        raise RuleBroken(
            _("Row %(row)d: “%(cell)s” is a formula. Replace it with what it shows.") % where, field="table"
        )
    if len(cell) > CELL:
        where = {"row": number, "cell": cell[:40]}
        raise RuleBroken(_("Row %(row)d: “%(cell)s…” is too long for a name.") % where, field="table")
    return cell


def text(content: bytes) -> Iterator[list[str]]:
    """A CSV, in the letters and with the separator of whoever saved it."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = content.decode("cp1252", errors="replace")
    if "\0" in words:
        raise RuleBroken(_("This is neither CSV nor XLSX: save the table as one of them."), field="table")
    head = words[:10_000]
    separator = max("\t;,", key=head.count)
    try:
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=separator)
    except csv.Error:
        raise RuleBroken(_("This CSV is broken: a quote is opened and never closed."), field="table") from None


def xlsx(content: bytes) -> list[tuple[Any, ...]]:
    """The first sheet of a workbook that holds something: values, as its formulas came out."""
    try:
        check_unpacked(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if rows := filled(sheet):
                return rows
    except UNREADABLE:
        words = _("This workbook cannot be read: save it again as XLSX, without a password, or as CSV.")
        raise RuleBroken(words, field="table") from None
    return []


def filled(sheet: Any) -> list[tuple[Any, ...]]:
    """The rows of a sheet up to the last that holds something, read one by one: two cells a million rows apart cost nothing."""
    sheet.reset_dimensions()
    rows: list[tuple[Any, ...]] = []
    last = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        holds = any(cell is not None for cell in row)
        if number > 2 * ROWS or (holds and number > ROWS) or any(cell is not None for cell in row[COLUMNS:]):
            raise too_large()
        if number <= ROWS:
            rows.append(row[:COLUMNS])
        last = number if holds else last
    return rows[:last]


def check_unpacked(content: bytes) -> None:
    """Refuse a zip that unpacks to what would fill the memory, whatever it says of its size."""
    left = UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.infolist():
            with packed.open(part) as opened:
                while inside := opened.read(1_000_000):
                    if (left := left - len(inside)) < 0:
                        raise RuleBroken(_("What is packed in this file is too large for a list."), field="table")
