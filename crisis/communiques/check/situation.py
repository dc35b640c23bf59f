"""What a text is checked against: the board, the measures and the next meeting at a moment, and what was said before."""

from dataclasses import dataclass, field

from crisis.facts import Fact
from services.models import Activity, Site
from services.reads import Board


@dataclass(frozen=True)
class Situation:
    """The board at a moment, the other facts that hold (measures, next meeting, phone), the names that texts may use.

    `names`: every activity and site of the registry, also those without a service now. `previous`: the sentences of the
    communiqué before, as plain text, in the language that is checked.
    """

    board: Board
    facts: list[Fact]
    activities: list[Activity]
    sites: list[Site]
    previous: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Checked:
    """Something that a sentence says and that holds: in the reader's words, and the journal's number that proves it."""

    says: str
    seq: int = 0


@dataclass(frozen=True)
class Finding:
    """What a sentence says otherwise than the board. `kind`: contradicts, unknown, absolute or dropped.

    `says` is what the text says, `board` what holds (in words, "" when there is nothing), `seq` the journal's number that
    proves it (0: none). `fact` is the key of the fact in question, "" when there is none.
    """

    kind: str
    says: str
    board: str = ""
    seq: int = 0
    fact: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of the text with what the rules made of it. No finding and nothing checked: not understood."""

    text: str
    checked: list[Checked] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def understood(self) -> bool:
        """Whether the rules made anything of it; never a tick otherwise."""
        return bool(self.checked or self.findings)
