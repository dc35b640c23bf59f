"""What the meetings hold true at a moment: the measures in force and the next meeting, for communiqués."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.days import day_words
from crisis.facts import Fact
from crisis.journal import in_utc
from crisis.languages import written_in
from crisis.meetings.models import GROUP, Meeting
from crisis.meetings.reads import measures_at
from crisis.models import Crisis, JournalEntry, Text

PUBLIC = ["text", "exempt", "advice"]
"""The words of a measure that the public may read."""


def facts_of_meetings(crisis: Crisis, moment: datetime) -> list[Fact]:
    """The measures in force, then the next meeting of the group's cell as it was announced by then."""
    return [*measures(crisis, moment), *next_meeting(crisis, moment)]


def measures(crisis: Crisis, moment: datetime) -> list[Fact]:
    """Each measure in force.

    Its `about`: `activities` and `sites` (keys; none = all), `attendance` (of `Attendance`, or ""), the words `text`, `exempt`
    and `advice`, the same as rows that can be masked (`texts`), and whether it is `overdue`, to be reconfirmed.
    """
    found = []
    for each in measures_at(crisis, moment):
        wording = each.wording
        about = {
            "activities": wording.activities,
            "sites": wording.sites,
            "attendance": wording.attendance,
            "text": str(wording.text),
            "exempt": str(wording.exempt or ""),
            "advice": str(wording.advice or ""),
            "texts": {name: text for name in PUBLIC if (text := getattr(wording, name))},
            "overdue": each.overdue,
        }
        label = label_of(each.measure.key, wording.text)
        key, value = f"measure:{each.measure.key}", f"w{wording.pk}"
        found.append(Fact(key, value, about["text"], label, each.seq, each.decided_at, about))
    return found


def label_of(key: str, text: Text) -> str:
    """A measure on a button; one in another language than the reader's says in which."""
    said = {"measure": key, "text": str(text), "only": written_in(text.lang)}
    if text.lang == (get_language() or "fr")[:2]:
        return _("%(measure)s: %(text)s") % said
    return _("%(measure)s (%(only)s): %(text)s") % said


def next_meeting(crisis: Crisis, moment: datetime) -> list[Fact]:
    """When the group's cell meets next, as announced by then; nothing while it meets, or when nothing is announced."""
    mine = Meeting.objects.filter(crisis=crisis, cell=GROUP, cancelled_at=None)
    if mine.filter(opened_at__lte=moment, known_at=None).exclude(ended_at__lte=moment).exists():
        return []
    last = mine.filter(ended_at__lte=moment).order_by("ended_at", "number").last()
    announced = last.next_at if last else None
    if announced is None or announced <= moment:
        waiting = mine.filter(scheduled_at__gt=moment, opened_at=None).order_by("scheduled_at").first()
        announced = waiting.scheduled_at if waiting else None
    if announced is None:
        return []
    entry = JournalEntry.objects.filter(book__crisis=crisis, verb__in=["meeting.adjourned", "meeting.announced"])
    told = entry.filter(Q(data__next_at=in_utc(announced)) | Q(data__at=in_utc(announced))).order_by("seq").last()
    local = timezone.localtime(announced)
    words = _("%(day)s at %(hour)s") % {"day": day_words(local, "l j F"), "hour": f"{local:%H:%M}"}
    label = _("Next meeting: %(moment)s") % {"moment": words}
    return [Fact("meeting:next", in_utc(announced), words, label, told.seq if told else 0)]
