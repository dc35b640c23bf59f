"""Whether this process can do its work: for monitoring, and for pages that wonder."""

import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

log = logging.getLogger(__name__)


class Health:
    """/healthz answers before anything that needs the database: 200 with the state of both, 503 when either fails.

    Open to all: it tells nothing else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer it here, pass every other request on."""
        return healthz() if request.path == "/healthz" else self.get_response(request)


def healthz() -> JsonResponse:
    """The state of database and channel layer."""
    state = {"database": database_answers(), "layer": layer_answers()}
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def database_answers() -> bool:
    """Whether the database can be read."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def layer_answers() -> bool:
    """Whether the channel layer takes a message; a single process has none, and needs none."""
    layer = get_channel_layer()
    if layer is None:
        return True
    try:
        async_to_sync(layer.group_send)("health", {"type": "health"})
    except Exception:
        # Each layer's driver has errors of its own; whichever it is, the layer does not answer.
        log.warning("The channel layer does not answer.", exc_info=True)
        return False
    return True
