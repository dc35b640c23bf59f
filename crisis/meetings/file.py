"""Meetings and measures in a crisis file: `meeting`, `measures`, `amends`, `renews`, `lifts` of an event."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from crisis.errors import RuleBroken
from crisis.meetings.measure_writes import TEXTS, Said, amend_measure, decide_measure, lift_measure, renew_measures
from crisis.meetings.models import GROUP, Act, Kind, Measure, Meeting, Wording
from crisis.meetings.reads import running
from crisis.meetings.writes import adjourn, open_meeting
from crisis.models import Crisis, JournalEntry, Text
from crisis.sections import Head, Told

OURS = ["measures", "amends", "renews", "lifts"]


def read(crisis: Crisis, event: dict[str, Any], head: Head) -> None:
    """Hold the meeting of an event as it was: what it decided takes effect when it ended (default: `at`)."""
    said = event.get("meeting")
    if not said:
        if any(event.get(name) for name in OURS):
            raise RuleBroken(_("A meeting decides about measures: name it in the same event."), field="meeting")
        return
    cell, kind = said.get("cell") or GROUP, said.get("kind") or Kind.ORDINARY
    if running(crisis, cell):
        raise RuleBroken(_("A meeting of this cell is in progress: adjourn it first."), field="meeting")
    announced = Meeting.objects.filter(
        crisis=crisis, cell=cell, kind=kind, scheduled_at=head.at, opened_at=None, cancelled_at=None
    ).first()
    meeting = open_meeting(crisis, by=None, kind=kind, cell=cell, announced=announced, title=said["title"], loaded=head)
    for measure in event.get("measures", []):
        decide_measure(meeting, said_of(measure, head.lang), by=None, number=int(measure["key"][1:]))
    for measure in event.get("amends", []):
        amend_measure(meeting, found(crisis, [measure["key"]])[0], said_of(measure, head.lang), by=None)
    if event.get("renews"):
        renew_measures(meeting, found(crisis, event["renews"]), by=None)
    if event.get("lifts"):
        lift_measure(meeting, found(crisis, event["lifts"]), by=None)
    ending = {"next_at": said.get("next"), "decides": said.get("decides") or "", "lang": head.lang}
    adjourn(meeting, by=None, all_the_same=True, at=said.get("ended") or head.at, **ending)


def found(crisis: Crisis, keys: list[str]) -> list[Measure]:
    """The measures with these keys. Raises RuleBroken when one was never decided."""
    there = {measure.key: measure for measure in Measure.objects.filter(crisis=crisis)}
    if missing := [key for key in keys if key not in there]:
        raise RuleBroken(_("Never decided: %(keys)s.") % {"keys": ", ".join(missing)}, field="renews")
    return [there[key] for key in keys]


def said_of(measure: dict[str, Any], lang: str) -> Said:
    """A measure as the file has it."""
    sites = measure.get("sites") or []
    texts = {name: measure.get(name) or "" for name in [*TEXTS, "attendance"]}
    activities, sites = list(measure.get("services") or []), [] if sites == "all" else list(sites)
    return Said(activities=activities, sites=sites, lang=lang, **texts)


def write(crisis: Crisis, moment: Callable[[datetime], str]) -> Iterator[Told]:
    """Every meeting that was held, with what it did; as of the entry that adjourned it, and of the event that told it."""
    held = Meeting.objects.filter(crisis=crisis, ended_at__isnull=False).select_related("title", "decides", "source")
    held = held.prefetch_related("decisions__text")
    ends = JournalEntry.objects.filter(book=crisis.book, verb__in=["meeting.opened", "meeting.adjourned"])
    entries = {(entry.verb, entry.subject): entry for entry in ends}
    for meeting in held:
        lang, key = meeting.title.lang if meeting.title else "fr", f"meeting:{meeting.number}"
        event = entries["meeting.opened", key].data.get("event", 0)
        head = Head(meeting.at, meeting.known_at or meeting.at, meeting.hour_known, words(meeting.source), lang, event)
        yield Told(entries["meeting.adjourned", key].seq, head, sections_of(meeting, moment))


def words(text: Text | None) -> str:
    """A text's words; "" when there is none, or when it is masked."""
    return text.body if text else ""


def decided(meeting: Meeting) -> str:
    """What a meeting decided, in one text: what a file said of it, then each decision that was not taken back."""
    taken = [words(each.text) for each in meeting.decisions.all() if each.taken_back_id is None]
    return " ".join(part for part in (words(meeting.decides), *taken) if part)


def sections_of(meeting: Meeting, moment: Callable[[datetime], str]) -> dict[str, Any]:
    """A meeting as the file has it; what goes without saying is left out."""
    own: dict[str, Any] = {"title": words(meeting.title), "decides": decided(meeting)}
    own["kind"] = "" if meeting.kind == Kind.ORDINARY else meeting.kind
    own["cell"] = "" if meeting.cell == GROUP else meeting.cell
    own["ended"] = moment(meeting.ended_at) if meeting.ended_at and meeting.ended_at != meeting.opened_at else ""
    own["next"] = moment(meeting.next_at) if meeting.next_at else ""
    found: dict[str, Any] = {"meeting": {k: v for k, v in own.items() if v or k == "title"}}
    newest = {
        r.measure_id: r for r in meeting.reviews.select_related("measure", "wording", *(f"wording__{n}" for n in TEXTS))
    }
    by_act = {act: [r for r in newest.values() if r.act == act] for act in Act.values}
    found["measures"] = [measure_of(r.measure, r.wording) for r in by_act[Act.DECIDED] if r.wording]
    found["amends"] = [measure_of(r.measure, r.wording) for r in by_act[Act.AMENDED] if r.wording]
    found["renews"] = [r.measure.key for r in by_act[Act.RENEWED]]
    found["lifts"] = [r.measure.key for r in by_act[Act.LIFTED]]
    return {name: value for name, value in found.items() if value}


def measure_of(measure: Measure, wording: Wording) -> dict[str, Any]:
    """A wording as the file has it."""
    found: dict[str, Any] = {"key": measure.key, "text": words(wording.text)}
    if wording.activities:
        found |= {"services": wording.activities, "sites": wording.sites or "all"}
    found |= {name: words(getattr(wording, name)) for name in TEXTS if name != "text"}
    return {k: v for k, v in (found | {"attendance": wording.attendance}).items() if v}
