"""What minutes are made of: sentences in which each typed text stays a row of its own, so that it can be masked."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone

from crisis.days import day_words
from crisis.models import Text

Part = str | Text
Line = dict[str, Any]


def parts(template: str, **values: Any) -> list[Part]:
    """A sentence with its values put in, each typed text left as it is: a row that can be masked, never a copy of its words."""
    found: list[Part] = []
    for n, piece in enumerate(re.split(r"%\((\w+)\)s", template)):
        value = values[piece] if n % 2 else piece
        found += joined(value) if isinstance(value, list) else [value if isinstance(value, Text) else str(value)]
    return [part for part in found if part != ""] or [""]


def joined(values: list[Any], between: str = ", ") -> list[Part]:
    """Several values in one sentence; what is empty is left out. Never an empty list: [""] says nothing."""
    found: list[Part] = []
    for value in values:
        inner = value if isinstance(value, list) else [value if isinstance(value, Text) else str(value or "")]
        if any(part != "" for part in inner):
            found += [between, *inner] if found else inner
    return found or [""]


def line(words: list[Part] | Part, kind: str = "fact", mark: str = "", more: list[Part] | Part = "") -> Line:
    """A line of the minutes. `kind`: fact, decision, action, measure, person, loud or small."""
    return {"kind": kind, "mark": mark, "words": joined([words]), "more": joined([more])}


def moment_words(moment: datetime | None, hour_known: bool = True) -> str:
    """A moment with its date, in words."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    day = day_words(local, "l j F Y")
    return f"{day}, {local:%H:%M}" if hour_known else day


def hour(moment: datetime) -> str:
    """The hour, within the day of a meeting."""
    return f"{timezone.localtime(moment):%H:%M}"


def day(moment: datetime) -> str:
    """The day, short enough for a table."""
    return day_words(timezone.localtime(moment), "j N Y")
