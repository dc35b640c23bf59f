"""Several at the same moment: a card lets one in, a code of the phone counts once, guessing at once is no more than one by one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import ClassVar

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.urls import reverse

from crisis.accounts import entering
from crisis.accounts.cards import TRIES, give_card, use_card
from crisis.accounts.factor import check_factor, set_up
from crisis.accounts.models import SignInCard, User, WrongTry
from crisis.accounts.writes import change_password
from crisis.errors import RuleBroken
from crisis.models import Book, JournalEntry
from tests.cast import chain_holds
from tests.crisis.accounts.test_factor import KEY, clock, digits

__all__ = ["clock"]  # the clock stands still here too
pytestmark = pytest.mark.django_db(transaction=True)
SEVERAL = 6


def at_once(verb: Callable[[int], object], people: int = SEVERAL) -> Counter[str]:
    """What so many people hear who do it at the same moment: "done", or the kind of the refusal."""
    together = Barrier(people)

    def one(number: int) -> str:
        together.wait()
        try:
            verb(number)
        except RuleBroken as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(people) as pool:
        return Counter(pool.map(one, range(people)))


def test_a_card_lets_one_of_them_in(crisis, observer):
    _card, code = give_card(observer, by=None)

    heard = at_once(lambda n: use_card(code, f"the long password of {n}", address=f"10.0.0.{n}"))

    assert heard == {"done": 1, "RuleBroken": SEVERAL - 1}
    entry = JournalEntry.objects.get(verb="card.used")
    assert SignInCard.objects.get().used_at == entry.recorded_at
    assert (
        sum(User.objects.get(pk=observer.pk).check_password(f"the long password of {n}") for n in range(SEVERAL)) == 1
    )
    assert chain_holds(Book.objects.get(crisis=None))


def test_a_code_of_the_phone_signs_one_of_them_in(crisis, secretary):
    set_up(secretary, KEY, digits(-2))
    code = digits()

    heard = at_once(lambda n: check_factor(secretary, code, address=f"10.0.0.{n}"))

    assert heard == {"done": 1, "WrongCode": SEVERAL - 1}


def test_a_recovery_code_signs_one_of_them_in(crisis, secretary):
    codes = set_up(secretary, KEY, digits())

    assert at_once(lambda n: check_factor(secretary, codes[0], address=f"10.0.0.{n}")) == {
        "done": 1,
        "WrongCode": SEVERAL - 1,
    }


def test_guesses_at_once_are_bounded_as_guesses_one_by_one(crisis, observer):
    heard = at_once(lambda n: use_card(f"WRONG{n}", "a long password", address="10.0.0.9"), TRIES + 4)

    assert heard == {"WrongCode": TRIES, "TooMany": 4}
    assert WrongTry.objects.count() == TRIES


class Watched(Argon2PasswordHasher):
    """As slow as it really is, so that the others come in the meantime; and which passwords were looked at."""

    looked_at: ClassVar[list[str]] = []

    def verify(self, password: str, encoded: str) -> bool:
        self.looked_at.append(password)
        return super().verify(password, encoded)


@pytest.fixture
def looked_at(observer, settings) -> list[str]:
    settings.PASSWORD_HASHERS = [f"{__name__}.Watched"]
    observer.set_password("a long password")
    observer.save()
    Watched.looked_at.clear()
    return Watched.looked_at


def test_wrong_passwords_at_once_are_bounded_at_the_door(observer, looked_at):
    answers: Counter[int] = Counter()

    def guess(n: int) -> None:
        answers[Client().post("/sign-in/", {"username": "observer", "password": f"guess {n}"}).status_code] += 1

    at_once(guess, 30)

    assert answers == {422: entering.TRIES, 429: 30 - entering.TRIES}
    assert len(looked_at) == WrongTry.objects.count() == entering.TRIES
    elsewhere = Client(REMOTE_ADDR="10.0.0.10")
    assert elsewhere.post("/sign-in/", {"username": "observer", "password": "a long password"}).status_code == 302


def test_wrong_present_passwords_at_once_are_bounded_too(observer, browser_of, looked_at):
    clients, pages = [browser_of(observer) for _ in range(12)], []

    def guess(n: int) -> None:
        typed = {"old": f"guess {n}", "new": "an even longer one", "again": "an even longer one"}
        pages.append(clients[n].post(reverse("password"), typed).content.decode())

    at_once(guess, 12)

    assert sum("not your present password" in page for page in pages) == entering.TRIES
    assert sum("Too many wrong passwords" in page for page in pages) == 12 - entering.TRIES
    assert len(looked_at) == entering.TRIES


def test_a_password_that_two_change_at_once_is_changed_once(observer):
    people = [User.objects.get(pk=observer.pk) for _ in range(SEVERAL)]

    heard = at_once(lambda n: change_password(people[n], "a long password", f"the long password of {n}"))

    assert heard == {"done": 1, "WrongCode": SEVERAL - 1}
    assert JournalEntry.objects.filter(verb="account.password_set").count() == 1


def test_two_cards_for_one_person_at_once_leave_one_that_opens(crisis, observer):
    assert at_once(lambda n: give_card(observer, by=None)) == {"done": SEVERAL}
    assert SignInCard.objects.filter(used_at=None, revoked_at=None).count() == 1
