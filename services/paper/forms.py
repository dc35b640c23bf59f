"""Shape of a sheet that is typed in: when and who once, then a line per service."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crisis.forms import moment_field
from crisis.models import Crisis
from services.forms import STATUSES, short
from services.paper.writes import Line
from services.reads import Tile

UNCHANGED = [("", pgettext_lazy("status", "unchanged"))]


class SheetForm(forms.Form):
    """When it was observed and who says so: for all lines of the sheet."""

    observed_at = moment_field(required=True, label=gettext_lazy("Observed at"))
    source = forms.CharField(
        max_length=500,
        label=gettext_lazy("Who says so, and how"),
        widget=forms.TextInput({"placeholder": gettext_lazy("paper sheet of 04:00")}),
    )

    def __init__(self, crisis: Crisis, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crisis = crisis

    def clean_observed_at(self) -> datetime:
        """Neither to come, nor from before the crisis."""
        moment: datetime = self.cleaned_data["observed_at"]
        if moment > timezone.now():
            raise forms.ValidationError(_("A sheet cannot be of the future: correct the moment."))
        if moment < self.crisis.started_at:
            raise forms.ValidationError(_("A sheet cannot be from before the crisis began: correct the moment."))
        return moment


class LineForm(forms.Form):
    """A service's line; what is left empty says nothing."""

    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=[*UNCHANGED, *STATUSES], required=False)
    capacity = forms.IntegerField(
        label=gettext_lazy("Capacity, in percent"), required=False, min_value=1, max_value=100
    )
    note = short(label=gettext_lazy("Note for staff"))
    remains = short(label=gettext_lazy("What is still done"))
    reason = short(label=gettext_lazy("Why is it suspended?"))

    def __init__(self, tile: Tile, data: Any = None) -> None:
        super().__init__(data, prefix=f"service-{tile.service.pk}")
        self.tile = tile
        for each in self.fields.values():
            said = {"name": each.label, "value": tile.service.activity.name}
            each.widget.attrs["aria-label"] = _("%(name)s: %(value)s") % said
        self.fields["capacity"].widget.attrs["placeholder"] = "%"
        self.fields["note"].widget.attrs["placeholder"] = self.fields["note"].label

    def line(self) -> Line:
        """What was typed."""
        return Line(service=self.tile.service, **self.cleaned_data)
