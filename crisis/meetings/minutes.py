"""The minutes compose themselves from what happened, in the order of the agenda, in the language in force.

They are plain JSON but for the words that somebody typed, which stay `Text` rows: a masked one is masked everywhere. What
the chair seals is this content with each text by id and digest (`crisis.journal.plain`).
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from crisis.meetings.composed import Composed, still_open
from crisis.meetings.drafts import drafts_of
from crisis.meetings.lines import Line, Part, day, hour, joined, line, moment_words, parts
from crisis.meetings.measure_lines import measures
from crisis.meetings.models import Action, Attendee, Duty, Kind, Meeting, Point, Seal, Topic
from crisis.meetings.reads import cell_words, meeting_after
from crisis.meetings.service_lines import at_percent, services
from crisis.models import Organisation, Text

Content = dict[str, Any]


def present(of: Composed) -> list[Line]:
    """Those present, those excused, who came late or left."""
    here = [a for a in of.attendees if not a.excused]
    lines = [line(who(a), "person", more=what(a)) for a in here]
    if excused := [who(a) for a in of.attendees if a.excused]:
        lines.append(line(parts(_("Excused: %(names)s"), names=excused), "small"))
    if len(here) < 2 and of.meeting.opened_at:
        lines.append(line(_("Attendance was not noted."), "loud"))
    for charge in of.charges:
        said = {"name": who(charge.attendee), "does": charge.get_duty_display(), "hour": hour(charge.since)}
        lines.append(line(parts(_("%(name)s %(does)s from %(hour)s on."), **said), "small"))
    return lines


def who(attendee: Attendee) -> Part:
    """A member by their name, a guest by the name that was typed."""
    return str(attendee.user) if attendee.user else attendee.name or ""


def what(attendee: Attendee) -> list[Part]:
    """Function, and when somebody came late or left."""
    came = _("from %(hour)s on") % {"hour": hour(attendee.arrived_at)} if attendee.arrived_at else ""
    left = _("until %(hour)s") % {"hour": hour(attendee.left_at)} if attendee.left_at else ""
    return joined([attendee.user.function if attendee.user else attendee.function, came, left])


def last_minutes(of: Composed) -> list[Line]:
    """Where the minutes of the last meeting stand."""
    if of.before is None:
        return [line(_("This is the first meeting."), "small")]
    seal = Seal.objects.filter(meeting=of.before).select_related("entry").first()
    if seal is None and approved(of):
        return []
    if seal is None:
        return [line(_("The minutes of %(meeting)s are not sealed yet.") % {"meeting": of.before}, "loud")]
    said = {"meeting": of.before, "moment": moment_words(seal.entry.recorded_at)}
    return [line(_("The minutes of %(meeting)s were sealed on %(moment)s.") % said)]


def approved(of: Composed) -> bool:
    """Whether this meeting approved the last minutes, in whatever language it said so: its decision is the line about them."""
    said = set()
    for lang, _name in settings.LANGUAGES:
        with override(lang):
            said.add(_("The minutes of %(meeting)s are approved.") % {"meeting": of.before})
    return any(str(decision.text) in said for decision in of.decisions)


def actions(of: Composed) -> list[Line]:
    """What was done or dropped since the last meeting, and what is overdue."""
    lines = []
    for action in of.actions:
        if action.closed_at and of.since < action.closed_at <= of.until:
            done = parts(_("%(action)s: %(state)s"), action=to_do(action), state=action.get_state_display())
            lines.append(line(done, "action", action.key, joined([action.reason, action.reference])))
        elif still_open(action, of.until) and action.due_at and action.due_at < of.until:
            said = {"action": to_do(action), "moment": due_words(action), "name": by_whom(action) or _("nobody yet")}
            lines.append(line(parts(_("%(action)s: overdue since %(moment)s (%(name)s)"), **said), "loud", action.key))
    waiting = sum(still_open(action, of.until) for action in of.actions)
    return [*lines, line(ngettext("%(n)d action open.", "%(n)d actions open.", waiting) % {"n": waiting}, "small")]


def to_do(action: Action) -> Part:
    """What is to be done: what was typed, or the words of a legal duty."""
    return action.text or action.words


def by_whom(action: Action) -> Part:
    """Who does it; "" when nobody was named yet."""
    return str(action.owner) if action.owner else action.owner_name or ""


def due_words(action: Action) -> str:
    """Until when, as precisely as it matters."""
    if action.due_at is None:
        return _("without delay") if action.duty else ""
    return moment_words(action.due_at, action.due_hour)


def next_meeting(of: Composed) -> list[Line]:
    """When the cell meets again."""
    if of.meeting.next_at:
        after = meeting_after(of.meeting)
        contact = after.duty_contact if after else None
        until = [line(parts(_("Until then, call: %(contact)s"), contact=contact), "small")] if contact else []
        return [line(moment_words(of.meeting.next_at)), *until]
    return [line(_("None is announced."), "small")] if of.meeting.ended_at else []


COMPOSE: dict[str, Callable[[Composed], list[Line]]] = {
    Topic.PRESENT: present,
    Topic.LAST: last_minutes,
    Topic.SERVICES: services,
    Topic.MEASURES: measures,
    Topic.ACTIONS: actions,
    Topic.NEXT: next_meeting,
}


def noted(of: Composed, point: Point | None) -> list[Line]:
    """The decisions and actions that were filed to a point; None: those that wait to be filed."""
    filed, lines = point.pk if point else None, []
    for decision in of.decisions:
        if decision.point_id == filed:
            who = parts(_("decided by %(name)s"), name=decision.decided_by) if decision.decided_by else ""
            lines.append(line(decision.text, "decision", more=joined([decision.why, who], " · ")))
    for action in of.actions:
        if action.meeting_id == of.meeting.pk and action.point_id == filed:
            lines.append(line(to_do(action), "action", action.key, joined(as_set(action), " · ")))
    return lines


def as_set(action: Action) -> list[Part]:
    """Who was to do it by when, as the meeting set it: what was changed since is for the next minutes."""
    said = action.entry.data
    typed = (said.get("owner_name") or {}).get("text")
    named = action.owner_name if typed == action.owner_name_id else Text.objects.filter(pk=typed or 0).first()
    due = parse_datetime(said.get("due_at") or "")
    return [said.get("owner") or named or "", moment_words(due, said.get("due_hour", False))]


def point_of(of: Composed, point: Point, number: int, texts: dict[int, Any]) -> dict[str, Any]:
    """A point as the minutes have it: what composed itself, what was captured, and the free text; `treated`: something was said."""
    compose, captured = COMPOSE.get(point.topic), noted(of, point)
    if point.topic == Topic.OTHER:
        captured += noted(of, None) + ([line(of.meeting.decides, "decision")] if of.meeting.decides else [])
    text = texts.get(point.pk) or point.text or ""
    skipped = _("This point was not treated.") if point.skipped_at and not (text or captured) else ""
    lines = (compose(of) if compose and not skipped else []) + captured
    if of.meeting.ended_at and not (lines or text or skipped):
        lines = [line(_("Nothing was noted."), "small")]
    return {
        "number": number,
        "id": point.pk,
        "topic": point.topic,
        "title": joined([point.title or str(point.get_topic_display())]),
        "skipped": skipped,
        "lines": lines,
        "text": text,
        "treated": bool(text or captured) or is_complete(of, point.topic),
    }


def is_complete(of: Composed, topic: str) -> bool:
    """Whether a point that composes itself has all that it needs."""
    match topic:
        case Topic.PRESENT:
            return any(charge.duty == Duty.CHAIR for charge in of.charges) and len(of.attendees) > 1
        case Topic.SERVICES:
            return not of.unspoken
        case Topic.MEASURES:
            return all(row.review for row in of.rows)
        case Topic.NEXT:
            return of.meeting.next_at is not None
        case _:
            return False


def minutes_of(meeting: Meeting) -> Content:
    """The minutes of a meeting as they compose themselves now, in the language in force."""
    of, typed = Composed(meeting), drafts_of(meeting)
    texts = {pk: draft.body for pk, draft in typed.items() if draft.body.strip()}
    organisation = Organisation.objects.first()
    kind = Kind(meeting.kind).label
    title = parts(_("%(meeting)s, %(moment)s"), meeting=meeting, moment=moment_words(meeting.at, meeting.hour_known))
    return {
        "organisation": organisation.name if organisation else "",
        "crisis": meeting.crisis.name,
        "exercise": meeting.crisis.is_exercise,
        "number": meeting.number,
        "title": title if meeting.title is None else [*title, " · ", meeting.title],
        "subtitle": f"{kind} · {cell_words(meeting.cell)}",
        "heads": heads(of),
        "points": [point_of(of, point, n, texts) for n, point in enumerate(of.points, 1)],
        "tables": [measure_table(of), action_table(of), status_table(of)],
    }


def table(title: str, head: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    """A table under the minutes; each cell is a list of parts."""
    return {
        "title": title,
        "head": [[name] for name in head],
        "rows": [[joined([cell]) for cell in row] for row in rows],
    }


def measure_table(of: Composed) -> dict[str, Any]:
    """The measures in force once the meeting is adjourned."""
    head = [_("Measure"), _("What is decided"), _("Since"), _("State")]
    late = _("To reconfirm, still applies")
    rows = [[str(m.measure), m.wording.text, day(m.decided_at), late if m.overdue else ""] for m in of.standing]
    return table(_("Measures in force"), head, rows)


def action_table(of: Composed) -> dict[str, Any]:
    """What is open: who does what by when."""
    head = [_("Action"), _("What"), _("Who"), _("Due")]
    waiting = [action for action in of.actions if still_open(action, of.until)]
    rows = [[action.key, to_do(action), by_whom(action), due_words(action)] for action in waiting]
    return table(_("Open actions"), head, rows)


def status_table(of: Composed) -> dict[str, Any]:
    """The state of every service when the meeting ended."""
    head = [_("Service"), *(site.name for site in of.now.sites)]
    rows = [
        [activity.name, *(at_percent(tile.report) if tile else "" for tile in tiles)]
        for activity, _essential, tiles in of.now.rows
    ]
    return table(_("State of the services"), head, rows)


def heads(of: Composed) -> list[list[Any]]:
    """When it began and ended, who chaired and who held the pen last."""
    meeting, charges = of.meeting, {charge.duty: charge for charge in of.charges}

    def held(duty: str) -> list[Part]:
        return [who(charges[duty].attendee)] if duty in charges else [""]

    found: list[tuple[str, list[Part]]] = [
        (_("Opened"), [moment_words(meeting.opened_at, meeting.hour_known)]),
        (_("Adjourned"), [moment_words(meeting.ended_at, meeting.hour_known)]),
        (_("Chair"), held(Duty.CHAIR)),
        (_("Pen"), held(Duty.PEN)),
    ]
    return [[name, value] for name, value in found if value != [""]]
