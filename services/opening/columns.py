"""What the columns of a spreadsheet are: guessed, shown, corrected; then its rows as ticks, all of them or none."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from crisis.spelling import folded
from crisis.table import Rows, wrong_cell
from services.opening.catalogue import NAME, known_words
from services.opening.phones import no_number
from services.opening.ticks import ServicesForm

SERVICE, SITE, ESSENTIAL, PHONE, IGNORED = "service", "site", "essential", "phone", ""
HEADS = {
    SERVICE: "service services dienst diensten leistung leistungen abteilung afdeling activite activiteit activity unit unite",
    SITE: "site sites hopital ziekenhuis campus standort krankenhaus hospital lieu plaats ort etablissement instelling",
    ESSENTIAL: "essentiel vital essentieel vitaal wesentlich essential lebenswichtig critique kritisch critical kritiek",
    PHONE: "telephone tel gsm secours repli telefoon telefoonnummer noodnummer reservenummer telefon rufnummer notrufnummer"
    " ausweichnummer phone fallback",
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


def has_head(rows: Rows, sites: dict[int, str]) -> bool:
    """Whether the first row says what the columns are; a row that names one site is a row like the others."""
    roles = [head_means(cell, sites) for cell in next(iter(rows.values()))]
    return bool({SERVICE, SITE, ESSENTIAL, PHONE} & set(roles)) or len([role for role in roles if role]) > 1


def head_means(cell: str, sites: dict[int, str], *, is_head: bool = False) -> str:
    """What the head of a column means; "at:2" is the column of the site with the number 2.

    Before it `is_head`, a word of the catalogue is a service: "Téléphone" may be the first of a list.
    """
    for n, site in sites.items():
        if folded(cell) == folded(site):
            return f"at:{n}"
    words = folded(cell).split() if is_head or folded(cell) not in known_words() else []
    return next((role for role, heads in HEADS.items() if set(words) & set(heads.split())), IGNORED)


def guessed(rows: Rows, sites: dict[int, str], form: ServicesForm) -> list[str]:
    """The role of each column: by its head, else by what stands in it; each once, but a further column that names sites."""
    names = {folded(site) for site in sites.values()}
    services = known_words().keys() | {folded(name) for kind in form.known.values() for name in kind.names.values()}
    head = has_head(rows, sites)
    roles: list[str] = []
    for column in zip(*rows.values(), strict=True):
        role = head_means(column[0], sites, is_head=True) if head else IGNORED
        cells = [folded(cell) for cell in column[head:] if cell]
        if not role and cells:
            role = SERVICE if often(cells, services) else SITE if often(cells, names) else IGNORED
        again = role in roles and not (role == SITE and often(cells, names))
        roles.append(IGNORED if again else role)
    if SERVICE not in roles and IGNORED in roles:
        roles[roles.index(IGNORED)] = SERVICE
    return roles


def often(cells: list[str], known: set[str]) -> bool:
    """Whether at least half of the cells are known."""
    return bool(cells) and 2 * sum(cell in known for cell in cells) >= len(cells)


def taken(rows: Rows, roles: list[str], head: bool, form: ServicesForm) -> Taken:
    """Every row as what it says, or what is wrong with the rows."""
    found, seen = Taken([], wrong_roles(roles)), Seen(form.sites)
    if found.wrong:
        return found
    for number, row in list(rows.items())[head:]:
        used = [(role, cell) for role, cell in zip(roles, row, strict=True) if role != IGNORED]
        if wrong := [sentence for _role, cell in used if (sentence := wrong_cell(cell, number))]:
            found.wrong += wrong
            continue
        cells = dict(used)
        name, phone = cells[SERVICE], cells.get(PHONE, "")
        if not folded(name):
            found.wrong.append(_("Row %(row)d: no service is named.") % {"row": number})
            continue
        if len(name) > NAME:
            words = _("Row %(row)d: “%(cell)s…” is too long for a name.")
            found.wrong.append(words % {"row": number, "cell": name[:40]})
        places, key = places_of(used, form.sites, number, found.wrong), form.key_of(name) or folded(name)
        essential = None
        if said := cells.get(ESSENTIAL, "").strip():  # an empty cell says nothing
            essential = yes(said, number, found.wrong)
        found.wrong += seen.again(key, name, number, places, essential)
        if wrong_number := no_number(phone):
            found.wrong.append(_("Row %(row)d: %(wrong)s") % {"row": number, "wrong": wrong_number})
        found.rows.append(Row(name, places, essential, phone))
    if len(found.wrong) > MOST_SAID:
        more = len(found.wrong) - MOST_SAID
        found.wrong = [*found.wrong[:MOST_SAID], _("… and %(n)d more rows like these.") % {"n": more}]
    if not found.wrong and (wrong_size := form.too_much(seen.places)):
        found.wrong.append(wrong_size)
    return found


def wrong_roles(roles: list[str]) -> list[str]:
    """What columns cannot be: the services once, the other two at most once; sites may be named in several."""
    wrong = []
    if roles.count(SERVICE) != 1:
        wrong.append(_("Say which column names the services: one, and only one."))
    if roles.count(ESSENTIAL) > 1:
        wrong.append(_("Two columns say what is essential: leave one of them out."))
    if roles.count(PHONE) > 1:
        wrong.append(_("Two columns hold the fallback number: leave one of them out."))
    return wrong


@dataclass
class Seen:
    """What the rows before said: where each service is and whether it is essential, by which row."""

    sites: dict[int, str]
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    essential: dict[str, tuple[bool, int]] = field(default_factory=dict)

    def again(self, key: str, name: str, number: int, places: list[int], essential: bool | None) -> list[str]:
        """Remember a row; what it says twice, or against a row before it, as sentences."""
        wrong = []
        for place in places:
            if first := self.places.get((key, place)):
                words = _("Row %(row)d: “%(name)s” is at %(site)s already, by row %(first)d.")
                wrong.append(words % {"row": number, "name": name, "site": self.sites[place], "first": first})
            self.places.setdefault((key, place), number)
        if essential is not None:
            before, first = self.essential.setdefault(key, (essential, number))
            if before != essential:
                words = _("Row %(row)d: “%(name)s” is essential in one row and not in another (row %(first)d).")
                wrong.append(words % {"row": number, "name": name, "first": first})
        return wrong


def places_of(used: list[tuple[str, str]], sites: dict[int, str], number: int, wrong: list[str]) -> list[int]:
    """At which sites a row is: those it names, those whose column it ticks, or all when the table says nothing of sites."""
    columns = [(int(role[3:]), cell) for role, cell in used if role.startswith("at:")]
    naming = [cell for role, cell in used if role == SITE]
    named = [cell for cell in naming if cell]
    if (not naming and not columns) or any(folded(cell) in ALL for cell in named):
        return list(sites)
    found = [place for place, cell in columns if yes(cell, number, wrong)]
    by_name = {folded(site): n for n, site in sites.items()}
    for each in (part for cell in named for part in parts_of(cell, by_name.keys())):
        if folded(each) in by_name:
            found.append(by_name[folded(each)])
        else:
            words = _("Row %(row)d: “%(name)s” is no site here (%(sites)s). Correct the table, or add the site first.")
            wrong.append(words % {"row": number, "name": each, "sites": ", ".join(sites.values())})
    if not found and not columns and not named:
        wrong.append(_("Row %(row)d: no site is named.") % {"row": number})
    return list(dict.fromkeys(found))


def parts_of(cell: str, known: Collection[str]) -> list[str]:
    """The names in a cell: one that is known, or several with a sign between."""
    whole = [cell] if folded(cell) in known else cell.replace(";", ",").replace("/", ",").split(",")
    return [part.strip() for part in whole if part.strip()]


def yes(cell: str, number: int, wrong: list[str]) -> bool:
    """Whether a cell says yes (an empty one says no); what is neither yes nor no is a sentence."""
    said = folded(cell) or cell.strip()
    if said not in YES | NO:
        words = _("Row %(row)d: “%(cell)s” is neither yes nor no.")
        wrong.append(words % {"row": number, "cell": cell})
    return said in YES
