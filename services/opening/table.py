"""A spreadsheet as rows of words: CSV as offices save it, or XLSX. What is none, or too much, is refused whole."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from crisis.errors import RuleBroken

HEAVIEST = 5_000_000
"""Bytes of a file."""
UNPACKED = 50_000_000
"""Bytes of what is inside an XLSX, which is a zip."""
ROWS, COLUMNS, CELL, LETTERS = 4000, 40, 200, 500_000
"""Rows, columns, letters of a cell and of all cells: a list of services never comes near."""
UNREADABLE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
PLACE = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})"')


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a file that hold something, each as long as the longest. Raises RuleBroken with a sentence."""
    if len(content) > HEAVIEST:
        raise RuleBroken(_("This file is too heavy for a list of services: at most 5 MB."), field="table")
    found: Iterable[Iterable[object]] = xlsx(content) if content.startswith(b"PK") else text(content)
    rows: list[list[str]] = []
    for number, row in enumerate(found, 1):
        cells = [" ".join(str(cell).split()) for cell in row]
        if any(cells):
            rows.append([plain(cell, number) for cell in cells])
        if number > ROWS:
            raise too_large()
    width = max((len(row) for row in rows), default=0)
    if width > COLUMNS or sum(len(cell) for row in rows for cell in row) > LETTERS:
        raise too_large()
    if not rows:
        raise RuleBroken(_("There is nothing in this file."), field="table")
    return [row + [""] * (width - len(row)) for row in rows]


def too_large() -> RuleBroken:
    """What holds more than a list of services."""
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


def xlsx(content: bytes) -> list[list[object]]:
    """The first sheet of a workbook that holds something: values, as its formulas came out."""
    try:
        check_unpacked(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]
    except UNREADABLE:
        words = _("This workbook cannot be read: save it again as XLSX, without a password, or as CSV.")
        raise RuleBroken(words, field="table") from None
    filled = next((sheet for sheet in sheets if any(any(row) for row in sheet)), [])
    return [[int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row] for row in filled]


def check_unpacked(content: bytes) -> None:
    """Refuse what would fill the memory: a zip that unpacks to more than it says, or two cells a million rows apart."""
    left = UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for part in packed.infolist():
            with packed.open(part) as opened:
                inside = opened.read(left + 1)
            if (left := left - len(inside)) < 0:
                raise RuleBroken(_("What is packed in this file is too large for a list of services."), field="table")
            if part.filename.startswith("xl/worksheets/"):
                for column, row in PLACE.findall(inside):
                    if int(row) > ROWS or len(column) > 2 or (len(column) == 2 and column > b"AN"):
                        raise too_large()
