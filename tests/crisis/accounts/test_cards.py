"""Sign-in cards: they open once, within a day, for one person; what does not open says why and changes nothing."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from crisis import card_views
from crisis.accounts.cards import TRIES, give_card, give_cards, open_cards, revoke_card, use_card
from crisis.accounts.models import SignInCard, User, WrongTry
from crisis.accounts.tries import CLOCKS_DIFFER, TooMany, network_of
from crisis.accounts.writes import deactivate_account
from crisis.codes import ALPHABET, plain_code
from crisis.errors import RuleBroken
from crisis.models import Book, JournalEntry
from crisis.papers import pdf
from crisis.words import register
from crisis.writes import declare_crisis
from tests.cast import ago, chain_holds, person, written

NEW = "three words nobody connects"
CARD = "/card/"


def typed(code: str, new: str = NEW, again: str = "") -> dict[str, str]:
    return {"code": code, "new": new, "again": again or new}


def state() -> list:
    """All that a card could change."""
    cards = list(SignInCard.objects.order_by("pk").values_list("used_at", "revoked_at"))
    return [written(), cards, list(User.objects.order_by("pk").values_list("password", flat=True))]


def refused(sentence: str, verb, *args, **how) -> None:
    before = state()
    with pytest.raises(RuleBroken, match=sentence):
        verb(*args, **how)
    assert state() == before


@pytest.fixture
def card(crisis, observer, secretary):
    return give_card(observer, by=secretary, crisis=crisis)


def test_a_card_lets_its_person_in_once_with_a_password_of_their_own(card, observer, crisis):
    _card, code = card
    phone = Client()

    answer = phone.post(CARD, typed(code))

    assert (answer.status_code, answer.url) == (302, "/")
    assert phone.get(reverse("board", args=[crisis.pk])).status_code == 200
    observer.refresh_from_db()
    assert observer.check_password(NEW)
    assert SignInCard.objects.get().used_at


@pytest.mark.parametrize("way", [str.lower, lambda code: "-".join(code), lambda code: f" {code[:6]} {code[6:]} "])
def test_it_does_not_matter_how_the_code_is_typed(way, card, observer):
    assert use_card(way(card[1]), NEW, address="10.0.0.9") == observer


def test_a_card_used_twice_says_when_it_was_and_changes_nothing(card):
    first, second = Client(), Client()
    first.post(CARD, typed(card[1]))
    before = state()

    answer = second.post(CARD, typed(card[1], "another password entirely"))

    assert answer.status_code == 422
    assert "This card was used already, on " in answer.content.decode()
    assert second.get("/").status_code == 302
    assert state() == before
    assert first.get("/", follow=True).status_code == 200


def test_a_card_expires_after_a_day(card):
    SignInCard.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert card[0].expires_at - card[0].made_at == timedelta(hours=24)
    refused("This card has expired", use_card, card[1], NEW, address="10.0.0.9")


def test_a_card_that_was_made_while_the_clock_was_ahead_opens_nothing_once_it_is_right(card, observer):
    ahead = timezone.now() + timedelta(days=335)
    SignInCard.objects.update(made_at=ahead, expires_at=ahead + timedelta(hours=24))

    refused("made while the clock was wrong", use_card, card[1], NEW, address="10.0.0.9")
    assert not open_cards([observer])
    SignInCard.objects.update(made_at=timezone.now() + CLOCKS_DIFFER - timedelta(minutes=1))
    assert use_card(card[1], NEW, address="10.0.0.9") == observer


def test_a_lost_card_is_replaced_by_another_and_opens_nothing(card, observer, secretary, crisis):
    _second, code = give_card(observer, by=secretary, crisis=crisis)

    refused("opens nothing any more", use_card, card[1], NEW, address="10.0.0.9")
    assert use_card(code, NEW, address="10.0.0.9") == observer
    assert [e.data["replaced"] for e in JournalEntry.objects.filter(verb="card.made")] == [False, True]


def test_a_card_is_revoked_once(card, observer, secretary, crisis):
    revoke_card(observer, by=secretary, crisis=crisis)

    refused("opens nothing any more", use_card, card[1], NEW, address="10.0.0.9")
    refused("has no card that still opens anything", revoke_card, observer, by=secretary, crisis=crisis)


def test_the_card_of_a_closed_account_opens_nothing(card, observer, secretary, crisis):
    deactivate_account(observer, by=secretary, crisis=crisis)

    refused("opens nothing any more", use_card, card[1], NEW, address="10.0.0.9")
    refused("is closed: no card opens it", give_card, observer, by=secretary, crisis=crisis)
    assert not open_cards([observer])


def test_a_code_that_no_card_has_is_refused_and_so_is_nothing(card):
    refused("No card has this code", use_card, "ABCD-EFGH-JKLM", NEW, address="10.0.0.9")
    refused("No card has this code", use_card, "", NEW, address="10.0.0.9")


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [
        ("short", "", "too short"),
        ("password123", "", "too common"),
        (NEW, "something else entirely", "two new passwords differ"),
        ("observer12", "", "too similar to the username"),
    ],
)
def test_a_weak_password_is_refused_at_its_field_and_the_card_stays_good(new, again, sentence, card, observer):
    before = state()

    answer = Client().post(CARD, typed(card[1], new, again))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert f'value="{new}"' not in answer.content.decode()
    assert state() == before
    assert use_card(card[1], NEW, address="10.0.0.9") == observer


def test_guessing_ends_after_ten_codes_from_one_address_and_locks_nobody_out(card, observer):
    intruder = Client(REMOTE_ADDR="10.0.0.9")
    tried = [intruder.post(CARD, typed(f"ABCD-EFGH-JK{n:02}")).status_code for n in range(TRIES + 1)]

    assert tried == [422] * TRIES + [429]
    assert intruder.post(CARD, typed(card[1])).status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.10").post(CARD, typed(card[1])).status_code == 302
    assert WrongTry.objects.count() == TRIES


def test_wrong_codes_are_forgotten_after_a_quarter_of_an_hour(card, observer):
    for _ in range(TRIES):
        with pytest.raises(RuleBroken, match="No card has this code"):
            use_card("WRONG", NEW, address="10.0.0.9")
    with pytest.raises(TooMany):
        use_card(card[1], NEW, address="10.0.0.9")

    WrongTry.objects.update(at=ago(0.26))

    assert use_card(card[1], NEW, address="10.0.0.9") == observer
    assert not WrongTry.objects.exists()


def test_wrong_codes_that_were_noted_while_the_clock_was_ahead_count_no_more(card, observer):
    for _ in range(TRIES):
        with pytest.raises(RuleBroken, match="No card has this code"):
            use_card("WRONG", NEW, address="10.0.0.9")
    WrongTry.objects.update(at=ago(-365 * 24))

    assert use_card(card[1], NEW, address="10.0.0.9") == observer
    assert not WrongTry.objects.exists()


def test_a_right_card_and_a_weak_password_count_as_no_wrong_code(card):
    for _ in range(TRIES + 1):
        with pytest.raises(RuleBroken, match="too short"):
            use_card(card[1], "short", address="10.0.0.9")

    assert not WrongTry.objects.exists()


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.9", "10.0.0.9"),
        ("::ffff:10.0.0.9", "10.0.0.9"),
        ("2001:db8::1:2:3:4", "2001:db8::"),
        ("2001:db8::9:9:9:9", "2001:db8::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("x" * 90, "x" * 60),
    ],
)
def test_a_device_cannot_be_another_place_by_choosing_an_address(address, place):
    assert network_of(address) == place


# ── who gives them ──


@pytest.mark.parametrize("role", ["medical", "communications", "duty", "ward", "observer", "outsider"])
def test_only_who_manages_members_gives_and_revokes(role, request, card, ward, crisis):
    user = request.getfixturevalue(role)

    refused("Your role does not manage members", give_card, ward, by=user, crisis=crisis)
    refused("Your role does not manage members", revoke_card, ward, by=user, crisis=crisis)


def test_nobody_makes_a_card_for_themselves(crisis, secretary):
    refused("You are signed in yourself", give_card, secretary, by=secretary, crisis=crisis)


def test_a_director_who_has_signed_in_gets_a_card_from_a_director_or_the_terminal_only(crisis, director, secretary):
    User.objects.filter(pk=director.pk).update(last_login=timezone.now())
    director.refresh_from_db()
    other = person("other", "director", crisis)

    refused("is a director: only a director changes how they sign in", give_card, director, by=secretary, crisis=crisis)
    refused("is a director: only a director", revoke_card, director, by=secretary, crisis=crisis)
    give_card(director, by=other, crisis=crisis)
    give_card(director, by=None)


def test_cards_for_several_are_made_together_or_not_at_all(crisis, secretary, observer, ward):
    refused("is closed", give_cards, [observer, closed(ward)], by=secretary, crisis=crisis)
    assert len(give_cards([observer, secretary_of(crisis)], by=secretary, crisis=crisis)) == 2


def closed(user: User) -> User:
    user.is_active = False
    user.save()
    return user


def secretary_of(crisis) -> User:
    return person("second", "secretary", crisis)


def test_the_database_holds_one_open_card_for_each_person(card, observer):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInCard.objects.create(user=observer, digest="x", made_at=now, expires_at=now)


def test_everything_stands_in_the_house_book_and_the_code_nowhere(card, observer, secretary, crisis):
    register()
    use_card(card[1], NEW, address="10.0.0.9")
    _again, second = give_card(observer, by=secretary, crisis=crisis)
    revoke_card(observer, by=secretary, crisis=crisis)

    house = Book.objects.get(crisis=None)
    verbs = house.entries.filter(verb__startswith="card.").order_by("seq").values_list("verb", "actor_name")
    assert list(verbs) == [
        ("card.made", "Secretary"), ("card.used", "Observer"), ("card.made", "Secretary"), ("card.revoked", "Secretary"),
    ]  # fmt: skip
    assert chain_holds(house)
    kept = str(list(JournalEntry.objects.values())) + str(list(SignInCard.objects.values()))
    assert not any(plain in kept for code in (card[1], second) for plain in (code, code.lower()))
    assert set(card[1]) <= set(ALPHABET)
    assert len(card[1]) == 12


# ── the pages of the cell ──


def test_one_press_on_the_page_of_members_shows_a_card_with_its_qr_once(crisis, browser_of, secretary, observer):
    client, members = browser_of(secretary), reverse("members", args=[crisis.pk])

    page = client.post(reverse("give_cards", args=[crisis.pk]), {"only": observer.pk, "user": secretary.pk})
    code = page.context["cards"][0]["code"]

    assert page.status_code == 200
    assert len(page.context["cards"]) == 1
    assert f"{code}</code>" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    later = client.get(members).content.decode()
    assert code not in later
    assert "Card valid until" in later
    assert use_card(code, NEW, address="10.0.0.9") == observer


def test_nobody_ticked_is_said_and_a_stranger_gets_none(crisis, browser_of, secretary, outsider):
    client, url = browser_of(secretary), reverse("give_cards", args=[crisis.pk])
    before = state()

    for sent in ({}, {"user": outsider.pk}, {"user": "x"}, {"only": "9" * 30}):
        answer = client.post(url, sent)
        assert answer.status_code == 422
        assert "Tick the people" in answer.content.decode()
    assert state() == before


def test_a_member_of_another_crisis_gets_none_by_this_ones_page(crisis, browser_of, secretary, observer):
    other = declare_crisis("Other", started_at=ago(90), by=None)
    boss = person("boss", "director", other)

    answer = browser_of(boss).post(reverse("give_cards", args=[other.pk]), {"only": observer.pk})

    assert answer.status_code == 422
    assert browser_of(boss).post(reverse("revoke_card", args=[other.pk, observer.pk])).status_code == 404
    assert not SignInCard.objects.exists()


def test_cards_come_on_paper_with_name_code_address_and_what_they_hold_until(
    crisis, browser_of, secretary, observer, ward
):
    User.objects.filter(pk=ward.pk).update(function="head nurse", site="Libramont")
    client = browser_of(secretary)
    page = client.post(reverse("give_cards", args=[crisis.pk]), {"user": [observer.pk, ward.pk]})
    codes = [card["code"] for card in page.context["cards"]]

    answer = client.post(reverse("cards_paper", args=[crisis.pk]), {"code": codes})

    assert answer["Content-Type"] == "application/pdf"
    words = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    for said in ("Vivalia", "Observer", "head nurse · Libramont", *codes, page.context["cards"][0]["until"], "/card/"):
        assert said in words
    assert len(PdfReader(BytesIO(answer.content)).pages) == 1


def test_eight_cards_fill_a_sheet_whatever_people_are_called(crisis, rf, organisation, observer, secretary):
    User.objects.filter(pk=observer.pk).update(
        first_name="Marie-Antoinette de la Bruyère-Vandenbossche van der Meulen " * 2,
        function="x" * 120,
        site="y" * 120,
    )
    observer.refresh_from_db()
    request = rf.get("/")
    request.organisation = organisation
    face = card_views.face(request, *give_card(observer, by=secretary, crisis=crisis))
    sheet = card_views.sheet(request, [face] * 9) | {"fingerprint": "8E:BF:7E:F5 " * 7 + "8E:BF:7E:F5"}

    pages = PdfReader(BytesIO(pdf("card", sheet))).pages

    assert [page.extract_text().count(face["code"]) for page in pages] == [8, 1]


def test_the_fingerprint_stands_on_a_card_when_there_is_one(crisis, rf, secretary, card, monkeypatch):
    monkeypatch.setattr(card_views, "fingerprint_for_cards", lambda: "8E:BF:7E:F5 67:5A:23:56")
    request = rf.get("/")
    request.organisation = None

    sheet = card_views.sheet(request, [card_views.face(request, *card)])

    assert sheet["fingerprint"] == "8E:BF:7E:F5 67:5A:23:56"
    assert "fingerprint of the certificate" in sheet["labels"]["trust"]


def test_paper_is_made_of_open_cards_of_this_crisis_only(crisis, browser_of, secretary, card, observer):
    client, url = browser_of(secretary), reverse("cards_paper", args=[crisis.pk])
    use_card(card[1], NEW, address="10.0.0.9")

    for code in (card[1], "ABCD-EFGH-JKLM", ""):
        answer = client.post(url, {"code": code})
        assert answer.status_code == 422
        assert "open nothing any more" in answer.content.decode()


def test_the_code_of_a_scanned_card_stays_behind_the_hash_which_no_log_sees(rf, card):
    face = card_views.face(rf.get("/"), *card)

    assert face["page"].endswith("/card/")
    assert plain_code(face["code"]) == card[1]
    assert face["qr"] == card_views.qr(f"{face['page']}#{card[1]}")


@pytest.mark.parametrize(
    ("host", "allowed", "public", "address"),
    [
        ("localhost:8000", ["localhost"], "", "http://localhost:8000"),
        ("localhost:8000", ["localhost", "laptop", "192.168.1.20"], "", "http://192.168.1.20:8000"),
        ("127.0.0.1:8000", ["127.0.0.1", "[::1]", "laptop"], "", "http://laptop:8000"),
        ("laptop:8000", ["laptop", "192.168.1.20"], "", "http://laptop:8000"),
        ("localhost", ["localhost", ".hospital.example", "*"], "", "http://localhost"),
        ("localhost:8000", ["localhost", "10.0.0.1"], "https://vigie.example:8000", "https://vigie.example:8000"),
    ],
)
def test_a_phone_finds_the_server_by_the_address_on_the_card(host, allowed, public, address, rf, settings):
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = allowed, public

    assert card_views.address_for_others(rf.get("/", headers={"host": host})) == address


# ── the terminal ──


def test_the_terminal_gives_a_card_to_anybody(director):
    out = StringIO()
    User.objects.filter(pk=director.pk).update(last_login=timezone.now())
    call_command("give_card", "DIRECTOR", stdout=out)

    assert use_card(out.getvalue().split(": ")[-1].strip(), NEW, address="10.0.0.9") == director


def test_the_terminal_refuses_in_a_sentence(observer):
    with pytest.raises(CommandError, match="Nobody has the user name nobody"):
        call_command("give_card", "nobody")
    closed(observer)
    with pytest.raises(CommandError, match="is closed"):
        call_command("give_card", "observer")
    assert not SignInCard.objects.exists()
