"""What a sentence claims of the services now: running or not, at what capacity, how many, back when."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from crisis.communiques.check.clauses import (
    ADJACENT,
    SUBJECTS,
    Clause,
    When,
    amount_of,
    clauses_of,
    negated,
    polarity,
    unchanged,
    when_of,
)
from crisis.communiques.check.marks import Amount, Mark
from crisis.communiques.check.names import Names
from services.models import Activity, Site
from services.reads import Tile


@dataclass(frozen=True)
class Claim:
    """One thing said of some services. `kind`: status, capacity, count, back.

    `runs`: whether it says that they run (status, count). `subject`: the activity, or None for services at large. `sites`:
    those it names. `missing`: sites it names where the registry has no such service. `total`: of how many a count speaks.
    `aside`: it is only said along with another claim, so that it may contradict but is no tick.
    """

    kind: str
    tiles: list[Tile]
    activity: Activity | None = None
    sites: list[Site] = field(default_factory=list)
    missing: list[Site] = field(default_factory=list)
    runs: bool = True
    restored: bool = False
    essential: bool = False
    amount: Amount | None = None
    total: int | None = None
    exact: bool = True
    day: date | None = None
    aside: bool = False


def claims_of(marks: list[Mark], names: Names, today: date) -> list[Claim]:
    """Everything that a sentence says of services now, or of their return; nothing of a question or a condition."""
    if any(mark.text == "?" for mark in marks):
        return []
    clauses = clauses_of(marks)
    times = [when_of(clause, today) for clause in clauses]
    found: list[Claim] = []
    later: dict[str, set[str]] = {}  # sites that a later clause speaks of itself
    following = [*clauses[1:], None][: len(clauses)]
    for clause, when, after in zip(reversed(clauses), reversed(times), reversed(following), strict=True):
        if clause.has("maybe") or taken_back(clause, after):
            continue
        found = claims_in(clause, when, names, later) + found
        if clause.inherits:
            for key in clause.activities:
                later.setdefault(key, set()).update(clause.sites)
    return found


def taken_back(clause: Clause, after: Clause | None) -> bool:
    """Whether the clause after it says the opposite of the same: "Le bloc d'Arlon, fermé depuis mai, est rouvert"."""
    if after is None or not after.inherits or after.sites != clause.sites or after.has("everywhere"):
        return False
    return "break" in after.marks[0] and polarity(after) == -polarity(clause) != 0


def claims_in(clause: Clause, when: When, names: Names, later: dict[str, set[str]]) -> list[Claim]:
    """What one clause claims."""
    if when.future:
        return returns(clause, when, names, later)
    if not when.now:
        return []
    never = clause.has("denies")  # of the past too: it may contradict, but is no tick
    counted = [] if never else counts(clause, names)
    if counted or not polarity(clause):
        return counted + capacities(clause, names, later)
    only = clause.has("ne") and clause.has("than") and not clause.has("not", "plus")  # n'est ouvert que pour…
    some = clause.has("every") and negated(clause)  # tous les services ne fonctionnent pas
    if clause.has("partly") or only or some or unchanged(clause):
        return capacities(clause, names, later)
    shares = capacities(clause, names, later)
    aside = never or any(measured(claim) for claim in shares)
    found = [] if numbered(clause) else statuses(clause, names, later, aside=aside)
    found += shares
    if when.until:
        found += [claim for claim in returns(clause, when, names, later) if not claim.runs]
    return found


def scope(
    clause: Clause, key: str, names: Names, later: dict[str, set[str]]
) -> tuple[list[Tile], list[Site], list[Site]]:
    """The tiles of an activity that a clause speaks of, the sites it names, and those where there is no such service."""
    tiles = names.tiles.get(key, {})
    named = [names.sites[site] for site in clause.sites if site in names.sites]
    if named and not clause.has("everywhere"):
        found = [tiles[site.key] for site in named if site.key in tiles]
        return found, [site for site in named if site.key in tiles], [site for site in named if site.key not in tiles]
    out = set(clause.excepted) | later.get(key, set())
    return [tile for site, tile in tiles.items() if site not in out], [], []


def measured(claim: Claim) -> bool:
    """Whether the percentage is what a claim is about: it says one, or the board has one."""
    return claim.exact or any(tile.report and tile.report.capacity for tile in claim.tiles)


def numbered(clause: Clause) -> bool:
    """Whether it speaks of so many or of a part of something, not of the service: 6 349 consultations, la moitié des blocs."""
    before: Mark | None = None
    for mark in clause.marks:
        if before is not None and ("activity" in mark or "services" in mark):
            return True
        if {"number", "share"} & mark.kinds.keys() and not mark.quoted:
            before = mark
        elif "share" not in (before or mark) or not {"of", "outof", "light"} & mark.kinds.keys():
            before = None
    return False


def statuses(clause: Clause, names: Names, later: dict[str, set[str]], *, aside: bool) -> list[Claim]:
    """Running or suspended: each activity it names, or every service, or every essential one."""
    runs, restored = polarity(clause) > 0, clause.has("back")
    found = []
    for key in clause.activities:
        tiles, sites, missing = scope(clause, key, names, later)
        found.append(Claim("status", tiles, names.activities[key], sites, missing, runs, restored, aside=aside))
        excepted = [names.tiles[key][site] for site in clause.excepted if site in names.tiles.get(key, {})]
        if excepted:
            places = [tile.service.site for tile in excepted]
            found.append(Claim("status", excepted, names.activities[key], places, [], not runs, aside=True))
    if not clause.activities and every(clause):
        tiles = [tile for tile in all_tiles(clause, names) if not clause.has("essential") or tile.essential]
        found.append(Claim("status", tiles, None, [], [], runs, restored, clause.has("essential")))
    return found


def every(clause: Clause) -> bool:
    """Whether it speaks of all services: tous les services, aucun service, les services vitaux."""
    before: Mark | None = None
    for mark in clause.marks:
        if "essential" in mark and not mark.quoted:
            return True
        if "services" in mark and before is not None and ({"every", "not", "none"} & before.kinds.keys()):
            return True
        keeps = "light" in mark and before is not None and {"every", "none"} & before.kinds.keys()
        before = before if keeps else mark
    return False


def all_tiles(clause: Clause, names: Names) -> list[Tile]:
    """Every service, at the sites that a clause names when it names some."""
    tiles = [tile for by_site in names.tiles.values() for tile in by_site.values()]
    sites, out, without = set(clause.sites), set(clause.excepted), set(clause.without)
    tiles = [tile for tile in tiles if tile.service.activity.key not in without]
    return [t for t in tiles if (not sites or t.service.site.key in sites) and t.service.site.key not in out]


def capacities(clause: Clause, names: Names, later: dict[str, set[str]]) -> list[Claim]:
    """Percent of the normal, of each activity it names."""
    marks = clause.own()
    shares = [(n, mark) for n, mark in enumerate(marks) if "share" in mark and not mark.quoted]
    normal = clause.has("normal") and not clause.has("not", "plus", "partly")
    if normal and not shares:
        said = next(mark for mark in clause.marks if "normal" in mark)
        amount = Amount(100, 100, said.text)
    elif len(shares) == 1 and of_capacity(marks, shares[0][0]) and (clause.has("than") or not negated(clause)):
        amount = amount_of(shares[0][1])
    else:
        return []
    found = []
    for key in clause.activities:
        tiles, sites, missing = scope(clause, key, names, later)
        found.append(Claim("capacity", tiles, names.activities[key], sites, missing, amount=amount, exact=not normal))
    return found


def of_capacity(marks: list[Mark], n: int) -> bool:
    """Whether a percentage is of the capacity: nothing else follows it (97 % des appels)."""
    following = marks[n + 1 : n + 5]
    if any("capacity" in mark for mark in following):
        return True
    rest = [mark for mark in following if "light" not in mark or "of" in mark]
    return not (
        rest and "of" in rest[0] and len(rest) > 1 and ("word" in rest[1] or "unit" in rest[1] or "activity" in rest[1])
    )


def counts(clause: Clause, names: Names) -> list[Claim]:
    """How many services, sites or services of one activity are in a status."""
    said = polarity(clause)
    if not said:
        return []
    for n, mark in enumerate(clause.marks):
        if not {"number", "ratio"} & mark.kinds.keys() or mark.quoted:
            continue
        amount, total, at = figure(clause.marks, n)
        subject = counted(clause.marks, at)
        if subject is None:
            continue
        if total is None and n and "outof" in before(clause.marks, n):
            amount, total = of_these(clause.marks, n + 1, amount)
        if total is None:
            total = total_after(clause.marks, clause.marks.index(subject))
        claim = count(clause, names, subject, amount, total, said > 0)
        if claim:
            return [claim]
    return []


def before(marks: list[Mark], n: int) -> Mark:
    """The mark before one, small words left out."""
    k = n - 1
    while k > 0 and "light" in marks[k] and "outof" not in marks[k]:
        k -= 1
    return marks[k]


def of_these(marks: list[Mark], at: int, total: Amount) -> tuple[Amount, int | None]:
    """The 25 of "sur les 29 services, 25 sont assurés", and the 29."""
    for n in range(at, len(marks)):
        if "number" in marks[n] and counted(marks, n + 1) is None:
            return amount_of(marks[n]), int(total.low)
    return total, None


def figure(marks: list[Mark], n: int) -> tuple[Amount, int | None, int]:
    """A number, the total it is out of when that follows (25/29, 25 des 29), and where what it counts may begin."""
    mark = marks[n]
    if "ratio" in mark:
        first, second = mark.kinds["ratio"][:2]
        return Amount(float(first), float(first), first), int(second), n + 1
    total = total_after(marks, n)
    if total is not None:
        return amount_of(mark), total, n + 3
    return amount_of(mark), None, n + 1


def total_after(marks: list[Mark], n: int) -> int | None:
    """The 29 of "… sur 29", right after a mark."""
    if n + 2 < len(marks) and "outof" in marks[n + 1] and "number" in marks[n + 2]:
        return int(amount_of(marks[n + 2]).low)
    return None


def counted(marks: list[Mark], at: int) -> Mark | None:
    """What a number counts: the first thing after it that can be counted."""
    for n, mark in enumerate(marks[at : at + ADJACENT], at):
        heads = "head" in mark and n + 1 < len(marks) and "activity" in marks[n + 1]
        if SUBJECTS & mark.kinds.keys() and not heads:
            return mark
        if "light" not in mark and "head" not in mark and "vitally" not in mark:
            return None
    return None


def count(clause: Clause, names: Names, subject: Mark, amount: Amount, total: int | None, runs: bool) -> Claim | None:
    """A count of what it counts; None when it is no count of services (6 349 consultations)."""
    essential = "essential" in subject
    activity: Activity | None = None
    if {"services", "essential"} & subject.kinds.keys():
        tiles = [tile for tile in all_tiles(clause, names) if tile.essential or not essential]
    else:
        key = (subject.kinds.get("activity") or (*clause.activities, ""))[0]
        if key not in names.activities:
            return None
        activity, tiles = names.activities[key], scope(clause, key, names, {})[0]
        if amount.low > len(names.sites):
            return None
    restored = clause.has("back") and activity is None and not essential
    exact = "hospitals" not in subject
    return Claim("count", tiles, activity, [], [], runs, restored, essential, amount, total, exact)


def returns(clause: Clause, when: When, names: Names, later: dict[str, set[str]]) -> list[Claim]:
    """When services come back: reprendra mardi, rouvrira le 7 juin, suspendu jusqu'au 7 juin."""
    day = when.day or when.until
    back = clause.has("resume") or (polarity(clause) > 0 and clause.has("back", "runs") and when.future)
    if when.until and not when.future:
        day, back = when.until + timedelta(days=0), polarity(clause) < 0
    if not back or clause.has("partly", "normal", "capacity", "not"):
        return []
    found = []
    for key in clause.activities:
        tiles, sites, missing = scope(clause, key, names, later)
        found.append(
            Claim("back", tiles, names.activities[key], sites, missing, when.future, day=day, exact=when.future)
        )
    return found
