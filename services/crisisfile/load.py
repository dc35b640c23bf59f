"""From a crisis file to a crisis: checked whole, then written through the same verbs as people use, or not at all."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crisis.errors import RuleBroken
from crisis.languages import languages_of_house
from crisis.models import Crisis, JournalEntry, LoadedEvent, Text
from crisis.sections import Head, read_sections
from crisis.writes import close_crisis, declare_crisis, write_entry
from services.crisisfile.located import BadFile, Located, LocatedList, read
from services.crisisfile.schema import LATER, checked
from services.crisisfile.shapes import Faults
from services.facts import Facts
from services.models import Service
from services.reads import newest_report
from services.registry import Periods, name_organisation, register_activity, register_service, register_site
from services.writes import confirm_service, report_status

Progress = Callable[[int, int], None]
EMPTY: dict[str, Any] = {
    "paper": False,
    "isolated": False,
    "to_verify": False,
    "note": "",
    "public_note": "",
    "source": "",
    "reason": "",
}
"""What null means for the facts that have no null."""
HEAD = {"recorded", "hour_known", "source", "lang"}
"""What is kept of an event's head beside its sections; `at` has a column."""


@dataclass
class Summary:
    """What a load did: counts, and the sections kept for features that do not exist yet."""

    crisis: Crisis
    events: int = 0
    skipped: int = 0
    reports: int = 0
    confirmations: int = 0
    entries: int = 0
    kept: dict[str, int] = field(default_factory=dict)


def load(raw: bytes, *, exercise: bool | None = None, progress: Progress = lambda done, of: None) -> Summary:
    """Load a crisis file. Raises BadFile with every fault, line and field, and then nothing is changed.

    `exercise` overrules the file (the demonstration is always one).
    """
    located = read(raw)
    found, faults = checked(located)
    if faults:
        raise BadFile(faults)
    with transaction.atomic():
        crisis = open_crisis(found, faults, exercise)
        summary = Summary(crisis)
        add_events(found, located, faults, summary, progress)
        if found["crisis"].get("closed") and not faults and not crisis.closed_at:
            close_crisis(crisis, by=None)
        if faults:
            raise BadFile(faults)
    return summary


def open_crisis(found: dict[str, Any], faults: Faults, exercise: bool | None) -> Crisis:
    """The registry as the file has it, and its crisis: the one that is there already, or declared now."""
    register(found)
    said = {name: value for name, value in found["crisis"].items() if name not in {"#", "closed", "exercise"}}
    known = Crisis.objects.filter(started_at=said["started_at"], name=said["name"]).select_related("book").first()
    if known:
        return known
    try:
        is_exercise = exercise if exercise is not None else bool(found["crisis"].get("exercise"))
        return declare_crisis(said.pop("name"), is_exercise=is_exercise, told=True, by=None, **said)
    except RuleBroken as refusal:
        faults.add(found["crisis"]["#"], f"crisis.{refusal.field}", str(refusal))
        raise BadFile(faults) from None


def register(found: dict[str, Any]) -> None:
    """Organisation, sites, activities and services, in the order of the file."""
    name_organisation(by=None, **{name: value for name, value in found["organisation"].items() if name != "#"})
    sites = {}
    for order, site in enumerate(found.get("sites", [])):
        columns = {"kind": site.get("kind") or "hospital", "count": site.get("count") or 1, **ends(site)}
        sites[site["key"]] = register_site(site["key"], names=site["name"], order=order, by=None, **columns)
    for order, service in enumerate(found.get("services", [])):
        vital = service.get("vital", False)
        essential: Periods = (
            [(p.get("from"), p.get("until")) for p in vital]
            if isinstance(vital, list)
            else [(None, None)] * bool(vital)
        )
        columns = {"names": service["name"], "aliases": service.get("aliases", {}), "order": order}
        activity = register_activity(service["key"], essential=essential, by=None, **columns)
        for ref in service["sites"]:
            rings = {"phone": ref["phone"]} if "phone" in ref else {}
            register_service(activity, sites[ref["key"]], by=None, **ends(ref), **rings)


def ends(row: dict[str, Any]) -> dict[str, datetime | None]:
    """From and until, as the registry has them."""
    return {"since": row.get("from"), "until": row.get("until")}


def plain(value: Any) -> Any:
    """A located value as canonical JSON holds it."""
    if isinstance(value, Located):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, LocatedList):
        return [plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else value.isoformat()


def canonical(value: Any) -> str:
    """Canonical JSON of a part of the file."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(event: Located) -> str:
    """By what an event is known again; keyed, so that a masked name cannot be guessed from it."""
    return salted_hmac("crisis-file", canonical(event), algorithm="sha256").hexdigest()


def add_events(found: dict[str, Any], located: Located, faults: Faults, summary: Summary, progress: Progress) -> None:
    """Append the events that are not there yet; what stands before the last known one may not be new."""
    crisis, events = summary.crisis, found.get("events", [])
    there = list(crisis.loaded_events.all())
    known, position = {event.digest for event in there}, len(there)
    digests = [digest_of(event) for event in located.get("events", [])]
    last_known = max((n for n, digest in enumerate(digests) if digest in known), default=-1)
    keep_systems(found, crisis, there)
    for n, (event, digest) in enumerate(zip(events, digests, strict=True)):
        progress(n + 1, len(events))
        if digest in known:
            summary.skipped += 1
        elif n < last_known or (there and last_known < 0 and event["at"] <= there[-1].at):
            faults.add(
                event["#"], f"events[{n}]", _("This event was altered since it was loaded: add a new event instead.")
            )
        else:
            position += 1
            add_event(event, located["events"][n], f"events[{n}]", faults, summary, position)
            keep(event, located["events"][n], digest, position, summary)


def keep_systems(found: dict[str, Any], crisis: Crisis, there: list[LoadedEvent]) -> None:
    """The systems at the head of the file, kept word for word until a feature reads them."""
    if found.get("it_systems") and not there:
        listed = [{"key": system["key"], "name": system["name"]} for system in found["it_systems"]]
        kept = Text.written(json.dumps({"it_systems": listed}, ensure_ascii=False, sort_keys=True))
        LoadedEvent.objects.create(crisis=crisis, position=0, at=crisis.started_at, digest="it_systems", kept=kept)


def keep(event: dict[str, Any], located: Located, digest: str, position: int, summary: Summary) -> None:
    """Remember the event, and word for word the sections that no feature reads yet."""
    kept = kept_of({name: plain(value) for name, value in located.items() if name in {*HEAD, *LATER}})
    for name in (name for name in LATER if name in located):
        summary.kept[name] = summary.kept.get(name, 0) + 1
    entry = JournalEntry.objects.filter(book__crisis=summary.crisis).order_by("-seq").first()
    LoadedEvent.objects.create(
        crisis=summary.crisis, position=position, at=event["at"], digest=digest, entry=entry, kept=kept
    )
    summary.events += 1


def kept_of(event: dict[str, Any]) -> Text | None:
    """What is kept of an event, canonical and in a text of its own: its head and these sections; None when none is left."""
    return Text.written(json.dumps(event, ensure_ascii=False, sort_keys=True)) if event.keys() - HEAD else None


def common_of(event: dict[str, Any]) -> dict[str, Any]:
    """What an event's head says of everything in it: when the cell knew, whether the hour is known, language, source."""
    return {
        "recorded_at": event.get("recorded") or event["at"],
        "hour_known": event.get("hour_known") is not False,
        "lang": event.get("lang") or languages_of_house()[0],
        "source": event.get("source") or "",
    }


def add_event(
    event: dict[str, Any], located: Located, name: str, faults: Faults, summary: Summary, position: int
) -> None:
    """Write an event's log line and status changes, and what features read; each refusal becomes a fault at its line."""
    common = common_of(event)
    if event.get("log"):
        try:
            moment = {"happened_at": event["at"], "verified": bool(event.get("verified"))}
            write_entry(summary.crisis, event["log"], by=None, **common, **moment)
            summary.entries += 1
        except RuleBroken as refusal:
            faults.add(located.lines["log"], f"{name}.log", str(refusal))
    add_reports(event, name, faults, summary, common)
    try:
        read_sections(summary.crisis, event, Head(at=event["at"], event=position, **common))
    except RuleBroken as refusal:
        field = refusal.field if refusal.field in event else "meeting"
        faults.add(located.lines.get(field, event["#"]), f"{name}.{field}", str(refusal))


def add_reports(event: dict[str, Any], name: str, faults: Faults, summary: Summary, common: dict[str, Any]) -> None:
    """The status changes of an event."""
    for n, said in enumerate(event.get("set", [])):
        for service in services_of(said):
            try:
                apply(summary, service, said, event["at"], common)
            except RuleBroken as refusal:
                faults.add(said["#"], f"{name}.set[{n}].{refusal.field or 'status'}", str(refusal))


def services_of(said: dict[str, Any]) -> list[Service]:
    """The services that a set names, activity by activity, at its sites in the order given ("all": the registry's)."""
    found: list[Service] = []
    for activity in said["services"]:
        there = (
            Service.objects.filter(activity__key=activity)
            .select_related("activity", "site")
            .order_by("site__order", "site__pk")
        )
        by_site = {service.site.key: service for service in there}
        wanted = list(by_site) if said["sites"] == "all" else said["sites"]
        found += [by_site[site] for site in wanted]
    return found


def apply(summary: Summary, service: Service, said: dict[str, Any], at: datetime, common: dict[str, Any]) -> None:
    """One service's set: a change of status starts from empty facts, the same status keeps what is not named."""
    crisis, when = summary.crisis, {"observed_at": at, "hour_known": common["hour_known"], "lang": common["lang"]}
    was = newest_report(crisis, service, at)
    status = said.get("status") or (was.status if was else "")
    named = {
        name: EMPTY.get(name) if value is None else value
        for name, value in said.items()
        if name not in {"#", "services", "sites", "status"}
    }
    base = Facts.of(was) if was and was.status == status else Facts(status=status)
    facts = base.changed(**{"source": common["source"], "reason": "", **when, **named})
    recorded = {"by": None, "recorded_at": common["recorded_at"]}
    if was and facts == Facts.of(was):
        moment = {"observed_at": at, "hour_known": common["hour_known"]}
        confirm_service(crisis, service, source=facts.source, **moment, **recorded)
        summary.confirmations += 1
    else:
        report_status(crisis, service, facts, still_so="history", **recorded)
        summary.reports += 1
