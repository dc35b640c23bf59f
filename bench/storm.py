"""A storm: the server is killed with 1,000 walls open, a report is written while it is away, and all come back at once.

    python3 manage.py test --version      # once: the environment of tests and benches
    .venv/bin/python bench/storm.py [--sockets 1000] [--server daphne|uvicorn]

`seconds` run from the moment that the new process answers its port to the last wall open with the current board
(`seconds_with_start`: from its start); walls try again every 0 to 1 s. Whole boards rendered and queries are counted inside
the server, until then (`renders`, `queries`) and two beats later (`queries_later`: which screens are there is written down).
The other benches take from here the product as they serve it: the real launcher or uvicorn, counted, with a door for the bench.
"""

import argparse
import atexit
import contextlib
import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")
if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="vigie-bench-")

import django

django.setup()

import uvicorn
from asgiref.sync import sync_to_async
from channels.routing import get_default_application
from django.core import signing
from django.core.management import call_command
from django.db import transaction
from django.db.backends.signals import connection_created
from django.test import Client
from django.utils import timezone
from servers import free_port, wait_for
from sockets import Walls, many_files

from crisis import live
from crisis.accounts.models import User
from crisis.displays.identity import SCREEN
from crisis.displays.models import Display
from crisis.models import Crisis, Member, Organisation
from crisis.server import BACKLOG, Launcher
from crisis.writes import declare_crisis
from services.facts import Facts
from services.models import Activity, EssentialPeriod, Service, Site, StatusReport
from services.writes import confirm_site, report_status

SITES, LANGUAGES = 8, ["fr", "nl", "de", "en"]
queries: Counter[str] = Counter()
renders: Counter[str] = Counter()
framed: list[tuple[int, int]] = []


def prepare(services: int, screens: int, languages: list[str]) -> dict[str, Any]:
    """A database with a crisis, each service reported once, a secretary signed in, and a cookie per paired screen."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    now, user = timezone.now(), User.objects.create_user("secretary")
    crisis = declare_crisis("Bench", started_at=now - timedelta(days=30), by=None)
    Member.objects.create(user=user, crisis=crisis, role="secretary", since=now)
    sites = [Site.objects.create(key=f"s{n}", names={"": f"Hôpital {n}"}, order=n) for n in range(SITES)]
    for n in range(services):
        if n % SITES == 0:
            activity = Activity.objects.create(key=f"a{n}", names={"fr": f"Activité {n}"}, order=n)
            if n % 3 == 0:
                EssentialPeriod.objects.create(activity=activity)
        Service.objects.create(activity=activity, site=sites[n % SITES])
        report(n)
    rows = Display.objects.bulk_create(
        Display(crisis=crisis, name=f"Wall {n}", key=secrets.token_urlsafe(32), language=language, paired_at=now)
        for n, language in zip(range(screens), itertools.cycle(languages), strict=False)
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookies = [signing.dumps([row.pk, row.key], salt=SCREEN) for row in rows]
    return {"crisis": crisis.pk, "session": client.cookies["sessionid"].value, "cookies": cookies}


def report(n: int | None = None) -> dict[str, Any]:
    """A change that nobody reported before, by the secretary through the real write."""
    crisis, user = Crisis.objects.select_related("book").get(), User.objects.get()
    seq = crisis.book.head_seq
    every = Service.objects.select_related("activity", "site").order_by("pk")
    service = every[(seq if n is None else n) % every.count()]
    facts = Facts(
        status=("vital", "restored")[seq // 60 % 2], capacity=1 + seq % 100, note=f"Changement {seq}", source="Appel"
    )
    return noted(lambda: report_status(crisis, service, facts, by=user))


def confirm() -> dict[str, Any]:
    """A change of many tiles: everything at one site is confirmed."""
    crisis, user = Crisis.objects.select_related("book").get(), User.objects.get()
    site = Site.objects.get(order=crisis.book.head_seq % SITES)
    return noted(lambda: confirm_site(crisis, site, by=user, source="Tour de la cellule")[0])


def noted(write: Callable[[], StatusReport]) -> dict[str, Any]:
    """Write, and note the moment of the commit before anything else that hangs on it."""
    moments: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moments.append(time.monotonic_ns()))
        seq = write().seq
    return {"seq": seq, "committed": moments[0]}


def stats() -> dict[str, Any]:
    """What was counted in this process since it started."""
    return {"renders": dict(renders), "queries": dict(queries), "framed": framed[-20:], "seats": len(live.hub.seats)}


DOORS: dict[str, Callable[[], dict[str, Any]]] = {"report": report, "confirm": confirm}


def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Count a query by its thread and its table."""
    words = sql.replace('"', "").split()
    verb, place = words[0], next((n for n, word in enumerate(words) if word in {"FROM", "INTO", "UPDATE"}), 0)
    table = words[place + 1] if len(words) > place + 1 else ""
    queries[f"{threading.current_thread().name.split('_')[0]} {verb} {table}"] += 1
    return execute(sql, params, many, context)


def count_connection(connection: Any, **_: Any) -> None:
    """Each connection of each thread counts."""
    if counting not in connection.execute_wrappers:
        connection.execute_wrappers.append(counting)


def counted() -> None:
    """Count whole renders and queries; note when a frame was rendered."""
    whole, grown = live.whole, live.grown

    def whole_counted(*room: Any) -> Any:
        renders[room[2]] += 1
        return whole(*room)

    def grown_timed(*arguments: Any) -> Any:
        start = time.monotonic_ns()
        heads, frames = grown(*arguments)
        if frames:
            framed.append((start, time.monotonic_ns()))
        return heads, frames

    live.whole, live.grown = whole_counted, grown_timed
    connection_created.connect(count_connection)


def with_door(application: Any, doors: dict[str, Callable[[], dict[str, Any]]]) -> Any:
    """The application, and beside it /bench/…: a door's work runs in a thread, as a view's does."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        name = scope.get("path", "").removeprefix("/bench/")
        if scope["type"] != "http" or name not in {*doors, "stats"}:
            await application(scope, receive, send)
            return
        found = stats() if name == "stats" else await sync_to_async(doors[name])()
        body = json.dumps(found).encode()
        headers = [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def serve(server: str, port: int, application: Any, doors: dict[str, Callable[[], dict[str, Any]]] = DOORS) -> None:
    """Serve on the product's own launcher (Daphne) or on uvicorn, until told to stop."""
    many_files()
    counted()
    app = with_door(application, doors)
    if server == "uvicorn":
        uvicorn.run(
            app,
            port=port,
            ws="crisis.uvicorn_socket:Socket",
            ws_per_message_deflate=False,
            backlog=BACKLOG,
            log_level="warning",
        )
    else:
        Launcher(app, live.hub, "127.0.0.1", port, None).run()


class Served:
    """A server as a process of its own, seen from the bench."""

    def __init__(self, folder: Path, *arguments: str, port: int = 0, program: str = __file__) -> None:
        self.port, self.started = port or free_port(), time.monotonic_ns()
        command = [sys.executable, program, *arguments, str(self.port)]
        self.process = subprocess.Popen(command, env=os.environ | {"DATA_DIR": str(folder)})
        atexit.register(self.process.kill)
        wait_for(self.port, self.process)
        self.answers = time.monotonic_ns()

    def ask(self, door: str) -> dict[str, Any]:
        """Go through a door of the server."""
        found: dict[str, Any] = json.load(
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bench/{door}", timeout=60)
        )
        return found

    @property
    def cpu(self) -> float:
        """Seconds of processor of all its threads: Linux gives each process a clock of its own."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    @property
    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def sockets(self) -> int:
        """The sockets that the process holds."""
        found = 0
        for fd in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                found += str(fd.readlink()).startswith("socket:")
        return found

    def calm(self, busy: float = 0.15, seconds: float = 90) -> None:
        """Until it has nothing to do for a second but its beats: a thousand screens that came are written down one by one."""
        end, before = time.monotonic() + seconds, self.cpu
        while time.monotonic() < end:
            time.sleep(1)
            if self.cpu - before < busy:
                return
            before = self.cpu

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and wait."""
        self.process.send_signal(how)
        self.process.wait(30)


def made(folder: Path, *arguments: str) -> dict[str, Any]:
    """`prepare` or `report` in a process of its own, on the database of a folder."""
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(
        command, env=os.environ | {"DATA_DIR": str(folder)}, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def storm(walls: Walls, folder: Path, sockets: int, server: str) -> dict[str, Any]:
    """Open, kill, write, start again, wait for all."""
    cookies = made(folder, "prepare", "60", str(sockets), *LANGUAGES)["cookies"]
    served = Served(folder, "serve", server)
    walls.open("walls", served.port, "/ws/wall/", cookies, returns=True)
    served.calm()
    killed = time.monotonic_ns()
    served.end(signal.SIGKILL)
    seq = made(folder, "report")["seq"]
    served = Served(folder, "serve", server, port=served.port)
    reached = walls.reached("walls", seq, 120)
    found = served.ask("stats")
    time.sleep(12)
    later = served.ask("stats")
    served.end()
    if reached is None:
        sys.exit(f"Not all walls came back: {sum(w[0] and w[2] >= seq for w in walls.state('walls'))} of {sockets}")
    last = max(reached)
    figures = {"bench": "storm", "server": server, "sockets": len(reached), "languages": len(LANGUAGES)}
    figures |= {"seconds": (last - served.answers) / 1e9, "seconds_with_start": (last - served.started) / 1e9}
    figures |= {"seconds_since_kill": (last - killed) / 1e9, "renders": sum(found["renders"].values())}
    figures |= {"queries": sum(found["queries"].values()), "queries_later": sum(later["queries"].values())}
    return {
        "figures": {name: round(v, 2) if isinstance(v, float) else v for name, v in figures.items()},
        "by": later["queries"],
    }


def main() -> None:
    """Serve, prepare or report when a bench asks for it; otherwise the storm."""
    match sys.argv[1:]:
        case ["serve", server, port]:
            serve(server, int(port), get_default_application())
        case ["prepare", services, screens, *languages]:
            print(json.dumps(prepare(int(services), int(screens), languages)))
        case ["report"]:
            print(json.dumps(report()))
        case _:
            parser = argparse.ArgumentParser(description="Kill the server under a thousand walls.")
            parser.add_argument("--sockets", type=int, default=1000)
            parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
            asked = parser.parse_args()
            with (
                Walls() as walls,
                tempfile.TemporaryDirectory(prefix="vigie-storm-", ignore_cleanup_errors=True) as folder,
            ):
                found = storm(walls, Path(folder), asked.sockets, asked.server)
            for name, value in sorted(found["by"].items(), key=lambda pair: -pair[1]):
                print(f"{value:>8} {name}")
            print(json.dumps(found["figures"]))


if __name__ == "__main__":
    main()
