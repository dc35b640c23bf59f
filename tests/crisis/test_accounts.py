"""The door: who comes in, who is kept waiting, and that it tells nothing to who does not belong."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from crisis.accounts.entering import TRIES
from crisis.accounts.models import User, WrongTry
from crisis.accounts.tries import CLOCKS_DIFFER
from crisis.accounts.writes import change_password, make_account
from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from tests.cast import ago, written

DOOR = "/sign-in/"


def enter(client: Client, username: str, password: str, **more):
    return client.post(DOOR, {"username": username, "password": password, **more})


def test_the_right_pair_comes_in_where_it_wanted_to_go_in_its_own_language(client, outsider):
    outsider.language = "nl"
    outsider.save()

    answer = enter(client, "outsider", "a long password", next="/crises/1/")

    assert (answer.status_code, answer.url) == (302, "/crises/1/")
    assert answer.cookies["django_language"].value == "nl"


def test_nobody_is_led_away_to_another_site(client, outsider):
    assert enter(client, "outsider", "a long password", next="https://evil.example/").url == "/"


@pytest.mark.parametrize(("name", "password"), [("outsider", "wrong"), ("nobody", "a long password"), ("", "")])
def test_a_wrong_pair_is_422_keeps_the_name_and_does_not_tell_which_names_exist(name, password, client, outsider):
    answer = enter(client, name, password)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f'value="{name}"' in page
    if name:
        assert "User name and password do not match." in page
    assert password == "" or password not in page


def test_a_closed_account_hears_the_same_sentence(client, outsider):
    outsider.is_active = False
    outsider.save()

    assert "User name and password do not match." in enter(client, "outsider", "a long password").content.decode()


def test_five_failures_lock_this_name_from_this_address_and_nobody_else(outsider, secretary):
    intruder = Client(REMOTE_ADDR="10.0.0.9")
    assert [enter(intruder, "outsider", "guess").status_code for _ in range(TRIES)] == [422] * TRIES

    last = enter(intruder, "outsider", "guess")

    assert last.status_code == 429
    assert "Try again in 15 minutes." in last.content.decode()
    assert enter(intruder, "outsider", "a long password").status_code == 429
    assert enter(intruder, "secretary", "a long password").status_code == 302
    assert enter(Client(REMOTE_ADDR="10.0.0.10"), "outsider", "a long password").status_code == 302


def test_a_device_with_many_addresses_of_its_own_is_one_place(outsider):
    for n in range(TRIES):
        enter(Client(REMOTE_ADDR=f"2001:db8:0:7::{n + 1:x}"), "outsider", "guess")

    assert enter(Client(REMOTE_ADDR="2001:db8:0:7::99"), "outsider", "a long password").status_code == 429
    assert enter(Client(REMOTE_ADDR="2001:db8:0:8::1"), "outsider", "a long password").status_code == 302


def test_without_an_address_the_door_locks_all_the_same(outsider):
    client = Client(REMOTE_ADDR="a socket")

    assert [enter(client, "outsider", "guess").status_code for _ in range(TRIES)] == [422] * TRIES
    assert enter(client, "outsider", "a long password").status_code == 429


def test_a_name_that_does_not_exist_locks_alike_and_is_kept_nowhere_in_clear(client, outsider):
    tried = [enter(client, "my secret, typed as a name", "guess").status_code for _ in range(TRIES + 1)]

    assert tried == [422] * TRIES + [429]
    assert "secret" not in str(list(WrongTry.objects.values()))


def test_another_spelling_of_a_name_is_no_other_name(client, outsider):
    spellings = ["outsider", "OUTSIDER", " Outsider ", "ｏｕｔｓｉｄｅｒ", "outsideR"]
    assert [enter(client, name, "guess").status_code for name in spellings] == [422] * TRIES

    assert enter(client, "Outsider", "a long password").status_code == 429


def test_who_gets_it_right_begins_to_count_anew(outsider):
    for _ in range(2):
        client = Client()
        assert [enter(client, "outsider", "guess").status_code for _ in range(TRIES - 1)] == [422] * (TRIES - 1)
        assert enter(client, "outsider", "a long password").status_code == 302

    assert not WrongTry.objects.exists()


def test_wrong_passwords_are_forgotten_after_a_quarter_of_an_hour_also_when_the_clock_was_ahead(client, outsider):
    for moment in (ago(0.26), timezone.now() + CLOCKS_DIFFER + timedelta(minutes=1), ago(-365 * 24)):
        for _ in range(TRIES):
            enter(client, "outsider", "guess")
        assert enter(client, "outsider", "a long password").status_code == 429
        WrongTry.objects.update(at=moment)

        assert enter(Client(), "outsider", "guess").status_code == 422
        assert WrongTry.objects.count() == 1
        WrongTry.objects.all().delete()


@pytest.mark.parametrize("typed", ["Élise", "ÉLISE", "E\u0301lise", "ｅ\u0301lise", " élise "])
def test_a_name_is_the_same_however_its_account_was_made_and_however_it_is_typed(typed, client, crisis):
    user, password = make_account(typed, "Somebody", by=None)

    assert user.username == "élise"
    for way in ("élise", "ÉLISE", "E\u0301lise"):
        assert enter(Client(), way, password).status_code == 302


def test_everything_is_closed_but_what_says_so(client, db):
    open_to_all = {
        "sign_in",
        "card",
        "language",
        "wall",
        "wall_waiting",
        "start",
        "start_step",
    }  # the last two ask for a code
    arguments = {
        "crisis_pk": 1,
        "pk": 1,
        "code": "ABCD2345",
        "number": 1,
        "measure": 1,
        "lang": "fr",
        "path": "fr/",
        "name": "me",
        "token": "abc",
    }

    def names(patterns, above=()):
        for pattern in patterns:
            needs = {*above, *pattern.pattern.converters}
            if hasattr(pattern, "url_patterns"):
                yield from names(pattern.url_patterns, needs)
            elif pattern.name:
                yield pattern.name, needs

    found = dict(names(get_resolver().url_patterns))
    assert len(found) > 20
    for name, converters in found.items():
        url = reverse(name, kwargs={key: arguments[key] for key in converters})
        for answer in (client.get(url), client.post(url)):
            if name not in open_to_all:
                assert (answer.status_code, answer.headers.get("Location", "")[: len(DOOR)]) == (302, DOOR), name


def test_signing_out_ends_the_session(browser_of, outsider):
    client = browser_of(outsider)

    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out"), follow=True).status_code == 200
    assert client.get("/").status_code == 302


def test_a_password_is_changed_by_its_owner_and_stands_in_the_house_book_without_its_words(browser_of, outsider):
    client, url = browser_of(outsider), reverse("password")

    answer = client.post(
        url, {"old": "a long password", "new": "an even longer one", "again": "an even longer one"}, follow=True
    )

    assert "Your password is changed." in answer.content.decode()
    assert client.get("/").status_code == 200
    entry = JournalEntry.objects.get(verb="account.password_set")
    assert "longer" not in str(entry.data)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "wrong", "new": "an even longer one", "again": "an even longer one"}, "not your present password"),
        ({"old": "a long password", "new": "short", "again": "short"}, "too short"),
        ({"old": "a long password", "new": "password123", "again": "password123"}, "too common"),
        (
            {"old": "a long password", "new": "an even longer one", "again": "another one entirely"},
            "two new passwords differ",
        ),
    ],
)
def test_a_password_that_cannot_be_is_refused_at_its_field(typed, sentence, browser_of, outsider):
    before = written()

    answer = browser_of(outsider).post(reverse("password"), typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert written() == before
    assert User.objects.get(pk=outsider.pk).check_password("a long password")


def test_the_present_password_cannot_be_guessed_without_end(browser_of, outsider, secretary):
    client, url, new = browser_of(outsider), reverse("password"), "an even longer one"
    before = written()

    def change(client: Client, old: str, new: str = new, **more) -> tuple[int, str]:
        answer = client.post(url, {"old": old, "new": new, "again": new}, **more)
        return answer.status_code, answer.content.decode()

    for n in range(TRIES):
        status, page = change(client, f"guess {n}")
        assert status == 422
        assert "not your present password" in page
    status, page = change(client, "a long password")

    assert status == 422
    assert "Too many wrong passwords were typed here" in page
    assert written() == before
    assert User.objects.get(pk=outsider.pk).check_password("a long password")
    assert change(browser_of(secretary), "a long password")[0] == 302
    assert change(client, "a long password", REMOTE_ADDR="10.0.0.10")[0] == 302


def test_a_new_password_that_is_too_weak_counts_as_no_guess(browser_of, outsider):
    client = browser_of(outsider)
    for _ in range(TRIES + 1):
        answer = client.post(reverse("password"), {"old": "a long password", "new": "short", "again": "short"})
        assert "too short" in answer.content.decode()

    assert not WrongTry.objects.exists()


def test_the_present_password_is_the_one_that_holds_now_not_the_one_that_was_read(outsider):
    elsewhere = User.objects.get(pk=outsider.pk)
    change_password(elsewhere, "a long password", "an even longer one")
    before = written()

    with pytest.raises(RuleBroken, match="not your present password"):
        change_password(outsider, "a long password", "yet another long one")

    assert written() == before
    assert User.objects.get(pk=outsider.pk).check_password("an even longer one")


def test_the_rule_is_in_the_verb_not_in_the_page(outsider):
    with pytest.raises(RuleBroken):
        change_password(outsider, "wrong", "an even longer one")


def test_a_language_that_does_not_exist_changes_nothing(client, db):
    assert (
        "django_language" not in client.post(reverse("language"), {"language": "xx", "next": "//evil.example"}).cookies
    )
    assert client.post(reverse("language"), {"language": "de", "next": "//evil.example"}).url == "/"


# ── the first person ──


def test_an_empty_installation_leads_from_the_door_to_its_first_page(client, db, django_user_model):
    assert client.get(DOOR).url == reverse("start")

    django_user_model.objects.create_user("somebody")

    assert client.get(DOOR).status_code == 200


def test_the_terminal_makes_a_director_of_the_house_and_of_every_open_crisis(crisis):
    out = StringIO()
    call_command("add_member", "Boss", "The Director", stdout=out)
    password = out.getvalue().split(": ")[-1].strip()

    user = User.objects.get(username="boss")
    assert user.check_password(password)
    assert {m.crisis for m in user.memberships.filter(role="director")} == {None, crisis}
    call_command("add_member", "boss", "The Director", stdout=out)
    assert user.memberships.count() == 2


def test_the_terminal_refuses_in_a_sentence_and_makes_nobody(crisis):
    with pytest.raises(CommandError, match="letters and digits"):
        call_command("add_member", "two words", "X")
    with pytest.raises(CommandError, match="Choose the sites or services"):
        call_command("add_member", "lead", "X", role="site")
    assert not User.objects.exists()
