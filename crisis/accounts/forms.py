"""Shape of input about accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """User name and password. One sentence for every reason of refusal: it does not tell which names exist."""

    error_messages = {
        "invalid_login": _("User name and password do not match. Check both, or ask the crisis cell for help."),
        "inactive": _("User name and password do not match. Check both, or ask the crisis cell for help."),
    }


class LanguageForm(forms.Form):
    """A language of the installation, and where to go on."""

    language = forms.ChoiceField(choices=[("fr", ""), ("nl", ""), ("de", ""), ("en", "")])
    next = forms.CharField(required=False)


def password_field(label: Any, autocomplete: str = "new-password") -> forms.CharField:
    """A password, which no page shows again."""
    return forms.CharField(
        label=label, max_length=1000, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": autocomplete})
    )


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    new = password_field(_("New password"))
    again = password_field(_("New password, again"))

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        typed = super().clean() or {}
        if typed.get("new") != typed.get("again"):
            self.add_error("again", _("The two new passwords differ."))
        return typed


class PasswordForm(NewPasswordForm):
    """The present password first."""

    old = password_field(_("Present password"), "current-password")
    field_order = ["old", "new", "again"]


class CardForm(NewPasswordForm):
    """The code of a sign-in card first."""

    code = forms.CharField(label=_("Code of the card"), max_length=40)
    field_order = ["code", "new", "again"]
