"""Pages of communiqués follow the journal: what was reported elsewhere comes to who writes, who approves, who releases."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_communiques import ALL, begun, typed
from tests.browser.test_public import FAILED, RELEASED

pytestmark = pytest.mark.browser

LESS = """
from crisis.models import Crisis
from services.facts import Facts
from services.models import Service
from services.writes import report_status
service = Service.objects.get(activity__key="laboratoire", site__key="arlon")
report_status(Crisis.objects.get(), service, Facts(status="vital", capacity=40), by=None)
"""


def live(page: Page) -> Page:
    """The page once it listens."""
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    return page


def test_who_writes_is_contradicted_by_what_is_reported_elsewhere_without_a_key(demo_server, enter):
    writer = enter(demo_server, "communications")
    begun(writer, demo_server.url)
    typed(writer, "\n\nLe laboratoire d’Arlon travaille à 85 % de sa capacité.")
    expect(writer.locator(".coherence .warn")).to_have_count(0)
    writer.get_by_text("Chaque service").click()
    writer.fill("[data-narrow]", "labor")
    expect(writer.locator(".narrowed button:visible", has_text="Laboratoire (Arlon) : 85 %")).to_be_visible()

    demo_server.python(LESS)

    expect(writer.locator(".coherence .warn")).to_contain_text("40 %")
    expect(writer.locator(".narrowed button:visible", has_text="Laboratoire (Arlon) : 40 %")).to_be_visible()
    expect(writer.locator(".narrowed button:visible", has_text="Radiologie")).to_have_count(0)
    expect(writer.locator("#followed")).to_have_text(re.compile(r"mis à jour d’après la situation à \d\d:\d\d:\d\d"))
    expect(writer.locator(".pad")).to_contain_text("travaille à 85 % de sa capacité.")


def test_who_approves_sees_the_contradiction_and_the_step_of_a_colleague_as_they_come(demo_server, enter):
    writer, director, doctor = (enter(demo_server, name) for name in ("communications", "director", "medical"))
    begun(writer, demo_server.url)
    typed(writer, "\n\nLe laboratoire d’Arlon travaille à 85 % de sa capacité.")
    writer.locator("h1").click()
    writer.keyboard.press("s")
    expect(writer.locator("main > .message")).to_contain_text("attend une deuxième personne")
    for page in (director, doctor):
        page.goto(writer.url)
        live(page)
    doctor.get_by_text("Renvoyer avec une remarque").or_(doctor.locator("summary", has_text="Renvoyer")).first.click()
    doctor.fill("#back", "Parle-t-on d’Arlon ?")

    demo_server.python(LESS)

    expect(director.locator(".coherence .warn")).to_contain_text("40 %")
    expect(doctor.locator(".coherence .warn")).to_contain_text("40 %")
    expect(doctor.locator("#back")).to_have_value("Parle-t-on d’Arlon ?")

    director.locator("summary", has_text="Renvoyer").first.click()
    director.fill("#back", "Le laboratoire est à 40 %.")
    director.locator("form:has(#back) button").click()
    expect(live(director).locator(".way .now")).to_have_text("brouillon")
    # The writer had nothing to lose: the page is the editor again. The doctor was typing: the page says that it moved on.
    expect(writer.locator(".pad")).to_be_visible()
    expect(writer.locator("#told")).to_contain_text("Le laboratoire est à 40 %.")
    expect(doctor.locator("#moved-on")).to_be_visible()
    expect(doctor.locator("#back")).to_have_value("Parle-t-on d’Arlon ?")


def test_the_names_of_the_languages_and_the_title_follow_what_was_saved(demo_server, enter):
    writer = enter(demo_server, "communications")
    begun(writer, demo_server.url)
    writer.goto(f"{writer.url}?lang=nl")
    live(writer)
    expect(writer.locator("#langs [aria-current]")).to_contain_text("manque")
    expect(writer.locator(".writing .past")).to_contain_text("Rien n’est encore écrit dans cette langue.")
    expect(writer.locator(".pad .fact").first).to_contain_text("essentiële")
    writer.get_by_role("button", name="Enregistrer le texte").click()
    # The measures are in French only, and the words say so: that is kept, and is not finished.
    expect(writer.locator("#langs [aria-current]")).to_contain_text("en retard")
    writer.fill("[name=title]", "OEFENING Stand van de middag")
    writer.locator(".pad").click()
    writer.keyboard.press("Control+a")
    writer.keyboard.type("Een zin.")
    expect(writer.locator("#langs [aria-current]")).to_contain_text("à jour")
    writer.goto(writer.url.replace("lang=nl", "lang=fr"))
    live(writer)
    writer.fill("[name=title]", "EXERCICE Le point de midi")
    typed(writer, " Et rien d’autre.")
    expect(writer.locator("h1")).to_have_text("EXERCICE Le point de midi")
    expect(writer.locator("#langs a", has_text="Nederlands")).to_contain_text("en retard")


def test_somebody_else_saved_the_text_that_is_open_here(demo_server, enter):
    writer, other = enter(demo_server, "communications"), enter(demo_server, "director")
    begun(writer, demo_server.url)
    other.goto(writer.url)
    live(other)
    typed(writer, " Une phrase de plus.")
    expect(writer.locator(".writing .state")).to_contain_text("enregistré à")
    other.locator(".pad").click()

    demo_server.python(LESS)

    expect(other.locator("#moved-on")).to_be_visible()
    other.locator("#moved-on a").click()
    expect(live(other).locator(".pad")).to_contain_text("Une phrase de plus.")


def test_the_list_turns_red_by_itself_and_the_release_shows_what_fell(demo_server, enter):
    demo_server.python(RELEASED)
    cell = enter(demo_server, "director", "/crises/1/public/")
    live(cell)
    expect(cell.locator("#now-read")).to_contain_text("Aucune réponse diffusée n’a basculé")
    lists = enter(demo_server, "communications", ALL)
    live(lists)
    expect(lists.locator("#rows")).not_to_contain_text("40 %")

    demo_server.python(FAILED)
    demo_server.python(LESS)

    expect(cell.locator("#now-read")).to_contain_text("Libramont")
    expect(cell.locator("#to-release")).to_contain_text("réponse")
    expect(lists.locator("#rows [data-untrue]")).to_contain_text("40 %")
