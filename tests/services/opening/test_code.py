"""The code of an empty installation: the terminal's, whatever way it is typed, and worth nothing once somebody has an account."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from crisis.accounts.models import User, WrongTry
from crisis.management.commands.up import first_page
from crisis.models import JournalEntry
from services.opening.code import LETTERS, TRIES, first_code, is_needed, opens

WRONG = "This is not the code that the terminal shows"


def test_the_code_is_twelve_letters_that_nobody_confuses_in_groups_of_four():
    assert re.fullmatch(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", first_code())
    assert not set("0O1IL") & set(LETTERS)


def test_a_restart_does_not_change_it_and_another_installation_has_another(settings):
    here = first_code()
    assert first_code() == here

    settings.SECRET_KEY = "another installation, with a secret key of its own, long enough"

    assert first_code() != here


@pytest.mark.parametrize("how", [str.lower, str.upper, lambda code: code.replace("-", ""), lambda code: f"  {code} "])
def test_it_opens_however_it_is_typed(how):
    assert opens(how(first_code()))


@pytest.mark.parametrize("typed", ["", "-", "AAAA-AAAA-AAAA", "é" * 12, "\0", "9" * 400])
def test_anything_else_does_not(typed):
    assert not opens(typed)
    assert not opens(first_code()[:-1])
    assert not opens(first_code() + "A")


def test_it_is_needed_until_the_first_account_and_never_in_the_demonstration(db, settings):
    assert is_needed()
    settings.DEMO = True
    assert not is_needed()
    settings.DEMO = False

    User.objects.create_user("first")

    assert not is_needed()


@pytest.mark.django_db
def test_an_empty_installation_opens_on_the_page_that_asks_for_it(client):
    answer = client.get("/", follow=True)

    assert answer.redirect_chain[-1][0] == reverse("start")
    assert "Nobody has an account here yet." in answer.content.decode()
    assert first_code() not in answer.content.decode()


@pytest.mark.django_db
def test_a_wrong_code_is_refused_in_a_sentence_and_opens_nothing(client):
    answer = client.post(reverse("start"), {"code": "AAAA-AAAA-AAAA"})

    assert answer.status_code == 422
    assert WRONG in answer.content.decode()
    assert "AAAA-AAAA-AAAA" in answer.content.decode()
    assert "Declare a crisis now" not in client.get(reverse("start")).content.decode()


@pytest.mark.django_db
def test_without_the_code_no_page_of_the_way_opens(client):
    for page in ("real", "house", "services", "me"):
        assert client.get(reverse("start_step", args=[page])).url == reverse("start")
    assert client.post(reverse("start"), {"mode": "declare"}).status_code == 200
    assert client.get(reverse("start_step", args=["real"])).url == reverse("start")


@pytest.mark.django_db
def test_the_code_opens_and_in_an_address_where_a_log_would_have_it_nothing(client):
    page = client.get(reverse("start"), {"code": first_code()})
    assert page.status_code == 200
    assert "Declare a crisis now" not in page.content.decode()

    answer = client.post(reverse("start"), {"code": first_code()})

    assert answer.url == reverse("start")
    assert "Declare a crisis now" in client.get(answer.url).content.decode()


def test_a_phone_scans_the_code_behind_the_sign_that_no_log_has_and_the_address_that_it_reaches():
    here, named, found = "https://localhost:1", "https://laptop:1", "https://10.1.2.3:1"

    assert first_page(here, [named, found, "https://172.17.0.1:1"], "AB-CD") == f"{found}/start/#AB-CD"
    assert first_page(here, [named], "AB-CD") == f"{named}/start/#AB-CD"
    assert first_page(here, [], "AB-CD") == f"{here}/start/#AB-CD"


@pytest.mark.django_db
def test_guessing_ends_after_ten_codes_from_one_address_and_keeps_nobody_else_out():
    intruder, owner = Client(REMOTE_ADDR="10.0.0.9"), Client(REMOTE_ADDR="10.0.0.10")

    tried = [intruder.post(reverse("start"), {"code": f"AAAA-AAAA-{n:04}"}).status_code for n in range(TRIES + 1)]
    right = intruder.post(reverse("start"), {"code": first_code()})

    assert tried == [422] * TRIES + [429]
    assert right.status_code == 429
    assert "Too many wrong codes from this device" in right.content.decode()
    assert "Declare a crisis now" not in intruder.get(reverse("start")).content.decode()
    assert owner.post(reverse("start"), {"code": first_code()}).status_code == 302
    assert WrongTry.objects.count() == TRIES
    assert not JournalEntry.objects.exists()


def test_once_somebody_has_an_account_the_code_opens_nothing(client, db):
    User.objects.create_user("first")

    assert client.post(reverse("start"), {"code": first_code()}).url == reverse("home")
    assert client.get(reverse("start_step", args=["me"])).url == reverse("home")
    assert client.get("/", follow=True).redirect_chain[-1][0].startswith(reverse("sign_in"))
