"""A spreadsheet on the page of the services: its columns are shown as they were guessed, corrected, and taken in whole."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crisis.table import HEAVIEST, rows_of
from crisis.table_pages import Table, columns_of, table_of
from services.opening.columns import ESSENTIAL, IGNORED, PHONE, SERVICE, SITE, guessed, has_head, taken
from services.opening.forms import ServicesForm

ROLES = {
    IGNORED: gettext_lazy("leave it out"),
    SERVICE: gettext_lazy("the service"),
    SITE: gettext_lazy("the site"),
    ESSENTIAL: gettext_lazy("essential: yes or no"),
    PHONE: gettext_lazy("the fallback number"),
}


def is_table(request: HttpRequest) -> bool:
    """Whether a page of services was sent with a spreadsheet, or with what its columns are."""
    return "table" in request.FILES or "rows" in request.POST


def from_table(request: HttpRequest, form: ServicesForm, before: str) -> HttpResponse | str:
    """What came of the spreadsheet: a page that asks for its columns, or, once it is ticked in the form, a sentence.

    `before` is where one goes back to. Raises RuleBroken when the file is none.
    """
    if "table" in request.FILES:
        file = request.FILES["table"]
        assert not isinstance(file, list)
        rows = rows_of(file.read(HEAVIEST + 1))
        table = Table(rows, guessed(rows, form.sites, form), has_head(rows, form.sites))
        return columns_page(request, form, table, before)
    table = table_of(request)
    found = taken(table.rows, table.roles, table.head, form)
    if found.wrong:
        return columns_page(request, form, table, before, found.wrong)
    for row in found.rows:
        key = form.tick(row.name, row.places)
        if row.essential is not None:
            form.essential = form.essential | {key} if row.essential else form.essential - {key}
        if row.phone:
            form.phones |= {f"{key}@{place}": row.phone for place in row.places}
    said = ngettext("%(n)d row of the table is ticked", "%(n)d rows of the table are ticked", len(found.rows))
    return f"{said % {'n': len(found.rows)}}."


def columns_page(
    request: HttpRequest, form: ServicesForm, table: Table, before: str, wrong: list[str] | None = None
) -> HttpResponse:
    """The first rows of the table, with what each column is over it."""
    choices: dict[str, Any] = ROLES | {
        f"at:{n}": _("at %(site)s: yes or no") % {"site": s} for n, s in enumerate(form.sites)
    }
    context = columns_of(table, choices) | {"form": form, "before": before, "wrong": wrong or []}
    return render(request, "opening/table.html", context, status=422 if wrong else 200)
