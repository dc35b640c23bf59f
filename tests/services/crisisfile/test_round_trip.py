"""Whatever people did, a dump loaded again is the same board for every moment, as known now and as known then."""

from datetime import UTC, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.verify import verify
from crisis.writes import declare_crisis, write_entry
from services.crisisfile.dump import dump
from services.crisisfile.load import load
from services.facts import Facts
from services.models import Activity, Service, Site, StatusReport
from services.reads import Board, board_at
from services.registry import name_organisation, register_activity, register_service, register_site
from services.writes import confirm_service, confirm_site, report_status, undo_report

words = st.sampled_from(["", "two rooms", "deux : salles", "- yes", "1e3", "null", "ligne\nsuivante", "é'\"#"])
facts = st.builds(
    Facts,
    status=st.sampled_from(["vital", "suspended", "restored"]),
    capacity=st.none() | st.integers(1, 100),
    paper=st.booleans(),
    isolated=st.booleans(),
    remains=st.none() | words,
    note=words,
    public_note=words,
    expected_back=st.none()
    | st.dates(min_value=timezone.datetime(2022, 1, 1).date(), max_value=timezone.datetime(2030, 1, 1).date()),
    to_verify=st.booleans(),
    source=words,
    reason=st.sampled_from(["", "flooded"]),
)
acts = st.lists(
    st.tuples(
        st.sampled_from(["report", "report", "report", "confirm", "site", "undo", "write"]),
        st.integers(0, 2),
        st.integers(0, 72),
        facts,
        st.sampled_from(["", "yes", "unknown"]),
    ),
    max_size=9,
)


def told(board: Board) -> dict[str, object]:
    """What the board says, but for whose it is and which number it has."""
    return {
        tile.service.key: tile.report
        and (
            Facts.of(tile.report),
            tile.report.observed_at,
            tile.report.recorded_at,
            Facts.of(tile.report).source,
            Facts.of(tile.report).reason,
            tile.since,
            tile.overdue,
        )
        for tile in board.tiles
    }


def registry() -> list[Service]:
    name_organisation(by=None, name="Vivalia", timezone="Europe/Brussels", languages=["fr", "en"])
    sites = [
        register_site(key, by=None, names={"": key.title()}, order=n, kind="hospital", count=1)
        for n, key in enumerate(["arlon", "virton"])
    ]
    labo = register_activity("labo", essential=[(None, None)], by=None, names={"fr": "Labo"}, aliases={}, order=0)
    bloc = register_activity("bloc", essential=[], by=None, names={"": "Bloc"}, aliases={}, order=1)
    return [
        register_service(a, s, by=None, since=None, until=None)
        for a, s in [(labo, sites[0]), (bloc, sites[0]), (bloc, sites[1])]
    ]


def act(crisis, services, what, which, hours, said, still_so) -> None:
    """One act of a person, or its refusal."""
    service, at = services[which], timezone.now() - timedelta(hours=hours)
    if said.status != "suspended":
        said = said.changed(remains=None)
    else:
        said = said.changed(capacity=None)
    match what:
        case "report":
            report_status(crisis, service, said.changed(observed_at=at), by=None, still_so=still_so)
        case "confirm":
            confirm_service(crisis, service, by=None, source=said.source)
        case "site":
            confirm_site(crisis, service.site, by=None, source=said.source)
        case "undo":
            newest = (
                StatusReport.objects.filter(crisis=crisis, service=service)
                .order_by("-observed_at", "-seq", "-pk")
                .first()
            )
            if newest:
                undo_report(crisis, newest, by=None)
        case "write":
            write_entry(crisis, said.note or "words", by=None, verified=said.paper, source=said.source, happened_at=at)


@pytest.mark.django_db
@settings(deadline=None, max_examples=12)
@given(acts)
def test_a_dump_loaded_again_is_the_same_crisis(done):
    with transaction.atomic():
        services = registry()
        start = timezone.now().astimezone(UTC).replace(microsecond=0) - timedelta(days=5)
        crisis = declare_crisis("One", started_at=start, by=None)
        for one in done:
            try:
                act(crisis, services, *one)
            except RuleBroken:
                continue
        written = dump(crisis).replace("name: One", "name: Two")

        again = load(written.encode()).crisis

        assert dump(again) == written
        seen = set(StatusReport.objects.filter(crisis=crisis).values_list("observed_at", flat=True))
        known = set(StatusReport.objects.filter(crisis=crisis).values_list("recorded_at", flat=True))
        moments = sorted({m + timedelta(seconds=s) for m in seen | known for s in (-1, 0, 1)})
        for at in moments:
            for known_at in [None, *moments[:: max(1, len(moments) // 6)]]:
                assert told(board_at(again, at, known_at)) == told(board_at(crisis, at, known_at))
        assert verify().fault == ""
        transaction.set_rollback(True)


def test_the_registry_of_the_test_is_the_one_it_says(db):
    assert [s.key for s in registry()] == ["labo@arlon", "bloc@arlon", "bloc@virton"]
    assert (Site.objects.count(), Activity.objects.count()) == (2, 2)
