"""What tests of walls say often: a paired screen's browser, and a crisis too big for one page."""

import json

from playwright.sync_api import Page, expect

from tests.running import RunningServer

PAIR = """
from crisis.displays.writes import Look, pair_display, show_code
from crisis.models import Crisis
from django.core import signing
d = pair_display(Crisis.objects.latest("pk"), show_code("127.0.0.1").code, Look(**{look!r}), by=None)
print(signing.dumps([d.pk, d.key], salt="vigie_screen"))
"""
FILL = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from crisis.journal import lock_book
from crisis.models import Crisis
from services.models import Activity, EssentialPeriod, Service, Site
from services.writes import append
now = timezone.now()
Service.objects.update(until=now - timedelta(days=9000))
crisis = Crisis.objects.get()
sites = [Site.objects.create(key=f"s{n}", names={"": f"Polyclinique {n + 1}"}, order=n) for n in range(@sites)]
mine = []
for n in range(@activities):
    names = {"fr": f"Consultations spécialisées {n + 1}", "de": f"Krankenhausapotheke {n + 1}"}
    activity = Activity.objects.create(key=f"a{n}", names=names, order=n)
    if n % 5 == 0:
        EssentialPeriod.objects.create(activity=activity)
    mine += Service.objects.bulk_create(Service(activity=activity, site=site) for site in sites)
facts = [{"status": "suspended" if n % 97 == 0 else "restored" if n % 3 else "vital", "observed_at": now} for n in range(len(mine))]
with transaction.atomic():
    append(lock_book(crisis), None, "site.confirmed", "site:s0", list(zip(mine, facts)), site={"": "x"}, count=len(mine))
"""
REPORT = """
from crisis.models import Crisis
from services.facts import Facts
from services.models import Service
from services.writes import report_status
service = Service.objects.get(activity__key=@activity, site__key=@site)
report_status(Crisis.objects.latest("pk"), service, Facts(**@facts), by=None)
"""


def filled(code: str, **values: object) -> str:
    """Lines of Python with the values in their places."""
    for name, value in values.items():
        code = code.replace(f"@{name}", repr(value))
    return code


def report(server: RunningServer, activity: str, site: str, **facts: object) -> None:
    """Somebody reports a status: by a command, so another process than the server's."""
    server.python(filled(REPORT, activity=activity, site=site, facts=facts))


def identity(server: RunningServer, **look: object) -> str:
    """The cookie of a newly paired screen."""
    return server.python(PAIR.format(look={"name": "Salle de crise"} | look)).strip()


def open_wall(page: Page, url: str, cookie: str) -> None:
    """A paired screen's browser shows its wall, live."""
    page.context.add_cookies([{"name": "vigie_screen", "value": cookie, "url": url}])
    page.goto(f"{url}/wall/", timeout=60_000)
    live(page)


def live(page: Page, seconds: float = 15) -> None:
    """The wall looks live."""
    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=seconds * 1000)
    expect(page.locator("#stale")).to_be_hidden()


def cut_words(page: Page) -> list[str]:
    """The words on the screen that do not fit where they stand, and anything that would have to be scrolled."""
    return json.loads(
        page.evaluate("""() => {
      const cut = [], root = document.documentElement;
      const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().height > 1;
      const far = () => [...document.querySelectorAll("main *")].filter((node) => node.getBoundingClientRect().bottom > innerHeight).map((node) => node.outerHTML.slice(0, 90));
      if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) cut.push(`the page scrolls: ${far().at(-1)}`);
      for (const node of document.querySelectorAll(".wall h1, .wall h2, .wall th, .tile b, .tile span, .count, .wall-clock, .wall-page, .wall-aside li, .wall-alarms")) {
        if (!seen(node) || node.classList.contains("sr")) continue;
        const box = node.getBoundingClientRect();
        if (node.scrollWidth > Math.ceil(box.width) + 1) cut.push("too wide: " + node.textContent);
        const floor = innerHeight - (document.getElementById("stale").offsetHeight || 0);
        if (box.right > innerWidth + 1 || box.bottom > floor + 1 || box.left < -1 || box.top < -1) cut.push("outside: " + node.textContent);
        const panel = node.closest(".tile, .panel");
        if (panel && box.bottom > panel.getBoundingClientRect().bottom + 1) cut.push("below its panel: " + node.textContent);
      }
      return JSON.stringify(cut);
    }""")
    )
