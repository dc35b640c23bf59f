"""What a board costs: queries, server time and bytes at 60, 300 and 1,000 services with 30 reports each.

    python3 manage.py up       # once, so that the environment exists
    .venv/bin/python bench/board.py     # prints a table, and one JSON object as its last line

The state (`board_at`) and the whole page through Django's client are measured, each as the median of seven, tiles cold and
kept. The peer is the usual way: the newest report of each service asked one by one.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="vigie-bench-")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.utils import timezone

from crisis.accounts.models import User
from crisis.journal import lock_book
from crisis.models import Crisis, Member, Organisation
from crisis.writes import declare_crisis
from services import pieces
from services.models import Activity, EssentialPeriod, Service, Site, StatusReport
from services.reads import board_at, newest_report, services_at
from services.writes import append

REPORTS, TIMES = 30, 7


def crisis_with(services: int, user: User) -> Crisis:
    """A crisis of so many services on ten sites, reported 30 times each through the journal."""
    now = timezone.now()
    crisis = declare_crisis(f"{services} services", started_at=now - timedelta(days=30), by=None)
    Member.objects.create(user=user, crisis=crisis, role="secretary", since=now)
    sites = [
        Site.objects.get_or_create(key=f"s{n}", defaults={"names": {"": f"Site {n}"}, "order": n})[0] for n in range(10)
    ]
    Service.objects.update(until=now - timedelta(days=60))
    mine = []
    for n in range(services // 10):
        activity = Activity.objects.create(key=f"a{services}-{n}", names={"fr": f"Activité {n}"}, order=n)
        if n % 3 == 0:
            EssentialPeriod.objects.create(activity=activity)
        mine += Service.objects.bulk_create(Service(activity=activity, site=site) for site in sites)
    for turn in range(REPORTS):
        moment = now - timedelta(hours=REPORTS - turn)
        facts = {"status": ["vital", "suspended", "restored"][turn % 3], "observed_at": moment}
        with transaction.atomic():
            append(
                lock_book(crisis),
                None,
                "service.reported",
                "",
                [(service, facts) for service in mine],
                recorded_at=moment,
            )
    return crisis


def median(work: Callable[[], object]) -> float:
    """Milliseconds, the median of seven."""
    took = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def one_by_one(crisis: Crisis) -> None:
    """The peer: a query per service."""
    for service in services_at(timezone.now()):
        newest_report(crisis, service)


def measure(services: int, user: User, client: Client) -> dict[str, float]:
    """One row of the table."""
    crisis = crisis_with(services, user)
    with CaptureQueriesContext(connection) as state:
        board_at(crisis)
    page = f"/crises/{crisis.pk}/"

    def cold() -> None:
        pieces._tiles.clear()
        client.get(page)

    with CaptureQueriesContext(connection) as whole:
        body = client.get(page)
    assert body.status_code == 200, body.status_code
    row = {
        "services": services,
        "state_queries": len(state),
        "page_queries": len(whole),
        "state_ms": median(lambda: board_at(crisis)),
        "one_by_one_ms": median(lambda: one_by_one(crisis)),
        "page_cold_ms": median(cold),
        "page_ms": median(lambda: client.get(page)),
        "bytes": len(body.content),
    }
    return {name: round(value, 1) for name, value in row.items()}


def main() -> None:
    """Make a database of its own, measure, print."""
    settings.ALLOWED_HOSTS.append("testserver")
    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    Organisation.objects.create(pk=1, name="Bench")
    user = User.objects.create_user("bench")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    rows = [measure(services, user, client) for services in (60, 300, 1000)]
    print(" ".join(f"{name:>14}" for name in rows[0]))
    for row in rows:
        print(" ".join(f"{value:>14}" for value in row.values()))
    first, last = rows[0], rows[-1]
    growth = {name: round(last[name] / first[name], 2) for name in ("state_ms", "page_ms", "page_cold_ms")}
    reports = StatusReport.objects.count()
    print(
        json.dumps(
            {
                "bench": "board",
                "database": connection.vendor,
                "reports": reports,
                "rows": rows,
                "growth_1000_over_60": growth,
            }
        )
    )


if __name__ == "__main__":
    main()
