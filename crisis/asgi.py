"""The ASGI application: pages by Django, sockets by Channels, the hub by lifespan. Any ASGI server runs it."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import path, re_path

from crisis.consumers import NOT_FOUND, routes
from crisis.displays import consumers as displays
from crisis.live import hub

FOREIGN = 4403


async def nowhere(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """A socket to an address that does not exist: accepted first, because only an open socket can be told a code."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NOT_FOUND})


def is_ours(headers: dict[bytes, bytes]) -> bool:
    """Whether a socket's Origin is this installation: PUBLIC_URL exactly, else the request's own host, if allowed.

    Where pages come by HTTPS, a page that came without is nobody's: somebody on the network may have put it there.
    """
    origin, host = headers.get(b"origin", b"").decode("latin-1"), headers.get(b"host", b"").decode("latin-1")
    if settings.PUBLIC_URL:
        return origin == str(settings.PUBLIC_URL)
    name, _port = split_domain_port(host)
    same = origin == f"https://{host}" or (origin == f"http://{host}" and not settings.SESSION_COOKIE_SECURE)
    return same and bool(name) and validate_host(name, settings.ALLOWED_HOSTS)


def own_origin(inner: Any) -> Any:
    """Close the sockets that another site's page opened."""

    async def checked(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if is_ours(dict(scope["headers"])):
            await inner(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": FOREIGN})

    return checked


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Start and stop the hub under a server that speaks lifespan (uvicorn); Daphne's launcher does it itself."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await hub.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


members = AuthMiddlewareStack(URLRouter([*routes, re_path("", nowhere)]))  # type: ignore[arg-type]
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": own_origin(URLRouter([path("ws/wall/", displays.routes), re_path("", members)])),
        "lifespan": lifespan,
    }
)
