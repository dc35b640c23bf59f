"""Is my appointment kept? From the board and the measures: one answer for each activity at each site.

What a release holds (`Release.content`, canonical JSON; keys sorted, no spaces, UTF-8):

    {"version": 1,
     "answers": {"radiologie@libramont": {
         "answer": "kept" | "unless_called" | "stay" | "call",
         "status": "vital" | "suspended" | "restored" | "not_assessed", "capacity": 1–100 | null, "essential": bool,
         "visit": "appointment" | "open" | "emergency" | "care" | "support",
         "measures": ["M3"],
         "texts": {"measure" | "exempt" | "advice" | "note": [{"text": id, "hash": digest}]}}},
     "observed": {"radiologie@libramont": "2022-05-25T06:30:00.000000Z" | null}}

A text stands there by id and digest, so that it can be masked: its sentence is then left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from crisis.facts import Fact
from crisis.journal import digest_of, in_utc, plain
from crisis.markdown import seen
from crisis.models import Text
from services.models import Service, Status, StatusReport
from services.reads import Board, Tile, visit_to

KEPT, UNLESS_CALLED, STAY, CALL = "kept", "unless_called", "stay", "call"
STRICTER = [KEPT, UNLESS_CALLED, STAY, CALL]
"""From what promises most to what promises nothing."""
COMING = {KEPT, UNLESS_CALLED}
"""What makes people come."""
APPOINTMENT, OPEN, EMERGENCY, CARE, SUPPORT = "appointment", "open", "emergency", "care", "support"
"""How patients come to a service: see `visit_to`."""
ASKED = {APPOINTMENT, OPEN}
"""What one may ask about: to the others nobody comes at an hour."""
OF_MEASURE = {"come": KEPT, "unless_called": UNLESS_CALLED, "stay": STAY}
PARTS = {"text": "measure", "exempt": "exempt", "advice": "advice"}
"""The words of a measure that the public reads, and what they are called in a release."""
NOTE = "note"

NOT_RELEASED, NOT_ASSESSED, WORSE = "not_released", "not_assessed", "worse"
TO_VERIFY, OVERDUE, CONTRADICTS, NO_RULE = "to_verify", "overdue", "contradicts", "no_rule"
"""Why the number is to be called."""

Ref = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What holds for one activity at one site. `why` (of *call* only) is for the cell, `since` when it came to that.

    `visit`: how patients come to it, which chooses the words.
    `seqs`: the entries of the journal that it follows from. `texts`: references by part, to be read with `words_of`.
    """

    service: Service
    rule: str
    status: str
    capacity: int | None
    essential: bool
    measures: tuple[str, ...] = ()
    texts: dict[str, list[Ref]] = field(default_factory=dict)
    why: str = ""
    since: datetime | None = None
    seqs: frozenset[int] = frozenset()
    visit: str = APPOINTMENT

    @property
    def asked(self) -> bool:
        """Whether patients come to it, and so may ask whether to come."""
        return self.visit in ASKED

    @property
    def key(self) -> str:
        """The service's stable key."""
        return self.service.key

    def stored(self) -> dict[str, Any]:
        """As a release holds it."""
        return {
            "answer": self.rule,
            "status": self.status,
            "capacity": self.capacity,
            "essential": self.essential,
            "visit": self.visit,
            "measures": list(self.measures),
            "texts": self.texts,
        }


Answers = dict[str, Answer]


def covers(measure: Fact, tile: Tile) -> bool:
    """Whether a measure is about a service; one that names none is when it says who comes, about those to which one comes."""
    activities, sites = measure.about["activities"], measure.about["sites"]
    if not activities:
        return bool(measure.about["attendance"]) and visit_to(tile.service.activity) in ASKED
    return tile.service.activity.key in activities and (not sites or tile.service.site.key in sites)


def visit_of(tile: Tile, ruled: bool) -> str:
    """How patients come to a service; "" when nobody can say. `ruled`: a measure says who comes, to what nobody knew of too."""
    known = visit_to(tile.service.activity) or (CARE if tile.essential else "")
    return APPOINTMENT if ruled and known in {CARE, ""} else known


def doubt(tile: Tile, mine: list[Fact], rule: str) -> str:
    """Why nobody can say whether people are to come; "" when one can. *Stay* needs no proof, only no contradiction."""
    if rule == STAY:
        return CONTRADICTS if tile.status == Status.RESTORED else ""
    if tile.report is None:
        return NOT_ASSESSED
    if tile.report.to_verify:
        return TO_VERIFY
    if tile.overdue or any(measure.about["overdue"] for measure in mine):
        return OVERDUE
    if not rule and (mine or tile.status == Status.SUSPENDED):
        return NO_RULE
    return CONTRADICTS if rule == KEPT and tile.status == Status.SUSPENDED else ""


def answer_of(tile: Tile, measures: Iterable[Fact]) -> Answer:
    """What the board and the measures say of one service: a proposal, until somebody releases it."""
    mine = [measure for measure in measures if covers(measure, tile)]
    rules = [OF_MEASURE[m.about["attendance"]] for m in mine if m.about["attendance"]]
    rule = max(rules, key=STRICTER.index, default="")
    why, report = doubt(tile, mine, rule), tile.report
    texts = {
        part: [plain(m.about["texts"][name]) for m in mine if name in m.about["texts"]] for name, part in PARTS.items()
    }
    texts[NOTE] = [plain(report.public_note)] if report and report.public_note else []
    seqs = {m.seq for m in mine if m.seq} | ({report.seq} if report else set())
    return Answer(
        tile.service,
        CALL if why else rule or KEPT,
        tile.status,
        report.capacity if report else None,
        tile.essential,
        tuple(m.key.partition(":")[2] for m in mine),
        {part: refs for part, refs in texts.items() if refs and why in {"", NO_RULE}},
        why,
        went_overdue(tile) if why == OVERDUE else max((m.since for m in mine if m.since), default=None),
        frozenset(seqs),
        visit_of(tile, bool(rules)),
    )


def went_overdue(tile: Tile) -> datetime | None:
    """When nobody had confirmed an essential service in time."""
    return tile.report.observed_at + timedelta(hours=settings.OVERDUE_HOURS) if tile.report and tile.overdue else None


def answers_now(board: Board, facts: Iterable[Fact]) -> Answers:
    """What the board and the measures of now would tell the public, service by service.

    Nothing of a service to which nobody comes, unless it is essential: the public reads whether all of those are assured.
    """
    measures = [fact for fact in facts if fact.kind == "measure"]
    found = [answer_of(tile, measures) for tile in board.tiles]
    return {a.key: a for a in found if a.visit and (a.essential or a.visit != SUPPORT)}


def content_of(now: Answers, board: Board) -> dict[str, Any]:
    """What a release of these answers holds."""
    observed = {tile.service.key: in_utc(tile.report.observed_at) if tile.report else None for tile in board.tiles}
    return {"version": 1, "answers": {key: answer.stored() for key, answer in now.items()}, "observed": observed}


def digest_read(now: Answers) -> str:
    """What somebody has read who read these answers: a fact confirmed meanwhile changes nothing of it."""
    return digest_of({key: answer.stored() for key, answer in now.items()})


def public_answers(
    content: dict[str, Any] | None, board: Board, now: Answers, since: Iterable[StatusReport]
) -> Answers:
    """What the public reads: what was released, and *call the number* at once where that may hold no more.

    `since`: the reports written after the release, by their moments. Nothing gets better here: an answer that has fallen
    stays so until somebody releases it again, but for a fact that was only late.
    """
    if content is None:
        return {key: replace(unsaid(answer), why=NOT_RELEASED) for key, answer in now.items()}
    reports: dict[int, list[StatusReport]] = {}
    for report in since:
        reports.setdefault(report.service_id, []).append(report)
    found = {}
    for key, answer in now.items():
        if key not in content["answers"]:
            found[key] = replace(unsaid(answer), why=NOT_RELEASED)
            continue
        said, observed = {"visit": answer.visit} | content["answers"][key], content["observed"][key]
        later = [r for r in reports.get(answer.service.pk, []) if observed is None or in_utc(r.observed_at) > observed]
        found[key] = fallen(released(answer.service, said), answer, observed, later)
    return found


def unsaid(answer: Answer) -> Answer:
    """Nothing but the number to call."""
    return Answer(answer.service, CALL, answer.status, None, answer.essential, visit=answer.visit)


def released(service: Service, said: dict[str, Any]) -> Answer:
    """An answer as a release holds it."""
    return Answer(
        service,
        said["answer"],
        said["status"],
        said["capacity"],
        said["essential"],
        tuple(said["measures"]),
        said["texts"],
        NOT_RELEASED if said["answer"] == CALL else "",
        visit=said["visit"],
    )


def fallen(was: Answer, now: Answer, observed: str | None, later: list[StatusReport]) -> Answer:
    """A released answer, or *call the number* when what it promised may hold no more."""
    if was.rule not in COMING:
        return was
    call = replace(was, rule=CALL, texts={})
    if worse := next((report for report in later if is_worse(report, was)), None):
        return replace(call, why=WORSE, since=worse.recorded_at)
    if STRICTER.index(now.rule) > STRICTER.index(was.rule):
        return replace(call, why=now.why or CONTRADICTS, since=now.since)
    return replace(call, why=OVERDUE) if lapsed(was, observed, later) else was


def is_worse(report: StatusReport, was: Answer) -> bool:
    """Whether a report says less than what was released: suspended, or a smaller capacity."""
    if report.status == Status.SUSPENDED:
        return was.status != Status.SUSPENDED
    return report.capacity is not None and report.capacity < (was.capacity or 100)


def lapsed(was: Answer, observed: str | None, later: list[StatusReport]) -> bool:
    """Whether an essential fact was overdue and what came then says another status: that is a change, no confirmation."""
    if not was.essential or observed is None:
        return False
    last = datetime.fromisoformat(observed)
    for report in later:
        if report.status != was.status and report.observed_at - last > timedelta(hours=settings.OVERDUE_HOURS):
            return True
        last = report.observed_at
    return False


def refs_of(answers: Answers) -> set[int]:
    """The texts that answers refer to."""
    return {ref["text"] for answer in answers.values() for refs in answer.texts.values() for ref in refs}


@dataclass(frozen=True)
class Words:
    """A text as the public reads it, without characters that nobody sees."""

    body: str
    lang: str

    def __str__(self) -> str:
        return self.body


def words_of(answer: Answer, part: str, texts: dict[int, Text]) -> list[Words]:
    """The texts of one part of an answer; what was masked is left out, and what two measures say alike is said once."""
    found = [texts[ref["text"]] for ref in answer.texts.get(part, []) if ref["text"] in texts]
    said = [Words(seen(text.body), text.lang) for text in found if text.masked_at is None]
    return list({words.body: words for words in said}.values())


@dataclass(frozen=True)
class Difference:
    """What patients would read otherwise of one service: what they read now, and what they would."""

    was: Answer
    now: Answer

    @property
    def promises(self) -> bool:
        """Whether people would come who do not now."""
        return self.now.rule in COMING and STRICTER.index(self.now.rule) < STRICTER.index(self.was.rule)


def differences(public: Answers, now: Answers, texts: dict[int, Text]) -> list[Difference]:
    """What patients would read differently if the answers of now were released, in the order of the board."""

    def read(answer: Answer) -> tuple[object, ...]:
        said = [[text.body for text in words_of(answer, part, texts)] for part in [*PARTS.values(), NOTE]]
        return (answer.rule, answer.essential, answer.visit, *said)

    return [Difference(public[key], now[key]) for key in now if read(public[key]) != read(now[key])]
