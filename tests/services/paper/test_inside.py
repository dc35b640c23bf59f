"""However long the words, each stands on the paper: none below its edge, none over the foot of a page."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.writes import open_meeting
from crisis.models import Crisis, Organisation
from services.models import Activity, Service, Site
from services.paper.output import SHEETS, paper
from services.paper.sheets import Situation, situation_of
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, adjourn, person

MM = 72 / 25.4
FOOT, HEAD = 23 * MM, 20 * MM
"""How high the foot and the head of every page are, in points."""


def words_of(body: bytes) -> list[tuple[str, float, float]]:
    """Each piece of text, how far its line is above the lower edge of its page, and how high that page is."""
    found = []
    for page in PdfReader(BytesIO(body)).pages:
        high = float(page.mediabox.height)

        def seen(text, cm, tm, _font, _size, high=high):
            if text.strip():
                found.append((text.strip(), tm[4] * cm[1] + tm[5] * cm[3] + cm[5], high))

        page.extract_text(visitor_text=seen)
    return found


def check_inside(body: bytes, words: str, times: int = 1) -> None:
    """Whether a text stands there whole, so often, each line of it between head and foot."""
    placed = words_of(body)
    parts = words.split()
    assert " ".join(text for text, _y, _high in placed).split().count(parts[-1]) >= times
    said = "".join("".join(text for text, _y, _high in placed).split()).replace("\u200b", "")
    for part in parts:
        assert part in said, part
    theirs = [(text, y, high) for text, y, high in placed if set(text.replace("\u200b", "").split()) & set(parts)]
    assert theirs
    assert [text for text, y, high in theirs if not FOOT - 1 < y < high - HEAD + 1] == []


def numbered(length: int, between: str = " ") -> str:
    """So many letters, each word another."""
    return between.join(f"w{number:05d}" for number in range(length // 7))


@pytest.mark.parametrize(("length", "between"), [(300, " "), (399, "\n"), (2_000, " "), (8_000, " "), (8_000, "\n")])
def test_a_note_of_any_length_stands_inside_the_page_on_the_board_and_on_its_sheet(
    length, between, crisis, radiology, laboratory, secretary
):
    note = numbered(length, between)
    report_status(crisis, radiology, SUSPENDED.changed(note=note), by=secretary)
    report_status(crisis, laboratory, VITAL.changed(note="Below"), by=secretary)
    for place in range(11):
        site = Site.objects.create(key=f"s{place}", names={"": f"Site{place}y"}, order=place)
        Service.objects.create(activity=radiology.activity, site=site)
    of = situation_of(crisis)

    for name in ("board", "sites"):
        body = paper(name, of)
        check_inside(body, note)
        assert any("Below" in text for text, _y, _high in words_of(body))


def test_a_short_note_is_never_parted(crisis, radiology, laboratory, secretary):
    note = numbered(380)
    for place in range(40):
        site = Site.objects.create(key=f"s{place}", names={"": f"Site{place}y"}, order=place)
        service = Service.objects.create(activity=radiology.activity, site=site)
        if place < 12:
            report_status(crisis, service, VITAL.changed(note=note), by=secretary)

    pages = [page.extract_text().split() for page in PdfReader(BytesIO(paper("board", situation_of(crisis)))).pages]

    assert [page.count("w00000") == page.count("w00053") for page in pages] == [True] * len(pages)


def test_a_measure_of_any_length_stands_inside_the_page(crisis, radiology, secretary):
    held = open_meeting(crisis, cell="group", by=secretary)
    decide_measure(held, Said(text=numbered(3_990), advice="last"), by=secretary)
    adjourn(held, by=secretary)
    of = situation_of(crisis)

    for name in ("board", "sites"):
        check_inside(paper(name, of), numbered(3_990))


def test_names_of_any_length_stay_inside_every_page(crisis, radiology, secretary):
    """Who answers for everything has a long line; a house and a crisis with long names leave room for the moment below."""
    long = " ".join(["Hospital"] * 22)
    Organisation.objects.update(name=long)
    Crisis.objects.update(name=long)
    sites = [
        Site.objects.create(key=f"s{place}", names={"": f"Site {place} {long}"}, order=place) for place in range(24)
    ]
    Service.objects.bulk_create(Service(activity=radiology.activity, site=site) for site in sites)
    person("everywhere", "ward", crisis, [f"service:{service.key}" for service in Service.objects.all()])
    of: Situation = situation_of(Crisis.objects.get())

    for name in SHEETS:
        placed = words_of(paper(name, of))
        assert [text for text, y, high in placed if not 20 < y < high - 20] == []


@pytest.mark.parametrize(
    "number",
    [
        "063 55 00 00 (head nurse on duty, second analogue line here)",
        "0" * 59 + "7",
        "0471 12 34 56",
        "",
        "Switchboard, ask for 12",
    ],
)
@pytest.mark.parametrize(("sites", "each"), [(8, 12), (1, 60)])
def test_contacts_are_two_pages_with_every_number_whole(number, sites, each, crisis):
    activities = [Activity.objects.create(key=f"a{n}", names={"": f"Activity {n}x"}, order=n) for n in range(each)]
    for place in range(sites):
        site = Site.objects.create(key=f"s{place}", names={"": f"Site{place}y"}, order=place)
        Service.objects.bulk_create(Service(activity=activity, site=site, phone=number) for activity in activities)

    body = paper("contacts", situation_of(crisis))

    placed = words_of(body)
    said = "".join("".join(text for text, _y, _high in placed).split()).replace("\u200b", "")
    assert len(PdfReader(BytesIO(body)).pages) == 2
    assert [said.count(f"Activity{n}x") for n in range(each)] == [sites] * each
    assert all(f"Site{place}y" in said for place in range(sites))
    if number:
        assert said.count("".join(number.split())) == sites * each
    theirs = [(text, y, high) for text, y, high in placed if text.startswith(("Activity", "Site"))]
    assert [text for text, y, high in theirs if not FOOT - 1 < y < high - HEAD + 1] == []


def test_a_site_is_named_where_a_column_begins_and_never_at_its_end_alone(crisis, radiology):
    """A site of one service, then one of two: half of their five lines would part a name from its services."""
    other = Activity.objects.create(key="other", names={"": "Other"}, order=9)
    for place, activities in enumerate([[radiology.activity], [radiology.activity, other]]):
        site = Site.objects.create(key=f"s{place}", names={"": f"Site{place}y"}, order=place)
        Service.objects.bulk_create(Service(activity=activity, site=site) for activity in activities)

    said = "".join(text for text, _y, _high in words_of(paper("contacts", situation_of(crisis))))

    assert [said.count(f"Site{place}y") for place in range(2)] == [1, 1]
