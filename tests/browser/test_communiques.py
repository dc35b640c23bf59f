"""A communiqué in the browser: written with facts, contradicted by the board, answered with one click, approved, published."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_desk import faults
from tests.running import until

pytestmark = pytest.mark.browser
ALL = "/crises/1/communiques/"


def begun(page: Page, url: str) -> None:
    """A new draft, by its key, on a page that listens."""
    page.goto(f"{url}{ALL}")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.keyboard.press("n")
    page.wait_for_url("**/communiques/*/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    expect(page.locator(".pad")).to_be_visible()


def typed(page: Page, words: str) -> None:
    """Words at the end of the text, kept by the server."""
    page.locator(".pad").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    expect(page.locator(".writing .state")).to_contain_text("enregistré à")


def test_from_the_facts_to_the_public_with_two_people(demo_server, enter):
    writer, director = enter(demo_server, "communications"), enter(demo_server, "director")
    begun(writer, demo_server.url)
    expect(writer.locator(".pad .fact").first).to_contain_text("services essentiels assurés sur 29")

    writer.get_by_text("Chaque service").click()
    writer.fill("[data-narrow]", "labor")
    writer.locator(".narrowed button:visible", has_text="Laboratoire (Arlon) : 85 %").click()
    expect(writer.locator(".pad .fact", has_text="85 %")).to_be_visible()
    expect(writer.locator("textarea[name=body]")).to_have_value(
        re.compile(r"#0\)\. \[85 %\]")
    )  # apart from the word before
    typed(writer, " à Arlon.\n\nLes laboratoires travaillent à 50 % de leur capacité.")
    expect(writer.locator(".coherence .warn")).to_contain_text("Laboratoire : 50 %")
    expect(writer.locator(".coherence .warn a")).to_contain_text("journal n°")
    expect(writer.locator("#length")).to_contain_text("GSM-7")

    writer.get_by_role("button", name="Remplacer").click()
    expect(writer.locator(".coherence .warn")).to_have_count(0)
    expect(writer.locator(".preview")).to_contain_text("Les laboratoires travaillent à 85 % de leur capacité.")
    expect(writer.locator(".writing .state")).to_contain_text("enregistré à")
    writer.locator("h1").click()
    writer.keyboard.press("s")
    expect(writer.locator("main > .message")).to_contain_text("attend une deuxième personne")

    director.goto(writer.url)
    expect(director.locator("#live")).to_have_attribute("data-state", "live")
    director.keyboard.press("a")
    expect(director.locator("main > .message")).to_contain_text("est validé")
    expect(director.locator("#live")).to_have_attribute("data-state", "live")
    director.keyboard.press("p")
    expect(director.locator("main .warn[role=alert]:visible")).to_contain_text("anglais (manque)")
    expect(director.locator("#live")).to_have_attribute("data-state", "live")
    director.get_by_role("checkbox").check()
    director.locator("h1").click()
    director.keyboard.press("p")
    expect(director.locator(".way .now")).to_have_text("publié")
    expect(director.locator("#live")).to_have_attribute("data-state", "live")
    director.keyboard.press("k")
    expect(director.locator("textarea#correct")).to_be_focused()
    director.goto(f"{demo_server.url}{ALL}")
    expect(director.locator(".said-list li", has_text="EXERCICE").first).to_contain_text("rien ne le contredit")


def test_select_all_takes_the_text_and_not_the_page_also_after_a_click_on_a_fact(demo_server, enter):
    page = enter(demo_server, "communications")
    begun(page, demo_server.url)

    page.locator(".pad .fact").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Merci.")

    expect(page.locator(".pad")).to_have_text("Merci.")
    expect(page.locator("textarea[name=body]")).to_have_value("Merci.")


def test_what_is_typed_after_a_click_on_a_fact_goes_on_behind_it(demo_server, enter):
    page = enter(demo_server, "communications")
    begun(page, demo_server.url)

    page.locator(".pad .fact", has_text="0800").click()
    page.keyboard.type(", jour et nuit")

    expect(page.locator("textarea[name=body]")).to_have_value(re.compile(r"public=\d+#0\), jour et nuit"))


def test_two_people_write_the_same_text_and_neither_loses_a_word(demo_server, enter):
    first, second = enter(demo_server, "communications"), enter(demo_server, "director")
    begun(first, demo_server.url)
    second.goto(first.url)
    expect(second.locator(".pad")).to_be_visible()

    typed(first, "\n\nLe réseau est coupé à Marche.")
    expect(first.locator(".writing .state")).to_have_attribute("data-state", "saved")
    second.locator(".pad").click()
    second.keyboard.press("Control+End")
    second.keyboard.type("\n\nLe réseau revient à Arlon.")

    expect(second.locator(".theirs")).to_be_visible()
    expect(second.locator(".theirs pre")).to_contain_text("coupé à Marche")
    second.get_by_role("button", name="Garder les deux").click()
    expect(second.locator(".pad")).to_contain_text("revient à Arlon")
    expect(second.locator(".pad")).to_contain_text("coupé à Marche")
    expect(second.locator(".writing .state")).to_have_attribute("data-state", "saved")


def test_every_page_of_a_communique_says_what_it_is_to_who_does_not_see_it(demo_server, enter):
    page = enter(demo_server, "communications")
    begun(page, demo_server.url)
    wrong = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in (page.url.removeprefix(demo_server.url), f"{ALL}6/", ALL):
            page.goto(f"{demo_server.url}{path}")
            expect(page.locator("#live")).to_have_attribute("data-state", "live")
            wrong[f"{scheme} {path}"] = faults(page)

    assert {path: found for path, found in wrong.items() if found} == {}


def test_nothing_of_a_communique_is_cut_on_a_phone(demo_server, enter):
    phone = enter(demo_server, "communications", viewport=PHONE)
    begun(phone, demo_server.url)
    for path in (phone.url.removeprefix(demo_server.url), f"{ALL}6/", ALL):
        phone.goto(f"{demo_server.url}{path}")

        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_what_is_sent_to_review_has_the_last_word_that_was_typed(demo_server, enter):
    page = enter(demo_server, "communications")
    begun(page, demo_server.url)
    page.route(re.compile("/save/"), lambda route: (time.sleep(1), route.continue_()))

    page.locator(".pad").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\nLe réseau revient à Arlon.")
    page.locator("[data-key=s]").dblclick()

    expect(page.locator(".way .now")).to_have_text("relecture")
    expect(page.locator("article.letter")).to_contain_text("Le réseau revient à Arlon.")
    expect(page.locator(".feed li")).to_have_count(2)  # begun, and sent to review


def test_nothing_is_sent_to_review_while_two_texts_stand_against_each_other(demo_server, enter):
    first, second = enter(demo_server, "communications"), enter(demo_server, "director")
    begun(first, demo_server.url)
    second.goto(first.url)
    expect(second.locator(".pad")).to_be_visible()
    typed(first, "\n\nLe réseau est coupé à Marche.")
    expect(first.locator(".writing .state")).to_have_attribute("data-state", "saved")

    second.locator(".pad").click()
    second.keyboard.press("Control+End")
    second.keyboard.type("\n\nLe réseau revient à Arlon.")
    second.locator("[data-key=s]").click()

    expect(second.locator(".theirs")).to_be_in_viewport()
    expect(second.locator(".writing .state")).to_have_attribute("data-state", "here")
    expect(second.locator(".way .now")).to_have_text("brouillon")
    second.get_by_role("button", name="Garder les deux").click()
    second.locator("[data-key=s]").click()
    expect(second.locator("article.letter")).to_contain_text("coupé à Marche")
    expect(second.locator("article.letter")).to_contain_text("revient à Arlon")


def test_a_fact_that_is_copied_stays_a_fact_and_an_insertion_is_undone(demo_server, enter):
    page = enter(demo_server, "communications")
    begun(page, demo_server.url)
    area, facts = page.locator("textarea[name=body]"), page.locator(".pad .fact")
    page.locator(".pad").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(" «\u00a0Oui\u00a0», à 50\u00a0%.")
    expect(area).to_have_value(re.compile("«\u00a0Oui\u00a0», à 50\u00a0%\\.$"))
    before, count = area.input_value(), facts.count()

    page.locator(".facts button").first.click()
    expect(facts).to_have_count(count + 1)
    page.keyboard.press("Control+z")
    expect(area).to_have_value(before)
    expect(facts).to_have_count(count)

    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    expect(area).to_have_value("")
    page.keyboard.press("Control+v")
    expect(area).to_have_value(before)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+v")
    expect(area).to_have_value(before * 2)
    expect(facts).to_have_count(count * 2)


def test_what_stayed_behind_in_another_language_arrives_and_what_is_refused_is_told_once(demo_server, enter, console):
    console.expected = True  # saves are cut off on purpose
    page, chief = enter(demo_server, "communications"), enter(demo_server, "director")
    left = "Object.keys(localStorage).filter((name) => name.startsWith('text:')).length"
    saves = re.compile("/save/")

    def left_behind(key: str, words: str) -> None:
        page.goto(f"{draft}?lang=nl")
        page.route(saves, lambda route: route.abort())
        page.fill("[name=title]", "Toestand")
        page.locator(".pad").click()
        page.keyboard.press(key)
        page.keyboard.type(words)
        expect(page.locator(".writing .state")).to_have_attribute("data-state", "here")

    begun(page, demo_server.url)
    draft = page.url
    left_behind("Control+a", "Het labo werkt.")
    page.goto("about:blank")
    page.unroute(saves)
    page.goto(draft)
    until(lambda: page.evaluate(left) == 0, "what stayed behind arrives")
    page.goto(f"{draft}?lang=nl")
    expect(page.locator(".pad")).to_have_text("Het labo werkt.")
    expect(page.locator("[name=title]")).to_have_value("Toestand")

    left_behind("Control+End", " Het net niet.")
    page.goto("about:blank")
    page.unroute(saves)
    chief.goto(draft)
    chief.locator("[data-key=s]").click()
    expect(chief.locator(".way .now")).to_have_text("relecture")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if saves.search(request.url) else None)
    begun(page, demo_server.url)
    expect(page.locator("[data-behind] pre")).to_contain_text("Het net niet.")
    expect(page.locator("[data-behind] .warn")).to_contain_text("renvoyez-le")
    page.reload()
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    expect(page.locator("[data-behind]")).to_have_count(0)
    assert page.evaluate(left) == 1
    assert len(asked) == 1

    page.evaluate("sessionStorage.clear()")
    page.reload()
    page.locator("[data-behind] button").click()
    expect(page.locator("[data-behind]")).to_have_count(0)
    assert page.evaluate(left) == 0
