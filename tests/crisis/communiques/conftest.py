"""The situations of the reference case, read once: most tests of the check ask no database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone, translation

from bench.sentences import Situations
from crisis import demo
from crisis.communiques.check.check import check_sentences
from crisis.communiques.check.situation import Sentence, Situation
from services.crisisfile.load import load

BRUSSELS = ZoneInfo("Europe/Brussels")
MOMENTS = [
    "05-14T13:00",
    "05-15T12:00",
    "05-16T12:00",
    "05-23T12:00",
    "05-25T12:00",
    "05-30T12:00",
    "06-01T12:00",
    "06-03T12:00",
]


@pytest.fixture(autouse=True)
def brussels() -> Iterator[None]:
    """The clock of the case."""
    with timezone.override(BRUSSELS):
        yield


class Case(dict[str, Situation]):
    """Short when a test that failed says what it was given."""

    def __repr__(self) -> str:
        return "case"


@pytest.fixture(scope="session")
def case(django_db_setup, django_db_blocker) -> Case:
    """What the board said at each moment of the case, without a row left behind."""
    with django_db_blocker.unblock(), timezone.override(BRUSSELS), translation.override("en"), transaction.atomic():
        situations = Situations(load(demo.CASE.read_bytes(), exercise=True).crisis)
        found = Case({moment: situations.at(f"2022-{moment}") for moment in MOMENTS})
        transaction.set_rollback(True)
    return found


@pytest.fixture
def check(case) -> Callable[..., Sentence]:
    """What the rules make of one sentence at a moment of the case."""

    def one(text: str, moment: str = "05-25T12:00", lang: str = "fr", **changes) -> Sentence:
        return check_sentences([text], replace(case[moment], **changes), lang)[0]

    return one


@pytest.fixture
def told(check) -> Callable[..., list[str]]:
    """The same in short: "checked Laboratory: running", "contradicts …"; how old it is, is left out."""

    def one(text: str, *where: str, **changes) -> list[str]:
        made = check(text, *where, **changes)
        return [f"checked {each.says}" for each in made.checked] + [
            f"{each.kind} {each.says}" for each in made.findings if each.kind != "overdue"
        ]

    return one


def at(moment: str) -> datetime:
    """A moment of the case."""
    return datetime.fromisoformat(f"2022-{moment}").replace(tzinfo=BRUSSELS)
