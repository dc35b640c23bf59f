"""Spreadsheets for tests: an XLSX as small as can be, made of strings, numbers and formulas."""

import io
import zipfile
from string import ascii_uppercase
from xml.sax.saxutils import escape

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATED = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>'
)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def cell(place: str, value: object) -> str:
    """A cell: words as they are, numbers, or ("=A1", what it shows)."""
    if isinstance(value, tuple):
        return f'<c r="{place}" t="str"><f>{escape(value[0][1:])}</f><v>{escape(value[1])}</v></c>'
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def xlsx(rows: list[list[object]], places: dict[str, object] | None = None) -> bytes:
    """A workbook of one sheet; `places` are cells elsewhere ("XFD1048576")."""
    said = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(cell(f"{chr(65 + n)}{number}", value) for n, value in enumerate(row))
        said += f'<row r="{number}">{cells}</row>'
    for place, value in (places or {}).items():
        said += f'<row r="{place.lstrip(ascii_uppercase)}">{cell(place, value)}</row>'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATED.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATED.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": SHEET.format(rows=said),
    }
    return packed(parts)


def packed(parts: dict[str, str]) -> bytes:
    """A zip of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, words in parts.items():
            made.writestr(name, words)
    return out.getvalue()
