"""What waits for somebody, told by features for a point of a meeting's agenda."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from crisis.models import Crisis


@dataclass(frozen=True)
class Waiting:
    """Something that waits: what it is called, where it stands, in the language in force, and its page."""

    words: str
    state: str
    address: str


Tells = Callable[[Crisis], list[Waiting]]
_waiting: dict[str, list[Tells]] = defaultdict(list)


def register_waiting(topic: str, tells: Tells) -> None:
    """A feature brings what waits to a topic of the agenda ("communication")."""
    _waiting[topic].append(tells)


def waiting_for(crisis: Crisis, topic: str) -> list[Waiting]:
    """What waits at a topic, in the language in force."""
    return [each for tells in _waiting[topic] for each in tells(crisis)]
