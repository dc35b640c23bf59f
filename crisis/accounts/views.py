"""Signing in and out, one's password, one's language."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crisis.accounts.cards import use_card
from crisis.accounts.entering import enter, in_language, present_password
from crisis.accounts.forms import CardForm, LanguageForm, PasswordForm, SignInForm
from crisis.accounts.models import User
from crisis.accounts.sessions import go_on
from crisis.accounts.tries import REMEMBERED, TooMany, address_of
from crisis.accounts.writes import change_password
from crisis.errors import RuleBroken
from crisis.request import MemberRequest
from crisis.views import next_of


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The door. A wrong pair is 422, and keeps the name that was typed."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """An installation without anybody opens on its first page, which asks for the code of the terminal."""
        return super().dispatch(request, *args, **kwargs) if User.objects.exists() else redirect("start")  # type: ignore[return-value]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at name and password, or say when that is done again."""
        try:
            return super().post(request, *args, **kwargs)
        except TooMany:
            return locked_out(request)

    def form_valid(self, form: Any) -> HttpResponse:
        """Come in, by way of the second factor where there is one."""
        return enter(self.request, form.get_user(), self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        """Refused, in one sentence for every cause."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def locked_out(request: HttpRequest) -> HttpResponse:
    """Too many failures from this network for this name: when to try again."""
    minutes = REMEMBERED // timedelta(minutes=1)
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)


@login_not_required
def card(request: HttpRequest) -> HttpResponse:
    """A sign-in card's code, and a password that its person chooses: the first time that they come in.

    The QR code brings the code behind a "#", which no browser sends to the server: it stands in no log.
    """
    form = CardForm(request.POST or None)

    def show(status: int) -> HttpResponse:
        return render(request, "accounts/card.html", {"form": form}, status=status)

    if not form.is_valid():
        return show(422 if form.is_bound else 200)
    typed = form.cleaned_data
    try:
        user = use_card(typed["code"], typed["new"], address=address_of(request))
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return show(429 if isinstance(refusal, TooMany) else 422)
    return enter(request, user, resolve_url("home"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends; its sockets are closed within a minute."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign_in")


def password(request: MemberRequest) -> HttpResponse:
    """A person changes their own password and stays signed in here."""
    form = PasswordForm(request.POST or None)

    def refused(refusal: RuleBroken) -> HttpResponse:
        form.add_error(refusal.field or None, str(refusal))
        return render(request, "accounts/password.html", {"form": form}, status=422)

    if form.is_valid():
        request.refused = refused
        with present_password(request, request.user):
            change_password(request.user, form.cleaned_data["old"], form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        go_on(request, request.user)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The reader's language, kept in a cookie and with the account."""
    form = LanguageForm(request.POST)
    response = redirect(next_of(request) or "home")
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        in_language(response, chosen, request)
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response
