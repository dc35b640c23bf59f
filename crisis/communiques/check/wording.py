"""How claims and the board read beside each other, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.communiques.check.claims import Claim
from crisis.communiques.proofs import CAPACITY, STATUS, Proof, proofs_of
from crisis.days import day_words
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
        found.append(since(said, proofs_of(same, STATUS)))
    return _("; ").join(found)


def since(said: dict[str, str], proofs: list[Proof]) -> str:
    """What holds (`what`) of whom (`where`), and since when: of several that began apart, the first and the last moment."""
    if not proofs:
        return _("%(what)s: %(where)s") % said
    first, last = moment(proofs[0].at), moment(proofs[-1].at)
    if first == last:
        return _("%(what)s: %(where)s, since %(moment)s") % (said | {"moment": first})
    return _("%(what)s: %(where)s, at different moments from %(first)s to %(last)s") % (
        said | {"first": first, "last": last}
    )


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
        said = {"what": f"{capacity} %", "where": listed(tile.service.site for tile in same)}
        found.append(since(said, proofs_of(same, CAPACITY)))
    return _("; ").join(found)


def moment(value: datetime) -> str:
    """A day and an hour, in the organisation's zone."""
    local = timezone.localtime(value)
    return f"{day_words(local, 'j F Y')}, {local:%H:%M}"


def day(value: date) -> str:
    """A day in words."""
    return day_words(value, "l j F")


def seq_of(tiles: Iterable[Tile], name: str = STATUS) -> int:
    """The entry that last changed a fact of some services, 0 when nothing was ever reported."""
    proofs = proofs_of(tiles, name)
    return proofs[-1].seq if proofs else 0
