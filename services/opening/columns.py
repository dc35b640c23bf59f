"""What the columns of a spreadsheet are: guessed, shown, corrected; then its rows as ticks, all of them or none."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from crisis.spelling import folded
from crisis.table import Rows
from services.opening.catalogue import LINES, NAME, known_words
from services.opening.forms import TICKS, ServicesForm
from services.opening.phones import no_number

SERVICE, SITE, ESSENTIAL, PHONE, IGNORED = "service", "site", "essential", "phone", ""
HEADS = {
    SERVICE: "service services dienst diensten leistung leistungen abteilung afdeling activite activiteit activity unit unite",
    SITE: "site sites hopital ziekenhuis campus standort krankenhaus hospital lieu plaats ort etablissement instelling",
    ESSENTIAL: "essentiel vital essentieel vitaal wesentlich essential lebenswichtig critique kritisch critical kritiek",
    PHONE: "telephone tel gsm secours telefoon telefoonnummer noodnummer telefon rufnummer notrufnummer phone fallback",
}
"""What stands over a column, in the four languages, folded."""
YES = {"x", "1", "oui", "o", "ja", "j", "yes", "y", "vrai", "true", "waar", "wahr", "✓", "v"}
NO = {"", "0", "non", "n", "nee", "nein", "no", "faux", "false", "onwaar", "falsch"}
ALL = {"tous", "toutes", "tous les sites", "alle", "alle sites", "alle standorte", "all", "all sites"}
MOST_SAID = 8
"""So many rows that are wrong are named; the others are counted."""


class Row(NamedTuple):
    """A service, the numbers of the sites that have it, whether it is essential (None: not said), its fallback number."""

    name: str
    places: list[int]
    essential: bool | None
    phone: str


@dataclass
class Taken:
    """What the rows came to; `wrong` are sentences, and then nothing is taken."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def has_head(rows: Rows, sites: list[str]) -> bool:
    """Whether the first row says what the columns are; a row that names one site is a row like the others."""
    roles = [head_means(cell, sites) for cell in next(iter(rows.values()))]
    return bool({SERVICE, SITE, ESSENTIAL, PHONE} & set(roles)) or len([role for role in roles if role]) > 1


def head_means(cell: str, sites: list[str], *, is_head: bool = False) -> str:
    """What the head of a column means; "at:2" is the column of the third site.

    Before it `is_head`, a word of the catalogue is a service: "Téléphone" may be the first of a list.
    """
    for n, site in enumerate(sites):
        if folded(cell) == folded(site):
            return f"at:{n}"
    words = folded(cell).split() if is_head or folded(cell) not in known_words() else []
    return next((role for role, heads in HEADS.items() if set(words) & set(heads.split())), IGNORED)


def guessed(rows: Rows, sites: list[str], form: ServicesForm) -> list[str]:
    """The role of each column: by its head, else by what stands in it; each of service, site, essential and number once."""
    names = {folded(site) for site in sites}
    services = known_words().keys() | {folded(name) for kind in form.known.values() for name in kind.names.values()}
    head = has_head(rows, sites)
    roles: list[str] = []
    for column in zip(*rows.values(), strict=True):
        role = head_means(column[0], sites, is_head=True) if head else IGNORED
        cells = [folded(cell) for cell in column[head:] if cell]
        if not role and cells:
            role = SERVICE if often(cells, services) else SITE if often(cells, names) else IGNORED
        roles.append(IGNORED if role in roles else role)
    if SERVICE not in roles and IGNORED in roles:
        roles[roles.index(IGNORED)] = SERVICE
    return roles


def often(cells: list[str], known: set[str]) -> bool:
    """Whether at least half of the cells are known."""
    return 2 * sum(cell in known for cell in cells) >= len(cells)


def taken(rows: Rows, roles: list[str], head: bool, form: ServicesForm) -> Taken:
    """Every row as what it says, or what is wrong with the rows."""
    found = Taken()
    if roles.count(SERVICE) != 1:
        found.wrong.append(_("Say which column names the services: one, and only one."))
        return found
    seen: dict[tuple[str, int], int] = {}
    for number, row in list(rows.items())[head:]:
        cells = dict(zip(roles, row, strict=True))
        name = cells[SERVICE]
        if not folded(name):
            found.wrong.append(_("Row %(row)d: no service is named.") % {"row": number})
            continue
        if len(name) > NAME:
            words = _("Row %(row)d: “%(cell)s…” is too long for a name.")
            found.wrong.append(words % {"row": number, "cell": name[:40]})
        places, key = places_of(row, roles, form.sites, number, found.wrong), form.key_of(name) or folded(name)
        for place in places:
            if (key, place) in seen:
                words = _("Row %(row)d: “%(name)s” is at %(site)s already, by row %(first)d.")
                said = {"row": number, "name": name, "site": form.sites[place], "first": seen[key, place]}
                found.wrong.append(words % said)
            seen.setdefault((key, place), number)
        essential = yes(cells[ESSENTIAL], number, found.wrong) if ESSENTIAL in cells else None
        if wrong := no_number(phone := cells.get(PHONE, "")):
            found.wrong.append(_("Row %(row)d: %(wrong)s") % {"row": number, "wrong": wrong})
        found.rows.append(Row(name, places, essential, phone))
    if len(found.wrong) > MOST_SAID:
        more = len(found.wrong) - MOST_SAID
        found.wrong = [*found.wrong[:MOST_SAID], _("… and %(n)d more rows like these.") % {"n": more}]
    return found if found.wrong else checked_size(found, seen.keys(), form)


def checked_size(found: Taken, seen: Collection[tuple[str, int]], form: ServicesForm) -> Taken:
    """The same, or what is too much for one page of services: nothing of it would be lost in silence."""
    known = form.known.keys() | form.own.keys()
    own = len({key for key, _place in seen if key not in known}) + len(form.own)
    if own > LINES:
        words = _("%(n)d services are not in the catalogue: at most %(most)d. Leave rows out, or correct their names.")
        found.wrong.append(words % {"n": own, "most": LINES})
    if len(seen) + len(form.ticks) > TICKS:
        found.wrong.append(_("At most %(most)d services at all sites together: this table has more.") % {"most": TICKS})
    return found


def places_of(row: list[str], roles: list[str], sites: list[str], number: int, wrong: list[str]) -> list[int]:
    """At which sites a row is: those it names, those whose column it ticks, or all when the table says nothing of sites."""
    columns = [(int(role[3:]), cell) for role, cell in zip(roles, row, strict=True) if role.startswith("at:")]
    if SITE not in roles and not columns:
        return list(range(len(sites)))
    found = [place for place, cell in columns if yes(cell, number, wrong)]
    named = row[roles.index(SITE)] if SITE in roles else ""
    if folded(named) in ALL:
        return list(range(len(sites)))
    by_name = {folded(site): n for n, site in enumerate(sites)}
    whole = [named] if folded(named) in by_name else named.replace(";", ",").replace("/", ",").split(",")
    for each in (part.strip() for part in whole if part.strip()):
        if folded(each) in by_name:
            found.append(by_name[folded(each)])
        else:
            words = _("Row %(row)d: “%(name)s” is no site here (%(sites)s). Correct the table, or add the site first.")
            wrong.append(words % {"row": number, "name": each, "sites": ", ".join(sites)})
    if not found and not columns and not named:
        wrong.append(_("Row %(row)d: no site is named.") % {"row": number})
    return list(dict.fromkeys(found))


def yes(cell: str, number: int, wrong: list[str]) -> bool:
    """Whether a cell says yes; what is neither yes nor no is a sentence."""
    said = folded(cell) or cell.strip()
    if said not in YES | NO:
        words = _("Row %(row)d: “%(cell)s” is neither yes nor no.")
        wrong.append(words % {"row": number, "cell": cell})
    return said in YES
