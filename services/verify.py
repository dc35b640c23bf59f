"""Whether each report still says what its journal entry says."""

import json
from typing import Any

from django.utils.translation import gettext as _

from crisis.journal import in_utc, plain
from crisis.models import Book
from services.models import StatusReport
from services.reads import TEXTS

COLUMNS = [
    "status", "capacity", "paper", "isolated", "expected_back", "remains_nothing", "observed_at", "hour_known",
    "postponed", "to_verify", "alarm", *TEXTS,
]  # fmt: skip


def fault_of_reports(book: Book) -> str:
    """The first report of a book that differs from its entry, or that one of them lacks; "" when all agree."""
    if book.crisis_id is None:
        return ""
    reports: dict[int, list[tuple[StatusReport, dict[str, Any]]]] = {}
    rows = StatusReport.objects.filter(crisis=book.crisis_id).select_related(
        *TEXTS, "service__activity", "service__site"
    )
    for row in rows.order_by("pk"):
        columns = {name: plain(getattr(row, name)) for name in COLUMNS}
        reports.setdefault(row.entry_id, []).append((row, {"service": row.service.key, **columns}))
    for entry in book.entries.filter(data__has_key="reports").order_by("seq"):
        told, found = entry.data["reports"], reports.pop(entry.pk, [])
        same = sorted(map(in_order, told)) == sorted(in_order(columns) for _row, columns in found)
        known_at = entry.data.get("known_at") or in_utc(entry.recorded_at)
        if not same or any((row.seq, in_utc(row.recorded_at)) != (entry.seq, known_at) for row, _columns in found):
            return _("%(book)s: a report of entry %(seq)d differs from the journal.") % {"book": book, "seq": entry.seq}
    if reports:
        return _("%(book)s: a report stands beside the journal.") % {"book": book}
    return ""


def in_order(report: dict[str, Any]) -> str:
    """A report's columns in one order, whatever order the database keeps the keys of JSON in."""
    return json.dumps({name: report.get(name) for name in ["service", *COLUMNS]}, sort_keys=True)
