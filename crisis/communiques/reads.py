"""Questions about communiqués: where each stands, and what the public may read of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from crisis.communiques.models import AFTER, Act, Communique, Edition, State, Step
from crisis.communiques.refs import plain
from crisis.communiques.sms import apart
from crisis.journal import text_ids
from crisis.markdown import seen
from crisis.models import Crisis, Text


@dataclass(frozen=True)
class Words:
    """Title and text of an edition in one language, as they leave: facts as plain words, the text in Markdown.

    `lang` is the language they are in: another than was asked for when that one is missing. `late`: the leading language
    was changed since. `sms`: the words that the text has for the SMS alone, in Markdown; they are not in `body`.
    """

    lang: str
    title: str
    body: str
    late: bool
    sms: str = ""


@dataclass(frozen=True)
class Publication:
    """An edition that the public may read: since when, until when it was the newest, whether it was withdrawn and why."""

    communique: Communique
    edition: Edition
    at: datetime
    until: datetime | None
    withdrawn: Step | None
    texts: dict[str, Words]

    @property
    def current(self) -> bool:
        """Whether it is what the communiqué says now."""
        return self.until is None and self.withdrawn is None

    def words(self, lang: str) -> Words:
        """In a language, or in the leading one when that is missing."""
        lead = self.edition.content["lead"]
        return self.texts.get(lang) or self.texts.get(lead) or next(iter(self.texts.values()))


def last_step(communique: Communique) -> Step | None:
    """The step that says where it stands."""
    return communique.steps.select_related("edition", "entry", "reason").last()


def state_of(communique: Communique) -> State:
    """Where a communiqué stands."""
    step = last_step(communique)
    return AFTER[Act(step.act) if step else None]


def leaving(lang: str, title: str, body: str, *, late: bool = False, has_sms: bool = True) -> Words:
    """Title and text as they were written, as they leave. `has_sms`: whether it may hold words that are the SMS's alone."""
    rest, own = apart(body) if has_sms else (body, "")
    return Words(lang, seen(plain(title)), seen(plain(rest)), late, seen(plain(own)))


def texts_of(editions: "QuerySet[Edition] | list[Edition]") -> dict[int, dict[str, Words]]:
    """The words of editions by their keys and languages: one query for all."""
    editions = list(editions)
    texts = Text.objects.in_bulk({pk for edition in editions for pk in text_ids(edition.content)})
    return {
        edition.pk: {
            lang: leaving(
                lang,
                str(texts[said["title"]["text"]]),
                str(texts[said["body"]["text"]]),
                late=bool(said["late"]),
                has_sms=bool(edition.content.get("sms")),
            )
            for lang in in_order(edition.content)
            for said in [edition.content["langs"][lang]]
        }
        for edition in editions
    }


def published_steps(crisis: Crisis) -> list[Step]:
    """Each publication, in the order of the journal."""
    found = Step.objects.filter(communique__crisis=crisis, act=Act.PUBLISHED)
    return list(found.select_related("edition", "entry").order_by("pk"))


def publications(crisis: Crisis, moment: datetime | None = None) -> list[Publication]:
    """Every edition that was published by a moment (None: now), newest first; older editions of each communiqué too."""
    now = moment or timezone.now()
    public = Step.objects.filter(communique__crisis=crisis, act__in=[Act.PUBLISHED, Act.WITHDRAWN], at__lte=now)
    steps = list(public.select_related("communique", "edition", "entry", "reason").order_by("pk"))
    texts = texts_of([step.edition for step in steps if step.edition])
    found = []
    for n, step in enumerate(steps):
        if step.act != Act.PUBLISHED or step.edition is None or step.at is None:
            continue
        later = [other for other in steps[n + 1 :] if other.communique_id == step.communique_id]
        until = next((other.at for other in later if other.act == Act.PUBLISHED), None)
        withdrawn = next((other for other in later if other.act == Act.WITHDRAWN), None)
        found.append(Publication(step.communique, step.edition, step.at, until, withdrawn, texts[step.edition.pk]))
    return sorted(found, key=lambda each: (each.at, each.edition.pk), reverse=True)


def said_in(edition: Edition) -> dict[str, tuple[str, str]]:
    """Title and text of an edition as they were written, with their facts, by language (`in_order`)."""
    langs = edition.content["langs"]
    texts = Text.objects.in_bulk([said[name]["text"] for said in langs.values() for name in ("title", "body")])
    body_of = {pk: text.body for pk, text in texts.items()}
    return {
        lang: (body_of[langs[lang]["title"]["text"]], body_of[langs[lang]["body"]["text"]])
        for lang in in_order(edition.content)
    }


def in_order(content: dict[str, Any]) -> list[str]:
    """The languages of an edition: the one that leads, then as Vigie lists them. A database keeps no order of its own."""
    listed = [code for code, _name in settings.LANGUAGES]
    places = {lang: listed.index(lang) if lang in listed else len(listed) for lang in content["langs"]}
    return sorted(places, key=lambda lang: (lang != content["lead"], places[lang], lang))


def published_edition(communique: Communique) -> Edition | None:
    """The edition that the public reads; None before the first, and once it is withdrawn."""
    last = communique.steps.filter(act__in=[Act.PUBLISHED, Act.WITHDRAWN]).select_related("edition").last()
    return last.edition if last and last.act == Act.PUBLISHED else None


def version_of(edition: Edition) -> int:
    """How the public counts an edition, among those of its communiqué that were published: from 1, 0 before it is."""
    own = edition.steps.filter(act=Act.PUBLISHED).last()
    before = Step.objects.filter(communique=edition.communique_id, act=Act.PUBLISHED)
    return before.filter(pk__lte=own.pk).count() if own else 0


def last_publication(crisis: Crisis) -> Edition | None:
    """The edition that was published last and still stands."""
    current = [each for each in publications(crisis) if each.current]
    return current[0].edition if current else None
