"""A page never looks live when it is not: clocks that lie, servers that end cleanly or hang, roles that are withdrawn."""

import os
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.running import until

pytestmark = pytest.mark.browser


def live(page: Page, timeout: int = 15_000) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "live", timeout=timeout)


def test_a_server_that_ends_cleanly_and_comes_back_is_found_again_without_a_reload(demo_server, enter, console):
    console.expected = True
    page = enter(demo_server, "observer")
    live(page)
    page.evaluate("window.marked = true")

    demo_server.restart()
    demo_server.manage(
        "shell",
        "-v0",
        "-c",
        "from crisis.models import Crisis; from crisis.writes import write_entry\nwrite_entry(Crisis.objects.get(), 'x', by=None)",
    )

    expect(page.locator("#headline")).to_contain_text("Journal n° 159", timeout=40_000)
    live(page)
    assert page.evaluate("window.marked")


def test_a_server_that_hangs_makes_the_page_stale_and_its_return_heals_it(demo_server, enter, console):
    console.expected = True
    page = enter(demo_server, "observer", clock=True)
    live(page)
    os.kill(demo_server.pid, signal.SIGSTOP)
    try:
        page.clock.fast_forward("00:45")
        expect(page.locator("#stale")).to_be_visible()
        expect(page.locator("#live .word")).to_have_text("Connexion perdue")
    finally:
        os.kill(demo_server.pid, signal.SIGCONT)

    expect(page.locator("#stale")).to_be_hidden(timeout=40_000)
    live(page)


def test_a_machine_whose_clock_is_wrong_by_hours_shows_the_servers_time_and_true_ages(demo_server, enter):
    page = enter(demo_server, "secretary")
    right = enter(demo_server, "observer")
    page.clock.set_system_time("2031-01-01T03:00:00")
    page.reload()
    live(page)
    live(right)
    page.click("a.cell[aria-label='Laboratoire (Libramont)']")
    page.fill("#report-form [name=capacity]", "91")
    page.click("#report-form button[data-kind=main]")
    expect(page.locator("#changes li").first).to_contain_text("91 %")

    clock = page.locator("#live .clock").inner_text()
    assert clock == right.locator("#live .clock").inner_text()
    ages = "document.querySelector('#changes time').dataset.age"
    until(lambda: page.evaluate(ages) == "0\u00a0min", f"the age of a fact of now, not {page.evaluate(ages)!r}")


def test_a_role_that_is_withdrawn_ends_at_the_door_of_the_crisis(demo_server, enter, console):
    console.expected = True  # the board answers 404 from now on
    page = enter(demo_server, "observer")
    live(page)
    demo_server.manage(
        "shell", "-v0", "-c",
        "from crisis.models import Member; from crisis.writes import withdraw_role\n"
        "[withdraw_role(m, by=None) for m in Member.objects.filter(user__username='observer', until=None)]",
    )  # fmt: skip

    page.reload()

    expect(page.locator("h1")).to_have_text("Cette page n’existe pas, ou n’est pas à vous.")


def test_a_frame_holds_nothing_for_the_cell_only(demo_server, enter):
    frames: list[str] = []
    page = enter(demo_server, "ward")
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(str(text))))
    page.reload()
    live(page)
    other = enter(demo_server, "secretary")
    other.click("a.cell[aria-label='Laboratoire (Libramont)']")
    other.check("#report-form input[value=restored]", force=True)
    other.fill("#report-form [name=note]", "for the walls")
    other.fill("#report-form [name=source]", "the head nurse by phone")
    other.click("#report-form button[data-kind=main]")

    expect(page.locator("#changes")).to_contain_text("for the walls")
    page.wait_for_timeout(50)  # lets the frames that came reach this test
    assert any("for the walls" in frame for frame in frames)
    assert not any("the head nurse" in frame for frame in frames)
