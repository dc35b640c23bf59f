"""Shape of input: a passphrase, twice, or the file that holds one."""

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crisis.backup.choices import SHORTEST, normal, passphrase_of
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


def words_in(key: Path, shortest: int = SHORTEST) -> str:
    """The passphrase that the file holds now. Raises RuleBroken when it is gone, no text, or no longer one that keeps anybody out.

    The server looked at it when it started, and somebody may have changed it since. Nothing of it is repeated.
    """
    try:
        words = passphrase_of(key)
    except (OSError, UnicodeDecodeError) as failure:
        why = failure.strerror if isinstance(failure, OSError) else _("it is no text")
        raise RuleBroken(_("%(file)s cannot be read (%(why)s).") % {"file": key, "why": why}) from None
    if len(words) < shortest:
        said = _("The first line of %(file)s has to be a passphrase of %(count)d characters or more.")
        raise RuleBroken(said % {"file": key, "count": shortest})
    return words


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
