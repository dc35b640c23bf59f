"""The papers of a crisis as PDF: each by its name, in the language in force."""

from collections.abc import Callable

from django.utils.translation import get_language, pgettext

from crisis.backup.make import prefix
from crisis.models import Crisis
from crisis.papers import pdf
from services.models import Site
from services.paper.sheets import Situation, Words, board_sheet, contact_sheet, empty_sheet, site_sheets

SHEETS: dict[str, tuple[str, Callable[[Situation], Words]]] = {
    "sites": ("site", site_sheets),
    "board": ("board", board_sheet),
    "contacts": ("contacts", contact_sheet),
    "empty": ("empty", empty_sheet),
}
"""Each paper of the whole crisis: its layout, and what stands on it."""


def paper(name: str, of: Situation) -> bytes:
    """One of `SHEETS`. The same situation gives the same bytes."""
    layout, sheet = SHEETS[name]
    return pdf(layout, sheet(of))


def site_paper(site: Site, of: Situation) -> bytes:
    """One site's sheet."""
    return pdf("site", site_sheets(of, site))


def common_name(crisis: Crisis) -> str:
    """How the names of a crisis' papers begin in the language in force; the demonstration's are its own."""
    return f"{prefix()}-{crisis.pk}-{(get_language() or 'fr')[:2]}"


def file_name(crisis: Crisis, name: str) -> str:
    """What a paper's file is called, in the language in force: the same name each time, so that a newer one takes its place."""
    words = {
        "sites": lambda: pgettext("file name", "sites"),
        "board": lambda: pgettext("file name", "board-a3"),
        "contacts": lambda: pgettext("file name", "contacts"),
        "empty": lambda: pgettext("file name", "empty-sheet"),
    }
    return f"{common_name(crisis)}-{words[name]() if name in words else name}.pdf"


def all_papers(of: Situation) -> dict[str, bytes]:
    """Every paper by its file's name: those of the whole crisis, then one a site."""
    crisis = of.board.crisis
    found = {file_name(crisis, name): paper(name, of) for name in SHEETS}
    return found | {file_name(crisis, f"site-{site.key}"): site_paper(site, of) for site in of.board.sites}
