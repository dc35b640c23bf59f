"""What paper costs: each PDF of a crisis of 60 and of 300 services, from the database to the last byte.

    python3 manage.py up       # once, so that the environment exists
    .venv/bin/python bench/paper.py     # prints a table, and one JSON object as its last line

`first` is the first time in this process, `again` the median of seven more: the typesetter remembers what it laid out a moment
ago, so the print of a changed board lies in between. Milliseconds. The peer, in the same run: the same board as a page of HTML,
tiles cold, through Django's client; what a browser's own printing would begin with.
"""

import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.board import crisis_with, median  # sets Django up, on a database of its own

# isort: split

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.utils import translation
from pypdf import PdfReader

from crisis.accounts.models import User
from crisis.models import Crisis, Organisation
from services import pieces
from services.paper.output import SHEETS, all_papers, paper, site_paper
from services.paper.sheets import situation_of


def makers(crisis: Crisis, client: Client) -> dict[str, Callable[[], bytes]]:
    """Each thing that is measured, by its name."""
    site = situation_of(crisis).board.sites[0]

    def page() -> bytes:
        pieces._tiles.clear()
        return client.get(f"/crises/{crisis.pk}/").content

    papers: dict[str, Callable[[], bytes]] = {
        name: lambda name=name: paper(name, situation_of(crisis)) for name in SHEETS
    }
    papers["one site"] = lambda: site_paper(site, situation_of(crisis))
    papers["all files"] = lambda: b"".join(all_papers(situation_of(crisis)).values())
    return papers | {"page (HTML)": page}


def measure(services: int, user: User, client: Client) -> list[dict[str, object]]:
    """The rows of one size."""
    rows = []
    for name, make in makers(crisis_with(services, user), client).items():
        start = time.perf_counter()
        body = make()
        first = (time.perf_counter() - start) * 1000
        single = body.startswith(b"%PDF") and name != "all files"
        pages = len(PdfReader(BytesIO(body)).pages) if single else None
        took = {"first_ms": round(first, 1), "again_ms": round(median(make), 1)}
        rows.append({"services": services, "paper": name, **took, "pages": pages, "bytes": len(body)})
    return rows


def main() -> None:
    """Make a database of its own, measure, print."""
    settings.ALLOWED_HOSTS.append("testserver")
    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    Organisation.objects.create(pk=1, name="Bench", cell_phone="0470 00 00 00")
    user, client = User.objects.create_user("bench"), Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with translation.override("fr"):
        rows = [row for services in (60, 300) for row in measure(services, user, client)]
    for row in [dict(zip(rows[0], rows[0], strict=True)), *rows]:
        print(" ".join(f"{value if value is not None else '':>12}" for value in row.values()))
    print(json.dumps({"bench": "paper", "rows": rows}))


if __name__ == "__main__":
    main()
