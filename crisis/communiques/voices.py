"""One text, many voices: paper for the press, mail, SMS, the line of a wall. Each says the facts of the edition word for word."""

import re
from dataclasses import replace
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.communiques.models import Edition
from crisis.communiques.points import joined, points_of
from crisis.communiques.reads import Words
from crisis.communiques.sms import Sms, simpler, sms_of
from crisis.days import day_words
from crisis.markdown import plain_of
from crisis.models import Crisis, Organisation
from crisis.papers import pdf

SENSIBLE = 3
"""Segments of a SMS: no further point is taken that needs another one."""
SPACING = re.compile(r"[\s./-]")


def sms(crisis: Crisis, words: Words) -> Sms:
    """Who says it, then the text's own words for it or as many of its points as make a sensible length, and the number to call.

    Nothing is cut inside a point, and the number is said once: a point that says it again is left out. In characters
    that do not triple its price.
    """
    organisation = Organisation.objects.first()
    name, phone = (organisation.name, organisation.public_phone) if organisation else ("", "")
    with translation.override(words.lang):
        head = (_("EXERCISE") + ". ") * crisis.is_exercise + (
            _("%(service)s: %(what)s") % {"service": name, "what": ""} if name else ""
        )
        own, points = points_of(words.sms), points_of(words.body)
    if own:
        return replace(sms_of(simpler(head + joined(own))), own=True)
    taken: list[str] = []
    for point in points:
        if holds(joined(taken), phone) and holds(point, phone):
            continue
        if taken and message(head, [*taken, point], phone).segments > SENSIBLE:
            break
        taken.append(point)
    return replace(message(head, taken or [words.title], phone), taken=len(taken), points=len(points))


def message(head: str, points: list[str], phone: str) -> Sms:
    """Points as a SMS; the number to call at its end, unless they say it."""
    said = joined([point for point in points if point])
    call = [phone] if phone and not holds(said, phone) else []
    return sms_of(simpler(head + " ".join(filter(None, [said, *call]))))


def holds(words: str, phone: str) -> bool:
    """Whether some words say a number, however it is spaced."""
    wanted = SPACING.sub("", phone)
    return bool(wanted) and wanted in SPACING.sub("", words)


def signature(edition: Edition, moment: Any, lang: str) -> dict[str, str]:
    """What stands around the text on paper and in a mail."""
    organisation = Organisation.objects.first()
    with translation.override(lang):
        local = timezone.localtime(moment)
        said = {"number": edition.communique.number, "day": day_words(local, "l j F Y"), "hour": f"{local:%H:%M}"}
        return {
            "organisation": organisation.name if organisation else "",
            "head": _("Communiqué no. %(number)d · %(day)s, %(hour)s") % said,
            "phone": _("Public line: %(phone)s") % {"phone": organisation.public_phone}
            if organisation and organisation.public_phone
            else "",
            "exercise": _("EXERCISE"),
            "page": _("page {page} of {pages}"),
            "draft": _("NOT PUBLISHED"),
            "withdrawn": _("WITHDRAWN"),
            "late": _("This translation is older than the original text."),
        }


def mail_text(
    crisis: Crisis, edition: Edition, words: Words, moment: Any, published: bool, *, withdrawn: bool = False
) -> str:
    """Plain text for a mail, readable in any program; it says when it is none that the public reads, or an old translation."""
    around = signature(edition, moment, words.lang)
    stamps = [around["exercise"]] * crisis.is_exercise
    stamps += [around["withdrawn"]] if withdrawn else [around["draft"]] * (not published)
    late = [around["late"], ""] * words.late
    lines = [
        *stamps,
        around["organisation"],
        around["head"],
        "",
        words.title.upper(),
        "",
        *late,
        plain_of(words.body),
        "",
    ]
    return "\n".join([*lines, *filter(None, [around["phone"]])]).rstrip() + "\n"


def press_pdf(
    crisis: Crisis, edition: Edition, words: Words, moment: Any, published: bool, *, withdrawn: bool = False
) -> bytes:
    """On letterhead, stamped when it is an exercise, not published or withdrawn; the same words give the same bytes."""
    around = signature(edition, moment, words.lang)
    around |= {"draft": around["withdrawn"]} if withdrawn else {}
    around["late"] *= words.late
    data = {
        "lang": words.lang,
        "title": words.title,
        "text": words.body,
        "is_exercise": crisis.is_exercise,
        "published": published,
    }
    return pdf("communique", data | around)
