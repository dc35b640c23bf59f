"""Who may change how a director signs in, or close their account: nobody becomes director without a second person."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from crisis.accounts.cards import give_card, use_card
from crisis.accounts.factor import remove_factor
from crisis.accounts.models import SignInCard, User
from crisis.accounts.writes import deactivate_account, reopen_account
from crisis.errors import RuleBroken
from crisis.member_writes import add_member
from crisis.models import JournalEntry, Member
from crisis.roles import directs
from crisis.writes import close_crisis, countersign, declare_crisis, grant_role, withdraw_role
from tests.cast import ago, person, written

NEW = "three words nobody connects"
ONLY = "is a director: only a director changes how they sign in"


def state() -> list:
    """All that could change: entries, cards, accounts, roles."""
    cards = list(SignInCard.objects.order_by("pk").values_list("used_at", "revoked_at"))
    accounts = list(User.objects.order_by("pk").values_list("password", "is_active"))
    return [written(), cards, accounts, list(Member.objects.order_by("pk").values_list("until", flat=True))]


def refused(sentence: str, verb, *args, **how) -> None:
    before = state()
    with pytest.raises(RuleBroken, match=sentence):
        verb(*args, **how)
    assert state() == before


def newest() -> JournalEntry:
    return JournalEntry.objects.order_by("pk").last()


@pytest.fixture
def boss(organisation) -> User:
    """A standing director who has signed in."""
    user = person("boss", "director", None)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    user.refresh_from_db()
    return user


@pytest.fixture
def helper(organisation) -> User:
    return person("helper", "secretary", None)


@pytest.fixture
def exercise(boss, helper):
    return declare_crisis("Exercise", started_at=ago(5), is_exercise=True, by=boss)


@pytest.fixture
def real(boss, helper):
    return declare_crisis("Real", started_at=ago(5), by=boss)


# --- reach


def test_a_director_of_an_exercise_alone_does_not_reach_the_houses_director(boss, helper, real, exercise):
    grant_role(helper, "director", exercise, alone="to play", by=helper)
    countersign(newest(), by=boss)

    for verb in (give_card, remove_factor, deactivate_account):
        refused(ONLY, verb, boss, by=helper, crisis=exercise)


def test_who_made_themselves_director_alone_reaches_no_director(boss, helper, real):
    grant_role(helper, "director", None, alone="nobody else here", by=helper)
    grant_role(helper, "director", real, alone="nobody else here", by=helper)

    refused(ONLY, give_card, boss, by=helper, crisis=real)
    refused(ONLY, deactivate_account, boss, by=helper, crisis=None)
    countersign(newest(), by=boss)
    refused(ONLY, give_card, boss, by=helper, crisis=real)  # the house's own role still waits
    countersign(JournalEntry.objects.get(book__crisis=None, data__has_key="alone"), by=boss)
    give_card(boss, by=helper, crisis=real)


def test_a_role_that_waits_in_the_house_waits_in_the_crisis_that_began_with_it(boss, helper):
    grant_role(helper, "director", None, alone="nobody else here", by=helper)
    crisis = declare_crisis("Night", started_at=ago(5), by=helper)

    assert not directs(helper, crisis)
    refused(ONLY, give_card, boss, by=helper, crisis=crisis)
    countersign(JournalEntry.objects.get(data__has_key="alone"), by=boss)
    assert directs(helper, crisis)


def test_a_director_who_never_signed_in_gets_another_card_from_whoever_made_all_of_them_only(boss, helper):
    deputy, _unknown = add_member(
        None, user=None, username="deputy", name="Deputy", function="", role="director", scope=[], alone="", by=boss
    )
    ward, _unknown = add_member(
        None, user=None, username="late", name="Late", function="", role="observer", scope=[], alone="", by=helper
    )

    refused(ONLY, give_card, deputy.user, by=helper)
    give_card(deputy.user, by=boss)
    give_card(ward.user, by=helper)
    grant_role(ward.user, "director", None, by=boss)
    refused(ONLY, give_card, ward.user, by=helper)  # their account, but the director's role is another's


def test_the_secretary_who_made_a_director_alone_replaces_the_card_that_they_knew_already(boss, helper):
    member, _code = add_member(
        None, user=None, username="night", name="Night", function="", role="director", scope=[], alone="at 4", by=helper
    )
    give_card(member.user, by=helper)


def test_a_director_of_a_crisis_that_is_over_is_no_director_any_more(boss, helper, real):
    later = person("later", "director", real)
    refused(ONLY, give_card, later, by=helper, crisis=real)
    close_crisis(real, by=boss)

    grant_role(later, "observer", None, by=boss)
    give_card(later, by=helper)


# --- the second person


def test_a_puppet_of_whoever_made_themselves_director_signs_nothing(boss, helper, real):
    grant_role(helper, "director", real, alone="nobody else here", by=helper)
    alone = newest()
    puppet, _code = None, None
    new = {"user": None, "username": "puppet", "name": "Puppet", "function": "", "role": "director", "scope": []}
    refused("This needs a second person", add_member, real, **new, alone="", by=helper)

    puppet, code = add_member(real, **new, alone="once more", by=helper)
    use_card(code, NEW, address="127.0.0.1")
    refused("waits for a second signature", countersign, alone, by=puppet.user)
    countersign(alone, by=boss)


# --- the last director


def test_the_last_director_is_neither_closed_nor_withdrawn(boss, real):
    other = person("other", "director", None)
    refused("This is the last director", deactivate_account, boss, by=None)  # of the real crisis
    grant_role(other, "director", real, by=boss)
    deactivate_account(boss, by=other)

    (held,) = Member.objects.filter(user=other, crisis=None, until=None)
    refused("This is the last director", withdraw_role, held, by=None)


def test_who_waits_for_a_signature_is_not_the_director_who_remains(boss, helper):
    grant_role(helper, "director", None, alone="nobody else here", by=helper)

    refused("This is the last director", withdraw_role, Member.objects.get(user=boss, crisis=None), by=helper)
    refused("This is the last director", deactivate_account, boss, by=None)


def test_a_secretary_closes_the_account_of_no_director(boss, helper):
    person("other", "director", None)
    refused(ONLY, deactivate_account, boss, by=helper)


# --- open again


def test_an_account_that_was_closed_opens_again_with_a_card_and_not_with_its_password(boss, helper, browser_of, client):
    gone = person("gone", "observer", None)
    gone.set_password("their old words")
    gone.save()
    deactivate_account(gone, by=helper)

    page = browser_of(helper).post(reverse("reopen", args=[gone.pk]))
    gone.refresh_from_db()
    assert gone.is_active
    assert not gone.check_password("their old words")
    assert [entry.verb for entry in JournalEntry.objects.order_by("-pk")[:2]] == ["card.made", "account.reopened"]
    typed = {"code": page.context["cards"][0]["code"], "new": NEW, "again": NEW}
    assert client.post("/card/", typed).status_code == 302


def test_what_is_open_is_not_opened_and_no_secretary_opens_a_directors(boss, helper):
    watcher = person("watcher", "observer", None)
    refused("This account is open", reopen_account, watcher, by=helper)
    other = person("other", "director", None)
    deactivate_account(other, by=boss)
    refused(ONLY, reopen_account, other, by=helper)
    reopen_account(other, by=boss)


def test_the_terminal_opens_an_account_again_and_gives_no_role_to_a_closed_one(boss):
    other = person("other", "director", None)
    deactivate_account(other, by=boss)
    before = state()
    with pytest.raises(CommandError, match="give_card other --reopen"):
        call_command("add_member", "other", "Other", stdout=StringIO())
    with pytest.raises(CommandError, match="is closed"):
        call_command("give_card", "other", stdout=StringIO())
    assert state() == before

    call_command("give_card", "other", "--reopen", stdout=(out := StringIO()))
    assert "/card/" in out.getvalue()
    with pytest.raises(CommandError, match="This account is open"):
        call_command("give_card", "other", "--reopen", stdout=StringIO())


# --- the house's journal


def test_the_cell_reads_in_the_houses_journal_who_made_which_card(boss, helper, browser_of):
    watcher = person("watcher", "observer", None)
    grant_role(watcher, "medical", None, by=boss)
    give_card(watcher, by=helper)

    page = browser_of(boss).get("/house/journal/").text
    assert "Sign-in card made for Watcher." in page
    assert "Helper" in page
    only = browser_of(boss).get("/house/journal/?verb=member.granted").text
    assert "Sign-in card made for" not in only
    assert "Watcher" in only
    assert 'href="/house/journal/"' in browser_of(boss).get("/house/members/").text


def test_who_is_not_of_the_cell_does_not_read_it(boss, browser_of, client):
    assert browser_of(person("watcher", "observer", None)).get("/house/journal/").status_code == 422
    assert client.get("/house/journal/").url.startswith("/sign-in/")


def test_what_was_done_alone_in_the_house_is_told_with_its_reason_and_signed_there(boss, helper, browser_of):
    grant_role(helper, "director", None, alone="nobody else here", by=helper)
    entry = newest()

    members = browser_of(boss).get("/house/members/").text
    assert "nobody else here" in members
    assert "director" in members
    page = browser_of(boss).get("/house/journal/").text
    assert f'action="/house/journal/{entry.pk}/countersign/"' in page
    browser_of(boss).post(f"/house/journal/{entry.pk}/countersign/")
    assert directs(helper, None)
