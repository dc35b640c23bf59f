"""A socket: who are you, join, pass on, leave. It never renders, and never reads the database after connect."""

import contextlib
import json
from collections import defaultdict
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import path
from django.utils import timezone

from crisis.frames import topics
from crisis.live import SLOW, hub
from crisis.models import Member
from crisis.roles import allowed

ACT = {"board": "see the board", "wall": "see the board", "journal": "see the journal"}
NOT_FOUND = 4404
FLOOD = 400
"""Messages within 10 s after which a socket is closed: a page answers each frame once, a few times a second at most."""


class ScreenConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """What every socket does once it is let in: pass frames on, answer beats, leave."""

    prompt = False
    received, counted_from = 0, 0.0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Message after message. Not Channels' own way, which makes two tasks for each, and a channel that nobody uses."""
        self.scope, self.base_send = scope, send
        with contextlib.suppress(StopConsumer):
            while True:
                await self.dispatch(await receive())

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """Leave the hub, and end."""
        await self.disconnect(message["code"])
        raise StopConsumer

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand a message to its method. Not Channels' own way, which visits a database thread for every message."""
        handler = getattr(self, get_handler_name(message), None)
        if handler is not None:
            await handler(message)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page answers a beat with the seq it shows. Anything else is not for this socket, and too much of it ends it."""
        if (now := monotonic()) - self.counted_from > 10:
            self.counted_from, self.received = now, 0
        self.received += 1
        if self.received > FLOOD:
            hub.leave(self)
            await self.close(SLOW)
            return
        try:
            seq = json.loads(text_data or "")["seq"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return
        if isinstance(seq, int) and 0 <= seq < 2**63:
            await hub.answer(self, seq)

    async def disconnect(self, code: int) -> None:
        """Leave the hub."""
        hub.leave(self)

    async def frame(self, text: str) -> None:
        """Pass a frame on."""
        await self.base_send({"type": "websocket.send", "text": text})


def number(scope: dict[str, Any], name: str) -> int:
    """A number in a socket's address; 0 when it is none."""
    value = parse_qs(scope["query_string"].decode("latin-1")).get(name, ["0"])[0]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def language_of(scope: dict[str, Any]) -> str:
    """The language that a page is in, as it names it in its socket's address; French when it is none of ours."""
    value = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
    return value if value in {code for code, _ in settings.LANGUAGES} else "fr"


class LiveConsumer(ScreenConsumer):
    """An open board or journal of a member."""

    async def connect(self) -> None:
        """Seat the page in the hub when its person may see the topic; close with 4404 otherwise, the same for both."""
        route = self.scope["url_route"]["kwargs"]
        self.crisis_pk, self.topic = route["crisis_pk"], route["topic"]
        self.user, self.session_key = self.scope["user"], self.scope["session"].session_key
        if self.topic not in topics() or not self.user.is_authenticated or not await self.may_join():
            await self.close(NOT_FOUND)
            return
        await self.accept()
        await hub.join(self, self.crisis_pk, self.topic, language_of(self.scope), number(self.scope, "seq"))

    async def may_join(self) -> bool:
        """Whether the session stands and its person may see the topic."""
        return bool(await database_sync_to_async(self.standing)([self]))

    @classmethod
    def standing(cls, sockets: "list[LiveConsumer]") -> "dict[LiveConsumer, str]":
        """Those whose session still stands and whose person may still see the topic: two queries for all of them."""
        open_sessions = Session.objects.filter(
            session_key__in={s.session_key for s in sockets}, expire_date__gt=timezone.now()
        )
        keys = set(open_sessions.values_list("session_key", flat=True))
        roles = defaultdict(list)
        active = Member.objects.filter(user__in={s.user.pk for s in sockets}, user__is_active=True, until=None)
        for member in active.exclude(crisis=None):
            roles[member.user_id, member.crisis_id].append(member)
        return {
            s: "" for s in sockets if s.session_key in keys and allowed(roles[s.user.pk, s.crisis_pk], ACT[s.topic])
        }


routes: list[Any] = [path("ws/crises/<int:crisis_pk>/<slug:topic>/", LiveConsumer.as_asgi())]
