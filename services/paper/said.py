"""How paper says what the board shows: whole words, whole moments, in the language in force. Paper has no colour and no clock."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.days import day_words
from crisis.facts import Fact
from crisis.templatetags.vigie import status_word
from services.models import NOT_ASSESSED, Status, StatusReport
from services.reads import Tile

ASSURED = {Status.VITAL, Status.RESTORED}

ATTENDANCE = {
    "come": lambda: _("come as planned"),
    "unless_called": lambda: _("come, unless you are called"),
    "stay": lambda: _("do not come, unless you are called"),
}
"""What people with an appointment do under a measure, by its fact's `attendance`."""

Line = dict[str, Any]
"""`words`, and whether they are `loud`: in a frame of their own."""


def moment_words(value: datetime, hour_known: bool = True, form: str = "", now: datetime | None = None) -> str:
    """A moment with its day, in the organisation's zone: the year when it is another one, no hour when nobody knows it."""
    local, today = timezone.localtime(value), timezone.localtime(now or timezone.now())
    day = day_words(local, form or ("D j N" if local.year == today.year else "D j N Y"))
    return f"{day}, {local:%H:%M}" if hour_known else day


def lines_of(tile: Tile) -> list[Line]:
    """What is known of a service beside its status, as its tile says it; what needs somebody first, and loud."""
    report = tile.report
    if report is None:
        return []
    loud = [_("To verify")] * report.to_verify + [_("To reconfirm")] * tile.overdue
    lines = [short_facts(report), remains(report), str(report.note or ""), back(report, tile.moment)]
    return [{"words": words, "loud": True} for words in loud] + [{"words": w, "loud": False} for w in lines if w]


def short_facts(report: StatusReport) -> str:
    """Capacity, on paper, isolated, on one line."""
    capacity = [f"{report.capacity} %"] if report.capacity else []
    return " · ".join(capacity + [_("paper")] * report.paper + [_("isolated")] * report.isolated)


def remains(report: StatusReport) -> str:
    """What is still done; "" when it is not known."""
    if report.remains_nothing:
        return _("nothing remains")
    return _("remains: %(what)s") % {"what": report.remains} if report.remains else ""


def back(report: StatusReport, now: datetime) -> str:
    """When it is expected back, and how often that was put off."""
    if report.expected_back is None:
        return ""
    form = "D j N" if report.expected_back.year == timezone.localtime(now).year else "D j N Y"
    day = _("back %(day)s") % {"day": day_words(report.expected_back, form)}
    if not report.postponed:
        return day
    often = ngettext("postponed once", "postponed %(n)s times", report.postponed) % {"n": report.postponed}
    return f"{day} ({often})"


def when_of(tile: Tile) -> list[str]:
    """Since when the status holds, and when it was last seen, where that was later."""
    report = tile.report
    if report is None or tile.since is None:
        return []
    seen = moment_words(report.observed_at, report.hour_known, now=tile.moment)
    if tile.since == report.observed_at:
        return [_("since %(when)s") % {"when": seen}]
    return [
        _("since %(when)s") % {"when": moment_words(tile.since, now=tile.moment)},
        _("seen %(when)s") % {"when": seen},
    ]


def counts_of(tiles: list[Tile]) -> str:
    """How many services are what, and how many of the essential ones are assured, on one line."""
    essential = [tile for tile in tiles if tile.essential]
    found = Counter(tile.status for tile in tiles)
    said = {"assured": sum(tile.status in ASSURED for tile in essential), "total": len(essential)}
    parts = [_("Essential services assured: %(assured)d of %(total)d") % said] if essential else []
    pairs = [{"name": status_word(status), "value": found[status]} for status in [*Status.values, NOT_ASSESSED]]
    return " · ".join(parts + [_("%(name)s: %(value)s") % pair for pair in pairs])


def measure_line(measure: Fact) -> dict[str, str]:
    """A measure in force: its key, its words, what patients do, who is not concerned; loud when it is to be reconfirmed."""
    about = measure.about
    attendance = ATTENDANCE[about["attendance"]]() if about.get("attendance") in ATTENDANCE else ""
    pairs = [
        (_("People with an appointment"), attendance),
        (_("Who is not concerned"), about.get("exempt", "")),
        (_("What the patient does"), about.get("advice", "")),
    ]
    more = [_("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in pairs if value]
    overdue = _("To reconfirm") if about.get("overdue") else ""
    return {"mark": measure.key.partition(":")[2], "words": measure.words, "more": " · ".join(more), "loud": overdue}
