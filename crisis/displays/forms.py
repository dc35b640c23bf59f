"""Shape of input: what a screen is called and shows, and the code it shows now."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crisis.displays.models import Display
from crisis.displays.writes import Look
from services.models import Site


class LookForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rename a screen, or change what it shows."""

    sites = forms.MultipleChoiceField(
        label=_("sites"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: all sites.")
    )

    class Meta:
        model = Display
        fields = ["name", "language", "sites", "theme", "shows", "zoom", "page_seconds"]
        widgets = {
            "zoom": forms.NumberInput({"min": 60, "max": 200, "step": 5}),
            "page_seconds": forms.NumberInput({"min": 5, "max": 300}),
        }
        help_texts = {"zoom": _("60 to 200"), "page_seconds": _("5 to 300")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sites that ended stay a choice of who shows them: leaving one out would make it a wall of all sites.
        listed = Site.objects.filter(Q(until=None) | Q(key__in=self.instance.sites))
        self.fields["sites"].choices = [(site.key, site.name) for site in listed]  # type: ignore[attr-defined]

    def look(self) -> Look:
        """What was asked for."""
        return Look(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class PairForm(LookForm):
    """A new screen: its code first."""

    code = forms.CharField(
        label=_("Code on the screen"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ["code"]
