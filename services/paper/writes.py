"""Verb of the paper: a sheet that was filled by hand goes back onto the board, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book
from crisis.models import Crisis
from services.facts import Facts
from services.models import Service, Status
from services.reads import newest_report
from services.writes import confirm_service, report_status


@dataclass(frozen=True, kw_only=True)
class Line:
    """What somebody wrote beside a service. `status` "" is as it was; `capacity` in percent; "" and None say nothing."""

    service: Service
    status: str = ""
    capacity: int | None = None
    remains: str = ""
    note: str = ""
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything."""
        return not (self.status or self.capacity or self.remains or self.note or self.reason)


@dataclass
class Entered:
    """The services whose line was written; of these, those that the board does not show, because it knows newer ones.

    `again`: those whose line was in the journal already.
    """

    written: list[Service] = field(default_factory=list)
    late: list[Service] = field(default_factory=list)
    again: list[Service] = field(default_factory=list)


class SheetRefused(RuleBroken):
    """At least one line is refused, and nothing was written. `lines`: why, by the key of the service."""

    def __init__(self, lines: dict[str, RuleBroken]) -> None:
        self.lines = lines
        super().__init__(_("Nothing was written: correct the lines that are marked."))


@transaction.atomic
def enter_sheet(
    crisis: Crisis, lines: Sequence[Line], *, observed_at: datetime, source: str, lang: str, by: User | None
) -> Entered:
    """Write the lines of a sheet in one transaction, an entry a line, each as of the moment when it was observed.

    What the board knows newer stays on the board: the line is in the journal and in the history of its service only. The
    status that a service had at that moment is confirmed; a line that was written already is left alone.
    Raises SheetRefused with every line that breaks a rule, or RuleBroken when nothing is filled in.
    """
    lock_book(crisis)
    filled = [line for line in lines if not line.is_empty]
    if not filled:
        raise RuleBroken(_("Nothing is filled in: write at least one line, or go on to another site."))
    done, refused = Entered(), {}
    for line in filled:
        newest = newest_report(crisis, line.service)
        try:
            if enter_line(crisis, line, observed_at, source, lang, by):
                done.written.append(line.service)
                done.late += [line.service] * bool(newest and observed_at < newest.observed_at)
            else:
                done.again.append(line.service)
        except RuleBroken as refusal:
            refused[line.service.key] = refusal
    if refused:
        raise SheetRefused(refused)
    return done


def enter_line(crisis: Crisis, line: Line, moment: datetime, source: str, lang: str, by: User | None) -> bool:
    """One line: a report, or a confirmation where it says what was so; False when it was written before."""
    was = newest_report(crisis, line.service, moment)
    before = Facts.of(was) if was else None
    facts = facts_of(line, before).changed(observed_at=moment, source=source, hour_known=True)
    if before is None or line.note or line.remains or line.reason:
        facts = facts.changed(lang=lang)  # texts that are kept stay in their language
    if before and before.observed_at == moment and facts == before and line.reason in {"", before.reason}:
        return False
    if line.reason and (facts.status != Status.SUSPENDED or (before and before.status == Status.SUSPENDED)):
        raise RuleBroken(_("Why is asked when a service becomes suspended: write it as a note."), field="reason")
    if before is None or facts != before:
        report_status(crisis, line.service, facts, by=by, still_so="history")
    else:
        confirm_service(crisis, line.service, by=by, source=source, observed_at=moment)
    return True


def facts_of(line: Line, before: Facts | None) -> Facts:
    """What a line says: a status that changes begins anew, one that stays keeps the facts that the line does not name."""
    status = line.status or (before.status if before else "")
    named = {"capacity": line.capacity, "remains": line.remains, "note": line.note}
    told = {name: value for name, value in named.items() if value}
    if before and status == before.status:
        return before.changed(**told, reason=line.reason, to_verify=False)
    return Facts(status=status, reason=line.reason).changed(**told)
