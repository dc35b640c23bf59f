"""The minutes as PDF, as text and as JSON."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from crisis.languages import languages_of_house
from crisis.markdown import plain_of, seen
from crisis.meetings.models import Meeting
from crisis.meetings.seal import flat, record_of
from crisis.papers import pdf

MARKS = {"decision": "»", "action": "!", "loud": "**", "measure": "-", "person": "-", "fact": "-", "small": " "}


def content_of(meeting: Meeting) -> dict[str, Any]:
    """The minutes in the crisis' language, every word a plain string; free text is Markdown."""
    with override(languages_of_house()[0]):
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


def on_one_line(words: str) -> str:
    """Words as a terminal may show them: on one line, without what moves its cursor or turns its direction."""
    return " ".join(seen(words).split())


def minutes_text(meeting: Meeting) -> str:
    """To read anywhere: a terminal, a mail. What somebody typed cannot look like a line of the minutes' own."""
    content = content_of(meeting)
    with override(content["lang"]):
        stamps = [_("EXERCISE")] * content["exercise"] + [_("DRAFT")] * (content["sealed"] is None)
        pairs = [{"name": name, "value": on_one_line(value)} for name, value in content["heads"]]
        named = [_("%(name)s: %(value)s") % pair for pair in pairs]
    heads = [content["organisation"], content["crisis"], "", content["title"], content["subtitle"]]
    lines = [*stamps, *map(on_one_line, heads), *named]
    for point in content["points"]:
        lines += ["", f"{point['number']}. {on_one_line(point['title'])}", *filter(None, [point["skipped"]])]
        lines += [row for each in point["lines"] for row in rows_of(each)]
        lines += ["  " + row for row in plain_of(point["text"]).splitlines()]
    for table in content["tables"]:
        if table["rows"]:
            rows = [" | ".join(map(on_one_line, row)) for row in [table["head"], *table["rows"]]]
            lines += ["", table["title"], *rows]
    for each in content["addenda"]:
        lines += ["", on_one_line(each["head"]), *("  " + row for row in plain_of(each["text"]).splitlines())]
    if content["sealed"]:
        lines += ["", f"{content['sealed']['words']} · SHA-256 {content['sealed']['digest']}"]
    return "\n".join(lines) + "\n"


def rows_of(line: dict[str, Any]) -> list[str]:
    """A line of the minutes with its mark, and what it says beside."""
    lead = [part for part in (MARKS[line["kind"]], line["mark"], on_one_line(line["words"])) if part.strip()]
    return ["  " + " ".join(lead), *(["      " + on_one_line(line["more"])] if line["more"] else [])]
