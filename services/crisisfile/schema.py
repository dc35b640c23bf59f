"""What a crisis file may say: every key and its shape, and that what it names is there. See docs/crisis-file.md."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from services.crisisfile.located import Located
from services.crisisfile.shapes import (
    LANGUAGES,
    Check,
    Faults,
    aliases,
    day,
    each,
    either,
    is_zone,
    key,
    mapping,
    measure_key,
    moment,
    names,
    number,
    one_of,
    short,
    table_of,
    text,
    yes_no,
    zone_name,
)
from services.models import PHONE, Status

phone = short(PHONE)
period: dict[str, Check] = {"from": moment, "until": moment}
sites_of = either("all", each(key))
SITE_AT = mapping({"key": key}, period | {"phone": phone})


def site_ref(faults: Faults, line: int, field: str, value: Any) -> dict[str, Any]:
    """A site that has a service: its key, or the key with from, until and its fallback number."""
    found: dict[str, Any] = (
        SITE_AT(faults, line, field, value) if isinstance(value, Located) else {"key": key(faults, line, field, value)}
    )
    return found


def vital(faults: Faults, line: int, field: str, value: Any) -> Any:
    """Essential: true, false, or a list of periods."""
    return value if isinstance(value, bool) else each(mapping({}, period))(faults, line, field, value)


FACTS: dict[str, Check] = {
    "status": one_of(*Status.values), "capacity": number(1, 100), "paper": yes_no, "isolated": yes_no, "remains": text,
    "note": text, "public_note": text, "expected_back": day, "source": text, "to_verify": yes_no, "reason": text,
}  # fmt: skip
SET = mapping({"services": each(key), "sites": sites_of}, FACTS)
MEASURE = mapping(
    {"key": measure_key, "text": text},
    {"services": each(key), "sites": sites_of, "exception": text, "attendance": text, "exempt": text, "advice": text},
)
SECTIONS: dict[str, Check] = {
    "meeting": mapping(
        {"title": text},
        {"decides": text, "next": moment, "ended": moment, "kind": one_of("ordinary", "extraordinary"), "cell": text},
    ),
    "measures": each(MEASURE),
    "amends": each(MEASURE),
    "renews": each(measure_key),
    "lifts": each(measure_key),
    "communique": mapping({"title": text}, {"audience": text, "says": each(text)}),
}
"""What features read; see `crisis.sections`."""
LATER: dict[str, Check] = {
    "assets": table_of(mapping({}, {name: number(0, 10_000_000) for name in ("blocked", "recovered", "total")})),
    "systems": each(mapping({"key": key}, {"restored": yes_no})),
}
EVENT = mapping(
    {"at": moment},
    {"recorded": moment, "hour_known": yes_no, "source": text, "lang": one_of(*LANGUAGES), "log": text, "verified": yes_no,
     "set": each(SET), **SECTIONS, **LATER},
)  # fmt: skip
KEPT = mapping(
    {}, {"recorded": moment, "hour_known": yes_no, "source": text, "lang": one_of(*LANGUAGES), **SECTIONS, **LATER}
)
"""What was kept word for word of an event when it was loaded; see `crisisfile.catch_up`."""
FILE_HEAD: dict[str, Check] = {
    "organisation": mapping(
        {"name": short(200, 1)},
        {"timezone": zone_name, "languages": each(one_of(*LANGUAGES)), "public_phone": short(40), "cell_phone": short(40)},
    ),
}  # fmt: skip
LISTS: dict[str, Check] = {
    "sites": each(mapping({"key": key, "name": names}, {"kind": short(60, 1), "count": number(1, 1000), **period})),
    "services": each(
        mapping({"key": key, "name": names, "sites": each(site_ref)}, {"aliases": aliases, "vital": vital})
    ),
}
"""The registry, as crisis files and the file of a house say it."""
FILE = mapping(
    FILE_HEAD
    | {
        "crisis": mapping(
            {"name": short(200, 1), "started_at": moment},
            {"kind": short(60, 1), "aware_at": moment, "exercise": yes_no, "plan_triggered_at": moment,
             "plan_triggered_by": short(200), "closed": yes_no},
        ),
    },
    LISTS
    | {
        "it_systems": each(mapping({"key": key, "name": text})),
        "events": each(EVENT),
    },
)  # fmt: skip


def checked(raw: Located) -> tuple[dict[str, Any], Faults]:
    """The file's values in their Python shapes, and what is wrong with them."""
    faults = Faults()
    organisation = raw.get("organisation")
    if isinstance(organisation, Located) and is_zone(organisation.get("timezone")):
        faults.zone = ZoneInfo(organisation["timezone"])
    found = FILE(faults, 1, "", raw)
    check_references(found, faults)
    return found, faults


def check_references(found: dict[str, Any], faults: Faults) -> None:
    """Every site, service, measure and system that is named exists in the file."""
    sites = {site.get("key") for site in found.get("sites", [])}
    places = {s.get("key"): [ref.get("key") for ref in s.get("sites", [])] for s in found.get("services", [])}
    systems = {system.get("key") for system in found.get("it_systems", [])}
    for n, service in enumerate(found.get("services", [])):
        for ref in service.get("sites", []):
            if ref.get("key") and ref["key"] not in sites:
                faults.add(service["#"], f"services[{n}].sites", _("There is no site %(key)s.") % {"key": ref["key"]})
    decided: set[str] = set()
    for n, event in enumerate(found.get("events", [])):
        field = f"events[{n}]"
        for m, said in enumerate([*event.get("set", []), *event.get("measures", []), *event.get("amends", [])]):
            check_scope(said, places, f"{field}.set[{m}]", faults)
        decided |= {measure.get("key") for measure in event.get("measures", [])}
        amended = [measure.get("key") for measure in event.get("amends", [])]
        for name in [*amended, *event.get("renews", []), *event.get("lifts", [])]:
            if name not in decided:
                faults.add(event["#"], field, _("Measure %(key)s was not decided before.") % {"key": name})
        for system in event.get("systems", []):
            if system.get("key") not in systems:
                faults.add(
                    event["#"], f"{field}.systems", _("There is no system %(key)s.") % {"key": system.get("key")}
                )


def check_scope(said: dict[str, Any], places: dict[str, list[str]], field: str, faults: Faults) -> None:
    """The services of a set exist, at the sites it names."""
    wanted = said.get("sites", "all")
    for service in said.get("services", []):
        if service not in places:
            faults.add(said["#"], f"{field}.services", _("There is no service %(key)s.") % {"key": service})
            continue
        for site in [] if wanted == "all" else wanted:
            if site not in places[service]:
                sentence = _("%(service)s does not exist at %(site)s.") % {"service": service, "site": site}
                faults.add(said["#"], f"{field}.sites", sentence)
