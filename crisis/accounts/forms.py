"""Shape of input about accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from crisis.accounts.entering import whose
from crisis.accounts.models import User
from crisis.accounts.tries import WrongCode


class SignInForm(AuthenticationForm):
    """User name and password. One sentence for every reason of refusal: it does not tell which names exist."""

    def clean_username(self) -> str:
        """As accounts have it, however it was typed."""
        return str(User.normalize_username(self.cleaned_data["username"])).strip().lower()

    def clean(self) -> dict[str, Any]:
        """They are somebody's. Raises TooMany, which is no fault of the form."""
        typed = self.cleaned_data
        assert self.request is not None
        if typed.get("username") and typed.get("password"):
            try:
                self.user_cache = whose(self.request, typed["username"], typed["password"])
            except WrongCode as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return typed


class LanguageForm(forms.Form):
    """A language of the installation, and where to go on."""

    language = forms.ChoiceField(choices=[("fr", ""), ("nl", ""), ("de", ""), ("en", "")])
    next = forms.CharField(required=False)


def password_field(label: Any, autocomplete: str = "new-password", help_text: Any = "") -> forms.CharField:
    """A password, which no page shows again; its spaces count."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=help_text, max_length=1000, strip=False, widget=widget)


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
