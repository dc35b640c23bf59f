"""Shape of input about services. Rules live in `services.writes`; a form only turns what was typed into facts."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crisis.forms import moment_field
from services.facts import Facts
from services.models import NOT_ASSESSED, Service, StatusReport

STATUSES = [
    ("vital", pgettext_lazy("status", "Vital")),
    ("suspended", pgettext_lazy("status", "Suspended")),
    ("restored", pgettext_lazy("status", "Restored")),
]
STILL_SO = [("", ""), ("yes", ""), ("unknown", "")]


class DayInput(forms.DateInput):
    """A day, by the browser's own picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def short(**kwargs: Any) -> forms.CharField:
    """A line of free words, 500 characters at most."""
    return forms.CharField(required=False, max_length=500, **kwargs)


class ReportForm(forms.Form):
    """What a person saw of a service. Capacity in percent of normal; an empty moment means now."""

    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, widget=forms.RadioSelect)
    reason = short(
        label=_("Why is it suspended?"),
        help_text=_("Asked for when an essential service becomes suspended. Left empty, what was said before stays."),
    )
    remains = short(
        label=_("What is still done"),
        help_text=_("Suspended only. Leave empty when it is not known. Never a patient's name or number."),
    )
    remains_nothing = forms.BooleanField(label=_("Nothing is still done"), required=False)
    capacity = forms.IntegerField(label=_("Capacity, in percent"), required=False)
    paper = forms.BooleanField(label=_("On paper"), required=False)
    isolated = forms.BooleanField(label=_("Works, but cut off from the other systems"), required=False)
    note = short(label=_("Note for staff"), help_text=_("Shown on the walls. Never a patient's name or number."))
    public_note = short(label=_("Note for the public"))
    expected_back = forms.DateField(
        label=_("Expected back"), required=False, widget=DayInput(), input_formats=["%Y-%m-%d"]
    )
    source = short(label=_("Who says so, and how"), help_text=_("The head nurse, by phone."))
    to_verify = forms.BooleanField(label=_("To verify"), required=False)
    observed_at = moment_field(label=_("Observed at"), help_text=_("Leave empty for now."))
    still_so = forms.ChoiceField(choices=STILL_SO, required=False, widget=forms.HiddenInput)

    def facts(self) -> Facts:
        """What the form says, as facts; why, and what remains, are not asked of a service that is not suspended."""
        typed = dict(self.cleaned_data)
        typed.pop("still_so")
        nothing, suspended = typed.pop("remains_nothing"), typed["status"] == "suspended"
        typed["remains"] = ("" if nothing else typed["remains"] or None) if suspended else None
        typed["reason"] = typed["reason"] if suspended else ""
        return Facts(**typed, lang=(get_language() or "fr")[:2])

    @classmethod
    def showing(cls, report: StatusReport | None, at: datetime | None = None) -> "ReportForm":
        """The form filled with what the board says; source and moment are of the new observation: `at` when it was before."""
        then = {"observed_at": timezone.localtime(at)} if at else {}
        if report is None:
            return cls(initial=then)
        facts = Facts.of(report)
        names = ["status", "capacity", "paper", "isolated", "remains"]
        names += ["note", "public_note", "expected_back", "to_verify"]
        shown = {name: getattr(facts, name) for name in names}
        return cls(initial={**shown, **then, "remains_nothing": report.remains_nothing})


class SourceForm(forms.Form):
    """Who confirms, and how."""

    source = short(label=_("Who says so, and how"))


class ConfirmSiteForm(SourceForm):
    """Who confirms a site; what was observed `since` then stays as it is."""

    since = forms.DateTimeField(required=False)


class AsOfForm(forms.Form):
    """The moment that a board is asked for, whether as known then, what of it is shown, and whose change form is open."""

    change = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    site = forms.IntegerField(required=False)
    status = forms.ChoiceField(choices=[("", ""), *STATUSES, (NOT_ASSESSED, "")], required=False)
    overdue = forms.BooleanField(required=False)

    at = moment_field(label=_("Situation at"))
    known = forms.BooleanField(label=_("What the cell knew then"), required=False)

    def clean_at(self) -> datetime | None:
        """No board of the future."""
        at: datetime | None = self.cleaned_data["at"]
        if at and at > timezone.now():
            raise forms.ValidationError(_("The future is not known: choose a past moment."))
        return at


class ChooseForm(forms.Form):
    """Which service is to be changed, grouped by site."""

    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"))

    def __init__(self, services: list[Service], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = sorted({service.site for service in services}, key=lambda site: (site.order, site.pk))
        grouped = [(site.name, [(s.pk, s.activity.name) for s in services if s.site == site]) for site in sites]
        field = self.fields["service"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Service.objects.filter(pk__in=[service.pk for service in services])
        field.choices = grouped
