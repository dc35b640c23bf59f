"""The names of services and sites as people write them: plurals, other words, short forms, no accents."""

import re
from dataclasses import dataclass
from functools import lru_cache

from crisis.communiques.check.phrases import Phrasebook, spelled
from crisis.communiques.check.situation import Situation
from crisis.communiques.check.words import Lexicon
from services.models import Activity, Site, in_language
from services.reads import Tile

Called = tuple[tuple[str, tuple[str, ...]], ...]
"""Keys, each with its names."""
BRACKETS = re.compile(r"\(([^()]*)\)")
AGAINST = ("non", "niet", "nicht", "not")


@dataclass(frozen=True)
class Names:
    """What the registry calls its services and sites in one language, and the board's tiles by both.

    `single`: the names of one word, as they are compared, with what they are written like.
    """

    book: Phrasebook
    activities: dict[str, Activity]
    sites: dict[str, Site]
    tiles: dict[str, dict[str, Tile]]
    known: frozenset[str]
    single: dict[str, str]


def names_of(situation: Situation, words: Lexicon) -> Names:
    """The names that a text may use of this registry."""
    said = tuple((each.key, tuple(called(each, words))) for each in situation.activities)
    places = tuple((each.key, (in_language(each.names, words.lang), *each.names.values())) for each in situation.sites)
    tiles: dict[str, dict[str, Tile]] = {activity.key: {} for activity in situation.activities}
    for tile in situation.board.tiles:
        tiles.setdefault(tile.service.activity.key, {})[tile.service.site.key] = tile
    activities = {each.key: each for each in situation.activities}
    activities |= {tile.service.activity.key: tile.service.activity for tile in situation.board.tiles}
    sites = {each.key: each for each in situation.sites} | {
        t.service.site.key: t.service.site for t in situation.board.tiles
    }
    book = book_of(said, places, words.plurals)
    single = {spelled(name): name for _key, names in (*said, *places) for name in names if name.isalpha()}
    return Names(book, activities, sites, tiles, frozenset(spelled(name) for name in situation.known), single)


@lru_cache(maxsize=8)
def book_of(activities: Called, sites: Called, plurals: tuple[tuple[str, str], ...]) -> Phrasebook:
    """The names to look for; kept, because a text is checked again at every pause of who types it."""
    book = Phrasebook()
    for key, names in activities:
        for name in names:
            book.add_name("activity", key, name, plurals)
    for key, names in sites:
        for name in names:
            book.add_name("site", key, name, ())
    return book


def called(activity: Activity, words: Lexicon) -> list[str]:
    """Every way a text may call it: its name, the name without what stands in brackets, its other words, what people say."""
    name = in_language(activity.names, words.lang)
    plain = " ".join(BRACKETS.sub(" ", name).split())
    inside = [part for part in BRACKETS.findall(name) if " " in part.strip() and not part.lower().startswith(AGAINST)]
    aliases = activity.aliases or {}
    found = [name, plain, *inside, *aliases.get(words.lang, []), *aliases.get("", [])]
    french = spelled(BRACKETS.sub(" ", activity.names.get("fr", "")).strip())
    for known, said in words.synonyms.items():
        if known in {spelled(plain), french, spelled(name)}:
            found += said.replace("(s)", "").split(",")
    return [each.strip() for each in found if each.strip()]
