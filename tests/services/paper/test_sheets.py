"""What hangs on the wall when no screen is left: every paper says what the board says, at one number of the journal."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from crisis.demo import CASE
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.writes import open_meeting
from crisis.models import Crisis, Organisation
from crisis.templatetags.vigie import status_word
from crisis.writes import mask_text
from services.crisisfile.load import load
from services.models import Activity, Service, Site
from services.paper.output import SHEETS, all_papers, paper, site_paper
from services.paper.said import lines_of, when_of
from services.paper.sheets import board_sheet, contact_sheet, site_sheets, situation_of
from services.reads import board_at
from services.writes import report_status
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, adjourn, ago, person

BRUSSELS = "Europe/Brussels"
WORDS = {"vital": "Vital", "suspended": "Suspended", "restored": "Restored", "not_assessed": "Not assessed"}


def squeezed(words: str) -> str:
    """Words without their spaces: how lines break is the paper's business."""
    return re.sub(r"\s|\u200b", "", words)


def pages_of(body: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(body)).pages]


def sizes_of(body: bytes) -> set[tuple[int, int]]:
    return {(round(page.mediabox.width), round(page.mediabox.height)) for page in PdfReader(BytesIO(body)).pages}


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


@pytest.fixture
def house(crisis, radiology, laboratory, elsewhere, secretary) -> Crisis:
    """Two sites and every kind of status."""
    report_status(crisis, laboratory, VITAL.changed(capacity=70, paper=True, observed_at=ago(20)), by=secretary)
    cut = SUSPENDED.changed(remains="emergencies", note="Call first", expected_back=date(2099, 6, 7), to_verify=True)
    report_status(crisis, radiology, cut, by=secretary)
    return crisis


def row_as_printed(tile) -> str:
    """A line of a site's sheet up to its dates, from the board alone."""
    report, star = tile.report, "★" if tile.essential else ""
    parts = [tile.service.activity.name, star, WORDS[tile.status]]
    if report:
        parts += ["To verify"] * report.to_verify + ["To reconfirm"] * tile.overdue
        capacity = [f"{report.capacity} %"] * bool(report.capacity)
        parts.append(" · ".join(capacity + ["paper"] * report.paper + ["isolated"] * report.isolated))
        parts.append(
            "nothing remains" if report.remains_nothing else f"remains: {report.remains}" if report.remains else ""
        )
        parts.append(str(report.note or ""))
    return squeezed("".join(parts))


def test_every_site_sheet_says_what_the_board_says_at_its_number(house):
    board = board_at(house)

    pages = [squeezed(page) for page in pages_of(paper("sites", situation_of(house)))]
    assert len(pages) == len(board.sites) == 2
    for page, site in zip(pages, board.sites, strict=True):
        assert site.name in page
        assert f"journalno.{board.seq}" in page
        for tile in board.tiles:
            assert (row_as_printed(tile) in page) is (tile.service.site == site), (site, tile.service)
    assert "backSun7June2099" in pages[1]


def test_the_wall_board_says_every_tile_and_who_is_overdue_to_verify_or_not_assessed_in_words(house):
    board = board_at(house)

    page = squeezed("".join(pages_of(paper("board", situation_of(house)))))
    for word in WORDS.values():
        said = len(re.findall(squeezed(word) + "(?!:)", page))
        assert said == sum(WORDS[tile.status] == word for tile in board.tiles), word
    assert page.count("Toreconfirm") == len(board.overdue) == 1
    assert page.count("Toverify") == len(board.to_verify) == 1
    assert f"journalno.{board.seq}" in page
    assert "remains:emergencies" in page
    assert "Callfirst" in page


@pytest.mark.parametrize("name", SHEETS)
def test_every_page_says_its_moment_number_place_phone_and_that_a_newer_one_replaces_it(name, house):
    with time_machine.travel(datetime(2050, 5, 20, 12, 30, tzinfo=UTC), tick=False), timezone.override(BRUSSELS):
        pages = [squeezed(page) for page in pages_of(paper(name, situation_of(house)))]

    for number, page in enumerate(pages, 1):
        assert "SituationonFriday20May2050,14:30·journalno.2" in page
        assert "Validuntilreplacedbyanewerprint." in page
        assert f"page{number}of{len(pages)}" in page
        assert "Crisiscell:0470000000" in page
        assert "EXERCISE" not in page


@pytest.mark.parametrize("name", SHEETS)
def test_every_page_of_an_exercise_is_stamped(name, house):
    Crisis.objects.update(is_exercise=True)

    pages = pages_of(paper(name, situation_of(Crisis.objects.get())))
    assert ["EXERCISE" in page for page in pages] == [True] * len(pages)


def test_the_papers_have_their_sizes_and_the_same_situation_gives_the_same_bytes(house):
    of = situation_of(house)

    assert {name: sizes_of(paper(name, of)) for name in SHEETS} == {
        "sites": {(595, 842)},
        "board": {(1191, 842)},
        "contacts": {(595, 842)},
        "empty": {(595, 842)},
    }
    assert all_papers(of) == all_papers(of)
    assert set(all_papers(of)) == {
        f"vigie-{house.pk}-en-{name}.pdf"
        for name in ("sites", "board-a3", "contacts", "empty-sheet", "site-arlon", "site-libramont")
    }


def test_one_sites_sheet_is_its_page_alone(house, arlon):
    (page,) = pages_of(site_paper(arlon, situation_of(house)))

    assert "Arlon" in page
    assert "Radiology" not in page
    assert "page 1 of 1" in page


def test_a_measure_stands_on_the_sheet_of_each_site_that_it_concerns_with_its_words(house, secretary, arlon):
    held = open_meeting(house, cell="group", by=secretary)
    everywhere = Said(text="No mail", attendance="stay", exempt="Dialysis", advice="Call us")
    decide_measure(held, everywhere, by=secretary)
    decide_measure(held, Said(text="Plates by hand", activities=["radiologie"]), by=secretary)
    adjourn(held, by=secretary)

    at_arlon, at_libramont = [squeezed(page) for page in pages_of(paper("sites", situation_of(house)))]
    for page in (at_arlon, at_libramont, squeezed("".join(pages_of(paper("board", situation_of(house)))))):
        assert squeezed("M1 No mail People with an appointment: do not come, unless you are called") in page
        assert squeezed("Who is not concerned: Dialysis · What the patient does: Call us") in page
    assert "Platesbyhand" in at_libramont
    assert "Platesbyhand" not in at_arlon


def test_contacts_print_what_is_known_and_keep_a_line_for_each_role_and_each_service(house, duty, ward):
    Organisation.objects.update(public_phone="0800 00 000")
    person("zoe", "it", house)
    sheet = contact_sheet(situation_of(house))

    first, second = (squeezed(page) for page in pages_of(paper("contacts", situation_of(house))))
    for words in ["0470 00 00 00", "0800 00 000", "secretary of the cell Secretary", "director", "IT lead Zoe"]:
        assert squeezed(words) in first
    assert squeezed("ward manager Ward Radiology (Libramont)") in first
    assert [each["name"] for each in sheet["people"] if each["role"] == "director"] == [""]
    assert second.count("Laboratory") == 2
    assert second.count("Radiology") == 1


def test_contacts_print_the_fallback_number_of_each_service_that_has_one(house, laboratory):
    Service.objects.filter(pk=laboratory.pk).update(phone="063 55 00 00 (nurse on duty)")

    second = squeezed(pages_of(paper("contacts", situation_of(house)))[1])

    assert squeezed("063 55 00 00 (nurse on duty)") in second
    assert second.count("06355") == 1


def test_who_left_is_on_no_list(house, duty):
    duty.is_active = False
    duty.save()

    assert "Duty" not in "".join(pages_of(paper("contacts", situation_of(house))))


def test_contacts_print_the_number_and_the_site_of_who_has_one(house, duty):
    type(duty).objects.filter(pk=duty.pk).update(phone="0470 12 34 56", site="Virton")

    first = squeezed(pages_of(paper("contacts", situation_of(house)))[0])

    assert squeezed("0470 12 34 56") in first
    assert "Virton" in first


def test_the_empty_sheet_names_every_service_and_asks_what_the_page_asks(house):
    pages = [squeezed(page) for page in pages_of(paper("empty", situation_of(house)))]

    assert len(pages) == 2
    for page, site, services in zip(pages, ["Arlon", "Libramont"], [1, 2], strict=True):
        assert site in page
        assert page.count("VitalSuspendedRestored") == services + 4
        assert "Observedon,at" in page
        assert "Source:whosaysso,andhow" in page
    assert "Notassessed" not in "".join(pages)


def test_a_house_without_services_has_papers_all_the_same(crisis):
    pages = {name: pages_of(paper(name, situation_of(crisis))) for name in SHEETS}

    assert "No service is known yet" in pages["sites"][0]
    assert "No service is known yet" in pages["board"][0]
    assert squeezed(pages["empty"][0]).count("VitalSuspendedRestored") == 16
    assert len(pages["contacts"]) == 2


@pytest.mark.parametrize(("sites", "each"), [(6, 10), (1, 45), (30, 4), (1, 90)])
def test_a_house_of_any_size_is_printed_whole(sites, each, crisis, secretary):
    activities = [Activity.objects.create(key=f"a{n}", names={"": f"Activity{n}x"}, order=n) for n in range(each)]
    for place in range(sites):
        site = Site.objects.create(key=f"s{place}", names={"": f"Site{place}y"}, order=place)
        Service.objects.bulk_create(Service(activity=activity, site=site) for activity in activities)
    of = situation_of(crisis)

    for name in SHEETS:
        said = squeezed("".join(pages_of(paper(name, of))))
        assert all(f"Site{place}y" in said for place in range(sites)), name
        assert all(f"Activity{n}x" in said for n in range(each)), name
        if name in {"sites", "board"}:
            assert len(re.findall("Notassessed(?!:)", said)) == sites * each
    if sites * each == 60:
        assert [len(pages_of(paper(name, of))) for name in ("sites", "board", "contacts", "empty")] == [6, 1, 2, 6]
    if each == 45:
        assert len(pages_of(paper("sites", of))) == 1


def test_words_that_look_like_code_or_fill_a_page_are_only_words(house, radiology, secretary):
    code = '#import "@preview/x:0.1.0": * $x^2$ <label> *no* ' + "x" * 400
    report_status(house, radiology, SUSPENDED.changed(note=code[:500], remains=code[:500]), by=secretary)

    said = squeezed("".join(pages_of(site_paper(radiology.site, situation_of(house)))))
    assert said.count(squeezed(code)) == 2


def test_a_masked_text_is_not_printed(house, radiology, director):
    report = board_at(house).tiles
    note = next(tile.report.note for tile in report if tile.service == radiology)
    mask_text(house, note, "a name", by=director)

    said = "".join(pages_of(paper("board", situation_of(house))))
    assert "Call first" not in said
    assert "[masked]" in said


def test_a_clock_that_was_put_back_loses_no_fact_and_says_so_on_the_paper(house):
    head = house.book
    head.refresh_from_db()

    with time_machine.travel(timezone.now() - timedelta(hours=5), tick=False):
        of = situation_of(house)
        page = squeezed("".join(pages_of(paper("board", of))))

    assert of.board.moment == head.head_at
    assert "remains:emergencies" in page
    assert "Theclockofthismachineiswrong:itsays" in page
    assert local(head.head_at) in page
    assert situation_of(house).behind is None


def test_the_pages_say_that_the_clock_is_wrong(house, browser_of, secretary, libramont):
    client = browser_of(secretary)
    addresses = [reverse("paper", args=[house.pk]), reverse("back_entry", args=[house.pk, libramont.pk])]
    assert not any("The clock of this machine" in client.get(address).content.decode() for address in addresses)

    with time_machine.travel(timezone.now() - timedelta(hours=5), tick=False):
        assert all("The clock of this machine is wrong" in client.get(a).content.decode() for a in addresses)


def test_the_paper_speaks_the_readers_language(house):
    with translation.override("fr"):
        page = "".join(pages_of(paper("board", situation_of(house))))

    for words in ["Suspendu", "Maintenu", "Non évalué", "À reconfirmer", "reste assuré", "Laboratoire"]:
        assert squeezed(words) in squeezed(page)


def test_a_moment_of_another_year_has_its_year(house, laboratory):
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        tile = next(tile for tile in board_at(house).tiles if tile.service == laboratory)
        (said,) = when_of(tile)

    assert str(timezone.localtime(tile.since).year) in said


def test_a_confirmation_says_since_when_and_when_it_was_last_seen(house, laboratory, secretary):
    report_status(house, laboratory, VITAL.changed(capacity=80, observed_at=ago(1)), by=secretary)

    tile = next(tile for tile in board_at(house).tiles if tile.service == laboratory)
    since, seen = when_of(tile)
    assert since.startswith("since ")
    assert since.endswith(local(tile.since))
    assert seen.startswith("seen ")
    assert seen.endswith(local(tile.report.observed_at))
    assert [line["words"] for line in lines_of(tile)] == ["80 %"]


def test_counts_are_of_the_site_alone_on_its_sheet_and_of_all_on_the_board(house, laboratory, director):
    report_status(house, laboratory, ATTACKED, by=director)
    of = situation_of(house)

    arlon, libramont = site_sheets(of)["sites"]
    assert arlon["counts"] == (
        "Essential services assured: 0 of 1 · Vital: 0 · Suspended: 0 · Restored: 0 · Not assessed: 1"
    )
    assert libramont["counts"].startswith("Essential services assured: 0 of 1 · Vital: 0 · Suspended: 2")
    assert board_sheet(of)["counts"].startswith("Essential services assured: 0 of 2")


def test_the_papers_cost_the_same_queries_at_any_size(house, radiology, secretary, django_assert_num_queries):
    with django_assert_num_queries(14):
        situation_of(house)
    for number in range(12):
        site = Site.objects.create(key=f"s{number}", names={"": f"S{number}"}, order=9)
        report_status(house, Service.objects.create(activity=radiology.activity, site=site), RESTORED, by=secretary)

    with django_assert_num_queries(14):
        of = situation_of(house)
    with django_assert_num_queries(0):
        for name in SHEETS:
            paper(name, of)


@pytest.fixture
def reference(db) -> Crisis:
    """The reference case: 62 services on eight sites."""
    return load(CASE.read_bytes(), exercise=True).crisis


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_papers_of_the_reference_case_equal_its_board_in_every_language(lang, reference):
    with translation.override(lang), timezone.override(BRUSSELS):
        of = situation_of(reference)
        board, words = board_at(reference, of.board.moment), {status: status_word(status) for status in WORDS}
        sites = [squeezed(page) for page in pages_of(paper("sites", of))]
        (whole,) = (squeezed(page) for page in pages_of(paper("board", of)))

        assert (len(board.tiles), len(sites)) == (62, 8)
        for site, page in zip(board.sites, sites, strict=True):
            mine = sorted(
                (tile for tile in board.tiles if tile.service.site == site),
                key=lambda tile: tile.service.activity.order,
            )
            said = [squeezed(t.service.activity.name + "★" * t.essential + words[t.status]) for t in mine]
            places = [page.index(each) for each in said]
            assert places == sorted(places)
            for tile, start, end in zip(mine, places, [*places[1:], len(page)], strict=True):
                said = [squeezed(line["words"]) for line in lines_of(tile)] + [squeezed(w) for w in when_of(tile)]
                assert all(each in page[start:end] for each in said), tile.service
        for activity, _essential, tiles in board.rows:
            row = whole.partition(squeezed(activity.name))[2]
            for tile in filter(None, tiles):
                word = squeezed(words[tile.status])
                assert word in row
                row = row.partition(word)[2]
        assert str(board.seq) in whole


def test_the_page_costs_the_same_queries_at_any_size(
    house, radiology, secretary, browser_of, django_assert_num_queries
):
    client, address = browser_of(secretary), reverse("paper", args=[house.pk])
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)
    for number in range(10):
        site = Site.objects.create(key=f"s{number}", names={"": f"S{number}"}, order=9)
        Service.objects.create(activity=radiology.activity, site=site)

    with django_assert_num_queries(11):
        page = client.get(address).content.decode()
    assert page.count("Type in") == 12


def test_a_pdf_is_shown_in_the_browser_and_saved_under_its_name(house, browser_of, observer, arlon):
    client = browser_of(observer)

    answers = [client.get(reverse("paper_sheet", args=[house.pk, name])) for name in SHEETS]
    one = client.get(reverse("paper_site", args=[house.pk, arlon.pk]))

    assert {answer["Content-Type"] for answer in [*answers, one]} == {"application/pdf"}
    assert one["Content-Disposition"] == f'inline; filename="vigie-{house.pk}-en-site-arlon.pdf"'
    assert answers[1]["Content-Disposition"] == f'inline; filename="vigie-{house.pk}-en-board-a3.pdf"'
    assert {answer["Cache-Control"] for answer in answers} == {"no-store"}


def test_a_paper_or_a_site_that_is_not_there_is_404(house, browser_of, observer):
    client, empty = browser_of(observer), Site.objects.create(key="empty", names={"": "Empty"})

    for address in (
        reverse("paper_sheet", args=[house.pk, "wallpaper"]),
        reverse("paper_site", args=[house.pk, empty.pk]),
        reverse("paper_site", args=[house.pk, 99]),
    ):
        assert client.get(address).status_code == 404
