"""A spreadsheet on the page of the services: its columns are shown as they were guessed, corrected, and taken in whole."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crisis.errors import RuleBroken
from services.opening.columns import ESSENTIAL, IGNORED, PHONE, SERVICE, SITE, guessed, has_head, taken
from services.opening.table import CELL, COLUMNS, HEAVIEST, ROWS, Rows, rows_of
from services.opening.ticks import ServicesForm

ROLES = {
    IGNORED: gettext_lazy("leave it out"),
    SERVICE: gettext_lazy("the service"),
    SITE: gettext_lazy("the site"),
    ESSENTIAL: gettext_lazy("essential: yes or no"),
    PHONE: gettext_lazy("the fallback number"),
}
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


def is_table(request: HttpRequest, form: ServicesForm) -> bool:
    """Whether a page of services was sent with a spreadsheet, or with what its columns are; what is pasted is looked at first."""
    return ("table" in request.FILES or "rows" in request.POST) and "pasted" not in form.errors


def without(request: HttpRequest) -> bool:
    """Whether the table is left out after all: the ticks and what was pasted come back as they were sent."""
    return "without" in request.POST


def pasted_in(form: ServicesForm) -> str:
    """The pasted lines as ticks; what that came to, in sentences."""
    known, own = form.take_in()
    said = ngettext("%(n)d line is ticked at every site", "%(n)d lines are ticked at every site", known + own)
    new = ngettext("%(n)d of them is not in the catalogue", "%(n)d of them are not in the catalogue", own)
    note = f"{said % {'n': known + own}}; {new % {'n': own}}." if own else f"{said % {'n': known + own}}."
    if not form.doubles:
        return note
    lines = ", ".join(f"“{line}”" for line in form.doubles[:SHOWN]) + (", …" if len(form.doubles) > SHOWN else "")
    return note + " " + _("Stands there twice, counted once: %(lines)s.") % {"lines": lines}


def from_table(request: HttpRequest, form: ServicesForm) -> HttpResponse | str:
    """What came of the spreadsheet: a page that asks for its columns, or, once it is ticked in the form, a sentence.

    Raises RuleBroken when the file is none.
    """
    if without(request):
        return _("The table was left out. Everything else stands as you left it.")
    if "table" in request.FILES:
        file = request.FILES["table"]
        assert not isinstance(file, list)
        rows = rows_of(file.read(HEAVIEST + 1))
        table = Table(rows, guessed(rows, form.sites, form), has_head(rows, form.sites))
        return columns_page(request, form, table)
    table = table_of(request)
    table.roles = [role if role in choices(form) else IGNORED for role in table.roles]
    found = taken(table.rows, table.roles, table.head, form)
    if found.wrong:
        return columns_page(request, form, table, found.wrong)
    for row in found.rows:
        key = form.tick(row.name, row.places)
        if row.essential is not None:
            form.essential = form.essential | {key} if row.essential else form.essential - {key}
        if row.phone:
            form.phones |= {f"{key}@{place}": row.phone for place in row.places}
    said = ngettext("%(n)d row of the table is ticked", "%(n)d rows of the table are ticked", len(found.rows))
    note = f"{said % {'n': len(found.rows)}}."
    return f"{note} {pasted_in(form)}" if form.cleaned_data.get("pasted") else note


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
    roles = [request.POST.get(f"column{n}", IGNORED) for n in range(width)]
    return Table(rows, roles, "head" in request.POST)


def is_number(words: str) -> bool:
    """Whether it can be the number of a row."""
    return words.isascii() and words.isdigit() and int(words) <= ROWS


def choices(form: ServicesForm) -> dict[str, Any]:
    """What a column may be, and how that is called."""
    return ROLES | {f"at:{n}": _("at %(site)s: yes or no") % {"site": site} for n, site in form.sites.items()}


def columns_page(
    request: HttpRequest, form: ServicesForm, table: Table, wrong: list[str] | None = None
) -> HttpResponse:
    """The first rows of the table, with what each column is over it."""
    selects = [
        forms.Select(choices=list(choices(form).items())).render(f"column{n}", role, {"aria-label": name})
        for n, (role, name) in enumerate(zip(table.roles, named(table), strict=True))
    ]
    shown = list(table.rows.values())[table.head :][:SHOWN]
    context = {
        "form": form,
        "table": table,
        "selects": selects,
        "names": named(table),
        "shown": shown,
    }
    context |= {"wrong": wrong or [], "more": len(table.rows) - table.head - len(shown)}
    return render(request, "opening/table.html", context, status=422 if wrong else 200)


def named(table: Table) -> list[str]:
    """What each column is called: by its head, else by its number."""
    heads = next(iter(table.rows.values())) if table.head else [""] * len(table.roles)
    return [cell or _("Column %(n)d") % {"n": n} for n, cell in enumerate(heads, 1)]
