"""The board as a pure function: against a model so naive that it cannot be wrong, in three queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.models import Crisis
from services.models import EssentialPeriod, Service, StatusReport
from services.pieces import board_pieces, pieces_by_clock, scope_options
from services.plot import plot
from services.reads import alarms, board_at, history, is_essential, last_changes, moments_around, newest_reports
from services.registry import register_activity, register_service
from services.writes import report_status, undo_report
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, ago

DAY = timedelta(days=1)

# Each: hours ago it was observed, hours ago the cell knew, the status.
observations = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(["vital", "suspended", "restored"])), max_size=8
)


@pytest.mark.django_db
@settings(deadline=None, max_examples=40)
@given(observations, st.integers(0, 61), st.integers(0, 61) | st.none())
def test_the_board_says_what_was_observed_by_then_and_known_by_then(seen, at_hours, known_hours):
    with transaction.atomic():
        crisis, service, start = small_world()
        for observed, known, status in seen:
            report_raw(crisis, service, start - timedelta(hours=observed), start - timedelta(hours=known), status)
        at = start - timedelta(hours=at_hours)
        known_at = start - timedelta(hours=known_hours) if known_hours is not None else None

        tile = board_at(crisis, at, known_at).tiles[0]

        usable = [
            (r.observed_at, r.seq, r.status)
            for r in StatusReport.objects.filter(crisis=crisis)
            if r.observed_at <= at and (known_at is None or r.recorded_at <= known_at)
        ]
        newest = max(usable, default=None)
        assert tile.status == (newest[2] if newest else "not_assessed")
        if newest:
            run = sorted(usable)
            since = newest[0]
            for observed_at, _seq, status in reversed(run):
                if status != newest[2]:
                    break
                since = observed_at
            same_moment = {status for observed_at, _seq, status in usable if observed_at == since}
            if same_moment == {newest[2]}:
                assert tile.since == since
        transaction.set_rollback(True)


def small_world() -> tuple[Crisis, Service, datetime]:
    """One crisis with one service, far enough back for every observation."""
    from crisis.writes import declare_crisis
    from services.models import Site

    start = timezone.now().astimezone(UTC)
    crisis = declare_crisis("Naive", started_at=start - timedelta(days=10), by=None)
    activity = register_activity("only", essential=[], by=None, names={"": "Only"}, order=0)
    site = Site.objects.create(key="only", names={"": "Only"})
    return crisis, register_service(activity, site, by=None), start


def report_raw(crisis, service, observed_at, recorded_at, status) -> None:
    """A report through the real write, as a crisis file tells it; what the rules refuse is left out."""
    from crisis.errors import RuleBroken
    from services.facts import Facts

    facts = Facts(status=status, observed_at=observed_at, note=str(recorded_at))
    try:
        report_status(crisis, service, facts, by=None, still_so="history", recorded_at=max(recorded_at, observed_at))
    except RuleBroken:
        return


def test_the_state_costs_three_queries_whatever_its_size(crisis, radiology, laboratory, elsewhere, secretary):
    for service in (radiology, laboratory, elsewhere):
        for hours in range(10, 0, -1):
            facts = VITAL.changed(capacity=50 + hours, note=f"n{hours}", source="x", observed_at=ago(hours))
            report_status(crisis, service, facts, by=secretary)

    with CaptureQueriesContext(connection) as queries:
        board = board_at(crisis)
        assert [str(tile.report.note) for tile in board.tiles] == ["n1"] * 3
        assert board.counts["vital"] == 3
        assert board.essential["assured"] == 2
        assert board.rows
        assert board.shape
    assert len(queries) == 3


def test_counters_add_up_and_what_nobody_reported_is_counted_as_such(
    crisis, radiology, laboratory, elsewhere, secretary
):
    report_status(crisis, laboratory, ATTACKED, by=secretary)
    report_status(crisis, radiology, RESTORED, by=secretary)

    board = board_at(crisis)

    assert board.counts == {"vital": 0, "suspended": 1, "restored": 1, "not_assessed": 1}
    assert board.essential == {"assured": 0, "suspended": 1, "not_assessed": 1, "total": 2}


def test_the_registry_of_a_past_moment_is_the_one_of_then(crisis, radiology, laboratory, secretary):
    Service.objects.filter(pk=radiology.pk).update(until=ago(5))
    EssentialPeriod.objects.filter(activity=laboratory.activity).update(until=ago(10))

    assert [t.service.pk for t in board_at(crisis, ago(6)).tiles] == [laboratory.pk, radiology.pk]
    assert [t.service.pk for t in board_at(crisis).tiles] == [laboratory.pk]
    assert board_at(crisis, ago(11)).essential["total"] == 1
    assert board_at(crisis).essential["total"] == 0
    assert is_essential(laboratory, ago(11))
    assert not is_essential(laboratory, ago(9))


def test_an_essential_fact_is_overdue_after_twelve_hours_and_another_is_not(crisis, radiology, laboratory, secretary):
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(13)), by=secretary)
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(48)), by=secretary)

    board = board_at(crisis)

    assert [tile.service for tile in board.overdue] == [laboratory]
    assert board_at(crisis, ago(2)).overdue == []


def test_since_reaches_back_over_confirmations_to_the_change(crisis, radiology, secretary):
    for hours, facts in [
        (30, VITAL),
        (20, SUSPENDED),
        (10, SUSPENDED.changed(note="x")),
        (5, SUSPENDED.changed(note="y")),
    ]:
        report_status(crisis, radiology, facts.changed(observed_at=ago(hours)), by=secretary)

    tile = board_at(crisis).tiles[0]

    assert timezone.now() - tile.since > timedelta(hours=19)
    assert timezone.now() - tile.report.observed_at < timedelta(hours=6)


def test_the_changes_step_and_the_history_is_newest_first(crisis, radiology, secretary):
    reports = [
        report_status(crisis, radiology, facts.changed(observed_at=ago(hours)), by=secretary)
        for hours, facts in [(30, VITAL), (20, SUSPENDED), (10, RESTORED)]
    ]

    assert moments_around(crisis, reports[1].observed_at) == (reports[0].observed_at, reports[2].observed_at)
    assert moments_around(crisis, reports[0].observed_at)[0] is None
    assert moments_around(crisis, timezone.now())[1] is None
    assert [r.status for r in history(crisis, radiology)] == ["restored", "suspended", "vital"]
    assert [r.status for r in last_changes(crisis, ago(15))] == ["suspended", "vital"]


def test_alarms_are_the_ones_nobody_has_acknowledged(crisis, laboratory, radiology, secretary):
    report_status(crisis, laboratory, ATTACKED, by=secretary)
    report_status(crisis, radiology, SUSPENDED, by=secretary)

    assert [alarm.service for alarm in alarms(crisis)] == [laboratory]


def test_a_report_taken_back_shows_what_was_before(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(capacity=40, observed_at=ago(2)), by=secretary)
    mistaken = report_status(crisis, radiology, SUSPENDED, by=secretary)
    undo_report(crisis, mistaken, by=secretary)

    tile = board_at(crisis).tiles[0]
    assert (tile.status, tile.report.capacity) == ("vital", 40)


def test_reports_of_another_crisis_are_never_on_this_board(crisis, radiology, secretary):
    from crisis.writes import declare_crisis

    other = declare_crisis("Other", started_at=ago(50), by=None)
    report_status(other, radiology, SUSPENDED, by=None)

    assert board_at(crisis).counts["not_assessed"] == 1
    assert not newest_reports(crisis, timezone.now()).exists()


# ── pieces ──


def test_a_frame_has_only_the_tiles_that_changed_and_everything_after_a_masking(
    crisis, radiology, laboratory, secretary, director
):
    from crisis.writes import mask_text

    first = report_status(crisis, radiology, VITAL.changed(note="a name"), by=secretary)
    report_status(crisis, laboratory, VITAL, by=secretary)

    after_first = board_pieces(crisis, first.seq)
    whole = board_pieces(crisis, None)
    mask_text(crisis, first.note, "a patient", by=director)
    after_mask = board_pieces(crisis, 2)

    assert f"service-{laboratory.pk}" in after_first
    assert f"service-{radiology.pk}" not in after_first.split('id="counters"')[0]
    assert "a name" in whole
    assert "a name" not in after_mask
    assert "[masked]" in after_mask


def test_the_clock_alone_makes_a_tile_overdue_and_the_beat_finds_it(crisis, laboratory, secretary):
    report = report_status(crisis, laboratory, VITAL.changed(observed_at=ago(12) + timedelta(minutes=1)), by=secretary)
    due = report.observed_at + timedelta(hours=12)
    EssentialPeriod.objects.update(since=ago(70))

    quiet = pieces_by_clock(crisis, due - timedelta(seconds=9), due - timedelta(seconds=4))
    loud = pieces_by_clock(crisis, due - timedelta(seconds=1), due + timedelta(seconds=4))

    assert quiet == ""
    assert "data-overdue" in loud
    assert "To reconfirm" in loud


def test_a_change_of_the_registry_reaches_open_boards_with_the_next_beat(crisis, laboratory, arlon):
    shape = board_at(crisis).shape
    before = timezone.now()
    assert pieces_by_clock(crisis, before, timezone.now()) == ""

    register_service(laboratory.activity, arlon, by=None)

    sent = pieces_by_clock(crisis, before, timezone.now())
    assert 'id="shape"' in sent
    assert shape not in sent
    assert board_at(crisis).shape in sent


def test_the_plot_has_a_band_for_each_stretch_a_step_for_each_known_capacity_and_ticks_for_days(
    crisis, radiology, secretary
):
    for hours, facts in [
        (60, VITAL),
        (40, VITAL.changed(capacity=50)),
        (20, SUSPENDED),
        (10, RESTORED.changed(capacity=85)),
    ]:
        report_status(crisis, radiology, facts.changed(observed_at=ago(hours)), by=secretary)

    drawn = plot(crisis, list(history(crisis, radiology)))

    assert [band.status for band in drawn["bands"]] == ["vital", "vital", "suspended", "restored"]
    assert [line["percent"] for line in drawn["lines"]] == [50, 0, 85]
    assert all(band.width >= 0 and band.x + band.width <= drawn["width"] + 0.2 for band in drawn["bands"])
    assert 1 <= len(drawn["ticks"]) <= 9
    assert plot(crisis, []) is None


def test_what_a_scoped_role_can_answer_for_is_every_site_and_every_service(radiology, laboratory, elsewhere):
    keys = [key for key, _name in scope_options()]

    assert keys[:2] == ["site:libramont", "site:arlon"] or keys[:2] == ["site:arlon", "site:libramont"]
    assert {"service:radiologie@libramont", "service:laboratoire@arlon"} <= set(keys)
