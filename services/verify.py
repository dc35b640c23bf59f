"""Whether each report still says what its journal entry says."""

from typing import Any

from django.utils.translation import gettext as _

from crisis.journal import plain
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
    reports: dict[int, list[dict[str, Any]]] = {}
    rows = StatusReport.objects.filter(crisis=book.crisis_id).select_related(
        *TEXTS, "service__activity", "service__site"
    )
    for row in rows.order_by("pk"):
        columns = {name: plain(getattr(row, name)) for name in COLUMNS}
        reports.setdefault(row.entry_id, []).append({"service": row.service.key, **columns})
    for entry in book.entries.filter(data__has_key="reports").order_by("seq"):
        told = entry.data["reports"]
        if sorted(map(str, map(in_order, told))) != sorted(map(str, map(in_order, reports.pop(entry.pk, [])))):
            return _("%(book)s: a report of entry %(seq)d differs from the journal.") % {"book": book, "seq": entry.seq}
    if reports:
        return _("%(book)s: a report stands beside the journal.") % {"book": book}
    return ""


def in_order(report: dict[str, Any]) -> list[tuple[str, Any]]:
    """A report's columns in one order."""
    return sorted((name, report.get(name)) for name in ["service", *COLUMNS])
