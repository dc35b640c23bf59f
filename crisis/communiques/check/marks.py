"""A sentence as the rules see it: what each of its words may be, with amounts, days, hours and numbers to call."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from crisis.communiques.check.phrases import Kinds, Phrasebook, composed, spelled
from crisis.communiques.check.words import Lexicon

ENDLESS = 10**9
LONGEST_NUMBER = 9
SPECIAL = re.compile(
    r"(?P<url>https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<date>(?<![\w/.-])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-3]?[0-9][/.][01]?[0-9][/.][0-9]{4}|[0-3]?[0-9]/[01]?[0-9])(?![\w/]))"
    r"|(?P<phone>(?<![\w+./])(?:\+\s?[0-9]{2}|00\s?[0-9]{2}|0)[ ./()-]{0,2}[0-9](?:[ ./()-]{0,3}[0-9]){6,11}(?![0-9]))"
    r"|(?P<hour>(?<![\w.,])[0-9]{1,2}(?:\s?[h:u]\s?[0-5][0-9]\b(?:\s?(?:uur|uhr|h|u|[ap]\.?m)\b)?|\s?[.:]\s?[0-5][0-9]\s?(?:uur|uhr|u|h|[ap]\.?m)\b"
    r"|\s?(?:heures?|uur|uhr|h|u|[ap]\.?m)\b))"
    r"|(?P<measure>(?<![\w])m\s?[0-9]{1,3}(?!\w))"
    r"|(?P<ratio>(?<![\w/.,])[0-9]{1,4}\s?/\s?[0-9]{1,4}(?![\w/]))"
    r"|(?P<number>[0-9]+(?:[ .][0-9]{3}(?![0-9]))*(?:[.,][0-9]+)?)"
    r"|(?P<word>[^\W\d_]+|%)"
    r"|(?P<break>[,;:.!?()\n\[\]\"«»]|\s[-–—]+\s|/)"
)


@dataclass(frozen=True)
class Amount:
    """A number as it is said: from, to, and its own words."""

    low: float
    high: float
    said: str

    def holds(self, value: float) -> bool:
        """Whether a value is what it says."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Mark:
    """One word or phrase and what it may be. `quoted`: it stands inside an inserted fact, which is compared by itself."""

    kinds: Kinds
    text: str
    at: int
    quoted: bool = False
    amount: Amount | None = None

    def __contains__(self, kind: str) -> bool:
        return kind in self.kinds

    @property
    def value(self) -> str:
        """The value of what has one kind."""
        return next(iter(self.kinds.values()))[0]

    @property
    def end(self) -> int:
        """Where it ends in the sentence."""
        return self.at + len(self.text)


@lru_cache(maxsize=2048)
def marks_of(
    sentence: str, words: Lexicon, names: Phrasebook, today: date, quoted: tuple[tuple[int, int], ...]
) -> tuple[Mark, ...]:
    """The marks of a sentence, in order; `quoted` are the places of inserted facts. Kept: while one types, most stay."""
    text = composed(sentence)
    same = spelled(text)
    tokens = list(SPECIAL.finditer(same))
    spelling = [token[0] if token.lastgroup == "word" else "" for token in tokens]
    found: list[Mark] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        length, kinds = (
            phrase_at(spelling, at, words, names) if token.lastgroup == "word" else (1, special(token, today))
        )
        last = tokens[at + length - 1]
        place = any(start <= token.start() < end for start, end in quoted)
        found.append(Mark(kinds, text[token.start() : last.end()], token.start(), place))
        at += length
    return tuple(amounts(days(found, today, words), text))


def phrase_at(spelling: list[str], at: int, words: Lexicon, names: Phrasebook) -> tuple[int, Kinds]:
    """The longest phrase or name from here; a word that is none of them is a mere word."""
    length, kinds = words.book.match(spelling, at)
    named, name = names.match(spelling, at)
    if named > length:
        return named, name
    if length and named == length:
        return length, kinds | name
    return (length, kinds) if length else (1, {"word": ("",)})


def special(token: re.Match[str], today: date) -> Kinds:
    """What is not made of words: a day, an hour, a number to call, a measure, a number."""
    kind, said = str(token.lastgroup), token[0]
    match kind:
        case "date":
            day = written_day(said, today)
            if day:
                return {"date": (day.isoformat(),)}
            return {"ratio": tuple(said.split("/"))} if said.count("/") == 1 else {"word": ("",)}
        case "phone":
            return {"phone": ("".join(letter for letter in said if letter in "+0123456789"),)}
        case "hour":
            numbers = re.findall("[0-9]+", said)
            hour = int(numbers[0]) + 12 * ("p" in said and int(numbers[0]) < 12)
            return {"hour": (f"{hour:02}:{numbers[1] if len(numbers) > 1 else '00'}",)}
        case "measure":
            return {"measure": (f"M{int(said[1:])}",)}
        case "ratio":
            first, _slash, second = said.partition("/")
            return {"ratio": (first.strip(), second.strip())}
        case "number":
            return {"number": (number(said),)} if number(said) else {"word": ("",)}
    return {kind: (said.strip(),)}


def number(said: str) -> str:
    """A number in figures, without what groups them; "" when it is too long to be of use."""
    plain = re.sub(r"[ .](?=[0-9]{3}(?![0-9]))", "", said).replace(",", ".")
    return plain if len(plain.partition(".")[0]) <= LONGEST_NUMBER else ""


def written_day(said: str, today: date) -> date | None:
    """2022-06-07, 7/6/2022, 7.6.2022 or 7/6."""
    numbers = [int(each) for each in re.findall("[0-9]+", said)]
    if said[:4].isdigit():
        year, month, day = numbers
    else:
        day, month, year = (*numbers, near_year(numbers[1], today))[:3]
    return the_day(year, month, day)


def the_day(year: int, month: int, day: int) -> date | None:
    """A day, when there is one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def near_year(month: int, today: date) -> int:
    """The year that a month without one belongs to: within half a year of today."""
    return today.year + (month - today.month < -6) - (month - today.month > 6)


def days(marks: list[Mark], today: date, words: Lexicon) -> list[Mark]:
    """Days in words become dates: 7 juin, mardi 7 juin, June 7th, demain; a weekday alone stays one."""
    found: list[Mark] = []
    at = 0
    while at < len(marks):
        taken, day = day_at(marks, at, today, words)
        if day is None:
            found.append(marks[at])
            at += 1
            continue
        last = marks[at + taken - 1]
        gap = " " * max(0, last.end - marks[at].at - len(marks[at].text))
        if found and "weekday" in found[-1]:
            found.pop()
        found.append(Mark({"date": (day.isoformat(),)}, marks[at].text + gap, marks[at].at, marks[at].quoted))
        at += taken
    return found


def day_at(marks: list[Mark], at: int, today: date, words: Lexicon) -> tuple[int, date | None]:
    """The day that begins here and how many marks it takes."""
    mark = marks[at]
    if "day" in mark:
        return 1, today + timedelta(days=int(mark.kinds["day"][0]))
    if "number" in mark and mark.text.isdigit() and len(mark.text) <= 2:
        for skip in (1, 2):  # 7. Juni, 1er juin, 7th of June
            if at + skip < len(marks) and spelled(marks[at + skip].text) in words.months:
                return skip + 1, month_day(words.months[spelled(marks[at + skip].text)], mark, today)
            if at + 1 < len(marks) and spelled(marks[at + 1].text) not in {".", "er", "st", "nd", "rd", "th"}:
                break
    if spelled(mark.text) in words.months and len(mark.text) > 2 and at + 1 < len(marks) and words.lang == "en":
        following = marks[at + 1]
        if "number" in following and following.text.isdigit() and len(following.text) <= 2:
            return 2, month_day(words.months[spelled(mark.text)], following, today)
    if "date" in mark:
        return 1, date.fromisoformat(mark.kinds["date"][0])
    return 0, None


def month_day(month: int, day: Mark, today: date) -> date | None:
    """A day of a month near today."""
    return the_day(near_year(month, today), month, int(day.text))


def amounts(marks: list[Mark], text: str) -> list[Mark]:
    """Numbers with what is said about them: 50 %, plus de 85 %, entre 80 et 90 %, la moitié, environ 3 000."""
    found: list[Mark] = []
    at = 0
    while at < len(marks):
        taken, made = amount_at(marks, at, text)
        found.append(made or marks[at])
        at += taken or 1
    return found


def amount_at(marks: list[Mark], at: int, text: str) -> tuple[int, Mark | None]:
    """The amount that begins here: with its qualifier before it and its percent after it."""
    n, qualifier = at, ""
    for kind in ("over", "under", "near", "about", "between"):
        if kind in marks[at]:
            n, qualifier = at + 1, kind
            break
    if n >= len(marks) or not {"number", "share"} & marks[n].kinds.keys():
        return 0, None
    first, last = marks[n], n
    low = high = float((first.kinds.get("share") or first.kinds["number"])[0])
    if qualifier in {"", "between"} and n + 2 < len(marks) and "number" in marks[n + 2]:
        joined = marks[n + 1]
        percent = n + 3 < len(marks) and "percent" in percent_kinds(marks[n + 3])
        if (qualifier == "between" and "and" in joined) or ("upto" in joined and percent):
            high, last = float(marks[n + 2].kinds["number"][0]), n + 2
            low = high if at and "of" in marks[at - 1] else low  # de 50 à 70 %
    percent = "share" in first
    if last + 1 < len(marks) and "percent" in percent_kinds(marks[last + 1]):
        percent, last = True, last + 1
    low, high = bounds(low, high, qualifier, percent, "share" in first)
    said = " ".join(text[marks[at].at : marks[last].end].split())
    kind = "share" if percent else "number"
    made = replace(
        marks[at], kinds={kind: (str(low),)}, text=text[marks[at].at : marks[last].end], amount=Amount(low, high, said)
    )
    return last - at + 1, made


def percent_kinds(mark: Mark) -> Kinds:
    """Its kinds, with the sign as percent."""
    return {"percent": ("",)} if mark.text == "%" else mark.kinds


def bounds(low: float, high: float, qualifier: str, percent: bool, worded: bool) -> tuple[float, float]:
    """What an amount allows: more than, at most, about."""
    slack = 5 if percent else 0.1 * high
    match qualifier:
        case "over":
            return low, ENDLESS
        case "under":
            return 0, high
        case "near":
            return low - 2 * slack, high
        case "about":
            return low - slack, high + slack
    return (low - 2, high + 2) if worded and low not in {25, 50, 75} else (min(low, high), max(low, high))
