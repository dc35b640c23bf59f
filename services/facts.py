"""The shape of one observation: what a person says of a service, before it is written."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crisis.models import Text
from services.models import Status, StatusReport

TEXTS = ["remains", "note", "public_note", "source", "reason"]
PLAIN = ["status", "capacity", "paper", "isolated", "expected_back", "to_verify"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was observed of a service. `capacity` in percent of normal, None = unknown; `observed_at` None = now.

    `remains` (of a suspended service): a text = what is still done, "" = nothing, None = not known.
    The other texts: "" and None both mean that nothing was said. `lang` is the language they are written in.
    """

    status: str
    capacity: int | None = None
    paper: bool = False
    isolated: bool = False
    remains: str | None = None
    note: str = ""
    public_note: str = ""
    expected_back: date | None = None
    to_verify: bool = False
    source: str = field(default="", compare=False)
    reason: str = field(default="", compare=False)
    observed_at: datetime | None = field(default=None, compare=False)
    hour_known: bool = field(default=True, compare=False)
    lang: str = field(default="fr", compare=False)

    def changed(self, **facts: Any) -> "Facts":
        """The same facts but for these."""
        return dataclasses.replace(self, **facts)

    @classmethod
    def of(cls, report: StatusReport) -> "Facts":
        """The facts that a report holds; a masked text comes back as nothing said."""

        def words(text: Text | None) -> str:
            return text.body if text else ""

        remains = "" if report.remains_nothing else (words(report.remains) or None)
        texts: dict[str, Any] = {
            name: words(getattr(report, name)) for name in ["note", "public_note", "source", "reason"]
        }
        lang = next((t.lang for t in (report.note, report.remains, report.public_note) if t), "fr")
        moments: dict[str, Any] = {"observed_at": report.observed_at, "hour_known": report.hour_known}
        return cls(remains=remains, lang=lang, **texts, **moments, **{name: getattr(report, name) for name in PLAIN})

    def columns(self) -> dict[str, Any]:
        """The columns of a report, each text written as a row of its own."""
        texts = {name: Text.written(words, self.lang) if (words := getattr(self, name)) else None for name in TEXTS}
        nothing = self.status == Status.SUSPENDED and self.remains == ""
        plain = {name: getattr(self, name) for name in PLAIN}
        return {
            **plain,
            **texts,
            "remains_nothing": nothing,
            "observed_at": self.observed_at,
            "hour_known": self.hour_known,
        }
