"""What a frame is made of: the pieces that features register, rendered once per crisis, topic and language."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, tzinfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from crisis.models import Crisis, JournalEntry, Organisation
from crisis.version import VERSION

Room = tuple[int, str, str]
"""Who gets the same frame: crisis, topic, language."""
Pieces = Callable[[Crisis, int | None], str]
"""The pieces of a topic in the language in force: what changed after a seq, or everything (None)."""
ByClock = Callable[[Crisis, datetime, datetime], str]
"""The pieces of a topic that changed between two moments by the clock alone, without an entry; mostly none."""
Banner = Callable[[Crisis], str]
"""A piece that every page of a crisis bears, whatever its topic, in the language in force."""
WallPlaces = Callable[[Crisis, set[str]], dict[str, str]]
"""What a feature puts on a wall that shows these sites (keys; none = all), by the place it takes there."""
WALL = "wall"
"""The topic of the walls. A screen that nobody touches has its own alarms, so it gets no banner of the pages."""
BoardPlace = Callable[[Crisis, datetime | None], str]
"""What a feature puts beside the matrix of the board: of now (None), or of a past moment."""
_topics: dict[str, list[Pieces]] = defaultdict(list)
_banners: list[Banner] = []
_walls: list[WallPlaces] = []
_beside: list[BoardPlace] = []
_by_clock: dict[str, list[ByClock]] = defaultdict(list)


def register(topic: str, pieces: Pieces, pieces_by_clock: ByClock | None = None) -> None:
    """A feature says which pieces of a topic an entry changed, and which the clock."""
    _topics[topic].append(pieces)
    if pieces_by_clock:
        _by_clock[topic].append(pieces_by_clock)


def register_wall(places: WallPlaces) -> None:
    """A feature fills places of the wall: alarms, counters, situation, next, measures, said, changes."""
    _walls.append(places)


def wall_places(crisis: Crisis, sites: set[str]) -> dict[str, SafeString]:
    """What stands where on a wall, in the language in force; a place that no feature fills is not there."""
    found: dict[str, SafeString] = {}
    for places in _walls:
        for place, piece in places(crisis, sites).items():
            found[place] = mark_safe(found.get(place, "") + piece)  # each piece is a rendered template
    return found


def register_board(place: BoardPlace) -> None:
    """A feature stands beside the matrix of the board."""
    _beside.append(place)


def beside_board(crisis: Crisis, at: datetime | None) -> SafeString:
    """What features put beside the matrix, in the language in force."""
    return mark_safe("".join(place(crisis, at) for place in _beside))  # each place is a rendered template


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


def mark(seq: int | None, language: str, *, healthy: bool = True) -> str:
    """The freshness mark that every frame carries: the server's time, and the seq it brings (None: a beat brings none)."""
    with translation.override(language):
        return render_to_string("live/_mark.html", mark_of(seq, healthy=healthy))


def mark_of(seq: int | None, *, healthy: bool = True) -> dict[str, object]:
    """What the mark says, for a page that bears it from the start."""
    return {"seq": seq, "now": timezone.now(), "healthy": healthy, "version": VERSION}


def clocked(crisis: int, topic: str, language: str, before: datetime, now: datetime) -> str:
    """What changed in a topic by the clock alone."""
    found = Crisis.objects.get(pk=crisis)
    with translation.override(language), timezone.override(zone()):
        return "".join(pieces(found, before, now) for pieces in _by_clock[topic])


def verbs_since(crisis: Crisis, after: int) -> set[str]:
    """What was done after a seq, up to the head that this crisis was read with: one small query for all pieces of a frame."""
    found: dict[int, set[str]] = vars(crisis).setdefault("verbs_since", {})
    if after not in found:
        entries = JournalEntry.objects.filter(book=crisis.book, seq__gt=after, seq__lte=crisis.book.head_seq)
        found[after] = set(entries.values_list("verb", flat=True))
    return found[after]


def zone() -> tzinfo:
    """The organisation's zone, in which every frame is rendered."""
    organisation = Organisation.objects.first()
    return organisation.zone if organisation else timezone.get_default_timezone()


def rendered(crisis: Crisis, topic: str, language: str, after: int | None, zone: tzinfo) -> str:
    """The pieces of a topic with their mark; the crisis with its book, whose head was read before anything else."""
    with translation.override(language), timezone.override(zone):
        pieces = "".join(pieces(crisis, after) for pieces in _topics[topic])
        pieces += "" if topic == WALL else banners(crisis)
    return pieces + mark(crisis.book.head_seq, language)


def grown(rooms: set[Room], before: dict[int, int]) -> tuple[dict[int, int], dict[Room, str]]:
    """The head of every crisis' book, one small query; of the rooms whose book has grown since `before`, what changed.

    No frame for a book that is at a lower number (a database that was put back) or whose number was not known: what the
    screens show is anybody's guess then.
    """
    crises = {crisis.pk: crisis for crisis in Crisis.objects.filter(book__isnull=False).select_related("book")}
    heads = {pk: crisis.book.head_seq for pk, crisis in crises.items()}
    moved = [room for room in rooms if before.get(room[0], heads.get(room[0], 0)) < heads.get(room[0], 0)]
    if not moved:
        return heads, {}
    ours = zone()
    return heads, {room: rendered(crises[room[0]], *room[1:], before[room[0]], ours) for room in moved}


def whole(crisis: int, topic: str, language: str) -> tuple[int, str]:
    """A whole topic, and the seq it stands for."""
    found = Crisis.objects.select_related("book").get(pk=crisis)
    return found.book.head_seq, rendered(found, topic, language, None, zone())
