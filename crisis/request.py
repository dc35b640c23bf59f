"""What a request carries once it has passed the middleware, for the types."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.models import Organisation


class MemberRequest(HttpRequest):
    """A request of somebody who is signed in. `refused` is set by a view with a form: how it shows a refusal."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
    organisation: Organisation | None
    refused: Callable[[RuleBroken], HttpResponse]
