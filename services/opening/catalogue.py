"""The catalogue of hospital services that ships with the product: what is ticked, or recognised in a pasted list."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from crisis.spelling import folded
from services.models import in_language

FILE = Path(__file__).with_name("catalogue.yaml")
LINES = 300
"""Lines of a pasted list; no hospital has more services."""
NAME = 120
"""Letters of a service's name."""
BEFORE = re.compile(r"^(?:[•·*–—-]\s*|\d+[.)](?:\s+|$))+")
"""What stands before a line of a list and is no part of it."""


@dataclass(frozen=True)
class Kind:
    """A service that hospitals have: as an activity of the registry would be.

    `visit`: how patients come to it, one of appointment, open, emergency, care and support, or "" when nobody can say.
    """

    key: str
    names: dict[str, str]
    aliases: dict[str, list[str]]
    essential: bool
    visit: str = ""

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.names)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of service, by key, in the order in which the board shows them."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {row["key"]: Kind(row["key"], row["name"], row["aliases"], row["vital"], row["visit"]) for row in rows}


@cache
def known_words() -> dict[str, Kind]:
    """The kind that a name or alias means, in whatever language; a name goes before another kind's alias."""
    found: dict[str, Kind] = {}
    for kind in kinds().values():
        for word in kind.names.values():
            found.setdefault(folded(word), kind)
    for kind in kinds().values():
        for word in (word for words in kind.aliases.values() for word in words):
            found.setdefault(folded(word), kind)
    return found


def kind_named(key: str, names: Iterable[str]) -> Kind | None:
    """The kind that an activity of the registry is: by its key, its names, what stands before a bracket, or a word of them.

    One word of a longer name never makes it the emergency department: who reads that it is open stakes a life on it.
    """
    whole = list(names)
    named = (known_words().get(folded(words)) for words in whole + [name.partition("(")[0] for name in whole])
    words = (known_words().get(folded(word)) for name in whole for word in name.split()[::-1])
    return (
        kinds().get(key)
        or next(filter(None, named), None)
        or next((k for k in words if k and k.visit != "emergency"), None)
    )


def lines_of(pasted: str) -> list[str]:
    """The lines of a pasted list that say something: without a bullet or a number before ("3. "), which names keep ("112")."""
    lines = (BEFORE.sub("", " ".join(line.split())) for line in pasted.splitlines())
    return [line for line in lines if folded(line)]
