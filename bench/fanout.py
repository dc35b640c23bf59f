"""From a committed report to the last wall: 100, 1,000 and 3,000 sockets, the product beside its peers in one run.

    python3 manage.py test --version      # once: the environment of tests and benches
    .venv/bin/python bench/fanout.py [--sizes 100,1000,3000] [--passes 9]

The product: the real launcher on Daphne, and uvicorn, each with paired walls; a change is `services.writes.report_status` by
the secretary, inside the server, in a thread as a view's; the clock starts with the first thing after its commit and stops
when the last socket has the whole frame. The peers send the same bytes: `websockets.broadcast()`, and Channels the usual
way, a group member per socket on Daphne; their clock starts when the send begins: they neither query nor render.
Passes take turns and start when nothing is on the wire. Processor time includes the write and the pages' answers.
Second part: what 3 walls that never read do to 100 others, on a board of 1,000 services where whole sites are confirmed
for 20 s; then the hub has to close the 3 without a beat missed.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings
from sockets import SEQ, Walls, many_files
from storm import SITES, Served, made, serve  # makes Django ready
from websockets.asyncio.server import ServerConnection, broadcast
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed

SERVICES, BIG, STUCK, CHANGES = 60, 1000, 3, 300  # at most so many changes
LONGEST = 75.0
"""Seconds that the second part waits for the walls that never read to be closed."""
PRODUCTS, PEERS = ["daphne", "uvicorn"], ["broadcast", "group"]
numbers = itertools.count(1000)
frame = b""


def next_frame() -> tuple[int, str]:
    """The product's frame with a number of its own."""
    seq, (before, after) = next(numbers), frame.split(SEQ)
    return seq, (before + SEQ + str(seq).encode() + after[after.index(b'"') :]).decode()


async def serve_broadcast(port: int) -> None:
    """The peer: the websockets library's own server and its broadcast(), which waits for nobody."""
    open_now: set[ServerConnection] = set()
    many_files()

    async def member(connection: ServerConnection) -> None:
        await connection.send(frame.decode())
        open_now.add(connection)
        with contextlib.suppress(ConnectionClosed):
            async for _ in connection:
                pass
        open_now.discard(connection)

    def door(connection: ServerConnection, request: Any) -> Any:
        if request.path != "/bench/report":
            return None
        seq, text = next_frame()
        start = time.monotonic_ns()
        broadcast(open_now, text)
        return connection.respond(200, json.dumps({"seq": seq, "committed": start}))

    ending = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.set)
    async with serve_websockets(
        member, "127.0.0.1", port, process_request=door, compression=None, backlog=4096, close_timeout=1
    ):
        await ending.wait()


class Member(AsyncWebsocketConsumer):  # type: ignore[misc]
    """The other peer: each socket in a group, as Channels' own tutorial does it."""

    async def connect(self) -> None:
        """Join."""
        await self.channel_layer.group_add("bench", self.channel_name)
        await self.accept()
        await self.send(text_data=frame.decode())

    async def changed(self, event: dict[str, Any]) -> None:
        """Pass on."""
        await self.send(text_data=event["text"])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page's answer."""

    async def disconnect(self, code: int) -> None:
        """Leave."""
        await self.channel_layer.group_discard("bench", self.channel_name)


async def group_application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Sockets for the group, and the door that sends: on the server's loop, as the hub's own work."""
    if scope["type"] == "websocket":
        await Member.as_asgi()(scope, receive, send)
        return
    seq, text = next_frame()
    start = time.monotonic_ns()
    await get_channel_layer().group_send("bench", {"type": "changed", "text": text})
    body = json.dumps({"seq": seq, "committed": start}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


class Contender:
    """A server with its sockets open, and what its passes gave."""

    def __init__(self, walls: Walls, name: str, folder: Path, cookies: list[str], frame: Path | None = None) -> None:
        arguments = ["serve", name] if frame is None else [name, str(frame)]
        program = str(Path(__file__).with_name("storm.py")) if frame is None else __file__
        self.walls, self.name, self.sockets = walls, name, len(cookies)
        self.served = Served(folder, *arguments, program=program)
        self.is_product, before = frame is None, self.served.memory
        if self.is_product:
            self.served.ask("stats")
        walls.open(name, self.served.port, "/ws/wall/", cookies)
        self.served.calm(0.15 + self.sockets / 5000)
        self.memory = (self.served.memory - before) * 1024 / self.sockets
        self.took: list[dict[str, float]] = []
        self.lost = 0

    def go(self, door: str = "report") -> None:
        """One pass: a change, until the last socket has it, until the answers are read."""
        self.walls.quiet(0.1)
        cpu = self.served.cpu
        said = self.served.ask(door)
        reached = self.walls.reached(self.name, said["seq"], 30)
        if reached is None:
            self.lost += sum(wall[2] < said["seq"] for wall in self.walls.state(self.name))
            return
        self.walls.quiet(0.05)
        row = {"cpu": (self.served.cpu - cpu) / self.sockets * 1e6, "ms": (max(reached) - said["committed"]) / 1e6}
        row["first"] = (min(reached) - said["committed"]) / 1e6
        if self.is_product:
            start, end = self.served.ask("stats")["framed"][-1]
            row |= {"render": (end - start) / 1e6, "until_render": (start - said["committed"]) / 1e6}
        self.took.append(row)

    def median(self, name: str) -> float:
        """The median of the passes."""
        return round(statistics.median(row[name] for row in self.took), 2)

    def row(self) -> dict[str, Any]:
        """What the table shows: milliseconds, processor ms per 1,000 deliveries, KB of memory per socket."""
        found: dict[str, Any] = {"sockets": self.sockets, "contender": self.name, "ms": self.median("ms")}
        found |= {"worst_ms": round(max(row["ms"] for row in self.took), 2), "first_ms": self.median("first")}
        for name in ("until_render", "render"):
            found[f"{name}_ms"] = self.median(name) if self.is_product else 0
        found |= {"cpu_ms_per_1000": round(self.median("cpu")), "kb_per_socket": round(self.memory, 1)}
        return found | {"passes": len(self.took), "lost": self.lost}

    def end(self) -> None:
        """Close all."""
        self.walls.leave(self.name)
        self.served.end()


def side_by_side(walls: Walls, folder: Path, sockets: int, passes: int) -> list[dict[str, Any]]:
    """All contenders with so many sockets, taking turns."""
    contenders = []
    for name in PRODUCTS:
        own = folder / f"{name}-{sockets}"
        cookies = made(own, "prepare", str(SERVICES), str(sockets), "fr")["cookies"]
        contenders.append(Contender(walls, name, own, cookies))
    contenders[0].go()
    (sent := folder / "frame").write_bytes(walls.frame("daphne"))
    contenders += [Contender(walls, name, folder, ["-"] * sockets, sent) for name in PEERS]
    for turn in range(passes + 1):
        for contender in contenders:
            if turn == 1:
                contender.took.clear()  # the first warms up
            contender.go()
    rows = [contender.row() | {"bytes": sent.stat().st_size} for contender in contenders]
    for contender in contenders:
        contender.end()
    show(rows, heading=sockets == 100 or not sys.stdout.isatty())
    return rows


def stuck(walls: Walls, folder: Path, name: str) -> dict[str, Any]:
    """100 walls alone, then with 3 that never read: how fast, how much memory, when the 3 are closed.

    Closed is what the operating system says: the server holds no more sockets than before. The longest silence on the 100
    walls tells whether its beats went on meanwhile.
    """
    folder = folder / f"stuck-{name}"
    cookies = made(folder, "prepare", str(BIG), str(100 + STUCK), "fr")["cookies"]
    contender = Contender(walls, name, folder, cookies[:100])
    for _ in range(CHANGES // 5):
        contender.go("confirm")
    alone, held, before = contender.median("ms"), contender.served.sockets, contender.served.memory
    contender.took, start, closed, most, silent = [], time.monotonic(), 0.0, before, 0.0
    walls.ask("open", "stuck", contender.served.port, "/ws/wall/", cookies[100:], False, False)
    while (now := time.monotonic() - start) < LONGEST and not (closed and len(contender.took) >= 20):
        if len(contender.took) < CHANGES and now < 20:
            contender.go("confirm")
        else:
            time.sleep(0.1)
        heard = min(wall[3] for wall in walls.state(name))
        silent, most = max(silent, (time.monotonic_ns() - heard) / 1e9), max(most, contender.served.memory)
        if now > 1 and contender.served.sockets <= held:
            closed = now
    found = {"contender": name, "alone_ms": alone, "beside_ms": contender.median("ms"), "bytes": len(walls.frame(name))}
    found |= {"stuck_ratio": round(contender.median("ms") / alone, 2), "stuck_closed_after_s": round(closed, 1)}
    found |= {"stuck_memory_mb": round(most - before, 1), "stuck_silence_s": round(silent, 1)}
    found |= {"changes": len(contender.took), "lost": contender.lost}
    walls.leave("stuck")
    contender.end()
    show([found])
    return found


def show(rows: list[dict[str, Any]], heading: bool = True) -> None:
    """A table for people."""
    if heading:
        print(" ".join(f"{name:>15}" for name in rows[0]))
    for row in rows:
        print(" ".join(f"{value:>15}" for value in row.values()), flush=True)


def figures(rows: list[dict[str, Any]], stuck_rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The last line: the ratios that are promised, and what they come from."""
    at = {(row["sockets"], row["contender"]): row for row in rows}
    sizes = sorted({row["sockets"] for row in rows})
    found: dict[str, Any] = {"bench": "fanout", "services": SERVICES, "sites": SITES}
    one = 1000 if 1000 in sizes else max(sizes, default=0)
    for name in PRODUCTS if rows else []:
        found[f"{name}_ratio"] = round(at[one, name]["ms"] / at[one, "broadcast"]["ms"], 2)
        each = [at[size, name]["ms"] / size for size in (one, sizes[-1])]
        found[f"{name}_growth"] = round(each[1] / each[0], 2)
    found["growth"] = max((found[f"{name}_growth"] for name in PRODUCTS if rows), default=0)
    found["lost"] = sum(row["lost"] for row in [*rows, *stuck_rows])
    for row in stuck_rows:
        found |= {f"{row['contender']}_{name}": row[name] for name in row if name.startswith("stuck")}
    return found | {"rows": rows, "stuck": stuck_rows}


def main() -> None:
    """Serve a peer when asked to; otherwise both parts."""
    global frame
    if sys.argv[1:2] and sys.argv[1] in PEERS:
        frame = Path(sys.argv[2]).read_bytes()
        if sys.argv[1] == "broadcast":
            asyncio.run(serve_broadcast(int(sys.argv[3])))
        else:
            settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
            serve("daphne", int(sys.argv[3]), group_application, doors={})
        return
    parser = argparse.ArgumentParser(description="From a committed report to the last wall.")
    parser.add_argument("--sizes", default="100,1000,3000")
    parser.add_argument("--passes", type=int, default=9)
    parser.add_argument("--only", choices=["sizes", "stuck"], help="one of the two parts")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")] if asked.only != "stuck" else []
    with Walls() as walls, tempfile.TemporaryDirectory(prefix="vigie-fanout-", ignore_cleanup_errors=True) as folder:
        rows = [row for size in sizes for row in side_by_side(walls, Path(folder), size, asked.passes)]
        stuck_rows = [stuck(walls, Path(folder), name) for name in PRODUCTS] if asked.only != "sizes" else []
    print(json.dumps(figures(rows, stuck_rows)))


if __name__ == "__main__":
    main()
