"""What a text is checked against: the board, the measures and the next meeting at a moment, and what was said before."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from crisis.communiques.board_facts import board_facts
from crisis.facts import Fact
from services.models import Activity, Site
from services.reads import Board


@dataclass(frozen=True)
class Situation:
    """The board at a moment, the other facts that hold (measures, next meeting, phone), the names that texts may use.

    `activities` and `sites`: every one of the registry, also those without a service now. `previous`: the sentences of the
    communiqué before, as plain text, in the language that is checked. `known`: other names that texts may say, first of all
    the organisation's. `moment`, in the zone of the organisation, is the board's.
    """

    board: Board
    facts: list[Fact]
    activities: list[Activity]
    sites: list[Site]
    previous: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        """When it is, by the clock of the organisation."""
        return timezone.localtime(self.board.moment)

    @cached_property
    def told(self) -> dict[str, Fact]:
        """The facts beside the board's, by their keys."""
        return {fact.key: fact for fact in self.facts}

    @cached_property
    def shown(self) -> dict[str, Fact]:
        """The board's facts, by their keys; only made when a text uses one."""
        return {fact.key: fact for fact in board_facts(self.board)}

    def fact(self, key: str) -> Fact | None:
        """The fact of a key that holds, if any."""
        return self.told.get(key) or self.shown.get(key)


@dataclass(frozen=True)
class Checked:
    """Something that a sentence says and that holds: in the reader's words, and the journal's number that proves it."""

    says: str
    seq: int = 0


@dataclass(frozen=True)
class Finding:
    """What a sentence says otherwise than the board. `kind`: contradicts, unknown, conflict, overdue, absolute or dropped.

    `says` is what the text says, `board` what holds (in words, "" when there is nothing), `seq` the journal's number that
    proves it (0: none). `fact` is the key of the fact in question, "" when there is none; `value` what holds, in no language.
    """

    kind: str
    says: str
    board: str = ""
    seq: int = 0
    fact: str = ""
    value: str = ""

    @property
    def digest(self) -> str:
        """What a reason answers: the same words against the same value, whatever the entry that last confirmed it."""
        said = json.dumps([self.kind, self.says, self.fact, self.value], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Sentence:
    """A sentence of the text with what the rules made of it. No finding and nothing checked: not understood.

    `about`: the activities that it names, by their keys. `silent`: a title, a heading or a line that leads to the next
    ("Mesures en vigueur :") that says nothing of any service, so that there is nothing to check.
    """

    text: str
    checked: list[Checked] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    silent: bool = False

    @property
    def understood(self) -> bool:
        """Whether the rules made anything of it; never a tick otherwise."""
        return bool(self.checked or self.findings)
