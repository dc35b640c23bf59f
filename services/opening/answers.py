"""What was answered on the first pages, kept in the session of the laptop until the last one: never a password."""

import re
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.forms import Form
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from crisis.spelling import folded
from services.opening.forms import HouseForm, MeForm, RealForm, SitesForm, WhatForm
from services.opening.ticks import ServicesForm
from services.opening.writes import Happened, House

KEY = "opening"
STEPS = {
    "declare": ["real", "what", "house", "sites", "services", "me"],
    "prepare": ["house", "sites", "services", "me"],
}
"""The pages, in order: to declare a crisis now, or to prepare one in peace."""
FORMS: dict[str, type[Form]] = {
    "real": RealForm,
    "what": WhatForm,
    "house": HouseForm,
    "sites": SitesForm,
    "me": MeForm,
}


class Answers:
    """The answers so far."""

    def __init__(self, session: SessionBase) -> None:
        self.session = session
        self.kept: dict[str, Any] = session.get(KEY, {})

    @property
    def mode(self) -> str:
        """What is being done: "declare", "prepare", or "" before it was chosen."""
        return str(self.kept.get("mode", ""))

    @property
    def steps(self) -> list[str]:
        """The pages of what is being done."""
        return STEPS.get(self.mode, [])

    def begin(self, mode: str) -> None:
        """Choose what is done; what was answered before stays."""
        self.keep("mode", mode)

    def keep(self, name: str, value: Any) -> None:
        """Remember an answer in the session."""
        self.kept = self.kept | {name: value}
        self.session[KEY] = self.kept

    def forget(self) -> None:
        """All is done."""
        self.session.pop(KEY, None)

    def form(self, step: str, sent: Any = None, initial: Any = None) -> Form:
        """The form of a page: with what was sent, else with what was kept."""
        kept = self.kept.get(step)
        data = sent if sent is not None else MultiValueDict(kept) if kept else None
        if step == "services":
            return ServicesForm(data, sites=dict(enumerate(self.cleaned("sites").get("sites", []))))
        return FORMS[step](data, initial=initial)

    def cleaned(self, step: str) -> dict[str, Any]:
        """What a page said, {} when it has not said it."""
        form = self.form(step)
        return form.cleaned_data if form.is_bound and form.is_valid() else {}

    def lacking(self, before: str) -> str:
        """The first page before this one that is not answered; "" when all are."""
        earlier = self.steps[: self.steps.index(before)]
        return next((step for step in earlier if not self.form(step).is_valid()), "")

    def store(self, step: str, form: Form, sent: QueryDict) -> None:
        """Remember a page that was sent, or, of the services, what it came to; their ticks follow the sites."""
        if isinstance(form, ServicesForm):
            self.keep(step, form.state())
        else:
            if isinstance(form, SitesForm) and "services" in self.kept:
                places = moved(self.cleaned("sites").get("sites", []), form.cleaned_data["sites"])
                self.keep("services", replaced(self.kept["services"], places))
            self.keep(step, {name: sent.getlist(name) for name in sent if name.partition("-")[0] in form.fields})

    def house(self) -> House:
        """The organisation, its sites and services, as answered."""
        services = self.form("services")
        assert isinstance(services, ServicesForm)
        return House(
            **self.cleaned("house"),
            sites=self.cleaned("sites")["sites"],
            ticks=services.ticks,
            essential=services.essential,
            own=services.own,
            phones=services.phones,
        )

    def happened(self) -> Happened | None:
        """What is declared; None when a crisis is only prepared."""
        if self.mode != "declare":
            return None
        return happened_of(self.cleaned("real") | self.cleaned("what"))


def moved(before: list[str], after: list[str]) -> dict[str, str]:
    """Where each site of a list stands in the next, by its name; one that was only spelt anew stands where it stood."""
    by_name = {folded(name): n for n, name in enumerate(after)}
    found = {n: by_name[folded(name)] for n, name in enumerate(before) if folded(name) in by_name}
    if len(before) == len(after):
        found |= {n: n for n in range(len(after)) if n not in found and n not in found.values()}
    return {str(n): str(place) for n, place in found.items()}


def replaced(kept: dict[str, list[str]], places: dict[str, str]) -> dict[str, list[str]]:
    """What is kept of the services, with its ticks and numbers at the new places of their sites; without a place they go."""
    changed = {}
    for name in ("at", "phone"):
        lines = [re.fullmatch(r"([^@]*@)(\d+)(.*)", line) for line in kept.get(name, [])]
        changed[name] = [line[1] + places[line[2]] + line[3] for line in lines if line and line[2] in places]
    return kept | changed


def happened_of(typed: dict[str, Any]) -> Happened:
    """What a form says of a crisis."""
    names = ("name", "kind", "is_exercise", "started_at", "aware_at")
    return Happened(**{name: typed[name] for name in names})
