"""The minutes as PDF, as text and as JSON."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from crisis.markdown import plain_of
from crisis.meetings.models import Meeting
from crisis.meetings.seal import flat, language_of, record_of
from crisis.papers import pdf

MARKS = {"decision": "»", "action": "!", "loud": "**", "measure": "-", "person": "-", "fact": "-", "small": " "}


def content_of(meeting: Meeting) -> dict[str, Any]:
    """The minutes in the crisis' language, every word a plain string; free text is Markdown."""
    with override(language_of(meeting.crisis)):
        found: dict[str, Any] = flat(record_of(meeting))
    return found


def minutes_pdf(meeting: Meeting) -> bytes:
    """On letterhead, stamped when it is an exercise; the same minutes give the same bytes."""
    content = content_of(meeting)
    with override(content["lang"]):
        labels = {
            "exercise": _("EXERCISE"),
            "draft": _("DRAFT"),
            "page": _("page {page} of {pages}"),
            "decision": _("Decision"),
            "action": _("Action"),
        }
    sealed = content["sealed"]
    seal = f"{sealed['words']} · {sealed['digest'][:16]}" if sealed else ""
    return pdf("minutes", content | {"labels": labels, "sealed": bool(sealed), "seal": seal})


def minutes_json(meeting: Meeting) -> str:
    """For another program: one object, keys sorted."""
    return json.dumps(content_of(meeting), ensure_ascii=False, indent=2, sort_keys=True)


def minutes_text(meeting: Meeting) -> str:
    """To read anywhere: a terminal, a mail."""
    content = content_of(meeting)
    with override(content["lang"]):
        stamps = [_("EXERCISE")] * content["exercise"] + [_("DRAFT")] * (content["sealed"] is None)
    lines = [*stamps, content["organisation"], content["crisis"], "", content["title"], content["subtitle"]]
    lines += [f"{name}: {value}" for name, value in content["heads"]]
    for point in content["points"]:
        lines += ["", f"{point['number']}. {point['title']}", *([point["skipped"]] if point["skipped"] else [])]
        for each in point["lines"]:
            lead = " ".join(part for part in (MARKS[each["kind"]], each["mark"]) if part.strip())
            lines.append("  " + " ".join(part for part in (lead, each["words"]) if part))
            lines += [f"      {each['more']}"] if each["more"] else []
        lines += ["  " + row for row in plain_of(point["text"]).splitlines()]
    for table in content["tables"]:
        lines += ["", table["title"], " | ".join(table["head"]), *(" | ".join(row) for row in table["rows"])]
    for each in content["addenda"]:
        lines += ["", each["head"], plain_of(each["text"])]
    if content["sealed"]:
        lines += ["", f"{content['sealed']['words']} · SHA-256 {content['sealed']['digest']}"]
    return "\n".join(lines) + "\n"
