"""A moment that is typed: the hour that comes twice is asked about, the one that never was is refused, in words."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.utils import timezone

from crisis.forms import moment_field

FIRST, SECOND = datetime(2022, 10, 30, 0, 30, tzinfo=UTC), datetime(2022, 10, 30, 1, 30, tzinfo=UTC)


class When(forms.Form):
    at = moment_field(required=True, label="At")


@pytest.fixture(autouse=True)
def brussels():
    with timezone.override("Europe/Brussels"):
        yield


def test_an_hour_that_comes_twice_is_asked_about_and_both_can_be_chosen():
    asked = When({"at": "2022-10-30T02:30"})

    assert asked.errors["at"] == ["02:30 comes twice that night: choose which one it is."]
    page = str(asked["at"])
    assert 'value="2022-10-30T02:30"' in page
    assert '<select name="at-offset" aria-label="Which 02:30">' in page
    assert '<option value="" selected>Which 02:30</option>' in page
    assert '<option value="+02:00">before the clocks go back (UTC+02:00)</option>' in page
    for offset, moment in [("+02:00", FIRST), ("+01:00", SECOND)]:
        chosen = When({"at": "2022-10-30T02:30", "at-offset": offset})
        assert chosen.is_valid()
        assert chosen.cleaned_data["at"] == moment
        assert f'<option value="{offset}" selected>' in str(chosen["at"])


@pytest.mark.parametrize("offset", ["", "+09:00", "x", "+02:00\n"])
def test_a_choice_that_is_none_is_asked_again(offset):
    assert "comes twice" in str(When({"at": "2022-10-30T02:30", "at-offset": offset}).errors)


def test_a_choice_that_was_made_does_not_touch_another_hour():
    corrected = When({"at": "2022-10-30T04:30", "at-offset": "+02:00"})

    assert corrected.is_valid()
    assert corrected.cleaned_data["at"] == datetime(2022, 10, 30, 3, 30, tzinfo=UTC)
    assert "<select" not in str(corrected["at"])


def test_an_hour_that_the_clocks_jump_over_is_refused_in_a_sentence():
    form = When({"at": "2022-03-27T02:30"})

    assert form.errors["at"] == ["There is no 02:30 that night, the clocks go forward: correct the moment."]
    assert "<select" not in str(form["at"])


@pytest.mark.parametrize("moment", [FIRST, SECOND])
def test_a_form_that_is_filled_with_such_a_moment_says_it_again(moment):
    page = str(When(initial={"at": moment})["at"])

    offset = "+02:00" if moment == FIRST else "+01:00"
    assert 'value="2022-10-30T02:30"' in page
    assert f'<option value="{offset}" selected>' in page


def test_a_value_with_its_offset_is_shown_and_read_as_the_wall_says_it():
    for told in ("2022-10-30T02:30+01:00", "2022-10-30T02:30+0100", "2022-10-30T01:30Z"):
        form = When({"at": told})
        assert form.is_valid()
        assert form.cleaned_data["at"] == SECOND
        assert 'value="2022-10-30T02:30"' in str(form["at"])
    assert 'value="2022-05-14T03:30:07"' in str(When({"at": "2022-05-14T01:30:07Z"})["at"])


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59Z", "2022-99-01T00:00", "yesterday"])
def test_what_is_no_moment_that_can_be_kept_is_refused(typed):
    form = When({"at": typed})

    assert form.errors["at"] == ["Enter a valid date/time."]
    assert "<select" not in str(form["at"])


def test_other_moments_are_as_they_were():
    assert When({"at": "2022-05-14 03:30"}).is_valid()
    assert '<input type="datetime-local" name="at" required id="id_at">' in str(When()["at"])
    assert 'value="2022-05-14T03:30"' in str(When(initial={"at": datetime(2022, 5, 14, 1, 30, tzinfo=UTC)})["at"])
