"""The ASGI application: pages by Django, sockets by Channels. Any ASGI server runs it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")

from django.core.asgi import get_asgi_application  # noqa: E402

pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from crisis.consumers import routes  # noqa: E402

application = ProtocolTypeRouter({"http": pages, "websocket": AuthMiddlewareStack(URLRouter(routes))})
