"""The papers of a crisis, one page that leads to each."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from crisis.context import acts_of
from crisis.request import MemberRequest
from crisis.roles import allowed, memberships
from crisis.views import crisis_of
from services.models import Site
from services.paper.files import why_not
from services.paper.output import SHEETS, file_name, paper, site_paper
from services.paper.sheets import clock_warning, situation_of
from services.paper.state import state
from services.reads import board_at


@require_GET
def index(request: MemberRequest, crisis_pk: int) -> HttpResponse:
    """What can be printed, each as a PDF in the reader's language."""
    crisis = crisis_of(request, crisis_pk)
    board, held = board_at(crisis), memberships(request.user, crisis)
    mine = {t.service.site_id for t in board.tiles if allowed(held, "report a status", t.service.scopes)}
    context: dict[str, Any] = {"crisis": crisis, "page": "paper", "board": board} | state_line()
    context["clock"] = clock_warning(crisis)
    context["enterable"] = [site for site in board.sites if site.pk in mine and not crisis.closed_at]
    return render(request, "paper/paper.html", context | {"may": acts_of(request, crisis)})


def state_line() -> dict[str, Any]:
    """When the papers were last written by themselves, or why not, in the language in force."""
    known, now = state(), timezone.now()
    told, folder = known.failure, settings.PAPER_DIR
    why = why_not(folder, told.number, told.why) if told and folder else ""
    return {"printed": known, "late": known.is_late(now), "why": why, "folder": folder, "now": now}


@require_GET
def sheet(request: MemberRequest, crisis_pk: int, name: str) -> HttpResponse:
    """One paper of the whole crisis, as the board is now."""
    crisis = crisis_of(request, crisis_pk)
    if name not in SHEETS:
        raise Http404
    return as_pdf(paper(name, situation_of(crisis)), file_name(crisis, name))


@require_GET
def site_sheet(request: MemberRequest, crisis_pk: int, pk: int) -> HttpResponse:
    """One site's sheet, as the board is now."""
    crisis, site = crisis_of(request, crisis_pk), get_object_or_404(Site, pk=pk)
    situation = situation_of(crisis)
    if site not in situation.board.sites:
        raise Http404
    return as_pdf(site_paper(site, situation), file_name(crisis, f"site-{site.key}"))


def as_pdf(body: bytes, name: str) -> HttpResponse:
    """A PDF that opens in the browser, and keeps its name when it is saved."""
    return HttpResponse(
        body, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
