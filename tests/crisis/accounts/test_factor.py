"""The second factor: asked for after the password, each code once, guessing bounded, and nobody locked out by it."""

import time
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp import models as totp_models
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from crisis.accounts import entering
from crisis.accounts.cards import give_card
from crisis.accounts.entering import HALF, PATIENCE
from crisis.accounts.factor import (
    RECOVERY_CODES,
    TRIES,
    TRIES_OF_ALL,
    check_factor,
    codes_left,
    must_set_up,
    remove_factor,
    renew_codes,
    set_up,
    with_factor,
)
from crisis.accounts.models import SignedIn, User, WrongTry
from crisis.accounts.sessions import JUST, MUST, open_sessions
from crisis.accounts.tries import TooMany, WrongCode
from crisis.errors import RuleBroken
from crisis.models import Book, JournalEntry, Member
from crisis.writes import grant_role
from tests.cast import ago, chain_holds, person, written

KEY = random_hex(20)
NOW = 1_800_000_015
"""In the middle of a half minute, in which the server's clock stands still."""
DOOR, STEP, PAGE = "/sign-in/", "/sign-in/code/", "/second-factor/"
HERE = {"address": "10.0.0.9"}


def digits(steps: int = 0, key: str = KEY) -> str:
    """What the phone shows, now or some half minutes from now."""
    phone = TOTP(bytes.fromhex(key))
    phone.time = NOW + 30 * steps
    return f"{phone.token():06}"


def other_digits(key: str = KEY) -> str:
    """Six digits that the phone shows neither now nor soon."""
    near = {digits(steps, key) for steps in range(-9, 10)}
    return next(word for n in range(100) if (word := f"{n:06}") not in near)


def state() -> list:
    return [
        written(),
        list(TOTPDevice.objects.values("user", "last_t", "throttling_failure_count")),
        StaticToken.objects.count(),
    ]


def refused(sentence: str, verb, *args, **how) -> None:
    before = state()
    with pytest.raises(RuleBroken, match=sentence):
        verb(*args, **how)
    assert state() == before


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    monkeypatch.setattr(totp_models, "time", SimpleNamespace(time=lambda: NOW))


@pytest.fixture
def codes(secretary) -> list[str]:
    """The secretary has a phone; the step that the set-up used is some time ago."""
    made = set_up(secretary, KEY, digits(-2))
    TOTPDevice.objects.update(drift=0)
    return made


def with_password(name: str = "secretary", address: str = "10.0.0.9", to: str = "") -> Client:
    client = Client(REMOTE_ADDR=address)
    answer = client.post(DOOR, {"username": name, "password": "a long password", "next": to})
    assert (answer.status_code, answer.url) == (302, STEP)
    return client


def test_who_has_none_comes_in_as_before(secretary):
    answer = Client().post(DOOR, {"username": "secretary", "password": "a long password"})

    assert (answer.status_code, answer.url) == (302, "/")


def test_a_right_password_alone_opens_nothing(codes, crisis):
    client = with_password()

    assert client.get(reverse("board", args=[crisis.pk])).status_code == 302
    assert "six digits" in client.get(STEP).content.decode()


def test_password_and_phone_come_in_where_one_wanted_to_go(codes, crisis):
    board = reverse("board", args=[crisis.pk])
    client = with_password(to=board)

    answer = client.post(STEP, {"token": digits()})

    assert (answer.status_code, answer.url) == (302, board)
    assert client.get(board).status_code == 200
    assert HALF not in client.session


def test_a_code_counts_once_for_the_whole_world(codes, secretary):
    code = digits()
    assert with_password().post(STEP, {"token": code}).status_code == 302
    before = state()

    answer = with_password(address="10.0.0.10").post(STEP, {"token": code})

    assert answer.status_code == 422
    assert "was used already" in answer.content.decode()
    assert state() == before
    check_factor(secretary, digits(1), **HERE)


def test_the_code_that_set_it_up_does_not_sign_in(secretary):
    code = digits()
    set_up(secretary, KEY, code)

    refused("was used already", check_factor, secretary, code, **HERE)


def test_a_code_before_the_last_one_is_past(codes, secretary):
    check_factor(secretary, digits(1), **HERE)

    refused("was used already", check_factor, secretary, digits(0), **HERE)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-00001", "0" * 40])
def test_what_is_no_code_is_refused_in_words(typed, codes, secretary):
    with pytest.raises(WrongCode):
        check_factor(secretary, typed, **HERE)


def test_a_clock_that_differs_by_a_minute_does_no_harm(codes, secretary):
    check_factor(secretary, digits(2), **HERE)
    TOTPDevice.objects.update(drift=0, last_t=-1)
    refused("does not match", check_factor, secretary, digits(9), **HERE)


def test_a_second_step_without_a_first_leads_to_the_door_and_so_does_one_too_late(codes):
    assert Client().get(STEP).url == DOOR
    late = with_password()
    session = late.session
    session[HALF] = {**session[HALF], "at": time.time() - PATIENCE - 1}
    session.save()

    assert late.post(STEP, {"token": digits()}).url == DOOR
    assert late.get("/").url.startswith(DOOR)


@pytest.mark.parametrize("change", ["closed", "password"])
def test_a_first_step_is_worth_nothing_once_the_account_changed(change, codes, secretary):
    client = with_password()
    if change == "closed":
        secretary.is_active = False
    else:
        secretary.set_password("another long password")
    secretary.save()

    assert client.post(STEP, {"token": digits()}).url == DOOR


def test_a_card_does_not_go_around_the_second_factor(codes, secretary, it, crisis):
    _card, code = give_card(secretary, by=it, crisis=crisis)
    client = Client()

    answer = client.post("/card/", {"code": code, "new": "three words nobody", "again": "three words nobody"})

    assert (answer.status_code, answer.url) == (302, STEP)
    assert client.get("/").url.startswith(DOOR)
    assert client.post(STEP, {"token": digits()}).status_code == 302
    assert client.get("/", follow=True).status_code == 200


def test_who_uses_the_card_of_somebody_with_a_second_factor_is_signed_in_as_nobody_until_then(
    codes, secretary, it, observer, browser_of, crisis
):
    _card, code = give_card(secretary, by=it, crisis=crisis)
    client = browser_of(observer)
    old = client.session.session_key

    answer = client.post("/card/", {"code": code, "new": "three words nobody", "again": "three words nobody"})

    assert (answer.status_code, answer.url) == (302, STEP)
    assert client.get("/").url.startswith(DOOR)
    assert not client.session.exists(old)
    assert not open_sessions()
    assert client.post(STEP, {"token": digits()}).status_code == 302
    assert [one.user for one in open_sessions()] == [secretary]


# ── guessing ──


def test_guessing_from_one_address_ends_and_the_person_comes_in_from_another(codes, secretary):
    intruder = with_password(address="10.0.0.66")
    tried = [intruder.post(STEP, {"token": other_digits()}).status_code for _ in range(TRIES + 1)]

    assert tried == [422] * TRIES + [429]
    assert intruder.post(STEP, {"token": digits()}).status_code == 429
    assert intruder.post(STEP, {"token": codes[0]}).status_code == 429
    assert with_password(address="10.0.0.10").post(STEP, {"token": digits()}).status_code == 302
    assert set(TOTPDevice.objects.values_list("throttling_failure_count", flat=True)) == {0}


def test_guessing_from_many_addresses_ends_too_and_a_recovery_code_still_opens(codes, secretary):
    for n in range(TRIES_OF_ALL):
        with pytest.raises(WrongCode):
            check_factor(secretary, other_digits(), address=f"10.0.1.{n}")

    refused("sign in with a recovery code", check_factor, secretary, digits(), address="10.0.2.1")
    check_factor(secretary, codes[0], address="10.0.2.1")
    for moment in (ago(-365 * 24), ago(0.26)):
        TOTPDevice.objects.update(last_t=-1)
        WrongTry.objects.bulk_create(WrongTry(what="digits", user=secretary, at=moment) for _ in range(TRIES_OF_ALL))
        WrongTry.objects.update(at=moment)
        check_factor(secretary, digits(), address="10.0.2.1")


def test_wrong_codes_for_one_person_do_not_count_for_another(codes, secretary, director):
    set_up(director, key := random_hex(20), digits(0, key))
    for _ in range(TRIES):
        with pytest.raises(WrongCode):
            check_factor(secretary, other_digits(), **HERE)

    with pytest.raises(TooMany):
        check_factor(secretary, digits(), **HERE)
    check_factor(director, digits(1, key), **HERE)


# ── recovery codes ──


def test_each_recovery_code_signs_in_once_and_the_journal_says_so(codes, secretary):
    assert len(set(codes)) == RECOVERY_CODES == codes_left(secretary)

    assert with_password().post(STEP, {"token": f"{codes[3][:4]}-{codes[3][4:].lower()}"}).status_code == 302

    refused("used already", check_factor, secretary, codes[3], **HERE)
    entry = JournalEntry.objects.get(verb="factor.recovered")
    assert (entry.data["left"], entry.actor_name) == (9, "Secretary")


def test_somebody_elses_recovery_code_opens_nothing(codes, secretary, director):
    set_up(director, key := random_hex(20), digits(0, key))

    refused("not one of your recovery codes", check_factor, director, codes[0], **HERE)


def test_new_recovery_codes_end_those_before(codes, secretary):
    fresh = renew_codes(secretary)

    refused("not one of your recovery codes", check_factor, secretary, codes[0], **HERE)
    check_factor(secretary, fresh[0], **HERE)


def test_neither_codes_nor_key_stand_in_the_journal_and_codes_nowhere_in_clear(codes, secretary):
    renewed = renew_codes(secretary)
    house = Book.objects.get(crisis=None)
    journal, kept = str(list(JournalEntry.objects.values())), str(list(StaticToken.objects.values()))

    assert chain_holds(house)
    assert KEY not in journal
    assert not any(code in journal or code.lower() in kept.lower() for code in codes + renewed)


# ── setting it up ──


def test_it_is_set_up_with_a_qr_code_and_shows_ten_recovery_codes_once(secretary, browser_of):
    client = browser_of(secretary)
    page = client.get(PAGE).content.decode()
    key = client.session["factor_key"]
    assert "<svg" in page
    assert not TOTPDevice.objects.exists()

    wrong = client.post(PAGE, {"token": other_digits(key)})
    right = client.post(PAGE, {"token": digits(0, key)})

    assert wrong.status_code == 422
    assert "does not match" in wrong.content.decode()
    assert client.session.get("factor_key") is None
    shown = right.context["codes"]
    assert len(shown) == 10
    assert all(code in right.content.decode() for code in shown)
    assert with_factor([secretary.pk]) == [secretary.pk]
    again = client.get(PAGE).content.decode()
    assert "You have 10 recovery codes." in again
    assert shown[0] not in again


def test_from_a_session_that_is_not_new_setting_it_up_asks_for_the_password_which_cannot_be_guessed(
    secretary, browser_of
):
    client = browser_of(secretary)
    assert "Present password" not in (page := client.get(PAGE).content.decode())
    assert 'name="old"' not in page
    SignedIn.objects.update(at=timezone.now() - JUST)
    assert 'name="old"' in client.get(PAGE).content.decode()
    key, before = client.session["factor_key"], state()

    def sent(**typed: str):
        return client.post(PAGE, {"token": digits(0, key)} | typed)

    assert sent().status_code == 422
    for _ in range(entering.TRIES):
        wrong = sent(old="guess")
        assert wrong.status_code == 422
        assert "not your present password" in wrong.content.decode()
    assert sent(old="a long password").status_code == 429
    assert state() == before
    WrongTry.objects.all().delete()
    wrong = sent(old="a long password", token=other_digits(key))
    assert "a long password" not in wrong.content.decode()
    assert "does not match" in wrong.content.decode()
    assert state() == before

    assert len(sent(old="a long password").context["codes"]) == RECOVERY_CODES


def test_a_wrong_first_code_leaves_nothing_behind(secretary):
    refused("does not match", set_up, secretary, KEY, other_digits())
    assert not TOTPDevice.objects.exists()


def test_nobody_has_two(codes, secretary):
    refused("You have a second factor already", set_up, secretary, random_hex(20), "123456")


def test_new_codes_and_another_phone_ask_for_a_code_first(codes, secretary, browser_of):
    client = browser_of(secretary)
    before = state()
    for act in ("codes", "remove"):
        assert client.post(PAGE, {"token": other_digits(), "act": act}).status_code == 422
        assert client.post(PAGE, {"act": act}).status_code == 422
    assert state() == before

    renewed = client.post(PAGE, {"token": codes[0], "act": "codes"})
    assert len(renewed.context["codes"]) == 10
    assert client.post(PAGE, {"token": digits(), "act": "remove"}).url == PAGE
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()


# ── who needs one ──


@pytest.mark.parametrize(
    ("role", "needs"),
    [
        ("director", True),
        ("secretary", True),
        ("communications", True),
        ("medical", False),
        ("it", False),
        ("observer", False),
    ],
)
def test_three_roles_need_one_a_day_after_they_were_given(role, needs, request, crisis):
    user = request.getfixturevalue(role)

    assert not must_set_up(user)
    Member.objects.filter(user=user).update(since=timezone.now() - timedelta(hours=24))
    assert must_set_up(user) == needs


def test_who_has_one_whose_role_ended_or_who_is_in_the_demonstration_needs_none(
    codes, secretary, director, communications, crisis
):
    Member.objects.update(since=ago(25))
    Member.objects.filter(user=communications).update(until=timezone.now())

    assert not must_set_up(secretary)
    assert not must_set_up(communications)
    assert must_set_up(director)
    type(crisis)._meta.apps.get_model("crisis", "Organisation").objects.update(is_demonstration=True)
    assert not must_set_up(director)


def test_who_needs_one_is_led_to_it_from_every_page_until_it_is_there(director, crisis):
    Member.objects.update(since=ago(25))
    client, board = Client(), reverse("board", args=[crisis.pk])
    client.post(DOOR, {"username": "director", "password": "a long password"})
    assert client.session[MUST]

    for name in ("board", "journal", "members"):
        assert client.get(reverse(name, args=[crisis.pk])).url == PAGE
    before = written()
    assert client.post(reverse("write_entry", args=[crisis.pk]), {"words": "x"}).url == PAGE
    assert client.get(board, headers={"hx-request": "true"})["HX-Redirect"] == PAGE
    assert written() == before
    assert client.get(reverse("wall")).status_code == 200
    assert client.get(reverse("password")).status_code == 200
    assert "Your role needs a second factor" in client.get(PAGE).content.decode()

    client.post(PAGE, {"token": digits(0, client.session["factor_key"])})

    assert client.get(board).status_code == 200


def test_a_role_that_was_given_while_the_clock_was_ahead_needs_one_once_it_is_right(director):
    Member.objects.update(since=ago(-365 * 24))

    assert must_set_up(director)


def test_who_needs_one_and_removes_their_own_is_led_to_another_wherever_they_are_signed_in(
    codes, secretary, browser_of, crisis
):
    Member.objects.update(since=ago(25))
    desk, phone, board = browser_of(secretary), browser_of(secretary), reverse("board", args=[crisis.pk])
    assert desk.get(board).status_code == 200

    assert desk.post(PAGE, {"token": digits(), "act": "remove"}).url == PAGE

    assert [client.get(board).headers.get("Location") for client in (desk, phone)] == [PAGE, PAGE]
    desk.get(PAGE)
    desk.post(PAGE, {"token": digits(0, desk.session["factor_key"])})
    assert desk.get(board).status_code == 200
    assert "You have 10 recovery codes." in phone.get(board, follow=True).content.decode()
    assert phone.get(board).status_code == 200


def test_whose_second_factor_is_removed_by_the_cell_is_led_to_another_without_being_signed_out(
    codes, secretary, it, observer, browser_of, crisis
):
    Member.objects.update(since=ago(25))
    set_up(observer, key := random_hex(20), digits(0, key))
    desk, ward_pc, board = browser_of(secretary), browser_of(observer), reverse("board", args=[crisis.pk])
    until = desk.session.get_expiry_date()

    for user in (secretary, observer):
        remove_factor(user, by=it, crisis=crisis)

    assert desk.get(board).url == PAGE
    assert desk.session[MUST]
    assert desk.session.get_expiry_date() - until < timedelta(minutes=1)
    assert ward_pc.get(board).status_code == 200


def test_who_removes_it_on_the_first_day_works_on(codes, secretary, browser_of, crisis):
    client = browser_of(secretary)
    client.post(PAGE, {"token": digits(), "act": "remove"})

    assert client.get(reverse("board", args=[crisis.pk])).status_code == 200


def test_who_just_became_secretary_works_at_once(crisis, outsider):
    grant_role(outsider, "secretary", crisis, by=None)
    client = Client()
    client.post(DOOR, {"username": "outsider", "password": "a long password"})

    assert client.get(reverse("board", args=[crisis.pk])).status_code == 200


# ── lost ──


def test_who_manages_members_removes_a_lost_one_and_it_is_journalled(codes, secretary, it, crisis, browser_of):
    client, members = browser_of(it), reverse("members", args=[crisis.pk])
    assert "Remove the second factor" in client.get(members).content.decode()

    assert client.post(reverse("remove_factor", args=[crisis.pk, secretary.pk])).status_code == 302

    entry = JournalEntry.objects.latest("pk")
    assert (entry.verb, entry.actor_name, entry.subject) == ("factor.removed", "It", f"user:{secretary.pk}")
    assert Client().post(DOOR, {"username": "secretary", "password": "a long password"}).url == "/"
    assert "Remove the second factor" not in client.get(members).content.decode()


def test_nobody_removes_their_own_that_way_nor_one_that_is_not_there(codes, secretary, it, crisis):
    refused("you remove on its page", remove_factor, secretary, by=secretary, crisis=crisis)
    refused("has no second factor", remove_factor, it, by=secretary, crisis=crisis)


@pytest.mark.parametrize("role", ["medical", "communications", "duty", "ward", "observer"])
def test_who_does_not_manage_members_removes_none(role, request, codes, secretary, crisis):
    refused("does not manage members", remove_factor, secretary, by=request.getfixturevalue(role), crisis=crisis)


def test_a_directors_is_removed_by_a_director_or_the_terminal(director, secretary, crisis):
    set_up(director, KEY, digits())
    User.objects.filter(pk=director.pk).update(last_login=timezone.now())
    director.refresh_from_db()

    refused("only a director", remove_factor, director, by=secretary, crisis=crisis)
    remove_factor(director, by=person("other", "director", crisis), crisis=crisis)


def test_the_terminal_takes_it_away_with_a_card_or_does_nothing(codes, secretary):
    out = StringIO()
    call_command("give_card", "secretary", "--without-second-factor", stdout=out)
    assert "Sign-in card of Secretary" in out.getvalue()
    before = state()

    with pytest.raises(CommandError, match="has no second factor"):
        call_command("give_card", "secretary", "--without-second-factor", stdout=out)
    assert state() == before
