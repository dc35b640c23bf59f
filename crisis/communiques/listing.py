"""The cell's list of communiqués: what waits for whom, and what the public reads that is no longer true."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from crisis.communiques.consistency import CONTRADICTS, checked
from crisis.communiques.models import AFTER, Act, Communique, Edition, State, Step, Wording
from crisis.communiques.reads import Publication, publications, said_in, texts_of
from crisis.communiques.refs import refs_in
from crisis.models import Crisis

WAITING = [State.HELD, State.REVIEW, State.APPROVED, State.SCHEDULED, State.DRAFT]


@dataclass
class Row:
    """A communiqué in the list. `untrue`: what it says and what the board says by now, in words."""

    communique: Communique
    state: State
    title: str
    step: Step | None
    publication: Publication | None = None
    untrue: list[tuple[str, str, int]] = field(default_factory=list)


def titles(crisis: Crisis) -> dict[int, str]:
    """The title of each communiqué in its leading language: as it is being written, else of its newest edition."""
    written = Wording.objects.filter(communique__crisis=crisis, lang=F("communique__lang")).exclude(title="")
    editions = {each.communique_id: each for each in Edition.objects.filter(communique__crisis=crisis)}
    frozen = texts_of(list(editions.values()))
    found = {pk: frozen[each.pk][each.content["lead"]].title for pk, each in editions.items()}
    return found | {each.communique_id: each.title for each in written}


def untrue(published: list[Publication]) -> dict[int, list[tuple[str, str, int]]]:
    """By communiqué: what the board contradicts by now. Of each fact only the newest communiqué that says it answers."""
    said: set[str] = set()
    found: dict[int, list[tuple[str, str, int]]] = {}
    for each in published:
        lead = each.edition.content["lead"]
        texts = {lead: said_in(each.edition)[lead]}
        sentences = checked(each.communique, texts)[lead]
        wrong = [f for s in sentences for f in s.findings if f.kind == CONTRADICTS and f.fact not in said]
        found[each.communique.pk] = [(finding.says, finding.board, finding.seq) for finding in wrong]
        said |= {finding.fact for s in sentences for finding in s.findings} - {""}
        said |= set(refs_in(body for _title, body in texts.values()))
    return found


def listing(crisis: Crisis) -> dict[str, Any]:
    """What waits, what is published (newest first) and what is over."""
    steps: dict[int, Step] = {}
    for step in Step.objects.filter(communique__crisis=crisis).select_related("entry", "reason").order_by("pk"):
        steps[step.communique_id] = step
    current = [each for each in publications(crisis) if each.current]
    wrong, by_communique = untrue(current), {each.communique.pk: each for each in current}
    rows, named = [], titles(crisis)
    for communique in Communique.objects.filter(crisis=crisis).select_related("begun_by"):
        last = steps.get(communique.pk)
        row = Row(communique, AFTER[Act(last.act) if last else None], named.get(communique.pk, ""), last)
        row.publication = by_communique.get(communique.pk)
        row.untrue = wrong.get(communique.pk, [])
        rows.append(row)
    return {
        "waiting": sorted((r for r in rows if r.state in WAITING), key=lambda r: WAITING.index(r.state)),
        "published": sorted((r for r in rows if r.publication), key=lambda r: r.publication.at, reverse=True),
        "over": [row for row in rows if row.state in {State.WITHDRAWN, State.DROPPED}][::-1],
        "has_previous": bool(current),
    }
