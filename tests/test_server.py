"""The launcher as people run it: how it ends, what it refuses, what it says."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.running import ROOT, RunningServer, running

MEGABYTE = 1024 * 1024
CODE = r"Personne n’a encore de compte. Code à usage unique de la première page : (\w{4}-){2}\w{4}\n"


def answer_to(server: RunningServer, head: str, *pieces: bytes) -> bytes:
    """The first line that comes back when a request's body is sent piece by piece, even if the server stops listening."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(f"{head}\r\nHost: {server.host}\r\n\r\n".encode())
        try:
            for piece in pieces:
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return client.makefile("rb").readline().strip()


async def close_code(server: RunningServer, path: str) -> int | None:
    """The code with which the server closes a socket of its own origin."""
    async with connect(f"ws://{server.host}{path}", origin=server.url) as client:
        with pytest.raises(ConnectionClosed):
            await client.recv()
        return client.close_code


async def status_for(server: RunningServer, origin: str | None, host: str = "") -> int:
    """The HTTP status with which a socket is refused."""
    headers = {"Host": host} if host else {}
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://{server.host}/ws/nowhere/", origin=origin, additional_headers=headers):
            pass
    return refused.value.response.status_code


def up(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py up` that is expected to end by itself."""
    variables = RunningServer(folder, f"sqlite:///{folder / 'vigie.sqlite3'}").environment | environment
    command = [sys.executable, str(ROOT / "manage.py"), "up", *options]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_ends_with_zero_within_five_seconds_though_a_socket_is_open(running_server, how):
    reader, writer = await asyncio.open_connection("127.0.0.1", running_server.port)
    upgrade = (
        f"GET /ws/nowhere/ HTTP/1.1\r\nHost: {running_server.host}\r\nOrigin: {running_server.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    writer.write(upgrade.encode())
    assert await reader.readline() == b"HTTP/1.1 101 Switching Protocols\r\n"

    started = time.monotonic()
    code = await asyncio.to_thread(running_server.stop, how)

    assert code == 0
    assert time.monotonic() - started < 5
    writer.close()


def test_a_stop_in_the_middle_of_an_upload_ends_with_zero(running_server):
    with socket.create_connection(("127.0.0.1", running_server.port), 10) as client:
        client.sendall(f"POST / HTTP/1.1\r\nHost: {running_server.host}\r\nContent-Length: 1000\r\n\r\nhalf".encode())
        assert running_server.is_healthy()  # so the half request has been read

        assert running_server.stop() == 0


def test_a_killed_server_comes_back_on_its_port_with_its_database(running_server):
    port = running_server.port

    running_server.kill()
    running_server.restart()

    assert running_server.port == port
    assert running_server.is_healthy()


def test_it_says_where_to_go_and_the_first_code_and_logs_no_request(running_server):
    said = f"Vigie : {running_server.url}  (Ctrl-C pour arrêter)\n"
    assert re.fullmatch(re.escape(said) + CODE, running_server.output())


def test_a_body_over_the_limit_is_refused_by_the_length_it_names(running_server):
    head = f"POST / HTTP/1.1\r\nContent-Length: {300 * MEGABYTE}"

    assert answer_to(running_server, head) == b"HTTP/1.1 413 Content Too Large"


def test_a_body_over_the_limit_is_refused_though_the_client_goes_on_sending(running_server):
    head = f"POST / HTTP/1.1\r\nContent-Length: {20 * MEGABYTE}"

    assert answer_to(running_server, head, *[bytes(MEGABYTE)] * 20) == b"HTTP/1.1 413 Content Too Large"


def test_a_body_in_chunks_is_refused_when_it_passes_the_limit(running_server):
    chunk = f"{MEGABYTE:x}\r\n".encode() + bytes(MEGABYTE) + b"\r\n"

    answer = answer_to(running_server, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked", *[chunk] * 6)

    assert answer == b"HTTP/1.1 413 Content Too Large"


def test_a_body_under_the_limit_reaches_the_pages(running_server):
    head = f"POST /healthz HTTP/1.1\r\nContent-Length: {MEGABYTE}"

    assert answer_to(running_server, head, bytes(MEGABYTE)) in {b"HTTP/1.1 200 OK", b"HTTP/1.1 403 Forbidden"}


async def test_a_socket_to_an_unknown_address_is_closed_with_4404(running_server):
    assert await close_code(running_server, "/ws/nowhere/") == 4404


async def test_sockets_are_not_compressed(running_server):
    async with connect(f"ws://{running_server.host}/ws/nowhere/", origin=running_server.url) as client:
        assert "Sec-WebSocket-Extensions" not in client.response.headers


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://localhost", "http://localhost:1"])
async def test_a_socket_that_another_page_opens_is_refused(running_server, origin):
    assert await status_for(running_server, origin) == 403


async def test_a_socket_to_a_host_that_is_not_ours_is_refused(running_server):
    host = f"evil.example:{running_server.port}"

    assert await status_for(running_server, f"http://{host}", host) == 403


async def test_with_a_public_url_only_its_own_pages_open_sockets(tmp_path):
    with running(tmp_path, PUBLIC_URL="https://vigie.example", BEHIND_TLS_PROXY="1") as server:
        async with connect(f"ws://{server.host}/ws/nowhere/", origin="https://vigie.example") as client:
            with pytest.raises(ConnectionClosed):
                await client.recv()
            assert client.close_code == 4404

        assert await status_for(server, server.url) == 403
        assert await status_for(server, "http://vigie.example") == 403
        assert await status_for(server, "https://vigie.example:8443") == 403


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ended = up(tmp_path, "--port", str(port))

    why = os.strerror(98) if sys.platform == "linux" else "Address already in use"
    assert (
        ended.stderr
        == f"Le port {port} de 127.0.0.1 ne peut pas être employé ({why}) : choisissez-en un autre avec --port.\n"
    )
    assert ended.returncode == 1


def test_a_wrong_setting_is_said_in_one_line(tmp_path):
    ended = up(tmp_path, "--port", "0", PUBLIC_URL="http://vigie.example")

    sentence = "begin it with https://, or anybody on the network would read along, passwords too."
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"PUBLIC_URL=http://vigie.example: {sentence}\n"


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="about SQLite's files")
def test_a_database_outside_of_the_data_is_its_owners_too(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    with running(tmp_path, DATABASE_URL=f"sqlite:///{elsewhere / 'x.sqlite3'}") as server:
        modes = {path.stat().st_mode & 0o777 for path in elsewhere.iterdir()}
        assert server.is_healthy()

    assert modes == {0o600}
    assert elsewhere.stat().st_mode & 0o777 == 0o755


def test_a_database_that_is_not_one_is_said_in_a_sentence(tmp_path):
    (tmp_path / "vigie.sqlite3").write_bytes(b"not a database, whatever its name says" * 100)

    ended = up(tmp_path, "--port", "0")

    assert ended.stderr == (
        "CommandError: La base de données ne peut pas être jointe ou mise à jour : file is not a database\n"
    )
    assert ended.returncode == 1


def test_a_postgresql_that_does_not_answer_is_said_without_a_traceback_or_the_password(tmp_path):
    ended = up(tmp_path, "--port", "0", DATABASE_URL="postgres://vigie:hunter2@127.0.0.1:9/vigie")

    assert "CommandError: La base de données ne peut pas être jointe ou mise à jour : " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stderr + ended.stdout
    assert ended.returncode == 1


def test_behind_a_proxy_with_tls_it_speaks_plain_http_on_an_outside_address(tmp_path):
    with running(tmp_path, "--host", "0.0.0.0", BEHIND_TLS_PROXY="1") as server:
        said = f"Vigie : {server.url}  (Ctrl-C pour arrêter)\n"
        assert re.fullmatch(re.escape(said) + CODE, server.output())


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="about SQLite's files")
def test_on_sqlite_the_database_is_in_its_own_folder_and_writes_ahead(running_server):
    with sqlite3.connect(running_server.folder / "vigie.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_only_some_pages_need_is_loaded_by_the_first_that_asks(tmp_path):
    """So that a server that was killed is back sooner: these took a fifth of its start."""
    heavy = ["openpyxl", "icalendar", "psycopg"]
    code = (
        "import sys, crisis.management.commands.up, crisis.asgi; from django.urls import get_resolver\n"
        f"get_resolver().url_patterns; print([name for name in {heavy} if name in sys.modules])"
    )
    server = RunningServer(tmp_path, f"sqlite:///{tmp_path / 'vigie.sqlite3'}")
    assert server.python(code).splitlines()[-1] == "[]"
