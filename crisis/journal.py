"""The one way into the log, and what reads it back: record(), the chain, and the sentence of an entry."""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisis import layer
from crisis.accounts.models import User
from crisis.models import Book, Crisis, JournalEntry, Text
from crisis.roles import CONSOLE, role_names

GENESIS = "0" * 64


def lock_book(crisis: Crisis | None) -> Book:
    """Take the book of a crisis (or of the house) for the rest of the transaction: writes to it come one after another.

    The crisis is read again under the lock, so that what the write then checks is what holds.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("lock_book() needs a transaction: decorate the write with transaction.atomic.")
    if crisis is None:
        Book.objects.get_or_create(crisis=None)
    book = Book.objects.select_for_update(of=("self",)).select_related("crisis").get(crisis=crisis)
    if crisis is not None:
        crisis.refresh_from_db()
    return book


def plain(value: Any) -> Any:
    """A value as canonical JSON holds it: moments in UTC, a text by id and digest, a row by its key or id."""
    match value:
        case Text():
            return {"text": value.pk, "hash": value.digest}
        case datetime():
            return in_utc(value)
        case date():
            return value.isoformat()
        case dict():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(inner) for inner in value]
        case Model():
            return getattr(value, "key", value.pk)
        case _:
            return value


def in_utc(moment: datetime) -> str:
    """A moment as canonical JSON holds it, to the microsecond: "2022-05-14T01:30:00.000000Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(content: Any) -> str:
    """SHA-256 over the canonical JSON of what is frozen: keys sorted, no spaces, UTF-8."""
    said = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def canonical(book: Book, entry: JournalEntry) -> bytes:
    """What the hash is over: every column of the entry but the hash, keys sorted, no spaces, UTF-8."""
    columns = {
        "book": book.pk,
        "seq": entry.seq,
        "recorded_at": in_utc(entry.recorded_at),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "actor_role": entry.actor_role,
        "verb": entry.verb,
        "subject": entry.subject,
        "data": entry.data,
    }
    return json.dumps(columns, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def chained(previous: str, book: Book, entry: JournalEntry) -> str:
    """The entry's hash: SHA-256 over the previous hash and the canonical entry."""
    return hashlib.sha256(previous.encode() + canonical(book, entry)).hexdigest()


def record(book: Book, by: User | None, verb: str, subject: str = "", **data: Any) -> JournalEntry:
    """Write one entry, number and hash it, and tell the live screens once it is committed.

    `book` comes from `lock_book` in the same transaction. `by` is None for a command (shown as console).
    `recorded_at` never goes back, even when the machine's clock does.
    """
    now = timezone.now()
    entry = JournalEntry(
        book=book,
        seq=book.head_seq + 1,
        recorded_at=max(now, book.head_at or now),
        actor=by,
        actor_name=str(by) if by is not CONSOLE else "console",
        actor_role=role_names(by, book.crisis),
        verb=verb,
        subject=subject,
        data=plain(data),
    )
    entry.hash = chained(book.head_hash, book, entry)
    entry.save(force_insert=True)
    book.head_seq, book.head_hash, book.head_at = entry.seq, entry.hash, entry.recorded_at
    book.save(update_fields=["head_seq", "head_hash", "head_at"])
    transaction.on_commit(lambda: layer.tell(entry.book_id, entry.seq))
    return entry


Sentence = Callable[[JournalEntry, dict[int, Text]], str]
Filter = Callable[["QuerySet[JournalEntry]", str], "QuerySet[JournalEntry]"]
Options = Callable[[], list[tuple[str, str]]]
_words: dict[str, Sentence] = {}
_filters: dict[str, Filter] = {}
_options: dict[str, Options] = {}


def register_words(verb: str, sentence: Sentence) -> None:
    """A feature says how an entry of its verb reads, in the language in force; texts come by id."""
    _words[verb] = sentence


def register_filter(name: str, narrow: Filter, options: Options) -> None:
    """A feature offers a filter of the journal page by its own things: key and name of each."""
    _filters[name], _options[name] = narrow, options


def filter_options() -> dict[str, list[tuple[str, str]]]:
    """What the journal can be narrowed to, by filter."""
    return {name: options() for name, options in _options.items()}


VERBS = {
    "journal.written": _("Free entries"),
    "service.reported": _("Status reported"),
    "service.confirmed": _("Status confirmed"),
    "service.undone": _("Status taken back"),
    "site.confirmed": _("Site confirmed"),
    "alarm.acknowledged": _("Alarm acknowledged"),
    "journal.verified": _("Entry verified"),
    "text.masked": _("Text masked"),
    "member.granted": _("Role given"),
    "member.withdrawn": _("Role taken back"),
    "entry.countersigned": _("Entry countersigned"),
    "meeting.announced": _("Meeting announced"),
    "meeting.opened": _("Meeting opened"),
    "meeting.adjourned": _("Meeting adjourned"),
    "meeting.cancelled": _("Meeting cancelled"),
    "measure.decided": _("Measure decided"),
    "measure.renewed": _("Measures renewed"),
    "measure.amended": _("Measure amended"),
    "measure.lifted": _("Measure lifted"),
    "meeting.attended": _("Attendance noted"),
    "meeting.moved": _("Somebody came or went"),
    "meeting.agenda": _("Agenda changed"),
    "meeting.filed": _("Filed to a point"),
    "minutes.sealed": _("Minutes sealed"),
    "minutes.corrected": _("Minutes corrected"),
    "decision.taken": _("Decision taken"),
    "decision.taken_back": _("Decision taken back"),
    "action.set": _("Action set"),
    "action.changed": _("Action changed"),
    "action.done": _("Action done"),
    "action.dropped": _("Action dropped"),
    "action.back": _("Action taken back"),
    "action.required": _("Legal duties listed"),
    "exception.asked": _("Exception asked for"),
    "exception.judged": _("Opinion on an exception"),
    "answers.released": _("Answers released to the public"),
    "communique.submitted": _("Communiqué sent to review"),
    "communique.returned": _("Communiqué sent back"),
    "communique.approved": _("Communiqué approved"),
    "communique.scheduled": _("Communiqué waits for its moment"),
    "communique.held": _("Communiqué held back"),
    "communique.published": _("Communiqué published"),
    "communique.kept": _("Contradiction kept"),
    "communique.reopened": _("Correction begun"),
    "communique.resumed": _("Correction given up"),
    "communique.withdrawn": _("Communiqué withdrawn"),
    "communique.dropped": _("Communiqué dropped"),
    "display.paired": _("Screen paired"),
    "display.changed": _("Screen changed"),
    "display.blanked": _("Screen made dark"),
    "display.lit": _("Screen lit again"),
    "display.revoked": _("Screen revoked"),
}


HOUSE_VERBS = {
    "account.made": _("Account made"),
    "account.corrected": _("Account corrected"),
    "account.deactivated": _("Account closed"),
    "account.reopened": _("Account opened again"),
    "account.password_set": _("Password changed"),
    "card.made": _("Sign-in card made"),
    "card.used": _("Sign-in card used"),
    "card.revoked": _("Sign-in card revoked"),
    "factor.set": _("Second factor set up"),
    "factor.removed": _("Second factor removed"),
    "factor.recovered": _("Recovery code used"),
    "factor.codes_renewed": _("Recovery codes renewed"),
    "sessions.ended": _("Sessions ended"),
    "member.granted": _("Role given"),
    "member.withdrawn": _("Role taken back"),
    "entry.countersigned": _("Entry countersigned"),
    "registry.organisation": _("Organisation corrected"),
    "registry.site": _("Site corrected"),
    "registry.activity": _("Activity corrected"),
    "registry.essential": _("Essential or not"),
    "registry.service": _("Service corrected"),
    "registry.exported": _("Registry exported"),
    "backup.asked": _("Backup asked for"),
    "backup.restored": _("Restored from a backup"),
}
"""What the house's book is narrowed to."""


def verb_options(*, house: bool = False) -> list[tuple[str, str]]:
    """The verbs that a journal page can be narrowed to, in the reader's words."""
    return [(verb, str(words)) for verb, words in (HOUSE_VERBS if house else VERBS).items()]


def text_ids(value: Any) -> Iterable[int]:
    """The texts that an entry's data refers to."""
    match value:
        case {"text": int(pk), "hash": str()}:
            yield pk
        case dict():
            for inner in value.values():
                yield from text_ids(inner)
        case list():
            for inner in value:
                yield from text_ids(inner)


def sentences(entries: Iterable[JournalEntry]) -> list[tuple[JournalEntry, str, list[Text]]]:
    """Each entry with its sentence in the language in force and the texts it holds: one query for all texts."""
    entries = list(entries)
    wanted = {entry.pk: list(dict.fromkeys(text_ids(entry.data))) for entry in entries}
    texts = Text.objects.in_bulk({pk for pks in wanted.values() for pk in pks})
    return [
        (
            entry,
            _words[entry.verb](entry, texts) if entry.verb in _words else entry.verb,
            [texts[pk] for pk in wanted[entry.pk]],
        )
        for entry in entries
    ]


def entries_of(
    book: Book | None, *, day: date | None = None, actor: str = "", verb: str = "", **more: str
) -> "QuerySet[JournalEntry]":
    """A book's entries, newest first, narrowed by day (in the zone in force), actor's name, verb, and what features offer."""
    found = JournalEntry.objects.filter(book=book).select_related(
        "free__verification__entry", "countersignature__by_entry"
    )
    if day:
        found = found.filter(recorded_at__date=day)
    if actor:
        found = found.filter(actor_name=actor)
    if verb:
        found = found.filter(verb=verb)
    for name, value in more.items():
        if value and name in _filters:
            found = _filters[name](found, value)
    return found.order_by("-seq")
