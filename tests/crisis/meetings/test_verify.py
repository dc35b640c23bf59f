"""What meetings decided is compared with the journal: a row that was changed in the database is named."""

import pytest
from django.db import connection

from crisis.meetings.decisions import take_decision
from crisis.meetings.exceptions import ask_exception, give_opinion
from crisis.meetings.measure_writes import Said, amend_measure, decide_measure, renew_measures
from crisis.meetings.models import Decision, Measure, Opinion, Review, Seal, Wording
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import open_meeting
from crisis.models import JournalEntry
from crisis.triggers import lifted
from crisis.verify import verify
from tests.cast import adjourn

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(crisis, secretary, director, medical, radiology):
    """Every kind of row that is compared."""
    first = open_meeting(crisis, by=secretary)
    measure = decide_measure(first, Said(text="No mail", activities=["radiologie"], exempt="Oncology"), by=secretary)
    decide_measure(first, Said(text="No fax"), by=secretary)
    take_decision(first, "Keep the doors shut", why="Thieves", by=secretary)
    adjourn(first, by=secretary)
    seal_minutes(first, by=director)
    second = open_meeting(crisis, by=secretary)
    amend_measure(second, measure, Said(text="No mail but for the pharmacy"), by=secretary)
    renew_measures(second, [Measure.objects.get(number=2)], by=secretary)
    adjourn(second, by=secretary)
    give_opinion(ask_exception(measure, "BLOC-0147", by=secretary), "medical", True, by=medical)
    return first


def test_what_was_written_agrees_with_the_journal(held):
    assert verify().fault == ""


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Review, {"act": "lifted", "wording": None}),
        (Wording, {"attendance": "come"}),
        (Wording, {"sites": ["arlon"]}),
        (Decision, {"about": ["site:arlon"]}),
        (Opinion, {"favourable": False}),
        (Seal, {"digest": "0" * 64}),
        (Seal, {"content": {"title": ["Another meeting"]}}),
    ],
)
def test_a_row_that_was_changed_behind_the_journal_is_named(held, model, change):
    row = model.objects.order_by("pk").first()
    with lifted(connection):
        model.objects.filter(pk=row.pk).update(**change)

    fault = verify().fault
    assert fault.startswith("Attack: what entry ")
    assert fault.endswith(" decided differs from the journal.")


def test_a_row_that_points_to_another_entry_is_named(held, crisis):
    other = JournalEntry.objects.filter(book=crisis.book, verb="meeting.opened").first()
    with lifted(connection):
        Review.objects.filter(pk=Review.objects.first().pk).update(entry=other)

    assert verify().fault == f"Attack: what entry {other.seq} decided differs from the journal."
