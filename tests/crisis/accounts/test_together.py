"""Several at the same moment: a card lets one in, a code of the phone counts once, guessing at once is no more than one by one."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from crisis.accounts.cards import TRIES, give_card, use_card
from crisis.accounts.factor import check_factor, set_up
from crisis.accounts.models import SignInCard, User, WrongTry
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


def test_two_cards_for_one_person_at_once_leave_one_that_opens(crisis, observer):
    assert at_once(lambda n: give_card(observer, by=None)) == {"done": SEVERAL}
    assert SignInCard.objects.filter(used_at=None, revoked_at=None).count() == 1
