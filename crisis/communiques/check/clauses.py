"""A sentence in clauses: each with what it says of which services, and when. Only what is said of now is a claim."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from crisis.communiques.check.marks import Amount, Mark

PREDICATES = {"runs", "back", "stopped", "none", "resume", "share", "lifted", "inforce"}
PARTING = {*PREDICATES, "shall"}
SUBJECTS = {"services", "essential", "places", "hospitals", "activity"}
"""What can be counted, and what can be somewhere."""
ADJACENT = 2
"""Words at most between a number and what it counts."""


@dataclass
class Clause:
    """A part of a sentence around one predicate, with what it takes over from the part before."""

    marks: list[Mark]
    activities: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    excepted: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    leading: list[str] = field(default_factory=list)
    inherits: bool = False

    def own(self) -> list[Mark]:
        """Its marks up to what it compares itself with: 85 %, contre 70 % lundi."""
        end = next((n for n, mark in enumerate(self.marks) if "instead" in mark), len(self.marks))
        return self.marks[:end]

    def has(self, *kinds: str) -> bool:
        """Whether it says something of one of these kinds itself."""
        return any(not mark.quoted and not mark.kinds.keys().isdisjoint(kinds) for mark in self.marks)


def clauses_of(marks: list[Mark]) -> list[Clause]:
    """The clauses of a sentence, each with its own services and sites or those it goes on with."""
    found = [Clause(part) for part in parts(marks)]
    before: Clause | None = None
    for clause in found:
        name(clause)
        if before is not None:
            inherit(clause, before)
        if clause.activities or clause.has("services", "essential"):
            before = clause
    return found


def parts(marks: list[Mark]) -> list[list[Mark]]:
    """The marks parted at commas and conjunctions, so that each part has one predicate where there are several."""
    segments: list[list[Mark]] = [[]]
    for mark in marks:
        if "break" in mark or "but" in mark or ("and" in mark and "number" not in mark):
            segments.append([])
        segments[-1].append(mark)
    segments = [each for each in segments if each]
    last = max((n for n, each in enumerate(segments) if predicates(each)), default=-1)
    found: list[list[Mark]] = []
    pending: list[Mark] = []
    for n, segment in enumerate(segments):
        if predicates(segment):
            found.append(pending + segment)
            pending = []
        elif found and not pending and (n > last or not opens(segment, found[-1])):
            if talks(segment):
                found.append(segment)
            else:
                found[-1].extend(excepted(segment))
        else:
            pending += segment
    return found + ([pending] if pending else [])


def predicates(segment: list[Mark]) -> bool:
    """Whether a segment says something."""
    return any(not mark.kinds.keys().isdisjoint(PARTING) for mark in segment)


def talks(segment: list[Mark]) -> bool:
    """Whether it says something of its own services in words that no rule knows: "mais les urgences ne sont pas touchées"."""
    named = next((n for n, mark in enumerate(segment) if "activity" in mark or "services" in mark), None)
    return named is not None and any({"ne", "not", "word"} & mark.kinds.keys() for mark in segment[named:])


def excepted(segment: list[Mark]) -> list[Mark]:
    """The same, where "mais pas à Libramont" reads as "sauf à Libramont"."""
    if not any("site" in mark for mark in segment):
        return segment
    return [replace(mark, kinds={"except": ("",)}) if "not" in mark else mark for mark in segment]


def opens(segment: list[Mark], before: list[Mark]) -> bool:
    """Whether a segment without a predicate belongs to the next one: services, or sites where they stand before what is said."""
    if any("site" in mark for mark in segment) and sites_first(before):
        return True
    said = any("activity" in mark or "services" in mark for mark in segment)
    return said and any("activity" in mark or "services" in mark or "essential" in mark for mark in before)


def sites_first(marks: list[Mark]) -> bool:
    """Whether a part names its sites before its predicate: "Arlon et Marche fonctionnels, Libramont…"; "à Arlon, il est…"."""
    sites = [n for n, mark in enumerate(marks) if "site" in mark]
    said = [n for n, mark in enumerate(marks) if any(kind in mark for kind in PREDICATES)]
    return bool(sites and said) and sites[-1] < said[-1]


def name(clause: Clause) -> None:
    """Which services and sites a clause names; a service that only belongs to something else (its car park) is none."""
    excepting = subject = False
    for n, mark in enumerate(clause.marks):
        if "except" in mark:
            excepting = True
        elif "break" in mark and not subject:  # excepté la radiologie, tous les services…
            excepting = False
        elif "activity" in mark and excepting:
            clause.without += mark.kinds["activity"]
        elif "activity" in mark and not belongs(clause.marks, n):
            clause.activities += [key for key in mark.kinds["activity"] if key not in clause.activities]
            subject = True
        elif "services" in mark or "essential" in mark:
            subject = True
        elif "site" in mark:
            if excepting:
                clause.excepted += mark.kinds["site"]
                continue
            clause.sites += mark.kinds["site"]
            if not clause.activities:
                clause.leading += mark.kinds["site"]


def belongs(marks: list[Mark], n: int) -> bool:
    """Whether a name only says whose something is: the doors of the laboratory."""
    k = n - 1
    while k >= 0 and n - k <= ADJACENT + 1 and "light" in marks[k] and "of" not in marks[k]:
        k -= 1
    if k < 1 or "of" not in marks[k]:
        return False
    while k >= 1 and "of" in marks[k]:
        k -= 1
    return "word" in marks[k] or "unit" in marks[k] or "calls" in marks[k]


def inherit(clause: Clause, before: Clause) -> None:
    """What a clause goes on with: "…, mais elles sont maintenues à Bertrix"; "À Arlon, …, et …"."""
    if not clause.activities and not clause.has("services", "essential") and goes_on(clause):
        clause.activities, clause.inherits = list(before.activities), True
        if clause.excepted and not clause.sites:  # sauf à Bertrix, où elles sont maintenues
            clause.sites, clause.excepted = clause.excepted, []
        if not clause.sites and not clause.has("everywhere"):
            clause.sites, clause.excepted = list(before.sites), clause.excepted or list(before.excepted)
    if not clause.sites and before.leading and not clause.has("everywhere"):
        clause.sites, clause.leading = list(before.leading), list(before.leading)


def goes_on(clause: Clause) -> bool:
    """Whether nothing but small words stands before its predicate: another subject would stand there."""
    for mark in clause.marks:
        if any(kind in mark for kind in PREDICATES):
            return True
        if "word" in mark or "unit" in mark or "meeting" in mark or "measure" in mark:
            return False
    return False


def negated(clause: Clause) -> bool:
    """Whether it denies: ne … plus, pas encore, niet, kein, no longer."""
    if clause.has("not"):
        return True
    return clause.has("ne") and clause.has("plus") and not clause.has("than")  # ne … plus que is only


def polarity(clause: Clause) -> int:
    """1: it says that services run, -1: that they do not, 0: neither, or both, or of something else."""
    if foreign(clause):
        return 0
    if clause.has("denies"):
        return int(never_stopped(clause))
    said = {
        1 for mark in clause.marks if not mark.quoted and ("runs" in mark or "back" in mark) and "stopped" not in mark
    }
    said |= {-1 for mark in clause.marks if not mark.quoted and "stopped" in mark}
    if clause.has("none"):
        return -said.pop() if len(said) == 1 else -1
    if len(said) != 1:
        return 0
    return said.pop() * (-1 if negated(clause) else 1)


def never_stopped(clause: Clause) -> bool:
    """Whether it says that services never stopped, so that they run: n'a jamais été suspendue; not "jamais aussi longtemps"."""
    if not clause.has("never") or not clause.activities or clause.has("runs", "back"):
        return False
    at = next(n for n, mark in enumerate(clause.marks) if "never" in mark)
    stop = next((n for n, mark in enumerate(clause.marks) if "stopped" in mark and n > at), at)
    return stop > at and sum("word" in mark for mark in clause.marks[at:stop]) <= 1  # jamais été suspendue


def unchanged(clause: Clause) -> bool:
    """Whether it only says that nothing changed, not how it stands: aucun service n'a été rétabli depuis hier."""
    if not clause.has("back"):
        return negated(clause) and clause.has("since") and not clause.activities
    return (negated(clause) or clause.has("none")) and (
        clause.has("since") or not (clause.activities or clause.has("essential"))
    )


def foreign(clause: Clause) -> bool:
    """Whether what is said is said of something else: our teams work to restore radiology; the emergencies of another town."""
    other = False
    for n, mark in enumerate(clause.marks):
        if is_place(clause.marks, n):
            return True
        if "activity" in mark or "services" in mark or "essential" in mark:
            return any(is_place(clause.marks, k) for k in range(n, len(clause.marks)))
        if any(kind in mark for kind in PREDICATES):
            return other
        other = other or "word" in mark or "unit" in mark
    return False


def is_place(marks: list[Mark], n: int) -> bool:
    """Whether an unknown word stands where the name of a site would: urgences de Namur, hôpital de Dinant."""
    mark = marks[n]
    if n == 0 or "word" not in mark or not mark.text[:1].isupper():
        return False
    if "placed" in marks[n - 1]:
        return True
    if n < 2 or not {"at", "of"} & marks[n - 1].kinds.keys():
        return False
    return bool({*SUBJECTS, *PREDICATES} - {"share"} & marks[n - 2].kinds.keys())


@dataclass(frozen=True)
class When:
    """What a clause is about: now, or another day. `until`: the day until which it says it holds."""

    now: bool
    future: bool = False
    day: date | None = None
    until: date | None = None


def when_of(clause: Clause, today: date) -> When:
    """Now, unless its words or a day say otherwise; two days in one clause are too many to be sure."""
    day, until, several = None, None, False
    for n, mark in enumerate(clause.own()):
        said = day_of(mark, today)
        if said is None or mark.quoted:
            continue
        before = {kind for m in clause.marks[max(0, n - 3) : n] for kind in m.kinds}
        if "since" in before and said <= today:
            continue
        if "until" in before:
            until = said
        else:
            several, day = several or day is not None, said
    resumes = clause.has("resume")
    if clause.has("was"):
        return When(False)
    if clause.has("been") and not clause.has("back", "lifted"):
        return When(False)
    if clause.has("will") or resumes or (day is not None and day > today):
        return When(False, not several, None if several else day, until)
    return When(day is None or day == today, False, day, until)


def day_of(mark: Mark, today: date) -> date | None:
    """A date, or the next day of that name (today counts)."""
    if "date" in mark:
        return date.fromisoformat(mark.kinds["date"][0])
    if "weekday" in mark:
        return today + timedelta(days=(int(mark.kinds["weekday"][0]) - today.weekday()) % 7)
    return None


def amount_of(mark: Mark) -> Amount:
    """The amount of a number."""
    return mark.amount or Amount(0, 0, mark.text)
