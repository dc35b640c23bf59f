"""What every page asks of an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from crisis.accounts.sessions import MUST, note_seen
from crisis.middleware import Next

ALWAYS = {"second_factor", "sign_out", "language", "password", "sessions", "end_session", "end_other_sessions"}
"""Pages that are open before a second factor is set up."""


class Account:
    """On every page of members: the session is noted as in use, and who has to set up a second factor is led there."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """To the page of the second factor; pages without login stay open."""
        if not getattr(view, "login_required", True):
            return None
        note_seen(str(request.session.session_key))
        named = request.resolver_match.url_name if request.resolver_match else ""
        if named in ALWAYS or not request.session.get(MUST):
            return None
        if getattr(request, "htmx", False):
            answer: HttpResponse = HttpResponseClientRedirect(resolve_url("second_factor"))
            return answer
        return redirect("second_factor")
