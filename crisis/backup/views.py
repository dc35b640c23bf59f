"""Pages of the house: how the backups stand, and one to take away."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from crisis.backup.downloads import Download, begin, state_of
from crisis.backup.forms import PassphraseForm
from crisis.backup.pieces import words_of
from crisis.backup.state import backups, state
from crisis.context import acts_of
from crisis.request import MemberRequest
from crisis.roles import check_may

ACT = "make backups"
SHOWN = 200
"""Backups that the page lists at most."""


def page(
    request: MemberRequest, form: PassphraseForm, download: Download | None = None, status: int = 200
) -> HttpResponse:
    """The state, what there is, and the form or how far the one under way is."""
    known, found = state(), backups()
    context = {
        "backup": known,
        "late": known.is_late(),
        "why": words_of(known),
        "folder": settings.BACKUP_DIR,
        "now": timezone.now(),
        "backups": found[:SHOWN],
        "count": len(found),
        "form": form,
        "download": download,
        "may": acts_of(request, None),
    }
    return render(request, "backup/backups.html", context, status=status)


def index(request: MemberRequest) -> HttpResponse:
    """How the backups stand; a passphrase, twice, begins one to take away."""
    check_may(request.user, ACT)
    form = PassphraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("backup_download", begin(request.user, form.cleaned_data["passphrase"]))
    return page(request, form, status=422 if form.is_bound else 200)


def download_of(request: MemberRequest, token: str) -> Download:
    """Somebody's own download, or 404."""
    check_may(request.user, ACT)
    found = state_of(token, request.user)
    if found is None:
        raise Http404
    return found


@require_GET
def download(request: MemberRequest, token: str) -> HttpResponse:
    """How far it is: the piece alone for a page that asks again by itself, else the whole page."""
    found = download_of(request, token)
    if request.htmx:
        return render(request, "backup/_progress.html", {"download": found})
    return page(request, PassphraseForm(), found)


@require_GET
def take(request: MemberRequest, token: str) -> HttpResponse:
    """The file itself; not ready yet, or gone: back to the page that says so."""
    found = download_of(request, token)
    if found.path is None:
        return redirect("backup_download", token)
    try:
        body = found.path.read_bytes()
    except FileNotFoundError:
        return redirect(reverse("backups"))
    headers = {"Content-Disposition": f'attachment; filename="{found.path.name}"'}
    return HttpResponse(body, content_type="application/octet-stream", headers=headers)
