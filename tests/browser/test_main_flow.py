"""The main flow: a secretary reports in one browser, every other open board shows it at once; and nothing is lost."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.main_flow]

SERVICE = "Radiologie (examens programmés) (Libramont)"
BEHIND_ITS_BACK = """
from crisis.models import Crisis
from services.facts import Facts
from services.models import Service
from services.writes import report_status
service = Service.objects.get(activity__key="radiologie", site__key="libramont")
report_status(Crisis.objects.get(), service, Facts(status="restored", note="de retour"), by=None)
"""


def tile(page: Page, service: str = SERVICE):
    return page.locator(f"td:has(a.cell[aria-label='{service}']) .tile")


def live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def same_document(page: Page) -> bool:
    return bool(page.evaluate("window.marked === true"))


def test_a_report_in_one_browser_changes_the_tile_in_the_other_without_a_reload(demo_server, enter):
    secretary, observer = enter(demo_server, "secretary"), enter(demo_server, "observer")
    for page in (secretary, observer):
        live(page)
        page.evaluate("window.marked = true")
    expect(tile(observer)).to_have_attribute("data-status", "suspended")
    before = int(observer.locator(".count[data-status=suspended] b").inner_text())

    secretary.click(f"a.cell[aria-label='{SERVICE}']")
    secretary.check("#report-form input[value=restored]", force=True)
    secretary.fill("#report-form [name=note]", "Deux salles")
    secretary.click("#report-form button[data-kind=main]")

    expect(secretary.locator("#change")).to_contain_text("écrit dans le journal, n°")
    for page in (secretary, observer):
        expect(tile(page)).to_have_attribute("data-status", "restored")
        expect(tile(page)).to_contain_text("Deux salles")
        expect(page.locator(".count[data-status=suspended] b")).to_have_text(str(before - 1))
        expect(page.locator("#changes li").first).to_contain_text("Rétabli")
        assert same_document(page)


def test_an_undo_is_a_new_report_that_everybody_sees(demo_server, enter):
    secretary, observer = enter(demo_server, "secretary"), enter(demo_server, "observer")
    live(observer)
    secretary.click(f"a.cell[aria-label='{SERVICE}']")
    secretary.check("#report-form input[value=vital]", force=True)
    secretary.click("#report-form button[data-kind=main]")
    expect(tile(observer)).to_have_attribute("data-status", "vital")

    secretary.click("#change form[action*=undo] button")

    expect(tile(observer)).to_have_attribute("data-status", "suspended")
    expect(tile(secretary)).to_have_attribute("data-status", "suspended")


def test_an_essential_service_that_is_suspended_raises_an_alarm_until_it_is_seen(demo_server, enter):
    secretary, director = enter(demo_server, "secretary"), enter(demo_server, "director", "/crises/1/journal/")
    live(director)
    secretary.click("a.cell[aria-label='Urgences (Arlon)']")
    secretary.check("#report-form input[value=suspended]", force=True)
    secretary.click("#report-form button[data-kind=main]")
    expect(secretary.locator("#change .errorlist")).to_contain_text("dites pourquoi il est suspendu")
    secretary.fill("#report-form [name=reason]", "Plus d’électricité")
    secretary.click("#report-form button[data-kind=main]")

    expect(director.locator("#alarms")).to_contain_text("Urgences (Arlon) est suspendu : un service essentiel.")
    expect(secretary.locator("#alarms")).to_contain_text("Plus d’électricité")
    director.click("#alarms a.button")
    director.click("#alarm button")

    expect(director.locator("#alarms .alarm")).to_have_count(0)
    expect(secretary.locator("#alarms .alarm")).to_have_count(0)


def test_a_killed_server_leaves_no_screen_that_looks_live_and_both_catch_up(demo_server, enter, console):
    console.expected = True  # what a browser says of a server that is gone
    pages = [enter(demo_server, "secretary", clock=True), enter(demo_server, "observer", clock=True)]
    for page in pages:
        live(page)
        expect(tile(page)).to_have_attribute("data-status", "suspended")
        expect(page.locator("#stale")).to_be_hidden()

    demo_server.kill()
    demo_server.manage("shell", "-v0", "-c", BEHIND_ITS_BACK)
    for page in pages:
        page.clock.fast_forward("00:12")
        expect(page.locator("#live")).to_have_attribute("data-state", "late")
        page.clock.fast_forward("00:30")
        expect(page.locator("#stale")).to_be_visible()
        expect(page.locator("#stale")).to_contain_text("PAS À JOUR depuis")
        expect(page.locator("#stale")).to_contain_text("0470 00 00 00")
        assert "grayscale" in page.evaluate("getComputedStyle(document.querySelector('main')).filter")

    demo_server.start()
    for page in pages:
        expect(tile(page)).to_have_attribute("data-status", "restored", timeout=40_000)
        expect(tile(page)).to_contain_text("de retour")
        expect(page.locator("#stale")).to_be_hidden()
        live(page)
