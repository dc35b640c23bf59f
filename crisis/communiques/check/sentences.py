"""A text in sentences: nothing is lost, and what only looks like an end (n° 14, 8 h 30, Dr. Lambert, 7. Juni) is none."""

import re

ENDS = re.compile(r"\n+|(?<![.!?…])[.!?…]+(?:[\"'»”)\]]|[ \u00a0\u202f]»)*(?=\s)[^\S\n]*")
NEXT = re.compile(r"[^\w\n]{0,3}(\w)")
BEFORE = re.compile(r"(?:^|[\s(«\"'’])([^\s(«\"'’]{1,12})\.$")
ABBREVIATIONS = """
    m mm mme mmes mlle mgr dr drs prof pr st ste n no nr num tel tél art al p pp cf env min max bd av ch ex
    éd vol fig réf ref resp hôp hop bât bat rdv dhr mevr blz bijv bv nl evt ca ong tav z.b u.a d.h bzw usw
    evtl ggf hr fr str e.g i.e mr mrs ms vs approx inc dept ext
"""
SHORT = frozenset(ABBREVIATIONS.split())
MONTH = re.compile(
    r"\s*(?:jan|fév|feb|fev|mar|mär|mrt|maa|avr|apr|mai|mei|may|jui|jun|jul|aoû|aou|aug|sep|oct|okt|nov|déc|dec|dez)",
    re.IGNORECASE,
)


def pieces(text: str) -> list[str]:
    """The text in pieces that make it again when they are joined: a sentence and what follows it up to the next."""
    found, start = [], 0
    for end in ENDS.finditer(text):
        if end[0].startswith("\n") or is_end(text, start, end):
            found.append(text[start : end.end()])
            start = end.end()
    return found + ([text[start:]] if start < len(text) else [])


def sentences(text: str) -> list[str]:
    """The sentences of a plain text, a line or a point of a list at most each, without the marks of lists."""
    stripped = (re.sub(r"^(?:[-*•–—>#|]+|[0-9]{1,3}[.)])\s+", "", piece.strip()) for piece in pieces(text))
    return [each for each in stripped if any(letter.isalnum() for letter in each)]


def is_end(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether a point ends a sentence."""
    following = NEXT.match(text, end.end())
    if following is None:
        return True
    if following[1].islower():
        return False
    if end[0].rstrip() != ".":
        return True
    before = BEFORE.search(text[max(start, end.start() - 14) : end.start() + 1])
    word = before[1] if before else ""
    if word.isdigit() and len(word) <= 3:
        line = text.rfind("\n", 0, end.start()) + 1
        opens_a_line = text[line : end.start()].strip() == word
        return not opens_a_line and not (len(word) <= 2 and MONTH.match(text, end.end()))
    return word.lower() not in SHORT and not (len(word) == 1 and word.isalpha())
