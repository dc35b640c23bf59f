"""The page on which a house corrects itself: organisation, sites, and what is done where."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crisis.errors import RuleBroken
from crisis.middleware import takes
from crisis.request import MemberRequest
from crisis.roles import check_may
from crisis.table import HEAVIEST
from services.opening.catalogue import NAME
from services.opening.forms import HouseForm, SitesForm
from services.opening.phones import PhonesForm, correct_phones
from services.opening.registry import Ticked, correct_services, correct_sites, kinds_here, open_sites, ticks_here
from services.opening.table_views import from_table, is_table, pasted_in, without
from services.opening.ticks import ServicesForm
from services.registry import name_organisation


class OrganisationForm(HouseForm):
    """The organisation as it stands; only what was changed on this page is saved."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True


class NamesForm(SitesForm):
    """The sites' names, and new ones, one a line."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["sites"].required = False
        self.fields["sites"].label = gettext_lazy("New sites, one a line")
        self.fields["sites"].widget.attrs["rows"] = 3
        self.there = open_sites()
        for site in self.there:
            self.fields[f"site{site.pk}"] = forms.CharField(
                label=site.name, max_length=NAME, initial=site.name, show_hidden_initial=True
            )
        self.order_fields([name for name in self.fields if name != "sites"])  # the new ones come last

    def names(self) -> dict[int, str]:
        """The names that were changed on this page, by primary key: what others changed meanwhile stays."""
        names = {f"site{site.pk}": site.pk for site in self.there}
        return {names[name]: self.cleaned_data[name] for name in self.changed_data if name in names}


@takes(HEAVIEST)
def registry(request: MemberRequest) -> HttpResponse:
    """Three forms, each saved alone; what is refused stays as it was typed."""
    check_may(request.user, "manage the registry")
    part = request.POST.get("part", "")
    house = {name: getattr(request.organisation, name, "") for name in HouseForm.base_fields}
    shown: dict[str, Any] = {
        "house": OrganisationForm(request.POST if part == "house" else None, initial=house),
        "sites": NamesForm(request.POST if part == "sites" else None),
        "services": ServicesForm(
            request.POST if part == "services" else None,
            sites={site.pk: site.name for site in open_sites()},
            known=kinds_here(),
            ticked=ticks_here(),
        ),
    }
    form = shown.get(part)
    if isinstance(form, ServicesForm) and is_table(request, form):
        return tabled(request, form, shown)
    if form is None or not form.is_valid():
        return render(request, "opening/registry.html", shown, status=422 if form else 200)
    if isinstance(form, ServicesForm) and form.cleaned_data["pasted"]:
        shown["note"] = pasted_in(form) + " " + _("Ticked, not saved yet: look at it, then save.")
        return render(request, "opening/registry.html", shown)

    def refused(refusal: RuleBroken) -> HttpResponse:
        form.add_error(None, str(refusal))
        return render(request, "opening/registry.html", shown, status=422)

    request.refused = refused
    messages.success(request, saved(request, form))
    return redirect("registry")


def tabled(request: MemberRequest, form: ServicesForm, shown: dict[str, Any]) -> HttpResponse:
    """A spreadsheet: its columns first, then its rows as ticks, which are not saved yet."""
    try:
        came = from_table(request, form)
    except RuleBroken as refusal:
        form.table_refused = str(refusal)
        return render(request, "opening/registry.html", shown, status=422)
    if isinstance(came, HttpResponse):
        return came
    shown["note"] = came if without(request) else came + " " + _("Ticked, not saved yet: look at it, then save.")
    return render(request, "opening/registry.html", shown)


def saved(request: MemberRequest, form: Any) -> str:
    """Save one of the forms; what that came to."""
    if isinstance(form, HouseForm):
        name_organisation(by=request.user, **{name: form.cleaned_data[name] for name in form.changed_data})
        return _("The organisation is saved.")
    if isinstance(form, NamesForm):
        count = correct_sites(form.names(), form.cleaned_data["sites"], by=request.user)
    else:
        ticked = Ticked(form.ticks, form.essential)
        count = correct_services(ticked, form.stands, form.own, form.phones, by=request.user)
    return corrections(count)


def phones(request: MemberRequest) -> HttpResponse:
    """The fallback number of each service, site by site, saved together; a table of them comes with the services."""
    check_may(request.user, "manage the registry")
    form = PhonesForm(request.POST or None)
    if not form.is_valid():
        return render(request, "opening/phones.html", {"form": form}, status=422 if form.is_bound else 200)
    count = correct_phones(form.phones(), by=request.user)
    messages.success(request, corrections(count))
    return redirect("phones")


def corrections(count: int) -> str:
    """How many corrections were saved."""
    return ngettext("%(n)d correction is saved.", "%(n)d corrections are saved.", count) % {"n": count}
