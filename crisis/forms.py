"""Shape of input of the centre's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crisis.models import Role


def moment_field(*, required: bool = False, **kwargs: Any) -> forms.DateTimeField:
    """A moment in the organisation's zone, by the browser's own picker; where none is required, empty means now."""
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(required=required, input_formats=formats, widget=widget, **kwargs)


class JournalFilter(forms.Form):
    """What of the journal is shown; `before` is a number, to go on with older entries."""

    day = forms.DateField(
        label=_("Day"), required=False, input_formats=["%Y-%m-%d"], widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    actor = forms.ChoiceField(label=_("Who"), required=False)
    verb = forms.ChoiceField(label=_("What"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, actors: list[str], verbs: list[tuple[str, str]], services: list[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        everything = [("", _("All"))]
        for name, options in {"actor": [(a, a) for a in actors], "verb": verbs, "service": services}.items():
            self.fields[name].choices = [*everything, *options]  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """A line for the journal in one's own words."""

    words = forms.CharField(label=_("What happened"), max_length=4000, widget=forms.Textarea({"rows": 2}))
    source = forms.CharField(label=_("Who says so, and how"), required=False, max_length=500)
    happened_at = moment_field(label=_("Happened at"), help_text=_("Leave empty for now."))
    verified = forms.BooleanField(label=_("Verified: a fact, not an assumption"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class MemberForm(forms.Form):
    """A role for a person: one who has an account, or a new one."""

    user = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)
    username = forms.CharField(label=_("or a new account: user name"), required=False, max_length=150)
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    function = forms.CharField(label=_("Function"), required=False, max_length=120)
    site = forms.CharField(label=_("Site"), required=False, max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    scope = forms.MultipleChoiceField(label=_("Sites and services (site lead, ward manager)"), required=False)
    alone = forms.CharField(label=_("Alone, with a reason"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, people: list[tuple[int, str]], scopes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["user"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Either somebody who is there, or a new name."""
        typed = super().clean() or {}
        if bool(typed.get("user")) == bool(typed.get("username")):
            self.add_error("user", _("Choose a person, or give a user name for a new account."))
        if typed.get("username") and not typed.get("name"):
            self.add_error("name", _("Write the name that the journal will show."))
        return typed
