"""Back from paper: one site a screen, the moment and the source once for all, then the next site."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crisis.context import acts_of
from crisis.errors import RuleBroken
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import REFUSALS, allowed, check_open, memberships
from crisis.views import crisis_of
from services.models import Site
from services.paper.forms import LineForm, SheetForm
from services.paper.sheets import clock_warning
from services.paper.writes import Entered, SheetRefused, enter_sheet
from services.reads import Tile, board_at

KEPT = "sheet"
"""Where the session keeps moment and source from one site to the next."""


def tiles_of(request: MemberRequest, crisis: Crisis) -> list[Tile]:
    """The services that this person may report, as the board shows them now."""
    held = memberships(request.user, crisis)
    return [tile for tile in board_at(crisis).tiles if allowed(held, "report a status", tile.service.scopes)]


def sites_of(tiles: list[Tile]) -> list[Site]:
    """Their sites, in order."""
    return sorted({tile.service.site for tile in tiles}, key=lambda site: (site.order, site.pk))


def after(site: Site, sites: list[Site]) -> Site | None:
    """The site that comes next."""
    place = sites.index(site) + 1
    return sites[place] if place < len(sites) else None


@require_http_methods(["GET", "POST"])
def back_entry(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """A sheet of one site, to type in and to write."""
    crisis, site = crisis_of(request, crisis_pk), get_object_or_404(Site, pk=pk)
    check_open(crisis)
    tiles = tiles_of(request, crisis)
    mine, sites = [tile for tile in tiles if tile.service.site_id == site.pk], sites_of(tiles)
    if not mine:
        if any(tile.service.site_id == site.pk for tile in board_at(crisis).tiles):
            raise RuleBroken(REFUSALS["report a status"])
        raise Http404
    typed = request.POST if request.method == "POST" else None
    kept = request.session.get(KEPT, {})
    sheet = SheetForm(crisis, typed, initial=kept if kept.get("crisis") == crisis.pk else {})
    lines = [LineForm(tile, typed) for tile in mine]
    context = {"site": site, "sites": sites, "next": after(site, sites), "sheet": sheet, "lines": lines}

    def page(status: int) -> HttpResponse:
        around = {"crisis": crisis, "page": "paper", "may": acts_of(request, crisis), "clock": clock_warning(crisis)}
        return render(request, "paper/entry.html", context | around, status=status)

    if typed is None:
        first = lines[0].fields["status"] if sheet.initial else sheet.fields["observed_at"]
        first.widget.attrs["autofocus"] = True
        return page(200)
    if not all([sheet.is_valid(), *(line.is_valid() for line in lines)]):
        return page(422)
    request.refused = lambda refusal: page(marked(refusal, sheet, lines))
    return written(request, crisis, sheet, lines, context["next"])


def marked(refusal: RuleBroken, sheet: SheetForm, lines: list[LineForm]) -> int:
    """Put a refusal where it belongs: each line's at its field. The status of the answer."""
    sheet.add_error(None, str(refusal))
    if isinstance(refusal, SheetRefused):
        for form in lines:
            if why := refusal.lines.get(form.tile.service.key):
                form.add_error(why.field if why.field in form.fields else None, str(why))
    return 422


def written(
    request: MemberRequest, crisis: Crisis, sheet: SheetForm, lines: list[LineForm], following: Any
) -> HttpResponse:
    """Write the sheet, keep moment and source, and go on to the next site, or to the board."""
    head, lang = sheet.cleaned_data, (get_language() or "fr")[:2]
    entered = enter_sheet(crisis, [form.line() for form in lines], by=request.user, lang=lang, **head)
    moment = sheet["observed_at"].value()
    request.session[KEPT] = {"crisis": crisis.pk, "observed_at": moment, "source": head["source"]}
    tell(request, lines[0].tile.service.site, entered)
    return redirect("back_entry", crisis.pk, following.pk) if following else redirect("board", crisis.pk)


def tell(request: MemberRequest, site: Site, entered: Entered) -> None:
    """What was written, what was there already, and what the board does not show of it."""
    if count := len(entered.written):
        said = ngettext(
            "%(site)s: %(count)d line is in the journal.", "%(site)s: %(count)d lines are in the journal.", count
        )
        messages.success(request, said % {"site": site.name, "count": count})
    if count := len(entered.again):
        said = ngettext(
            "%(site)s: %(count)d line is in the journal already.",
            "%(site)s: %(count)d lines are in the journal already.",
            count,
        )
        messages.success(request, said % {"site": site.name, "count": count})
    if entered.late:
        names = ", ".join(service.activity.name for service in entered.late)
        messages.success(
            request,
            _("Older than what is shown: noted in the journal, the board stays as it is. %(services)s.")
            % {"services": names},
        )
