"""A house that prepares in peace makes its accounts before any crisis: the same page, whose roles are standing ones."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp

from crisis.accounts.cards import give_card
from crisis.accounts.factor import has_factor, set_up
from crisis.accounts.models import SignInCard, User
from crisis.models import JournalEntry, Member
from crisis.writes import declare_crisis
from tests.cast import ago, person, written

PAGE = "/house/members/"
NEW = "three words nobody connects"


@pytest.fixture
def boss(organisation) -> User:
    return person("boss", "director", None)


def state() -> tuple:
    members = Member.objects.filter(until=None).count()
    return written(), members, User.objects.count(), list(SignInCard.objects.values_list("revoked_at"))


def test_the_first_page_of_a_prepared_house_leads_to_its_members(boss, browser_of):
    client = browser_of(boss)

    page = client.get("/").content.decode()
    members = client.get(PAGE).content.decode()

    assert f'href="{PAGE}"' in page
    assert "Members of the house" in members
    assert "Members of the crisis" not in members


def test_somebody_comes_in_with_a_card_before_any_crisis_and_has_the_role_in_the_first(boss, browser_of):
    typed = {"username": "new", "name": "Claire", "site": "Libramont", "phone": "061 00 00 00", "role": "secretary"}
    answer = browser_of(boss).post(PAGE, typed)
    code, phone = answer.context["cards"][0]["code"], Client()

    entered = phone.post("/card/", {"code": code, "new": NEW, "again": NEW}, follow=True)
    crisis = declare_crisis("Attack", started_at=ago(1), by=boss)

    assert "No crisis is open for you." in entered.content.decode()
    assert phone.get("/").url == reverse("board", args=[crisis.pk])
    assert [m.crisis for m in User.objects.get(username="new").memberships.order_by("pk")] == [None, crisis]


@pytest.mark.parametrize("act", ["members", "members_table", "give_cards", "cards_paper"])
def test_who_has_no_standing_role_is_refused_and_nobody_is_led_to_the_door(
    act, boss, crisis, secretary, outsider, browser_of
):
    before = state()

    for user in (secretary, outsider, person("watcher", "observer", None)):
        answer = browser_of(user).post(reverse(act), {"user": boss.pk, "role": "observer"})
        assert answer.status_code == 422
        assert "Your role does not manage members" in answer.content.decode()
    assert Client().post(reverse(act)).url.startswith("/sign-in/")
    assert state() == (before[0], before[1] + 1, before[2] + 1, before[3])  # the watcher


def test_everything_about_a_member_is_done_there_too(boss, browser_of):
    standing = person("standing", "observer", None)
    set_up_at(standing)
    client = browser_of(boss)
    Client().force_login(standing, backend="django.contrib.auth.backends.ModelBackend")

    card = client.post(reverse("give_cards"), {"only": standing.pk})
    paper = client.post(reverse("cards_paper"), {"code": card.context["cards"][0]["code"]})
    acts = [client.post(reverse(name, args=[standing.pk])) for name in ("revoke_card", "remove_factor", "end_sessions")]
    role = client.post(reverse("withdraw", args=[standing.memberships.get().pk]))

    assert paper["Content-Type"] == "application/pdf"
    assert [answer.url for answer in [*acts, role]] == [PAGE] * 4
    assert not has_factor(standing)
    assert not Member.objects.filter(user=standing, until=None).exists()
    verbs = JournalEntry.objects.filter(book__crisis=None).order_by("seq").values_list("verb", flat=True)
    assert list(verbs)[-5:] == ["card.made", "card.revoked", "factor.removed", "sessions.ended", "member.withdrawn"]


def set_up_at(user: User) -> None:
    key = "00" * 20
    set_up(user, key, f"{totp(bytes.fromhex(key)):06}")


@pytest.mark.parametrize(
    "act", ["revoke_card", "remove_factor", "end_sessions", "deactivate", "reopen", "correct_account"]
)
def test_a_member_of_a_crisis_only_and_a_stranger_are_out_of_the_houses_reach(
    act, boss, observer, outsider, browser_of
):
    client = browser_of(boss)
    give_card(observer, by=None)
    before = state()

    for user in (observer, outsider):
        assert client.post(reverse(act, args=[user.pk])).status_code == 404
    assert client.post(reverse("withdraw", args=[observer.memberships.get().pk])).status_code == 404
    assert client.post(reverse("give_cards"), {"user": [observer.pk, outsider.pk]}).status_code == 422
    assert state() == before


def test_the_houses_director_has_no_reach_into_a_crisis_and_the_other_way_round(crisis, director, observer, browser_of):
    later = person("later", "director", None)

    assert browser_of(later).post(reverse("give_cards", args=[crisis.pk]), {"only": observer.pk}).status_code == 404
    assert browser_of(director).get(PAGE).status_code == 422


def test_what_is_done_alone_in_the_house_waits_there_for_a_second_signature(boss, browser_of):
    secretary, other = person("desk", "secretary", None), person("other", "observer", None)
    client = browser_of(secretary)

    assert client.post(PAGE, {"user": other.pk, "role": "director"}).status_code == 422
    assert client.post(PAGE, {"user": other.pk, "role": "director", "alone": "night"}).status_code == 302
    entry = JournalEntry.objects.filter(verb="member.granted").latest("seq")
    assert "Done alone, waiting for a second signature" in client.get(PAGE).content.decode()
    assert client.post(reverse("countersign", args=[entry.pk])).status_code == 422

    assert browser_of(boss).post(reverse("countersign", args=[entry.pk])).url == PAGE
    assert "Done alone" not in client.get(PAGE).content.decode()


def test_no_role_is_chosen_beforehand(boss, browser_of):
    before = state()
    answer = browser_of(boss).post(PAGE, {"username": "new", "name": "New", "role": ""})

    assert answer.status_code == 422
    assert "role" in answer.context["form"].errors
    assert state() == before
    assert 'value="" selected' in browser_of(boss).get(PAGE).text


def test_who_takes_their_own_role_back_is_told_that_it_was_done(boss, browser_of):
    other = person("other", "director", None)

    answer = browser_of(other).post(reverse("withdraw", args=[other.memberships.get().pk]), follow=True)
    assert answer.status_code == 200
    assert "The role is taken back." in answer.text
    assert not Member.objects.filter(user=other, until=None).exists()


def test_who_has_prepared_a_house_is_told_that_it_is_saved_and_what_comes_next(boss, browser_of):
    page = browser_of(boss).get("/").text

    assert "What is prepared here is saved" in page
    assert "ask the secretary" not in page
    assert 'href="/registry/phones/"' in page


def test_a_phone_is_corrected_in_somebodys_name_and_what_did_not_change_makes_no_entry(boss, browser_of):
    lead = person("lead", "it", None)
    page, typed = (
        reverse("correct_account", args=[lead.pk]),
        {"name": "Lead", "function": "IT", "phone": "0470 12 34 56"},
    )
    client = browser_of(boss)
    assert f'href="{page}"' in client.get(PAGE).text

    assert client.post(page, typed).url == PAGE
    lead.refresh_from_db()
    entry = JournalEntry.objects.latest("pk")
    assert (lead.phone, lead.function) == ("0470 12 34 56", "IT")
    assert (entry.verb, entry.actor) == ("account.corrected", boss)
    assert entry.data["changed"] == {"function": "IT", "phone": "0470 12 34 56"}
    assert "Account of Lead corrected: IT, 0470 12 34 56." in client.get("/house/journal/").text

    before = state()
    client.post(page, typed)
    assert state() == before


def test_a_person_without_a_name_is_refused_and_keeps_what_was_typed(boss, browser_of):
    before = state()
    answer = browser_of(boss).post(reverse("correct_account", args=[boss.pk]), {"name": " ", "phone": "4512"})

    assert answer.status_code == 422
    assert 'value="4512"' in answer.text
    boss.refresh_from_db()
    assert (boss.phone, state()) == ("", before)
