"""The cell's list of communiqués: what waits for whom, and what the public reads that is no longer true."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from crisis.communiques.check.check import check_text, subject_of
from crisis.communiques.check.reading import situation_at
from crisis.communiques.check.situation import Sentence
from crisis.communiques.consistency import CONTRADICTS
from crisis.communiques.models import AFTER, Act, Communique, Edition, State, Step, Wording
from crisis.communiques.reads import Publication, publications, texts_of
from crisis.journal import text_ids
from crisis.models import Crisis, Text
from crisis.waiting import Waiting

WAITING = [State.HELD, State.REVIEW, State.APPROVED, State.SCHEDULED, State.DRAFT]


@dataclass(frozen=True)
class Truth:
    """What the check makes of a published text by now. `untrue`: what it says, what the board says, the number that proves it.

    `past`: a newer communiqué speaks of what is no longer so: this one is the situation at its moment. `checked`: whether the
    rules understood anything of it; nothing is green that was not.
    """

    untrue: list[tuple[str, str, int]] = field(default_factory=list)
    past: bool = False
    checked: bool = False


@dataclass
class Row:
    """A communiqué in the list."""

    communique: Communique
    state: State
    title: str
    step: Step | None
    publication: Publication | None = None
    truth: Truth = field(default_factory=Truth)


def titles(crisis: Crisis) -> dict[int, str]:
    """The title of each communiqué in its leading language: as it is being written, else of its newest edition."""
    written = Wording.objects.filter(communique__crisis=crisis, lang=F("communique__lang")).exclude(title="")
    editions = {each.communique_id: each for each in Edition.objects.filter(communique__crisis=crisis)}
    frozen = texts_of(list(editions.values()))
    found = {pk: frozen[each.pk][lead_of(each)].title for pk, each in editions.items()}
    return found | {each.communique_id: each.title for each in written}


def lead_of(edition: Edition) -> str:
    """The language that leads an edition, or one that it has."""
    lead, langs = str(edition.content["lead"]), edition.content["langs"]
    return lead if lead in langs else next(iter(langs))


def checked(crisis: Crisis, editions: list[Edition]) -> list[list[Sentence]]:
    """What the check makes of each edition in its leading language: one situation of now for all that share a language."""
    now, situations = timezone.now(), {}
    texts = Text.objects.in_bulk({pk for each in editions for pk in text_ids(each.content)})
    found = []
    for each in editions:
        lead = lead_of(each)
        title, body = (texts[each.content["langs"][lead][part]["text"]].body for part in ("title", "body"))
        with translation.override(lead):
            if lead not in situations:
                situations[lead] = situation_at(crisis, now)
            found.append(check_text(f"{title}\n\n{body}", situations[lead], lead))
    return found


def truths(crisis: Crisis, published: list[Publication]) -> dict[int, Truth]:
    """By communiqué, newest first: of each subject only the newest communiqué that speaks of it has to be true now."""
    said: set[str] = set()
    found: dict[int, Truth] = {}
    read = checked(crisis, [each.edition for each in published])
    for each, sentences in zip(published, read, strict=True):
        wrong = [finding for s in sentences for finding in s.findings if finding.kind == CONTRADICTS]
        own = [finding for finding in wrong if subject_of(finding.fact) not in said]
        told = [(finding.says, finding.board, finding.seq) for finding in own]
        found[each.communique.pk] = Truth(told, len(own) < len(wrong), any(s.checked for s in sentences))
        said |= {subject for s in sentences for subject in s.about}
        said |= {subject_of(finding.fact) for s in sentences for finding in s.findings if finding.fact}
    return found


def last_steps(crisis: Crisis) -> dict[int, Step]:
    """The step that says where each communiqué stands: one query."""
    steps = Step.objects.filter(communique__crisis=crisis).select_related("entry", "reason").order_by("pk")
    return {step.communique_id: step for step in steps}


def listing(crisis: Crisis) -> dict[str, Any]:
    """What waits, what is published (newest first) and what is over."""
    steps = last_steps(crisis)
    current = [each for each in publications(crisis) if each.current]
    true, by_communique = truths(crisis, current), {each.communique.pk: each for each in current}
    rows, named = [], titles(crisis)
    for communique in Communique.objects.filter(crisis=crisis).select_related("begun_by"):
        last = steps.get(communique.pk)
        row = Row(communique, AFTER[Act(last.act) if last else None], named.get(communique.pk, ""), last)
        row.publication = by_communique.get(communique.pk)
        row.truth = true.get(communique.pk, Truth())
        rows.append(row)
    return {
        "waiting": sorted((r for r in rows if r.state in WAITING), key=lambda r: WAITING.index(r.state)),
        "published": sorted((r for r in rows if r.publication), key=lambda r: r.publication.at, reverse=True),
        "over": [row for row in rows if row.state in {State.WITHDRAWN, State.DROPPED}][::-1],
        "has_previous": bool(current),
    }


def waiting(crisis: Crisis) -> list[Waiting]:
    """The communiqués in hand, for a meeting: what waits for somebody first."""
    steps, named = last_steps(crisis), titles(crisis)
    found = []
    for communique in Communique.objects.filter(crisis=crisis):
        step = steps.get(communique.pk)
        state = AFTER[Act(step.act) if step else None]
        if state in WAITING:
            words = named.get(communique.pk) or str(communique)
            address = reverse("communique", args=[crisis.pk, communique.number])
            found.append((WAITING.index(state), Waiting(words, str(state.label), address)))
    return [each for _place, each in sorted(found, key=lambda pair: pair[0])]
