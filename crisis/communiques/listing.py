"""The cell's list of communiqués: what waits for whom, and what the public reads that is no longer true."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from crisis.communiques.check.check import check_text, subject_of
from crisis.communiques.check.reading import situation_at
from crisis.communiques.check.situation import Sentence
from crisis.communiques.consistency import CONTRADICTS
from crisis.communiques.models import AFTER, Act, Communique, Edition, Keeping, State, Step, Wording
from crisis.communiques.reads import Publication, publications, texts_of
from crisis.communiques.refs import plain
from crisis.journal import text_ids
from crisis.models import Crisis, Text
from crisis.waiting import Waiting

WAITING = [State.HELD, State.REVIEW, State.APPROVED, State.SCHEDULED, State.DRAFT]
AWAITED = {
    State.HELD: _(
        "Waits for communications, the director or the medical direction: send it back, or answer and publish."
    ),
    State.REVIEW: _("Waits for the director or the medical direction to approve it: somebody who did not write it."),
    State.APPROVED: _("Waits for communications, the director or the medical direction to publish it."),
    State.SCHEDULED: _("Nobody has to act: it is published by itself at its moment."),
    State.DRAFT: _("Waits for communications or the director to send it to review."),
}
"""Who is awaited, by the state: those whom the table of roles lets take the next step."""
Untrue = tuple[str, str, int]
"""What a text says, what the board says instead, and the number that proves it."""


@dataclass(frozen=True)
class Truth:
    """What the check makes of a published text by now.

    `past`: a newer communiqué speaks of what is no longer so: this one is the situation at its moment. `checked`: whether the
    rules understood anything of it; nothing is green that was not.
    """

    untrue: list[Untrue] = field(default_factory=list)
    past: bool = False
    checked: bool = False


@dataclass
class Row:
    """A communiqué in the list. `held`: what will hold it back at its moment, as the board stands.

    `version`: how the public counts what it reads of it, 0 when nothing was published. `alone`: what stands was approved
    without a second person, and nobody has countersigned.
    """

    communique: Communique
    state: State
    title: str
    step: Step | None
    publication: Publication | None = None
    truth: Truth = field(default_factory=Truth)
    held: list[Untrue] = field(default_factory=list)
    version: int = 0
    alone: bool = False

    @property
    def awaited(self) -> str:
        """Who has to act now; "" when that is nobody's turn any more, as in a crisis that is closed."""
        return "" if self.held or self.communique.crisis.closed_at else str(AWAITED.get(self.state, ""))


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


def checked(crisis: Crisis, asked: list[tuple[Edition, str]]) -> list[list[Sentence]]:
    """What the check makes of editions, each in a language: one situation of now for all that share a language."""
    now, situations = timezone.now(), {}
    texts = Text.objects.in_bulk({pk for each, _lang in asked for pk in text_ids(each.content)})
    found = []
    for each, lang in asked:
        title, body = (texts[each.content["langs"][lang][part]["text"]].body for part in ("title", "body"))
        with translation.override(lang):
            if lang not in situations:
                situations[lang] = situation_at(crisis, now)
            found.append(check_text(f"{title}\n\n{body}", situations[lang], lang))
    return found


def to_be_held(crisis: Crisis, timed: list[Edition]) -> dict[int, list[Untrue]]:
    """By communiqué, what will hold back a text that waits for its moment if the board stays as it is.

    What somebody kept with a reason holds nothing back.
    """
    asked = [(each, lang) for each in timed for lang in each.content["langs"]]
    rows = Keeping.objects.filter(communique__in=[each.communique_id for each in timed])
    kept = set(rows.values_list("communique_id", "lang", "answers")) if timed else set()
    found: dict[int, list[Untrue]] = {each.communique_id: [] for each in timed}
    for (each, lang), sentences in zip(asked, checked(crisis, asked), strict=True):
        for finding in (finding for s in sentences for finding in s.findings if finding.kind == CONTRADICTS):
            told = (plain(finding.says), finding.board, finding.seq)
            if (each.communique_id, lang, finding.digest) not in kept and told not in found[each.communique_id]:
                found[each.communique_id].append(told)
    return found


def truths(crisis: Crisis, published: list[Publication]) -> dict[int, Truth]:
    """By communiqué, newest first: of each subject only the newest communiqué that speaks of it has to be true now."""
    said: set[str] = set()
    found: dict[int, Truth] = {}
    read = checked(crisis, [(each.edition, lead_of(each.edition)) for each in published])
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
    steps = Step.objects.filter(communique__crisis=crisis).select_related("entry", "reason", "edition").order_by("pk")
    return {step.communique_id: step for step in steps}


def approved_alone(crisis: Crisis) -> set[int]:
    """The editions that were approved without a second person, and that nobody has countersigned: one query."""
    steps = Step.objects.filter(communique__crisis=crisis, act=Act.APPROVED, entry__countersignature=None)
    return {pk for pk in steps.filter(entry__data__alone__isnull=False).values_list("edition", flat=True) if pk}


def listing(crisis: Crisis) -> dict[str, Any]:
    """What waits, what is published (newest first) and what is over."""
    steps = last_steps(crisis)
    public = publications(crisis)
    current = [each for each in public if each.current]
    versions = Counter(each.communique.pk for each in public)
    true, by_communique = truths(crisis, current), {each.communique.pk: each for each in current}
    timed = [each.edition for each in steps.values() if each.act == Act.SCHEDULED and each.edition]
    held = to_be_held(crisis, [] if crisis.closed_at else timed)
    rows, named, alone = [], titles(crisis), approved_alone(crisis)
    for communique in Communique.objects.filter(crisis=crisis).select_related("begun_by"):
        communique.crisis = crisis
        last = steps.get(communique.pk)
        row = Row(communique, AFTER[Act(last.act) if last else None], named.get(communique.pk, ""), last)
        row.publication = by_communique.get(communique.pk)
        row.truth = true.get(communique.pk, Truth())
        row.version = versions[communique.pk]
        row.held = held.get(communique.pk, [])
        stands = row.publication.edition.pk if row.publication else last.edition_id if last else None
        row.alone = stands in alone
        rows.append(row)
    return {
        "waiting": sorted((r for r in rows if r.state in WAITING), key=lambda r: (not r.held, WAITING.index(r.state))),
        "published": sorted((r for r in rows if r.publication), key=lambda r: r.publication.at, reverse=True),
        "over": [row for row in rows if row.state in {State.WITHDRAWN, State.DROPPED}][::-1],
        "has_previous": bool(current),
    }


def waiting(crisis: Crisis) -> list[Waiting]:
    """The communiqués in hand, for a meeting: what waits for somebody first."""
    steps, named = last_steps(crisis), titles(crisis)
    same = Counter(named.values())
    found = []
    for communique in Communique.objects.filter(crisis=crisis):
        step = steps.get(communique.pk)
        state = AFTER[Act(step.act) if step else None]
        if state in WAITING:
            words = named.get(communique.pk) or str(communique)
            words = f"{words} · {communique}" if same[words] > 1 else words
            address = reverse("communique", args=[crisis.pk, communique.number])
            found.append((WAITING.index(state), Waiting(words, str(state.label), address)))
    return [each for _place, each in sorted(found, key=lambda pair: pair[0])]
