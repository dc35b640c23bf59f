"""A meeting in the browser: by keyboard, seen live by a second browser and by a wall."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_desk import faults
from tests.browser.walls import identity, open_wall

pytestmark = pytest.mark.browser


class Keys:
    """A keyboard that counts: every press but the words themselves."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str, then: str = "") -> None:
        """Press keys one after the other, on a page that listens; `then`: the address that the page has afterwards."""
        expect(self.page.locator("#live")).to_have_attribute("data-state", "live")
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)
        if then:
            self.page.wait_for_url(then)
            expect(self.page.locator("#live")).to_have_attribute("data-state", "live")

    def type(self, words: str) -> None:
        """Type words, which do not count."""
        self.page.keyboard.type(words)


def point(page: Page, name: str) -> None:
    """Wait until a point of the agenda is in the middle of the page."""
    expect(page.locator("#here")).to_contain_text(name)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def change(keys: Keys, service: str, downs: int) -> None:
    """Report a status: which service, which status."""
    page = keys.page
    page.bring_to_front()
    keys.press("c")
    expect(page.locator("#change select")).to_be_focused()
    keys.type(service)
    keys.press("Tab", "Enter")
    expect(page.locator("#report-form h2")).to_contain_text(service)
    expect(page.locator("[name=status]:checked:focus")).to_have_count(1)  # what it is now
    keys.press(*["ArrowDown"] * downs, "Enter")
    expect(page.locator("#change")).to_contain_text("écrit dans le journal")
    keys.press("Escape")


def test_a_whole_meeting_by_keyboard_in_sixty_presses_and_everybody_follows_live(demo_server, enter, screen):
    desk, other, wall = enter(demo_server, "director"), enter(demo_server, "observer"), screen()
    open_wall(wall, demo_server.url, identity(demo_server))
    expect(wall.locator("#measures")).to_contain_text("3 à reconfirmer, restent d’application")
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    keys = Keys(desk)

    keys.press("o", then="**/meetings/17/")
    expect(wall.locator("#next")).to_contain_text("Réunion en cours")
    expect(wall.locator("#measures")).not_to_contain_text("à reconfirmer")
    other.goto(desk.url)
    expect(other.locator("#live")).to_have_attribute("data-state", "live")
    expect(other.locator("#minutes-17")).to_contain_text("3 mesures ne sont pas encore revues")
    for key in ('"', "\\", "]"):  # no shortcut, and no error either
        desk.keyboard.press(key)

    keys.press("p", then="**/points/*/")
    expect(other.locator("#minutes-17")).to_contain_text("Direction préside")
    keys.press("j")
    point(desk, "PV de la dernière réunion")
    keys.press("j")
    point(desk, "État des services")
    change(keys, "Radiologie (examens programmés) (Arlon)", 1)
    change(keys, "Scintigraphie (Libramont)", 1)
    expect(other.locator("#minutes-17")).to_contain_text("Scintigraphie (Libramont) : Suspendu → Rétabli")
    for site in ("Arlon", "Bastogne"):
        keys.press("x")
        expect(desk.locator("main > .message")).to_contain_text(f"{site} :")
    expect(desk.locator(".site", has_text="Bastogne").locator("header")).to_contain_text("1 non revu")

    keys.press("j")
    point(desk, "Mesures en vigueur")
    keys.press("a", then="**/measures/1/amend/?offered")
    keys.type(" Sauf à Bertrix.")
    keys.press("Control+Enter")
    point(desk, "Mesures en vigueur")
    other.goto(desk.url)
    expect(other.locator("#mark-17-1")).to_contain_text("modifiée")
    desk.bring_to_front()
    keys.press("r")
    expect(desk.locator("main > .message")).to_contain_text("Mesures reconduites : M2, M3")
    expect(other.locator("#minutes-17")).not_to_contain_text("ne sont pas encore revues")
    expect(other.locator("#mark-17-2")).to_contain_text("reconduite")
    expect(other.get_by_role("main").get_by_role("button")).to_have_count(0)

    keys.press("j")
    point(desk, "Actions ouvertes")
    keys.press("n")
    keys.type("!Commander des jetons pour @Labo")
    keys.press("Enter")  # the name that is offered
    keys.press("Enter")
    expect(desk.locator("#id_owner")).to_be_focused()
    keys.type("Informatique")
    keys.press("Enter")
    expect(desk.locator(".note")).to_contain_text("Commander des jetons pour @Laboratoire (Arlon)")

    keys.press("l")
    point(desk, "Prochaine réunion")
    keys.press("l")  # the key that leads here does not adjourn
    keys.press("e", then="**/minutes/")
    expect(desk.get_by_role("main")).to_contain_text("ce qu’elle a décidé est en vigueur")
    expect(wall.locator("#next time[data-until]")).to_have_text(re.compile(r"dans \d+"))
    expect(wall.locator("#measures")).to_contain_text("Sauf à Bertrix.")
    keys.press("s")  # the key that leads here does not seal
    keys.press("a")
    expect(desk.get_by_role("main")).to_contain_text("son texte ne changera plus")
    paper = desk.request.get(f"{demo_server.url}{desk.locator('[data-key=d]').get_attribute('href')}")
    assert paper.body().startswith(b"%PDF")
    assert keys.pressed <= 60, keys.pressed


def test_two_people_write_the_same_text_and_neither_loses_a_word(demo_server, enter):
    first, second = enter(demo_server, "secretary"), enter(demo_server, "medical")
    first.goto(f"{demo_server.url}/crises/1/meetings/")
    first.keyboard.press("o")
    first.wait_for_url("**/meetings/17/")
    first.get_by_role("link", name="Informatique et reprise").click()
    point(first, "Informatique et reprise")
    second.goto(first.url)

    first.fill("#body", "Le serveur de laboratoire redémarre.")
    expect(first.locator(".state")).to_contain_text("enregistré à")
    second.fill("#body", "Le réseau de Marche est coupé.")
    expect(second.locator(".theirs")).to_be_visible()
    expect(second.locator(".theirs pre")).to_have_text("Le serveur de laboratoire redémarre.")
    expect(second.locator("#body")).to_have_value("Le réseau de Marche est coupé.")
    second.get_by_role("button", name="Garder les deux").click()
    expect(second.locator(".state")).to_contain_text("enregistré à")

    first.reload()
    both = "Le réseau de Marche est coupé.\n\nLe serveur de laboratoire redémarre."
    expect(first.locator("#body")).to_have_value(both)
    expect(first.locator("#minutes-17")).to_contain_text("Le réseau de Marche est coupé.")


def test_a_line_is_noted_once_and_after_the_text_was_saved_whatever_becomes_of_the_text(demo_server, enter):
    desk = enter(demo_server, "secretary")
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    desk.keyboard.press("o")
    desk.wait_for_url("**/meetings/17/")
    expect(desk.locator("#live")).to_have_attribute("data-state", "live")
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    desk.route(re.compile("/text/$"), lambda route: (time.sleep(0.5), route.continue_()))

    desk.fill("#body", "Douze personnes.")
    desk.fill("#id_words", "Le réseau est rétabli ce soir.")
    desk.evaluate("window.before = true")
    desk.get_by_role("button", name="Noter", exact=True).dblclick()
    expect(desk.locator("#minutes-17")).to_contain_text("Le réseau est rétabli ce soir.")
    expect(desk.locator("#minutes-17")).to_contain_text("Douze personnes.")
    assert [url.rstrip("/").rpartition("/")[2] for url in sent if "capture" in url] == ["capture"]
    # The minutes hear of the line before the page comes back from noting it: what follows is typed on the new page, once it listens.
    desk.wait_for_function("!window.before")
    expect(desk.locator("#live")).to_have_attribute("data-state", "live")

    desk.locator("form[data-writing] [name=base]").evaluate("(node) => { node.value = 0; }")
    desk.fill("#body", "Treize personnes.")
    expect(desk.locator(".theirs")).to_be_visible()
    desk.fill("#id_words", "Les visites restent limitées.")
    desk.get_by_role("button", name="Noter", exact=True).click()
    expect(desk.locator("#minutes-17")).to_contain_text("Les visites restent limitées.")
    expect(desk.locator("#body")).to_have_value("Treize personnes.")


def test_what_is_typed_while_the_server_is_away_comes_back_with_it(demo_server, enter, console):
    console.expected = True
    desk = enter(demo_server, "secretary")
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    desk.keyboard.press("o")
    desk.wait_for_url("**/meetings/17/")
    desk.fill("#body", "Douze personnes.")
    expect(desk.locator(".state")).to_contain_text("enregistré à")
    demo_server.kill()

    desk.fill("#body", "Douze personnes, puis treize.")
    expect(desk.locator(".state")).to_have_text("pas encore enregistré : gardé sur cet ordinateur")
    demo_server.start()
    expect(desk.locator(".state")).to_contain_text("enregistré à", timeout=20_000)

    desk.reload()
    expect(desk.locator("#body")).to_have_value("Douze personnes, puis treize.")


def test_every_page_of_a_meeting_says_what_it_is_to_who_does_not_see_it(demo_server, enter):
    desk = enter(demo_server, "director")
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    desk.keyboard.press("o")
    desk.wait_for_url("**/meetings/17/")
    points = [link.get_attribute("href") for link in desk.locator(".agenda li a").all()]
    wrong = {}
    pages = ["/crises/1/actions/", "/crises/1/exceptions/", "/crises/1/measures/", "/crises/1/meetings/"]
    everything = [*points, "/crises/1/meetings/17/minutes/", *pages]
    for scheme, paths in (("light", everything), ("dark", everything[2:5])):
        desk.emulate_media(color_scheme=scheme)
        for path in paths:
            desk.goto(f"{demo_server.url}{path}")
            expect(desk.locator("#live")).to_have_attribute("data-state", "live")
            wrong[f"{scheme} {path}"] = faults(desk)

    assert {path: found for path, found in wrong.items() if found} == {}


def test_nothing_of_a_meeting_is_cut_on_a_phone(demo_server, enter):
    phone = enter(demo_server, "director", viewport=PHONE)
    phone.goto(f"{demo_server.url}/crises/1/meetings/")
    phone.keyboard.press("o")
    phone.wait_for_url("**/meetings/17/")
    points = [link.get_attribute("href") for link in phone.locator(".agenda li a").all()]

    wide = {}
    for path in [
        *points,
        *(f"/crises/1/{name}/" for name in ("meetings/17/minutes", "actions", "exceptions", "meetings")),
    ]:
        phone.goto(f"{demo_server.url}{path}")
        wide[path] = phone.evaluate("document.documentElement.scrollWidth")

    assert {path: width for path, width in wide.items() if width > PHONE["width"]} == {}


def test_a_line_that_loses_its_mark_is_a_decision_again_and_a_new_measure_is_written_at_once(demo_server, enter):
    desk = enter(demo_server, "director")
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    keys = Keys(desk)
    keys.press("o", then="**/meetings/17/")

    keys.press("n")
    keys.type("!x")
    expect(desk.locator(".capture [name=kind][value=action]")).to_be_checked()
    for _letter in "!x":
        desk.keyboard.press("Backspace")
    keys.type("Une décision")
    expect(desk.locator(".capture [name=kind][value=decision]")).to_be_checked()

    desk.get_by_role("link", name="Mesures en vigueur").first.click()
    point(desk, "Mesures en vigueur")
    keys.press("m")
    expect(desk.locator("#id_text")).to_be_focused()
    expect(desk.locator("#id_text")).to_be_in_viewport()


def test_a_tick_is_kept_whatever_is_pressed_next(demo_server, enter):
    desk = enter(demo_server, "director", viewport={"width": 1440, "height": 900})
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    keys = Keys(desk)
    keys.press("o", then="**/meetings/17/")
    row = lambda name: desk.locator(".people > li:has(fieldset)", has_text=name)  # noqa: E731
    expect(desk.get_by_role("button", name="Enregistrer la liste")).to_be_in_viewport()

    row("Secrétariat").get_by_label("excusé").check()
    desk.get_by_text("Ajouter un invité").click()
    desk.get_by_label("Nom").fill("Électricien")
    desk.get_by_role("button", name="Ajouter", exact=True).last.click()
    expect(desk.locator("#minutes-17")).to_contain_text("Électricien")
    expect(row("Secrétariat").get_by_label("excusé")).to_be_checked()

    row("Informatique").get_by_label("présent").check()
    keys.press("j")
    point(desk, "PV de la dernière réunion")
    keys.press("k")
    point(desk, "Présences")
    expect(row("Informatique").get_by_label("présent")).to_be_checked()

    row("Communication").get_by_label("présent").check()
    expect(desk.locator("[data-ticks] .ticked")).to_have_attribute("data-state", "saved")
    expect(desk.locator("#moves li", has_text="Communication").get_by_role("button")).to_have_text("Part")

    other = enter(demo_server, "secretary")
    other.goto(f"{demo_server.url}/crises/1/meetings/17/")
    theirs = other.locator(".people > li:has(fieldset)", has_text="Observation")
    theirs.get_by_label("excusé").check()
    expect(other.locator("[data-ticks] .ticked")).to_have_attribute("data-state", "saved")
    row("Radiologie").get_by_label("présent").check()
    expect(row("Observation").get_by_label("excusé")).to_be_checked()
    desk.reload()
    expect(row("Observation").get_by_label("excusé")).to_be_checked()
    expect(row("Radiologie").get_by_label("présent")).to_be_checked()

    keys.press("p")
    expect(desk.locator("#minutes-17")).to_contain_text("Direction préside")
    expect(row("Secrétariat").get_by_label("excusé")).to_be_checked()


def test_paper_has_no_buttons_a_phone_shows_the_point_and_english_the_hour_of_the_page(demo_server, enter):
    desk = enter(demo_server, "director")
    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    desk.keyboard.press("o")
    desk.wait_for_url("**/meetings/17/")
    paper = {}
    desk.emulate_media(media="print")
    for path in ("meetings/17", "meetings", "actions"):
        desk.goto(f"{demo_server.url}/crises/1/{path}/")
        paper[path] = desk.locator("button:visible, .button:visible, textarea:visible, select:visible").count()
    assert paper == {"meetings/17": 0, "meetings": 0, "actions": 0}

    desk.emulate_media(media="screen")
    desk.context.add_cookies([{"name": "django_language", "value": "en", "url": demo_server.url}])
    desk.reload()
    expect(desk.locator("#live .clock")).to_have_text(re.compile(r", \d\d:\d\d$"))

    phone = enter(demo_server, "observer", viewport=PHONE)
    phone.goto(f"{demo_server.url}/crises/1/meetings/17/")
    expect(phone.locator("#here")).to_be_in_viewport()
    assert phone.locator("#here").bounding_box()["y"] < PHONE["height"] / 2
