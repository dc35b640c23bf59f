"""The board kept between two entries says what the database says, whatever people did."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.models import Crisis
from crisis.writes import mask_text
from services import kept
from services.kept import changed_since, forget, still_true
from services.reads import Board, board_at
from services.writes import confirm_service, confirm_site, report_status, undo_report
from tests.cast import RESTORED, SUSPENDED, VITAL, ago


def said(board: Board) -> list[tuple[object, ...]]:
    """What a board says, but for the moment it was asked at."""
    return sorted((t.service.pk, t.report and t.report.pk, t.since, t.essential, t.overdue) for t in board.tiles)


def fresh(crisis: Crisis) -> Crisis:
    """The crisis as a frame reads it: with the head of its book."""
    return Crisis.objects.select_related("book").get(pk=crisis.pk)


ACTS = st.lists(st.tuples(st.sampled_from("rcsulw"), st.integers(0, 2), st.integers(0, 2)), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_people_do_the_kept_board_is_the_one_of_the_database(
    acts, crisis, radiology, laboratory, elsewhere, secretary
):
    services = [radiology, laboratory, elsewhere]
    facts = [VITAL, SUSPENDED.changed(reason="down"), RESTORED]
    changed_since(fresh(crisis), None)
    last = None
    for act, place, which in acts:
        service, what = services[place], facts[which]
        try:
            match act:
                case "r":
                    last = report_status(crisis, service, what, by=secretary)
                case "l":
                    report_status(crisis, service, what.changed(observed_at=ago(5)), by=secretary, still_so="unknown")
                case "w":
                    report_status(crisis, service, what.changed(observed_at=ago(5)), by=secretary, still_so="yes")
                case "c":
                    confirm_service(crisis, service, by=secretary)
                case "s":
                    confirm_site(crisis, service.site, by=secretary)
                case "u" if last:
                    undo_report(crisis, last, by=secretary)
        except RuleBroken:
            pass
        before = kept._kept[crisis.pk].board.seq
        found, tiles = changed_since(fresh(crisis), before)
        truth = board_at(crisis)
        assert said(found.board) == said(truth)
        assert {t.service.pk for t in tiles} == {
            t.service.pk for t in truth.tiles if t.report and t.report.seq > before
        }
        assert found.board.counts == truth.counts


def test_a_change_costs_fewer_queries_than_everything(
    crisis, radiology, laboratory, secretary, django_assert_num_queries
):
    changed_since(fresh(crisis), None)
    report_status(crisis, radiology, VITAL, by=secretary)
    now = fresh(crisis)

    with django_assert_num_queries(2):
        _kept, tiles = changed_since(now, 0)

    assert [tile.service for tile in tiles] == [radiology]


def test_what_the_clock_or_the_registry_changed_is_read_anew(crisis, radiology, laboratory, secretary):
    changed_since(fresh(crisis), None)
    radiology.until = timezone.now()
    radiology.save()
    forget(crisis)
    report_status(crisis, laboratory, VITAL, by=secretary)

    found, _tiles = changed_since(fresh(crisis), 0)

    assert [tile.service for tile in found.board.tiles] == [laboratory]


def test_a_kept_board_is_trusted_for_seconds_unless_a_beat_says_that_it_still_stands(crisis, radiology, secretary):
    changed_since(fresh(crisis), None)
    board = kept._kept[crisis.pk]
    until = board.until

    still_true(crisis, until - timedelta(seconds=1))
    assert board.until == until - timedelta(seconds=1) + kept.TRUSTED
    still_true(crisis, board.until + timedelta(seconds=1))
    assert board.until == until - timedelta(seconds=1) + kept.TRUSTED


def test_a_masked_text_brings_everything_anew(crisis, radiology, laboratory, secretary, director):
    report = report_status(crisis, radiology, VITAL.changed(note="a name"), by=secretary)
    changed_since(fresh(crisis), None)
    mask_text(crisis, report.note, "a patient", by=director)

    found, tiles = changed_since(fresh(crisis), 1)

    assert len(tiles) == 2
    assert {t.report and str(t.report.note) for t in found.board.tiles} == {None, "[masked]"}


@pytest.mark.parametrize("wrong", [-1, 5])
def test_a_head_that_went_back_is_read_anew(wrong, crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL, by=secretary)
    changed_since(fresh(crisis), None)
    object.__setattr__(kept._kept[crisis.pk].board, "seq", 1 + wrong)

    found, _tiles = changed_since(fresh(crisis), 0)

    assert found.board.seq == 1
