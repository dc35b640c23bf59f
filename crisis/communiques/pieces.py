"""What walls and the board get of communiqués: the title of what the public reads last."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import get_language

from crisis.communiques.reads import publications
from crisis.frames import verbs_since
from crisis.models import Crisis

OURS = ("communique.published", "communique.withdrawn", "text.masked")


def last_said(crisis: Crisis, moment: datetime | None = None) -> str:
    """The line of a wall: number, moment and title of the newest communiqué that stands, in the language in force."""
    newest = next((each for each in publications(crisis, moment) if each.current), None)
    words = newest.words((get_language() or "fr")[:2]) if newest else None
    return render_to_string("communiques/_said.html", {"newest": newest, "words": words})


def wall_places(crisis: Crisis, sites: set[str]) -> dict[str, str]:
    """The same on every wall, whatever sites it shows."""
    return {"said": last_said(crisis)}


def beside_board(crisis: Crisis, at: datetime | None) -> str:
    """The same beside the matrix of the board, of now or of a past moment."""
    return last_said(crisis, at)


def pieces(crisis: Crisis, after: int | None) -> str:
    """The line, when something was published or withdrawn, or its words masked."""
    concerned = after is None or any(verb in OURS for verb in verbs_since(crisis, after))
    return last_said(crisis) if concerned else ""
