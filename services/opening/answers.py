"""What was answered on the first pages, kept in the session of the laptop until the last one: never a password."""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.forms import Form
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from services.opening.forms import HouseForm, MeForm, RealForm, ServicesForm, SitesForm, WhatForm
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
            return ServicesForm(data, sites=self.cleaned("sites").get("sites", []))
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
        """Remember a page that was sent, or, of the services, what it came to."""
        if isinstance(form, ServicesForm):
            self.keep(step, form.state())
        else:
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


def happened_of(typed: dict[str, Any]) -> Happened:
    """What a form says of a crisis."""
    names = ("name", "kind", "is_exercise", "started_at", "aware_at")
    return Happened(**{name: typed[name] for name in names})
