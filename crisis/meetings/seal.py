"""Arrêter le PV: the chair seals the minutes after rereading them; later corrections are signed addenda."""

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import digest_of, lock_book, plain, record, text_ids
from crisis.languages import languages_of_house
from crisis.meetings.agenda import check_unsealed
from crisis.meetings.drafts import drafts_of
from crisis.meetings.lines import moment_words
from crisis.meetings.minutes import Content, minutes_of
from crisis.meetings.models import Addendum, Draft, Duty, Meeting, Point, Seal
from crisis.meetings.reads import in_charge
from crisis.meetings.writes import language, locked, subject
from crisis.models import Member, Role, Text
from crisis.roles import CONSOLE, check_open, may

LONGEST = 10_000
"""Characters of an addendum."""


def check_may_seal(meeting: Meeting, by: User | None) -> None:
    """Only who chairs the meeting seals its minutes, or the director."""
    chair = in_charge(meeting).get(Duty.CHAIR)
    director = by is not CONSOLE and Member.objects.filter(
        user=by, crisis=meeting.crisis, role=Role.DIRECTOR, until=None
    )
    chairs = chair and chair.attendee.user == by and may(by, "see the board", meeting.crisis)
    if by is not CONSOLE and not director and not chairs:
        raise RuleBroken(_("Only who chairs the meeting, or the director, seals its minutes: ask them to reread them."))


@transaction.atomic
def seal_minutes(meeting: Meeting, *, by: User | None) -> Seal:
    """The text never changes from now on: its content is hashed into the journal, the drafts go.

    Raises RuleBroken before the meeting is adjourned, when they are sealed already, or by somebody else than the chair.
    """
    book = lock_book(meeting.crisis)
    check_open(meeting.crisis)
    meeting.refresh_from_db(fields=["opened_at", "ended_at", "cancelled_at", "next_at"])
    check_unsealed(meeting)
    check_may_seal(meeting, by)
    if meeting.cancelled_at:
        raise RuleBroken(_("%(meeting)s is cancelled: announce another one.") % {"meeting": meeting})
    if meeting.ended_at is None:
        raise RuleBroken(_("%(meeting)s is not adjourned yet: adjourn it first.") % {"meeting": meeting})
    lang = languages_of_house()[0]
    list(meeting.points.select_for_update())  # who is saving a text now comes first, or finds the minutes sealed
    texts = []
    for draft in drafts_of(meeting).values():  # the newest of each point: what was deleted while writing is no text
        if draft.body.strip():
            texts.append(Text.written(draft.body, lang))
            Point.objects.filter(pk=draft.point_id).update(text=texts[-1])
    Draft.objects.filter(point__meeting=meeting).delete()
    with translation.override(lang):
        content = plain(minutes_of(meeting))
    digest = digest_of(content)
    said = {"number": meeting.number, "lang": lang, "digest": digest, "texts": texts}
    entry = record(book, by, "minutes.sealed", subject(meeting), **said)
    return Seal.objects.create(meeting=meeting, entry=entry, lang=lang, content=content, digest=digest)


@transaction.atomic
def write_addendum(meeting: Meeting, words: str, *, by: User | None) -> Addendum:
    """A correction under sealed minutes, signed by who writes it. Raises RuleBroken while they are not sealed."""
    book = locked(meeting, by)
    if not Seal.objects.filter(meeting=meeting).exists():
        raise RuleBroken(
            _("The minutes of %(meeting)s are not sealed: correct the text itself.") % {"meeting": meeting}
        )
    if not words.strip():
        raise RuleBroken(_("Write the correction."), field="words")
    if len(words) > LONGEST:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": LONGEST}, field="words")
    text = Text.written(words.strip(), language())
    entry = record(book, by, "minutes.corrected", subject(meeting), number=meeting.number, text=text)
    return Addendum.objects.create(meeting=meeting, entry=entry, text=text)


def revived(value: Any, texts: dict[int, Text]) -> Any:
    """Sealed content with its texts in their places again; a masked one says so."""
    match value:
        case {"text": int(pk), "hash": str()}:
            return texts[pk]
        case dict():
            return {key: revived(inner, texts) for key, inner in value.items()}
        case list():
            return [revived(inner, texts) for inner in value]
        case _:
            return value


def record_of(meeting: Meeting) -> Content:
    """The minutes to read: as they were sealed, with their addenda, or as they compose themselves so far.

    Beside the content: `lang`, `sealed` (None, or who sealed it when, and the digest), `addenda`.
    """
    seal = Seal.objects.filter(meeting=meeting).select_related("entry").first()
    if seal is None:
        return minutes_of(meeting) | {"lang": language(), "sealed": None, "addenda": []}
    content: Content = revived(seal.content, Text.objects.in_bulk(set(text_ids(seal.content))))
    added = Addendum.objects.filter(meeting=meeting).select_related("entry", "text")
    with translation.override(seal.lang):
        said = {"moment": moment_words(seal.entry.recorded_at), "name": seal.entry.actor_name}
        stamp = _("Sealed on %(moment)s by %(name)s") % said
        return content | {
            "lang": seal.lang,
            "sealed": {"words": stamp, "digest": seal.digest},
            "addenda": [{"head": addendum_head(each), "text": each.text} for each in added],
        }


def addendum_head(addendum: Addendum) -> str:
    """Who corrected when."""
    said = {"moment": moment_words(addendum.entry.recorded_at), "name": addendum.entry.actor_name}
    return _("Added on %(moment)s by %(name)s") % said


def flat(value: Any) -> Any:
    """The same with plain strings: each list of parts joined, each text its words."""
    match value:
        case Text():
            return str(value)
        case dict():
            return {key: flat(inner) for key, inner in value.items()}
        case [_first, *_rest] if all(isinstance(part, str | Text) for part in value):
            return "".join(map(str, value))
        case list():
            return [flat(inner) for inner in value]
        case _:
            return value
