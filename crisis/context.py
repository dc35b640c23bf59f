"""What every page is framed with: the organisation, the crisis it stands in, and what its reader may do there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from crisis.models import Crisis, Organisation
from crisis.roles import MAY, allowed, memberships


def acts_of(request: HttpRequest, crisis: Crisis | None) -> dict[str, bool]:
    """Which acts of `roles.MAY` this person may do in this crisis, for templates: {{ may.see_the_journal }}."""
    held = memberships(request.user, crisis)  # type: ignore[arg-type]
    return {act.replace(" ", "_"): allowed(held, act) for act in MAY}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Organisation and demonstration flag of every page; the view puts `crisis` and `may` in its own context."""
    return {
        "organisation": getattr(request, "organisation", None) or Organisation.objects.first(),
        "languages": settings.LANGUAGES,
    }


def address_in(crisis: Crisis | None, name: str, *more: object) -> str:
    """The address of a page that a crisis and the house both have."""
    return reverse(name, args=[*([crisis.pk] if crisis else []), *more])
