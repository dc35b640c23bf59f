"""Paper in the browser: printed from the board, filled by hand, and typed in again by keyboard, on a phone, without a script."""

import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import PHONE
from tests.browser.test_desk import faults, live

pytestmark = pytest.mark.browser
SOURCE = "Feuille papier de 04:00"


def an_hour_ago() -> str:
    return (datetime.now(ZoneInfo("Europe/Brussels")) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


def text_behind(page: Page, href: str) -> str:
    """The words of a PDF that this person's browser gets."""
    answer = page.request.get(f"{page.url.partition('/crises')[0]}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    return "".join(each.extract_text() for each in PdfReader(BytesIO(answer.body())).pages)


def wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def status(page: Page, service: str):
    return page.locator(".lines li", has_text=service).locator("select")


def board_says(page: Page, service: str, word: str) -> None:
    expect(page.locator(f"td:has(a.cell[aria-label='{service}']) .tile")).to_have_attribute("data-status", word)


def test_a_sheet_is_printed_filled_by_hand_and_typed_in_by_keyboard(demo_server, enter):
    page = enter(demo_server, "secretary")
    live(page)
    page.locator("h1").click()
    page.keyboard.press("p")
    page.wait_for_url("**/paper/")
    assert faults(page) == []
    for href in page.eval_on_selector_all(".papers a[href*='/paper/']", "all => all.map(a => a.getAttribute('href'))"):
        assert "EXERCICE" in text_behind(page, href), href

    page.keyboard.press("r")
    page.wait_for_url(re.compile("/back-entry/"))
    assert faults(page) == []
    expect(page.locator("[name=observed_at]")).to_be_focused()
    page.fill("[name=observed_at]", an_hour_ago())
    page.focus("[name=source]")
    page.keyboard.type(SOURCE)
    page.keyboard.press("Tab")
    expect(status(page, "Urgences")).to_be_focused()
    expect(page.locator(".down:visible")).to_have_count(page.locator("li[data-was=suspended]").count())
    page.keyboard.type("Susp")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Cas vitaux")
    page.keyboard.press("Enter")

    refused = page.locator("li[data-refused]")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("Urgences (Arlon)")
    assert faults(page) == []
    expect(refused.locator("[name$=-remains]")).to_have_value("Cas vitaux")
    refused.locator("[name$=-reason]").fill("Serveurs à l’arrêt")
    page.keyboard.press("Enter")

    expect(page.locator("main .message")).to_contain_text("Arlon")
    expect(page.locator(".pages-way [aria-current]")).to_have_text("Bastogne")
    expect(page.locator("[name=source]")).to_have_value(SOURCE)
    expect(page.locator(".lines select").first).to_be_focused()
    expect(page.locator(".alarm")).to_contain_text("Serveurs à l’arrêt")
    page.goto(f"{demo_server.url}/crises/1/")
    board_says(page, "Urgences (Arlon)", "suspended")
    assert "Cas vitaux" in text_behind(page, "/crises/1/paper/board/")


def test_on_a_phone_without_a_script_what_is_older_than_the_board_is_noted_and_the_board_stays(demo_server, enter):
    page = enter(demo_server, "duty", path="/crises/1/paper/", java_script_enabled=False, viewport=PHONE)
    page.locator("a[href*=back-entry]").first.click()
    expect(page.locator(".pages-way")).to_have_count(0)  # the only site that this person answers for
    page.fill("[name=observed_at]", "2022-05-20T04:00")
    page.fill("[name=source]", SOURCE)
    status(page, "Centre Covid").select_option("suspended")
    page.locator(".entry button[data-kind=main]").click()

    expect(page.locator("main .message")).to_have_count(2)
    expect(page.locator("main .message").last).to_contain_text("Centre Covid")
    board_says(page, "Centre Covid (Libramont)", "restored")


def test_both_pages_fit_a_phone(demo_server, enter):
    page = enter(demo_server, "director", path="/crises/1/paper/", viewport=PHONE)
    assert not wider_than_its_window(page)
    assert faults(page) == []

    page.locator("a[href*=back-entry]").first.click()
    expect(page.locator(".lines select").first).to_be_visible()
    assert not wider_than_its_window(page)
    assert faults(page) == []
