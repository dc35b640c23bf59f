"""The minutes compose themselves from what happened, in the order of the agenda, in the language in force.

They are plain JSON but for the words that somebody typed, which stay `Text` rows: a masked one is masked everywhere. What
the chair seals is this content with each text by id and digest (`crisis.journal.plain`).
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.meetings.composed import Composed, still_open
from crisis.meetings.drafts import drafts_of
from crisis.meetings.lines import Line, Part, day, hour, joined, line, moment_words, parts
from crisis.meetings.models import Act, Action, Attendee, Duty, Kind, Meeting, Point, Seal, Topic
from crisis.meetings.reads import cell_words, left_open, meeting_after
from crisis.models import Organisation, Text
from crisis.templatetags.vigie import status_word
from services.models import Activity, StatusReport
from services.reads import Tile

Content = dict[str, Any]


def at_percent(report: StatusReport | None) -> str:
    """A status with its capacity."""
    if report is None:
        return status_word("not_assessed")
    return f"{status_word(report.status)} ({report.capacity} %)" if report.capacity else status_word(report.status)


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
    if seal is None:
        return [line(_("The minutes of %(meeting)s are not sealed yet.") % {"meeting": of.before}, "loud")]
    said = {"meeting": of.before, "moment": moment_words(seal.entry.recorded_at)}
    return [line(_("The minutes of %(meeting)s were sealed on %(moment)s.") % said)]


def services(of: Composed) -> list[Line]:
    """What changed since the last meeting, the sites where it is the same together, and of how many nobody spoke."""
    alike: dict[tuple[Any, ...], list[Tile]] = defaultdict(list)
    for was, tile in of.changed:
        report = tile.report
        said = (tile.service.activity, was and was.report and at_percent(was.report), at_percent(report))
        alike[(*said, str((report and report.remains) or ""))].append(tile)
    lines = [change(key[0], key[1], key[2], tiles) for key, tiles in alike.items()]
    if not lines:
        lines.append(line(_("Nothing changed since the last meeting."), "small"))
    spoken, left = len(of.now.tiles) - len(of.unspoken), len(of.unspoken)
    if late := len(of.now.overdue):
        lines.append(line(ngettext("%(n)d to reconfirm", "%(n)d to reconfirm", late) % {"n": late}, "loud"))
    reviewed = ngettext("%(n)d service reviewed", "%(n)d services reviewed", spoken) % {"n": spoken}
    return [
        *lines,
        line(reviewed + ", " + ngettext("%(n)d not reviewed", "%(n)d not reviewed", left) % {"n": left}, "small"),
    ]


def change(activity: Activity, was: str | None, now: str, tiles: list[Tile]) -> Line:
    """One service that changed alike at some sites, with the hours when it was seen and what remains."""
    sites = ", ".join(tile.service.site.name for tile in tiles)
    said = {"service": f"{activity.name} ({sites})", "was": was, "now": now}
    words = _("%(service)s: %(was)s → %(now)s") % said if was else _("%(service)s: %(now)s") % said
    reports = [tile.report for tile in tiles if tile.report]
    hours = sorted({hour(report.observed_at) for report in reports if report.hour_known})
    return line(words, mark=" / ".join(hours), more=reports[0].remains or "" if reports else "")


def measures(of: Composed) -> list[Line]:
    """What the meeting did to each measure, and what it left undecided."""
    lines = []
    for row in of.rows:
        if row.review:
            new = row.wording.text if row.review.act in {Act.DECIDED, Act.AMENDED} else ""
            lines.append(line(row.review.get_act_display(), "measure", str(row.measure), new))
    waiting = sum(row.review is None for row in of.rows) if of.meeting.ended_at is None else 0
    if waiting:
        sentence = ngettext("%(n)s measure is not decided yet.", "%(n)s measures are not decided yet.", waiting)
        lines.append(line(sentence % {"n": waiting}, "small"))
    if left := left_open(of.meeting) if of.meeting.ended_at else []:
        lines.append(line(_("Not reviewed, they stay in force: %(keys)s") % {"keys": ", ".join(left)}, "loud"))
    return lines if lines or of.standing else [line(_("No measure is in force."), "small")]


def actions(of: Composed) -> list[Line]:
    """What was done or dropped since the last meeting, and what is overdue."""
    lines = []
    for action in of.actions:
        if action.closed_at and of.since < action.closed_at <= of.until:
            done = parts("%(action)s: %(state)s", action=to_do(action), state=action.get_state_display())
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
    skipped = _("This point was not treated.") if point.skipped_at else ""
    compose, captured = COMPOSE.get(point.topic), noted(of, point)
    if point.topic == Topic.OTHER:
        captured += noted(of, None) + ([line(of.meeting.decides, "decision")] if of.meeting.decides else [])
    text = texts.get(point.pk) or point.text or ""
    return {
        "number": number,
        "id": point.pk,
        "topic": point.topic,
        "title": joined([point.title or str(point.get_topic_display())]),
        "skipped": skipped,
        "lines": (compose(of) if compose and not skipped else []) + captured,
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
