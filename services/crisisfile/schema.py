"""What a crisis file may say: every key, its shape, and the words for what is wrong. See docs/crisis-file.md."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from services.crisisfile.located import Fault, Located, LocatedList
from services.models import Status

LANGUAGES = {"fr", "nl", "de", "en"}
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
Check = Callable[["Faults", int, str, Any], Any]


class Faults(list[Fault]):
    """The faults found so far, and the zone in which local times are read."""

    zone: ZoneInfo = ZoneInfo("Europe/Brussels")

    def add(self, line: int, field: str, sentence: str) -> None:
        """One more."""
        self.append(Fault(line, field, sentence))


def text(faults: Faults, line: int, field: str, value: Any) -> str | None:
    """Words, or nothing."""
    if value is not None and not isinstance(value, str):
        faults.add(line, field, _("Write text; put it in quotes."))
        return None
    return value


def key(faults: Faults, line: int, field: str, value: Any) -> str:
    """A stable key: lower-case letters, digits and hyphens."""
    if not isinstance(value, str) or not KEY.fullmatch(value):
        faults.add(line, field, _("A key has lower-case letters, digits and hyphens."))
        return ""
    return value


def measure_key(faults: Faults, line: int, field: str, value: Any) -> str:
    """M1, M2…"""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9-]+", value):
        faults.add(line, field, _("Write the measure's key, such as M1."))
        return ""
    return value


def yes_no(faults: Faults, line: int, field: str, value: Any) -> Any:
    """true or false; null clears."""
    if value is not None and not isinstance(value, bool):
        faults.add(line, field, _("Write true or false."))
    return value


def number(least: int, most: int) -> Check:
    """A whole number between two bounds, or null."""

    def check(faults: Faults, line: int, field: str, value: Any) -> int | None:
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
            return value
        faults.add(line, field, _("Write a whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
        return None

    return check


def one_of(*words: str) -> Check:
    """One word of a few."""

    def check(faults: Faults, line: int, field: str, value: Any) -> Any:
        if value not in words:
            faults.add(line, field, _("Write one of: %(words)s.") % {"words": ", ".join(words)})
        return value

    return check


def moment(faults: Faults, line: int, field: str, value: Any) -> datetime | None:
    """An ISO moment, in the organisation's zone when it has no offset."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        faults.add(line, field, _("Write a moment such as 2022-05-14T08:30."))
        return None
    return found if found.tzinfo else found.replace(tzinfo=faults.zone)


def day(faults: Faults, line: int, field: str, value: Any) -> date | None:
    """A day, or null."""
    try:
        return value if value is None or type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        faults.add(line, field, _("Write a day such as 2022-06-07."))
        return None


def names(faults: Faults, line: int, field: str, value: Any) -> dict[str, str]:
    """A word, or one per language; a word alone stands under ""."""
    if isinstance(value, str) and value.strip():
        return {"": value}
    if isinstance(value, Located) and value and all(k in LANGUAGES and isinstance(v, str) for k, v in value.items()):
        return dict(value)
    faults.add(line, field, _("Write a name, or one per language: fr, nl, de, en."))
    return {}


def aliases(faults: Faults, line: int, field: str, value: Any) -> dict[str, list[str]]:
    """Other words, a list per language."""
    good = isinstance(value, Located) and all(
        k in LANGUAGES and isinstance(v, list) and all(isinstance(w, str) for w in v) for k, v in value.items()
    )
    if not good:
        faults.add(line, field, _("Write a list of words per language: fr, nl, de, en."))
        return {}
    return {lang: list(words) for lang, words in value.items()}


def each(check: Check) -> Check:
    """A list, each item of one shape."""

    def whole(faults: Faults, line: int, field: str, value: Any) -> list[Any]:
        if not isinstance(value, LocatedList):
            faults.add(line, field, _("Write a list."))
            return []
        return [
            check(faults, at, f"{field}[{n}]", item)
            for n, (item, at) in enumerate(zip(value, value.lines, strict=True))
        ]

    return whole


def either(word: str, check: Check) -> Check:
    """One word, or another shape."""
    return lambda faults, line, field, value: value if value == word else check(faults, line, field, value)


def mapping(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    """A mapping with these keys and no others; the answer keeps the line under "#"."""

    def check(faults: Faults, line: int, field: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, Located):
            faults.add(line, field, _("Write keys and values: %(keys)s.") % {"keys": ", ".join(required)})
            return {"#": line}
        known, prefix = required | (optional or {}), f"{field}." if field else ""
        for name in required.keys() - value.keys():
            faults.add(line, f"{prefix}{name}", _("This is missing."))
        for name in value.keys() - known.keys():
            faults.add(value.lines[name], f"{prefix}{name}", _("This key is unknown: see docs/crisis-file.md."))
        found = {n: known[n](faults, value.lines[n], f"{prefix}{n}", v) for n, v in value.items() if n in known}
        return found | {"#": line}

    return check


def table_of(check: Check) -> Check:
    """A mapping with any keys."""

    def whole(faults: Faults, line: int, field: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, Located):
            faults.add(line, field, _("Write keys and values."))
            return {}
        return {name: check(faults, value.lines[name], f"{field}.{name}", item) for name, item in value.items()}

    return whole


def zone_name(faults: Faults, line: int, field: str, value: Any) -> str:
    """A zone of the IANA database."""
    if value not in available_timezones():
        faults.add(line, field, _("Write a time zone such as Europe/Brussels."))
        return "Europe/Brussels"
    return str(value)


period: dict[str, Check] = {"from": moment, "until": moment}
sites_of = either("all", each(key))
SITE_AT = mapping({"key": key}, period)


def site_ref(faults: Faults, line: int, field: str, value: Any) -> dict[str, Any]:
    """A site that has a service: its key, or the key with from and until."""
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
    {"services": each(key), "sites": sites_of, "exception": text, "attendance": text},
)
LATER: dict[str, Check] = {
    "meeting": mapping({"title": text}, {"decides": text, "next": moment, "kind": text, "cell": text}),
    "measures": each(MEASURE),
    "renews": each(measure_key),
    "lifts": each(measure_key),
    "communique": mapping({"title": text}, {"audience": text, "says": each(text)}),
    "assets": table_of(mapping({}, {name: number(0, 10_000_000) for name in ("blocked", "recovered", "total")})),
    "systems": each(mapping({"key": key}, {"restored": yes_no})),
}
EVENT = mapping(
    {"at": moment},
    {"recorded": moment, "hour_known": yes_no, "source": text, "lang": one_of(*LANGUAGES), "log": text, "verified": yes_no,
     "set": each(SET), **LATER},
)  # fmt: skip
FILE = mapping(
    {
        "organisation": mapping(
            {"name": text},
            {"timezone": zone_name, "languages": each(one_of(*LANGUAGES)), "public_phone": text, "cell_phone": text},
        ),
        "crisis": mapping(
            {"name": text, "started_at": moment},
            {"kind": text, "aware_at": moment, "exercise": yes_no, "plan_triggered_at": moment, "plan_triggered_by": text,
             "closed": yes_no},
        ),
    },
    {
        "sites": each(mapping({"key": key, "name": names}, {"kind": text, "count": number(1, 1000), **period})),
        "services": each(mapping({"key": key, "name": names, "sites": each(site_ref)}, {"aliases": aliases, "vital": vital})),
        "it_systems": each(mapping({"key": key, "name": text})),
        "events": each(EVENT),
    },
)  # fmt: skip


def checked(raw: Located) -> tuple[dict[str, Any], Faults]:
    """The file's values in their Python shapes, and what is wrong with them."""
    faults = Faults()
    organisation = raw.get("organisation")
    if isinstance(organisation, Located) and organisation.get("timezone") in available_timezones():
        faults.zone = ZoneInfo(organisation["timezone"])
    found = FILE(faults, 1, "", raw)
    check_references(found, faults)
    return found, faults


def check_references(found: dict[str, Any], faults: Faults) -> None:
    """Every site, service, measure and system that is named exists in the file."""
    sites = {site.get("key") for site in found.get("sites", [])}
    places = {s.get("key"): [ref["key"] for ref in s.get("sites", [])] for s in found.get("services", [])}
    systems = {system.get("key") for system in found.get("it_systems", [])}
    for n, service in enumerate(found.get("services", [])):
        for ref in service.get("sites", []):
            if ref["key"] not in sites:
                faults.add(service["#"], f"services[{n}].sites", _("There is no site %(key)s.") % {"key": ref["key"]})
    decided: set[str] = set()
    for n, event in enumerate(found.get("events", [])):
        field = f"events[{n}]"
        for m, said in enumerate([*event.get("set", []), *event.get("measures", [])]):
            check_scope(said, places, f"{field}.set[{m}]", faults)
        decided |= {measure.get("key") for measure in event.get("measures", [])}
        for name in [*event.get("renews", []), *event.get("lifts", [])]:
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
