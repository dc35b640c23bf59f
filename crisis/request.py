"""What a request carries once it has passed the middleware, for the types."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.models import Organisation


def client_address(forwarded: str, peer: str) -> str:
    """Where a client is: the address that our own proxy saw (the last it wrote down), or the peer when there is no proxy."""
    seen = forwarded.rpartition(",")[2].replace("\0", "").strip() if settings.BEHIND_TLS_PROXY else ""
    return (seen or peer)[:60]


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in. `refused` is set by a view with a form: how it shows a refusal."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
    organisation: Organisation | None
    refused: Callable[[RuleBroken], HttpResponse]
