"""What the columns of a spreadsheet are: guessed, shown, corrected; then its rows as ticks, all of them or none."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from services.opening.catalogue import folded, known_words
from services.opening.forms import ServicesForm

SERVICE, SITE, ESSENTIAL, IGNORED = "service", "site", "essential", ""
HEADS = {
    SERVICE: "service services dienst diensten leistung leistungen abteilung afdeling activite activiteit activity unit unite",
    SITE: "site sites hopital ziekenhuis campus standort krankenhaus hospital lieu plaats ort etablissement instelling",
    ESSENTIAL: "essentiel vital essentieel vitaal wesentlich essential lebenswichtig critique kritisch critical kritiek",
}
"""What stands over a column, in the four languages, folded."""
YES = {"x", "1", "oui", "o", "ja", "j", "yes", "y", "vrai", "true", "waar", "wahr", "✓", "v"}
NO = {"", "0", "non", "n", "nee", "nein", "no", "faux", "false", "onwaar", "falsch"}
ALL = {"tous", "toutes", "tous les sites", "alle", "alle sites", "alle standorte", "all", "all sites"}
MOST_SAID = 8
"""So many rows that are wrong are named; the others are counted."""


@dataclass
class Taken:
    """What the rows came to; `wrong` are sentences, and then nothing is taken."""

    rows: list[tuple[str, list[int], bool | None]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def has_head(rows: list[list[str]], sites: list[str]) -> bool:
    """Whether the first row says what the columns are; a row that names one site is a row like the others."""
    roles = [head_means(cell, sites) for cell in rows[0]]
    return bool({SERVICE, SITE, ESSENTIAL} & set(roles)) or len([role for role in roles if role]) > 1


def head_means(cell: str, sites: list[str]) -> str:
    """What the head of a column means; "at:2" is the column of the third site."""
    for n, site in enumerate(sites):
        if folded(cell) == folded(site):
            return f"at:{n}"
    words = folded(cell).split() if folded(cell) not in known_words() else []
    return next((role for role, heads in HEADS.items() if set(words) & set(heads.split())), IGNORED)


def guessed(rows: list[list[str]], sites: list[str], form: ServicesForm) -> list[str]:
    """The role of each column: by its head, else by what stands in it; each of service, site and essential once."""
    names = {folded(site) for site in sites}
    services = known_words().keys() | {folded(name) for kind in form.known.values() for name in kind.names.values()}
    roles: list[str] = []
    for column in zip(*rows, strict=True):
        role = head_means(column[0], sites) if has_head(rows, sites) else IGNORED
        cells = [folded(cell) for cell in column[has_head(rows, sites) :] if cell]
        if not role and cells:
            role = SERVICE if often(cells, services) else SITE if often(cells, names) else IGNORED
        roles.append(IGNORED if role in roles else role)
    if SERVICE not in roles and IGNORED in roles:
        roles[roles.index(IGNORED)] = SERVICE
    return roles


def often(cells: list[str], known: set[str]) -> bool:
    """Whether at least half of the cells are known."""
    return 2 * sum(cell in known for cell in cells) >= len(cells)


def taken(rows: list[list[str]], roles: list[str], head: bool, form: ServicesForm) -> Taken:
    """Every row as a service, its places, and whether it is essential (None: not said)."""
    found = Taken()
    if roles.count(SERVICE) != 1:
        found.wrong.append(_("Say which column names the services: one, and only one."))
        return found
    seen: dict[tuple[str, int], int] = {}
    for number, row in enumerate(rows[head:], 1 + head):
        cells = dict(zip(roles, row, strict=True))
        name = cells[SERVICE]
        if not folded(name):
            found.wrong.append(_("Row %(row)d: no service is named.") % {"row": number})
            continue
        places = places_of(row, roles, form.sites, number, found.wrong)
        for place in places:
            key = (form.key_of(name) or folded(name), place)
            if key in seen:
                words = _("Row %(row)d: “%(name)s” is at %(site)s already, by row %(first)d.")
                site = form.sites[place]
                found.wrong.append(words % {"row": number, "name": name, "site": site, "first": seen[key]})
            seen.setdefault(key, number)
        essential = yes(cells[ESSENTIAL], number, found.wrong) if ESSENTIAL in cells else None
        found.rows.append((name, places, essential))
    if len(found.wrong) > MOST_SAID:
        more = len(found.wrong) - MOST_SAID
        found.wrong = [*found.wrong[:MOST_SAID], _("… and %(n)d more rows like these.") % {"n": more}]
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
