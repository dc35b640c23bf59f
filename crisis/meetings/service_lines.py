"""What the minutes say of the services: what changed, why, what is still done, and who says so."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.meetings.composed import Composed
from crisis.meetings.lines import Line, Part, hour, joined, line, parts
from crisis.templatetags.vigie import status_word
from services.models import Activity, StatusReport
from services.reads import Tile


def at_percent(report: StatusReport | None) -> str:
    """A status with its capacity."""
    if report is None:
        return status_word("not_assessed")
    return f"{status_word(report.status)} ({report.capacity} %)" if report.capacity else status_word(report.status)


def services(of: Composed) -> list[Line]:
    """What changed since the last meeting, the sites where it is the same together, and of how many nobody spoke."""
    alike: dict[tuple[Any, ...], list[Tile]] = defaultdict(list)
    for was, tile in of.changed:
        report = tile.report
        said = (tile.service.activity, was and was.report and at_percent(was.report), at_percent(report))
        alike[
            (*said, *(str((report and getattr(report, name)) or "") for name in ("remains", "reason", "note")))
        ].append(tile)
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
    """One service that changed alike at some sites, with the hours when it was seen and the facts behind it."""
    sites = ", ".join(tile.service.site.name for tile in tiles)
    said = {"service": f"{activity.name} ({sites})", "was": was, "now": now}
    words = _("%(service)s: %(was)s → %(now)s") % said if was else _("%(service)s: %(now)s") % said
    reports = [tile.report for tile in tiles if tile.report]
    hours = sorted({hour(report.observed_at) for report in reports if report.hour_known})
    return line(words, mark=" / ".join(hours), more=joined(facts(reports), " · "))


def facts(reports: list[StatusReport]) -> list[list[Part]]:
    """What is still done, why, the note, and everybody who said so: of reports that are alike in all but who."""
    if not reports:
        return []
    first, found = reports[0], list[list[Part]]()
    if first.remains_nothing:
        found.append([_("nothing remains")])
    if first.remains:
        found.append(parts(_("remains: %(what)s"), what=first.remains))
    if first.reason:
        found.append(parts(_("reason: %(words)s"), words=first.reason))
    if first.note:
        found.append(parts(_("note: %(words)s"), words=first.note))
    if sources := {str(report.source): report.source for report in reports if report.source}:
        found.append(parts(_("source: %(words)s"), words=list(sources.values())))
    return found
