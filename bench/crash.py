"""kill -9 under four writers: the server dies two hundred times, nothing that it acknowledged is lost, the chain verifies.

    .venv/bin/python bench/crash.py [--kills 200] [--writers 4] [--postgresql]

The real launcher on a database of its own: SQLite, or a PostgreSQL of its own (fsync on) that is killed too, every second time
together with the server. Each writer is a browser's worth of HTTP that writes entries in the journal as fast as it can; an entry
counts as acknowledged once the server answered. After each kill everything is started again, and what was acknowledged is
looked for in the database itself. Prints one line of JSON; exits 1 when anything is lost or the chain breaks.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.kills import Pen
from bench.servers import binary, free_port, unprivileged, wait_for
from tests.running import RunningServer, until

WRITE = "/crises/1/journal/write/"
MARK = "crash"


class Cluster:
    """A PostgreSQL that keeps its promises (fsync on), and that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port, self.who = folder / "postgresql", free_port(), unprivileged()
        self.data.mkdir(mode=0o700)
        if self.who:
            folder.chmod(0o755)
            os.chown(self.data, self.who["user"], self.who["group"])  # type: ignore[arg-type]
        self.quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        made = [binary("initdb"), "-D", str(self.data), "-U", "vigie", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        subprocess.run(made, check=True, **self.quiet, **self.who)  # type: ignore[call-overload]
        self.start()

    @property
    def url(self) -> str:
        """Its DATABASE_URL."""
        return f"postgres://vigie@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and wait until it takes questions: after a kill it first mends itself."""
        command = [binary("postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.data)]
        command += ["-c", "listen_addresses=127.0.0.1"]
        self.process = subprocess.Popen(command, **self.quiet, **self.who)  # type: ignore[call-overload]
        wait_for(self.port, self.process)
        until(self.answers, "PostgreSQL takes questions", 60)

    def answers(self) -> bool:
        """Whether it takes questions."""
        with contextlib.suppress(psycopg.Error), psycopg.connect(self.url, connect_timeout=2) as asked:
            return asked.execute("SELECT 1").fetchone() == (1,)
        return False

    def kill(self) -> None:
        """kill -9 of the first process; the others see that it is gone and end before it can start again."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        until(self.is_alone, "its other processes have ended", 60)

    def is_alone(self) -> bool:
        """Whether no process of it is left."""
        return subprocess.run(["pgrep", "-f", str(self.data)], capture_output=True).returncode != 0

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


class Writer(threading.Thread):
    """Writes numbered entries until the server is gone."""

    def __init__(self, pen: Pen, name: str, first: int) -> None:
        super().__init__()
        self.pen, self.label, self.next = pen, name, first
        self.acknowledged: list[str] = []

    def run(self) -> None:
        """One entry after the other."""
        while True:
            words = f"{MARK} {self.label} {self.next:06d}"
            try:
                status, _where, _body = self.pen.ask("POST", WRITE, {"words": words})
            except (OSError, http.client.HTTPException):
                return
            if status != 302:
                return
            self.acknowledged.append(words)
            self.next += 1


def written(url: str) -> set[str]:
    """The entries that the database holds."""
    asked = f"SELECT body FROM crisis_text WHERE body LIKE '{MARK} %'"
    if url.startswith("postgres"):
        with psycopg.connect(url) as database:
            return {row[0] for row in database.execute(asked)}  # type: ignore[arg-type]
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        return {row[0] for row in file.execute(asked)}


@contextlib.contextmanager
def served(folder: Path, cluster: Cluster | None) -> Iterator[RunningServer]:
    """The demonstration on that database."""
    url = cluster.url if cluster else f"sqlite:///{folder / 'vigie.sqlite3'}"
    own = folder / "data"  # closed to everybody else, PostgreSQL's user too
    own.mkdir()
    server = RunningServer(own, url, "--demo")
    try:
        yield server.start()
    finally:
        if not server.has_ended():
            server.stop()


def main() -> None:
    """Kill it as often as asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-") as name:
        folder = Path(name)
        cluster = Cluster(folder) if asked.postgresql else None
        try:
            with served(folder, cluster) as server:
                said, ended_well = crashed(server, cluster, asked.kills, asked.writers)
        finally:
            if cluster:
                cluster.stop()
    print(json.dumps(said))
    sys.exit(0 if ended_well else 1)


def crashed(server: RunningServer, cluster: Cluster | None, kills: int, writers: int) -> tuple[dict[str, object], bool]:
    """What all the kills came to, and whether nothing was lost."""
    pens = [Pen(server.url) for _writer in range(writers)]
    for pen in pens:
        pen.sign_in()
    promised: set[str] = set()
    starts, lost = [], 0
    following = [0] * writers
    for kill in range(kills):
        crew = [Writer(pen, f"w{n}", following[n]) for n, pen in enumerate(pens)]
        for writer in crew:
            writer.start()
        time.sleep(random.uniform(0.1, 0.6))
        server.kill()
        with_database = cluster is not None and kill % 2 == 1
        if cluster and with_database:
            cluster.kill()
        for writer in crew:
            writer.join()
        if cluster and with_database:
            cluster.start()
        began = time.monotonic()
        server.start()
        starts.append(time.monotonic() - began)
        promised |= {words for writer in crew for words in writer.acknowledged}
        following = [writer.next + 1 for writer in crew]
        lost = len(promised - written(server.environment["DATABASE_URL"]))
        if lost:
            break
    chain = server.manage("verify_journal").splitlines()[0]
    said: dict[str, object] = {
        "bench": "crash",
        "database": "postgresql" if cluster else "sqlite",
        "kills": len(starts),
        "of_the_database_too": len(starts) // 2 if cluster else 0,
        "writers": writers,
        "acknowledged": len(promised),
        "lost": lost,
        "ready_again_s": round(statistics.median(starts), 2),
        "ready_again_worst_s": round(max(starts), 2),
        "journal": chain,
    }
    return said, not lost


if __name__ == "__main__":
    main()
