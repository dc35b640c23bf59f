"""A new member's first day in a real Chromium: a card, a phone, a password, the board; then a second factor, and signing in with it."""

from base64 import b32decode

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, is_fault
from tests.browser.test_desk import faults, live

pytestmark = pytest.mark.browser
NEW = "trois mots sans lien"


@pytest.fixture
def visit(chromium, console):
    """Somebody's phone, signed in nowhere."""
    contexts = []

    def make(**options) -> Page:
        contexts.append(chromium.new_context(**{"locale": "fr-BE", "viewport": PHONE} | options))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: console.append(message.text) if is_fault(message) else None)
        page.on("pageerror", lambda error: console.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()


def digits(key: str, steps: int = 0) -> str:
    """What an app with this key shows, now or some half minutes from now."""
    phone = TOTP(b32decode(key.replace("-", "")))
    phone.time = phone.time + 30 * steps
    return f"{phone.token():06}"


def fits(page: Page) -> bool:
    """Whether nothing has to be moved sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def new_member(desk: Page, username: str) -> str:
    """The secretary makes an account; the code of the card that the page then shows."""
    desk.click("header.bar a[href$='/members/']")
    desk.fill("main [name=username]", username)
    desk.fill("main [name=name]", "Infirmière en chef")
    desk.fill("main [name=function]", "chirurgie")
    desk.fill("main [name=site]", "Libramont")
    desk.select_option("main [name=role]", "secretary")
    desk.click("main form.panel button[data-kind=main]")
    expect(desk.locator(".door-cards li")).to_have_count(1)
    return desk.locator(".door-code").inner_text()


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("[data-sign-in] button")


def test_a_card_a_phone_a_password_and_the_board_then_a_second_factor(demo_server, enter, visit):
    desk = enter(demo_server, "secretary")
    code = new_member(desk, "clambert")
    assert faults(desk) == []
    assert fits(desk)
    assert desk.evaluate(
        "document.querySelector('.door-code').scrollWidth <= document.querySelector('.door-facts').clientWidth"
    )

    phone = visit()
    phone.goto(f"{demo_server.url}/card/#{code.replace('-', '')}")
    expect(phone.locator("[name=code]")).to_have_value(code)
    expect(phone.locator("[name=new]")).to_be_focused()
    assert "#" not in phone.url
    assert faults(phone) == []
    assert fits(phone)
    phone.keyboard.type(NEW)
    phone.keyboard.press("Tab")
    phone.keyboard.type(NEW)
    phone.keyboard.press("Enter")
    expect(phone.locator("#counters")).to_be_visible()

    # The card is used up: whoever finds it reads why.
    other = visit()
    other.goto(f"{demo_server.url}/card/")
    other.fill("[name=code]", code)
    other.fill("[name=new]", NEW)
    other.fill("[name=again]", NEW)
    other.click("[data-card] button[data-kind=main]")
    expect(other.locator("[data-card] .errorlist")).to_be_visible()

    phone.goto(f"{demo_server.url}/second-factor/")
    assert faults(phone) == []
    assert fits(phone)
    key = phone.locator(".factor-steps code").inner_text()
    phone.fill("[name=token]", digits(key))
    phone.keyboard.press("Enter")
    expect(phone.locator(".recovery-codes li")).to_have_count(10)
    phone.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    phone.click("[data-print]")
    expect(phone.locator("body")).to_have_attribute("data-printed", "yes")
    assert faults(phone) == []
    assert fits(phone)
    recovery = phone.locator(".recovery-codes li").first.inner_text()

    sign_in(other, demo_server.url, "clambert", NEW)
    expect(other.locator("[data-second-step]")).to_be_visible()
    assert faults(other) == []
    other.keyboard.type(digits(key, 1))
    other.keyboard.press("Enter")
    expect(other.locator("#counters")).to_be_visible()

    other.goto(f"{demo_server.url}/second-factor/")
    assert faults(other) == []
    assert fits(other)
    other.goto(f"{demo_server.url}/sessions/")
    expect(other.locator("main tbody tr")).to_have_count(2)
    assert faults(other) == []
    assert fits(other)
    other.click("main button[data-kind=main]")
    expect(other.locator("main tbody tr")).to_have_count(1)
    phone.goto(f"{demo_server.url}/")
    expect(phone.locator("[data-sign-in]")).to_be_visible()
    sign_in(phone, demo_server.url, "clambert", NEW)
    phone.fill("[name=token]", recovery)
    phone.keyboard.press("Enter")
    expect(phone.locator("#counters")).to_be_visible()


def test_all_of_it_without_javascript_and_on_paper(demo_server, enter, visit):
    desk = enter(demo_server, "secretary", java_script_enabled=False)
    desk.goto(f"{demo_server.url}/")
    desk.click("header.bar a[href$='/members/']")
    desk.locator("button[form=cards][name=only]").first.click()
    code = desk.locator(".door-code").inner_text()
    with desk.expect_popup() as opened:
        desk.click("form[action$='/cards/paper/'] button")
    assert opened.value.url.endswith("/cards/paper/")

    phone = visit(java_script_enabled=False)
    phone.goto(f"{demo_server.url}/card/#{code}")
    phone.fill("[name=code]", code)
    phone.fill("[name=new]", NEW)
    phone.fill("[name=again]", NEW)
    phone.click("[data-card] button[data-kind=main]")

    expect(phone.locator("#counters")).to_be_visible()


def test_the_page_of_members_is_clean_and_fits(demo_server, enter):
    desk = enter(demo_server, "secretary")
    desk.click("header.bar a[href$='/members/']")
    assert faults(desk) == []
    assert fits(desk)


def test_the_cards_are_printed_as_often_as_one_asks(demo_server, enter):
    desk = enter(demo_server, "secretary")
    desk.click("header.bar a[href$='/members/']")
    desk.locator("button[form=cards][name=only]").first.click()

    for _press in range(2):
        with desk.expect_popup() as opened:
            desk.click("form[action$='/cards/paper/'] button")
        assert opened.value.url.endswith("/cards/paper/")


def test_a_second_card_scanned_into_the_same_page_takes_the_place_of_the_first(demo_server, visit):
    phone = visit()
    phone.goto(f"{demo_server.url}/card/#ABCDEFGHJKLM")
    code, new = phone.locator("[name=code]"), phone.locator("[name=new]")
    expect(code).to_have_value("ABCD-EFGH-JKLM")
    new.fill("begun for the first")

    phone.goto(f"{demo_server.url}/card/#NPQR2345STUV")
    expect(code).to_have_value("NPQR-2345-STUV")
    expect(new).to_have_value("")
    expect(new).to_be_focused()
    assert "#" not in phone.url

    phone.goto(
        f"{demo_server.url}/card/#%E0%A4%A"
    )  # a scanner's slip: shown, and refused with a sentence when it is sent
    expect(code).to_have_value("%E0%-A4%A")
    assert "#" not in phone.url
    code.fill("")
    phone.evaluate("location.hash = 'main'")  # the link that skips to the content is no card
    expect(phone).to_have_url(f"{demo_server.url}/card/#main")
    expect(code).to_have_value("")


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_brand_pages_and_account_stand_on_one_line_on_a_desk(lang, demo_server, enter):
    desk = enter(demo_server, "secretary")
    desk.click(".menu summary")
    desk.select_option(".menu [name=language]", lang)
    desk.click(".menu form:has([name=language]) button")
    desk.click("header.bar a[href$='/members/']")
    live(desk)

    tops = desk.evaluate(
        "[...document.querySelectorAll('header.bar nav li')].map((one) => one.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1
    for width in (1440, 1280, 1100):
        desk.set_viewport_size({"width": width, "height": 900})
        box = desk.evaluate(
            "(({ top, right }) => [top, innerWidth - right])(document.querySelector('.menu').getBoundingClientRect())"
        )
        bottom = desk.evaluate("document.querySelector('header.bar .brand').getBoundingClientRect().bottom")
        assert box[0] < bottom
        assert box[1] < 40
    assert fits(desk)
