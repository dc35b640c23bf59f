"""HTTPS as a browser and an intruder meet it: the real launcher on an outside address."""

import asyncio
import contextlib
import hashlib
import http.cookiejar
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import translation
from django.utils.translation import gettext
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from crisis.bootstrap import hosts_of
from tests.authority import Authority, pem_of_key, put
from tests.browser.walls import FILL, filled, identity, report
from tests.running import PASSWORD, ROOT, RunningServer, demo_in, running
from tests.test_bootstrap import ALONE, CUT_OFF, inside, needs_a_network_of_its_own
from tests.test_hostile_sockets import ends, hears, wall
from tests.test_server import MEGABYTE, up

NEW = "The certificate is new, the one before had ended or lacked a name: the fingerprint that you noted is past."
WARNING = (
    "Browsers do not know this certificate and warn, once on each device: open what they show of it, compare the fingerprint, "
    "and go on only when it is the same."
)
NOWHERE = "This machine has no address on a network yet: join one and start again, or give it: --host ADDRESS"


@pytest.fixture(scope="module")
def outside(prepared_demo, tmp_path_factory) -> Iterator[RunningServer]:
    """The demonstration on every address of this machine; tests leave it as it is."""
    with demo_in(tmp_path_factory.mktemp("outside"), prepared_demo, "--host", "0.0.0.0") as server:
        yield server


def said(sentence: str, **values: object) -> str:
    """A sentence in the language of the terminal."""
    with translation.override("fr"):
        return gettext(sentence) % values


def greeting(version: ssl.TLSVersion | None = None, ciphers: str = "") -> ssl.SSLContext:
    """A client that would take any certificate and the weakest of everything, in one version only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")
    if version:
        context.minimum_version = context.maximum_version = version
    return context


@contextlib.contextmanager
def spoken(server: RunningServer, context: ssl.SSLContext | None, name: str = "localhost") -> Iterator[ssl.SSLSocket]:
    """A connection on which TLS was agreed."""
    assert context is not None
    with socket.create_connection(("127.0.0.1", server.port), 10) as bare:
        with context.wrap_socket(bare, server_hostname=name) as client:
            yield client


def shown(server: RunningServer) -> str:
    """The fingerprint in the terminal, as one word."""
    words = re.findall(r"^  ((?:[0-9A-F]{2}:){3}[0-9A-F]{2}.*)$", server.output(), re.MULTILINE)[-2:]
    return "".join(words).replace(":", "").replace(" ", "")


def plainly(server: RunningServer, request: bytes) -> bytes:
    """All that comes back for bytes that are no TLS."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(request)
        with contextlib.suppress(ConnectionResetError), client.makefile("rb") as answer:
            return answer.read()
    return b""


# ── Versions, ciphers, names ──


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_what_is_older_than_tls_1_2_is_refused_by_the_server(outside, version):
    with pytest.raises(ssl.SSLError) as refused, spoken(outside, greeting(version)):
        pass

    assert refused.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"


@pytest.mark.parametrize(("version", "name"), [("TLSv1_2", "TLSv1.2"), ("TLSv1_3", "TLSv1.3")])
def test_tls_1_2_and_1_3_are_spoken_with_keys_that_nobody_recovers_later(outside, version, name):
    with spoken(outside, greeting(ssl.TLSVersion[version])) as client:
        cipher, _protocol, bits = client.cipher()

        assert client.version() == name
        assert re.fullmatch(r"(ECDHE-ECDSA-|TLS_)(AES.*GCM.*|CHACHA20.*)", cipher)
        assert bits >= 128
        assert client.compression() is None


@pytest.mark.parametrize("ciphers", ["kRSA", "DHE", "ECDHE+AES:!AESGCM", "ECDHE+AESCCM", "aNULL", "SHA1", "SHA256"])
def test_weak_ciphers_are_not_spoken(outside, ciphers):
    context = greeting(ssl.TLSVersion.TLSv1_2, f"{ciphers}:!CHACHA20:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError) as refused, spoken(outside, context):
        pass

    assert refused.value.reason in {"SSLV3_ALERT_HANDSHAKE_FAILURE", "SSL/TLS_ALERT_HANDSHAKE_FAILURE"}


def test_every_name_by_which_it_is_reached_is_in_the_certificate_and_no_other(outside):
    for name in ["localhost", "127.0.0.1", "::1", *hosts_of("0.0.0.0")]:
        with spoken(outside, outside.trust, name.strip("[]")) as client:
            assert client.getpeercert()["subject"] == ((("commonName", "Vigie"),),)
    for name in ("evil.example", "192.0.2.99"):
        with pytest.raises(ssl.SSLCertVerificationError), spoken(outside, outside.trust, name):
            pass


def test_the_terminal_names_the_addresses_the_fingerprint_and_the_browsers_warning(outside):
    with spoken(outside, outside.trust) as client:
        digest = hashlib.sha256(client.getpeercert(binary_form=True)).hexdigest()

    output = outside.output()
    assert shown(outside) == digest.upper()
    assert f"https://localhost:{outside.port}" in output
    for name in hosts_of("0.0.0.0"):
        assert f"https://{name}:{outside.port}" in output
    assert said("Fingerprint of the certificate (SHA-256):") in output.splitlines()
    assert output.splitlines()[-1] == said(WARNING)
    assert "http://" not in output


def test_only_the_owner_reads_the_key_and_it_is_not_in_the_certificates_file(outside):
    assert (outside.folder / "certificate_key.pem").stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in (outside.folder / "certificate.pem").read_text()


# ── A second start ──


def test_a_second_start_keeps_the_fingerprint_and_a_certificate_that_lacks_a_name_is_replaced_in_words(tmp_path):
    with running(tmp_path, "--https") as server:
        here = shown(server)
        server.restart()
        assert shown(server) == here
        assert server.output().count(said(NEW)) == 0

        server.options = ("--host", "0.0.0.0", "--https")
        server.restart()

        assert shown(server) != here
        assert server.output().count(said(NEW)) == 1
        with spoken(server, server.trust, hosts_of("0.0.0.0")[0]) as client:
            assert hashlib.sha256(client.getpeercert(binary_form=True)).hexdigest().upper() == shown(server)


# ── Cookies and headers ──


def browser(server: RunningServer) -> urllib.request.OpenerDirector:
    """Something that keeps cookies and follows no redirect."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    handlers = [urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), Stay()]
    if server.trust:
        handlers.append(urllib.request.HTTPSHandler(context=server.trust))
    return urllib.request.build_opener(*handlers)


def sign_in(server: RunningServer, client: urllib.request.OpenerDirector | None = None, **headers: str):
    """The answers to the sign-in page and to its form."""
    client = client or browser(server)
    page = client.open(urllib.request.Request(f"{server.url}/sign-in/", headers=headers))
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "username": "director", "password": PASSWORD})
    origin = {"Origin": server.url, "Referer": f"{server.url}/sign-in/"} | headers
    with pytest.raises(urllib.error.HTTPError) as answered:
        client.open(urllib.request.Request(f"{server.url}/sign-in/", form.encode(), origin))
    answered.value.close()
    return page, answered.value


def cookies_of(*answers) -> dict[str, set[str]]:
    """Each cookie's flags."""
    lines = [line for answer in answers for line in answer.headers.get_all("Set-Cookie")]
    return {line.split("=")[0]: {flag.strip() for flag in line.split(";")[1:]} for line in lines}


def test_signing_in_gives_cookies_that_never_travel_in_the_clear(outside):
    page, answer = sign_in(outside)
    cookies = cookies_of(page, answer)

    assert answer.code == 302
    assert set(cookies) == {"csrftoken", "sessionid", "django_language", "written"}
    assert all("Secure" in flags for flags in cookies.values())
    assert {"HttpOnly", "SameSite=Lax"} <= cookies["sessionid"]


def test_the_cookie_of_a_screen_is_secure_too(outside):
    cookies = cookies_of(browser(outside).open(f"{outside.url}/wall/"))

    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= cookies["vigie_waiting"]


@pytest.mark.parametrize("path", ["/sign-in/", "/wall/", "/healthz"])
def test_no_browser_is_bound_to_https_for_longer_than_the_certificate_lives(outside, path):
    answer = browser(outside).open(f"{outside.url}{path}")

    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] is None


def test_a_form_from_an_unencrypted_page_of_the_same_name_is_refused(outside):
    unsafe = outside.url.replace("https", "http")
    with pytest.raises(urllib.error.HTTPError) as refused:
        browser(outside).open(urllib.request.Request(f"{outside.url}/sign-in/", b"username=x", {"Origin": unsafe}))
    refused.value.close()

    assert refused.value.code == 403


def test_on_loopback_it_is_plain_http_and_a_wish_makes_it_https(tmp_path, prepared_demo):
    with demo_in(tmp_path, prepared_demo) as server:
        assert server.scheme == "http"
        assert "Secure" not in cookies_of(*sign_in(server))["sessionid"]
        assert not (tmp_path / "certificate.pem").exists()

        server.options = (*server.options, "--https")
        server.restart()

        assert server.scheme == "https"
        assert "Secure" in cookies_of(*sign_in(server))["sessionid"]


def test_behind_a_proxy_cookies_are_secure_and_the_port_is_plain(tmp_path, prepared_demo):
    with demo_in(tmp_path, prepared_demo, "--host", "0.0.0.0", BEHIND_TLS_PROXY="1") as server:
        assert server.scheme == "http"
        answer = browser(server).open(f"{server.url}/sign-in/")
        assert "Secure" in cookies_of(answer)["csrftoken"]
        assert not (tmp_path / "certificate.pem").exists()


# ── Who speaks plain HTTP ──


def test_a_plain_request_is_sent_to_the_same_address_with_https(outside):
    answer = plainly(outside, f"GET /sign-in/?next=/wall/ HTTP/1.1\r\nHost: {outside.host}\r\n\r\n".encode())
    head, body = answer.decode().split("\r\n\r\n")

    assert head.splitlines()[:2] == ["HTTP/1.1 303 See Other", f"Location: {outside.url}/sign-in/?next=/wall/"]
    assert "Cache-Control: no-store" in head
    assert "Set-Cookie" not in head
    assert body == said("This address speaks HTTPS only: begin it with https://") + "\n"


def test_a_password_that_was_sent_in_the_clear_is_not_asked_for_again_nor_used(outside):
    form = b"username=director&password=" + urllib.parse.quote(PASSWORD).encode()
    head = f"POST /sign-in/ HTTP/1.1\r\nHost: {outside.host}\r\nContent-Length: {len(form)}\r\n\r\n"

    assert plainly(outside, head.encode() + form).splitlines()[0] == b"HTTP/1.1 303 See Other"


@pytest.mark.parametrize(
    "request_head",
    [
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: @HOST@evil.example\r\n\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: @HOST\r\n\r\n",
        "GET /\rX HTTP/1.1\r\nHost: @HOST\r\n\r\n",
        "SSH-2.0-OpenSSH_9\r\n\r\n",
        "\x00\x01\x02\r\n\r\n",
        "A" * 9000,
        "GET / HTTP/1.1\r\n" + "X: y\r\n" * 2000,
    ],
)
def test_what_names_no_host_of_ours_gets_a_sentence_and_leads_nowhere(outside, request_head):
    answer = plainly(outside, request_head.replace("@HOST", outside.host).encode("latin-1"))

    assert answer.splitlines()[:1] == [b"HTTP/1.1 400 Bad Request"] or answer == b""
    assert b"Location" not in answer
    assert outside.is_healthy()


def test_a_plain_socket_is_not_let_in(outside):
    head = (
        f"GET /ws/nowhere/ HTTP/1.1\r\nHost: {outside.host}\r\nOrigin: {outside.url}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )

    assert plainly(outside, head.encode()).splitlines()[0] == b"HTTP/1.1 303 See Other"


def test_a_connection_that_breaks_off_in_its_greeting_harms_nobody(outside):
    with spoken(outside, greeting()) as client:
        client.sendall(b"GET /sign-in/ HTTP/1.1\r\n")
    for greetings in (b"\x16", b"\x16\x03\x01\x02\x00\x01", b"\x16" + bytes(20_000), b""):
        with socket.create_connection(("127.0.0.1", outside.port), 10) as bare:
            bare.sendall(greetings)

    assert outside.is_healthy()


def test_a_body_over_the_limit_is_refused_over_tls_too(outside):
    with spoken(outside, outside.trust) as client:
        client.sendall(f"POST / HTTP/1.1\r\nHost: {outside.host}\r\nContent-Length: {300 * MEGABYTE}\r\n\r\n".encode())
        assert client.makefile("rb").readline() == b"HTTP/1.1 413 Content Too Large\r\n"


# ── Sockets ──


async def test_a_socket_of_an_own_page_is_let_in_and_any_other_refused(outside):
    url = f"wss://{outside.host}/ws/nowhere/"
    async with connect(url, origin=outside.url, ssl=outside.trust) as client:
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 4404
    unsafe = outside.url.replace("https", "http")
    for origin in (None, "null", unsafe, "https://localhost", "https://evil.example"):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(url, origin=origin, ssl=outside.trust):
                pass
        assert refused.value.response.status_code == 403


@pytest.fixture
def own_outside(prepared_demo, tmp_path) -> Iterator[RunningServer]:
    """A demonstration of the test's own on an outside address."""
    with demo_in(tmp_path, prepared_demo, "--host", "0.0.0.0") as server:
        yield server


async def test_a_board_of_a_megabyte_and_what_changes_of_it_reach_a_wall_over_tls(own_outside):
    await asyncio.to_thread(own_outside.python, filled(FILL, sites=40, activities=60))
    async with wall(own_outside, identity(own_outside)) as client:
        whole = await hears(client, "service-")
        for note in ("un", "deux", "trois"):
            await asyncio.to_thread(report, own_outside, "a59", "s39", status="suspended", note=f"pour les murs {note}")
            changed = await hears(client, f"pour les murs {note}")
            assert changed.count('<div id="service-') in {1, 2400}  # on a slow machine a beat brings the whole again

    assert len(whole) > 500_000
    assert whole.count('<div id="service-') == 2400


async def test_who_never_reads_over_tls_holds_nobody_up_and_is_let_go(own_outside):
    await asyncio.to_thread(own_outside.python, filled(FILL, sites=40, activities=60))
    cookie = identity(own_outside)
    head = (
        f"GET /ws/wall/?stamp=1&seq=0 HTTP/1.1\r\nHost: {own_outside.host}\r\nOrigin: {own_outside.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: vigie_screen={cookie}\r\n\r\n"
    )
    stuck = []
    for _ in range(3):
        bare = socket.socket()
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        bare.connect(("127.0.0.1", own_outside.port))
        client = own_outside.trust.wrap_socket(bare, server_hostname="localhost")
        client.sendall(head.encode())
        stuck.append(client)
    async with wall(own_outside, cookie) as well:
        await hears(well, "service-")
        await asyncio.to_thread(report, own_outside, "a59", "s39", status="suspended", note="pour les murs")
        assert "pour les murs" in await hears(well, "pour les murs")

        started = time.monotonic()
        assert await asyncio.to_thread(own_outside.stop) == 0
        assert time.monotonic() - started < 5
        assert await ends(well) == 1012
    for client in stuck:
        client.close()


# ── The operator's certificate ──


@pytest.fixture
def authority(tmp_path) -> tuple[Authority, Path]:
    """An authority that a client trusts, and the file that says so: of the root only."""
    made, root = Authority(), tmp_path / "root.pem"
    root.write_bytes(made.root.public_bytes(Encoding.PEM))
    return made, root


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_operators_certificate_is_served_with_its_chain(authority, tmp_path, version):
    made, root = authority
    chain, key = made.server("localhost")
    files = dict(zip(("TLS_CERTIFICATE", "TLS_KEY"), map(str, put(tmp_path, chain, key)), strict=True))
    with running(tmp_path, "--host", "0.0.0.0", authority=root, **files) as server:
        context = server.trust
        context.minimum_version = context.maximum_version = version
        with spoken(server, context) as client:
            assert client.getpeercert(binary_form=True) == chain[0].public_bytes(Encoding.DER)
        digest = hashlib.sha256(chain[0].public_bytes(Encoding.DER)).hexdigest().upper()

        assert shown(server) == digest
        assert said(WARNING) not in server.output()
        assert not (tmp_path / "certificate.pem").exists()


def test_a_certificate_that_cannot_be_served_stops_the_start_before_anything_is_written(authority, tmp_path):
    chain, key = authority[0].server("localhost")
    paths = put(tmp_path, chain, key)
    (tmp_path / "other.pem").write_bytes(pem_of_key(ec.generate_private_key(ec.SECP256R1())))
    data = tmp_path / "data"
    data.mkdir()
    cases = [
        ("/nowhere.pem", str(paths[1]), "TLS_CERTIFICATE=/nowhere.pem"),
        (str(paths[0]), "/nowhere.pem", "TLS_KEY=/nowhere.pem"),
        (str(paths[0]), str(tmp_path / "other.pem"), f"TLS_KEY={tmp_path}/other.pem"),
        (str(paths[0]), "", "TLS_CERTIFICATE"),
    ]
    for certificate, key_path, named in cases:
        ended = up(data, "--host", "0.0.0.0", "--port", "0", TLS_CERTIFICATE=certificate, TLS_KEY=key_path)

        assert ended.returncode == 1
        assert ended.stderr.startswith(f"CommandError: {named}")
        assert len(ended.stderr.splitlines()) == 1
        assert {path.name for path in data.iterdir()} <= {"secret_key", "secret_key.lock"}


# ── Plain HTTP beyond this machine ──


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--host", "0.0.0.0"], {"VIGIE_HTTPS": "0"}),
        (["--host="], {}),
        (["--host", "127.0.0.1", "--host", "0.0.0.0"], {}),
        (["--hos", "0.0.0.0"], {}),
    ],
)
def test_an_outside_address_without_tls_is_refused_and_nothing_is_written(options, environment, tmp_path):
    ended = up(tmp_path, *options, "--port", "0", **environment)

    refusal = (
        "Beyond this machine (--host %(host)s) Vigie speaks HTTPS only, or anybody on the network would read along, "
        "passwords too: leave VIGIE_HTTPS out, or set BEHIND_TLS_PROXY=1 when a proxy does TLS."
    )
    host = "" if options == ["--host="] else "0.0.0.0"
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"CommandError: {said(refusal, host=host)}\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"secret_key", "secret_key.lock"}


def test_a_public_address_that_no_page_would_come_from_is_refused(tmp_path):
    ended = up(tmp_path, "--host", "0.0.0.0", "--port", "0", PUBLIC_URL="http://localhost:8000")

    sentence = "PUBLIC_URL=%(url)s: this is served over HTTPS, and no page would stay live: begin it with https://"
    assert (ended.returncode, ended.stderr) == (1, f"CommandError: {said(sentence, url='http://localhost:8000')}\n")
    assert {path.name for path in tmp_path.iterdir()} <= {"secret_key", "secret_key.lock"}


def test_a_proxy_that_does_tls_and_a_wish_for_tls_contradict_each_other(tmp_path):
    ended = up(tmp_path, "--https", "--port", "0", BEHIND_TLS_PROXY="1")

    sentence = said("BEHIND_TLS_PROXY=1 says that a proxy does TLS: leave it out, or --https.")
    assert (ended.returncode, ended.stderr) == (1, f"CommandError: {sentence}\n")
    assert {path.name for path in tmp_path.iterdir()} <= {"secret_key", "secret_key.lock"}


def test_a_public_address_in_https_that_nobody_speaks_here_is_refused(tmp_path):
    ended = up(tmp_path, "--port", "0", PUBLIC_URL="https://vigie.example")

    sentence = (
        "PUBLIC_URL=%(url)s, and nobody speaks HTTPS here: set BEHIND_TLS_PROXY=1 when a proxy does, or start with "
        "--host ADDRESS or --https, and Vigie does."
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"CommandError: {said(sentence, url='https://vigie.example')}\n"
    assert {path.name for path in tmp_path.iterdir()} <= {"secret_key", "secret_key.lock"}


# ── A network that was cut off ──


@needs_a_network_of_its_own
def test_without_a_way_out_it_says_the_address_that_others_reach(tmp_path):
    output = told_in(CUT_OFF, tmp_path)

    assert "https://10.9.8.7:" in output
    assert said(NOWHERE) not in output


@needs_a_network_of_its_own
def test_without_any_address_it_asks_for_one(tmp_path):
    assert said(NOWHERE) in told_in(ALONE, tmp_path)


def told_in(network: str, folder: Path) -> str:
    """What `up --host 0.0.0.0` prints in a network of its own."""
    own = RunningServer(folder, f"sqlite:///{folder / 'vigie.sqlite3'}")
    up_there = [sys.executable, str(ROOT / "manage.py"), "up", "--host", "0.0.0.0", "--port", "0"]
    output = ""
    with subprocess.Popen(
        inside(network, *up_there), cwd=ROOT, env=own.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            while (line := process.stdout.readline()) and said(WARNING) not in line:
                output += line
        finally:
            process.terminate()
    return output


# ── What cards print ──


def test_the_cards_print_what_is_served_though_the_operators_file_broke_or_went(authority, prepared_demo, tmp_path):
    made, root = authority
    paths = put(tmp_path, *made.server("localhost"))
    files = dict(zip(("TLS_CERTIFICATE", "TLS_KEY"), map(str, paths), strict=True))
    with demo_in(tmp_path, prepared_demo, "--https", authority=root, **files) as server:
        members = "from crisis.models import Member\nMembers = Member.objects.filter(user__username='observer', crisis__isnull=False)"
        crisis, user = server.python(f"{members}\nprint(*Members.values_list('crisis', 'user')[0])").split()
        client, place = browser(server), f"{server.url}/crises/{crisis}/"
        sign_in(server, client)
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.open(f"{place}members/").read().decode())[1]
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "user": user}).encode()
        for ruin in (lambda path: path.write_bytes(b"nonsense"), Path.unlink):
            ruin(paths[0])
            asked = urllib.request.Request(f"{place}cards/", form, {"Origin": server.url, "Referer": place})
            page = client.open(asked).read().decode()

            assert 'class="door-code"' in page
            printed = re.search(r"<code>((?:[0-9A-F]{2}[: ]?){32})</code>", page)[1]
            assert re.sub(r"[: ]", "", printed) == shown(server)
