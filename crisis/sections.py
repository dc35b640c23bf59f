"""Sections of a crisis file that a feature reads and writes itself; the heart's file knows their shape only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crisis.models import Crisis


@dataclass(frozen=True)
class Head:
    """When an event was, when the cell knew, who said so, in which language.

    `event` is its number in the crisis file, 0 for what no file tells: the journal keeps it, so that `dump` finds the place.
    """

    at: datetime
    recorded_at: datetime
    hour_known: bool
    source: str
    lang: str
    event: int = 0


@dataclass(frozen=True)
class Told:
    """What a feature has to say in a file, as of one entry of the journal (`seq`)."""

    seq: int
    head: Head
    sections: dict[str, Any]


Reader = Callable[[Crisis, dict[str, Any], Head], None]
"""Write what an event says, through the same verbs as people. Raises RuleBroken with the section as its field."""
Writer = Callable[[Crisis, Callable[[datetime], str]], Iterable[Told]]
"""Everything a feature has to say of a crisis; moments are written by the function that is handed in."""
_readers: list[Reader] = []
_writers: list[Writer] = []


def register_sections(reader: Reader, writer: Writer) -> None:
    """A feature reads its sections of each event, and writes them back."""
    _readers.append(reader)
    _writers.append(writer)


def read_sections(crisis: Crisis, event: dict[str, Any], head: Head) -> None:
    """Every feature takes what is its own."""
    for reader in _readers:
        reader(crisis, event, head)


def written_sections(crisis: Crisis, moment: Callable[[datetime], str]) -> list[Told]:
    """What all features have to say."""
    return [told for writer in _writers for told in writer(crisis, moment)]
