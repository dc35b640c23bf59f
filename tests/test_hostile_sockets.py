"""Clients that flood, send far too much or never read: cut off by the real launcher, and the others notice nothing."""

import asyncio
import contextlib
import json
import re
import socket as plain

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from crisis.live import SLOW
from tests.browser.walls import FILL, filled, identity, report
from tests.running import RunningServer


def wall(server: RunningServer, cookie: str):
    """A paired screen's socket, as a browser opens it."""
    headers = {"Cookie": f"vigie_screen={cookie}"}
    url = f"{server.url.replace('http', 'ws')}/ws/wall/?stamp=1&seq=0"
    kept = {"max_size": 2**24, "compression": None, "ssl": server.trust}
    return connect(url, origin=server.url, additional_headers=headers, **kept)


shown: dict[ClientConnection, int] = {}
"""The seq that each client shows."""


async def hears(client: ClientConnection, *words: str) -> str:
    """Answer frames as a page does until one holds all these words."""
    async with asyncio.timeout(20):
        while True:
            frame = await client.recv()
            if said := re.search(r'data-seq="(\d+)"', frame):
                shown[client] = int(said[1])
            await client.send(json.dumps({"seq": shown.get(client, 0)}))
            if all(word in frame for word in words):
                return frame


async def ends(client: ClientConnection) -> int | None:
    """With which code the server ends it."""
    async with asyncio.timeout(20):
        try:
            while True:
                await client.recv()
        except ConnectionClosed:
            return client.close_code


async def change(server: RunningServer) -> None:
    await asyncio.to_thread(report, server, "scintigraphie", "libramont", status="restored", note="pour les murs")


async def test_ten_megabytes_in_one_message_end_that_socket_only(demo_server):
    cookie = identity(demo_server)
    async with wall(demo_server, cookie) as big, wall(demo_server, cookie) as well:
        await hears(well, "service-")
        with contextlib.suppress(ConnectionClosed):
            await big.send("x" * 10 * 1024 * 1024)
        assert await ends(big) in {1006, 1009}
        await change(demo_server)

        assert "pour les murs" in await hears(well, "pour les murs")


async def test_a_flood_ends_that_socket_only(demo_server):
    cookie = identity(demo_server)
    async with wall(demo_server, cookie) as flooding, wall(demo_server, cookie) as well:
        await hears(well, "service-")
        with contextlib.suppress(ConnectionClosed):
            for _ in range(20_000):
                await flooding.send('{"seq": 0}')
        assert await ends(flooding) in {SLOW, 1006}
        await change(demo_server)

        assert "pour les murs" in await hears(well, "pour les murs")


async def test_a_board_of_a_megabyte_reaches_a_wall_whatever_the_limit_for_what_comes_in(demo_server):
    await asyncio.to_thread(demo_server.python, filled(FILL, sites=40, activities=60))
    async with wall(demo_server, identity(demo_server)) as client:
        whole = await hears(client, "service-")
        await asyncio.to_thread(report, demo_server, "a59", "s39", status="suspended", note="pour les murs")
        # A beat just before may bring the line and the alarm alone: the registry has changed, the tile has not yet.
        changed = await hears(client, "pour les murs", '<div id="service-')

    assert len(whole) > 500_000
    assert whole.count('<div id="service-') == 2400
    assert changed.count('<div id="service-') in {1, 2400}  # on a slow machine a beat brings the whole again


async def test_who_never_reads_holds_nobody_up(demo_server):
    cookie = identity(demo_server)
    head = (
        f"GET /ws/wall/?stamp=1&seq=0 HTTP/1.1\r\nHost: {demo_server.host}\r\nOrigin: {demo_server.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: vigie_screen={cookie}\r\n\r\n"
    )
    stuck = []
    for _ in range(3):
        client = plain.socket()
        client.setsockopt(plain.SOL_SOCKET, plain.SO_RCVBUF, 2048)
        client.connect(("127.0.0.1", demo_server.port))
        client.sendall(head.encode())
        stuck.append(client)
    async with wall(demo_server, cookie) as well:
        await hears(well, "service-")
        await change(demo_server)
        assert "pour les murs" in await hears(well, "pour les murs")
    for client in stuck:
        client.close()
    assert demo_server.is_healthy()


async def test_a_stop_tells_every_open_wall_to_come_back_and_ends_with_zero(demo_server):
    cookie = identity(demo_server)
    async with wall(demo_server, cookie) as one, wall(demo_server, cookie) as two:
        await hears(one, "service-")
        await hears(two, "service-")

        assert await asyncio.to_thread(demo_server.stop) == 0
        assert [await ends(one), await ends(two)] == [1012, 1012]


async def test_a_message_that_is_no_text_or_no_json_is_ignored(demo_server):
    async with wall(demo_server, identity(demo_server)) as client:
        await hears(client, "service-")
        for nonsense in (b"\x00\xff", "[" * 5_000, '{"seq": 1e400}', '{"seq": -1}', '{"seq": true}', "{}"):
            await client.send(nonsense)
        await change(demo_server)

        assert "pour les murs" in await hears(client, "pour les murs")
