"""A spreadsheet on the page of the services: its columns are shown as they were guessed, corrected, and taken in whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crisis.table import HEAVIEST, rows_of
from crisis.table_pages import Table, columns_of, table_of
from services.opening.columns import ESSENTIAL, IGNORED, PHONE, SERVICE, SITE, guessed, has_head, taken
from services.opening.ticks import ServicesForm

ROLES = {
    IGNORED: gettext_lazy("leave it out"),
    SERVICE: gettext_lazy("the service"),
    SITE: gettext_lazy("the site"),
    ESSENTIAL: gettext_lazy("essential: yes or no"),
    PHONE: gettext_lazy("the fallback number"),
}
SHOWN = 8
"""Lines that stood twice are named, so many at most."""


def is_table(request: HttpRequest, form: ServicesForm) -> bool:
    """Whether a page of services was sent with a spreadsheet, or with what its columns are; what is pasted is looked at first."""
    return ("table" in request.FILES or "rows" in request.POST) and "pasted" not in form.errors


def without(request: HttpRequest) -> bool:
    """Whether the table is left out after all: the ticks and what was pasted come back as they were sent."""
    return "without" in request.POST


def pasted_in(form: ServicesForm) -> str:
    """The pasted lines as ticks; what that came to, in sentences."""
    count, own = form.take_in()
    said = ngettext("%(n)d line is ticked at every site.", "%(n)d lines are ticked at every site.", count)
    notes = [said % {"n": count}]
    if own:
        notes.append(_("Not in the catalogue, so a row of their own: %(lines)s.") % {"lines": quoted(own)})
    if form.doubles:
        notes.append(_("Stands there twice, counted once: %(lines)s.") % {"lines": quoted(form.doubles)})
    return " ".join(notes)


def quoted(lines: list[str]) -> str:
    """The first of the lines, as somebody typed them."""
    said = [_("“%(words)s”") % {"words": line} for line in lines[:SHOWN]]
    return ", ".join(said) + (", …" if len(lines) > SHOWN else "")


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


def choices(form: ServicesForm) -> dict[str, Any]:
    """What a column may be, and how that is called."""
    return ROLES | {f"at:{n}": _("at %(site)s: yes or no") % {"site": site} for n, site in form.sites.items()}


def columns_page(
    request: HttpRequest, form: ServicesForm, table: Table, wrong: list[str] | None = None
) -> HttpResponse:
    """The first rows of the table, with what each column is over it."""
    context = columns_of(table, choices(form)) | {"form": form, "wrong": wrong or []}
    return render(request, "opening/table.html", context, status=422 if wrong else 200)
