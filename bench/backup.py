"""A backup of 10,000 entries: its size, its seconds, what it costs eight people who write, and the seconds to put it back.

    .venv/bin/python bench/backup.py [--entries 10000] [--writers 8]

On SQLite in a temporary folder; put back by `manage.py restore` on a fresh clone of this repository with SQLite, and on a
real PostgreSQL (bench/servers.py). Every report that was acknowledged before the backup has to be there, and the head equal.
It prints a table and one JSON object as its last line.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(tempfile.mkdtemp(prefix="vigie-bench-"))
sys.path.insert(0, str(ROOT))
os.environ["DATA_DIR"] = str(FOLDER / "source")
os.environ["DJANGO_SETTINGS_MODULE"] = "crisis.settings"
for name in ("DATABASE_URL", "SECRET_KEY", "BACKUP_DIR", "BACKUP_PASSPHRASE_FILE"):
    os.environ.pop(name, None)

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench.servers import postgresql
from crisis.accounts.models import User
from crisis.backup.make import Backup, make_backup
from crisis.models import Crisis, JournalEntry, Organisation
from crisis.writes import declare_crisis, grant_role
from services.facts import Facts
from services.models import Activity, Service, Site
from services.writes import confirm_service, report_status

PASSPHRASE = "a passphrase for the bench only"
ALONE = 5.0
"""Seconds that the writers are measured without a backup, before and after."""


def fill(entries: int, writers: int) -> tuple[Crisis, list[Service], list[User]]:
    """A crisis with that many entries, each a report with its texts, and the people who will write."""
    Organisation.objects.create(pk=1, name="Bench", languages=["fr"])
    site = Site.objects.create(key="site", names={"": "Site"})
    crisis = declare_crisis("Bench", started_at=timezone.now() - timedelta(days=30), by=None)
    services = []
    for number in range(60):
        activity = Activity.objects.create(key=f"activity-{number}", names={"": f"Activity {number}"}, order=number)
        services.append(Service.objects.create(activity=activity, site=site))
    users = [User.objects.create_user(f"writer{number}", password=None) for number in range(writers)]
    for user in users:
        grant_role(user, "secretary", crisis, by=None)
    facts = Facts(status="vital")
    with transaction.atomic():
        number = 0
        while JournalEntry.objects.count() < entries if number % 500 == 0 else True:
            words = f"Round {number}: the queue is longer than yesterday, two people help at the desk"
            report_status(crisis, services[number % 60], facts.changed(capacity=number % 99 + 1, note=words), by=None)
            number += 1
    return crisis, services, users


class Writer(threading.Thread):
    """Somebody who confirms one service after another."""

    def __init__(self, crisis: Crisis, service: Service, user: User, stop: threading.Event) -> None:
        super().__init__()
        self.crisis, self.service, self.user, self.halt = crisis, service, user, stop
        self.acknowledged: list[tuple[float, str, float]] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Until told to stop; each entry with its moment and how long it took."""
        try:
            while not self.halt.is_set():
                since = time.monotonic()
                entry = confirm_service(self.crisis, self.service, by=self.user).entry
                now = time.monotonic()
                self.acknowledged.append((now, f"{entry.seq}:{entry.hash}", now - since))
        except BaseException as failure:
            self.failure = failure
        finally:
            connection.close()


def under_load(crisis: Crisis, services: list[Service], users: list[User]) -> dict[str, object]:
    """A backup while they write: its seconds, and their entries per second without and with it."""
    stop = threading.Event()
    writers = [Writer(crisis, services[number], user, stop) for number, user in enumerate(users)]
    for writer in writers:
        writer.start()
    time.sleep(ALONE)
    begun = time.monotonic()
    before = {head for writer in writers for _at, head, _took in list(writer.acknowledged)}
    made = make_backup(FOLDER / "load.backup", PASSPHRASE)
    ended = time.monotonic()
    time.sleep(ALONE)
    stop.set()
    for writer in writers:
        writer.join()
    if failures := [writer.failure for writer in writers if writer.failure]:
        sys.exit(f"A writer failed: {failures[0]!r}")
    seen = [each for writer in writers for each in writer.acknowledged]
    during = [took for at, _head, took in seen if begun <= at <= ended]
    quiet = [took for at, _head, took in seen if at < begun or at > ended]
    return {
        "made": made,
        "before": before,
        "seconds": ended - begun,
        "with": len(during) / (ended - begun),
        "without": len(quiet) / (2 * ALONE),
        "slowest": max(during, default=0.0) * 1000,
        "slowest_without": max(quiet) * 1000,
    }


def put_back(checkout: Path, made: Backup, before: set[str], name: str, url: str = "") -> float:
    """Seconds of `manage.py restore` in a checkout of its own; ends the bench when anything is missing."""
    key = FOLDER / "passphrase"
    key.write_text(PASSPHRASE)
    own = {"DATA_DIR": str(FOLDER / name), "BACKUP_PASSPHRASE_FILE": str(key)} | ({"DATABASE_URL": url} if url else {})

    def manage(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=checkout, env=os.environ | own, capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"{name}: {done.stdout}{done.stderr}")
        return done.stdout

    since = time.monotonic()
    manage("restore", str(made.path))
    seconds = time.monotonic() - since
    code = "from crisis.models import JournalEntry as J; print(*(f'{s}:{h}' for s, h in J.objects.values_list('seq', 'hash')))"
    there = set(manage("shell", "-v0", "-c", code).split())
    if missing := before - there:
        sys.exit(f"{name}: {len(missing)} acknowledged reports are missing.")
    verified = manage("verify_journal")
    if made.heads[1] not in verified:
        sys.exit(f"{name}: the head differs.\n{verified}")
    return seconds


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=8)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    crisis, services, users = fill(asked.entries, asked.writers)
    since = time.monotonic()
    quiet = make_backup(FOLDER / "quiet.backup", PASSPHRASE)
    seconds = time.monotonic() - since
    load = under_load(crisis, services, users)
    made, before = load.pop("made"), load.pop("before")
    checkout = FOLDER / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(checkout)], check=True)
    on_sqlite = put_back(checkout, made, before, "sqlite")
    with tempfile.TemporaryDirectory(prefix="vigie-") as name, postgresql(Path(name)) as url:
        on_postgresql = put_back(checkout, made, before, "postgresql", url)
    database = sum(path.stat().st_size for path in (FOLDER / "source").glob("vigie.sqlite3*"))
    found = {
        "entries": quiet.label["entries"],
        "rows": quiet.label["rows"],
        "database_bytes": database,
        "backup_bytes": quiet.size,
        "backup_seconds": seconds,
        "backup_seconds_under_load": load["seconds"],
        "entries_acknowledged_before": len(before),
        "writers": asked.writers,
        "entries_per_second_without": load["without"],
        "entries_per_second_with": load["with"],
        "slowest_entry_ms_without": load["slowest_without"],
        "slowest_entry_ms_with": load["slowest"],
        "restore_seconds_sqlite": on_sqlite,
        "restore_seconds_postgresql": on_postgresql,
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }
    for label, value in found.items():
        print(
            f"{label.replace('_', ' '):32} {value:,.2f}"
            if isinstance(value, float)
            else f"{label.replace('_', ' '):32} {value}"
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
