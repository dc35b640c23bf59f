"""What a spreadsheet says of people: its columns guessed, its rows as accounts to be made, all of them or none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisis.accounts.models import User
from crisis.member_writes import AT_ONCE, Newcomer, too_many
from crisis.models import Role
from crisis.roles import SCOPED
from crisis.spelling import folded
from crisis.table import Rows, wrong_cell
from crisis.user_names import is_user_name, user_name_of

NAME, FIRST, FUNCTION, SITE, PHONE, ROLE, USERNAME, IGNORED = (
    "name",
    "first",
    "function",
    "site",
    "phone",
    "role",
    "username",
    "",
)
COLUMNS: dict[str, Promise] = {
    IGNORED: gettext_lazy("leave it out"),
    NAME: gettext_lazy("the name"),
    FIRST: gettext_lazy("the first name"),
    FUNCTION: gettext_lazy("the function"),
    SITE: gettext_lazy("the site"),
    PHONE: gettext_lazy("the phone"),
    ROLE: gettext_lazy("the role"),
    USERNAME: gettext_lazy("the user name"),
}
LONGEST = {NAME: 150, FUNCTION: 120, SITE: 120, PHONE: 40}
"""Letters that an account holds of each."""
HEADS = {
    USERNAME: "username login identifiant utilisateur user gebruiker gebruikersnaam benutzer benutzername anmeldename account",
    FUNCTION: "fonction functie funktion function poste titre titel title metier beroep beruf job",
    SITE: "site sites hopital ziekenhuis campus standort krankenhaus hospital lieu plaats ort etablissement instelling",
    PHONE: "telephone tel gsm mobile mobiel portable telefoon telefoonnummer telefon handy rufnummer phone",
    ROLE: "role rol rolle",
    FIRST: "prenom voornaam vorname firstname",
    NAME: "nom naam name nachname achternaam familienaam familienname lastname surname personne persoon person",
}
"""What stands over a column, in the four languages, folded; what is said first is asked first."""
JOINED = {"first name": "firstname", "given name": "firstname", "last name": "lastname", "family name": "lastname"}
ALSO = {
    Role.DIRECTOR: "directeur directrice direktor direktorin",
    Role.MEDICAL: "medical medisch",
    Role.SECRETARY: "secretaire secretariat secretaris secretariaat sekretariat sekretarin sekretar",
    Role.COMMUNICATIONS: "communication communicatie kommunikation",
    Role.IT: "informatique informatica informatik ict",
    Role.OBSERVER: "observateur observatrice waarnemer beobachter beobachterin",
}
"""Words that mean a role, beside its names."""
BY_TABLE = [role for role in Role if role not in SCOPED and role != Role.DIRECTOR]
"""Roles that a row can give: no site or service to be named with them, no second person."""
MOST_SAID = 8
"""So many rows that are wrong are named; the others are counted."""


@dataclass
class Known:
    """The accounts that there are: every user name, and the user name of each person who has an open account, by folded name."""

    usernames: set[str]
    people: dict[str, str]


@dataclass
class Taken:
    """What the rows came to; `wrong` are sentences, and then nobody is taken."""

    people: list[Newcomer] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def known_accounts() -> Known:
    """The accounts of this installation, closed ones too: their user names stay theirs."""
    users = list(User.objects.all())
    return Known(
        {user.username.lower() for user in users},
        {folded(str(user)): user.username for user in users if user.is_active},
    )


def head_means(cell: str) -> str:
    """What the head of a column means; "nom et prénom" is the whole name."""
    said = folded(cell)
    for words, word in JOINED.items():
        said = said.replace(words, word)
    found = [kind for kind, heads in HEADS.items() if set(said.split()) & set(heads.split())]
    return NAME if {NAME, FIRST} <= set(found) else next(iter(found), IGNORED)


def has_head(rows: Rows) -> bool:
    """Whether the first row says what the columns are: it names the name, or two columns, and holds no phone."""
    first = next(iter(rows.values()))
    kinds = {head_means(cell) for cell in first} - {IGNORED}
    return (len(kinds) > 1 or bool(kinds & {NAME, FIRST, USERNAME})) and not any(is_phone(cell) for cell in first)


def is_phone(cell: str) -> bool:
    """Whether a cell is made like a number that one calls."""
    return 2 * sum(letter.isdigit() for letter in cell) > len(cell) > 5


def guessed(rows: Rows) -> list[str]:
    """The kind of each column, each kind once: by its head, else phones and roles by what they are, then name, function, site."""
    head = has_head(rows)
    kinds: list[str] = []
    for column in zip(*rows.values(), strict=True):
        cells = [cell for cell in column[head:] if cell]
        kind = head_means(column[0]) if head else IGNORED
        if not head and cells:
            kind = PHONE if often(map(is_phone, cells)) else ROLE if often(bool(role_of(c)) for c in cells) else IGNORED
        kinds.append(IGNORED if kind in kinds else kind)
    free = [n for n, kind in enumerate(kinds) if not kind and not (head and head_means(next(iter(rows.values()))[n]))]
    missing = [kind for kind in ([NAME] if head else [NAME, FUNCTION, SITE]) if kind not in kinds]
    for n, kind in zip(free, missing, strict=False):
        kinds[n] = kind
    return kinds


def often(yes: Iterator[bool]) -> bool:
    """Whether it is so for at least half."""
    said = list(yes)
    return 2 * sum(said) >= len(said)


@cache
def roles_named() -> dict[str, Role]:
    """Every role by its key, its names in the four languages and the words that mean it, folded."""
    found = {folded(role): role for role in Role}
    found |= {word: role for role, words in ALSO.items() for word in words.split()}
    for lang, _name in settings.LANGUAGES:
        with translation.override(lang):
            found |= {folded(str(role.label)): role for role in Role}
    return found


def role_of(cell: str) -> Role | None:
    """The role that a cell names, in whatever language."""
    return roles_named().get(folded(cell))


def taken(rows: Rows, kinds: list[str], head: bool, everybodys: str, known: Known) -> Taken:
    """Every row as somebody who gets an account, or what is wrong with the rows; `everybodys` is the role where none is said."""
    there = list(rows.items())[head:]
    if wrong := of_the_whole(there, kinds):
        return Taken(wrong=[wrong])
    found = Taken()
    said = [(number, dict(zip(kinds, row, strict=True))) for number, row in there]
    given = {cells.get(USERNAME, "").lower(): number for number, cells in reversed(said)} if USERNAME in kinds else {}
    spoken = known.usernames | given.keys()
    names: dict[str, int] = {}
    for number, cells in said:
        name = " ".join(filter(None, [cells.get(FIRST, ""), cells[NAME]]))
        used = (cell for kind, cell in cells.items() if kind)
        wrong = next(filter(None, (wrong_cell(cell, number) for cell in used)), "")
        if wrong:
            found.wrong.append(wrong)
            continue
        wrong = wrong_in(cells | {NAME: name}) or already(cells, name, known, names, given, number)
        if wrong:
            found.wrong.append(_("Row %(row)d: %(wrong)s") % {"row": number, "wrong": wrong})
            continue
        names.setdefault(folded(name), number)
        username = cells.get(USERNAME, "").lower() or user_name_of(name, cells.get(FIRST, ""), spoken)
        spoken.add(username)
        role = role_of(cells.get(ROLE, "")) or everybodys
        more = {key: cells.get(key, "") for key in (FUNCTION, SITE, PHONE)}
        found.people.append(Newcomer(username=username, name=name, role=str(role), **more))
    if len(found.wrong) > MOST_SAID:
        rest = _("… and %(n)d more rows like these.") % {"n": len(found.wrong) - MOST_SAID}
        found.wrong = [*found.wrong[:MOST_SAID], rest]
    return found


def of_the_whole(rows: list[tuple[int, list[str]]], kinds: list[str]) -> str:
    """What is wrong before any row is: nobody, too many, or columns that say nothing or the same twice."""
    if not rows:
        return _("There is nobody in this table.")
    if len(rows) > AT_ONCE:
        return str(too_many())
    if NAME not in kinds:
        return _("Say which column is the name.")
    twice = next((kind for kind in kinds if kind and kinds.count(kind) > 1), "")
    if twice not in COLUMNS:
        return _("The table did not arrive whole: choose the file again.")
    return _("Two columns are said to be %(kind)s: leave one of them out.") % {"kind": COLUMNS[twice]} if twice else ""


def wrong_in(cells: dict[str, str]) -> str:
    """What is wrong with a row by itself: no name, too much of something, a role that it cannot give, no user name."""
    if not folded(cells[NAME]):
        return _("no name is given.")
    for kind, most in LONGEST.items():
        if len(cell := cells.get(kind, "")) > most:
            words = _("“%(cell)s…” is too long for %(kind)s: at most %(most)d letters.")
            return words % {"cell": cell[:40], "kind": COLUMNS[kind], "most": most}
    said = cells.get(ROLE, "")
    if (role := role_of(said)) and role not in BY_TABLE:
        words = _(
            "“%(role)s” is no role that a table can give: it needs its sites and services, or a second person. "
            "Leave the cell empty, and give the role on the page Members."
        )
        return words % {"role": said}
    if said and not role:
        words = _("“%(role)s” is no role. There are: %(roles)s. Correct it, or leave the cell empty.")
        return words % {"role": said, "roles": ", ".join(str(role.label) for role in BY_TABLE)}
    if (username := cells.get(USERNAME, "")) and not is_user_name(username):
        return _("“%(name)s” is no user name: letters and digits, no spaces.") % {"name": username}
    return ""


def already(
    cells: dict[str, str], name: str, known: Known, names: dict[str, int], given: dict[str, int], number: int
) -> str:
    """Whose user name or whose name is somebody's already; a user name of one's own tells two people of one name apart."""
    if username := cells.get(USERNAME, "").lower():
        if username in known.usernames:
            return _("the user name “%(name)s” is taken: choose another.") % {"name": username}
        if given[username] != number:
            words = _("the user name “%(name)s” stands in row %(first)d already.")
            return words % {"name": username, "first": given[username]}
        return ""
    if has := known.people.get(folded(name)):
        words = _(
            "%(name)s has an account already, %(username)s. Leave this row out, or give it a user name of its own."
        )
        return words % {"name": name, "username": has}
    if first := names.get(folded(name)):
        words = _("%(name)s stands in row %(first)d already. Leave this row out, or give it a user name of its own.")
        return words % {"name": name, "first": first}
    return ""
