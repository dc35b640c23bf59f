"""The real launcher, as a subprocess on a free port with a database of its own: what people run, under test.

    def test_…(running_server):            an empty installation
    def test_…(demo_server):               the demonstration; its accounts' password is PASSWORD

The database is SQLite, or a new one beside DATABASE_URL's when the suite runs on PostgreSQL.
"""

import contextlib
import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "the demonstration's password"
OURS = {
    "DATABASE_URL",
    "DATA_DIR",
    "PUBLIC_URL",
    "BACKUP_DIR",
    "BACKUP_PASSPHRASE_FILE",
    "PAPER_DIR",
    "ALLOWED_HOSTS",
    "VIGIE_DEMO",
    "SECRET_KEY",
    "DEBUG",
    "BEHIND_TLS_PROXY",
    "VIGIE_HTTPS",
    "TLS_CERTIFICATE",
    "TLS_KEY",
    "PYTHONDONTWRITEBYTECODE",
}
"""What a server under test does not take over: settings, and what would have it compile its code again at each start."""


def until(condition: Callable[[], object], what: str, seconds: float = 20) -> None:
    """Wait until a condition holds; the test fails with `what` when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"Not within {seconds:g} s: {what}")
        time.sleep(0.02)


def listening() -> None:
    """Give a server its ears for Ctrl-C back: a suite that a shell started in the background passes them on stopped."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class RunningServer:
    """`manage.py up` and what a test does to it. Keeps its port over a restart, so that pages find it again.

    `root` is the checkout that it runs from; `program` is what starts it there. Over HTTPS clients trust the certificate
    that it made for itself, or `authority`, and nothing else.
    """

    root = ROOT
    program = "manage.py"
    scheme = "http"
    authority: Path | None = None

    def __init__(self, folder: Path, database_url: str, *options: str, **environment: str) -> None:
        self.folder, self.options, self.port = folder, options, 0
        self.log = folder / "server.log"
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        own = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "DEMO_PASSWORD": PASSWORD}
        self.environment = clean | own | environment
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Name and port, as a Host header writes them."""
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        """Where pages are, without a final slash."""
        return f"{self.scheme}://{self.host}"

    @property
    def trust(self) -> ssl.SSLContext | None:
        """How a client checks whom it speaks to; None over plain HTTP."""
        if self.scheme == "http":
            return None
        return ssl.create_default_context(cafile=self.authority or self.folder / "certificate.pem")

    @property
    def pid(self) -> int:
        """The launcher's own process."""
        assert self.process is not None, "the server was not started"
        return self.process.pid

    def output(self) -> str:
        """All that the server has printed."""
        return self.log.read_text()

    def start(self) -> "RunningServer":
        """Start it, and wait until it answers."""
        command = [sys.executable, str(self.root / self.program), "up", "--port", str(self.port), *self.options]
        before = len(self.output()) if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdout=log, stderr=log, preexec_fn=listening
            )
        until(lambda: self.has_ended() or "(Ctrl-C" in self.output()[before:], "the server says its address", 90)
        assert not self.has_ended(), f"The server ended:\n{self.output()}"
        said = re.search(r"(https?)://[^ ]+:(\d+)", self.output()[before:])
        assert said is not None
        self.scheme, self.port = said[1], int(said[2])
        until(self.is_healthy, f"the server answers /healthz:\n{self.output()}")
        return self

    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return self.process is None or self.process.poll() is not None

    def is_healthy(self) -> bool:
        """Whether /healthz answers 200."""
        try:
            return bool(urllib.request.urlopen(f"{self.url}/healthz", timeout=5, context=self.trust).status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 15) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None, "the server was not started"
        if not self.has_ended():
            self.process.send_signal(how)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """kill -9: a power cut for the process."""
        self.stop(signal.SIGKILL)

    def restart(self) -> "RunningServer":
        """End it if it runs, and start it again on the same port with the same database."""
        self.stop()
        return self.start()

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on the same database; what it printed."""
        command = [sys.executable, str(self.root / "manage.py"), *arguments]
        done = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run lines of Python in the application, on the same database; what they printed."""
        return self.manage("shell", "-v0", "-c", code)


@contextlib.contextmanager
def own_database(folder: Path, template: str = "") -> Iterator[str]:
    """DATABASE_URL of a new database: a file in the folder, or beside the suite's PostgreSQL one, copied from a template."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder / 'vigie.sqlite3'}"
        return
    name = f"vigie_{uuid.uuid4().hex}"
    like = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"{like}')
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def running(
    folder: Path,
    *options: str,
    template: str = "",
    program: str = "manage.py",
    authority: Path | None = None,
    **environment: str,
) -> Iterator[RunningServer]:
    """A started server, ended whatever happens."""
    with own_database(folder, template) as database_url:
        server = RunningServer(folder, database_url, *options, **environment)
        server.program, server.authority = program, authority
        try:
            yield server.start()
        finally:
            if not server.has_ended():
                server.stop()


@pytest.fixture
def running_server(tmp_path: Path) -> Iterator[RunningServer]:
    """An empty installation that answers."""
    with running(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def prepared_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The demonstration, loaded once and at rest: what each `demo_server` starts from."""
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, "--demo") as server:
        server.stop()
        yield server


@contextlib.contextmanager
def demo_in(folder: Path, prepared: RunningServer, *options: str, **environment: str) -> Iterator[RunningServer]:
    """A demonstration of one's own, as at its first start, with other options of `up`."""
    for path in prepared.folder.glob("vigie.sqlite3*"):
        (folder / path.name).write_bytes(path.read_bytes())
    template = prepared.environment["DATABASE_URL"]
    with running(folder, "--demo", *options, template=template, **environment) as server:
        yield server


@pytest.fixture
def demo_server(prepared_demo: RunningServer, tmp_path: Path) -> Iterator[RunningServer]:
    """A demonstration of the test's own, as at its first start."""
    with demo_in(tmp_path, prepared_demo) as server:
        yield server
