"""Where one is signed in, and ending it."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crisis.accounts.models import SignedIn
from crisis.accounts.sessions import end_one, open_sessions
from crisis.accounts.sessions import end_others as end_all_others
from crisis.request import MemberRequest


@require_GET
def sessions(request: MemberRequest) -> HttpResponse:
    """One's own sessions, this one first."""
    key = request.session.session_key
    mine = sorted(
        open_sessions().filter(user=request.user).order_by("-seen_at"), key=lambda one: one.session_key != key
    )
    return render(request, "accounts/sessions.html", {"sessions": mine, "here": key})


@require_POST
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """End one of them; this one is signing out."""
    one = get_object_or_404(SignedIn, pk=pk, user=request.user)
    if one.session_key == request.session.session_key:
        logout(request)
        messages.success(request, _("You are signed out."))
        return redirect("sign_in")
    end_one(request.user, pk)
    messages.success(request, _("The session is ended; its open pages stop within a minute."))
    return redirect("sessions")


@require_POST
def end_others(request: MemberRequest) -> HttpResponse:
    """End all but this one."""
    count = end_all_others(request.user, str(request.session.session_key))
    sentence = ngettext("%(count)d other session is ended.", "%(count)d other sessions are ended.", count)
    messages.success(request, sentence % {"count": count} if count else _("You are signed in here only."))
    return redirect("sessions")
