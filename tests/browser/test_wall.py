"""The wall in a real Chromium: pairing, what it follows, and that it fits every screen."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.walls import FILL, cut_words, filled, identity, live, open_wall, report
from tests.running import until

pytestmark = pytest.mark.browser


def test_the_story_of_a_screen_from_its_code_to_its_end(demo_server, enter, screen):
    wall, desk = screen(), enter(demo_server, "secretary")
    wall.goto(f"{demo_server.url}/wall/")
    code = wall.locator(".pair-code").inner_text()
    wall.evaluate("window.marked = true")

    desk.click("nav >> text=Écrans")
    desk.fill("[name=code]", code.lower())
    desk.fill("[name=name]", "Libramont, unité 3")
    desk.check("input[name=sites][value=libramont]")
    desk.click("text=Appairer l’écran")
    live(wall)
    expect(desk.locator("main .message")).to_have_text(
        "Libramont, unité 3 est appairé : il affiche la situation dans les deux secondes."
    )
    assert wall.locator("#matrix thead th:visible").all_inner_texts()[1:] == ["Libramont"]

    row = desk.locator("tr", has_text="Libramont, unité 3")
    expect(row).to_have_attribute("data-connected", "yes", timeout=20_000)
    expect(row).to_contain_text("à jour")
    expect(row).to_contain_text("Chrome")

    row.get_by_role("button", name="Identifier").click()
    expect(wall.locator("#screen")).to_have_text("Libramont, unité 3")
    expect(wall.locator("#screen")).to_be_visible()
    expect(wall.locator("#screen")).to_be_hidden(timeout=12_000)

    desk.get_by_role("button", name="Éteindre").click()
    expect(wall.locator(".wall-blank")).to_have_text("Libramont, unité 3 · éteint par la cellule de crise")
    live(wall)
    desk.get_by_role("button", name="Rallumer").click()
    expect(wall.locator("#matrix")).to_be_visible()

    desk.locator("tr", has_text="Libramont, unité 3").get_by_role("link", name="Changer").click()
    desk.select_option("main [name=language]", "de")
    desk.select_option("main [name=theme]", "light")
    desk.click("main button[data-kind=main]")
    expect(wall.locator("#wall-heading p")).to_contain_text("Krisenzelle · Vivalia · Tag")
    live(wall)
    assert wall.evaluate("document.documentElement.dataset.theme") == "light"

    desk.get_by_role("link", name="Révoquer").click()
    desk.get_by_role("button", name="Révoquer").click()
    start = time.monotonic()
    expect(wall.locator("#matrix")).to_have_count(0, timeout=5_000)
    took = time.monotonic() - start
    expect(wall.locator(".pair-code")).to_be_visible()
    assert took < 2


def test_a_change_is_marked_for_a_minute_and_stands_in_the_list_and_in_the_counters(demo_server, screen):
    page = screen()
    page.clock.install()
    open_wall(page, demo_server.url, identity(demo_server))
    before = int(page.locator("#counters [data-status=restored] b").inner_text())

    report(demo_server, "scintigraphie", "libramont", status="restored", capacity=40)

    tile = page.locator(".tile.fresh")
    expect(tile).to_have_count(1)
    page.clock.run_for(5_000)  # a page that was turned just now is left alone for a while
    expect(tile).to_be_visible()
    assert tile.get_attribute("data-status") == "restored"
    expect(page.locator("#changes li").first).to_contain_text("Scintigraphie · Libramont")
    assert int(page.locator("#counters [data-status=restored] b").inner_text()) == before + 1
    page.clock.run_for(61_000)
    expect(page.locator(".tile.fresh")).to_have_count(0)


def test_what_was_sent_again_but_did_not_change_is_not_marked(demo_server, screen, console):
    console.expected = True
    page = screen()
    open_wall(page, demo_server.url, identity(demo_server))
    demo_server.stop()
    demo_server.start()
    report(demo_server, "scintigraphie", "libramont", status="restored")

    expect(page.locator(".tile.fresh")).to_have_count(1, timeout=40_000)
    live(page)
    expect(page.locator(".tile.fresh")).to_have_count(1)


def test_nothing_moves_for_who_asked_for_no_motion(demo_server, screen):
    moving, still = screen(), screen(reduced_motion="reduce")
    for n, page in enumerate((moving, still)):
        open_wall(page, demo_server.url, identity(demo_server, name=f"Écran {n}"))
    report(demo_server, "scintigraphie", "libramont", status="restored")

    names = []
    for page in (moving, still):
        expect(page.locator(".tile.fresh")).to_have_count(1)
        names.append(page.evaluate("getComputedStyle(document.querySelector('.tile.fresh')).animationName"))
    assert names == ["settle", "none"]


def test_an_alarm_is_loud_until_the_cell_has_seen_it_and_stands_until_it_is_over(demo_server, screen, enter):
    page = screen()
    open_wall(page, demo_server.url, identity(demo_server))
    assert page.locator("#alarms").is_hidden()

    report(demo_server, "laboratoire", "libramont", status="suspended", reason="les serveurs")

    expect(page.locator("#alarms")).to_contain_text("ALARME · 1 service essentiel suspendu")
    expect(page.locator("#alarms")).to_contain_text("Laboratoire (Libramont)")
    until(lambda: cut_words(page) == [], f"nothing is cut: {cut_words(page)[:5]}", 5)
    desk = enter(demo_server, "secretary")
    desk.click("#alarms a.button")
    desk.locator("form[action*=acknowledge] button").first.click()
    expect(page.locator("#alarms[data-calm]")).to_contain_text("1 service essentiel suspendu")
    report(demo_server, "laboratoire", "libramont", status="restored")
    expect(page.locator("#alarms")).to_be_hidden()


def test_a_wall_whose_scripts_never_came_refuses_to_look_live_by_itself(demo_server, screen, console):
    console.expected = True
    page = screen()
    page.context.add_cookies([{"name": "vigie_screen", "value": identity(demo_server), "url": demo_server.url}])
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{demo_server.url}/wall/")

    expect(page.locator(".unheard")).to_be_hidden()
    expect(page.locator(".unheard")).to_be_visible(timeout=35_000)
    expect(page.locator(".unheard")).to_contain_text("PAS EN DIRECT")
    expect(page.locator(".unheard")).to_contain_text("0470 00 00 00")
    assert "grayscale(0.9)" in page.evaluate("getComputedStyle(document.getElementById('main')).filter")


def test_twenty_alarms_say_how_many_more_there_are(demo_server, screen):
    demo_server.python(filled(FILL, sites=8, activities=10))
    demo_server.python(
        "from crisis.models import Crisis\nfrom services.facts import Facts\nfrom services.models import Service\n"
        "from services.writes import report_status\n"
        "for s in Service.objects.filter(activity__key__in=['a0', 'a5'], site__key__in=['s1','s2','s3','s4','s5','s6','s7']):\n"
        "    report_status(Crisis.objects.get(), s, Facts(status='suspended', reason='x'), by=None)"
    )
    page = screen(viewport={"width": 1280, "height": 720})
    open_wall(page, demo_server.url, identity(demo_server))

    items = page.locator("#alarms .item:visible").count()
    more = page.locator("#alarms .more").inner_text()
    assert page.locator("#alarms b").inner_text().startswith("ALARME · 15 services essentiels")
    assert more == f"+ {15 - items}"
    assert cut_words(page) == []


SIZES = [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160), (1080, 1920), (1024, 768)]


@pytest.mark.parametrize("language", ["fr", "de"])
def test_the_reference_case_fits_every_screen_without_a_cut_word(demo_server, screen, language):
    page = screen()
    open_wall(page, demo_server.url, identity(demo_server, language=language))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        until(lambda: cut_words(page) == [], f"{width}×{height}: {cut_words(page)[:5]}", 5)


EACH_PAGE = """() => {
  const line = document.querySelector(".wall-page"), shown = (node) => node.checkVisibility({ visibilityProperty: true });
  window.pages = {};
  const look = () => {
    const tiles = [...document.querySelectorAll("#matrix .tile")].filter(shown);
    window.pages[line.textContent] = [tiles.map((tile) => tile.id), tiles.filter((tile) => tile.dataset.status === "suspended").reduce((sum, tile) => sum + ("essential" in tile.closest("tr").dataset ? 1000 : 1), 0)];
  };
  new MutationObserver(look).observe(line, { childList: true });
  look();
}"""


@pytest.mark.timeout(240)
def test_forty_sites_and_sixty_services_turn_pages_by_themselves_suspended_first(demo_server, screen):
    """On the largest screen, so that all pages pass in some seconds; the page itself notes what it shows at each turn."""
    demo_server.python(filled(FILL, sites=40, activities=60))
    page = screen(viewport={"width": 3840, "height": 2160})
    open_wall(page, demo_server.url, identity(demo_server, zoom=60, page_seconds=5))
    line = page.locator(".wall-page")
    expect(line).to_have_text(re.compile(r"page \d+ sur \d+"), timeout=20_000)
    pages = int(line.inner_text().rpartition(" ")[2])
    page.evaluate(EACH_PAGE)

    until(lambda: page.evaluate("Object.keys(window.pages).length") == pages, f"{pages} pages have been shown", 150)

    shown = [page.evaluate("(n) => window.pages[n]", f"page {n} sur {pages}") for n in range(1, pages + 1)]
    assert pages > 2
    assert len({tile for tiles, _down in shown for tile in tiles}) == 2400
    down = [count for _tiles, count in shown]
    assert down == sorted(down, reverse=True)
    assert down[0] > 0


def test_forty_sites_and_sixty_services_fit_an_ordinary_screen_with_what_is_down_on_top(demo_server, screen):
    demo_server.python(filled(FILL, sites=40, activities=60))
    page = screen()
    open_wall(page, demo_server.url, identity(demo_server, page_seconds=300, language="de"))
    line = page.locator(".wall-page")
    expect(line).to_have_text(re.compile(r"Seite 1 von [1-9]\d+"), timeout=20_000)
    until(lambda: cut_words(page) == [], f"nothing is cut: {cut_words(page)[:5]}", 10)
    # Each row of the first page has one of the 25 suspended services, as far as this group of sites has any.
    down = page.locator("#matrix tbody tr:visible").evaluate_all(
        "rows => rows.map((row) => !!row.querySelector('td:not([hidden]) .tile[data-status=suspended]'))"
    )
    assert down == sorted(down, reverse=True)
    assert down[0]


def test_a_change_on_another_page_turns_the_wall_to_it(demo_server, screen):
    demo_server.python(filled(FILL, sites=40, activities=60))
    page = screen()
    open_wall(page, demo_server.url, identity(demo_server, page_seconds=300))

    report(demo_server, "a58", "s39", status="suspended")

    expect(page.locator(".tile.fresh")).to_be_visible()


def test_a_screen_can_show_what_is_essential_or_what_is_down_only(demo_server, screen):
    counts = {}
    for shows in ("all", "essential", "down"):
        page = screen(viewport={"width": 3840, "height": 2160})
        open_wall(page, demo_server.url, identity(demo_server, name=shows, shows=shows, zoom=60))
        expect(page.locator(".wall-page")).to_be_hidden()
        tiles = page.locator("#matrix .tile:visible")
        counts[shows] = (
            sorted(set(tiles.evaluate_all("nodes => nodes.map((node) => node.dataset.status)"))),
            tiles.count(),
        )

    assert counts["down"][0] == ["not_assessed", "suspended"]
    assert counts["down"][1] < counts["all"][1]
    assert counts["essential"][1] == 29


def test_the_picture_moves_by_a_pixel_or_two_against_burn_in(demo_server, screen, console):
    console.expected = True
    page = screen()
    page.route("**/healthz", lambda route: route.abort())  # minutes pass in an instant: it must not load itself again
    page.clock.install()
    open_wall(page, demo_server.url, identity(demo_server))
    left = "document.getElementById('main').getBoundingClientRect().left"
    seen = {page.evaluate(left)}
    for _ in range(4):
        page.clock.run_for(121_000)
        seen.add(page.evaluate(left))

    assert len(seen) > 2
    assert max(seen) - min(seen) <= 5


def test_an_empty_crisis_has_a_calm_wall(running_server, screen):
    running_server.python(
        "from crisis.models import Organisation\nfrom crisis.writes import declare_crisis\nfrom django.utils import timezone\n"
        "Organisation.objects.create(pk=1, name='Hôpital')\ndeclare_crisis('Essai', started_at=timezone.now(), by=None)"
    )
    page = screen()
    open_wall(page, running_server.url, identity(running_server))

    expect(page.locator(".wall-empty")).to_be_visible()
    assert cut_words(page) == []
