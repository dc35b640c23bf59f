"""What the lines of a backup say, one part after another, refused in words when they are not what `pack` writes."""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from crisis.backup.seal import damaged
from crisis.errors import RuleBroken


@dataclass(frozen=True)
class Head:
    """What the rest needs: the migrations that its tables have been through, and the installation's key, if it had its own."""

    migrations: frozenset[tuple[str, str]]
    secret_key: str | None


@dataclass(frozen=True)
class Table:
    """Rows of this model follow, as lists in the order of these columns."""

    model: str
    columns: list[str]


@dataclass(frozen=True)
class Paper:
    """Bytes of this file follow; its place in DATA_DIR."""

    place: PurePosixPath


Part = Head | Table | list[Any] | Paper | bytes


def parts_of(lines: Iterable[bytes]) -> Iterator[Part]:
    """The parts of a backup: its head, then tables with their rows, then papers with their bytes.

    Raises RuleBroken at what is none of them, and when the end is missing or counts other rows than came.
    """
    columns, rows, papers, ended = 0, 0, False, False
    for number, line in enumerate(lines):
        if ended:
            raise RuleBroken(damaged())
        match decoded(line):
            case {"migrations": list(told), "secret_key": str() | None as key} if number == 0:
                yield Head(frozenset((app, name) for app, name in told), key)
            case {"table": str(model), "fields": list(names)} if number:
                columns = len(names)
                yield Table(model, names)
            case list(values) if columns and len(values) == columns:
                rows += 1
                yield values
            case {"paper": str(place)} if number and is_inside(PurePosixPath(place)):
                columns, papers = 0, True
                yield Paper(PurePosixPath(place))
            case str(piece) if papers:
                yield base64.b64decode(piece)
            case {"end": int(told)} if told == rows:
                ended = True
            case _:
                raise RuleBroken(damaged())
    if not ended:
        raise RuleBroken(damaged())


def decoded(line: bytes) -> Any:
    """A line's value."""
    try:
        return json.loads(line)
    except ValueError:
        raise RuleBroken(damaged()) from None


def is_inside(place: PurePosixPath) -> bool:
    """Whether a paper's place stays in the folder that it is put into."""
    return place.suffix == ".pdf" and not place.is_absolute() and ".." not in place.parts
