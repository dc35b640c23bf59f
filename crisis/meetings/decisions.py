"""Verbs of what a meeting decides: take, file to a point, take back. One entry each; effective once it is adjourned."""

from django.db import transaction
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import record
from crisis.meetings.agenda import open_for_notes
from crisis.meetings.models import Action, Decision, Meeting, Point
from crisis.meetings.names import named_in
from crisis.meetings.writes import check_running, language, subject
from crisis.models import Text

LONGEST = 2000
"""Characters of a decision or an action."""


def said_text(words: str, field: str = "words") -> Text:
    """What was typed into the capture line. Raises RuleBroken when it is empty or too long."""
    if not words.strip():
        raise RuleBroken(_("Write what is decided, or who does what."), field=field)
    if len(words) > LONGEST:
        sentence = _("At most %(number)d characters: put the rest into the text of the point.")
        raise RuleBroken(sentence % {"number": LONGEST}, field=field)
    return Text.written(words.strip(), language())


def check_point(meeting: Meeting, point: Point | None) -> None:
    """Refuse a point of another meeting."""
    if point and point.meeting_id != meeting.pk:
        raise RuleBroken(_("This point belongs to another meeting: choose one of this one."), field="point")


@transaction.atomic
def take_decision(
    meeting: Meeting, words: str, *, by: User | None, why: str = "", decided_by: str = "", point: Point | None = None
) -> Decision:
    """The meeting decides something: what, why, and who decided (empty: the cell). `@name` in it names services and sites.

    Raises RuleBroken when the meeting is not in progress, or when nothing or too much was typed.
    """
    book = open_for_notes(meeting, by)
    check_running(meeting)
    check_point(meeting, point)
    same = meeting.decisions.filter(point=point, text__body=words.strip(), taken_back=None)
    if same.exists():
        raise RuleBroken(_("This decision is noted already."), field="words")
    text, about = said_text(words), named_in(words)
    reason = said_text(why, "why") if why.strip() else None
    who = said_text(decided_by, "decided_by") if decided_by.strip() else None
    said = {"number": meeting.number, "text": text, "why": reason, "decided_by": who, "about": about}
    entry = record(book, by, "decision.taken", subject(meeting), point=point and point.pk, **said)
    return Decision.objects.create(
        meeting=meeting, point=point, text=text, why=reason, decided_by=who, about=about, entry=entry
    )


@transaction.atomic
def file_to(noted: Decision | Action, point: Point, *, by: User | None) -> None:
    """What was captured in a hurry belongs to this point of the agenda."""
    meeting = noted.meeting
    if meeting is None:
        raise RuleBroken(_("%(action)s was made outside of a meeting: it has no point.") % {"action": noted})
    book = open_for_notes(meeting, by)
    check_point(meeting, point)
    what = noted.key if isinstance(noted, Action) else noted.text
    said = {"number": meeting.number, "what": what, "topic": point.topic, "title": point.title}
    record(book, by, "meeting.filed", subject(meeting), **said)
    noted.point = point
    noted.save(update_fields=["point"])


@transaction.atomic
def take_back(decision: Decision, *, by: User | None) -> None:
    """It was not decided after all: the minutes leave it out, the journal keeps both. Only while the meeting lasts."""
    book = open_for_notes(decision.meeting, by)
    check_running(decision.meeting)
    decision.refresh_from_db(fields=["taken_back"])
    if decision.taken_back_id:
        raise RuleBroken(_("This decision was taken back already."))
    said = {"number": decision.meeting.number, "text": decision.text}
    decision.taken_back = record(book, by, "decision.taken_back", subject(decision.meeting), **said)
    decision.save(update_fields=["taken_back"])
