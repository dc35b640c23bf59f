"""What people type about a communiqué."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crisis.communiques.models import Kind
from crisis.forms import moment_field


class BeginForm(forms.Form):
    """What to begin with; an exercise is offered in an exercise only."""

    kind = forms.ChoiceField(label=_("Begin with"))

    def __init__(self, data: Any = None, *, exercise: bool) -> None:
        super().__init__(data)
        kinds = [choice for choice in Kind.choices if exercise or choice[0] != Kind.EXERCISE]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class WordingForm(forms.Form):
    """Title and text in one language. Lengths are asked when they are saved, so that what is too long is kept on screen."""

    lang = forms.CharField(max_length=2, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), required=False)
    body = forms.CharField(label=_("Text"), required=False, strip=False, widget=forms.Textarea)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    follows = forms.IntegerField(min_value=0, max_value=10**9, required=False, widget=forms.HiddenInput)

    def clean_body(self) -> str:
        """Line ends as everybody else's."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").replace("\r", "\n")


class WordsForm(forms.Form):
    """A remark or a reason."""

    words = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea({"rows": 2}))


class ApproveForm(forms.Form):
    """The edition that was read, and why, of who approves alone."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    alone = forms.CharField(label=_("Alone, because"), required=False)


class PublishForm(forms.Form):
    """Now, or at a moment in the organisation's time; with languages that are late or missing, or not.

    `when` is "at" where a moment has to be said: an empty one there is not "now".
    """

    when = forms.CharField(required=False, widget=forms.HiddenInput)
    at = moment_field(label=_("At"))
    late_too = forms.BooleanField(label=_("Publish it although these are not up to date"), required=False)

    def clean(self) -> None:
        """Ask for the moment where one was to be chosen."""
        if self.cleaned_data.get("when") == "at" and "at" not in self.errors and not self.cleaned_data.get("at"):
            self.add_error("at", _("Choose the moment: nothing is published before you do."))


class KeepForm(forms.Form):
    """Why the text stays as it is."""

    lang = forms.CharField(max_length=2, widget=forms.HiddenInput)
    answers = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Kept, because"), required=False)
