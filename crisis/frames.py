"""What a frame is made of: the pieces that features register, rendered once per crisis, topic and language."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from crisis.models import Crisis, Organisation

Room = tuple[int, str, str]
"""Who gets the same frame: crisis, topic, language."""
Pieces = Callable[[Crisis, int | None], str]
"""The pieces of a topic in the language in force: what changed after a seq, or everything (None)."""
ByClock = Callable[[Crisis, datetime, datetime], str]
"""The pieces of a topic that changed between two moments by the clock alone, without an entry; mostly none."""
Banner = Callable[[Crisis], str]
"""A piece that every page of a crisis bears, whatever its topic, in the language in force."""
_topics: dict[str, Pieces] = {}
_banners: list[Banner] = []
_by_clock: dict[str, ByClock] = {}


def register(topic: str, pieces: Pieces, pieces_by_clock: ByClock | None = None) -> None:
    """A feature says which pieces of a topic an entry changed, and which the clock."""
    _topics[topic] = pieces
    if pieces_by_clock:
        _by_clock[topic] = pieces_by_clock


def register_banner(banner: Banner) -> None:
    """A feature gives a piece to every page and every frame of a crisis: what nobody may miss."""
    _banners.append(banner)


def banners(crisis: Crisis) -> str:
    """What nobody may miss, in the language in force."""
    return "".join(banner(crisis) for banner in _banners)


def by_clock(topic: str) -> bool:
    """Whether the clock alone can change a topic."""
    return topic in _by_clock


def topics() -> set[str]:
    """The topics that a socket may join, if its role allows."""
    return set(_topics)


def mark(seq: int, language: str, *, healthy: bool = True) -> str:
    """The freshness mark that every frame carries: the seq it brings and the server's time."""
    with translation.override(language):
        return render_to_string("live/_mark.html", {"seq": seq, "now": timezone.now(), "healthy": healthy})


def clocked(crisis: int, topic: str, language: str, before: datetime, now: datetime) -> str:
    """What changed in a topic by the clock alone."""
    with translation.override(language), timezone.override(zone()):
        return _by_clock[topic](Crisis.objects.get(pk=crisis), before, now)


def zone() -> tzinfo:
    """The organisation's zone, in which every frame is rendered."""
    organisation = Organisation.objects.first()
    return organisation.zone if organisation else timezone.get_default_timezone()


def rendered(crisis: int, topic: str, language: str, after: int | None) -> tuple[int, str]:
    """The seq, read first, and the pieces with their mark."""
    found = Crisis.objects.select_related("book").get(pk=crisis)
    with translation.override(language), timezone.override(zone()):
        pieces = _topics[topic](found, after) + banners(found)
    return found.book.head_seq, pieces + mark(found.book.head_seq, language)


def frame_of(crisis: int, topic: str, language: str, after: int | None) -> str:
    """What changed in a topic after a seq."""
    return rendered(crisis, topic, language, after)[1]


def whole(crisis: int, topic: str, language: str) -> tuple[int, str]:
    """A whole topic, and the seq it stands for."""
    return rendered(crisis, topic, language, None)
