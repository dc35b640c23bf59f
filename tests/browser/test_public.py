"""The public pages in a real browser without JavaScript: read, asked, printed; and released by one key at the desk."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_desk import faults
from tests.running import until

pytestmark = pytest.mark.browser

RELEASED = """
from django.utils import timezone
from crisis.models import Crisis
from services.models import Site
from services.writes import confirm_site
from crisis.communiques.answers import digest_read
from crisis.communiques.public.state import situation_of
from crisis.communiques.releases import release_answers
crisis = Crisis.objects.get()
for site in Site.objects.all():
    confirm_site(crisis, site, by=None)
release_answers(crisis, digest_read(situation_of(crisis, timezone.now()).now), by=None)
"""
FAILED = """
from crisis.models import Crisis
from services.facts import Facts
from services.models import Service
from services.writes import report_status
service = Service.objects.get(activity__key="prelevements", site__key="libramont")
report_status(Crisis.objects.get(), service, Facts(status="suspended"), by=None)
"""
PATHS = [
    "/public/fr/",
    "/public/nl/?site=libramont&kind=radiologie",
    "/public/de/answers/arlon/",
    "/public/en/print/",
    "/public/fr/rien/",
]


@pytest.fixture
def reader(chromium, demo_server, console):
    """Somebody's browser without JavaScript, without an account."""
    contexts = []

    def make(**options) -> Page:
        context = chromium.new_context(
            **{"locale": "fr-BE", "viewport": DESK, "timezone_id": "Europe/Brussels", "java_script_enabled": False}
            | options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()


def test_a_patient_asks_without_javascript_and_gets_no_cookie(demo_server, reader):
    demo_server.python(RELEASED)
    page = reader()

    page.goto(f"{demo_server.url}/public/")
    assert page.url == f"{demo_server.url}/public/fr/"
    expect(page.locator("p.exercise")).to_be_visible()
    page.select_option("[name=site]", "libramont")
    page.select_option("[name=kind]", "prelevements")
    page.click("form button")

    expect(page.locator("#answer")).to_have_attribute("data-answer", "kept")
    assert page.context.cookies() == []
    demo_server.python(FAILED)

    def fallen() -> bool:
        page.reload()
        return page.locator("#answer").get_attribute("data-answer") == "call"

    until(fallen, "the failure is on the page", 5)
    page.click("text=NL")
    assert page.url == f"{demo_server.url}/public/nl/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_screen_reader_finds_no_fault_and_a_phone_no_sideways_scrolling(demo_server, reader, viewport, scheme):
    demo_server.python(RELEASED)
    page = reader(viewport=viewport, color_scheme=scheme, java_script_enabled=True, bypass_csp=True)

    for path in PATHS:
        page.goto(f"{demo_server.url}{path}")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_however_far_one_scrolls_the_public_reads_that_it_is_an_exercise(demo_server, reader):
    demo_server.python(RELEASED)
    page = reader()
    page.goto(f"{demo_server.url}/public/fr/answers/libramont/")

    page.locator(".foot").scroll_into_view_if_needed()
    page.wait_for_function("window.scrollY > 150")

    assert page.locator("p.exercise").bounding_box()["y"] == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_the_stamp_is_dark_and_no_box_is_empty(demo_server, reader, scheme):
    demo_server.python(RELEASED)
    page = reader(color_scheme=scheme)
    page.goto(f"{demo_server.url}/public/fr/")
    page.emulate_media(media="print")

    stamp = page.locator("p.exercise").evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    assert stamp == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]
    expect(page.locator(".panel")).to_be_hidden()
    shown = page.locator("details .word").first.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
    assert shown == page.evaluate("CSS.supports('selector(::details-content)')"), (
        "below the situation stands what holds"
    )

    page.goto(f"{demo_server.url}/public/fr/?site=libramont&kind=prelevements")
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("form")).to_be_hidden()


def test_files_on_a_stick_are_read_without_a_server(demo_server, reader, tmp_path):
    demo_server.python(RELEASED)
    demo_server.manage("export_public", str(tmp_path / "site"))
    demo_server.stop()
    page = reader(viewport=PHONE)

    page.goto((tmp_path / "site" / "index.html").as_uri())
    page.click("a.button[hreflang=fr]")
    expect(page.locator("h1.lede")).to_be_visible()
    page.click("main a.button >> text=Libramont")
    expect(page.locator("h1")).to_have_text("Libramont")

    assert page.locator("li.answer").count() > 5
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor") == "rgb(18, 63, 109)"


def test_one_key_releases_what_patients_would_read(demo_server, enter):
    page = enter(demo_server, "medical", "/crises/1/public/")
    expect(page.locator("h2#waits")).to_be_visible()
    assert faults(page) == []

    page.keyboard.press("r")

    expect(page.locator("main .message")).to_be_visible()
    expect(page.locator(".differences")).to_have_count(0)


def test_the_sheet_of_the_call_centre_has_no_fault(demo_server, enter):
    page = enter(demo_server, "secretary", "/crises/1/public/sheet/nl/", bypass_csp=True)

    assert faults(page) == []
