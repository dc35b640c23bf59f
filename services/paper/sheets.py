"""What stands on each sheet: plain words for `templates/papers/`, made of the board at one number of the journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.facts import Fact, facts_at
from crisis.models import Book, Crisis, Member, Organisation, Role
from crisis.roles import scope_options
from crisis.templatetags.vigie import status_word
from services.models import Site, Status
from services.paper.said import counts_of, lines_of, measure_line, moment_words, when_of
from services.paper.snapshot import one_moment
from services.reads import Board, Tile, board_at

Words = dict[str, Any]
SKEW = timedelta(minutes=1)
"""How far the machine's clock may lie behind the journal before the sheets say so."""
SPARE = 4
"""Lines left free for what is not in the registry."""


@dataclass(frozen=True)
class Situation:
    """All that the sheets of one print tell of: the board, what the features hold true then, whose house it is, who does what.

    `behind`: the machine's clock, where it lies behind the journal's last entry.
    """

    board: Board
    facts: list[Fact]
    organisation: Organisation | None
    people: list[Words]
    behind: datetime | None = None


def clock_behind(head: Book | None, now: datetime) -> datetime | None:
    """What the machine's clock says, when it lies behind the journal."""
    return now if head and head.head_at and head.head_at - now > SKEW else None


def clock_words(clock: datetime, journal: datetime) -> str:
    """That the machine's clock lies behind the journal."""
    return _("The clock of this machine is wrong: it says %(clock)s, the journal is at %(journal)s already.") % {
        "clock": moment_words(clock),
        "journal": moment_words(journal),
    }


def clock_warning(crisis: Crisis) -> str:
    """The same for a page; "" while the clock is right, as far as the journal can tell."""
    clock, journal = clock_behind(crisis.book, timezone.now()), crisis.book.head_at
    return clock_words(clock, journal) if clock and journal else ""


def situation_of(crisis: Crisis) -> Situation:
    """The situation now, all of it of one number of the journal, whatever is written while it is read.

    A clock that was put back loses nothing: the sheets are then of the journal's last moment, and say that the clock is wrong.
    """
    with one_moment():
        head = Book.objects.filter(crisis=crisis).first()
        now = timezone.now()
        moment = max(now, head.head_at) if head and head.head_at else now
        board, facts = board_at(crisis, moment), facts_at(crisis, moment)
        return Situation(board, facts, Organisation.objects.first(), people_of(crisis), clock_behind(head, now))


def framed(of: Situation, title: str) -> Words:
    """What stands on every page of a sheet."""
    board, house = of.board, of.organisation
    said = {"when": moment_words(board.moment, form="l j F Y"), "seq": board.seq}
    phone = house.cell_phone if house else ""
    warnings = [clock_words(of.behind, board.moment)] if of.behind else []
    return {
        "lang": (get_language() or "fr")[:2],
        "organisation": house.name if house else "",
        "crisis": board.crisis.name,
        "exercise": board.crisis.is_exercise,
        "stamp": _("EXERCISE"),
        "title": title,
        "head": _("Situation on %(when)s · journal no. %(seq)d") % said,
        "valid": _("Valid until replaced by a newer print."),
        "phone": _("Crisis cell: %(phone)s") % {"phone": phone} if phone else "",
        "page": _("page {page} of {pages}"),
        "warnings": warnings,
        "labels": labels(),
    }


def labels() -> Words:
    """The fixed words of all sheets."""
    return {
        "service": _("Service"),
        "status": _("Status"),
        "facts": _("Facts, what remains"),
        "when": _("When"),
        "essential": _("essential service"),
        "measures": _("Measures in force"),
        "nothing": _("No service is known yet: prepare the registry, or load a crisis file."),
        "functions": _("Functions of the cell"),
        "function": _("Function"),
        "name": _("Name"),
        "phone": _("Phone"),
        "services": _("Fallback number of each service"),
        "write": _("The number that works without the network, and whose it is. Where it is missing, write it down."),
        "site": _("Site"),
        "observed": _("Observed on, at"),
        "source": _("Source: who says so, and how"),
        "remains": _("What remains, why, note"),
        "how": _("Tick one box a line; leave a line empty when nobody has looked. Never a patient's name or number."),
        "statuses": [status_word(status) for status in Status.values],
    }


def row_of(tile: Tile) -> Words:
    """A service as its line or its cell says it."""
    return {
        "service": tile.service.activity.name,
        "essential": tile.essential,
        "status": tile.status,
        "word": status_word(tile.status),
        "lines": lines_of(tile),
        "when": when_of(tile),
    }


def ordered(tiles: Iterable[Tile]) -> list[Tile]:
    """In the order of the matrix."""
    return sorted(tiles, key=lambda tile: (tile.service.activity.order, tile.service.activity_id))


def name_of(site: Site) -> str:
    """A site's name, with the number of its houses."""
    return f"{site.name} ({site.count})" if site.count > 1 else site.name


def measures_of(of: Situation, tiles: list[Tile] | None = None) -> list[Words]:
    """The measures in force; of a site (its tiles), those whose scope has something there, or nothing in particular."""
    found = [fact for fact in of.facts if fact.kind == "measure"]
    if tiles is not None:
        found = [fact for fact in found if concerns(fact, tiles)]
    return [measure_line(fact) for fact in found]


def concerns(measure: Fact, tiles: list[Tile]) -> bool:
    """Whether a measure's scope has one of these services; none named is all of them."""
    sites, activities = measure.about.get("sites"), measure.about.get("activities")
    return any(
        (not sites or tile.service.site.key in sites) and (not activities or tile.service.activity.key in activities)
        for tile in tiles
    )


def next_meeting(of: Situation) -> str:
    """When the cell meets next, as announced."""
    return next((fact.label for fact in of.facts if fact.key == "meeting:next"), "")


def site_sheets(of: Situation, only: Site | None = None) -> Words:
    """A page per site, or one site's: each service with status, facts, what remains; the measures that concern it."""
    sites = []
    for site in of.board.sites:
        if only is None or site.pk == only.pk:
            tiles = ordered(tile for tile in of.board.tiles if tile.service.site_id == site.pk)
            sites.append(
                {
                    "name": name_of(site),
                    "counts": counts_of(tiles),
                    "rows": [row_of(tile) for tile in tiles],
                    "starred": any(tile.essential for tile in tiles),
                    "measures": measures_of(of, tiles),
                }
            )
    title = _("Sheet of %(site)s") % {"site": only.name} if only else _("Sheets of the sites")
    return framed(of, title) | {"sites": sites, "next": next_meeting(of)}


def board_sheet(of: Situation) -> Words:
    """The whole matrix."""
    rows = [
        {"service": activity.name, "essential": essential, "tiles": [row_of(tile) if tile else None for tile in tiles]}
        for activity, essential, tiles in of.board.rows
    ]
    return framed(of, _("Situation of the services")) | {
        "sites": [name_of(site) for site in of.board.sites],
        "rows": rows,
        "counts": counts_of(of.board.tiles),
        "measures": measures_of(of),
        "next": next_meeting(of),
    }


def services_of(of: Situation) -> list[Words]:
    """Each site with its services, by name."""
    return [
        {
            "name": name_of(site),
            "services": [
                {"service": tile.service.activity.name, "essential": tile.essential, "phone": tile.service.phone}
                for tile in ordered(tile for tile in of.board.tiles if tile.service.site_id == site.pk)
            ],
        }
        for site in of.board.sites
    ]


def contact_sheet(of: Situation) -> Words:
    """The numbers of the house, who does what in the cell, and each service's fallback number, or a field to write it in."""
    house = of.organisation
    lines = [
        {"name": _("Crisis cell"), "phone": house.cell_phone if house else ""},
        {"name": _("Public line"), "phone": house.public_phone if house else ""},
    ]
    return framed(of, _("Contacts")) | {
        "lines": lines,
        "people": of.people,
        "sites": services_of(of),
    }


def people_of(crisis: Crisis) -> list[Words]:
    """Who holds each role, with what they answer for; a role that nobody holds keeps its line, and some lines are free."""
    names = dict(scope_options())
    held = Member.objects.filter(crisis=crisis, until=None, user__is_active=True).select_related("user")
    found = []
    for role in Role:
        mine = sorted((m for m in held if m.role == role), key=lambda member: str(member.user).casefold())
        for member in mine:
            more = [member.user.function, member.user.site, *(names.get(key, "") for key in member.scope)]
            found.append(
                {
                    "role": str(role.label),
                    "name": str(member.user),
                    "more": " · ".join(dict.fromkeys(filter(None, more))),
                    "phone": member.user.phone,
                }
            )
        if not mine:
            found.append({"role": str(role.label), "name": "", "more": "", "phone": ""})
    return found + [{"role": "", "name": "", "more": "", "phone": ""}] * SPARE


def empty_sheet(of: Situation) -> Words:
    """A page per site to fill by hand, with free lines; one without a name when the registry has no site yet."""
    free = [{"service": "", "essential": False, "phone": ""}]
    sites = [each | {"services": each["services"] + free * SPARE} for each in services_of(of)]
    return framed(of, _("Status sheet to fill by hand")) | {"sites": sites or [{"name": "", "services": free * 16}]}
