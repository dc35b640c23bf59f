"""A real Chromium, people in it, and what its console says."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.running import PASSWORD, RunningServer

WALL = {"width": 1920, "height": 1080}
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Console(list[str]):
    """Errors that a page's console has shown; `expected` ones are those of a server that was taken away on purpose."""

    expected = False


def is_fault(message: ConsoleMessage) -> bool:
    """An error of ours; the browser's own line about a refusal (422) or a second version (409) is none."""
    return message.type == "error" and not any(f"status of {code}" in message.text for code in (409, 422))


@pytest.fixture
def console() -> Iterator[Console]:
    """No page of a test may complain."""
    said = Console()
    yield said
    if not said.expected:
        assert said == []


@pytest.fixture
def enter(chromium, console) -> Iterator[Enter]:
    """Somebody's browser, signed in and on the board (or wherever `path` says)."""
    contexts: list[BrowserContext] = []

    def someone(server: RunningServer, username: str, path: str = "/", clock: bool = False, **options) -> Page:
        settings = {"locale": "fr-BE", "viewport": DESK, "timezone_id": "Europe/Brussels"} | options
        context = chromium.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: console.append(message.text) if is_fault(message) else None)
        page.on("pageerror", lambda error: console.append(str(error)))
        if clock:
            page.clock.install()
        page.goto(f"{server.url}/sign-in/?next={path}")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.click("[data-sign-in] button")
        page.wait_for_selector("header.bar .menu")
        return page

    yield someone
    for context in contexts:
        context.close()


@pytest.fixture
def screen(chromium, console):
    """A browser on a wall, not paired."""
    contexts = []

    def make(**options) -> Page:
        context = chromium.new_context(
            **{"locale": "fr-BE", "viewport": WALL, "timezone_id": "Europe/Brussels"} | options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: console.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: console.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
