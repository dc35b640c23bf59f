"""What the minutes say of the measures: what the meeting did to each, what changed, and the exceptions that were decided."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.meetings.composed import Composed
from crisis.meetings.lines import Line, Part, joined, line, parts
from crisis.meetings.models import Act, Opinion, Party, Wording
from crisis.meetings.reads import Row, left_open


def measures(of: Composed) -> list[Line]:
    """What the meeting did to each measure, the exceptions since the last one, and what it left undecided."""
    lines = [
        line(row.review.get_act_display(), "measure", str(row.measure), says(of, row)) for row in of.rows if row.review
    ]
    lines += exceptions(of)
    waiting = sum(row.review is None for row in of.rows) if of.meeting.ended_at is None else 0
    if waiting:
        sentence = ngettext("%(n)s measure is not decided yet.", "%(n)s measures are not decided yet.", waiting)
        lines.append(line(sentence % {"n": waiting}, "small"))
    if left := left_open(of.meeting) if of.meeting.ended_at else []:
        lines.append(line(_("Not reviewed, they stay in force: %(keys)s") % {"keys": ", ".join(left)}, "loud"))
    return lines if lines or of.standing else [line(_("No measure is in force."), "small")]


def says(of: Composed, row: Row) -> list[Part]:
    """The words of a measure; of a new one its scope too, of an amended one what it said before."""
    told: list[list[Part]] = [[row.wording.text]]
    if row.review and row.review.act == Act.DECIDED and row.wording.activities:
        told.append([scope(of, row.wording)])
    if row.review and row.review.act == Act.AMENDED and row.before:
        told += changes(of, row.before, row.wording)
    return joined(told, " · ")


def changes(of: Composed, was: Wording, now: Wording) -> list[list[Part]]:
    """What an amendment changed, as it was before; the new words stand in front of it."""
    found: list[list[Part]] = []
    if str(was.text) != str(now.text):
        found.append(parts(_("before: %(words)s"), words=was.text))
    if (was.activities, was.sites) != (now.activities, now.sites):
        found.append([_("scope: %(was)s → %(now)s") % {"was": scope(of, was), "now": scope(of, now)}])
    if was.attendance != now.attendance:
        said = {"name": _("People with an appointment"), "value": now.get_attendance_display() or _("not said")}
        found.append([_("%(name)s: %(value)s") % said])
    labels = {"exempt": _("Who is not concerned"), "advice": _("What the patient does"), "exception": _("Exceptions")}
    for name, label in labels.items():
        if str(getattr(was, name) or "") != str(getattr(now, name) or ""):
            found.append(parts(_("%(name)s: %(value)s"), name=label, value=getattr(now, name) or _("not said")))
    return found


def scope(of: Composed, wording: Wording) -> str:
    """For which services at which sites."""
    if not wording.activities:
        return _("No service in particular")
    activities = ", ".join(of.names["activities"].get(key, key) for key in wording.activities)
    sites = ", ".join(of.names["sites"].get(key, key) for key in wording.sites) or _("all sites")
    return f"{activities} · {sites}"


def exceptions(of: Composed) -> list[Line]:
    """The exceptions to this cell's measures that were granted or refused since the last meeting."""
    since = {"entry__recorded_at__gt": of.since, "entry__recorded_at__lte": of.until}
    decided = Opinion.objects.filter(
        request__crisis=of.crisis, request__measure__cell=of.meeting.cell, party=Party.MANAGEMENT, **since
    ).select_related("request__measure", "request__reference", "entry")
    found = []
    for opinion in decided:
        granted = opinion.entry.data.get("decision") == "granted"
        words = _("exception to %(measure)s granted, %(reference)s")
        words = words if granted else _("exception to %(measure)s refused, %(reference)s")
        said = parts(words, measure=opinion.request.measure, reference=opinion.request.reference)
        found.append(line(said, "measure", opinion.request.key))
    return found
