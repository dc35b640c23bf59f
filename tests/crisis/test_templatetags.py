"""What templates say in the cell's way: moments with their date, ages, the word of a status."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from crisis.templatetags.vigie import WORDS, age, moment, since, status_word

NOON = datetime(2022, 5, 25, 10, 0, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture(autouse=True)
def in_brussels():
    with timezone.override(BRUSSELS):
        yield


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("fr", "mer 25 mai 2022, 12:00"),
        ("en", "Wed 25 May 2022, 12:00"),
        ("nl", "wo 25 mei 2022, 12:00"),
        ("de", "Mi, 25. Mai 2022, 12:00"),
    ],
)
def test_a_moment_has_its_date_and_hour_in_the_organisations_zone(lang, shown):
    with translation.override(lang):
        assert moment(NOON) == f'<time datetime="2022-05-25T10:00:00+00:00">{shown}</time>'


def test_a_moment_without_a_known_hour_has_none():
    assert moment(NOON, hour_known=False) == '<time datetime="2022-05-25T10:00:00+00:00">Wed 25 May 2022</time>'
    assert moment(None) == since(None) == ""


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (NOON + timedelta(hours=3), "12:00"),
        (NOON + timedelta(hours=20), "25 May"),
        (NOON + timedelta(days=300), "25 May 2022"),
    ],
)
def test_a_short_moment_is_as_short_as_its_age_allows(now, shown):
    assert since(NOON, now) == f'<time datetime="2022-05-25T10:00:00+00:00" data-age="">{shown}</time>'


def test_a_short_moment_of_today_without_a_known_hour_is_a_day():
    assert ">25 May<" in since(NOON, NOON + timedelta(hours=3), False)


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (timedelta(seconds=30), "0 min"), (timedelta(minutes=59), "59 min"), (timedelta(hours=1), "1 h"),
        (timedelta(hours=47, minutes=59), "47 h"), (timedelta(days=2), "2 d"), (timedelta(days=400), "400 d"),
        (-timedelta(hours=5), "0 min"),
    ],
)  # fmt: skip
def test_an_age_is_in_the_largest_unit_that_says_it(passed, shown):
    assert age(NOON, NOON + passed) == shown
    assert age(None) == ""


def test_every_status_has_a_word_in_every_language_and_no_two_the_same():
    for lang in ("fr", "nl", "de", "en"):
        with translation.override(lang):
            assert len({status_word(status) for status in WORDS}) == 4


def test_the_query_goes_on_before_a_number_and_keeps_the_filters_escaped():
    shown = Template("{% querystring_of asked 51 %}").render(Context({"asked": {"actor": "A & B", "verb": "x"}}))

    assert shown == "actor=A+%26+B&amp;verb=x&amp;before=51"


def test_a_value_is_had_by_its_key():
    assert Template("{{ names|get:'a' }}{{ names|get:'b'|default:'–' }}").render(Context({"names": {"a": 1}})) == "1–"
