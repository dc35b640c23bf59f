"""The screen's own side and the cell's page: what each is shown, and what a refusal keeps."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisis.displays.identity import SCREEN, WAITING
from crisis.displays.models import Display, Pairing
from crisis.displays.writes import (
    WAITING_PER_ADDRESS,
    Look,
    blank_display,
    change_display,
    pair_display,
    revoke_display,
    show_code,
)
from services.writes import acknowledge_alarm, report_status
from tests.cast import ATTACKED, RESTORED, VITAL, written

FORM = {"name": "Hall", "language": "fr", "theme": "dark", "shows": "all", "zoom": 100, "page_seconds": 20}


def code_on(client: Client) -> str:
    """The code that a screen's browser shows now."""
    page = client.get("/wall/").content.decode()
    return "".join(re.findall(r"[2-9A-Z]{4}", page.partition('class="pair-code"')[2].partition("</p>")[0]))


def paired(crisis, by, **look) -> tuple[Client, Display]:
    """A browser that went through pairing."""
    client = Client()
    display = pair_display(crisis, code_on(client), Look(**{"name": "Hall", "language": "en"} | look), by=by)
    assert client.get("/wall/waiting/").headers["HX-Refresh"] == "true"
    return client, display


def test_a_browser_shows_the_same_code_until_it_is_paired_and_then_the_wall(crisis, secretary, radiology):
    client = Client()
    code = code_on(client)
    assert code_on(client) == code
    assert client.get("/wall/waiting/").status_code == 204

    pair_display(crisis, code, Look(name="Hall", language="en"), by=secretary)
    answer = client.get("/wall/waiting/")

    assert answer.headers["HX-Refresh"] == "true"
    assert not Pairing.objects.exclude(code="").exists()
    wall = client.get("/wall/").content.decode()
    assert f'id="service-{radiology.pk}"' in wall
    assert "Crisis cell · Vivalia · day 4" in wall


def test_the_code_can_be_scanned(db):
    page = Client().get("/wall/").content.decode()

    assert page.count("<svg") == 1
    assert "<script" not in page.partition("<svg")[2].partition("</svg>")[0]
    assert "style=" not in page


def test_another_browser_that_asks_gets_another_code_and_nothing_of_the_first(crisis, secretary):
    first, second = Client(), Client()
    code = code_on(first)

    assert code_on(second) != code
    pair_display(crisis, code, Look(name="Hall"), by=secretary)
    assert second.get("/wall/waiting/").status_code == 204


def test_a_code_that_ended_is_replaced_on_the_screen_by_itself(db, time_machine):
    client = Client()
    old = code_on(client)
    time_machine.move_to(timezone.now() + timedelta(minutes=10, seconds=1))

    piece = client.get("/wall/waiting/")

    assert piece.status_code == 200
    assert piece.content.decode().lstrip().startswith('<div id="code"')
    assert code_on(client) != old


def test_who_asks_for_codes_without_end_is_told_to_wait(db):
    for _ in range(WAITING_PER_ADDRESS):
        Client().get("/wall/")

    answer = Client().get("/wall/")

    assert answer.status_code == 429
    assert "Too many screens wait for a code" in answer.content.decode()
    assert Pairing.objects.count() == WAITING_PER_ADDRESS


@pytest.mark.parametrize("forged", ["", "1", "x:y:z", "WyJhIl0:1abc:def"])
def test_a_forged_identity_is_a_screen_that_waits(forged, crisis, secretary):
    paired(crisis, secretary)
    client = Client()
    client.cookies[SCREEN] = forged

    assert 'class="pair-code"' in client.get("/wall/").content.decode()


def test_a_revoked_screen_shows_a_code_again_and_its_old_identity_is_taken_away(crisis, secretary):
    client, display = paired(crisis, secretary)
    revoke_display(display, by=secretary)

    page = client.get("/wall/")

    assert 'class="pair-code"' in page.content.decode()
    assert crisis.name not in page.content.decode()
    assert client.cookies[SCREEN].value == ""


def test_an_identity_is_for_this_server_alone_and_lasts(crisis, secretary):
    client, _display = paired(crisis, secretary)

    cookie = client.cookies[SCREEN]

    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 86400)
    assert client.cookies[WAITING].value == ""
    assert "sessionid" not in client.cookies


def test_a_wall_shows_only_its_sites_in_its_language_and_its_theme(crisis, secretary, radiology, laboratory, elsewhere):
    client, display = paired(crisis, secretary, language="nl", sites=["arlon"], theme="light", shows="down", zoom=150)

    page = client.get("/wall/").content.decode()

    assert f'id="service-{elsewhere.pk}"' in page
    assert f'id="service-{laboratory.pk}"' not in page
    assert "Crisiscel · Vivalia · dag 4" in page
    assert 'data-theme="light"' in page
    assert 'data-shows="down"' in page
    assert 'data-zoom="150"' in page
    assert f"/ws/wall/?stamp={display.stamp}&amp;seq=1" in page


def test_a_wall_holds_nothing_to_click_nothing_personal_and_no_inline_script(crisis, secretary, laboratory):
    report_status(crisis, laboratory, ATTACKED.changed(source="the head nurse"), by=secretary)
    client, _display = paired(crisis, secretary)

    page = client.get("/wall/").content.decode()

    body = page.partition("<body>")[2]
    for absent in ("<a ", "<button", "<form", "<script", "the head nurse", "Secretary", "csrf"):
        assert absent not in body, absent
    assert "ALARM · 1 essential service suspended" in body
    assert "Laboratory (Libramont)" in body


@pytest.mark.parametrize("reported", [1, 3])
def test_a_wall_costs_the_same_queries_whatever_the_number_of_reports(
    reported, crisis, secretary, radiology, laboratory, elsewhere, django_assert_num_queries
):
    client, _display = paired(crisis, secretary)
    for service in [radiology, laboratory, elsewhere][:reported]:
        report_status(crisis, service, VITAL, by=secretary)

    with django_assert_num_queries(13):
        client.get("/wall/")


def test_a_wall_made_dark_shows_nothing_of_the_crisis_but_stays_live(crisis, secretary, radiology):
    client, display = paired(crisis, secretary)
    blank_display(display, True, by=secretary)

    page = client.get("/wall/").content.decode()

    assert "Hall · made dark by the crisis cell" in page
    assert f"service-{radiology.pk}" not in page
    assert crisis.name not in page
    assert 'id="live"' in page


def test_who_scans_the_code_lands_on_the_page_of_screens_with_the_code_filled_in(
    crisis, secretary, observer, browser_of
):
    assert Client().get("/wall/pair/ABCD2345/").url == "/sign-in/?next=/wall/pair/ABCD2345/"
    assert browser_of(observer).get("/wall/pair/ABCD2345/").url == "/"

    answer = browser_of(secretary).get("/wall/pair/ABCD2345/", follow=True)

    assert answer.redirect_chain == [(f"/crises/{crisis.pk}/displays/?code=ABCD2345", 302)]
    assert 'value="ABCD2345"' in answer.content.decode()


def test_the_page_pairs_a_screen_and_lists_it(crisis, secretary, browser_of, libramont):
    client = browser_of(secretary)
    code = code_on(Client())

    answer = client.post(
        reverse("displays", args=[crisis.pk]), FORM | {"code": code, "sites": ["libramont"]}, follow=True
    )

    display = Display.objects.get()
    assert (display.name, display.sites, display.crisis) == ("Hall", ["libramont"], crisis)
    page = answer.content.decode()
    assert "Hall is paired: it shows the wall within two seconds." in page
    assert f'id="display-{display.pk}" data-connected="no"' in page
    assert "never seen" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"code": "WRONG234"}, "No screen shows this code now: read it again, it changes every ten minutes."),
        ({"code": ""}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"zoom": 20}, "Ensure this value is greater than or equal to 60."),
        ({"zoom": 900}, "Ensure this value is less than or equal to 200."),
        ({"page_seconds": 1}, "Ensure this value is greater than or equal to 5."),
        ({"sites": ["atlantis"]}, "Select a valid choice. atlantis is not one of the available choices."),
        ({"language": "xx"}, "Select a valid choice. xx is not one of the available choices."),
        ({"theme": "pink"}, "Select a valid choice. pink is not one of the available choices."),
        ({"name": "x" * 81}, "Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(
    wrong, sentence, crisis, secretary, browser_of, waiting
):
    before = written()

    answer = browser_of(secretary).post(
        reverse("displays", args=[crisis.pk]), FORM | {"code": waiting.code, "name": "The hall"} | wrong
    )

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    if "name" not in wrong:
        assert 'value="The hall"' in page
    assert not Display.objects.exists()
    assert written() == before


def test_the_list_says_who_is_there_and_what_each_shows(crisis, secretary, screen, browser_of):
    client, url = browser_of(secretary), reverse("displays_list", args=[crisis.pk])
    now = timezone.now()
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
    here = {"connected_at": now, "seen_at": now, "address": "10.0.0.7", "browser": agent}

    Display.objects.update(**here, seen_seq=1)
    page = client.get(url).content.decode()
    assert 'data-connected="yes"' in page
    assert "shows no. 1: up to date" in page
    assert "10.0.0.7" in page
    assert "Chrome 156 · Linux" in page

    Display.objects.update(**here, seen_seq=0)
    assert "shows no. 0 of 1" in client.get(url).content.decode()

    Display.objects.update(**here | {"seen_at": now - timedelta(seconds=21)}, seen_seq=1)
    page = client.get(url).content.decode()
    assert 'data-connected="no"' in page
    assert "last seen" in page


@pytest.mark.parametrize("count", [1, 10])
def test_the_list_costs_the_same_queries_for_one_screen_and_for_ten(
    count, crisis, secretary, browser_of, django_assert_num_queries
):
    for n in range(count):
        pair_display(crisis, show_code("10.0.0.7").code, Look(name=f"Screen {n}"), by=secretary)
    client = browser_of(secretary)

    with django_assert_num_queries(7):
        client.get(reverse("displays_list", args=[crisis.pk]))


def test_a_screen_is_renamed_and_a_taken_name_is_refused(crisis, secretary, screen, browser_of):
    pair_display(crisis, show_code("10.0.0.8").code, Look(name="Hall"), by=secretary)
    client, url = browser_of(secretary), reverse("display", args=[crisis.pk, screen.pk])

    refused = client.post(url, FORM)
    assert refused.status_code == 422
    assert "Another screen is called Hall: choose another name." in refused.content.decode()

    assert client.post(url, FORM | {"name": "Room 2"}).status_code == 302
    screen.refresh_from_db()
    assert screen.name == "Room 2"


def test_a_preview_is_the_wall_by_the_readers_own_session(crisis, secretary, screen, radiology, browser_of):
    change_display(screen, Look(name="Crisis room", language="de"), by=secretary)

    page = browser_of(secretary).get(reverse("display_preview", args=[crisis.pk, screen.pk])).content.decode()

    assert f'ws-connect="/ws/crises/{crisis.pk}/wall/?lang=de&amp;seq=2"' in page
    assert "Krisenzelle · Vivalia · Tag 4" in page


def test_a_screen_that_is_revoked_is_found_no_more(crisis, secretary, screen, browser_of):
    revoke_display(screen, by=secretary)
    client = browser_of(secretary)

    for name in ("display", "display_preview"):
        assert client.get(reverse(name, args=[crisis.pk, screen.pk])).status_code == 404
    assert "No screen is paired yet." in client.get(reverse("displays", args=[crisis.pk])).content.decode()


def test_a_code_entered_in_its_last_second_and_a_lost_answer_still_give_the_screen_its_identity(
    crisis, secretary, time_machine
):
    client = Client()
    code = code_on(client)
    time_machine.move_to(timezone.now() + timedelta(minutes=9, seconds=59))
    pair_display(crisis, code, Look(name="Hall"), by=secretary)
    time_machine.move_to(timezone.now() + timedelta(seconds=5))
    lost = Client()
    lost.cookies[WAITING] = client.cookies[WAITING].value

    assert lost.get("/wall/waiting/").headers["HX-Refresh"] == "true"
    assert client.get("/wall/waiting/").headers["HX-Refresh"] == "true"
    assert 'id="live"' in client.get("/wall/").content.decode()


def test_an_ended_site_stays_the_choice_of_the_screen_that_shows_it(crisis, secretary, screen, libramont, browser_of):
    change_display(screen, Look(name="Crisis room", sites=["libramont"]), by=secretary)
    libramont.until = timezone.now()
    libramont.save()

    browser_of(secretary).post(
        reverse("display", args=[crisis.pk, screen.pk]), FORM | {"name": "Room 2", "sites": ["libramont"]}
    )

    screen.refresh_from_db()
    assert (screen.name, screen.sites) == ("Room 2", ["libramont"])


def test_the_alarm_counts_what_is_down_now_and_is_calm_once_the_cell_has_seen_it(
    crisis, secretary, laboratory, elsewhere
):
    client, _display = paired(crisis, secretary)
    seen = report_status(crisis, laboratory, ATTACKED, by=secretary)
    report_status(crisis, elsewhere, ATTACKED, by=secretary)
    assert "ALARM · 2 essential services suspended" in client.get("/wall/").content.decode()

    acknowledge_alarm(crisis, seen, by=secretary)
    report_status(crisis, elsewhere, RESTORED, by=secretary)
    page = client.get("/wall/").content.decode()

    assert "ALARM" not in page
    assert "1 essential service suspended" in page
    assert "data-calm" in page
