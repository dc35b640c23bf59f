"""Shape of input about meetings and measures. Rules live in `crisis.meetings.writes`."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crisis.forms import moment_field
from crisis.meetings.measure_writes import LONGEST, Said
from crisis.meetings.models import GROUP, Attendance, Kind, Wording
from services.models import Activity, Site


def words(rows: int = 1, **kwargs: Any) -> forms.CharField:
    """Free words, as long as a measure may be."""
    return forms.CharField(max_length=LONGEST, widget=forms.Textarea({"rows": rows}), **kwargs)


class CellForm(forms.Form):
    """Whose meeting it is; nothing to choose for who holds those of one cell alone."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)

    def __init__(self, data: Any, cells: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        one = len(cells) == 1
        self.fields["cell"] = forms.ChoiceField(
            label=_("Cell"), choices=cells, required=False, widget=forms.HiddenInput if one else forms.Select
        )
        self.initial.setdefault("cell", cells[0][0] if cells else "")

    def clean_cell(self) -> str:
        """The first that may be chosen when none was."""
        choices: Any = self.fields["cell"].choices  # type: ignore[attr-defined]
        return str(self.cleaned_data["cell"] or next((key for key, _name in choices), GROUP))


class OpenForm(CellForm):
    """A meeting of now, or one that was held before."""

    began = moment_field(label=_("Began at"), help_text=_("Only for a meeting that was held before; empty for now."))


class AnnounceForm(CellForm):
    """When the next meeting is."""

    at = moment_field(label=_("When"), required=True)


class AdjournForm(forms.Form):
    """The next meeting, whom to call until then, and whether to adjourn although something is left out."""

    next_at = moment_field(label=_("Next meeting"), help_text=_("Leave empty when none is planned."))
    duty_contact = forms.CharField(label=_("Whom to call until then"), required=False, max_length=200)
    at = moment_field(label=_("Ended at"), help_text=_("Only for a meeting that was held before."))
    all_the_same = forms.BooleanField(label=_("Adjourn all the same"), required=False)

    def __init__(self, *args: Any, met_since: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if met_since:  # what came next is known
            del self.fields["next_at"], self.fields["duty_contact"]


class MeasureForm(forms.Form):
    """What a measure says, and for which services at which sites."""

    text = words(2, label=_("What is decided"))
    activities = forms.MultipleChoiceField(label=_("services"), required=False, widget=forms.CheckboxSelectMultiple)
    sites = forms.MultipleChoiceField(
        label=_("sites"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked: all sites.")
    )
    attendance = forms.ChoiceField(
        label=_("People with an appointment"), required=False, choices=[("", _("not said")), *Attendance.choices]
    )
    exempt = words(required=False, label=_("Who is not concerned"), help_text=_("Oncology, dialysis, pregnancy…"))
    advice = words(required=False, label=_("What the patient does"))
    exception = words(required=False, label=_("Exceptions: who decides, and how"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["activities"].choices = [(a.key, a.name) for a in Activity.objects.all()]
        fields["sites"].choices = [(s.key, s.name) for s in Site.objects.all()]

    def said(self) -> Said:
        """What was typed; every site ticked is the same as none."""
        typed = dict(self.cleaned_data)
        if 1 < len(typed["sites"]) == len(self.fields["sites"].choices):  # type: ignore[attr-defined]
            typed["sites"] = []
        return Said(**typed, lang=(get_language() or "fr")[:2])

    @staticmethod
    def of(wording: Wording) -> dict[str, Any]:
        """What a wording says, to start an amendment from; a masked text comes back as nothing said."""
        texts = {name: getattr(wording, name) for name in ["text", "exempt", "advice", "exception"]}
        columns = {name: getattr(wording, name) for name in ["activities", "sites", "attendance"]}
        return columns | {name: text.body if text else "" for name, text in texts.items()}
