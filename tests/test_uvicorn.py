"""uvicorn with our protocol, as docs/running.md starts it: the same screens, the same pages."""

import asyncio
import contextlib
import re
import subprocess
import sys
import urllib.request

import pytest

from tests.browser.walls import identity, report
from tests.running import ROOT, RunningServer, until
from tests.test_hostile_sockets import ends, hears, wall

MANUAL = (ROOT / "docs/running.md").read_text()
COMMAND = re.search(r"uvicorn (crisis\.asgi:application .*?)```", MANUAL, re.S)
ENCRYPTED = re.search(r"VIGIE_HTTPS=1 .*?(--ssl-certfile .*?)```", MANUAL, re.S)


@contextlib.contextmanager
def on_uvicorn(server: RunningServer, *more: str, **environment: str):
    """The demonstration's database served by one uvicorn, with the options that the manual names."""
    server.stop()
    options = COMMAND[1].replace("\\\n", " ").split()
    options[options.index("--port") + 1] = str(server.port)
    options[options.index("--workers") + 1] = "1"
    with server.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *options, *more],
            env=server.environment | {"VIGIE_DEMO": "1"} | environment,
            stdout=log,
            stderr=log,
        )
        try:
            until(server.is_healthy, f"uvicorn answers:\n{server.output()}", 30)
            yield server
        finally:
            process.terminate()
            assert process.wait(15) is not None


async def test_every_wall_hears_of_a_change_and_a_closed_one_harms_nobody(demo_server):
    with on_uvicorn(demo_server) as server:
        cookie = await asyncio.to_thread(identity, server)
        async with wall(server, cookie) as one, wall(server, cookie) as two, wall(server, cookie) as three:
            for client in (one, two, three):
                await hears(client, "service-")
            three.transport.abort()
            await asyncio.to_thread(
                report, server, "scintigraphie", "libramont", status="restored", note="Rétablie à 80 % – essayé"
            )

            heard = [await hears(client, "Rétablie à 80 % – essayé") for client in (one, two)]

    assert heard[0] == heard[1]


async def test_a_change_larger_than_a_packet_arrives_whole(demo_server):
    note = "Le plateau technique reste fermé. " * 55
    with on_uvicorn(demo_server) as server:
        cookie = await asyncio.to_thread(identity, server)
        async with wall(server, cookie) as client:
            await hears(client, "service-")
            for n in range(3):
                await asyncio.to_thread(
                    report, server, "scintigraphie", "libramont", status="restored", note=f"{note}{n}"
                )

                assert f"{note}{n}" in await hears(client, f"{note}{n}")


async def test_what_is_too_large_or_revoked_ends_the_socket_with_its_code(demo_server):
    with on_uvicorn(demo_server) as server:
        cookie = await asyncio.to_thread(identity, server)
        async with wall(server, cookie) as big, wall(server, cookie) as revoked:
            await hears(revoked, "service-")
            await big.send("x" * 100_000)
            assert await ends(big) == 1009
            await asyncio.to_thread(
                server.python,
                "from crisis.displays.models import Display; from crisis.displays.writes import revoke_display\n"
                "revoke_display(Display.objects.latest('pk'), by=None)",
            )

            assert await ends(revoked) == 4403


async def test_it_does_tls_itself_with_the_certificate_that_up_made(demo_server):
    demo_server.options = (*demo_server.options, "--https")
    await asyncio.to_thread(demo_server.restart)
    options = ENCRYPTED[1].replace("data/", f"{demo_server.folder}/").split()
    with on_uvicorn(demo_server, *options, VIGIE_HTTPS="1") as server:
        assert server.url.startswith("https://")
        with await asyncio.to_thread(urllib.request.urlopen, f"{server.url}/sign-in/", context=server.trust) as page:
            page.read()
        assert "Secure" in page.headers["Set-Cookie"]
        assert page.headers["Strict-Transport-Security"] is None
        cookie = await asyncio.to_thread(identity, server)
        async with wall(server, cookie) as client:
            await hears(client, "service-")
            await asyncio.to_thread(report, server, "scintigraphie", "libramont", status="restored", note="chiffré")

            assert "chiffré" in await hears(client, "chiffré")


def test_pages_and_their_style_are_served(demo_server):
    with on_uvicorn(demo_server) as server:
        page = urllib.request.urlopen(f"{server.url}/wall/").read().decode()
        style = re.search(r'href="(/static/css/wall[^"]*)"', page)

        assert urllib.request.urlopen(f"{server.url}{style[1]}").status == 200


@pytest.fixture(autouse=True)
def manual_names_our_protocol():
    assert "--ws crisis.uvicorn_socket:Socket" in COMMAND[1]
