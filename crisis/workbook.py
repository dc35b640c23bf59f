"""A workbook (XLSX) as rows of values. What is none, is damaged, or unpacks to too much, is refused whole."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Generator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.functions import iterparse

from crisis.errors import RuleBroken
from crisis.table import COLUMNS, ROWS, too_large

UNPACKED, TAGS = 50_000_000, 500_000
"""Bytes of what is inside an XLSX, which is a zip, and its tags: what takes the time to read."""
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
