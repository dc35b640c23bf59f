"""What the first pages ask: one form a page, the same that the last page checks again."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from crisis.accounts.forms import password_field
from crisis.forms import moment_field
from crisis.spelling import folded
from services.opening.catalogue import LINES, NAME, Kind, kinds, known_words, lines_of
from services.opening.phones import no_number

SITES = 60
TICKS = 4000
"""What one page may bring at most: 60 sites with 60 services."""


class CodeForm(forms.Form):
    """The code that the terminal shows."""

    code = forms.CharField(label=gettext_lazy("Code from the terminal"), max_length=40)


class RealForm(forms.Form):
    """Real or exercise: nothing is chosen beforehand."""

    is_exercise = forms.TypedChoiceField(
        label=gettext_lazy("Is this real?"),
        choices=[("no", gettext_lazy("Real: it is happening")), ("yes", gettext_lazy("An exercise"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": gettext_lazy("Choose: real, or an exercise.")},
    )


class WhatForm(forms.Form):
    """What happened and when; the clock of this machine is asked about, because every moment comes from it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[
            ("cyberattack", gettext_lazy("Cyberattack")),
            ("outage", gettext_lazy("Failure: IT, power, telephone, water")),
            ("disaster", gettext_lazy("Fire, flood, disaster")),
            ("epidemic", gettext_lazy("Epidemic, influx of patients")),
            ("other", pgettext_lazy("kind of crisis", "Something else")),
        ],
    )
    name = forms.CharField(label=gettext_lazy("Name of the crisis"), max_length=200)
    started_at = moment_field(
        required=True,
        label=gettext_lazy("Began"),
        help_text=gettext_lazy("As well as you know. What happened before cannot be reported."),
    )
    aware_at = moment_field(
        required=True,
        label=gettext_lazy("You became aware"),
        help_text=gettext_lazy("Legal deadlines run from then."),
    )
    clock = forms.BooleanField(
        error_messages={
            "required": gettext_lazy(
                "Set this machine’s clock first: every moment in the journal comes from it. Then load this page again."
            )
        }
    )

    def clean(self) -> dict[str, Any]:
        """Moments that contradict each other are said here, not on the last page."""
        typed = super().clean() or {}
        began, aware = typed.get("started_at"), typed.get("aware_at")
        for name, moment in (("started_at", began), ("aware_at", aware)):
            if moment and moment > timezone.now():
                self.add_error(name, _("This moment is in the future: correct it."))
        if began and aware and aware < began:
            self.add_error("aware_at", _("Nobody can know of a crisis before it begins: correct the moment."))
        return typed


class HouseForm(forms.Form):
    """Whose installation it is, and how its cell is reached."""

    name = forms.CharField(label=gettext_lazy("Organisation"), max_length=200)
    cell_phone = forms.CharField(
        label=gettext_lazy("Phone of the crisis cell"),
        max_length=40,
        help_text=gettext_lazy("Shown on every page, wall and paper: one that works when the switchboard does not."),
    )
    public_phone = forms.CharField(label=gettext_lazy("Phone for the public"), max_length=40, required=False)
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which you inform"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )

    @staticmethod
    def beginning() -> dict[str, Any]:
        """What stands there at first."""
        return {"languages": [(get_language() or "fr")[:2]]}


class SitesForm(forms.Form):
    """The hospitals and homes, one a line."""

    sites = forms.CharField(
        label=gettext_lazy("Sites, one a line"), max_length=10_000, widget=forms.Textarea({"rows": 8})
    )

    def clean_sites(self) -> list[str]:
        """Their names; each once, none too long."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        seen: dict[str, str] = {}
        for line in lines:
            if len(line) > NAME:
                raise forms.ValidationError(_("“%(name)s…” is too long for a name.") % {"name": line[:40]})
            if folded(line) in seen:
                raise forms.ValidationError(_("“%(name)s” stands there twice.") % {"name": line})
            seen[folded(line)] = line
        if len(lines) > SITES:
            raise forms.ValidationError(
                _("More than %(most)d sites: this is a list of something else.") % {"most": SITES}
            )
        return lines


class ServicesForm(forms.Form):
    """What is done where: ticks "key@0", "key@1" (the number of the site), what is essential, and a pasted list.

    `own` are the services that the catalogue does not know, as "key=name"; `phones` the fallback numbers that a table brought,
    as "key@0=number". `known` adds those of a registry to the
    catalogue, `ticked` and `essential` are what stands there before anything is sent.
    """

    pasted = forms.CharField(required=False, max_length=60_000, strip=False, widget=forms.Textarea({"rows": 6}))

    def __init__(
        self,
        data: Any = None,
        *,
        sites: list[str],
        known: dict[str, Kind] | None = None,
        ticked: Iterable[str] = (),
    ) -> None:
        super().__init__(data)
        self.sites, self.known = sites, kinds() | (known or {})
        self.table_refused = ""
        self.own = self.own_of(list_of(data, "own"))
        places = {str(n) for n in range(len(sites))}
        there = self.known.keys() | self.own.keys()
        sent = [tick.partition("@") for tick in (list_of(data, "at") if data is not None else ticked)][:TICKS]
        pairs = [line.partition("=") for line in list_of(data, "phone")[:TICKS]]
        self.phones = {tick: phone for tick, _sign, phone in pairs if phone and not no_number(phone)}
        self.ticks = {f"{key}@{place}" for key, _sign, place in sent if key in there and place in places}
        essential = {kind.key for kind in self.known.values() if kind.essential}
        self.essential = there & set(list_of(data, "essential")) if data is not None else essential

    @staticmethod
    def own_of(lines: list[str]) -> dict[str, str]:
        """The services that the catalogue does not know: key and name."""
        pairs = [line.partition("=") for line in lines[:LINES]]
        return {key: name[:NAME] for key, _sign, name in pairs if key.startswith("own-") and folded(name)}

    def clean_pasted(self) -> list[str]:
        """The lines; each that the catalogue knows is ticked everywhere, each other becomes a row of its own."""
        lines = lines_of(self.cleaned_data["pasted"])
        if len(lines) > LINES:
            raise forms.ValidationError(_("More than %(most)d lines: paste the services only.") % {"most": LINES})
        for line in lines:
            if len(line) > NAME:
                raise forms.ValidationError(_("“%(name)s…” is too long for a name.") % {"name": line[:40]})
        return lines

    def key_of(self, name: str) -> str:
        """The service that a name means, in whatever language; "" when nobody knows it."""
        kind = known_words().get(folded(name))
        return self.named.get(folded(name)) or (kind.key if kind else self.own_named.get(folded(name), ""))

    @cached_property
    def named(self) -> dict[str, str]:
        """The key of each name of the catalogue and the registry."""
        return {folded(word): kind.key for kind in self.known.values() for word in kind.names.values()}

    @cached_property
    def own_named(self) -> dict[str, str]:
        """The key of each service that the catalogue does not know; `tick` adds to it."""
        return {folded(word): key for key, word in self.own.items()}

    def tick(self, name: str, places: Iterable[int]) -> str:
        """Tick a service at sites, by their numbers, as a row of its own when nobody knows it; its key."""
        key = self.key_of(name)
        if not key:
            key = self.own_named[folded(name)] = f"own-{len(self.own)}"
            self.own[key] = name
        self.ticks |= {f"{key}@{place}" for place in places}
        return key

    def take_in(self) -> tuple[int, int]:
        """Tick what was pasted; how many lines the catalogue knew, and how many it did not."""
        keys = [self.tick(line, range(len(self.sites))) for line in self.cleaned_data["pasted"]]
        own = sum(key in self.own for key in keys)
        return len(keys) - own, own

    def clean(self) -> dict[str, Any]:
        """Every site does something; only asked when nothing is pasted, which is taken in first."""
        typed = super().clean() or {}
        if not self.errors and not typed.get("pasted"):
            for n, site in enumerate(self.sites):
                if not any(tick.endswith(f"@{n}") for tick in self.ticks):
                    raise forms.ValidationError(_("%(site)s has no service yet: tick at least one.") % {"site": site})
        return typed

    def state(self) -> dict[str, list[str]]:
        """What is kept of the page until the last one."""
        own = [f"{key}={name}" for key, name in self.own.items()]
        phones = [f"{tick}={phone}" for tick, phone in self.phones.items()]
        kept = {"at": sorted(self.ticks), "essential": sorted(self.essential), "own": own, "phone": phones}
        return kept | {"pasted": [""]}

    def rows(self) -> list[tuple[str, str, bool, list[tuple[str, str, bool]]]]:
        """Key, name, essential or not, and for each site its name, its tick and whether it is ticked."""
        named = {key: kind.name for key, kind in self.known.items()} | self.own
        return [
            (
                key,
                name,
                key in self.essential,
                [(site, f"{key}@{n}", f"{key}@{n}" in self.ticks) for n, site in enumerate(self.sites)],
            )
            for key, name in named.items()
        ]


def list_of(data: Any, name: str) -> list[str]:
    """The values of a name, of a form that was sent or kept."""
    if data is None:
        return []
    return list(data.getlist(name) if hasattr(data, "getlist") else data.get(name, []))


class MeForm(forms.Form):
    """The first account: a director, who adds the others."""

    name = forms.CharField(label=gettext_lazy("Your name, as the journal will show it"), max_length=150)
    function = forms.CharField(label=gettext_lazy("Your function"), max_length=120, required=False)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
        help_text=gettext_lazy("Short, no spaces: you will type it often."),
    )
    new = password_field(
        gettext_lazy("Password"),
        help_text=gettext_lazy("At least 10 characters; three or four words are easy to remember."),
    )
    again = password_field(gettext_lazy("Password, again"))

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        typed = super().clean() or {}
        if typed.get("new") != typed.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return typed


class DeclareForm(RealForm, WhatForm):
    """The three clicks of a house that is prepared."""

    another = forms.BooleanField(required=False)
    field_order = ["is_exercise", "kind", "name", "started_at", "aware_at"]
