"""One text, many voices: paper for the press, mail, SMS, the line of a wall. Each says the facts of the edition word for word."""

from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crisis.communiques.models import Edition
from crisis.communiques.reads import Words
from crisis.communiques.sms import Sms, simpler, sms_of
from crisis.markdown import nodes_of, plain_of, words_of
from crisis.models import Crisis, Organisation
from crisis.papers import pdf


def first_paragraph(body: str) -> str:
    """The first paragraph of a text on one line: what a SMS and a wall say. "" when there is none."""
    found = next((node for node in nodes_of(body) if node["kind"] == "paragraph"), None)
    return " ".join(words_of(found["runs"]).split()) if found else ""


def sms(crisis: Crisis, words: Words) -> Sms:
    """Who says it, the first paragraph, and the number to call; in characters that do not triple its price."""
    organisation = Organisation.objects.first()
    name, phone = (organisation.name, organisation.public_phone) if organisation else ("", "")
    with translation.override(words.lang):
        stamp = _("EXERCISE") + ". " if crisis.is_exercise else ""
    said = " ".join(part for part in (first_paragraph(words.body) or words.title, phone) if part)
    return sms_of(simpler(f"{stamp}{name}: {said}"))


def signature(edition: Edition, moment: Any, lang: str) -> dict[str, str]:
    """What stands around the text on paper and in a mail."""
    organisation = Organisation.objects.first()
    with translation.override(lang):
        local = timezone.localtime(moment)
        said = {"number": edition.communique.number, "day": date_format(local, "l j F Y"), "hour": f"{local:%H:%M}"}
        return {
            "organisation": organisation.name if organisation else "",
            "head": _("Communiqué no. %(number)d · %(day)s, %(hour)s") % said,
            "phone": _("Public line: %(phone)s") % {"phone": organisation.public_phone}
            if organisation and organisation.public_phone
            else "",
            "exercise": _("EXERCISE"),
            "page": _("page {page} of {pages}"),
            "draft": _("NOT PUBLISHED"),
        }


def mail_text(crisis: Crisis, edition: Edition, words: Words, moment: Any, published: bool) -> str:
    """Plain text for a mail, readable in any program."""
    around = signature(edition, moment, words.lang)
    stamps = [around["exercise"]] * crisis.is_exercise + [around["draft"]] * (not published)
    lines = [*stamps, around["organisation"], around["head"], "", words.title.upper(), "", plain_of(words.body), ""]
    return "\n".join([*lines, *filter(None, [around["phone"]])]).rstrip() + "\n"


def press_pdf(crisis: Crisis, edition: Edition, words: Words, moment: Any, published: bool) -> bytes:
    """On letterhead, stamped when it is an exercise or not published; the same words give the same bytes."""
    around = signature(edition, moment, words.lang)
    data = {
        "lang": words.lang,
        "title": words.title,
        "text": words.body,
        "is_exercise": crisis.is_exercise,
        "published": published,
    }
    return pdf("communique", data | around)
