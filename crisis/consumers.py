"""A socket: who are you, join, pass on, leave. It never renders, and never reads the database after connect."""

import json
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import path

from crisis.frames import topics
from crisis.live import hub
from crisis.models import Crisis
from crisis.roles import may

ACT = {"board": "see the board", "journal": "see the journal"}
NOT_FOUND = 4404


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """An open board or journal of a member."""

    async def connect(self) -> None:
        """Seat the page in the hub when its person may see the topic; close with 4404 otherwise, the same for both."""
        route, query = self.scope["url_route"]["kwargs"], parse_qs(self.scope["query_string"].decode("latin-1"))
        self.crisis_pk, self.topic = route["crisis_pk"], route["topic"]
        self.user, self.session_key = self.scope["user"], self.scope["session"].session_key
        language = query.get("lang", [""])[0]
        seq = query.get("seq", ["0"])[0]
        if self.topic not in topics() or not await database_sync_to_async(self.still_welcome)():
            await self.close(NOT_FOUND)
            return
        await self.accept()
        known = {code for code, _ in settings.LANGUAGES}
        await hub.join(
            self, self.crisis_pk, self.topic, language if language in known else "fr", int(seq) if seq.isdigit() else 0
        )

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page answers a beat with the seq it shows. Anything else is not for this socket."""
        try:
            seq = json.loads(text_data or "")["seq"]
        except (ValueError, TypeError, KeyError):
            return
        if isinstance(seq, int):
            await hub.answer(self, seq)

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        hub.leave(self)

    async def frame(self, text: str) -> None:
        """Pass a frame on."""
        await self.send(text_data=text)

    def still_welcome(self) -> bool:
        """Whether the session still stands and its person may still see the topic."""
        if not self.session_key or not SessionStore().exists(self.session_key):
            return False
        self.user.refresh_from_db(fields=["is_active"])
        crisis = Crisis.objects.filter(pk=self.crisis_pk).first()
        return crisis is not None and may(self.user, ACT[self.topic], crisis)


routes: list[Any] = [path("ws/crises/<int:crisis_pk>/<slug:topic>/", LiveConsumer.as_asgi())]
