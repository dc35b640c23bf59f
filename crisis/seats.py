"""Who sits in the hub: a socket, its seat, and what features do with all seats at a beat."""

import asyncio
import contextlib
import types
from collections.abc import Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from crisis.frames import Room


class Socket(Protocol):
    """What the hub needs of a socket."""

    def frame(self, text: str) -> Coroutine[Any, Any, None]:
        """Send a frame."""

    async def close(self, code: int | None = None) -> None:
        """Close it."""

    prompt: bool
    """Whether its standing is asked with every look at the heads (a wall), or once a minute (a page)."""

    @classmethod
    def standing(cls, sockets: "list[Any]") -> "dict[Any, str]":
        """Those that may still be there, each with what it alone must be told now ("": nothing). In the hub's thread."""


@dataclass(eq=False, slots=True)
class Seat:
    """A socket in the hub: what it watches, what it has been sent, what it says it shows, the beats it left unanswered.

    `missed`: a frame that brings no number could not be handed over.
    """

    socket: Socket
    crisis: int
    topic: str
    language: str
    seq: int
    shows: int = 0
    unanswered: int = 0
    caught_up: bool = False
    missed: bool = False
    sending: asyncio.Task[None] | None = None

    @property
    def room(self) -> Room:
        """Who gets the same frame."""
        return self.crisis, self.topic, self.language


BeatWork = Callable[[list[Seat]], None]
beat_works: list[BeatWork] = []


def register_beat(work: BeatWork) -> None:
    """A feature does something with all seats at every beat, in a thread of its own."""
    beat_works.append(work)


@types.coroutine
def rest(sending: Coroutine[Any, Any, None], waits: Any) -> Generator[Any, Any, None]:
    """What is left of a send that waits, for a task to go on with."""
    while True:
        yield waits
        try:
            waits = sending.send(None)
        except StopIteration:
            return


async def ended(socket: Socket, code: int) -> None:
    """Close a socket; one that is gone already is closed enough."""
    with contextlib.suppress(Exception):
        await socket.close(code)


async def all_ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until each has ended: up to Python 3.11, `asyncio.wait_for` may swallow the one cancellation it was sent.

    A driver that waits so, such as redis-py's, would go on for ever, and the server would never end.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        over, left = await asyncio.wait(left, timeout=1)
        await asyncio.gather(*over, return_exceptions=True)
