"""A measure in force and the board against it: it asks not to come where services run again, or to come where they do not."""

from django.utils.translation import gettext as _

from crisis.communiques.answers import covers
from crisis.communiques.check import wording
from crisis.communiques.check.situation import Finding, Situation
from crisis.communiques.proofs import STATUS, proofs_of
from crisis.facts import Fact
from crisis.templatetags.vigie import status_word
from services.models import Status
from services.reads import Tile

OTHERWISE = {"stay": Status.RESTORED, "come": Status.SUSPENDED}
"""The status that a measure's rule cannot stand beside: the same as where the public is told to call."""


def of_measure(fact: Fact, situation: Situation) -> list[Finding]:
    """What the board says against an inserted measure: advice, with the entry that made it so last; nothing when they agree."""
    status = OTHERWISE.get(fact.about.get("attendance", ""))
    tiles = [tile for tile in situation.board.tiles if tile.status == status and covers(fact, tile)] if status else []
    if not tiles:
        return []
    told = {"measure": fact.key.partition(":")[2], "board": board_says(tiles)}
    if status == Status.RESTORED:
        board = _("Measure %(measure)s asks not to come, but the board says: %(board)s") % told
    else:
        board = _("Measure %(measure)s asks to come, but the board says: %(board)s") % told
    return [Finding("conflict", fact.words, board, wording.seq_of(tiles), fact.key, fact.value)]


def board_says(tiles: list[Tile]) -> str:
    """Services of one status: each activity with its sites, since when."""
    found = []
    for activity in dict.fromkeys(tile.service.activity for tile in tiles):
        own = [tile for tile in tiles if tile.service.activity == activity]
        sites = wording.listed(tile.service.site for tile in own)
        where = _("%(activity)s (%(sites)s)") % {"activity": activity.name, "sites": sites}
        said = {"what": status_word(own[0].status), "where": where}
        found.append(wording.since(said, proofs_of(own, STATUS)))
    return _("; ").join(found)
