"""What the first pages ask: one form a page, the same that the last page checks again."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from crisis.accounts.forms import password_field
from crisis.forms import moment_field
from crisis.spelling import folded
from services.opening.catalogue import NAME
from services.opening.phones import check_number

SITES = 60
"""Sites that one page may bring at most."""


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
        validators=[check_number],
        help_text=gettext_lazy("Shown on every page, wall and paper: one that works when the switchboard does not."),
    )
    public_phone = forms.CharField(
        label=gettext_lazy("Phone for the public"), max_length=40, required=False, validators=[check_number]
    )
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
