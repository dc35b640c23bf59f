"""A real browser over HTTPS with a certificate of one's own, once its person went past the warning."""

import re

import pytest
from playwright.sync_api import Error, expect

from tests.browser.walls import identity, open_wall, report
from tests.running import demo_in

pytestmark = pytest.mark.browser


@pytest.fixture
def outside(prepared_demo, tmp_path):
    """A demonstration of the test's own on every address of this machine."""
    with demo_in(tmp_path, prepared_demo, "--host", "0.0.0.0") as server:
        yield server


def test_a_browser_warns_first_and_whoever_goes_on_is_live(outside, enter, chromium):
    careful = chromium.new_context()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        careful.new_page().goto(f"{outside.url}/sign-in/")
    careful.close()

    page = enter(outside, "observer", ignore_https_errors=True)

    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=15_000)
    assert page.url.startswith("https://")
    assert {cookie["name"]: cookie["secure"] for cookie in page.context.cookies()} == dict.fromkeys(
        ["csrftoken", "sessionid", "django_language"], True
    )
    report(outside, "scintigraphie", "libramont", status="restored", note="par un canal chiffré")
    expect(page.locator("main")).to_contain_text("par un canal chiffré", timeout=15_000)


def test_who_types_the_address_without_https_lands_on_it(outside, chromium):
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()

    page.goto(f"http://{outside.host}/sign-in/")

    assert page.url == f"{outside.url}/sign-in/"
    expect(page.locator("[data-sign-in]")).to_be_visible()
    context.close()


def test_a_wall_is_live_over_https_and_the_code_leads_there_by_https(outside, screen):
    waiting = screen(ignore_https_errors=True)
    waiting.goto(f"{outside.url}/wall/")
    expect(waiting.locator("main")).to_contain_text(re.compile(rf"https://{outside.host}"))

    open_wall(screen(ignore_https_errors=True), outside.url, identity(outside))
