"""What the law, the insurer and the authorities expect once a crisis is declared: today's duties in Belgium.

Sources: NIS2 Art. 23(4) (CCB, ccb.belgium.be: early warning within 24 h of becoming aware, notification within 72 h, final
report within one month of that notification), in force in Belgium since 18 October 2024; GDPR Art. 33(1) (72 h to the data
protection authority, in phases if need be). The others have no clock in law: without delay.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOTIFICATION, FINAL = "nis2_notification", "nis2_final"


def month_after(moment: datetime) -> datetime:
    """The same day of the next month, its last when it has no such day; the same hour in the zone in force."""
    local = timezone.localtime(moment)
    year, month = (local.year, local.month + 1) if local.month < 12 else (local.year + 1, 1)
    day = min(local.day, monthrange(year, month)[1])
    return local.replace(year=year, month=month, day=day).astimezone(UTC)


@dataclass(frozen=True)
class Required:
    """One duty: what is to be done, within how much time of becoming aware (None: without delay), by which rule.

    `month_more`: a month is added to that.
    """

    key: str
    words: Promise
    within: timedelta | None
    rule: str
    month_more: bool = False

    def due(self, aware_at: datetime) -> datetime | None:
        """Until when, for a crisis of which the organisation became aware then: true hours, whatever the clocks on the wall."""
        if self.within is None:
            return None
        end = aware_at.astimezone(UTC) + self.within
        return month_after(end) if self.month_more else end


DUTIES = {
    duty.key: duty
    for duty in [
        Required("nis2_warning", _("NIS2 early warning to the CCB"), timedelta(hours=24), "NIS2 Art. 23(4)(a)"),
        Required(NOTIFICATION, _("NIS2 notification to the CCB"), timedelta(hours=72), "NIS2 Art. 23(4)(b)"),
        Required(
            "gdpr", _("Notification to the data protection authority (GDPR)"), timedelta(hours=72), "GDPR Art. 33(1)"
        ),
        Required(FINAL, _("NIS2 final report to the CCB"), timedelta(hours=72), "NIS2 Art. 23(4)(d)", True),
        Required("insurer", _("Tell the cyber insurer"), None, ""),
        Required("police", _("File a complaint with the police"), None, ""),
        Required("ministry", _("Tell the health ministry"), None, ""),
        Required("governor", _("Tell the governor of the province"), None, ""),
    ]
}
