"""Each claim of the services against the board: only what cannot be misunderstood contradicts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.communiques import proofs
from crisis.communiques.check import overdue, wording
from crisis.communiques.check.claims import Claim
from crisis.communiques.check.situation import Checked, Finding, Situation
from crisis.communiques.proofs import BACK, CAPACITY
from crisis.templatetags.vigie import status_word
from services.models import NOT_ASSESSED, Status
from services.reads import Tile

Result = list[Checked | Finding]


def against_board(claim: Claim, situation: Situation, words_off: Callable[[Tile], int]) -> Result:
    """What becomes of a claim. `words_off`: the entry of a measure that says that a service is off, 0 when none does."""
    if not claim.tiles:
        return [Finding("unknown", wording.subject(claim), _("There is no such service on the board."))]
    rule = {"status": status, "capacity": capacity, "count": count, "back": back}[claim.kind]
    value = value_of(claim.tiles)
    made = [replace(e, value=value) if isinstance(e, Finding) else e for e in rule(claim, situation, words_off)]
    told = counted(claim) if claim.kind == "count" else claim.tiles
    made += [late for e in made if isinstance(e, Checked) for late in overdue.of_tiles(e.says, told, about(claim))]
    return made + [
        Finding("unknown", wording.says(claim.activity.name, site.name), _("There is no such service on the board."))
        for site in claim.missing
        if claim.activity and claim.kind != "back"
    ]


def value_of(tiles: list[Tile]) -> str:
    """What the board says of some services, in no language: it only changes when they do."""
    reports = {tile.service.key: tile.report for tile in tiles}
    return ",".join(
        f"{key}={r.status}/{r.capacity}/{r.expected_back}" if r else key for key, r in sorted(reports.items())
    )


def status(claim: Claim, _situation: Situation, words_off: Callable[[Tile], int]) -> Result:
    """Running or suspended; a service that nobody assessed is neither, unless a measure says that it is off."""
    said = wording.status_said(claim)
    wrong = [t for t in claim.tiles if t.report and (t.status == Status.SUSPENDED) == claim.runs]
    if wrong:
        return [
            Finding("contradicts", said, wording.tiles_say(wrong, claim), wording.seq_of(wrong), fact_of(claim, wrong))
        ]
    silent = [tile for tile in claim.tiles if tile.status == NOT_ASSESSED]
    if silent:
        off = max(words_off(tile) for tile in silent)
        if off and claim.runs and claim.activity:
            return [Finding("contradicts", said, _("A measure in force says that it is off."), off)]
        return [Finding("unknown", said, wording.tiles_say(silent, claim), 0, fact_of(claim, silent))]
    return [] if claim.aside else [Checked(said, wording.seq_of(claim.tiles))]


def capacity(claim: Claim, _situation: Situation, _words_off: Callable[[Tile], int]) -> Result:
    """Percent of the normal; "at full capacity" is only compared where the board has a percentage."""
    amount = claim.amount
    if amount is None:
        return []
    said = wording.says(wording.subject(claim), amount.said)
    known = [tile for tile in claim.tiles if tile.report and tile.report.capacity]
    wrong = [tile for tile in known if tile.report and not amount.holds(tile.report.capacity or 0)]
    if wrong:
        fact = fact_of(claim, wrong)
        return [Finding("contradicts", said, wording.capacities_say(wrong), wording.seq_of(wrong, CAPACITY), fact)]
    if known and len(known) == len(claim.tiles):
        return [Checked(said, wording.seq_of(known, CAPACITY))]
    if not claim.exact or any(tile.status == Status.SUSPENDED for tile in claim.tiles):
        return []
    return [Finding("unknown", said, _("The board has no percentage here."), 0, fact_of(claim, claim.tiles))]


def count(claim: Claim, _situation: Situation, _words_off: Callable[[Tile], int]) -> Result:
    """How many services are assured, restored or suspended, and of how many."""
    amount = claim.amount
    if amount is None:
        return []
    found = counted(claim)
    what = status_word("restored" if claim.restored else "suspended").lower()
    what = _("running") if claim.runs and not claim.restored else what
    numbers = {"count": len(found), "total": len(claim.tiles), "what": what}
    board = ngettext("%(count)d of %(total)d is %(what)s", "%(count)d of %(total)d are %(what)s", len(found)) % numbers
    number = amount.said if claim.total is None else f"{amount.said}/{claim.total}"
    said = wording.says(wording.subject(claim), f"{number} {what}")
    holds = amount.holds(len(found)) or (not claim.exact and amount.holds(min(len(found), amount.high)))
    key, last = count_key(claim), proofs.counted(claim.tiles, wanted(claim))
    seq = last.seq if last else 0
    if not holds or claim.total not in {None, len(claim.tiles)}:
        return [Finding("contradicts", said, board, seq, key)]
    return [Checked(said, seq)]


def counted(claim: Claim) -> list[Tile]:
    """The services that a count counts."""
    return [tile for tile in claim.tiles if tile.status in wanted(claim)]


def wanted(claim: Claim) -> frozenset[Status]:
    """The statuses that a count counts."""
    one = Status.RESTORED if claim.restored else Status.SUSPENDED
    return proofs.RUNNING if claim.runs and not claim.restored else frozenset({one})


def count_key(claim: Claim) -> str:
    """The key of the fact that a count compares with; "" for a count of some services only."""
    if claim.activity:
        return ""
    if claim.essential:
        return "count:essential" if claim.runs else ""
    return "count:restored" if claim.restored else "" if claim.runs else "count:suspended"


def back(claim: Claim, situation: Situation, _words_off: Callable[[Tile], int]) -> Result:
    """A return: another day than the board's, a day that is over, or a service that runs again already."""
    said = wording.says(wording.subject(claim), returns_said(claim.day))
    seq = wording.seq_of(claim.tiles)
    if claim.exact and all(
        tile.status == Status.RESTORED and not tile.report.capacity for tile in claim.tiles if tile.report
    ):
        if all(tile.report for tile in claim.tiles):
            return [
                Finding("contradicts", said, wording.tiles_say(claim.tiles, claim), seq, fact_of(claim, claim.tiles))
            ]
        return []
    waiting = [tile for tile in claim.tiles if tile.status == Status.SUSPENDED and tile.report]
    if claim.day is None or not waiting:
        return []
    known = [tile for tile in waiting if tile.report and tile.report.expected_back]
    wrong = [
        tile
        for tile in known
        if tile.report and tile.report.expected_back and differs(claim, tile.report.expected_back)
    ]
    if wrong and wrong[0].report and wrong[0].report.expected_back:
        board = _("expected back %(day)s") % {"day": wording.day(wrong[0].report.expected_back)}
        return [Finding("contradicts", said, board, wording.seq_of(wrong, BACK), f"back:{wrong[0].service.key}")]
    if known and len(known) == len(waiting):
        return [Checked(said, wording.seq_of(known, BACK))]
    if claim.day < situation.moment.date():
        return [
            Finding(
                "contradicts", said, wording.tiles_say(waiting, claim), wording.seq_of(waiting), fact_of(claim, waiting)
            )
        ]
    return []


def differs(claim: Claim, expected: date) -> bool:
    """Whether a day is another; "until Tuesday" may mean that day or the next."""
    if claim.day is None:
        return False
    return claim.day != expected if claim.exact else not 0 <= (expected - claim.day).days <= 1


def returns_said(day: date | None) -> str:
    """Comes back, and when."""
    return _("back %(day)s") % {"day": wording.day(day)} if day else _("comes back later")


def about(claim: Claim) -> str:
    """What a reserve about a claim is about: its service or services, else the count."""
    return overdue.about(fact_of(claim, claim.tiles)) or count_key(claim)


def fact_of(claim: Claim, tiles: list[Tile]) -> str:
    """The key of the board's fact about a claim: of one service, or of the activity."""
    if claim.activity is None:
        return ""
    kind = "status" if claim.kind == "back" else claim.kind
    return f"{kind}:{tiles[0].service.key}" if len(tiles) == 1 else f"{kind}:{claim.activity.key}"
