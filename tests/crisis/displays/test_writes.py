"""Pairing and what can be done to a screen: the rules, and that a refusal leaves no trace."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crisis.codes import ALPHABET, plain_code
from crisis.displays import writes
from crisis.displays.models import Display, Pairing, WrongCode
from crisis.displays.writes import (
    Look,
    blank_display,
    change_display,
    identify_display,
    new_code,
    pair_display,
    revoke_display,
    show_code,
)
from crisis.errors import RuleBroken
from crisis.models import JournalEntry
from crisis.writes import close_crisis
from tests.cast import chain_holds, written

HALL = Look(name="Hall", language="de", sites=["libramont"], theme="light", shows="down", zoom=140, page_seconds=45)


def last(crisis) -> JournalEntry:
    return JournalEntry.objects.filter(book__crisis=crisis).latest("seq")


def test_the_screen_that_shows_the_code_becomes_a_screen_of_the_crisis(crisis, secretary, waiting):
    display = pair_display(crisis, waiting.code, HALL, by=secretary)

    waiting.refresh_from_db()
    assert (waiting.code, waiting.display) == ("", display)
    assert {name: getattr(display, name) for name in asdict(HALL)} == asdict(HALL)
    entry = last(crisis)
    assert (entry.verb, entry.subject, entry.data) == ("display.paired", f"display:{display.pk}", asdict(HALL))
    assert display.key not in str(entry.data)
    assert chain_holds(entry.book)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}-", "{} ."])
def test_a_code_is_understood_however_it_is_typed(crisis, secretary, waiting, typed):
    code = f"{waiting.code[:4]}-{waiting.code[4:]}".lower()

    assert pair_display(crisis, typed.format(code), HALL, by=secretary).crisis == crisis


def test_a_code_works_once(crisis, secretary, screen, waiting):
    before = written()

    with pytest.raises(RuleBroken, match="No screen shows this code now"):
        pair_display(crisis, "", HALL, by=secretary)

    assert written() == before
    assert list(Display.objects.all()) == [screen]


def test_a_code_that_was_entered_is_nobodys_any_more(crisis, secretary, waiting):
    code = waiting.code
    pair_display(crisis, code, HALL, by=secretary)

    with pytest.raises(RuleBroken, match="No screen shows this code now"):
        pair_display(crisis, code, replace(HALL, name="Another"), by=secretary)

    assert Display.objects.count() == 1


def test_a_code_ends_after_ten_minutes(crisis, secretary, waiting, time_machine):
    before = written()
    time_machine.move_to(timezone.now() + timedelta(minutes=10, seconds=1))

    with pytest.raises(RuleBroken, match="changes every ten minutes"):
        pair_display(crisis, waiting.code, HALL, by=secretary)

    assert written() == before
    assert not Display.objects.exists()


def test_ten_wrong_codes_and_a_person_has_to_wait_but_not_the_others(crisis, secretary, director, waiting):
    for _ in range(writes.TRIES):
        with pytest.raises(RuleBroken, match="No screen shows this code"):
            pair_display(crisis, "WRONG234", HALL, by=secretary)

    with pytest.raises(RuleBroken, match="Too many wrong codes: wait ten minutes"):
        pair_display(crisis, waiting.code, HALL, by=secretary)

    assert not Display.objects.exists()
    assert pair_display(crisis, waiting.code, HALL, by=director).name == "Hall"


def test_after_ten_minutes_the_person_may_try_again(crisis, secretary, time_machine):
    for _ in range(writes.TRIES):
        with pytest.raises(RuleBroken):
            pair_display(crisis, "WRONG234", HALL, by=secretary)
    time_machine.move_to(timezone.now() + timedelta(minutes=10, seconds=1))

    assert pair_display(crisis, show_code("10.0.0.8").code, HALL, by=secretary).name == "Hall"
    assert not WrongCode.objects.exists()


def test_wrong_codes_of_a_clock_that_was_ahead_count_no_more_once_it_is_put_right(
    crisis, secretary, waiting, time_machine
):
    right = timezone.now()
    time_machine.move_to(right + timedelta(days=365))
    for _ in range(writes.TRIES):
        with pytest.raises(RuleBroken):
            pair_display(crisis, "WRONG234", HALL, by=secretary)
    time_machine.move_to(right)

    assert pair_display(crisis, waiting.code, HALL, by=secretary).name == "Hall"
    assert not WrongCode.objects.exists()


def test_ten_thousand_wrong_codes_find_nothing_and_write_no_more_than_a_hundred_rows(crisis, secretary, waiting):
    before = written()
    refused = 0
    for n in range(10_000):
        try:
            pair_display(crisis, f"{n:08d}", HALL, by=secretary)
        except RuleBroken:
            refused += 1

    assert refused == 10_000
    assert WrongCode.objects.count() == writes.TRIES
    assert written() == before
    assert not Display.objects.exists()


def test_too_many_people_with_wrong_codes_make_everybody_wait(crisis, secretary, director, waiting):
    WrongCode.objects.bulk_create(WrongCode(user=secretary, at=timezone.now()) for _ in range(writes.TRIES_OF_ALL))

    with pytest.raises(RuleBroken, match="Too many wrong codes"):
        pair_display(crisis, waiting.code, HALL, by=director)


def test_who_does_not_manage_screens_pairs_none(crisis, observer, waiting):
    before = written()

    with pytest.raises(RuleBroken, match="does not manage screens"):
        pair_display(crisis, waiting.code, HALL, by=observer)

    waiting.refresh_from_db()
    assert waiting.code
    assert written() == before
    assert not WrongCode.objects.exists()


def test_a_closed_crisis_gets_no_new_screen(crisis, secretary, director, waiting):
    close_crisis(crisis, by=director)

    with pytest.raises(RuleBroken, match="closed"):
        pair_display(crisis, waiting.code, HALL, by=secretary)

    assert not Display.objects.exists()


def test_two_screens_of_one_name_could_not_be_told_apart(crisis, secretary, screen):
    other = show_code("10.0.0.8")

    with pytest.raises(RuleBroken, match="Another screen is called Crisis room"):
        pair_display(crisis, other.code, Look(name="Crisis room"), by=secretary)

    other.refresh_from_db()
    assert other.code
    assert not WrongCode.objects.exists()


def test_the_database_itself_refuses_a_name_twice_and_a_zoom_out_of_bounds(crisis, screen):
    for wrong in ({"name": "Crisis room"}, {"name": "x", "zoom": 59}, {"name": "x", "page_seconds": 4}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Display.objects.create(crisis=crisis, key="k", paired_at=timezone.now(), **wrong)


def test_from_one_address_only_so_many_screens_wait(db):
    for _ in range(writes.WAITING_PER_ADDRESS):
        show_code("10.0.0.9")

    with pytest.raises(RuleBroken, match="Too many screens wait"):
        show_code("10.0.0.9")

    assert show_code("10.0.0.10").code
    assert Pairing.objects.filter(address="10.0.0.9").count() == writes.WAITING_PER_ADDRESS


def test_codes_that_ended_are_cleared_away(db, waiting, time_machine):
    time_machine.move_to(timezone.now() + timedelta(minutes=11))

    kept = show_code("10.0.0.8")

    assert list(Pairing.objects.all()) == [kept]


def test_a_change_is_followed_and_says_what_it_was(crisis, secretary, screen):
    changed = change_display(screen, HALL, by=secretary)

    screen.refresh_from_db()
    assert (screen.name, screen.zoom, screen.stamp) == ("Hall", 140, changed.stamp) == ("Hall", 140, 2)
    entry = last(crisis)
    assert entry.data["was"]["name"] == "Crisis room"
    assert entry.data["now"] == asdict(HALL)


def test_nothing_new_makes_no_entry(crisis, secretary, screen):
    before = written()

    change_display(screen, Look(name="Crisis room"), by=secretary)
    blank_display(screen, False, by=secretary)

    screen.refresh_from_db()
    assert written() == before
    assert screen.stamp == 1


def test_a_screen_is_made_dark_and_lit_again(crisis, secretary, screen):
    blank_display(screen, True, by=secretary)
    assert last(crisis).verb == "display.blanked"
    blank_display(screen, False, by=secretary)

    screen.refresh_from_db()
    assert last(crisis).verb == "display.lit"
    assert (screen.is_blank, screen.stamp) == (False, 3)


def test_to_identify_a_screen_is_no_fact_of_the_crisis(crisis, secretary, screen):
    before = written()

    identify_display(screen, by=secretary)

    screen.refresh_from_db()
    assert screen.identified_at
    assert written() == before


def test_a_revoked_screen_can_be_nothing_any_more(crisis, secretary, screen):
    revoke_display(screen, by=secretary)
    before = written()

    for act in (
        lambda: revoke_display(screen, by=secretary),
        lambda: blank_display(screen, True, by=secretary),
        lambda: change_display(screen, HALL, by=secretary),
        lambda: identify_display(screen, by=secretary),
    ):
        with pytest.raises(RuleBroken, match="was revoked already: pair it again"):
            act()

    assert written() == before
    assert last(crisis).verb == "display.revoked"


def test_the_name_of_a_revoked_screen_is_free_again(crisis, secretary, screen):
    revoke_display(screen, by=secretary)

    again = pair_display(crisis, show_code("10.0.0.8").code, Look(name="Crisis room"), by=secretary)

    assert again.pk != screen.pk


@pytest.mark.parametrize("act", ["change", "blank", "identify", "revoke"])
def test_who_does_not_manage_screens_changes_none(act, crisis, observer, screen):
    before = written()
    acts = {
        "change": lambda: change_display(screen, HALL, by=observer),
        "blank": lambda: blank_display(screen, True, by=observer),
        "identify": lambda: identify_display(screen, by=observer),
        "revoke": lambda: revoke_display(screen, by=observer),
    }

    with pytest.raises(RuleBroken, match="does not manage screens"):
        acts[act]()

    screen.refresh_from_db()
    assert (screen.name, screen.is_blank, screen.identified_at, screen.revoked_at) == ("Crisis room", False, None, None)
    assert written() == before


def test_a_code_has_no_sign_that_is_read_wrong_across_a_room():
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 8 and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("01IO")


@given(st.text())
def test_whatever_is_typed_becomes_letters_and_digits_only(typed):
    assert all(sign.isalnum() for sign in plain_code(typed))
    assert plain_code(plain_code(typed)) == plain_code(typed)
