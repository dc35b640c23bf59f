"""What is done where, as ticks: the form of the first pages and of the registry."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from crisis.spelling import folded
from services.opening.catalogue import LINES, NAME, Kind, kinds, known_words, lines_of
from services.opening.phones import no_number
from services.opening.registry import Ticked

TICKS = 4000
"""What one page may bring at most: 60 sites with 60 services."""


class ServicesForm(forms.Form):
    """What is done where: ticks "key@3" (the number of the site), what is essential, and a pasted list.

    `sites` are their names by number: the place in the list on the first pages, the primary key in the registry.
    `own` are the services that the catalogue does not know, as "key=name"; `phones` the fallback numbers that a table brought,
    as "key@3=number". `known` adds those of a registry to the catalogue, `ticked` is what stands in that registry now. There the
    page sends back what stood on it (`was`): only what differs from that was said by whoever sent it, the rest stays as it is.
    """

    pasted = forms.CharField(required=False, max_length=60_000, strip=False, widget=forms.Textarea({"rows": 6}))

    def __init__(
        self,
        data: Any = None,
        *,
        sites: dict[int, str],
        known: dict[str, Kind] | None = None,
        ticked: Iterable[str] | None = None,
    ) -> None:
        super().__init__(data)
        self.sites, self.known = sites, kinds() | (known or {})
        self.table_refused, self.doubles = "", list[str]()
        self.own = self.own_of(list_of(data, "own"))
        pairs = [line.partition("=") for line in list_of(data, "phone")]
        self.phones = {tick: phone for tick, _sign, phone in pairs if phone and not no_number(phone)}
        self.stands = Ticked(set(ticked or ()), {kind.key for kind in self.known.values() if kind.essential})
        self.keeps_was = ticked is not None
        self.is_old = data is not None and self.keeps_was and "was" not in data
        said = self.stands if data is None or self.is_old else self.sent()
        if data is not None and self.keeps_was and not self.is_old:
            said = said.since(Ticked.of(data["was"]), self.stands)
        self.ticks, self.essential = set(said.at), set(said.essential)

    def sent(self) -> Ticked:
        """What was sent, of services and sites that there are."""
        there, places = self.known.keys() | self.own.keys(), {str(number) for number in self.sites}
        ticks = [tick.partition("@") for tick in list_of(self.data, "at")]
        at = {f"{key}@{place}" for key, _sign, place in ticks if key in there and place in places}
        return Ticked(at, there & set(list_of(self.data, "essential")))

    @property
    def was(self) -> str:
        """What stands in the registry now, as it travels with the page."""
        return " ".join([*sorted(self.stands.at), *sorted(self.stands.essential)])

    @staticmethod
    def own_of(lines: list[str]) -> dict[str, str]:
        """The services that the catalogue does not know: key and name."""
        pairs = [line.partition("=") for line in lines]
        return {key: name[:NAME] for key, _sign, name in pairs if key.startswith("own-") and folded(name)}

    def clean_pasted(self) -> list[str]:
        """The lines; each that the catalogue knows is ticked everywhere, each other becomes a row of its own."""
        found: dict[str, str] = {}
        for line in lines_of(self.cleaned_data["pasted"]):
            if folded(line) in found:
                self.doubles.append(line)
            found.setdefault(folded(line), line)
        lines = list(found.values())
        if len(lines) > LINES:
            raise forms.ValidationError(_("More than %(most)d lines: paste the services only.") % {"most": LINES})
        for line in lines:
            if len(line) > NAME:
                raise forms.ValidationError(_("“%(name)s…” is too long for a name.") % {"name": line[:40]})
        keys = [self.key_of(line) or folded(line) for line in lines]
        if wrong := self.too_much({(key, number) for key in keys for number in self.sites}):
            raise forms.ValidationError(wrong)
        return lines

    def too_much(self, more: Collection[tuple[str, int]] = ()) -> str:
        """Why what is ticked, and more services at sites, do not go onto one page; "" when they do: nothing is cut in silence."""
        known = self.known.keys() | self.own.keys()
        own = len({key for key, _number in more if key not in known}) + len(self.own)
        if own > LINES:
            words = _(
                "%(n)d services are not in the catalogue: at most %(most)d. Leave rows out, or correct their names."
            )
            return words % {"n": own, "most": LINES}
        if len(self.ticks | {f"{key}@{number}" for key, number in more}) > TICKS:
            return _("At most %(most)d services at all sites together: untick some, or leave rows out.") % {
                "most": TICKS
            }
        return ""

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

    def take_in(self) -> tuple[int, list[str]]:
        """Tick what was pasted, which then stands there no more; how many lines, and those that the catalogue does not know."""
        lines = self.cleaned_data["pasted"]
        own = [line for line in lines if self.tick(line, self.sites) in self.own]
        self.data = MultiValueDict({name: list_of(self.data, name) for name in self.data} | {"pasted": [""]})
        return len(lines), own

    def clean(self) -> dict[str, Any]:
        """Every site does something; only asked when nothing is pasted, which is taken in first."""
        typed = super().clean() or {}
        if self.is_old:
            raise forms.ValidationError(
                _("This page was too old, or did not arrive whole. What stands now is shown: change it again.")
            )
        if wrong := self.too_much():
            raise forms.ValidationError(wrong)
        if not self.errors and not typed.get("pasted"):
            for number, site in self.sites.items():
                if not any(tick.endswith(f"@{number}") for tick in self.ticks):
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
                [(site, f"{key}@{n}", f"{key}@{n}" in self.ticks) for n, site in self.sites.items()],
            )
            for key, name in named.items()
        ]


def list_of(data: Any, name: str) -> list[str]:
    """The values of a name, of a form that was sent or kept."""
    if data is None:
        return []
    return list(data.getlist(name) if hasattr(data, "getlist") else data.get(name, []))
