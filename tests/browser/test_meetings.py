"""A meeting in the browser: by keyboard, seen live by a second browser and by a wall."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.walls import identity, open_wall

pytestmark = pytest.mark.browser


def test_a_meeting_is_held_by_keyboard_and_everybody_follows_live(demo_server, enter, screen):
    desk, other, wall = enter(demo_server, "secretary"), enter(demo_server, "observer"), screen()
    open_wall(wall, demo_server.url, identity(demo_server))
    expect(wall.locator("#measures")).to_contain_text("3 à reconfirmer, restent d’application")

    desk.goto(f"{demo_server.url}/crises/1/meetings/")
    desk.get_by_role("button", name=re.compile("Ouvrir la Réunion n° 17")).press("Enter")
    desk.wait_for_url("**/meetings/17/")
    expect(wall.locator("#next")).to_contain_text("Réunion en cours")
    expect(wall.locator("#measures")).not_to_contain_text("à reconfirmer")
    other.goto(desk.url)
    expect(other.locator("#live")).to_have_attribute("data-state", "live")
    expect(other.locator("#minutes-17")).to_contain_text("3 mesures ne sont pas encore revues")

    for key in ('"', "\\", "]"):  # no shortcut, and no error either
        desk.keyboard.press(key)
    desk.keyboard.press("r")
    expect(other.locator("#minutes-17")).not_to_contain_text("ne sont pas encore revues")
    expect(other.locator("#mark-17-1")).to_contain_text("reconduite")
    expect(other.get_by_role("main").get_by_role("button")).to_have_count(0)

    desk.get_by_role("button", name="Lever la séance").press("Enter")
    expect(desk.get_by_role("main")).to_contain_text("ce qu’elle a décidé est en vigueur")
    expect(wall.locator("#next")).to_contain_text("Prochaine réunion")
    expect(wall.locator("#next time[data-until]")).to_have_text(re.compile(r"dans \d+"))
    expect(wall.locator("#measures")).not_to_contain_text("à reconfirmer")
    expect(other.locator("#minutes-17")).to_contain_text("Prochaine réunion")
