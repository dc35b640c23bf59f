"""Accounts from a spreadsheet in a real Chromium: a file, its columns corrected, everybody, their cards; on a phone too."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_cards import fits
from tests.browser.test_desk import faults
from tests.sheets import xlsx

pytestmark = pytest.mark.browser
SIZES = {
    "desk": {},
    "phone": {"viewport": PHONE},
    "dark": {"color_scheme": "dark"},
    "plain": {"java_script_enabled": False},
}


def look(page: Page, size: str) -> None:
    """Axe finds nothing, and nothing has to be moved sideways."""
    if size != "plain":  # axe is a script
        assert faults(page) == []
        assert fits(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_its_columns_everybody_and_their_cards(size, demo_server, enter):
    rows = [["Qui", "Poste", "GSM"], *[[f"{size} Nurse{n}", "surgery", f"061 00 00 0{n}"] for n in range(9)]]
    content = xlsx([*rows, [f"{size} Nurse9", "surgery" * 20, ""]])
    desk = enter(demo_server, "secretary", **SIZES[size])
    desk.goto(f"{demo_server.url}/")
    desk.click("header.bar a[href$='/members/']")
    desk.click("main a[href$='/members/table/']")
    look(desk, size)
    desk.set_input_files("[name=table]", {"name": "people.xlsx", "mimeType": "", "buffer": content})
    desk.click("main button[data-kind=main]")

    look(desk, size)
    expect(desk.locator("[name=column1]")).to_have_value("function")
    desk.select_option("[name=role]", "observer")
    desk.click("main button[data-kind=main]")
    expect(desk.locator("main [role=alert] li")).to_have_count(1)
    expect(desk.locator("[name=role]")).to_have_value("observer")
    desk.select_option("[name=column1]", "")
    desk.click("main button[data-kind=main]")

    expect(desk.locator("main tbody tr")).to_have_count(10)
    look(desk, size)
    desk.click("main button[data-kind=main]")
    expect(desk.locator(".door-cards li")).to_have_count(10)
    look(desk, size)
    with desk.expect_popup() as opened:
        desk.click("form[action$='/cards/paper/'] button")
    assert opened.value.url.endswith("/cards/paper/")
