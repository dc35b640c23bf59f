"""What the page of a communiqué shows: its text in each language, the check, the facts to insert, the steps it may take."""

import re
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import get_language

from crisis.communiques.board_facts import all_facts
from crisis.communiques.consistency import DROPPED, OVERDUE, Open, Texts, checked, checked_in, findings_of
from crisis.communiques.drafts import languages_of_house, lateness
from crisis.communiques.models import Act, Communique, Edition, State, Wording
from crisis.communiques.reads import Words, last_step, published_edition, said_in, state_of
from crisis.communiques.refs import REF, Ref, plain, ref_to, refs_of
from crisis.communiques.sms import Sms
from crisis.communiques.voices import sms
from crisis.facts import Fact

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


def offers(communique: Communique, lang: str) -> list[tuple[Fact, str]]:
    """Every fact that can be put into the text in a language, with the reference that stands for it."""
    with translation.override(lang):
        found = all_facts(communique.crisis, timezone.now())
    return [(fact, ref_to(fact)) for fact in found]


def replaced(ref: Ref, fact: Fact) -> str:
    """The reference with what holds now: the writer's own words where the old value stands in them."""
    kept = ref.value in ref.words and fact.kind == "capacity"
    return ref_to(fact, ref.words.replace(ref.value, fact.value) if kept else fact.words)


def answers_to(found: list[Open], body: str, facts: list[tuple[Fact, str]]) -> list[Answer]:
    """The findings in their order, contradictions first."""
    now, refs = {fact.key: fact for fact, _token in facts}, {ref.key: ref for ref in refs_of(body)}
    answers = []
    for each in found:
        fact, ref = now.get(each.finding.fact), refs.get(each.finding.fact)
        was = PERCENT.search(each.finding.says)
        if fact and ref:
            answers.append(Answer(each, fact.key, "", replaced(ref, fact)))
        elif fact and fact.kind == "capacity" and was and (there := once(was[1], REF.sub("", body))):
            answers.append(Answer(each, "", there, ref_to(fact)))
        elif fact and each.finding.kind == DROPPED:
            answers.append(Answer(each, "", "", ref_to(fact, fact.label)))
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
    communique: Communique, lang: str, title: str, body: str, facts: list[tuple[Fact, str]] | None = None
) -> dict[str, Any]:
    """What the check makes of a text in one language, its preview, and how long it is. `facts`: those of now, if known."""
    now = timezone.now()
    sentences = checked(communique, {lang: (title, body)}, now)[lang]
    found = findings_of(communique, {lang: sentences})
    if get_language() != lang:  # the same in the reader's words
        sentences = checked_in(communique, lang, (title, body), now)
        said = [finding for sentence in sentences for finding in sentence.findings]
        if len(said) == len(found):
            found = [replace(each, finding=finding) for each, finding in zip(found, said, strict=True)]
    answers = answers_to(found, body, offers(communique, lang) if facts is None and found else facts or [])
    late = list(dict.fromkeys(a.open.finding for a in answers if a.open.finding.kind == OVERDUE))
    reserved = {finding.says for finding in late}
    words = Words(lang, plain(title), plain(body), False)
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


def tabs(communique: Communique, edition: Edition | None, lang: str) -> list[dict[str, Any]]:
    """The languages of the house: which is shown, which leads, and whether each is up to date, late or missing."""
    how = lateness(communique)
    if edition:
        frozen = edition.content["langs"]
        how = {each: "missing" if each not in frozen else "late" if frozen[each]["late"] else "current" for each in how}
    return [
        {"lang": each, "here": each == lang, "leads": each == communique.lang, "how": how[each]}
        for each in languages_of_house()
    ]


def progress(state: State) -> list[tuple[str, str]]:
    """The steps with their names: done, now, or ahead (""); [] for what left the way."""
    place = {State.SCHEDULED: State.APPROVED, State.HELD: State.APPROVED}.get(state, state)
    if place not in STEPS:
        return []
    here = STEPS.index(place)
    return [(str(step.label), "done" if n < here else "now" if n == here else "") for n, step in enumerate(STEPS)]


def text_to_show(communique: Communique, state: State, lang: str) -> tuple[str, str, Wording | None, Edition | None]:
    """Title and text of a language as they are written, or as the edition froze them."""
    last = last_step(communique)
    edition = last.edition if last and state != State.DRAFT else None
    wording = communique.wordings.filter(lang=lang).first()
    if edition:
        texts: Texts = said_in(edition)
        return *texts.get(lang, ("", "")), wording, edition
    return (wording.title, wording.body, wording, None) if wording else ("", "", None, None)


def page_context(communique: Communique, lang: str) -> dict[str, Any]:
    """Everything of the page in one language."""
    state, last = state_of(communique), last_step(communique)
    title, body, wording, edition = text_to_show(communique, state, lang)
    returned = last if last and last.act in {Act.RETURNED, Act.HELD, Act.WITHDRAWN, Act.DROPPED, Act.REOPENED} else None
    lead = communique.wordings.filter(lang=communique.lang).first()
    facts = offers(communique, lang) if state == State.DRAFT else []
    return {
        "communique": communique,
        "state": state,
        "progress": progress(state),
        "last": last,
        "said": returned,
        "tabs": tabs(communique, edition, lang),
        "title": title,
        "body": body,
        "wording": wording,
        "edition": edition,
        "lead": lead,
        "published": published_edition(communique),
        "offers": [each for each in facts if each[0].kind in OFFERED],
        "more_offers": [each for each in facts if each[0].kind not in OFFERED],
        "steps": communique.steps.select_related("entry__countersignature__by_entry", "edition", "reason"),
    } | check_context(communique, lang, title, body, facts if state == State.DRAFT else None)
