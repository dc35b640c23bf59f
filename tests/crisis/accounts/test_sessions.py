"""Where one is signed in: listed with browser and address, ended one by one or all, and what an ended one can still do."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisis.accounts.cards import give_card
from crisis.accounts.models import SignedIn, User
from crisis.accounts.sessions import end_all, end_one, end_others, open_sessions, seen
from crisis.consumers import LiveConsumer
from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from tests.cast import ago, person, written

PAGE, DOOR = "/sessions/", "/sign-in/"
PHONE = "Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"


def signed_in(
    name: str = "observer", agent: str = DESK, address: str = "10.0.0.9", password="a long password"
) -> Client:
    client = Client(REMOTE_ADDR=address, headers={"user-agent": agent})
    answer = client.post(DOOR, {"username": name, "password": password})
    assert (answer.status_code, answer.url) == (302, "/")
    return client


def row_of(client: Client) -> SignedIn:
    return SignedIn.objects.get(session_key=client.session.session_key)


def is_in(client: Client) -> bool:
    return not client.get("/").headers.get("Location", "").startswith(DOOR)


def refused(sentence: str, verb, *args, **how) -> None:
    before, sessions = written(), Session.objects.count()
    with pytest.raises(RuleBroken, match=sentence):
        verb(*args, **how)
    assert (written(), Session.objects.count()) == (before, sessions)


def test_the_page_lists_ones_own_with_browser_and_address_this_one_first(observer, secretary):
    phone = signed_in(agent=PHONE, address="10.0.0.7")
    desk = signed_in()
    signed_in("secretary", address="10.9.9.9")

    page = desk.get(PAGE)

    assert [one.address for one in page.context["sessions"]] == ["10.0.0.9", "10.0.0.7"]
    words = page.content.decode()
    for said in ("Chrome 150 · Linux", "Firefox 140 · Android", "this browser", "End all others"):
        assert said in words
    assert "10.9.9.9" not in words
    assert desk.session.session_key not in words
    assert phone.session.session_key not in words


def test_who_is_signed_in_once_is_offered_no_others_to_end(observer):
    assert "End all others" not in signed_in().get(PAGE).content.decode()


def test_one_that_is_ended_opens_nothing_more_and_the_journal_says_so(observer):
    phone, desk = signed_in(agent=PHONE), signed_in()

    assert desk.post(reverse("end_session", args=[row_of(phone).pk])).url == PAGE

    assert not is_in(phone)
    assert is_in(desk)
    entry = JournalEntry.objects.get(verb="sessions.ended")
    assert (entry.actor_name, entry.data["count"], entry.book.crisis) == ("Observer", 1, None)


def test_ending_this_one_is_signing_out(observer):
    desk = signed_in()

    assert desk.post(reverse("end_session", args=[row_of(desk).pk])).url == DOOR
    assert not is_in(desk)
    assert not open_sessions()


def test_nobody_ends_a_session_of_somebody_else_by_its_number(observer, secretary):
    theirs, mine = signed_in(), signed_in("secretary")
    before = written()

    assert mine.post(reverse("end_session", args=[row_of(theirs).pk])).status_code == 404
    refused("has ended already", end_one, secretary, row_of(theirs).pk)
    assert is_in(theirs)
    assert written() == before


def test_all_others_end_at_once_and_those_of_others_stay(observer, secretary):
    phone, ward_pc, desk, boss = signed_in(agent=PHONE), signed_in(), signed_in(), signed_in("secretary")

    answer = desk.post(reverse("end_other_sessions"), follow=True)

    assert "2 other sessions are ended." in answer.content.decode()
    assert [is_in(client) for client in (phone, ward_pc, desk, boss)] == [False, False, True, True]
    before = written()
    assert "You are signed in here only." in desk.post(reverse("end_other_sessions"), follow=True).content.decode()
    assert written() == before


def test_a_session_that_expired_is_listed_no_more_and_its_row_goes_with_the_next_sign_in(observer):
    old = row_of(signed_in())
    Session.objects.filter(session_key=old.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not open_sessions()
    refused("has ended already", end_one, observer, old.pk)
    Session.objects.all().delete()
    signed_in()

    assert not SignedIn.objects.filter(pk=old.pk).exists()


def test_last_seen_is_noted_every_five_minutes_at_most(observer):
    desk = signed_in()
    row = row_of(desk)
    SignedIn.objects.update(seen_at=ago(2))
    desk.get(PAGE)
    assert row_of(desk).seen_at < ago(1)

    cache.delete(seen(row.session_key))
    desk.get(PAGE)

    assert row_of(desk).seen_at > ago(1)


def test_what_was_signed_in_while_the_clock_was_ahead_goes_on_and_ends_as_any_other(observer, secretary, settings):
    desk, forgotten, year = signed_in(), signed_in("secretary"), 365 * 86400
    keys = [client.session.session_key for client in (desk, forgotten)]
    SignedIn.objects.update(at=ago(-365 * 24), seen_at=ago(-365 * 24))
    for key in keys:
        cache.set(seen(key), time.time() + year, 2 * year)
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=year + settings.SESSION_COOKIE_AGE))

    assert is_in(desk)

    latest = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert Session.objects.filter(session_key__in=keys, expire_date__lte=latest).count() == 2
    assert is_in(forgotten)
    assert {one.seen_at > timezone.now() for one in open_sessions()} == {False}


def test_a_page_asks_the_database_nothing_more_for_it(observer, crisis, django_assert_num_queries):
    desk = signed_in()
    desk.get(reverse("password"))

    with django_assert_num_queries(3):  # session, person, organisation
        desk.get(reverse("password"))


def test_a_new_password_ends_the_others_and_goes_on_here(observer):
    phone, desk = signed_in(agent=PHONE), signed_in()
    gone = row_of(phone).session_key

    desk.post(
        reverse("password"), {"old": "a long password", "new": "an even longer one", "again": "an even longer one"}
    )

    assert is_in(desk)
    assert not is_in(phone)
    assert not Session.objects.filter(session_key=gone).exists()  # so that its sockets close
    assert [one.session_key for one in open_sessions()] == [desk.session.session_key]


def test_a_sign_in_card_ends_what_was_open_before(observer, secretary, crisis):
    lost = signed_in()
    _card, code = give_card(observer, by=secretary, crisis=crisis)
    phone = Client(REMOTE_ADDR="10.0.0.7")

    phone.post("/card/", {"code": code, "new": "an even longer one", "again": "an even longer one"})

    assert not is_in(lost)
    assert is_in(phone)
    assert [one.address for one in open_sessions()] == ["10.0.0.7"]


# ── the cell ──


def test_who_manages_members_signs_somebody_out_everywhere(observer, secretary, crisis):
    phone, desk, boss = signed_in(agent=PHONE), signed_in(), signed_in("secretary")
    members, end = reverse("members", args=[crisis.pk]), reverse("end_sessions", args=[crisis.pk, observer.pk])
    assert "Sign out everywhere" in boss.get(members).content.decode()

    assert "Observer is signed out everywhere." in boss.post(end, follow=True).content.decode()

    assert [is_in(client) for client in (phone, desk, boss)] == [False, False, True]
    entry = JournalEntry.objects.get(verb="sessions.ended")
    assert (entry.actor_name, entry.subject, entry.data["count"]) == ("Secretary", f"user:{observer.pk}", 2)
    refused("is signed in nowhere", end_all, observer, by=secretary, crisis=crisis)
    assert is_in(signed_in())


@pytest.mark.parametrize("role", ["medical", "communications", "duty", "ward", "observer"])
def test_who_does_not_manage_members_signs_nobody_out(role, request, secretary, crisis):
    desk = signed_in("secretary")

    refused("does not manage members", end_all, secretary, by=request.getfixturevalue(role), crisis=crisis)
    assert is_in(desk)


def test_a_stranger_is_out_of_reach(secretary, crisis):
    person("stranger", "observer", None)
    stranger = signed_in("stranger")
    end = reverse("end_sessions", args=[crisis.pk, User.objects.get(username="stranger").pk])

    assert signed_in("secretary").post(end).status_code == 404
    assert is_in(stranger)


def test_the_sockets_of_a_session_that_was_ended_stand_no_more(observer, crisis):
    """The hub asks every 60 seconds which sockets still stand, and closes the others."""
    phone, desk = signed_in(agent=PHONE), signed_in()
    sockets = []
    for client in (phone, desk):
        socket = LiveConsumer()
        socket.user, socket.session_key = observer, client.session.session_key
        socket.crisis_pk, socket.topic = crisis.pk, "board"
        sockets.append(socket)
    assert set(LiveConsumer.standing(sockets)) == set(sockets)

    end_others(observer, desk.session.session_key)

    assert set(LiveConsumer.standing(sockets)) == {sockets[1]}
