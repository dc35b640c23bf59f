"""A spreadsheet on its way through pages: its rows travel with them, its columns are shown with what each was guessed to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from crisis.errors import RuleBroken
from crisis.table import CELL, COLUMNS, ROWS, Rows

SHOWN = 8
"""Rows of the table that are shown."""


@dataclass
class Table:
    """A spreadsheet on its way: its rows travel with the page, so that nothing is kept of what is not taken."""

    rows: Rows
    roles: list[str]
    head: bool

    def sent(self) -> str:
        """The rows as they travel: a line each, its number and its cells parted by tabs."""
        return "\n".join("\t".join([str(number), *row]) for number, row in self.rows.items())


def table_of(request: HttpRequest) -> Table:
    """The table that came back with its page. Raises RuleBroken when it is none of ours."""
    lines = [line.split("\t") for line in request.POST["rows"].replace("\r\n", "\n").split("\n") if line.strip()]
    width = len(lines[0]) - 1 if lines else 0
    whole = lines and len(lines) <= ROWS and 0 < width <= COLUMNS and all(len(line) == width + 1 for line in lines)
    if (
        not whole
        or any(len(cell) > CELL for line in lines for cell in line)
        or not all(is_number(row[0]) for row in lines)
    ):
        raise RuleBroken(_("The table did not arrive whole: choose the file again."), field="table")
    rows = {int(number): cells for number, *cells in lines}
    roles = [request.POST.get(f"column{n}", "") for n in range(width)]
    return Table(rows, roles, "head" in request.POST)


def is_number(words: str) -> bool:
    """Whether it can be the number of a row."""
    return words.isascii() and words.isdigit() and int(words) <= ROWS


def columns_of(table: Table, choices: Mapping[str, Any]) -> dict[str, Any]:
    """What `crisis/_columns.html` shows: the first rows, and over each column a select of what it may be."""
    names = named(table)
    selects = [
        forms.Select(choices=list(choices.items())).render(f"column{n}", role, {"aria-label": name})
        for n, (role, name) in enumerate(zip(table.roles, names, strict=True))
    ]
    shown = list(table.rows.values())[table.head :][:SHOWN]
    more = len(table.rows) - table.head - len(shown)
    return {"table": table, "selects": selects, "names": names, "shown": shown, "more": more}


def named(table: Table) -> list[str]:
    """What each column is called: by its head, else by its number."""
    heads = next(iter(table.rows.values())) if table.head else [""] * len(table.roles)
    return [cell or _("Column %(n)d") % {"n": n} for n, cell in enumerate(heads, 1)]
