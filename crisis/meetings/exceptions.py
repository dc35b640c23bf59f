"""The register of exceptions to measures: ask, and the two opinions that decide, in their order, by different people."""

import re
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.meetings.models import ExceptionRequest, Measure, Opinion, Party
from crisis.meetings.reads import measures_at
from crisis.meetings.writes import language
from crisis.models import Crisis, Role, Text
from crisis.roles import CONSOLE, check_may, check_open, memberships

LONGEST = 40
"""Characters of a reference: a file's number is short."""
WORDS = 500
"""Characters of a reason or an opinion."""
OF_ROLE = {Party.MEDICAL: Role.MEDICAL, Party.MANAGEMENT: Role.DIRECTOR}
NATIONAL = re.compile(r"(?<!\d)\d{2}[ .\-/]*\d{2}[ .\-/]*\d{2}[ .\-/]*\d{3}[ .\-/]*\d{2}(?!\d)")
"""Eleven digits, written in whatever groups: the shape of a Belgian national number."""
DATED = re.compile(r"(?<!\d)(\d{1,4})[ ./\-](\d{1,2})[ ./\-](\d{2,4})(?!\d)")
DIGITS = re.compile(r"(?<!\d)(?:\d{6}|\d{8})(?!\d)")
NAMED = re.compile(r"[^\W\d_]{6,}|[^\W\d_]*[A-ZÀ-Þ][a-zß-ÿ]{2,}[^\W\d_]*|(?<![^\W_])[a-zß-ÿ]{3,}(?![^\W_])")
"""A word of six letters or more, a capital with small letters after it, a word of small letters: codes are capitals and short."""


def is_birthday(day: str, month: str, year: str) -> bool:
    """Whether three numbers can be the day on which somebody who lives was born."""
    if len(day) == 4:
        day, year = year, day
    if len(year) == 3 or len(day) > 2:
        return False
    this_year = timezone.localdate().year
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) <= this_year % 100 else 1900)
    orders = [(int(day), int(month)), (int(month), int(day))]
    return this_year - 120 <= full <= this_year and any(is_day(full, m, d) for d, m in orders)


def is_day(year: int, month: int, day: int) -> bool:
    """Whether a calendar has it."""
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def split(digits: str) -> list[tuple[str, str, str]]:
    """How six or eight digits can be read as a date: day first, or year first."""
    if len(digits) == 6:
        return [(digits[:2], digits[2:4], digits[4:]), (digits[4:], digits[2:4], digits[:2])]
    return [(digits[:2], digits[2:4], digits[4:]), (digits[6:], digits[4:6], digits[:4])]


def fault_of_words(words: str) -> str:
    """Which thing of a patient a text seems to hold, by its numbers, in words; "" when it holds none."""
    if NATIONAL.search(words):
        return _("This looks like a national number.")
    dated = [match.groups() for match in DATED.finditer(words)]
    for match in DIGITS.finditer(words):
        dated += split(match.group())
    return _("This looks like a date of birth.") if any(is_birthday(*found) for found in dated) else ""


def fault_of_reference(reference: str) -> str:
    """Why a reference may not be kept, in words: it looks like something of a patient; "" when it does not."""
    fault = fault_of_words(reference)
    if not fault and (NAMED.search(reference) or not re.search(r"\d", reference)):
        fault = _("This looks like a name.")
    instead = _("Type the number of the file or of the operation, such as BLOC-0147.")
    return f"{fault} {instead}" if fault else ""


def fault_of_reason(why: str) -> str:
    """Why a reason may not be kept: a number of a patient's in it. Names in a sentence no rule can tell from other words."""
    fault = fault_of_words(why)
    instead = _("Nothing of a patient stands here: leave it out.")
    return f"{fault} {instead}" if fault else ""


def optional(words: str, field: str) -> Text | None:
    """A short text, or none. Raises RuleBroken when it is too long."""
    if len(words) > WORDS:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": WORDS}, field=field)
    return Text.written(words.strip(), language()) if words.strip() else None


def check_not_asked(measure: Measure, reference: str) -> None:
    """Refuse to ask twice for the same case while the first waits."""
    waiting = measure.exceptions.exclude(opinions__party=Party.MANAGEMENT).filter(reference__body__iexact=reference)
    if first := waiting.first():
        said = {"reference": reference, "request": first, "measure": measure}
        sentence = _("%(reference)s waits already as %(request)s for %(measure)s: wait for the opinions.")
        raise RuleBroken(sentence % said, field="reference")


@transaction.atomic
def ask_exception(measure: Measure, reference: str, *, by: User | None, why: str = "") -> ExceptionRequest:
    """Ask that a measure does not apply to one case.

    Raises RuleBroken when the measure is not in force, when the reference is empty, long, or looks like a patient's, when the
    reason holds a patient's number or birthday, or when it was asked and waits.
    """
    crisis = measure.crisis
    book = lock_book(crisis)
    check_may(by, "ask for an exception", crisis)
    check_open(crisis)
    if all(each.measure != measure for each in measures_at(crisis, timezone.now())):
        raise RuleBroken(
            _("%(measure)s is not in force: it needs no exception.") % {"measure": measure}, field="measure"
        )
    reference = reference.strip()
    if not reference:
        raise RuleBroken(_("Type the number of the file or of the operation, such as BLOC-0147."), field="reference")
    if len(reference) > LONGEST:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": LONGEST}, field="reference")
    if fault := fault_of_reference(reference):
        raise RuleBroken(fault, field="reference")
    if fault := fault_of_reason(why):
        raise RuleBroken(fault, field="why")
    check_not_asked(measure, reference)
    number = (ExceptionRequest.objects.filter(crisis=crisis).aggregate(last=Max("number"))["last"] or 0) + 1
    texts = {"reference": Text.written(reference, language()), "why": optional(why, "why")}
    key = f"E{number}"
    entry = record(book, by, "exception.asked", f"exception:{key}", key=key, measure=measure.key, **texts)
    return ExceptionRequest.objects.create(crisis=crisis, number=number, measure=measure, entry=entry, **texts)


def check_turn(request: ExceptionRequest, party: str) -> Opinion | None:
    """The opinion that was given before; refuse one out of its turn."""
    given = {opinion.party: opinion for opinion in request.opinions.select_related("entry")}
    if party in given:
        raise RuleBroken(_("This opinion on %(request)s was given already.") % {"request": request})
    if party == Party.MANAGEMENT and Party.MEDICAL not in given:
        raise RuleBroken(_("The medical direction says first what it thinks of %(request)s.") % {"request": request})
    return given.get(Party.MEDICAL)


def parties_of(by: User | None, crisis: Crisis) -> set[str]:
    """The parties whose opinion is this person's to give, by their role."""
    held = {member.role for member in memberships(by, crisis)} if by is not CONSOLE else set(OF_ROLE.values())
    return {party for party, role in OF_ROLE.items() if role in held}


def is_alone(party: str, before: Opinion | None, by: User | None, mine: set[str]) -> bool:
    """Whether who gives this opinion acts alone: they gave the other one, or have not the role of the party."""
    return by is not CONSOLE and (bool(before and before.entry.actor_id == by.pk) or party not in mine)


@transaction.atomic
def give_opinion(
    request: ExceptionRequest, party: str, favourable: bool, *, by: User | None, words: str = "", alone: str = ""
) -> Opinion:
    """What the medical direction says, then management; with the second the exception is granted (both in favour) or refused.

    Who has not the role of the party, or gave the other opinion, acts *alone, with a reason*, until somebody countersigns.
    Raises RuleBroken out of turn, or without that reason.
    """
    book = lock_book(request.crisis)
    check_may(by, "judge an exception", request.crisis)
    check_open(request.crisis)
    before = check_turn(request, party)
    needs_second = is_alone(party, before, by, parties_of(by, request.crisis))
    if needs_second and not alone.strip():
        raise RuleBroken(
            _("This needs a second person. If you are alone, say why: it will be flagged until somebody countersigns."),
            field="alone",
            offer="alone",
        )
    text = optional(words, "words")
    said = {"key": request.key, "party": party, "favourable": favourable, "words": text}
    if before:
        said["decision"] = "granted" if before.favourable and favourable else "refused"
    reason = {"alone": Text.written(alone.strip(), language())} if needs_second else {}
    entry = record(book, by, "exception.judged", f"exception:{request.key}", **said, **reason)
    return Opinion.objects.create(request=request, party=party, favourable=favourable, words=text, entry=entry)


def exceptions_waiting(crisis: Crisis) -> int:
    """How many wait for management to decide."""
    return ExceptionRequest.objects.filter(crisis=crisis).exclude(opinions__party=Party.MANAGEMENT).count()
