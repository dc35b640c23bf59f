"""Who may do what: one table, one check. Everything is closed unless said."""

from collections.abc import Callable, Iterable

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.models import Crisis, JournalEntry, Member, Role

EVERYONE = set(Role.values)
CELL = {Role.DIRECTOR, Role.MEDICAL, Role.SECRETARY, Role.COMMUNICATIONS, Role.IT}

MAY: dict[str, set[str]] = {
    "see the board": EVERYONE,
    "see the journal": {*CELL},
    "write in the journal": {*CELL},
    "declare a crisis": {Role.DIRECTOR, Role.MEDICAL, Role.SITE},
    "report a status": {Role.DIRECTOR, Role.MEDICAL, Role.SECRETARY, Role.SITE},
    "acknowledge an alarm": {*CELL},
    "close a crisis": {Role.DIRECTOR},
    "mask a text": {Role.DIRECTOR},
    "hold meetings": {Role.DIRECTOR, Role.MEDICAL, Role.SECRETARY, Role.SITE},
    "ask for an exception": {Role.DIRECTOR, Role.MEDICAL, Role.SECRETARY, Role.SITE, Role.WARD},
    "judge an exception": {Role.DIRECTOR, Role.MEDICAL},
    "release answers": {Role.DIRECTOR, Role.MEDICAL},
    "see communiques": {*CELL},
    "write a communique": {Role.DIRECTOR, Role.COMMUNICATIONS},
    "approve a communique": {Role.DIRECTOR, Role.MEDICAL},
    "publish a communique": {Role.DIRECTOR, Role.MEDICAL, Role.COMMUNICATIONS},
    "manage members": {Role.DIRECTOR, Role.SECRETARY, Role.IT},
    "manage displays": {Role.DIRECTOR, Role.SECRETARY, Role.IT},
    "manage the registry": {Role.DIRECTOR, Role.SECRETARY, Role.IT},
    "countersign": {Role.DIRECTOR},
    "make backups": {Role.DIRECTOR, Role.IT},
}
SCOPED = {Role.SITE, Role.WARD}

REFUSALS: dict[str, Promise] = {
    "see the board": gettext_lazy("Your role does not show you this crisis: ask the secretary of the cell."),
    "see the journal": gettext_lazy("Your role does not open the journal: ask the secretary of the cell."),
    "write in the journal": gettext_lazy("Your role does not write in the journal: tell the secretary of the cell."),
    "declare a crisis": gettext_lazy("Your role does not declare a crisis: call the director on duty."),
    "report a status": gettext_lazy("Your role does not change this service: tell the secretary of the cell."),
    "acknowledge an alarm": gettext_lazy("Your role does not acknowledge an alarm: call the crisis cell."),
    "close a crisis": gettext_lazy("Only the director closes a crisis."),
    "mask a text": gettext_lazy("Only the director masks a text: tell the director at once."),
    "hold meetings": gettext_lazy("Your role does not hold this meeting: tell the secretary of the cell."),
    "ask for an exception": gettext_lazy("Your role does not ask for an exception: tell the secretary of the cell."),
    "judge an exception": gettext_lazy("Only the medical direction and the director give an opinion on an exception."),
    "release answers": gettext_lazy("Only the medical direction and the director release what the public reads."),
    "see communiques": gettext_lazy(
        "Your role does not open communiqués: what is published stands on the public page."
    ),
    "write a communique": gettext_lazy("Your role does not write communiqués: tell communications."),
    "approve a communique": gettext_lazy(
        "Only the director or the medical direction approves a communiqué: ask one of them."
    ),
    "publish a communique": gettext_lazy("Your role does not publish communiqués: tell communications."),
    "manage members": gettext_lazy("Your role does not manage members: ask the secretary of the cell."),
    "manage displays": gettext_lazy("Your role does not manage screens: ask the secretary of the cell."),
    "manage the registry": gettext_lazy("Your role does not change the registry: ask the secretary of the cell."),
    "countersign": gettext_lazy("Your role does not countersign: ask the director."),
    "make backups": gettext_lazy("Your role does not make backups: ask the director or the IT lead."),
}

Scopes = Callable[[], list[tuple[str, str]]]
_scopes: list[Scopes] = []


def register_scopes(options: Scopes) -> None:
    """A feature says what a site lead or ward manager can answer for: keys and names."""
    _scopes.append(options)


def scope_options() -> list[tuple[str, str]]:
    """Everything that a scoped role can answer for: key and name."""
    return [option for options in _scopes for option in options()]


CONSOLE = None
"""The actor of a command: no user, shown as "console"; it may do everything, as whoever holds the machine does."""


def memberships(user: User, crisis: Crisis | None) -> list[Member]:
    """The roles a person holds now: in this crisis, or standing when there is none."""
    if not user.is_authenticated or not user.is_active:
        return []
    return list(Member.objects.filter(user=user, crisis=crisis, until=None))


def may(user: User | None, act: str, crisis: Crisis | None = None, scopes: Iterable[str] = ()) -> bool:
    """Whether a person may do an act of `MAY` in a crisis (or in the house), on something with these scope keys."""
    return user is CONSOLE or allowed(memberships(user, crisis), act, scopes)


def allowed(members: Iterable[Member], act: str, scopes: Iterable[str] = ()) -> bool:
    """Whether one of these roles allows the act; a scoped role only on what it answers for. No query."""
    wanted = set(scopes)
    return any(m.role in MAY[act] and (not wanted or m.role not in SCOPED or wanted & set(m.scope)) for m in members)


def check_may(user: User | None, act: str, crisis: Crisis | None = None, scopes: Iterable[str] = ()) -> None:
    """Refuse, in words, who may not. Asked inside the write, after the lock, so that a withdrawn role counts at once."""
    if not may(user, act, crisis, scopes):
        raise RuleBroken(REFUSALS[act])


def check_open(crisis: Crisis) -> None:
    """Refuse a change to a closed crisis."""
    if crisis.closed_at:
        raise RuleBroken(_("This crisis is closed: nothing more can be written in it."))


def directs(user: User, crisis: Crisis | None) -> bool:
    """Whether a person is a director here, and not one whose role still waits for a countersignature.

    Who made themselves director, alone, acts as one; but what asks for a second person asks for another one than them.
    """
    held = Member.objects.filter(user=user, crisis=crisis, role=Role.DIRECTOR, until=None, user__is_active=True).first()
    return held is not None and not waits(held)


def waits(member: Member) -> bool:
    """Whether a role was given alone, and nobody has countersigned that yet; a crisis begins with the house's roles as they are."""
    given = JournalEntry.objects.filter(
        book__crisis=member.crisis_id, verb="member.granted", subject=f"user:{member.user_id}", recorded_at=member.since
    )
    mine = [entry for entry in given.select_related("countersignature") if entry.data.get("role") == member.role]
    if not mine and member.crisis_id:
        standing = Member.objects.filter(user=member.user_id, crisis=None, role=member.role).order_by("-pk").first()
        return standing is not None and waits(standing)
    return any("alone" in entry.data and not hasattr(entry, "countersignature") for entry in mine)


def check_others_direct(user: User, crisis: Crisis | None) -> None:
    """Refuse to lose the last director here: somebody who can sign in, and whom a second person made one, must remain."""
    held = Member.objects.filter(crisis=crisis, role=Role.DIRECTOR, until=None, user__is_active=True)
    if all(waits(member) for member in held.exclude(user=user)):
        raise RuleBroken(_("This is the last director: make somebody else director first."))


def crises_of(user: User) -> "Q":
    """The condition on Crisis that keeps those a person may see."""
    held = Member.objects.filter(user=user, until=None, role__in=MAY["see the board"]).exclude(crisis=None)
    return Q(pk__in=held.values("crisis"))


def role_names(user: User | None, crisis: Crisis | None) -> str:
    """The roles as written into a journal entry: keys, sorted, comma between; "console" for a command."""
    if user is CONSOLE:
        return "console"
    return ",".join(sorted({m.role for m in memberships(user, crisis)}))
