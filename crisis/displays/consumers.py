"""A wall's socket: its signed cookie says which screen it is, and the roll of the screens whether it may be here."""

import asyncio
from time import monotonic

from channels.db import database_sync_to_async
from channels.sessions import CookieMiddleware
from django.utils import timezone

from crisis.consumers import ScreenConsumer, number
from crisis.displays.identity import Identity, identity_of
from crisis.displays.models import Display
from crisis.displays.pieces import told
from crisis.displays.reads import Standing, standings
from crisis.frames import WALL
from crisis.live import WITHDRAWN, hub
from crisis.request import client_address
from crisis.seats import Seat

FRESH = 1.0
"""Seconds for which the roll is taken as read: a thousand screens that come back at once cost one query."""


class Roll:
    """The screens that may be here, read together."""

    def __init__(self) -> None:
        self.rows: dict[Identity, Standing] = {}
        self.read_at = float("-inf")
        self.reading: asyncio.Future[None] | None = None

    async def find(self, identity: Identity) -> Standing | None:
        """One screen; the roll is read again when it is old, or when it does not know the screen (paired just now)."""
        if monotonic() - self.read_at > FRESH or identity not in self.rows:
            if self.reading is None or self.reading.done():
                self.reading = asyncio.ensure_future(self.read())
            await asyncio.shield(self.reading)
        return self.rows.get(identity)

    async def read(self) -> None:
        """One query."""
        self.rows = await database_sync_to_async(standings)()
        self.read_at = monotonic()


roll = Roll()


class DisplayConsumer(ScreenConsumer):
    """A wall. Not of this installation, forged or revoked: it is told 4403 and nothing else."""

    prompt = True

    async def connect(self) -> None:
        """Seat the screen in its own crisis and language, whatever its address says."""
        identity = identity_of(self.scope["cookies"])
        row = await roll.find(identity) if identity else None
        await self.accept()
        if identity is None or row is None:
            await self.close(WITHDRAWN)
            return
        # The stamp that its page was made with: a change between page and socket is told by the first look.
        self.identity, self.language = identity, row.language
        self.follows = self.asked = number(self.scope, "stamp"), row.identified_at
        self.telling = ""
        self.joined_at, self.noted = timezone.now(), (-1, 0.0)
        await hub.join(self, row.crisis, WALL, row.language, number(self.scope, "seq"))

    @classmethod
    def standing(cls, sockets: "list[DisplayConsumer]") -> "dict[DisplayConsumer, str]":
        """Those that are not revoked; one whose screen was changed is told so."""
        rows, now, found = standings(), timezone.now(), {}
        roll.rows = rows  # who was revoked just now is refused at once, however fresh the roll is
        for socket in sockets:
            if row := rows.get(socket.identity):
                asked = row.stamp, row.identified_at
                found[socket] = told(socket.identity[0], socket.language, now) if asked != socket.follows else ""
                socket.asked, socket.telling = asked, found[socket]
        return found

    async def frame(self, text: str) -> None:
        """Pass a frame on; only once it is passed on, the screen counts as told what concerns it alone."""
        await super().frame(text)
        if text is self.telling:
            self.follows = self.asked


NOTED = 10.0
"""Seconds after which a screen that shows the same as before is noted again."""


def note_presence(seats: list[Seat]) -> None:
    """Write down which screens are here and what they show: one statement for all that show the same. In the notes' thread."""
    now, clock = timezone.now(), monotonic()
    groups: dict[int, list[int]] = {}
    walls = [(seat, seat.socket) for seat in seats if isinstance(seat.socket, DisplayConsumer) and seat.unanswered <= 1]
    if new := [socket for _seat, socket in walls if socket.noted[1] == 0.0]:
        told = [introduced(socket) for socket in new]
        Display.objects.filter(revoked_at=None).bulk_update(
            told, ["connected_at", "address", "browser"], batch_size=100
        )
    for seat, socket in walls:
        if socket.noted[0] != seat.shows or clock - socket.noted[1] > NOTED:
            groups.setdefault(seat.shows, []).append(socket.identity[0])
            socket.noted = (seat.shows, clock)
    for seq, pks in groups.items():
        Display.objects.filter(pk__in=pks, revoked_at=None).update(seen_at=now, seen_seq=seq)


def introduced(socket: DisplayConsumer) -> Display:
    """Where a screen that just came is, since when, and what browser it is."""
    headers = dict(socket.scope["headers"])
    browser = headers.get(b"user-agent", b"").decode("latin-1").replace("\0", "")[:300]
    forwarded, peer = headers.get(b"x-forwarded-for", b"").decode("latin-1"), (socket.scope.get("client") or [""])[0]
    address = client_address(forwarded, peer)
    return Display(pk=socket.identity[0], connected_at=socket.joined_at, address=address, browser=browser)


routes = CookieMiddleware(DisplayConsumer.as_asgi())
"""The one address of walls, beside those of members: no session is looked at."""
