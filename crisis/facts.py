"""What the cell holds true at a moment, one fact at a time: what a communiqué may say, and what it is checked against."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from crisis.models import Crisis, Organisation


@dataclass(frozen=True)
class Fact:
    """Something that holds at a moment, in the language in force.

    `key` names it for good ("capacity:laboratoire@arlon", "measure:M3", "meeting:next"); `value` is what is compared, without
    spaces and brackets ("50", "restored", "2022-05-26T08:30+02:00"). `words` stand in a running sentence, `label` on a button.
    `seq` is the journal's number that proves it (0: the house says so, not the crisis), `since` when it began to hold.
    `about`: what rules need beside the value, as the one who offers it says.
    """

    key: str
    value: str
    words: str
    label: str
    seq: int = 0
    since: datetime | None = None
    about: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def kind(self) -> str:
        """The first part of its key: capacity, status, measure…"""
        return self.key.partition(":")[0]


Facts = Callable[[Crisis, datetime], list[Fact]]
_facts: list[Facts] = []


def register_facts(facts: Facts) -> None:
    """A feature tells what it holds true at a moment, in the language in force."""
    _facts.append(facts)


def facts_at(crisis: Crisis, moment: datetime) -> list[Fact]:
    """What every feature holds true at a moment, in the language in force, and the number to call."""
    return [fact for facts in _facts for fact in facts(crisis, moment)] + phone()


def phone() -> list[Fact]:
    """The public line, when the organisation has one."""
    organisation = Organisation.objects.first()
    number = organisation.public_phone if organisation else ""
    digits = "".join(filter(str.isdigit, number))
    return [Fact("phone:public", digits, number, _("Public line: %(phone)s") % {"phone": number})] if digits else []
