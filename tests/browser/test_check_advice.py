"""The check beside the editor: what the last communiqué said and this one passes over is put in with one click."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_communiques import begun

pytestmark = pytest.mark.browser


def test_a_click_puts_in_the_fact_of_a_service_that_is_passed_over(demo_server, enter):
    page = enter(demo_server, "communications")
    begun(page, demo_server.url)
    page.locator(".pad").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Merci. ")
    button = page.locator(".advice[data-kind=dropped] button[data-token]").first
    expect(button).to_be_visible()
    token = button.get_attribute("data-token")
    service = token[1:].partition("]")[0]

    button.click()

    expect(page.locator(".pad .fact")).to_have_text(service)
    assert token in page.locator("textarea[name=body]").input_value()
    expect(page.locator(f'.advice[data-kind=dropped] button[data-token="{token}"]')).to_have_count(0)
