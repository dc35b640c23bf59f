"""Verbs of the heart: report, confirm, undo, acknowledge. One transaction and one journal entry each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Book, Crisis, JournalEntry, Text
from crisis.roles import check_may, check_open
from services.facts import TEXTS, Facts
from services.models import Acknowledgement, Service, Site, Status, StatusReport
from services.reads import existed, is_essential, newest_report, newest_reports

StillSo = Literal["", "yes", "unknown", "history"]
"""The answer to "is it still so now?" of a late entry: not asked yet, yes, not known, or told elsewhere (a crisis file)."""


def check_facts(service: Service, facts: Facts, *, essential: bool, alarm: bool) -> None:
    """Refuse facts that contradict themselves or leave out what must be said."""
    if facts.status not in Status.values:
        raise RuleBroken(_("Choose a status: vital, suspended or restored."), field="status")
    if facts.capacity is not None and not 1 <= facts.capacity <= 100:
        raise RuleBroken(
            _("Capacity is a percentage from 1 to 100: a service that does nothing is suspended."), field="capacity"
        )
    if facts.status == Status.SUSPENDED and facts.capacity is not None:
        raise RuleBroken(_("A suspended service has no capacity: say what remains instead."), field="capacity")
    if facts.status != Status.SUSPENDED and facts.remains is not None:
        raise RuleBroken(_("What remains is said of a suspended service only."), field="remains")
    if essential and alarm and not facts.reason:
        raise RuleBroken(_("%(service)s is essential: say why it is suspended.") % {"service": service}, field="reason")


def check_moment(facts: Facts, crisis: Crisis, service: Service, now: datetime) -> datetime:
    """The moment of the observation, `now` when nothing was said; refuse the future, and what was before."""
    moment = facts.observed_at or now
    if moment > now:
        raise RuleBroken(
            _("%(service)s cannot be observed in the future: correct the moment.") % {"service": service},
            field="observed_at",
        )
    if moment < crisis.started_at:
        raise RuleBroken(
            _("%(service)s cannot be observed before the crisis began: correct the moment.") % {"service": service},
            field="observed_at",
        )
    if not existed(service, moment):
        raise RuleBroken(
            _("%(service)s did not exist at that moment: correct the registry first.") % {"service": service},
            field="observed_at",
        )
    return moment


def about(service: Service) -> dict[str, Any]:
    """The names of a service as they were, for its entry to read in every language."""
    return {"key": service.key, "activity": service.activity.names, "site": service.site.names}


def stored(columns: dict[str, Any], service: Service) -> dict[str, Any]:
    """A report as its entry holds it."""
    return {"service": service.key, **columns}


def append(
    book: Book,
    by: User | None,
    verb: str,
    subject: str,
    observations: Sequence[tuple[Service, dict[str, Any]]],
    *,
    recorded_at: datetime | None = None,
    **data: Any,
) -> tuple[JournalEntry, list[StatusReport]]:
    """One entry and the reports it stands for."""
    listed = [stored(columns, service) for service, columns in observations]
    loaded = {"loaded": True, "known_at": recorded_at} if recorded_at else {}
    entry = record(book, by, verb, subject, reports=listed, **loaded, **data)
    reports = StatusReport.objects.bulk_create(
        StatusReport(
            entry=entry,
            crisis=book.crisis,
            service=service,
            seq=entry.seq,
            recorded_at=recorded_at or entry.recorded_at,
            **columns,
        )
        for service, columns in observations
    )
    return entry, reports


def told(report: StatusReport | None) -> dict[str, Any] | None:
    """What an entry keeps of the report that was there before."""
    if report is None:
        return None
    return {"seq": report.seq, "status": report.status, "capacity": report.capacity, "observed_at": report.observed_at}


def postponements(was: StatusReport | None, facts: Facts) -> int:
    """How often the expected return was put back in this suspension."""
    if was is None or facts.expected_back is None or facts.status != was.status:
        return 0
    return was.postponed + (was.expected_back is not None and facts.expected_back > was.expected_back)


@transaction.atomic
def report_status(
    crisis: Crisis,
    service: Service,
    facts: Facts,
    *,
    by: User | None,
    still_so: StillSo = "",
    recorded_at: datetime | None = None,
) -> StatusReport:
    """Put a new observation of `service` on the board of `crisis`; the report returned is the one of its moment.

    A late one (something newer is on the board already) needs the answer to "is it still so now?": yes makes it also a
    report of now, unknown marks the tile to verify. An essential service that becomes suspended raises an alarm.
    `recorded_at` is given by a crisis file only: when the cell knew.
    Raises RuleBroken, and leaves no trace, when the role, the moment or the facts are wrong, or when nothing is new.
    """
    book = lock_book(crisis)
    check_may(by, "report a status", crisis, service.scopes)
    check_open(crisis)
    now = timezone.now()
    moment = check_moment(facts, crisis, service, now)
    facts = facts.changed(observed_at=moment)
    was, newest = newest_report(crisis, service, moment), newest_report(crisis, service)
    late = newest if newest and moment < newest.observed_at else None
    check_new(was, facts, service, late=late is not None)
    suspended, essential = facts.status == Status.SUSPENDED, is_essential(service, moment)
    before = (late if still_so == "yes" else was) if late else was
    becomes = suspended and (before is None or before.status != Status.SUSPENDED)
    check_facts(service, facts, essential=essential, alarm=becomes)
    if late and not still_so:
        raise RuleBroken(late_question(service, late), field="still_so", offer="is_it_still_so")
    alarm = essential and becomes and (not late or still_so == "yes")
    columns = columns_of(facts, was) | {"postponed": postponements(was, facts), "alarm": alarm and not late}
    observed = [(service, columns)]
    if late and still_so != "history":
        observed.append((service, follow_up(late, facts, still_so, now) | {"alarm": alarm}))
    data = {"about": about(service), "was": told(was), "late": late is not None, "still_so": still_so}
    key = f"service:{service.key}"
    return append(book, by, "service.reported", key, observed, recorded_at=recorded_at, **data)[1][0]


def check_new(was: StatusReport | None, facts: Facts, service: Service, *, late: bool) -> None:
    """Refuse what the board says already, and offer to confirm it. Another reason than before is something new."""
    known = Facts.of(was) if was is not None and not late else None
    if known == facts and facts.reason in {"", known.reason}:
        raise RuleBroken(
            _("%(service)s is already so with these facts: confirm it instead.") % {"service": service}, offer="confirm"
        )


def columns_of(facts: Facts, was: StatusReport | None) -> dict[str, Any]:
    """The columns of a report. A suspension that goes on keeps why it began, in the words of then, unless others are given."""
    goes_on = was is not None and was.status == facts.status == Status.SUSPENDED
    if was is None or not goes_on or facts.reason not in {"", Facts.of(was).reason}:
        return facts.columns()
    return facts.changed(reason="").columns() | {"reason": was.reason}


def late_question(service: Service, newest: StatusReport) -> str:
    """What a late entry asks before it is written."""
    when = timezone.localtime(newest.observed_at)
    return _("%(service)s was reported again on %(day)s at %(hour)s: is what you saw before still so now?") % {
        "service": service,
        "day": when.strftime("%d/%m/%Y"),
        "hour": when.strftime("%H:%M"),
    }


def follow_up(newest: StatusReport, late: Facts, still_so: StillSo, now: datetime) -> dict[str, Any]:
    """The second report of a late entry: the late facts as of now, or what the board says, marked to verify."""
    if still_so == "yes":
        columns = columns_of(late.changed(observed_at=now), newest)
        return columns | {"postponed": postponements(newest, late)}
    return Facts.of(newest).changed(to_verify=True).columns() | {"postponed": newest.postponed}


def repeated(was: StatusReport, moment: datetime, source: str, hour_known: bool = True) -> dict[str, Any]:
    """The same facts, observed again: texts are shared with the report that said them, not copied."""
    same = {
        name: getattr(was, name)
        for name in ["status", "capacity", "paper", "isolated", "expected_back", "remains_nothing"]
    }
    texts = {name: getattr(was, name) for name in TEXTS} | {"source": Text.written(source) if source else None}
    return (
        same
        | texts
        | {
            "observed_at": moment,
            "hour_known": hour_known,
            "postponed": was.postponed,
            "to_verify": was.to_verify,
            "alarm": False,
        }
    )


@transaction.atomic
def confirm_service(
    crisis: Crisis,
    service: Service,
    *,
    by: User | None,
    source: str = "",
    observed_at: datetime | None = None,
    hour_known: bool = True,
    recorded_at: datetime | None = None,
) -> StatusReport:
    """Say that a service is still as the board says: a new report with the same facts. What was to verify is verified.

    Raises RuleBroken when nothing was reported yet, or when the role or the moment is wrong.
    """
    book = lock_book(crisis)
    check_may(by, "report a status", crisis, service.scopes)
    check_open(crisis)
    moment = check_moment(Facts(status="", observed_at=observed_at), crisis, service, timezone.now())
    was = newest_report(crisis, service, moment)
    if was is None:
        raise RuleBroken(_("%(service)s was never assessed: report its status first.") % {"service": service})
    columns = repeated(was, moment, source, hour_known) | ({} if recorded_at else {"to_verify": False})
    data = {"about": about(service), "was": told(was)}
    return append(
        book, by, "service.confirmed", f"service:{service.key}", [(service, columns)], recorded_at=recorded_at, **data
    )[1][0]


@transaction.atomic
def confirm_site(
    crisis: Crisis, site: Site, *, by: User | None, source: str = "", since: datetime | None = None
) -> list[StatusReport]:
    """Confirm in one act and one entry everything the board says of one site, but what is to verify or not assessed.

    `since`: what was observed from then on is left as it is (a meeting confirms the rest of a site).

    Raises RuleBroken when there is nothing to confirm.
    """
    book = lock_book(crisis)
    check_may(by, "report a status", crisis, {f"site:{site.key}"})
    check_open(crisis)
    now = timezone.now()
    reports = [
        report
        for report in newest_reports(crisis, now).filter(service__site=site)
        if not report.to_verify and existed(report.service, now) and not (since and report.observed_at >= since)
    ]
    if not reports:
        raise RuleBroken(_("Nothing to confirm at %(site)s: report each status first.") % {"site": site.name})
    said = Text.written(source) if source else None
    observed = [(report.service, repeated(report, now, "") | {"source": said}) for report in reports]
    return append(book, by, "site.confirmed", f"site:{site.key}", observed, site=site.names, count=len(observed))[1]


@transaction.atomic
def undo_report(crisis: Crisis, report: StatusReport, *, by: User | None) -> StatusReport:
    """Take back the newest report of a service: a new report with the facts before it, that says so.

    Raises RuleBroken when somebody reported since, or when nothing was there before.
    """
    book = lock_book(crisis)
    service = report.service
    check_may(by, "report a status", crisis, service.scopes)
    check_open(crisis)
    newest = newest_report(crisis, service)
    if newest is None or newest.pk != report.pk:
        raise RuleBroken(_("%(service)s was reported again since: look before you undo.") % {"service": service})
    was = StatusReport.objects.filter(crisis=crisis, service=service).exclude(entry=report.entry)
    before = was.select_related(*TEXTS).order_by("-observed_at", "-seq", "-pk").first()
    if before is None:
        raise RuleBroken(_("%(service)s had no status before: report what is true now.") % {"service": service})
    columns = repeated(before, timezone.now(), "") | {"source": before.source}
    data: dict[str, Any] = {"about": about(service), "was": told(report), "undoes": report.seq}
    return append(book, by, "service.undone", f"service:{service.key}", [(service, columns)], **data)[1][0]


@transaction.atomic
def acknowledge_alarm(crisis: Crisis, report: StatusReport, *, by: User | None) -> Acknowledgement:
    """Take an alarm off every screen: somebody of the cell has seen it. Refused when there is none, or somebody did."""
    book = lock_book(crisis)
    check_may(by, "acknowledge an alarm", crisis)
    check_open(crisis)
    if not report.alarm or report.crisis_id != crisis.pk:
        raise RuleBroken(_("There is no alarm to acknowledge."))
    if done := Acknowledgement.objects.filter(report=report).select_related("entry").first():
        raise RuleBroken(_("This alarm was acknowledged by %(name)s already.") % {"name": done.entry.actor_name})
    entry = record(
        book, by, "alarm.acknowledged", f"service:{report.service.key}", about=about(report.service), report=report.seq
    )
    return Acknowledgement.objects.create(report=report, entry=entry)
