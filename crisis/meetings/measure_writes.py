"""Verbs of the measures: decide, renew, amend, lift; each in a meeting, effective once it is adjourned. One entry each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import record
from crisis.meetings.models import Act, Attendance, Measure, Meeting, Review, Wording
from crisis.meetings.reads import measures_at, undecided, wording_of
from crisis.meetings.writes import check_running, locked
from crisis.models import Book, JournalEntry, Text
from services.models import Activity, Service

LONGEST = 4000
"""Characters of a measure's text."""
TEXTS = ["text", "exempt", "advice", "exception"]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a measure is to say. `activities` and `sites` are keys; no site = every site. `lang` of all its texts."""

    text: str
    activities: Sequence[str] = field(default=())
    sites: Sequence[str] = field(default=())
    attendance: str = ""
    exempt: str = ""
    advice: str = ""
    exception: str = ""
    lang: str = "fr"


def checked(said: Said) -> None:
    """Refuse a measure that says nothing, too much, or names what is not there."""
    if not said.text.strip():
        raise RuleBroken(_("Write what the measure says."), field="text")
    if any(len(getattr(said, name)) > LONGEST for name in TEXTS):
        raise RuleBroken(
            _("A measure is at most %(number)d characters long: shorten it.") % {"number": LONGEST}, field="text"
        )
    if said.attendance and said.attendance not in Attendance.values:
        raise RuleBroken(_("Choose whether people come, or leave it open."), field="attendance")
    known = set(Activity.objects.values_list("key", flat=True))
    if unknown := set(said.activities) - known:
        raise RuleBroken(_("No such service: %(names)s.") % {"names": ", ".join(sorted(unknown))}, field="activities")
    there = set(Service.objects.filter(activity__key__in=said.activities).values_list("site__key", flat=True))
    if unknown := set(said.sites) - there:
        sentence = _("None of these services is at %(names)s: correct the sites.")
        raise RuleBroken(sentence % {"names": ", ".join(sorted(unknown))}, field="sites")


def check_own_site(meeting: Meeting, said: Said) -> None:
    """Refuse a site's meeting that decides for other sites."""
    if meeting.cell.startswith("site:") and list(said.sites) != [meeting.cell[5:]]:
        raise RuleBroken(_("A site's meeting decides for its own site: tick that one alone."), field="sites")


def worded(measure: Measure, said: Said) -> Wording:
    """A new wording, each text a row of its own."""
    texts = {name: Text.written(words, said.lang) if (words := getattr(said, name).strip()) else None for name in TEXTS}
    columns = {"activities": list(said.activities), "sites": list(said.sites), "attendance": said.attendance}
    return Wording.objects.create(measure=measure, **columns, **texts)


def told(wording: Wording) -> dict[str, Any]:
    """A wording as its entry holds it."""
    return {name: getattr(wording, name) for name in ["activities", "sites", "attendance", *TEXTS]}


def reviewed(
    book: Book, meeting: Meeting, act: Act, measures: Sequence[Measure], by: User | None, wording: Wording | None = None
) -> JournalEntry:
    """One entry and a review for each measure that it covers."""
    said: dict[str, Any] = {"meeting": meeting.number, "measures": [measure.key for measure in measures]}
    said |= {"loaded": True} if meeting.known_at else {}
    entry = record(
        book, by, f"measure.{act}", f"measure:{measures[0].key}", **said, **(told(wording) if wording else {})
    )
    Review.objects.bulk_create(
        Review(measure=measure, meeting=meeting, entry=entry, act=act, wording=wording) for measure in measures
    )
    return entry


@transaction.atomic
def decide_measure(meeting: Meeting, said: Said, *, by: User | None, number: int = 0) -> Measure:
    """A new measure, with the next number (a crisis file gives its own); in force once the meeting is adjourned."""
    book = locked(meeting, by)
    check_running(meeting)
    checked(said)
    check_own_site(meeting, said)
    last = Measure.objects.filter(crisis=meeting.crisis).aggregate(last=Max("number"))["last"] or 0
    if Measure.objects.filter(crisis=meeting.crisis, number=number).exists():
        raise RuleBroken(_("M%(number)d was decided before: amend it.") % {"number": number}, field="measures")
    measure = Measure.objects.create(crisis=meeting.crisis, number=number or last + 1, cell=meeting.cell)
    reviewed(book, meeting, Act.DECIDED, [measure], by, worded(measure, said))
    return measure


def check_reviewable(meeting: Meeting, measures: Sequence[Measure], at: datetime) -> None:
    """Refuse measures that are not in force, or another cell's."""
    check_running(meeting)
    there = {s.measure.pk: s for s in measures_at(meeting.crisis, at)}
    for measure in measures:
        if measure.pk not in there:
            raise RuleBroken(_("%(measure)s is not in force: it cannot be reviewed.") % {"measure": measure})
        if measure.cell != meeting.cell:
            raise RuleBroken(
                _("%(measure)s belongs to another cell: its own meeting reviews it.") % {"measure": measure}
            )


@transaction.atomic
def renew_measures(meeting: Meeting, measures: Sequence[Measure], *, by: User | None) -> None:
    """These measures go on: one act, however many."""
    book = locked(meeting, by)
    if not measures:
        raise RuleBroken(_("Every measure is decided already."))
    check_reviewable(meeting, measures, meeting.at)
    reviewed(book, meeting, Act.RENEWED, measures, by)


@transaction.atomic
def renew_rest(meeting: Meeting, *, by: User | None) -> list[Measure]:
    """Every measure that is undecided by now goes on, and is returned; what a colleague lifted a moment ago stays lifted."""
    book = locked(meeting, by)
    check_running(meeting)
    left = [each.measure for each in undecided(meeting, meeting.until(timezone.now()))]
    if not left:
        raise RuleBroken(_("Every measure is decided already."))
    reviewed(book, meeting, Act.RENEWED, left, by)
    return left


@transaction.atomic
def amend_measure(
    meeting: Meeting, measure: Measure, said: Said, *, by: User | None, instead_of: int | None = None
) -> Wording:
    """The measure goes on with other words or another scope; the old ones are kept.

    `instead_of`: the key of the wording that was read. Raises RuleBroken when somebody amended it since.
    """
    book = locked(meeting, by)
    check_reviewable(meeting, [measure], meeting.at)
    now = wording_of(measure)
    if instead_of and now and now.pk != instead_of:
        sentence = _("%(measure)s was amended meanwhile and says now: %(text)s. Amend that, or send yours again.")
        raise RuleBroken(sentence % {"measure": measure, "text": now.text}, field="text")
    checked(said)
    check_own_site(meeting, said)
    wording = worded(measure, said)
    reviewed(book, meeting, Act.AMENDED, [measure], by, wording)
    return wording


@transaction.atomic
def lift_measure(meeting: Meeting, measures: Sequence[Measure], *, by: User | None) -> None:
    """These measures end when the meeting is adjourned."""
    book = locked(meeting, by)
    check_reviewable(meeting, measures, meeting.at)
    reviewed(book, meeting, Act.LIFTED, measures, by)
