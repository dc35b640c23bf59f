"""The shapes that values of a crisis file may have: each check answers with the value and adds what is wrong to the faults."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from services.crisisfile.located import Fault, Located, LocatedList

LANGUAGES = {"fr", "nl", "de", "en"}
KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""Keys as they are made now, and as earlier versions made them of long names and of names with an underscore."""
Check = Callable[["Faults", int, str, Any], Any]


class Faults(list[Fault]):
    """The faults found so far, and the zone in which local times are read."""

    zone: ZoneInfo = ZoneInfo("Europe/Brussels")

    def add(self, line: int, field: str, sentence: str) -> None:
        """One more."""
        self.append(Fault(line, field, sentence))


def text(faults: Faults, line: int, field: str, value: Any) -> str | None:
    """Words, or nothing."""
    if value is not None and (not isinstance(value, str) or "\0" in value):
        faults.add(line, field, _("Write text; put it in quotes."))
        return None
    return value


def short(most: int, least: int = 0) -> Check:
    """Words on one line of so many characters; null is nothing said."""

    def check(faults: Faults, line: int, field: str, value: Any) -> str:
        found = text(faults, line, field, value) or ""
        if not least <= len(found.strip()) <= most:
            faults.add(
                line, field, _("Write text of %(least)d to %(most)d characters.") % {"least": least, "most": most}
            )
        return found

    return check


def key(faults: Faults, line: int, field: str, value: Any) -> str:
    """A stable key: lower-case letters, digits and hyphens."""
    if not isinstance(value, str) or len(value) > 60 or not KEY.fullmatch(value):
        faults.add(line, field, _("A key has lower-case letters, digits and hyphens."))
        return ""
    return value


def measure_key(faults: Faults, line: int, field: str, value: Any) -> str:
    """M1, M2…"""
    if not isinstance(value, str) or not re.fullmatch(r"M[1-9][0-9]{0,4}", value):
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
        if not 1970 <= found.year <= 9000:
            raise ValueError(found)
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
    found = {"": value} if isinstance(value, str) else value
    if isinstance(found, dict) and found and all(k in {*LANGUAGES, ""} and is_name(v) for k, v in found.items()):
        return dict(found)
    faults.add(line, field, _("Write a name, or one per language: fr, nl, de, en."))
    return {}


def is_name(value: Any) -> bool:
    """Words that can stand at the head of a row or column."""
    return isinstance(value, str) and 0 < len(value.strip()) <= 200 and "\0" not in value


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


def is_zone(value: Any) -> bool:
    """Whether a value names a zone of the IANA database."""
    return isinstance(value, str) and value in available_timezones()


def zone_name(faults: Faults, line: int, field: str, value: Any) -> str:
    """A zone of the IANA database."""
    if not is_zone(value):
        faults.add(line, field, _("Write a time zone such as Europe/Brussels."))
        return "Europe/Brussels"
    return str(value)
