"""Shape of input: a passphrase, twice."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crisis.backup.choices import SHORTEST, normal
from crisis.errors import RuleBroken


def check_passphrase(typed: str) -> str:
    """The passphrase as it is used. Raises RuleBroken when it is too short to keep anybody out."""
    if len(normal(typed)) < SHORTEST:
        said = ngettext(
            "A passphrase has at least %(count)d character.",
            "A passphrase has at least %(count)d characters.",
            SHORTEST,
        )
        raise RuleBroken(said % {"count": SHORTEST}, field="passphrase")
    return normal(typed)


class PassphraseForm(forms.Form):
    """What a backup is sealed with. It is kept nowhere: whoever forgets it has no backup."""

    passphrase = forms.CharField(
        label=gettext_lazy("Passphrase"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Passphrase, again"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_passphrase(self) -> str:
        """Long enough."""
        try:
            return check_passphrase(self.cleaned_data["passphrase"])
        except RuleBroken as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        typed = super().clean() or {}
        if "passphrase" in typed and typed["passphrase"] != normal(typed.get("again", "")):
            self.add_error("again", _("The two passphrases differ."))
        return typed
