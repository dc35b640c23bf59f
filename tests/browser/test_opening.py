"""The first ten minutes in a real Chromium: from the code in the terminal to the first reports, with every action counted."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser
SERVICES = ["urgences", "soins-intensifs", "maternite", "bloc-urgent", "laboratoire", "pharmacie", "sterilisation", "dialyse",
            "bloc", "radiologie", "consultations", "telephonie"]  # fmt: skip
MINUTES, WORDS_A_MINUTE = 5, 30
"""What the first ten minutes may take of typing, by a hand that does not know the keyboard."""


class Hand:
    """Somebody at the laptop: what they press and type is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.letters = page, 0, 0

    def press(self, what: str) -> None:
        self.actions += 1
        self.page.click(what)

    def check(self, what: str) -> None:
        self.actions += 1
        self.page.check(what, force=True)

    def type(self, where: str, words: str) -> None:
        self.actions, self.letters = self.actions + 1, self.letters + len(words)
        self.page.fill(where, words)

    def go_on(self) -> None:
        self.press("main form.panel button[data-kind=main]")


def code_of(server) -> str:
    return re.search(r"(?:\w{4}-){2}\w{4}", server.output())[0]


def now(page: Page, back: int) -> str:
    """A moment so many minutes back, as the field wants it."""
    local = "new Date(Date.now() - back * 60000 - new Date().getTimezoneOffset() * 60000)"
    return str(page.evaluate(f"(back) => {local}.toISOString().slice(0, 16)", back))


def no_violation(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.fixture
def visit(chromium, console):
    contexts = []

    def somebody(server, **options) -> Page:
        context = chromium.new_context(
            **{"locale": "fr-BE", "viewport": DESK, "timezone_id": "Europe/Brussels"} | options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda m: console.append(m.text) if m.type == "error" and "status of 422" not in m.text else None
        )
        page.on("pageerror", lambda error: console.append(str(error)))
        page.goto(server.url)
        return page

    yield somebody
    for context in contexts:
        context.close()


def sees_the_head(page) -> None:
    """On the page of the services, whatever the row: the names of the sites stay above their columns."""
    last = page.locator(".ticks tbody tr").last
    last.scroll_into_view_if_needed()
    head, row = page.locator(".ticks thead th").last.bounding_box(), last.bounding_box()
    assert 0 <= head["y"] < row["y"]


def first_pages(hand: Hand, server, mode: str) -> None:
    """From the code to the last page, where the account is made."""
    hand.type("[name=code]", code_of(server))
    hand.go_on()
    hand.press(f"[name=mode][value={mode}]")
    if mode == "declare":
        hand.check("[name=is_exercise][value=no]")
        hand.go_on()
        hand.type("[name=started_at]", now(hand.page, 90))
        hand.check("[name=clock]")
        hand.go_on()
    hand.type("[name=name]", "Vivalia")
    hand.type("[name=cell_phone]", "0470 00 00 00")
    hand.go_on()
    hand.type("[name=sites]", "Arlon\nLibramont")
    hand.go_on()
    sees_the_head(hand.page)
    for key in SERVICES:
        hand.check(f"[name=at][value='{key}@0']")
        hand.check(f"[name=at][value='{key}@1']")
    hand.go_on()
    hand.type("[name=name]", "Direction de garde")
    hand.type("[name=username]", "garde")
    hand.type("[name=new]", "cheval pile agrafe")
    hand.type("[name=again]", "cheval pile agrafe")
    hand.go_on()


def report(hand: Hand, status: str, note: str = "") -> None:
    hand.check(f"#report-form input[value={status}]")
    if note:
        hand.type("#report-form [name=reason]", note)
    hand.press("#report-form button[data-kind=main]")
    expect(hand.page.locator("#change .message")).to_be_visible()


def test_from_an_empty_database_to_three_reports_in_seventy_actions(running_server, visit):
    hand = Hand(page := visit(running_server))
    first_pages(hand, running_server, "declare")
    expect(page.locator(".tile[data-status=not_assessed]")).to_have_count(24)

    report(hand, "vital")
    hand.press("#change button[data-key=n]")
    report(hand, "suspended", "Serveurs bloqués")
    hand.press("#change button[data-key=n]")
    report(hand, "vital")

    expect(page.locator(".tile[data-status=vital]")).to_have_count(2)
    expect(page.locator(".tile[data-status=suspended]")).to_have_count(1)
    expect(page.locator("#alarms .alarm")).to_have_count(1)
    assert hand.actions <= 70
    assert hand.letters / (WORDS_A_MINUTE * 5) <= MINUTES


def test_the_code_of_the_terminals_qr_fills_the_field_and_leaves_the_address(running_server, visit):
    page = visit(running_server)
    for before in (page.url, "about:blank"):
        page.goto(before)
        page.goto(f"{running_server.url}/start/#{code_of(running_server)}")

        expect(page.locator("[name=code]")).to_have_value(code_of(running_server))
        assert page.url == f"{running_server.url}/start/"
    page.keyboard.press("Enter")

    expect(page.locator("[name=mode][value=prepare]")).to_be_visible()


def test_a_house_that_is_prepared_declares_in_eight_actions(running_server, visit):
    first_pages(Hand(page := visit(running_server)), running_server, "prepare")
    expect(page.locator("main")).to_contain_text("Aucune crise")

    hand = Hand(page)
    hand.press("main a[data-kind=main]")
    hand.check("[name=is_exercise][value=no]")
    hand.type("[name=started_at]", now(page, 30))
    hand.check("[name=clock]")
    hand.go_on()
    report(hand, "vital")

    assert hand.actions <= 8
    expect(page.locator(".tile[data-status=not_assessed]")).to_have_count(23)


def test_with_the_keyboard_alone_a_column_and_a_row_are_ticked_at_once(running_server, visit):
    page = visit(running_server)
    page.fill("[name=code]", code_of(running_server))
    page.keyboard.press("Enter")
    page.press("[value=prepare]", "Enter")
    page.fill("[name=name]", "Vivalia")
    page.fill("[name=cell_phone]", "0470")
    page.keyboard.press("Enter")
    page.fill("[name=sites]", "Arlon\nLibramont")
    page.click("main form.panel button[data-kind=main]")
    boxes = page.locator("[name=at]:checked")

    page.locator("thead .all").first.press("Enter")
    essential = page.locator("[name=essential]:checked").count()
    expect(boxes).to_have_count(essential)
    page.locator("tbody .all", has_text="IRM").press("Enter")
    expect(boxes).to_have_count(essential + 2)
    page.locator("thead .all").first.press("Enter")
    expect(boxes).to_have_count(2)


@pytest.mark.parametrize("look", [{}, {"viewport": PHONE}, {"color_scheme": "dark"}], ids=["desk", "phone", "dark"])
def test_every_page_of_the_way_fits_and_can_be_read_by_everybody(running_server, visit, look):
    page = visit(running_server, **look)
    no_violation(page)
    page.fill("[name=code]", code_of(running_server))
    page.click("main form.panel button[data-kind=main]")
    no_violation(page)
    page.click("[value=declare]")
    for fill in (
        lambda: page.check("[value=no]", force=True),
        lambda: (page.fill("[name=started_at]", now(page, 90)), page.check("[name=clock]")),
        lambda: (page.fill("[name=name]", "Vivalia"), page.fill("[name=cell_phone]", "0470")),
        lambda: page.fill("[name=sites]", "Arlon\nLibramont"),
        lambda: (page.check("[value='urgences@0']"), page.check("[value='urgences@1']")),
    ):
        no_violation(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        fill()
        page.click("main form.panel button[data-kind=main]")
    expect(page.locator(".summary")).to_contain_text("Arlon, Libramont")
    no_violation(page)


def test_without_script_the_way_is_the_same(running_server, visit):
    hand = Hand(page := visit(running_server, java_script_enabled=False))
    hand.type("[name=code]", code_of(running_server))
    hand.go_on()
    hand.press("[value=prepare]")
    hand.type("[name=name]", "Vivalia")
    hand.type("[name=cell_phone]", "0470")
    hand.go_on()
    hand.type("[name=sites]", "Arlon")
    hand.go_on()
    hand.press("summary")
    hand.type("[name=pasted]", "Urgences\nlabo")
    hand.press("details button")
    expect(page.locator("[name=at]:checked")).to_have_count(2)
    hand.go_on()
    expect(page.locator(".summary")).to_contain_text("2 services")
