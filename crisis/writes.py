"""Verbs of the centre: declare, close, write in the journal, verify, mask, grant, withdraw, countersign."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.masking import forget
from crisis.models import (
    Book,
    Countersignature,
    Crisis,
    FreeEntry,
    JournalEntry,
    Member,
    Organisation,
    Role,
    Text,
    Verification,
)
from crisis.roles import CONSOLE, SCOPED, check_may, check_open, check_others_direct, directs

Declared = Callable[[Crisis, JournalEntry], object]
_declared: list[Declared] = []


def register_declared(follow: Declared) -> None:
    """A feature puts what a real crisis begins with, in the same transaction and under the same entry."""
    _declared.append(follow)


def check_declared(started_at: datetime, aware_at: datetime, now: datetime, *, is_exercise: bool) -> None:
    """Refuse moments that contradict each other, and a real crisis in the demonstration."""
    if started_at > now or aware_at > now:
        raise RuleBroken(_("A crisis cannot begin in the future: correct the moment."), field="started_at")
    if aware_at < started_at:
        raise RuleBroken(_("Nobody can know of a crisis before it begins: correct the moment."), field="aware_at")
    if not is_exercise and Organisation.objects.filter(is_demonstration=True).exists():
        raise RuleBroken(_("This is the demonstration: a real crisis is not declared here."), field="is_exercise")


@transaction.atomic
def declare_crisis(
    name: str,
    *,
    started_at: datetime,
    aware_at: datetime | None = None,
    kind: str = "cyberattack",
    is_exercise: bool = False,
    plan_triggered_at: datetime | None = None,
    plan_triggered_by: str = "",
    told: bool = False,
    by: User | None,
) -> Crisis:
    """Open a crisis with its own book; the standing roles are copied into it. The house book keeps the declaration.

    `aware_at` is when the organisation knew (default: when it began); legal clocks run from it.
    `told`: a crisis file tells of it, whatever had to follow was done or missed then.
    Raises RuleBroken when the moments contradict each other, or when this crisis is there already.
    """
    house = lock_book(None)
    check_may(by, "declare a crisis")
    now, aware_at = timezone.now(), aware_at or started_at
    check_declared(started_at, aware_at, now, is_exercise=is_exercise)
    if Crisis.objects.filter(started_at=started_at, name=name).exists():
        raise RuleBroken(_("This crisis is declared already: open it."), field="name")
    crisis = Crisis.objects.create(
        name=name,
        kind=kind,
        is_exercise=is_exercise,
        started_at=started_at,
        aware_at=aware_at,
        plan_triggered_at=plan_triggered_at,
        plan_triggered_by=plan_triggered_by,
    )
    Book.objects.create(crisis=crisis)
    standing = Member.objects.filter(crisis=None, until=None)
    Member.objects.bulk_create(
        Member(user_id=m.user_id, crisis=crisis, role=m.role, scope=m.scope, since=now) for m in standing
    )
    said = {"name": name, "kind": kind, "is_exercise": is_exercise, "started_at": started_at, "aware_at": aware_at}
    entry = record(house, by, "crisis.declared", f"crisis:{crisis.pk}", **said)
    for follow in [] if is_exercise or told else _declared:
        follow(crisis, entry)
    return crisis


@transaction.atomic
def close_crisis(crisis: Crisis, *, by: User | None) -> None:
    """End a crisis: from now on nothing more is written in it."""
    book = lock_book(crisis)
    check_may(by, "close a crisis", crisis)
    check_open(crisis)
    crisis.closed_at = record(book, by, "crisis.closed", f"crisis:{crisis.pk}").recorded_at
    crisis.save(update_fields=["closed_at"])


@transaction.atomic
def write_entry(
    crisis: Crisis,
    words: str,
    *,
    by: User | None,
    verified: bool = False,
    source: str = "",
    happened_at: datetime | None = None,
    hour_known: bool = True,
    recorded_at: datetime | None = None,
    lang: str = "fr",
) -> FreeEntry:
    """Somebody of the cell writes into the journal in their own words: to verify, unless they know it for a fact.

    Raises RuleBroken when there are no words, or when the moment is in the future or before the crisis.
    """
    book = lock_book(crisis)
    check_may(by, "write in the journal", crisis)
    check_open(crisis)
    now = timezone.now()
    happened_at = happened_at or now
    if not words.strip():
        raise RuleBroken(_("Write what happened."), field="words")
    if happened_at > now:
        raise RuleBroken(
            _("What you write cannot have happened in the future: correct the moment."), field="happened_at"
        )
    if happened_at < crisis.started_at:
        raise RuleBroken(
            _("What you write cannot have happened before the crisis: correct the moment."), field="happened_at"
        )
    text, said = Text.written(words.strip(), lang), Text.written(source, lang) if source else None
    facts = {
        "text": text,
        "source": said,
        "happened_at": happened_at,
        "hour_known": hour_known,
        "to_verify": not verified,
    }
    loaded = {"loaded": True, "known_at": recorded_at} if recorded_at else {}
    entry = record(book, by, "journal.written", "", **facts, **loaded)
    return FreeEntry.objects.create(entry=entry, recorded_at=recorded_at or entry.recorded_at, **facts)


@transaction.atomic
def verify_entry(crisis: Crisis, free: FreeEntry, *, by: User | None) -> Verification:
    """Say that what a free entry tells was checked: it is a fact from now on, and says by whom."""
    book = lock_book(crisis)
    check_may(by, "write in the journal", crisis)
    check_open(crisis)
    if not free.to_verify or Verification.objects.filter(free=free).exists():
        raise RuleBroken(_("Entry %(number)d is verified already.") % {"number": free.entry.seq})
    entry = record(book, by, "journal.verified", f"entry:{free.entry.seq}", seq=free.entry.seq)
    return Verification.objects.create(free=free, entry=entry)


@transaction.atomic
def mask_text(crisis: Crisis, text: Text, reason: str, *, by: User | None) -> None:
    """Blank a text for good (a patient's name was typed): words and salt go, the digest stays, so the chain still holds.

    The same words typed elsewhere (the note that a later report kept, the other sites of a file, a draft) go with it. The
    masking is an entry of its own with its reason; a closed crisis too can be masked.
    Raises RuleBroken without a reason, or when it is masked already.
    """
    book = lock_book(crisis)
    check_may(by, "mask a text", crisis)
    if not reason.strip():
        raise RuleBroken(_("Say why this text is masked, without repeating it."), field="reason")
    text = Text.objects.select_for_update().get(pk=text.pk)
    if text.masked_at:
        raise RuleBroken(_("This text is masked already."))
    if text.body.casefold() in reason.casefold():
        raise RuleBroken(_("The reason repeats the text to be masked: say it in other words."), field="reason")
    same = list(Text.objects.select_for_update().filter(body=text.body).values_list("pk", flat=True))
    entry = record(book, by, "text.masked", f"text:{text.pk}", masked=sorted(same), reason=Text.written(reason.strip()))
    forget(crisis, text.body)
    Text.objects.filter(pk__in=same).update(body="", salt="", masked_at=entry.recorded_at)


@transaction.atomic
def mask_spent(crisis: Crisis, spent: list[Text], reason: Text, *, by: User | None) -> None:
    """Blank what was kept word for word of a crisis file, once features have read it: else a copy outlives every masking.

    The same words stand in the texts of what was read. One entry for all of them.
    """
    book = lock_book(crisis)
    check_may(by, "mask a text", crisis)
    masked = sorted(text.pk for text in spent)
    entry = record(book, by, "text.masked", f"text:{masked[0]}", masked=masked, reason=reason, loaded=True)
    Text.objects.filter(pk__in=masked).update(body="", salt="", masked_at=entry.recorded_at)


def check_scope(role: str, scope: list[str]) -> None:
    """Refuse a site lead without a site, a ward manager without a service, and a scope where none belongs."""
    if role in SCOPED and not scope:
        raise RuleBroken(_("Choose the sites or services that this person answers for."), field="scope")
    if role not in SCOPED and scope:
        raise RuleBroken(_("This role covers the whole group: leave sites and services empty."), field="scope")


@transaction.atomic
def grant_role(
    user: User,
    role: str,
    crisis: Crisis | None = None,
    *,
    scope: list[str] | None = None,
    alone: str = "",
    by: User | None,
) -> Member:
    """Give a person a role, standing or in one crisis.

    Nobody gives a role to themselves, nor makes a director without being one (`roles.directs`), but *alone, with a reason*
    (`alone`): it then counts at once and is flagged until a second person countersigns.
    """
    book = lock_book(crisis)
    check_may(by, "manage members", crisis)
    scope = scope or []
    if role not in Role.values:
        raise RuleBroken(_("Choose a role."), field="role")
    check_scope(role, scope)
    if Member.objects.filter(user=user, crisis=crisis, role=role, until=None).exists():
        raise RuleBroken(_("%(name)s holds this role already.") % {"name": user}, field="role")
    needs_second = by is not CONSOLE and (by == user or (role == Role.DIRECTOR and not directs(by, crisis)))
    if needs_second and not alone.strip():
        raise RuleBroken(
            _("This needs a second person. If you are alone, say why: it will be flagged until somebody countersigns."),
            field="alone",
            offer="alone",
        )
    reason = {"alone": Text.written(alone.strip())} if needs_second else {}
    entry = record(book, by, "member.granted", f"user:{user.pk}", name=str(user), role=role, scope=scope, **reason)
    return Member.objects.create(user=user, crisis=crisis, role=role, scope=scope, since=entry.recorded_at)


def is_director(user: User, crisis: Crisis | None) -> bool:
    """Whether a person is a director, here."""
    return Member.objects.filter(user=user, crisis=crisis, role=Role.DIRECTOR, until=None).exists()


@transaction.atomic
def withdraw_role(member: Member, *, by: User | None) -> None:
    """Take a role back; the row stays, with its end. The last director stays: somebody must be able to act."""
    book = lock_book(member.crisis)
    check_may(by, "manage members", member.crisis)
    member = Member.objects.select_for_update().get(pk=member.pk)
    if member.until:
        raise RuleBroken(_("This role was withdrawn already."))
    if member.role == Role.DIRECTOR:
        check_others_direct(member.user, member.crisis)
    entry = record(book, by, "member.withdrawn", f"user:{member.user_id}", name=str(member.user), role=member.role)
    member.until = entry.recorded_at
    member.save(update_fields=["until"])


@transaction.atomic
def countersign(entry: JournalEntry, *, by: User | None) -> Countersignature:
    """Sign, as a second person, what somebody did alone with a reason."""
    crisis = entry.book.crisis
    book = lock_book(crisis)
    check_may(by, "countersign", crisis)
    if "alone" not in entry.data:
        raise RuleBroken(_("Entry %(number)d needs no second signature.") % {"number": entry.seq})
    if by is not CONSOLE and by.pk in {entry.actor_id, subject_user(entry)}:
        raise RuleBroken(_("You cannot countersign what you did yourself: ask a second person."))
    if by is not CONSOLE and not directs(by, crisis):
        raise RuleBroken(_("Your own role waits for a second signature: ask another director."))
    if Countersignature.objects.filter(entry=entry).exists():
        raise RuleBroken(_("Entry %(number)d is countersigned already.") % {"number": entry.seq})
    signed = record(book, by, "entry.countersigned", f"entry:{entry.seq}", seq=entry.seq)
    return Countersignature.objects.create(entry=entry, by_entry=signed)


def subject_user(entry: JournalEntry) -> int | None:
    """The person an entry is about, if it is about one."""
    kind, _colon, pk = entry.subject.partition(":")
    return int(pk) if kind == "user" else None
