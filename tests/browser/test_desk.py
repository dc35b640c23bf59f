"""The desk in a real browser: by keyboard, without JavaScript, on a phone, on paper, for a screen reader."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

LABORATORY = "a.cell[aria-label='Laboratoire (Libramont)']"


def live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def faults(page: Page) -> list[str]:
    """What axe finds, but for the landmark rules that a piece may not meet."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def test_the_whole_change_by_keyboard(demo_server, enter):
    page = enter(demo_server, "secretary")
    live(page)
    page.focus(LABORATORY)

    page.keyboard.press("ArrowLeft")
    assert focused(page) == "Laboratoire (Bastogne)"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "Pharmacie (Bastogne)"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Laboratoire (Libramont)"
    page.keyboard.press("c")
    expect(page.locator("#report-form h2")).to_have_text("Laboratoire (Libramont)")
    expect(page.locator("#report-form input[value=vital]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#report-form")).to_have_count(0)
    assert focused(page) == "Laboratoire (Libramont)"
    page.keyboard.press("Enter")
    expect(page.locator("#report-form input[value=vital]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#report-form input[value=restored]")).to_be_checked()
    page.keyboard.press("Enter")

    expect(page.locator("td:has(a.cell[aria-label='Laboratoire (Libramont)']) .tile")).to_have_attribute(
        "data-status", "restored"
    )
    expect(page.locator("#change")).to_contain_text("écrit dans le journal")
    expect(page.locator("#change .message")).to_be_focused()


def test_c_away_from_a_tile_asks_which_service(demo_server, enter):
    page = enter(demo_server, "secretary")
    page.locator("h1").click()

    page.keyboard.press("c")
    expect(page.locator("#change select")).to_be_focused()
    page.select_option("#change select", label="Laboratoire")
    page.click("#change button[data-kind=main]")

    expect(page.locator("#report-form")).to_be_visible()


def test_without_javascript_one_reads_and_reports(demo_server, enter):
    page = enter(demo_server, "secretary", java_script_enabled=False)
    assert "25/29" in page.locator("#counters").inner_text().replace("\n", "")

    page.click(LABORATORY)
    page.check("#report-form input[value=suspended]", force=True)
    page.click("#report-form button[data-kind=main]")
    expect(page.locator(".errorlist").first).to_contain_text("Un service suspendu n’a pas de capacité")
    page.fill("#report-form [name=capacity]", "")
    page.fill("#report-form [name=reason]", "Serveurs à l’arrêt")
    page.click("#report-form button[data-kind=main]")

    expect(page.locator("main .message")).to_contain_text("Laboratoire (Libramont) : écrit dans le journal.")
    expect(page.locator("#alarm")).to_be_visible()
    page.goto(f"{demo_server.url}/crises/1/?status=suspended")
    expect(page.locator("#matrix")).to_contain_text("Laboratoire")


def test_what_was_typed_survives_a_session_that_ended(demo_server, enter):
    page = enter(demo_server, "secretary")
    live(page)
    page.click(LABORATORY)
    page.fill("#report-form [name=note]", "typed for minutes")
    page.context.clear_cookies(name="sessionid")

    page.click("#report-form button[data-kind=main]")
    page.wait_for_url("**/sign-in/**")
    page.fill("[name=username]", "secretary")
    page.fill("[name=password]", "the demonstration's password")
    page.click("[data-sign-in] button")
    page.wait_for_selector("#matrix")
    page.click(LABORATORY)

    expect(page.locator("#report-form [name=note]")).to_have_value("typed for minutes")


def test_the_journal_is_live_and_goes_on_by_scrolling(demo_server, enter):
    page = enter(demo_server, "secretary", "/crises/1/journal/")
    live(page)
    expect(page.locator("#entries > li[id^=entry-]")).to_have_count(50)
    page.evaluate("window.marked = true")
    for shown in (100, 150, 158):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(page.locator("#entries > li[id^=entry-]")).to_have_count(shown)
    expect(page.locator("#older")).to_have_count(0)

    other = enter(demo_server, "director", "/crises/1/journal/")
    other.fill("[name=words]", "Un camion est arrivé.")
    other.click("main form[action*=write] button[data-kind=main]")

    expect(page.locator("#entries > li").first).to_contain_text("Un camion est arrivé.")
    assert page.evaluate("window.marked")


def test_the_page_of_a_service_follows(demo_server, enter):
    page, other = enter(demo_server, "observer"), enter(demo_server, "secretary")
    page.click(LABORATORY)
    live(page)
    rows = page.locator("#record tbody tr").count()
    other.click(LABORATORY)
    other.fill("#report-form [name=capacity]", "95")
    other.click("#report-form button[data-kind=main]")

    expect(page.locator("#record tbody tr")).to_have_count(rows + 1)
    expect(page.locator("aside .tile")).to_contain_text("95 %")


def test_a_board_of_the_past_is_stepped_from_change_to_change(demo_server, enter):
    page = enter(demo_server, "observer")
    page.click("summary:has-text('autre moment')")
    page.fill("[name=at]", "2022-05-25T12:00")
    page.click("details.panel form button:has-text('Afficher')")

    expect(page.locator(".past")).to_contain_text("25 mai 2022, 12:00")
    expect(page.locator("#live")).to_have_count(0)
    page.click("text=changement suivant")
    expect(page.locator(".past")).to_contain_text("30 mai 2022, 08:30")
    page.click("text=Retour à maintenant >> nth=0")
    live(page)


def test_filters_hide_what_was_not_asked_for(demo_server, enter):
    page = enter(demo_server, "observer")
    page.select_option("[name=status]", "suspended")
    page.click("[data-filters] button:not([type=button])")

    shown = page.locator(".matrix .tile:visible")
    assert shown.count() == page.locator(".matrix .tile[data-status=suspended]").count() == 15


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screen_reader_finds_its_way_and_colours_have_contrast(scheme, demo_server, enter):
    page = enter(demo_server, "director", color_scheme=scheme)
    live(page)
    page.click("a.cell[aria-label='Urgences (Arlon)']")
    page.check("#report-form input[value=suspended]", force=True)
    page.fill("#report-form [name=reason]", "Plus d’électricité")
    page.click("#report-form button[data-kind=main]")
    expect(page.locator("#alarms .alarm")).to_be_visible()
    wrong = {"board": faults(page)}
    page.click(LABORATORY)
    expect(page.locator("#report-form")).to_be_visible()
    wrong["form"] = faults(page)
    for path in ("services/1/", "journal/", "members/", "?at=2022-05-25T12:00"):
        page.goto(f"{demo_server.url}/crises/1/{path}")
        wrong[path] = faults(page)
    page.context.clear_cookies()
    page.goto(f"{demo_server.url}/sign-in/")
    wrong["door"] = faults(page)

    assert {where: found for where, found in wrong.items() if found} == {}


@pytest.mark.parametrize("path", ["", "services/1/", "journal/", "members/", "change/", "/backup/"])
def test_a_phone_never_scrolls_sideways(path, demo_server, enter):
    who, path = ("director", path) if path.startswith("/") else ("secretary", f"/crises/1/{path}")
    page = enter(demo_server, who, path, viewport=PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_however_far_one_scrolls_the_stamp_of_an_exercise_stays_above_the_bar(demo_server, enter):
    page = enter(demo_server, "secretary", "/crises/1/journal/")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_function("window.scrollY > 300")

    stamp, bar = (page.locator(name).bounding_box() for name in (".exercise", ".bar"))

    assert stamp["y"] == 0
    assert abs(bar["y"] - stamp["height"]) <= 1


def test_however_far_one_scrolls_the_names_of_the_sites_stay_above_the_board(demo_server, enter):
    page = enter(demo_server, "secretary")
    page.locator(".matrix tbody tr").last.scroll_into_view_if_needed()
    page.wait_for_function("window.scrollY > 200")

    head, bar = page.locator(".matrix thead th").last.bounding_box(), page.locator(".bar").bounding_box()

    assert abs(head["y"] - bar["y"] - bar["height"]) <= 2
    expect(page.locator(".matrix thead th").last).to_be_in_viewport()


def test_a_phone_shows_that_there_are_more_alarms_than_two(demo_server, enter):
    demo_server.python(
        "from crisis.models import Crisis\nfrom services.facts import Facts\nfrom services.models import Service\n"
        "from services.writes import report_status\n"
        "for s in Service.objects.filter(activity__key='urgences')[:3]:\n"
        "    report_status(Crisis.objects.get(), s, Facts(status='suspended', reason='x'), by=None)"
    )
    page = enter(demo_server, "secretary", viewport=PHONE)
    expect(page.locator("#alarms .alarm")).to_have_count(3)

    box, third = page.locator("#alarms").bounding_box(), page.locator("#alarms .alarm").nth(2).bounding_box()

    assert third["y"] + 12 < box["y"] + box["height"] < third["y"] + third["height"]


def test_the_form_that_fills_a_phone_leaves_the_stamp_of_an_exercise_in_sight(demo_server, enter):
    page = enter(demo_server, "secretary", viewport=PHONE)
    page.locator("#open-change").click()
    expect(page.locator("#change form")).to_be_visible()

    stamp, form = (page.locator(name).bounding_box() for name in (".exercise", "#change"))

    assert stamp["y"] == 0
    assert abs(form["y"] - stamp["height"]) <= 1


def test_paper_has_the_matrix_and_the_stamp_and_nothing_to_press(demo_server, enter):
    page = enter(demo_server, "secretary")
    page.emulate_media(media="print")

    expect(page.locator("#matrix")).to_be_visible()
    expect(page.locator(".exercise")).to_be_visible()
    expect(page.locator("#counters")).to_be_visible()
    for pressed in ("nav", "#open-change", "[data-print]", ".menu"):
        expect(page.locator(pressed).first).to_be_hidden()
    words = page.locator(".matrix .tile > b").all_inner_texts()
    assert len(words) == 62
    assert set(words) == {"Maintenu", "Suspendu", "Rétabli", "Non évalué"}
    assert page.pdf(format="A3", landscape=True)[:4] == b"%PDF"


def test_the_page_says_the_same_in_four_languages(demo_server, enter):
    page = enter(demo_server, "observer")
    for code, word in {"nl": "Opgeschort", "de": "Ausgesetzt", "en": "Suspended", "fr": "Suspendu"}.items():
        page.click(".menu summary")
        page.select_option(".menu select", code)
        page.click(".menu form[action*=language] button")
        expect(page.locator("html")).to_have_attribute("lang", code)
        expect(page.locator(".matrix .tile[data-status=suspended] b").first).to_have_text(word)
        live(page)


def test_a_registry_that_changed_loads_the_open_board_again(demo_server, enter):
    page = enter(demo_server, "observer")
    live(page)
    assert page.locator("text=Dialyse").count() == 0
    demo_server.manage(
        "shell",
        "-v0",
        "-c",
        "from services.models import Site; from services.registry import *\n"
        "a = register_activity('dialyse', essential=[], by=None, names={'': 'Dialyse'}, order=99)\n"
        "register_service(a, Site.objects.get(key='arlon'), by=None)",
    )

    expect(page.locator(".matrix th", has_text="Dialyse")).to_be_visible(timeout=20_000)


def test_a_wrong_password_keeps_the_name_and_says_one_sentence(demo_server, enter):
    page = enter(demo_server, "observer")
    page.context.clear_cookies()
    page.goto(f"{demo_server.url}/sign-in/")
    page.fill("[name=username]", "secretary")
    page.fill("[name=password]", "wrong")
    page.click("[data-sign-in] button")

    expect(page.locator("[role=alert]")).to_contain_text("ne correspondent pas")
    expect(page.locator("[name=username]")).to_have_value("secretary")


def test_on_a_phone_the_form_of_a_services_page_covers_nothing(demo_server, enter):
    page = enter(demo_server, "secretary", "/crises/1/services/1/", viewport=PHONE)

    assert page.evaluate("getComputedStyle(document.querySelector('#change')).position") == "static"
    page.get_by_role("link", name="← Situation").click()
    expect(page.locator(".matrix")).to_be_visible()
