"""Communiqués in a crisis file: the `communique` section of an event tells what was published then."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crisis.communiques.drafts import TITLE
from crisis.communiques.models import Act, Communique, Edition, Kind, Step
from crisis.communiques.reads import published_steps, texts_of
from crisis.errors import RuleBroken
from crisis.journal import digest_of, lock_book, plain, record
from crisis.models import Crisis, Text
from crisis.roles import check_open
from crisis.sections import Head, Told

PUBLIC = "public"
SENTENCE = (".", "!", "?", ":", "…", "»", ")")
"""How what is a paragraph of its own ends; anything else is a point of a list."""


def read(crisis: Crisis, event: dict[str, Any], head: Head) -> None:
    """What an event published, as a communiqué of its own: one entry. What was not for the public is refused."""
    said = event.get("communique")
    if not said:
        return
    if (said.get("audience") or PUBLIC) != PUBLIC:
        raise RuleBroken(
            _("Only what was said to the public is a communiqué: audience is “public”."), field="communique"
        )
    if len(said["title"]) > TITLE:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": TITLE}, field="communique")
    tell_published(crisis, said["title"], body_of(said.get("says") or []), head)


@transaction.atomic
def tell_published(crisis: Crisis, title: str, body: str, head: Head) -> Communique:
    """A communiqué that was published before Vigie knew of it: its text, its moment, and who says so."""
    book = lock_book(crisis)
    check_open(crisis)
    number = (Communique.objects.filter(crisis=crisis).aggregate(last=Max("number"))["last"] or 0) + 1
    kind = {"kind": Kind.SITUATION, "lang": head.lang, "begun_at": head.at}
    communique = Communique.objects.create(crisis=crisis, number=number, **kind)
    texts = {"title": Text.written(title, head.lang), "body": Text.written(body, head.lang)}
    content = plain({"lead": head.lang, "seq": book.head_seq, "langs": {head.lang: {**texts, "late": False}}})
    source = {"source": Text.written(head.source, head.lang)} if head.source else {}
    told = {"number": number, "edition": 1, "digest": digest_of(content), "content": content, "at": head.at}
    told |= {"loaded": True, "event": head.event, "hour_known": head.hour_known}
    entry = record(book, None, "communique.published", f"communique:{number}", **told, **source)
    edition = Edition.objects.create(
        communique=communique, number=1, entry=entry, content=content, digest=digest_of(content)
    )
    Step.objects.create(communique=communique, edition=edition, entry=entry, act=Act.PUBLISHED, at=head.at)
    communique.wordings.create(lang=head.lang, follows=1, saved_at=head.at)
    return communique


def body_of(says: list[str]) -> str:
    """What a file says, point by point, as Markdown: sentences are paragraphs, the rest is a list."""
    body = ""
    for point in says:
        listed = not point.rstrip().endswith(SENTENCE) and "\n" not in point
        between = "\n" if listed and body.rpartition("\n")[2].startswith("- ") else "\n\n"
        body += (between if body else "") + ("- " if listed else "") + point
    return body


def says_of(body: str) -> list[str]:
    """The points of a text, as a file has them."""
    return [point.removeprefix("- ") for point in re.split(r"\n\n+|\n(?=- )", body.strip()) if point.strip()]


def write(crisis: Crisis, moment: Callable[[datetime], str]) -> Iterator[Told]:
    """Every edition that was published, in the language that leads it, as of its entry."""
    steps = published_steps(crisis)
    texts = texts_of([step.edition for step in steps if step.edition])
    sources = Text.objects.in_bulk([s.entry.data["source"]["text"] for s in steps if "source" in s.entry.data])
    for step in steps:
        if step.edition is None or step.at is None:
            continue
        told, words = step.entry.data, texts[step.edition.pk][step.edition.content["lead"]]
        source = sources[told["source"]["text"]].body if "source" in told else ""
        head = Head(step.at, step.at, told.get("hour_known", True), source, words.lang, told.get("event", 0))
        said = {"title": words.title, "audience": PUBLIC, "says": says_of(words.body)}
        yield Told(step.entry.seq, head, {"communique": {name: value for name, value in said.items() if value}})
