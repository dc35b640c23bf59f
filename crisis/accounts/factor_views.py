"""The second factor: asked for after the password; set up, renewed and removed on a page of its own."""

from base64 import b32encode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.util import random_hex

from crisis.accounts.entering import half_signed_in, let_in, present_password
from crisis.accounts.factor import (
    check_factor,
    codes_left,
    device_with,
    drop_factor,
    has_factor,
    must_set_up,
    renew_codes,
    set_up,
)
from crisis.accounts.forms import password_field
from crisis.accounts.sessions import MUST, just_signed_in
from crisis.accounts.tries import TooMany, WrongCode, address_of
from crisis.codes import in_groups, qr
from crisis.errors import RuleBroken
from crisis.request import MemberRequest

KEY = "factor_key"
"""In the session of who is setting up: the key that the QR code shows, until a code proves that the phone has it."""


class TokenForm(forms.Form):
    """The six digits of the phone, or a recovery code."""

    token = forms.CharField(label=gettext_lazy("Code"), max_length=40)


class SetUpForm(TokenForm):
    """The first six digits; from a session that is not new the present password too.

    Otherwise whoever finds a PC that was left open could keep its person out with a phone of their own.
    """

    old = password_field(gettext_lazy("Present password"), "current-password")

    def __init__(self, request: MemberRequest) -> None:
        super().__init__(request.POST or None)
        if just_signed_in(str(request.session.session_key)):
            del self.fields["old"]


def at_its_field(form: TokenForm, refusal: RuleBroken) -> int:
    """Put the refusal at its field; the status of the answer."""
    form.add_error(refusal.field if refusal.field in form.fields else "token", str(refusal))
    return 429 if isinstance(refusal, TooMany) else 422


@login_not_required
def second_step(request: HttpRequest) -> HttpResponse:
    """After the password: the code of the phone, or a recovery code."""
    half = half_signed_in(request)
    if half is None:
        messages.info(request, _("Begin again with your user name and password."))
        return redirect("sign_in")
    (user, to), form, status = half, TokenForm(request.POST or None), 200
    if form.is_valid():
        try:
            check_factor(user, form.cleaned_data["token"], address=address_of(request))
        except RuleBroken as refusal:
            status = at_its_field(form, refusal)
        else:
            return let_in(request, user, to)
    elif form.is_bound:
        status = 422
    return render(request, "accounts/second_step.html", {"form": form}, status=status)


def second_factor(request: MemberRequest) -> HttpResponse:
    """One's own second factor: set up with a phone, or with one that is there, new recovery codes, or another phone."""
    if has_factor(request.user):
        request.session.pop(MUST, None)
        return existing(request)
    form, status = SetUpForm(request), 200
    key = request.session.setdefault(KEY, random_hex(20))
    if form.is_valid():
        try:
            if "old" in form.fields:
                check_present(request, form.cleaned_data["old"])
            codes = set_up(request.user, key, form.cleaned_data["token"])
        except RuleBroken as refusal:
            status = at_its_field(form, refusal)
        else:
            for name in (KEY, MUST):
                request.session.pop(name, None)
            return shown_once(request, codes)
    elif form.is_bound:
        status = 422
    secret = b32encode(bytes.fromhex(key)).decode()
    context = {"form": form, "must": request.session.get(MUST), "secret": in_groups(secret)}
    context["qr"] = qr(device_with(request.user, key).config_url)
    return render(request, "accounts/second_factor.html", context, status=status)


def check_present(request: MemberRequest, password: str) -> None:
    """Refuse who does not know the password of the person that is signed in."""
    with present_password(request, request.user):
        if not request.user.check_password(password):
            raise WrongCode(_("This is not your present password."), field="old")


def existing(request: MemberRequest) -> HttpResponse:
    """New recovery codes, or no second factor any more: both ask for a code first."""
    form, status = TokenForm(request.POST or None), 200
    if form.is_valid():
        try:
            check_factor(request.user, form.cleaned_data["token"], address=address_of(request))
        except RuleBroken as refusal:
            status = at_its_field(form, refusal)
        else:
            if request.POST.get("act") != "remove":
                return shown_once(request, renew_codes(request.user))
            drop_factor(request.user)
            if must_set_up(request.user):
                request.session[MUST] = True  # what this request writes back at its end, too
            messages.success(request, _("Your second factor is removed: set up another phone now."))
            return redirect("second_factor")
    elif form.is_bound:
        status = 422
    context = {"form": form, "left": codes_left(request.user)}
    return render(request, "accounts/second_factor_there.html", context, status=status)


def shown_once(request: MemberRequest, codes: list[str]) -> HttpResponse:
    """Ten recovery codes: now, and never again."""
    return render(request, "accounts/recovery_codes.html", {"codes": [in_groups(code) for code in codes]})
