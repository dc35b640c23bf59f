"""Many walls in one process: raw sockets behind one epoll, so that the client costs little beside the server it measures.

    with Walls() as walls:
        walls.open("daphne", port, "/ws/wall/", cookies)     # a socket per cookie
        walls.reached("daphne", seq)                         # when each had the whole frame of a seq, or who had not
        walls.state("daphne")                                # open, closed, what each shows

A wall does what the page does: says the seq it shows when it joins, answers each frame with it (once nothing more waits to
be read: a real wall answers from a machine of its own), answers pings, and comes back 0 to 1 s after it lost its socket.
Moments are `time.monotonic_ns()`, which all processes of a machine share. Standard library only.
"""

import contextlib
import gc
import heapq
import itertools
import multiprocessing
import os
import random
import resource
import select
import socket
import struct
import time
from collections import defaultdict
from multiprocessing.connection import Connection
from typing import Any

HELLO = (
    "GET {path}{join}seq={seq}&stamp=1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Cookie: vigie_screen={cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nUser-Agent: Vigie bench\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dmlnaWUgYmVuY2ggMTIzNA==\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
NARROW = 4096
"""Bytes of the receive buffer of a wall that never reads."""
SEQ = b'data-seq="'
ABRUPT = struct.pack("ii", 1, 0)
"""SO_LINGER 0: a close that sends a reset, like a cable that was pulled for the server."""


def many_files() -> None:
    """As many open sockets as the system allows this process."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def masked(opcode: int, payload: bytes) -> bytes:
    """A short frame from a client. The mask is zero, so the payload stays as it is."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


def whole_frame(data: bytes, at: int) -> tuple[int, int, int] | None:
    """The frame at a place: opcode, where its payload begins and ends. None until all of it is there."""
    if len(data) < at + 2:
        return None
    length, begins = data[at + 1] & 127, at + 2
    if length > 125:
        wide = 2 if length == 126 else 8
        begins += wide
        if len(data) < begins:
            return None
        length = int.from_bytes(data[begins - wide : begins], "big")
    return (data[at] & 15, begins, begins + length) if len(data) >= begins + length else None


class Wall:
    """One screen: its socket, and what it shows since when."""

    def __init__(self, group: str, port: int, path: str, cookie: str, reads: bool, returns: bool) -> None:
        self.group, self.port, self.path, self.cookie = group, port, path, cookie
        self.reads, self.returns, self.is_open, self.asked = reads, returns, False, False
        self.seq, self.at, self.heard, self.opened, self.losses = 0, 0, 0, 0, 0
        self.buffer, self.frame = b"", b""
        self.sock: socket.socket | None = None


class Client:
    """The loop over all walls and one pipe, by which the bench asks. Runs in a process of its own."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe, self.epoll = pipe, select.epoll()
        self.walls: dict[int, Wall] = {}
        self.groups: dict[str, list[Wall]] = defaultdict(list)
        self.due: list[tuple[float, int, Wall]] = []
        self.answers: list[Wall] = []
        self.count, self.heard = itertools.count(), 0
        self.waiting: tuple[float, Any] | None = None

    def run(self) -> None:
        """Until the bench hangs up."""
        self.epoll.register(self.pipe.fileno(), select.EPOLLIN)
        while True:
            pause = 0 if self.answers else 0.002 if self.waiting else 0.05 if self.due else 1
            events = self.epoll.poll(pause, 4096)
            for fd, event in events:
                if wall := self.walls.get(fd):
                    self.serve(wall, event)
                elif fd == self.pipe.fileno():
                    name, *arguments = self.pipe.recv()
                    if name == "end":
                        return
                    getattr(self, name)(*arguments)
            if not events:
                self.idle()
            while self.due and self.due[0][0] <= time.monotonic():
                self.connect(heapq.heappop(self.due)[2])
            self.look()

    def idle(self) -> None:
        """Nothing more to read: answer what came, as the page does."""
        frames = {wall.seq: masked(TEXT, b'{"seq": %d}' % wall.seq) for wall in self.answers}
        for wall in self.answers:
            self.say(wall, frames[wall.seq])
        self.answers.clear()

    def say(self, wall: Wall, data: bytes) -> None:
        """Send what fits into any buffer."""
        if wall.sock:
            with contextlib.suppress(OSError):
                wall.sock.send(data)

    def connect(self, wall: Wall) -> None:
        """Begin a connection; the rest comes by events."""
        wall.sock, wall.buffer, wall.asked = socket.socket(), b"", False
        wall.sock.setblocking(False)
        wall.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not wall.reads:
            wall.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
        self.walls[wall.sock.fileno()] = wall
        wall.sock.connect_ex(("127.0.0.1", wall.port))
        self.epoll.register(wall.sock.fileno(), select.EPOLLOUT)

    def serve(self, wall: Wall, event: int) -> None:
        """A socket is connected, has something to read, or is lost."""
        if wall.asked and wall.reads:
            self.read(wall)
        elif event & (select.EPOLLERR | select.EPOLLHUP):
            self.lost(wall)
        elif not wall.asked:
            wall.asked, join = True, "&" if "?" in wall.path else "?"
            self.say(wall, HELLO.format(**vars(wall), join=join).encode())
            self.epoll.modify(wall.sock.fileno(), select.EPOLLIN if wall.reads else 0)  # type: ignore[union-attr]

    def read(self, wall: Wall) -> None:
        """What came, frame by frame; the last piece of a frame is the moment it counts."""
        try:
            data = wall.sock.recv(1 << 18)  # type: ignore[union-attr]
        except OSError:
            data = b""
        self.heard = now = time.monotonic_ns()
        if not data:
            self.lost(wall)
            return
        data, at = (wall.buffer + data if wall.buffer else data), 0
        if not wall.is_open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                wall.buffer = head
                return
            wall.is_open, wall.opened = b" 101 " in head[:20], now
        while wall.sock and (found := whole_frame(data, at)):
            self.take(wall, found[0], data[found[1] : found[2]], now)
            at = found[2]
        wall.buffer = data[at:]

    def take(self, wall: Wall, opcode: int, payload: bytes, now: int) -> None:
        """One frame."""
        if opcode == TEXT:
            wall.heard = now
            if (place := payload.rfind(SEQ)) >= 0:
                place += len(SEQ)
                seq = int(payload[place : payload.index(b'"', place)])
                wall.frame = payload
                if seq > wall.seq:
                    wall.seq, wall.at = seq, now
            self.answers.append(wall)
        elif opcode == PING:
            self.say(wall, masked(PONG, payload))
        elif opcode == CLOSE:
            self.say(wall, masked(CLOSE, payload[:2]))
            self.lost(wall)

    def lost(self, wall: Wall, *, abruptly: bool = False) -> None:
        """A socket is gone; a wall that returns tries again within a second."""
        assert wall.sock is not None
        self.walls.pop(wall.sock.fileno())
        if abruptly:
            wall.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPT)
        wall.sock.close()
        wall.sock, wall.is_open, wall.losses = None, False, wall.losses + 1
        if wall.returns:
            heapq.heappush(self.due, (time.monotonic() + random.random(), next(self.count), wall))

    def open(self, group: str, port: int, path: str, cookies: list[str], reads: bool, returns: bool) -> None:
        """A socket per cookie, all at once; answered when all are open (or asked, when they never read)."""
        added = [Wall(group, port, path, cookie, reads, returns) for cookie in cookies]
        self.groups[group] += added
        for wall in added:
            self.connect(wall)
        self.wait(30, lambda: all((w.is_open and w.seq) if reads else w.asked for w in added) or None)

    def wait(self, seconds: float, condition: Any) -> None:
        """Answer the bench with what the condition says, once it says something; with None when it is late."""
        self.waiting = (time.monotonic() + seconds, condition)

    def look(self) -> None:
        """Whether what the bench waits for is so."""
        if self.waiting:
            found = self.waiting[1]()
            if found is not None or time.monotonic() > self.waiting[0]:
                self.waiting = None
                self.pipe.send(found)

    def reached(self, group: str, seq: int, seconds: float) -> None:
        """When each wall of a group had this seq, once all have it; None when one is late."""
        walls, left = self.groups[group], list(self.groups[group])

        def have() -> list[int] | None:
            while left and left[-1].seq >= seq:  # each is looked at once: the client must cost little
                left.pop()
            return [wall.at for wall in walls] if not left and all(wall.is_open for wall in walls) else None

        self.wait(seconds, have)

    def quiet(self, seconds: float) -> None:
        """Answered when nothing was heard or left to answer for so long: no beat is under way."""
        self.wait(20, lambda: (not self.answers and time.monotonic_ns() - self.heard > seconds * 1e9) or None)

    def state(self, group: str) -> None:
        """Of each wall: whether it is open since when, the seq it shows, when it was last heard, how often lost."""
        self.pipe.send([(w.is_open, w.opened, w.seq, w.heard, w.losses) for w in self.groups[group]])

    def frame(self, group: str) -> None:
        """The last frame that the first wall of a group got."""
        self.pipe.send(self.groups[group][0].frame)

    def drop(self, group: str, politely: int, abruptly: int) -> None:
        """Some walls go, saying so or not; they come back."""
        there = [wall for wall in self.groups[group] if wall.is_open]
        for n, wall in enumerate(random.sample(there, min(len(there), politely + abruptly))):
            if n < politely:
                self.say(wall, masked(CLOSE, struct.pack("!H", 1001)))
            self.lost(wall, abruptly=n >= politely)
        self.pipe.send(True)

    def leave(self, group: str) -> None:
        """All of a group go for good."""
        for wall in self.groups.pop(group, []):
            wall.returns = False
            if wall.sock:
                self.lost(wall)
        self.pipe.send(True)


def begin(pipe: Connection, other: Connection) -> None:
    """The client's process. It collects no garbage: a pause of its own would be read as one of the server's."""
    other.close()
    many_files()
    gc.disable()
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        Client(pipe).run()
    os._exit(0)


class Walls:
    """The bench's end of the pipe: each call waits for the client's answer."""

    def __enter__(self) -> "Walls":
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=begin, args=(other, self.pipe), daemon=True)
        self.process.start()
        other.close()
        return self

    def __exit__(self, *_: object) -> None:
        self.pipe.send(("end",))
        self.process.join(10)

    def ask(self, *words: Any) -> Any:
        """One question, one answer."""
        self.pipe.send(words)
        return self.pipe.recv()

    def open(
        self, group: str, port: int, path: str, cookies: list[str], *, reads: bool = True, returns: bool = False
    ) -> None:
        """Open a socket per cookie; ends the bench when they do not all open."""
        assert self.ask("open", group, port, path, cookies, reads, returns), f"The sockets to {group} do not open."

    def __getattr__(self, name: str) -> Any:
        """Every other method of the client."""
        return lambda *arguments: self.ask(name, *arguments)
