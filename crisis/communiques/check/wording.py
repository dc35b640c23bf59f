"""How claims and the board read beside each other, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.communiques.check.claims import Claim
from crisis.templatetags.vigie import status_word
from services.models import Site
from services.reads import Tile


def subject(claim: Claim) -> str:
    """The services that a claim speaks of: an activity, at the sites it names."""
    if claim.activity is None:
        return _("Essential services") if claim.essential else _("All services")
    sites = listed([*claim.sites, *claim.missing])
    said = {"activity": claim.activity.name, "sites": sites}
    return _("%(activity)s (%(sites)s)") % said if sites else said["activity"]


def listed(sites: Iterable[Site]) -> str:
    """Names of sites, in order."""
    return ", ".join(site.name for site in sites)


def says(service: str, what: str) -> str:
    """A service and what is said of it."""
    return _("%(service)s: %(what)s") % {"service": service, "what": what}


def status_said(claim: Claim) -> str:
    """What a claim of a status says."""
    return says(subject(claim), _("running") if claim.runs else status_word("suspended").lower())


def tiles_say(tiles: list[Tile], claim: Claim) -> str:
    """What the board says of a claim's services: each status with its sites, or services when there are several; since when."""
    found = []
    for status in dict.fromkeys(tile.status for tile in tiles):
        same = [tile for tile in tiles if tile.status == status]
        sites = listed(tile.service.site for tile in same) if claim.activity else services(same)
        said = {"what": status_word(status), "where": sites}
        since = max((tile.since for tile in same if tile.since), default=None)
        if since is None:
            found.append(_("%(what)s: %(where)s") % said)
        else:
            found.append(_("%(what)s: %(where)s, since %(moment)s") % (said | {"moment": moment(since)}))
    return _("; ").join(found)


def services(tiles: list[Tile]) -> str:
    """A few services by name, or how many there are."""
    if len(tiles) <= 3:
        return ", ".join(str(tile.service) for tile in tiles)
    return ngettext("%(count)d service", "%(count)d services", len(tiles)) % {"count": len(tiles)}


def capacities_say(tiles: list[Tile]) -> str:
    """Each capacity of some services with its sites."""
    found = []
    for capacity in dict.fromkeys(tile.report.capacity for tile in tiles if tile.report):
        same = [tile for tile in tiles if tile.report and tile.report.capacity == capacity]
        since = max(tile.report.observed_at for tile in same if tile.report)
        said = {"what": f"{capacity} %", "where": listed(tile.service.site for tile in same), "moment": moment(since)}
        found.append(_("%(what)s: %(where)s, since %(moment)s") % said)
    return _("; ").join(found)


def moment(value: datetime) -> str:
    """A day and an hour, in the organisation's zone."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'j F Y')}, {local:%H:%M}"


def day(value: date) -> str:
    """A day in words."""
    return date_format(value, "l j F")


def seq_of(tiles: Iterable[Tile]) -> int:
    """The newest entry about some services."""
    return max((tile.report.seq for tile in tiles if tile.report), default=0)
