"""`status.json`: what the public pages say, for programs. Described in docs/public.md and docs/public.schema.json."""

import json
from datetime import datetime
from typing import Any

from django.utils import translation

from crisis.communiques.answers import NOTE, PARTS, Answer, words_of
from crisis.communiques.public.feed import stamp
from crisis.communiques.public.links import Links
from crisis.communiques.public.said import lang_of_reason, said_of, why_withdrawn
from crisis.communiques.public.state import Public, Version
from crisis.communiques.public.words import headline, summary, to_do
from crisis.markdown import plain_of


def moment(value: datetime | None) -> str | None:
    """A moment in UTC, or null."""
    return stamp(value) if value else None


def in_each(public: Public, words: Any) -> dict[str, str]:
    """What a function says, by language."""
    said = {}
    for lang in public.languages:
        with translation.override(lang):
            said[lang] = str(words())
    return said


def answer_in(public: Public, answer: Answer) -> dict[str, Any]:
    """One answer."""
    texts = {part: words_of(answer, part, public.texts) for part in [*PARTS.values(), NOTE]}
    return {
        "activity": answer.service.activity.key,
        "name": in_each(public, lambda: answer.service.activity.name),
        "essential": answer.essential,
        "visit": answer.visit,
        "answer": answer.rule,
        "headline": in_each(public, lambda: headline(answer, public.phone)),
        "to_do": in_each(public, lambda: to_do(answer, public.phone)),
        "texts": {part: [{"lang": t.lang, "text": t.body} for t in found] for part, found in texts.items() if found},
    }


def version_in(public: Public, version: Version, links: Links) -> dict[str, Any]:
    """One version of a communiqué."""
    own, said = version.publication, {lang: said_of(version, lang) for lang in public.languages}
    address = f"communiques/{version.number}/{version.version}/"
    return {
        "number": version.number,
        "version": version.version,
        "published": stamp(own.at),
        "replaced": moment(own.until),
        "withdrawn": moment(own.withdrawn.at) if own.withdrawn else None,
        "reason": why_withdrawn(version),
        "reason_lang": lang_of_reason(version),
        "title": {lang: words.title for lang, words in said.items()},
        "text": {} if own.withdrawn else {lang: plain_of(words.body) for lang, words in said.items()},
        "lang": {lang: words.lang for lang, words in said.items()},
        "late": [lang for lang, words in said.items() if words.late and words.lang == lang],
        "address": {lang: links.whole(f"{lang}/{address}") for lang in public.languages},
    }


def status_of(public: Public, links: Links) -> bytes:
    """The whole, in every language of the organisation."""
    sites = [
        {
            "site": site.key,
            "name": in_each(public, lambda site=site: site.name),
            "answers": [answer_in(public, a) for a in public.told if a.service.site_id == site.pk],
        }
        for site in public.sites
    ]
    said = {
        "format": 1,
        "organisation": public.organisation.name if public.organisation else "",
        "exercise": public.exercise,
        "over": public.over,
        "released": public.released,
        "updated": moment(public.updated),
        "phone": public.phone,
        "emergency": "112",
        "languages": public.languages,
        "situation": in_each(public, lambda: summary(public)),
        "sites": sites,
        "communiques": [version_in(public, version, links) for version in public.versions],
    }
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
