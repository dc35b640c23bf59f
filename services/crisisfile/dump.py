"""From a crisis back to a crisis file: the same facts in the same order, so that loading it gives the same board."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml
from django.utils import timezone

from crisis.languages import languages_of_house
from crisis.models import Crisis, FreeEntry, LoadedEvent, Organisation, Text
from crisis.sections import Told, written_sections
from services.facts import Facts
from services.models import Activity, EssentialPeriod, Service, Site, StatusReport

EMPTY: dict[str, Any] = {
    "capacity": None, "paper": False, "isolated": False, "remains": None, "note": "", "public_note": "",
    "expected_back": None, "to_verify": False, "reason": "",
}  # fmt: skip


RANKS: dict[type, int] = {FreeEntry: 1, StatusReport: 2, Told: 3, LoadedEvent: 4}
"""The order in which an event is loaded: a log line, reports (any number), what features say, kept sections."""
Had = dict[int, set[str]]
"""The facts that a service ever had, by its id."""
Places = dict[str, list[str]]
"""The sites of an activity, by keys."""


@dataclass
class Event:
    """A group of consecutive acts of one moment, one moment of knowing, one source and one language."""

    head: dict[str, Any]
    log: tuple[str, bool] | None = None
    reports: list[StatusReport] = field(default_factory=list)
    sections: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    rank: int = 0


def dump(crisis: Crisis) -> str:
    """The crisis as YAML. A masked text comes out as nothing said."""
    organisation = Organisation.objects.get()
    own = languages_of_house()[0]
    with timezone.override(organisation.zone):
        events = events_of(crisis, own)
        had, places = ever_had(events), everywhere()
        content = {
            "organisation": organisation_of(organisation),
            "sites": [site_of(site) for site in Site.objects.all()],
            "services": [service_of(activity) for activity in Activity.objects.all()],
            **systems_of(crisis),
            "crisis": crisis_of(crisis),
            "events": [written(event, had, places) for event in events],
        }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)


def local(moment: datetime) -> str:
    """A moment in the organisation's zone, as short as it can be; with its offset in the hour that comes twice."""
    shown = timezone.localtime(moment)
    again = shown.replace(fold=1 - shown.fold).utcoffset() != shown.utcoffset()
    exact = "minutes" if not shown.second and not shown.microsecond else "microseconds"
    return shown.isoformat(timespec=exact) if again else shown.replace(tzinfo=None).isoformat(timespec=exact)


def ends(row: Any) -> dict[str, str]:
    """From and until, when there are any."""
    found = {"from": row.since, "until": row.until}
    return {name: local(moment) for name, moment in found.items() if moment}


def one_or_each(names: dict[str, str]) -> Any:
    """A name as the file has it: one word, or one per language."""
    return names[""] if list(names) == [""] else names


def organisation_of(row: Organisation) -> dict[str, Any]:
    """Whose installation it is."""
    found = {"name": row.name, "timezone": row.timezone, "languages": row.languages}
    phones = {"public_phone": row.public_phone, "cell_phone": row.cell_phone}
    return found | {name: phone for name, phone in phones.items() if phone}


def site_of(site: Site) -> dict[str, Any]:
    """A site of the registry."""
    found = {"key": site.key, "name": one_or_each(site.names), "kind": site.kind}
    return found | ({"count": site.count} if site.count > 1 else {}) | ends(site)


def service_of(activity: Activity) -> dict[str, Any]:
    """An activity, when it is essential, and where it is done."""
    periods = EssentialPeriod.objects.filter(activity=activity).order_by("pk")
    vital: Any = [ends(period) for period in periods]
    if vital in ([], [{}]):
        vital = bool(vital)
    places = Service.objects.filter(activity=activity).select_related("site").order_by("pk")
    told = [(s.site.key, ends(s) | ({"phone": s.phone} if s.phone else {})) for s in places]
    sites = [{"key": key, **more} if more else key for key, more in told]
    names = {"key": activity.key, "name": one_or_each(activity.names)}
    return names | ({"aliases": activity.aliases} if activity.aliases else {}) | {"vital": vital, "sites": sites}


def systems_of(crisis: Crisis) -> dict[str, Any]:
    """The systems kept from the head of a file."""
    kept = crisis.loaded_events.filter(position=0, kept__masked_at=None).select_related("kept").first()
    return json.loads(kept.kept.body) if kept and kept.kept else {}


def crisis_of(crisis: Crisis) -> dict[str, Any]:
    """The crisis itself."""
    found: dict[str, Any] = {"name": crisis.name, "kind": crisis.kind, "started_at": local(crisis.started_at)}
    if crisis.aware_at != crisis.started_at:
        found["aware_at"] = local(crisis.aware_at)
    if crisis.is_exercise:
        found["exercise"] = True
    if crisis.plan_triggered_at:
        found["plan_triggered_at"] = local(crisis.plan_triggered_at)
    if crisis.plan_triggered_by:
        found["plan_triggered_by"] = crisis.plan_triggered_by
    return found | ({"closed": True} if crisis.closed_at else {})


def acts_of(crisis: Crisis) -> list[tuple[tuple[int, ...], Any]]:
    """Everything that a file can say, in the order of the journal: free entries, reports, what features say, kept sections.

    What a loaded event says has its place after that event's own entries, also when a feature learned to read it later.
    """
    texts = ["remains", "note", "public_note", "source", "reason"]
    reports = StatusReport.objects.filter(crisis=crisis).select_related(*texts, "service__activity", "service__site")
    free = FreeEntry.objects.filter(entry__book__crisis=crisis, text__masked_at=None)
    loaded = crisis.loaded_events.filter(position__gt=0).select_related("entry", "kept")
    place = {event.position: (event.entry.seq if event.entry else 0, event.position) for event in loaded}
    found: list[tuple[tuple[int, ...], Any]] = [((r.seq, 0, 0, r.pk), r) for r in reports]
    found += [((f.entry.seq, 0, 0, 0), f) for f in free.select_related("entry", "text", "source", "verification")]
    told = written_sections(crisis, local)
    found += [((*place.get(each.head.event, (each.seq, 0)), 1, each.seq), each) for each in told]
    kept = [event for event in loaded if event.kept and event.kept.masked_at is None]
    found += [((*place[event.position], 2, 0), event) for event in kept]
    return sorted(found, key=lambda act: act[0])


def words(text: Text | None) -> str:
    """A text's words; "" when there is none, or when it is masked."""
    return text.body if text else ""


def head_of(act: Any, own: str) -> dict[str, Any]:
    """When it was, when the cell knew, who said so, in which language."""
    if isinstance(act, StatusReport):
        return heading(act.observed_at, act.recorded_at, act.hour_known, words(act.source), Facts.of(act).lang, own)
    if isinstance(act, FreeEntry):
        return heading(act.happened_at, act.recorded_at, act.hour_known, words(act.source), act.text.lang, own)
    if isinstance(act, Told):
        head = act.head
        return heading(head.at, head.recorded_at, head.hour_known, head.source, head.lang, own)
    said = json.loads(act.kept.body)
    return {"at": local(act.at)} | {n: said[n] for n in ("recorded", "hour_known", "source", "lang") if n in said}


def heading(at: datetime, recorded: datetime, hour_known: bool, source: str, lang: str, own: str) -> dict[str, Any]:
    """The head of an event, with what goes without saying left out."""
    found: dict[str, Any] = {"at": local(at)}
    if recorded != at:
        found["recorded"] = local(recorded)
    if not hour_known:
        found["hour_known"] = False
    if source:
        found["source"] = source
    return found if lang == own else found | {"lang": lang}


def events_of(crisis: Crisis, own: str) -> list[Event]:
    """The acts, grouped as long as loading them back keeps their order: see RANKS."""
    events: list[Event] = []
    for _place, act in acts_of(crisis):
        head, rank = head_of(act, own), RANKS[type(act)]
        last = events[-1] if events and events[-1].head == head else None
        if last is None or rank < last.rank or (rank == last.rank and not goes_with(act, last)):
            last = Event(head)
            events.append(last)
        last.rank = rank
        if isinstance(act, FreeEntry):
            last.log = (act.text.body, not act.to_verify or hasattr(act, "verification"))
        elif isinstance(act, StatusReport):
            last.reports.append(act)
        elif isinstance(act, Told):
            last.sections |= act.sections
        else:
            said = json.loads(act.kept.body)
            last.kept = {name: said[name] for name in said if name not in {"recorded", "hour_known", "source", "lang"}}
    return events


def goes_with(act: Any, event: Event) -> bool:
    """Whether an act may follow another one of its kind in the same event: any report, what another feature says."""
    return isinstance(act, StatusReport) or (isinstance(act, Told) and not act.sections.keys() & event.sections.keys())


def written(event: Event, had: Had, places: Places) -> dict[str, Any]:
    """An event as the file has it."""
    found = dict(event.head)
    if event.log:
        found["log"] = event.log[0]
        if event.log[1]:
            found["verified"] = True
    if event.reports:
        found["set"] = list(sets_of(event.reports, had, places))
    return found | event.sections | event.kept


def sets_of(reports: list[StatusReport], had: Had, places: Places) -> Iterator[dict[str, Any]]:
    """Runs of one activity with the same facts, then activities with the same facts at the same sites."""
    runs: list[tuple[list[str], Any, dict[str, Any]]] = []
    for report in reports:
        facts, key, site = facts_of(report, had), report.service.activity.key, report.service.site.key
        if runs and runs[-1][0] == [key] and runs[-1][2] == facts and site not in runs[-1][1]:
            runs[-1][1].append(site)
        else:
            runs.append(([key], [site], facts))
    merged: list[tuple[list[str], Any, dict[str, Any]]] = []
    for activities, sites, facts in runs:
        shown = "all" if sites == places[activities[0]] else sites
        if merged and merged[-1][1] == shown and merged[-1][2] == facts and activities[0] not in merged[-1][0]:
            merged[-1][0].extend(activities)
        else:
            merged.append((activities, shown, facts))
    for activities, shown, facts in merged:
        yield {"services": activities, "sites": shown, **facts}


def everywhere() -> Places:
    """Every site that has an activity, in the registry's order."""
    found: Places = defaultdict(list)
    ordered = Service.objects.order_by("site__order", "site__pk").values_list("activity__key", "site__key")
    for activity, site in ordered:
        found[activity].append(site)
    return found


def facts_of(report: StatusReport, had: Had) -> dict[str, Any]:
    """The facts of a report, so that they mean the same whatever came before.

    A fact that the service ever had is named even when it is empty now; one that it never had goes without saying.
    """
    facts = Facts.of(report)
    found: dict[str, Any] = {"status": report.status}
    for name, empty in EMPTY.items():
        value = getattr(facts, name)
        if value != empty:
            found[name] = value.isoformat() if name == "expected_back" else value
        elif name in had[report.service_id]:
            found[name] = None
    return found


def ever_had(events: list[Event]) -> Had:
    """The facts that were ever said of each service; what is masked was never said."""
    had: Had = defaultdict(set)
    for report in (report for event in events for report in event.reports):
        facts = Facts.of(report)
        had[report.service_id] |= {name for name, empty in EMPTY.items() if getattr(facts, name) != empty}
    return had
