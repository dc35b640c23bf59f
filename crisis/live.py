"""The hub: from a committed entry to every screen of this process.

One hub per process. It hears "book 3 is at 413" from the channel layer (or finds it by polling the books' heads once a
second), renders what changed once per crisis, topic and language, encodes it once, and hands the same frame to every
local socket. It alone touches the database for the screens: a consumer only passes frames on.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from crisis import layer
from crisis.frames import Room, by_clock, clocked, grown, mark, whole
from crisis.seats import Seat, Socket, all_ended, beat_works, ended, rest

log = logging.getLogger(__name__)

BEAT = 5.0
"""Seconds between two heartbeats."""
POLL = 1.0
"""Seconds between two looks at the books' heads."""
RECHECK = 60.0
"""Seconds between two checks that every socket may still be there."""
BEHIND, GONE = 2, 6
"""Beats without an answer after which a socket gets beats only, and after which it is closed."""
WITHDRAWN, SLOW = 4403, 4408


class Hub:
    """Every open screen of this process."""

    def __init__(self) -> None:
        self.seats: dict[Socket, Seat] = {}
        self.heads: dict[int, int] = {}
        self.boards: OrderedDict[Room, tuple[int, str, float]] = OrderedDict()
        self.clocked_at: dict[Room, datetime] = {}
        self.closing: set[asyncio.Task[None]] = set()
        self.under_way: dict[object, asyncio.Task[Any]] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.pool: ThreadPoolExecutor | None = None
        self.notes: ThreadPoolExecutor | None = None
        self.noting: asyncio.Task[None] | None = None
        self.woken = asyncio.Event()
        self.healthy = True

    async def start(self) -> None:
        """Begin to listen, poll, beat and re-check; called by the launcher once the loop runs."""
        self.woken = asyncio.Event()
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="hub")
        self.notes = ThreadPoolExecutor(1, thread_name_prefix="notes")
        for work in (self._listen, self._follow, self._beat, self._recheck):
            self.tasks.append(asyncio.create_task(self._for_ever(work), name=work.__name__))

    async def stop(self) -> None:
        """End all of it, and wait until it has ended."""
        await all_ended([*self.tasks, *self.closing, *([self.noting] if self.noting else [])])
        self.tasks.clear()
        for pool in (self.pool, self.notes):
            if pool:
                pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self.notes = None

    async def join(self, socket: Socket, crisis: int, topic: str, language: str, seq: int) -> None:
        """Seat a socket that shows `seq`; what it missed since follows at once."""
        seat = self.seats[socket] = Seat(socket, crisis, topic, language, seq, seq)
        if crisis not in self.heads:
            await self._once("look", self._look)  # most pages that come back after a restart have missed nothing
        await self._catch_up(seat)

    async def _once(self, key: object, work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """A piece of work that a thousand sockets may ask for at the same moment: done once, for all of them."""
        task = self.under_way.get(key)
        if task is None:
            task = self.under_way[key] = asyncio.create_task(work())
            task.add_done_callback(lambda _: self.under_way.pop(key, None))
        return await asyncio.shield(task)

    def leave(self, socket: Socket) -> None:
        """A socket is gone."""
        self.seats.pop(socket, None)

    async def answer(self, socket: Socket, seq: int) -> None:
        """A page answers a beat with the seq it shows: it is there; if it is behind, it gets everything."""
        if seat := self.seats.get(socket):
            seat.unanswered, seat.seq, seat.shows = 0, seq, seq
            if (seq != self.heads.get(seat.crisis, seq) or seat.missed) and not seat.caught_up:
                seat.caught_up = True  # once a beat: who asks for the whole board without end does not get it
                await self._catch_up(seat)

    async def _for_ever(self, work: Callable[[], Any]) -> None:
        """Run a piece of work again whatever happens to it: a hub that died would leave screens that look live."""
        while True:
            try:
                await work()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("The hub's %s failed and starts again.", work.__name__)
                await asyncio.sleep(POLL)

    async def _listen(self) -> None:
        """Wake up when any process says that a book has grown."""
        await layer.listen(self.woken)

    async def _follow(self) -> None:
        """Look at the heads when woken, and once a second anyway; send what grew."""
        checked = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self.woken.wait()
            self.woken.clear()
            if self.seats or not self.healthy:
                await self._look()
            if monotonic() - checked > POLL * 0.9:
                checked = monotonic()
                await self._check([socket for socket in self.seats if socket.prompt])

    async def _look(self) -> None:
        before, rooms = self.heads, {seat.room for seat in self.seats.values() if seat.unanswered < BEHIND}
        try:
            self.heads, frames = await self.in_thread(grown, rooms, before)
        except DatabaseError:
            self.healthy = False
            return
        self.healthy = True
        moved = {crisis for crisis, seq in self.heads.items() if seq != before.get(crisis)}
        for seat in [seat for seat in self.seats.values() if seat.crisis in moved and seat.unanswered < BEHIND]:
            frame = frames.get(seat.room)
            if frame and seat.seq >= before[seat.crisis]:
                self._send(seat, frame, self.heads[seat.crisis])
            else:
                await self._catch_up(seat)

    async def _catch_up(self, seat: Seat) -> None:
        """Send the whole topic, rendered once per crisis, topic, language and seq, to a socket that missed something."""
        head = self.heads.get(seat.crisis)
        if head is not None and seat.seq == head and not seat.missed:
            self._send(seat, mark(head, seat.language, healthy=self.healthy), None)
            return
        kept = self.boards.get(seat.room)
        # For a beat only: the clock changes a board too, without a number.
        if kept is None or head is None or kept[0] != head or monotonic() - kept[2] > BEAT:
            try:
                kept = await self._whole(seat.room)
            except DatabaseError:
                self.healthy = False
                return
        if self._send(seat, kept[1], kept[0]):
            seat.missed = False

    async def _whole(self, room: Room) -> tuple[int, str, float]:
        """A whole topic and its seq; all who ask while it is being rendered wait for the same rendering."""
        since = monotonic()
        head, text = await self._once(room, lambda: self.in_thread(whole, *room))
        self.heads.setdefault(room[0], head)
        kept = self.boards[room] = (head, text, since)
        self.boards.move_to_end(room)
        while len(self.boards) > 64:
            self.boards.popitem(last=False)
        return kept

    async def _beat(self) -> None:
        """Every 5 s: a beat to all, only a beat to who is behind, and good-bye to who has not answered for 30 s."""
        while True:
            await asyncio.sleep(BEAT)
            beats: dict[Room, tuple[str, str]] = {}
            for seat in list(self.seats.values()):
                if seat.unanswered >= GONE:
                    self._dismiss(seat.socket, SLOW)
                    continue
                if seat.room not in beats:
                    beats[seat.room] = await self._beat_of(seat)
                changed, text = beats[seat.room]
                seat.unanswered, seat.caught_up = seat.unanswered + 1, False
                if not self._send(seat, changed + text, None) and changed:
                    seat.missed = True
            if self.noting is None or self.noting.done():
                self.noting = asyncio.create_task(self._note(list(self.seats.values())))

    async def _note(self, seats: list[Seat]) -> None:
        """What features write down with a beat: in a thread of its own, so that a locked database holds no frame up."""
        with contextlib.suppress(DatabaseError):
            for work in beat_works:
                await asyncio.get_running_loop().run_in_executor(self.notes, returning, work, seats)

    async def _beat_of(self, seat: Seat) -> tuple[str, str]:
        """What the clock alone changed since it was last looked at, and the mark."""
        changed, now = "", timezone.now()
        if self.healthy and by_clock(seat.topic):
            try:
                before = self.clocked_at.get(seat.room, now - timedelta(seconds=BEAT))
                changed = await self.in_thread(clocked, *seat.room, before, now)
                self.clocked_at[seat.room] = now
            except DatabaseError:
                self.healthy = False
        # No seq: a page that missed a frame must go on saying so, or nobody would send it again.
        return changed, mark(None, seat.language, healthy=self.healthy)

    async def _recheck(self) -> None:
        """Once a minute: close the sockets whose session ended or whose role was withdrawn."""
        while True:
            await asyncio.sleep(RECHECK)
            await self._check([socket for socket in self.seats if not socket.prompt])

    async def _check(self, sockets: list[Socket]) -> None:
        """Close who may no longer be there, and tell the others what concerns them alone: one question for all of a kind."""
        kinds: dict[type[Socket], list[Socket]] = defaultdict(list)
        for socket in sockets:
            kinds[type(socket)].append(socket)
        for kind, members in kinds.items():
            try:
                welcome = await self.in_thread(kind.standing, members)
            except DatabaseError:
                self.healthy = False
                return
            for socket in members:
                if seat := self.seats.get(socket):
                    if socket not in welcome:
                        self._dismiss(socket, WITHDRAWN)
                    elif welcome[socket]:
                        self._send(seat, welcome[socket], None)

    def _send(self, seat: Seat, text: str, seq: int | None) -> bool:
        """Hand a frame over without waiting. False: still busy with the last one, it misses this and catches up later."""
        if seat.sending and not seat.sending.done():
            return False
        sending = seat.socket.frame(text)
        try:
            waits = sending.send(None)  # nearly every send ends at once: only one that waits gets a task of its own
        except StopIteration:
            seat.sending = None
        except Exception as failure:
            self._failed(seat, failure)
        else:
            seat.sending = asyncio.ensure_future(rest(sending, waits))
            seat.sending.add_done_callback(
                lambda task: self._failed(seat, None if task.cancelled() else task.exception())
            )
        if seq is not None:
            seat.seq = seq
        return True

    def _failed(self, seat: Seat, failure: BaseException | None) -> None:
        """A frame that could not be sent ends the socket: with beats alone its page would look live and not be."""
        if failure:
            log.info("A frame could not be sent, its socket is closed: %s", failure)
            self._dismiss(seat.socket, SLOW)

    def _dismiss(self, socket: Socket, code: int) -> None:
        """Close a socket without waiting for it: one that no longer reads would hold all the others up."""
        self.leave(socket)
        closing = asyncio.create_task(ended(socket, code))
        self.closing.add(closing)
        closing.add_done_callback(self.closing.discard)

    async def in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        """Run a query or a rendering in the hub's own thread, and give its connection back."""
        if self.pool is None:
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self.pool, returning, work, *args)


def returning(work: Callable[..., Any], *args: Any) -> Any:
    """Work with a database connection that is checked before and given back after."""
    close_old_connections()
    try:
        return work(*args)
    finally:
        if connection.vendor == "postgresql":
            connection.close()


hub = Hub()
