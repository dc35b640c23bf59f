"""Whether this process can do its work: for monitoring, and for pages that wonder."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

log = logging.getLogger(__name__)


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with the state of database and channel layer, 503 when either fails. Open to all: it tells nothing else."""
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
    """Whether the channel layer takes a message."""
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)("health", {"type": "health"})
    except Exception:
        # Each layer's driver has errors of its own; whichever it is, the layer does not answer.
        log.warning("The channel layer does not answer.", exc_info=True)
        return False
    return True
