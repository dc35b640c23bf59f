"""Shape of input about accounts."""

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
