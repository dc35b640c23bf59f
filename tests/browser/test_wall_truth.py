"""A wall never looks live when it is not: each failure that can be made on one machine, what a person then sees, how it heals."""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walls import cut_words, identity, live, open_wall, report
from tests.proxy import network_to
from tests.running import ROOT, RunningServer, own_database, running, until

pytestmark = pytest.mark.browser
PHONE = "0470 00 00 00"


def is_stale(page: Page, seconds: float = 10) -> None:
    """Colours drained, a banner with the moment, how long ago, and the cell's phone."""
    banner = page.locator("#stale")
    expect(banner).to_be_visible(timeout=seconds * 1000)
    expect(banner).to_contain_text("PAS À JOUR depuis")
    expect(banner).to_contain_text(PHONE)
    assert page.locator("#stale-since").inner_text().count(":") == 2
    expect(page.locator("#stale-age")).to_have_text(re.compile(r"il y a \d+\s(s|min)"))
    assert "grayscale(0.9)" in page.evaluate("getComputedStyle(document.getElementById('main')).filter")
    expect(page.locator("#live .word")).to_have_text("Connexion perdue")
    until(lambda: cut_words(page) == [], f"nothing is cut beside the banner: {cut_words(page)[:3]}", 5)


def marked(page: Page) -> None:
    """The page is to be the same one afterwards: no reload."""
    page.evaluate("window.marked = true")


def healed_without_a_reload(page: Page, seconds: float) -> None:
    live(page, seconds)
    assert page.evaluate("window.marked")
    assert page.evaluate("getComputedStyle(document.getElementById('main')).filter") == "none"


@pytest.fixture
def wall(demo_server, screen, console):
    """A wall whose clock the test holds; what its console says of a server that is away is expected."""
    console.expected = True
    page = screen()
    page.clock.install()
    open_wall(page, demo_server.url, identity(demo_server))
    marked(page)
    return page


def test_a_server_that_is_paused_turns_the_wall_amber_then_stale_and_its_return_heals_it(demo_server, wall):
    os.kill(demo_server.pid, signal.SIGSTOP)
    try:
        wall.clock.run_for(11_000)
        expect(wall.locator("#live")).to_have_attribute("data-state", "late")
        expect(wall.locator("#live .word")).to_have_text("Reconnexion")
        expect(wall.locator("#stale")).to_be_hidden()
        wall.clock.run_for(20_000)
        is_stale(wall)
    finally:
        os.kill(demo_server.pid, signal.SIGCONT)

    healed_without_a_reload(wall, 25)


def test_a_server_that_is_killed_and_returns_is_found_again_with_what_was_missed(demo_server, wall):
    demo_server.kill()
    wall.clock.run_for(31_000)
    is_stale(wall)
    demo_server.start()
    report(demo_server, "scintigraphie", "libramont", status="restored")

    expect(wall.locator("#changes li").first).to_contain_text("Scintigraphie", timeout=25_000)
    healed_without_a_reload(wall, 15)


def test_a_screen_that_slept_for_hours_is_stale_when_it_wakes_and_live_with_the_next_frame(demo_server, wall):
    os.kill(demo_server.pid, signal.SIGSTOP)
    try:
        wall.clock.fast_forward("03:00:00")
        expect(wall.locator("#stale")).to_be_visible()
        expect(wall.locator("#stale-age")).to_have_text(re.compile(r"il y a 3\sh"))
    finally:
        os.kill(demo_server.pid, signal.SIGCONT)

    live(wall, 25)


@pytest.mark.parametrize("moment", ["2031-01-01T03:00:00", "1999-12-31T23:59:00"])
def test_a_clock_that_is_wrong_by_years_shows_the_servers_time(demo_server, wall, screen, moment):
    right = screen()
    open_wall(right, demo_server.url, identity(demo_server, name="Hall"))
    wall.clock.set_system_time(moment)

    clock = "document.querySelector('[data-clock]').textContent"
    until(lambda: wall.evaluate(clock) == right.evaluate(clock), "both clocks are the server's", 20)
    live(wall)


def test_a_socket_that_is_closed_cleanly_for_its_age_is_opened_again(prepared_demo, tmp_path, screen, console):
    console.expected = True
    with odd_demo(prepared_demo, tmp_path, SOCKET_AGE="4") as server:
        page = screen()
        codes = []
        page.on("websocket", lambda socket: socket.on("close", lambda _: codes.append(socket.url)))
        open_wall(page, server.url, identity(server))
        marked(page)
        until(lambda: page.wait_for_timeout(200) or len(codes) >= 2, "two sockets have been closed for their age", 40)
        report(server, "scintigraphie", "libramont", status="restored")

        expect(page.locator("#changes li").first).to_contain_text("Scintigraphie", timeout=25_000)
        healed_without_a_reload(page, 15)


def test_a_hub_that_its_layer_has_forgotten_still_brings_every_change(prepared_demo, tmp_path, screen):
    with odd_demo(prepared_demo, tmp_path, GROUP_EXPIRY="1") as server:
        page = screen()
        open_wall(page, server.url, identity(server))
        page.wait_for_timeout(2_500)  # the membership is over
        report(server, "scintigraphie", "libramont", status="restored")

        expect(page.locator("#changes li").first).to_contain_text("Scintigraphie", timeout=3_000)


def odd_demo(prepared: RunningServer, folder: Path, **limits: str):
    """The demonstration on a server with a limit shortened."""
    for path in prepared.folder.glob("vigie.sqlite3*"):
        (folder / path.name).write_bytes(path.read_bytes())
    template = prepared.environment["DATABASE_URL"]
    return running(folder, "--demo", template=template, program="tests/odd_server.py", **limits)


def test_a_connection_of_which_one_half_is_left_is_given_up_and_another_one_opened(demo_server, screen, console):
    console.expected = True
    with network_to(demo_server.port) as network:
        page = screen()
        page.clock.install()
        url = f"http://localhost:{network.port}"
        open_wall(page, url, identity(demo_server))
        marked(page)
        network.freeze()
        report(demo_server, "scintigraphie", "libramont", status="restored")

        page.clock.run_for(16_000)

        expect(page.locator("#changes li").first).to_contain_text("Scintigraphie", timeout=10_000)
        healed_without_a_reload(page, 15)


def test_a_newer_version_of_the_pages_makes_the_wall_load_itself_again_once(prepared_demo, tmp_path, screen, console):
    console.expected = True
    root = tmp_path / "checkout"
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in names.stdout.split():
        if not name.startswith(("tests/", "bench/", "docs/")) and (ROOT / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    (tmp_path / "data").mkdir()
    for path in prepared_demo.folder.glob("vigie.sqlite3*"):
        shutil.copy(path, tmp_path / "data" / path.name)
    with own_database(tmp_path / "data", prepared_demo.environment["DATABASE_URL"]) as database_url:
        server = RunningServer(tmp_path / "data", database_url, "--demo")
        server.root = root
        try:
            server.start()
            page = screen()
            loads = []
            page.on("load", lambda _: loads.append(1))
            open_wall(page, server.url, identity(server))
            version = "document.documentElement.dataset.version"
            before = page.evaluate(version)
            heading = root / "templates/displays/_heading.html"
            heading.write_text(heading.read_text().replace("<h1>", "<h1>Nouveau · "))
            server.restart()

            expect(page.locator("h1")).to_contain_text("Nouveau · ", timeout=40_000)
            live(page)
            page.wait_for_timeout(6_000)  # another beat comes: it must not load again
            assert len(loads) == 2
            assert page.evaluate(version) != before
        finally:
            server.stop()


def test_a_wall_whose_server_is_away_never_loads_the_browsers_own_error_page(demo_server, wall):
    page_is_there = wall.locator("#matrix")
    demo_server.kill()
    wall.clock.run_for(180_000)

    is_stale(wall)
    expect(page_is_there).to_be_visible()
    assert wall.url == f"{demo_server.url}/wall/"


@pytest.mark.main_flow
@pytest.mark.skipif(not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs the PostgreSQL pass")
def test_a_postgresql_that_goes_away_makes_the_wall_stale_at_once_and_its_return_heals_it(tmp_path, screen, console):
    console.expected = True
    with own_database(tmp_path) as url, network_to(urlsplit(url).port) as network:
        parts = urlsplit(url)
        through = urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{network.port}"))
        server = RunningServer(tmp_path, through, "--demo")
        try:
            page = screen()
            open_wall(page, server.start().url, identity(server))
            marked(page)
            start = time.monotonic()
            network.break_off()
            expect(page.locator("#stale")).to_be_visible(timeout=15_000)
            assert time.monotonic() - start < 15
            network.mend()
            report(server, "scintigraphie", "libramont", status="restored")

            expect(page.locator("#changes li").first).to_contain_text("Scintigraphie", timeout=25_000)
            healed_without_a_reload(page, 15)
        finally:
            server.stop()


@pytest.mark.main_flow
@pytest.mark.skipif("CHANNEL_LAYER_URL" not in os.environ, reason="needs the Redis pass")
def test_a_redis_that_goes_away_costs_a_second_and_no_change(tmp_path, screen, console):
    console.expected = True
    layer = urlsplit(os.environ["CHANNEL_LAYER_URL"])
    with network_to(layer.port) as network, own_database(tmp_path) as url:
        through = f"redis://127.0.0.1:{network.port}/0"
        server = RunningServer(tmp_path, url, "--demo", CHANNEL_LAYER_URL=through)
        try:
            page = screen()
            open_wall(page, server.start().url, identity(server))
            network.break_off()
            report(server, "scintigraphie", "libramont", status="restored")
            expect(page.locator("#changes li").first).to_contain_text("Scintigraphie", timeout=5_000)
            live(page)
            network.mend()
            report(server, "scintigraphie", "libramont", status="suspended")
            expect(page.locator("#changes li").first).to_contain_text("Suspendu", timeout=5_000)
            live(page)
        finally:
            server.stop()
