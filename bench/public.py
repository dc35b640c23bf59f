"""Public pages per second: the first time and kept, beside Django saying a bare "hello" in the same run.

    python3 manage.py up       # once, so that the environment exists
    .venv/bin/python bench/public.py    # prints a table, and one JSON object as its last line

Eight sites, ten activities, twenty communiqués, four languages. Requests go through Django's own handler with all of our
middleware, in this process, without a network: `hello` is a view that returns five letters, behind the same middleware;
`bare` is the same view with no middleware at all. *Cold* forgets everything before each request, *kept* is the usual case,
*unchanged* a reader that sends its ETag. Medians of interleaved passes; a kept page looks at the journal's head once a second.
"""

import argparse
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
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import path
from django.utils import timezone

from crisis.communiques.answers import digest_of, digest_read
from crisis.communiques.models import Act, Communique, Edition, Step
from crisis.communiques.public import serve
from crisis.communiques.public.state import situation_of
from crisis.communiques.releases import release_answers
from crisis.journal import lock_book, plain, record
from crisis.models import Crisis, Organisation, Text
from crisis.urls import urlpatterns as ours
from crisis.writes import declare_crisis
from services.facts import Facts
from services.models import Activity, EssentialPeriod, Service, Site
from services.writes import report_status

PAGE = "/public/fr/?site=s1&kind=radiologie"
KINDS = [
    "urgences", "soins-intensifs", "laboratoire", "dialyse", "radiologie", "irm", "consultations", "prelevements", "endoscopie",
    "hopital-de-jour",
]  # fmt: skip
"""Activities of the catalogue, the first four essential: all of them stand on the pages."""


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    """Five letters."""
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello), *ours]


def world() -> Crisis:
    """A crisis with a released answer for each of eighty services, and twenty communiqués."""
    now = timezone.now()
    Organisation.objects.create(pk=1, name="Bench", languages=["fr", "nl", "de", "en"], public_phone="0800 00 000")
    crisis = declare_crisis("Bench", started_at=now - timedelta(days=9), by=None)
    sites = [Site.objects.create(key=f"s{n}", names={"": f"Site {n}"}, order=n) for n in range(8)]
    for n, key in enumerate(KINDS):
        activity = Activity.objects.create(key=key, names={"fr": f"Activité {n}"}, order=n)
        if n < 4:
            EssentialPeriod.objects.create(activity=activity)
        for site in sites:
            service = Service.objects.create(activity=activity, site=site)
            report_status(crisis, service, Facts(status="vital", public_note="Entrée par le nord."), by=None)
    for number in range(1, 21):
        publish(crisis, number)
    release_answers(crisis, digest_read(situation_of(crisis, timezone.now()).now), by=None)
    return crisis


@transaction.atomic
def publish(crisis: Crisis, number: int) -> None:
    """A communiqué of a few lines in four languages."""
    now, book = timezone.now(), lock_book(crisis)
    communique = Communique.objects.create(crisis=crisis, number=number, begun_at=now)
    said = {lang: {"title": Text.written(f"Titre {number}", lang), "late": False} for lang in ("fr", "nl", "de", "en")}
    for lang, words in said.items():
        words["body"] = Text.written("Les blocs **fonctionnent**.\n\n- Arlon\n- Marche\n" * 5, lang)
    content = plain({"lead": "fr", "seq": 1, "langs": said})
    entry = record(book, None, "communique.submitted")
    edition = Edition.objects.create(
        communique=communique, number=1, entry=entry, content=content, digest=digest_of(content)
    )
    done = record(book, None, "communique.published")
    Step.objects.create(communique=communique, edition=edition, entry=done, act=Act.PUBLISHED, at=now)


def handler(**changed: object) -> Callable[[str, str], HttpResponse]:
    """Django's own handler under these settings."""
    with override_settings(ROOT_URLCONF=__name__, **changed):
        made = BaseHandler()
        made.load_middleware()
    factory = RequestFactory()

    def get(address: str, etag: str = "") -> HttpResponse:
        request = factory.get(address, headers={"Host": "localhost"} | ({"If-None-Match": etag} if etag else {}))
        request.urlconf = __name__
        return made.get_response(request)

    return get


def per_second(get: Callable[[], HttpResponse], times: int) -> float:
    """Requests per second."""
    start = time.perf_counter()
    for _ in range(times):
        get()
    return times / (time.perf_counter() - start)


def main() -> None:
    """Make a database of its own, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--passes", type=int, default=9)
    passes = parser.parse_args().passes
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    world()
    whole, alone = handler(), handler(MIDDLEWARE=[])
    page = whole(PAGE)
    assert page.status_code == 200, page.status_code

    def cold() -> HttpResponse:
        serve.forget()
        return whole(PAGE)

    ways: dict[str, tuple[Callable[[], HttpResponse], int]] = {
        "cold": (cold, 10),
        "kept": (lambda: whole(PAGE), 1000),
        "unchanged": (lambda: whole(PAGE, page["ETag"]), 1000),
        "hello": (lambda: whole("/hello/"), 1000),
        "bare": (lambda: alone("/hello/"), 1000),
    }
    assert {name: way().status_code for name, (way, _n) in ways.items()} == {
        "cold": 200, "kept": 200, "unchanged": 304, "hello": 200, "bare": 200,
    }  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(passes):
        for name, (way, times) in ways.items():
            found[name].append(per_second(way, times))
    rates = {name: round(statistics.median(each), 1) for name, each in found.items()}
    for name, rate in rates.items():
        print(f"{name:>10} {rate:>10,.1f} requests/s")
    ratios = {f"kept_to_{peer}": round(rates["kept"] / rates[peer], 2) for peer in ("hello", "bare")}
    said = {"bench": "public", "database": connection.vendor, "passes": passes, "bytes": len(page.content)}
    print(json.dumps(said | {"per_second": rates} | ratios))


if __name__ == "__main__":
    settings.ALLOWED_HOSTS.append("localhost")
    main()
