"""Accounts from a spreadsheet: a file, its columns, everybody who would get an account, and their cards."""

from typing import Any

from django.contrib import messages
from django.forms import Select
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.card_views import shown
from crisis.context import acts_of
from crisis.errors import RuleBroken
from crisis.member_writes import AT_ONCE, add_people, too_many
from crisis.middleware import takes
from crisis.models import Crisis, Role
from crisis.people import BY_TABLE, COLUMNS, Taken, guessed, has_head, known_accounts, taken
from crisis.request import MemberRequest
from crisis.table import HEAVIEST, rows_of
from crisis.table_pages import Table, columns_of, table_of
from crisis.views import place_of


@takes(HEAVIEST)
def members_table(request: MemberRequest, crisis_pk: int | None = None) -> HttpResponse:
    """A page that asks for the file; sent to it, the file's columns; then its people; then, at last, their cards."""
    crisis = place_of(request, crisis_pk, "manage members")
    if request.method != "POST":
        return file_page(request, crisis)
    request.refused = lambda refusal: file_page(request, crisis, str(refusal))
    if "rows" not in request.POST:
        return columns_page(request, crisis, table_brought(request), "")
    table, role = table_of(request), role_chosen(request)
    found = taken(table.rows, table.roles, table.head, role, known_accounts())
    if found.wrong or "correct" in request.POST:
        return columns_page(request, crisis, table, role, found.wrong if "correct" not in request.POST else [])
    if request.POST.get("make") != names_of(found):
        return people_page(request, crisis, table, role, found, changed="make" in request.POST)
    request.refused = lambda refusal: columns_page(request, crisis, table, role, [str(refusal)])
    cards = add_people(crisis, found.people, by=request.user)
    messages.success(request, said_of(found))
    return shown(request, crisis, cards)


def table_brought(request: MemberRequest) -> Table:
    """The file as a table, its columns guessed. Raises RuleBroken when it is none, or of too many people."""
    file = request.FILES.get("table")
    if file is None or isinstance(file, list):
        raise RuleBroken(_("Choose a file."), field="table")
    rows = rows_of(file.read(HEAVIEST + 1))
    head = has_head(rows)
    if len(rows) - head > AT_ONCE:
        raise too_many()
    return Table(rows, guessed(rows), head)


def role_chosen(request: MemberRequest) -> str:
    """The role of everybody whose row says none, "" for none yet."""
    said = request.POST.get("role", "")
    return said if said in BY_TABLE else ""


def names_of(found: Taken) -> str:
    """The user names as they were looked at: what is made is what was shown."""
    return " ".join(person.username for person in found.people)


def said_of(found: Taken) -> str:
    """What was done, as a sentence or two."""
    many, without = len(found.people), sum(not person.role for person in found.people)
    words = ngettext("%(n)d account is made, with its card.", "%(n)d accounts are made, each with its card.", many)
    if not without:
        return words % {"n": many}
    more = ngettext(
        "%(n)d has no role yet, and sees no crisis before the page Members gives one.",
        "%(n)d have no role yet, and see no crisis before the page Members gives them one.",
        without,
    )
    return f"{words % {'n': many}} {more % {'n': without}}"


def frame_of(request: MemberRequest, crisis: Crisis | None) -> dict[str, Any]:
    """What each of these pages has."""
    return {"crisis": crisis, "page": "members", "may": acts_of(request, crisis), "most": AT_ONCE}


def file_page(request: MemberRequest, crisis: Crisis | None, refused: str = "") -> HttpResponse:
    """What a table may hold, and where to choose it."""
    context = frame_of(request, crisis) | {"refused": refused}
    return render(request, "crisis/people_file.html", context, status=422 if refused else 200)


def columns_page(
    request: MemberRequest, crisis: Crisis | None, table: Table, role: str, wrong: list[str] | None = None
) -> HttpResponse:
    """The first rows of the table, with what each column is over it, and the role of whoever has none there."""
    roles = [("", _("none yet")), *((each.value, each.label) for each in BY_TABLE)]
    context = frame_of(request, crisis) | columns_of(table, COLUMNS) | {"wrong": wrong or []}
    context["role"] = Select(choices=roles).render("role", role, {"id": "role"})
    return render(request, "crisis/people_columns.html", context, status=422 if wrong else 200)


def people_page(
    request: MemberRequest, crisis: Crisis | None, table: Table, role: str, found: Taken, *, changed: bool
) -> HttpResponse:
    """Everybody who would get an account, with their user name and role; `changed`: not what was looked at before."""
    people = [(person, Role(person.role).label if person.role else "") for person in found.people]
    context = frame_of(request, crisis) | {"table": table, "people": people, "role": role, "changed": changed}
    context["names"] = names_of(found)
    return render(request, "crisis/people.html", context, status=422 if changed else 200)
