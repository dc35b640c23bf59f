"""What the page of a communiqué shows: its text in each language, the check, the facts to insert, the steps it may take."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import get_language

from crisis.communiques.board_facts import all_facts
from crisis.communiques.consistency import (
    DROPPED,
    OVERDUE,
    Open,
    Texts,
    checked,
    checked_in,
    contradictions,
    findings_of,
    open_in,
    retold,
)
from crisis.communiques.drafts import lateness, lateness_in
from crisis.communiques.history import history, steps_of, versions
from crisis.communiques.languages import named, not_ready
from crisis.communiques.models import AFTER, Act, Communique, Edition, Kind, State, Step, Wording
from crisis.communiques.opening import opening_words
from crisis.communiques.public.links import Links
from crisis.communiques.public.state import shown
from crisis.communiques.reads import leaving, published_edition, said_in
from crisis.communiques.refs import REF, ref_to, refs_of, renewed
from crisis.communiques.sms import Sms
from crisis.communiques.voices import sms
from crisis.facts import Fact
from crisis.languages import languages_of_house

STEPS = [State.DRAFT, State.REVIEW, State.APPROVED, State.PUBLISHED]
"""The way of a communiqué, as the page draws it."""
PERCENT = re.compile(r"(\d{1,3})[ \u00a0\u202f]?%")
OFFERED = ("count", "measure", "meeting", "phone")
"""The kinds of facts that are offered first; those of each service stand behind a search."""


@dataclass(frozen=True)
class Answer:
    """A finding as the page shows it, and the reference that would replace what the text says.

    It takes the place of the fact with this `key`, or of the words `was` ("50 %"); "" when somebody has to find the words.
    """

    open: Open
    key: str = ""
    was: str = ""
    replacement: str = ""


def offers(communique: Communique, lang: str, now: datetime) -> list[tuple[Fact, str]]:
    """Every fact that can be put into the text in a language, with the reference that stands for it."""
    with translation.override(lang):
        found = all_facts(communique.crisis, now)
    return [(fact, ref_to(fact)) for fact in found]


def answers_to(found: list[Open], body: str, facts: list[tuple[Fact, str]]) -> list[Answer]:
    """The findings in their order, contradictions first."""
    now, refs = {fact.key: fact for fact, _token in facts}, {ref.key: ref for ref in refs_of(body)}
    answers = []
    for each in found:
        fact, ref = now.get(each.finding.fact), refs.get(each.finding.fact)
        was = PERCENT.search(each.finding.says)
        if fact and ref and ref.value != fact.value:
            answers.append(Answer(each, fact.key, "", renewed(ref, fact)))
        elif fact and fact.kind == "capacity" and was and (there := once(was[1], REF.sub("", body))):
            answers.append(Answer(each, "", there, ref_to(fact)))
        elif fact and each.finding.kind == DROPPED:
            answers.append(Answer(each, "", "", ref_to(fact, fact.words if fact.kind == "status" else fact.label)))
        else:
            answers.append(Answer(each))
    return sorted(answers, key=lambda answer: not answer.open.blocks)


def once(number: str, text: str) -> str:
    """A percentage as it stands in a text, when it stands there exactly once: only then it is clear which is meant; else ""."""
    found = [
        match[0] for match in PERCENT.finditer(text) if match[1] == number and not text[: match.start()][-1:].isdigit()
    ]
    return found[0] if len(found) == 1 else ""


def check_context(
    communique: Communique,
    lang: str,
    title: str,
    body: str,
    facts: list[tuple[Fact, str]] | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """What the check makes of a text in one language, its preview, and how long it is. `facts`: those of now, if known."""
    now = now or timezone.now()
    sentences = checked(communique, {lang: (title, body)}, now)[lang]
    found = findings_of(communique, {lang: sentences})
    if get_language() != lang:  # the same in the reader's words
        sentences = checked_in(communique, lang, (title, body), now)
        found = retold(found, sentences)
    answers = answers_to(found, body, offers(communique, lang, now) if facts is None and found else facts or [])
    late = list(dict.fromkeys(a.open.finding for a in answers if a.open.finding.kind == OVERDUE))
    reserved = {finding.says for finding in late}
    words = leaving(lang, title, body)
    message: Sms = sms(communique.crisis, words)
    return {
        "text_lang": lang,
        "answers": [answer for answer in answers if answer.open.finding.kind not in {OVERDUE, DROPPED}],
        "dropped": [answer for answer in answers if answer.open.finding.kind == DROPPED],
        "overdue": late,
        "blocking": sum(answer.open.blocks for answer in answers),
        "checked": [fact for sentence in sentences for fact in sentence.checked if fact.says not in reserved],
        "not_checked": [s.text for s in sentences if not s.understood and not s.silent and s.text.strip()],
        "words": words,
        "sms": message,
        "signs": len(words.body),
    }


def tabs(
    communique: Communique, edition: Edition | None, lang: str, blocking: int, texts: Texts, now: datetime
) -> list[dict[str, Any]]:
    """The languages of the house: which is shown, which leads, whether each is up to date, late or missing.

    `contradictions` says how many the board still has of the `texts` of each; `blocking`: of the language that is shown.
    """
    how = lateness_in(edition) if edition else lateness(communique)
    others = {each: text for each, text in texts.items() if each != lang and text[1]}
    counts = open_in(contradictions(communique, others, now)) | {lang: blocking}
    return [
        {
            "lang": each,
            "here": each == lang,
            "leads": each == communique.lang,
            "how": how[each],
            "contradictions": counts.get(each, 0),
        }
        for each in languages_of_house()
    ]


def texts_by_language(edition: Edition | None, wordings: Iterable[Wording]) -> Texts:
    """What each language says: as an edition froze it, else as it is written."""
    return said_in(edition) if edition else {each.lang: (each.title, each.body) for each in wordings}


def progress(state: State) -> list[tuple[str, str]]:
    """The steps with their names: done, now, or ahead (""); [] for what left the way."""
    place = {State.SCHEDULED: State.APPROVED, State.HELD: State.APPROVED}.get(state, state)
    if place not in STEPS:
        return []
    here = STEPS.index(place)
    return [(str(step.label), "done" if n < here else "now" if n == here else "") for n, step in enumerate(STEPS)]


def proposed(
    communique: Communique, lang: str, steps: list[Step], wordings: dict[str, Wording], now: datetime
) -> tuple[str, str] | None:
    """What a language that nobody wrote yet could begin with, as the leading one did; None once a text was sent to review."""
    if steps or lang in wordings or lang == communique.lang:
        return None
    with translation.override(lang):
        return opening_words(communique.crisis, Kind(communique.kind), now)


def public_address(communique: Communique, lang: str) -> str:
    """Where the public reads a communiqué for good; "" when it reads another crisis, as of an exercise."""
    crisis, langs = shown(), languages_of_house()
    if crisis is None or crisis.pk != communique.crisis_id:
        return ""
    return Links("").whole(f"{lang if lang in langs else langs[0]}/communiques/{communique.number}/")


def page_context(communique: Communique, lang: str, *, writes: bool) -> dict[str, Any]:
    """Everything of the page in one language, for who `writes` or only reads."""
    now, steps = timezone.now(), steps_of(communique)
    last = steps[-1] if steps else None
    state = AFTER[Act(last.act) if last else None]
    edition = last.edition if last and state != State.DRAFT else None
    wordings = {each.lang: each for each in communique.wordings.all()}
    texts = texts_by_language(edition, wordings.values())
    offered = proposed(communique, lang, steps, wordings, now) if writes else None
    title, body = offered or texts.get(lang, ("", ""))
    published, numbers = published_edition(communique), versions(steps)
    publication = next((step for step in reversed(steps) if step.act == Act.PUBLISHED), None)
    returned = last if last and last.act in {Act.RETURNED, Act.HELD, Act.WITHDRAWN, Act.DROPPED, Act.REOPENED} else None
    facts = offers(communique, lang, now) if state == State.DRAFT else []
    check = check_context(communique, lang, title, body, facts if state == State.DRAFT else None, now)
    langs = tabs(communique, edition, lang, check["blocking"], texts, now)
    return {
        "communique": communique,
        "state": state,
        "progress": progress(state),
        "last": last,
        "said": returned,
        "tabs": langs,
        "not_ready": not_ready({tab["lang"]: tab["how"] for tab in langs}),
        "contradicted_in": named((tab["lang"], tab["contradictions"]) for tab in langs if tab["contradictions"]),
        "title": title,
        "body": body,
        "offered": offered is not None,
        "wording": wordings.get(lang),
        "edition": edition,
        "lead": wordings.get(communique.lang),
        "published": published,
        "public_version": numbers.get(published.pk, 0) if published else 0,
        "own_version": numbers.get(edition.pk, 0) if edition else 0,
        "address": public_address(communique, lang) if publication else "",
        "publication": publication,
        "offers": [each for each in facts if each[0].kind in OFFERED],
        "more_offers": [each for each in facts if each[0].kind not in OFFERED],
        "history": history(communique, steps),
    } | check
