"""A fact inside a text: `[50 % of their capacity](fact:capacity:laboratoire@arlon=50#410)`, plain words once it leaves.

The words are the writer's, so that they fit their sentence in each language; key, value and number are those of the fact
when it was put there.
"""

import re
from dataclasses import dataclass

from crisis.facts import Fact

LONGEST = 4_200
"""Characters of the words of a fact: a measure's own, the longest there are."""
REF = re.compile(rf"\[([^\[\]\n]{{1,{LONGEST}}})\]\(fact:([a-z]+(?::[\w@.-]+)+)=([^\s()#]{{1,80}})#(\d{{1,12}})\)")


@dataclass(frozen=True)
class Ref:
    """A fact as it stands in a text: its words, what it said when it was put there, and where it stands."""

    words: str
    key: str
    value: str
    seq: int
    start: int
    end: int


def refs_of(body: str) -> list[Ref]:
    """The facts of a text, in order."""
    return [Ref(m[1], m[2], m[3], int(m[4]), m.start(), m.end()) for m in REF.finditer(body)]


def ref_to(fact: Fact, words: str = "") -> str:
    """What is put into a text for a fact; its own words unless others are said."""
    clean = re.sub(r"[\[\]\n]", " ", words or fact.words)[:LONGEST]
    value = re.sub(r"[\s()#]", "", fact.value)[:80]
    return f"[{clean}](fact:{fact.key}={value}#{fact.seq})"


def renewed(ref: Ref, fact: Fact) -> str:
    """The reference with what holds now, in the place of one: the writer's own words where the old value stands in them.

    A status that stands in a sentence without its service ("is [suspended]") stays without.
    """
    if fact.kind == "capacity" and ref.value in ref.words:
        return ref_to(fact, ref.words.replace(ref.value, fact.value))
    if fact.kind == "status" and ":" not in ref.words:
        return ref_to(fact, fact.about["bare"])
    return ref_to(fact)


def broken(body: str) -> bool:
    """Whether something in a text looks like an inserted fact and is none: its marks would leave with the words."""
    return "](fact:" in plain(body)


def plain(body: str) -> str:
    """The text as it leaves: each fact as its words. Still Markdown."""
    return REF.sub(lambda m: m[1], body)
