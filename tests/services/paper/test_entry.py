"""Back from paper: a sheet of 04:00 goes onto the board whole or not at all, and never over what is newer."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from crisis.errors import RuleBroken
from crisis.models import Crisis, JournalEntry
from crisis.writes import close_crisis, declare_crisis, grant_role
from services.models import Activity, Service, Site, StatusReport
from services.paper.writes import Line, SheetRefused, enter_sheet
from services.reads import board_at, newest_report
from services.writes import report_status
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, ago, chain_holds, written

PAPER = "paper sheet of 04:00"


def enter(crisis, *lines, hours=4, by=None, lang="en"):
    return enter_sheet(crisis, lines, observed_at=ago(hours), source=PAPER, lang=lang, by=by)


def shown(crisis, service) -> str:
    return next(tile.status for tile in board_at(crisis).tiles if tile.service == service)


def test_each_line_is_an_entry_of_its_moment_with_its_source(crisis, radiology, laboratory, secretary):
    done = enter(
        crisis,
        Line(service=radiology, status="suspended", remains="emergencies", note="Call first"),
        Line(service=laboratory, status="vital", capacity=70),
        by=secretary,
    )

    assert (done.written, done.late) == ([radiology, laboratory], [])
    reports = {report.service_id: report for report in StatusReport.objects.select_related("source", "note", "remains")}
    assert {str(report.source) for report in reports.values()} == {PAPER}
    assert {timezone.now() - report.observed_at > timedelta(hours=3) for report in reports.values()} == {True}
    assert (str(reports[radiology.pk].remains), str(reports[radiology.pk].note)) == ("emergencies", "Call first")
    assert reports[laboratory.pk].capacity == 70
    assert [entry.verb for entry in crisis.book.entries.order_by("seq")] == ["service.reported"] * 2
    assert [tile.status for tile in board_at(crisis).tiles] == ["vital", "suspended"]
    assert chain_holds(crisis.book)
    call_command("verify_journal", stdout=StringIO())


def test_what_the_board_knows_newer_stays_and_the_line_is_in_the_history(crisis, radiology, secretary):
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(1)), by=secretary)

    done = enter(crisis, Line(service=radiology, status="suspended"), by=secretary)

    assert (done.written, done.late) == ([radiology], [radiology])
    assert shown(crisis, radiology) == "restored"
    assert newest_report(crisis, radiology, ago(2)).status == "suspended"
    assert StatusReport.objects.count() == 2  # nothing was marked to verify beside
    assert not board_at(crisis).to_verify


def test_a_late_line_raises_no_alarm_and_one_of_now_does(crisis, laboratory, radiology, secretary):
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(1)), by=secretary)
    why = "Servers are down"

    enter(crisis, Line(service=laboratory, status="suspended", reason=why), by=secretary)
    assert not StatusReport.objects.filter(alarm=True).exists()
    enter(crisis, Line(service=laboratory, status="suspended", reason=why), hours=0.5, by=secretary)

    assert [report.service for report in StatusReport.objects.filter(alarm=True)] == [laboratory]


def test_the_same_status_is_confirmed_and_what_was_to_verify_is_verified(crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED.changed(remains="emergencies", observed_at=ago(9)), by=secretary)

    enter(crisis, Line(service=radiology, status="suspended"), by=secretary)

    report = newest_report(crisis, radiology)
    assert (report.status, str(report.remains), str(report.source)) == ("suspended", "emergencies", PAPER)
    assert crisis.book.entries.latest("seq").verb == "service.confirmed"

    report_status(crisis, radiology, SUSPENDED.changed(to_verify=True, observed_at=ago(3)), by=secretary)
    enter(crisis, Line(service=radiology, status="suspended"), hours=2, by=secretary)
    assert not newest_report(crisis, radiology).to_verify


def test_a_line_without_a_status_keeps_it_and_the_facts_that_it_does_not_name(crisis, radiology, secretary):
    kept = VITAL.changed(capacity=50, paper=True, note="Plaques", observed_at=ago(9), lang="fr")
    report_status(crisis, radiology, kept, by=secretary)

    enter(crisis, Line(service=radiology, capacity=80), by=secretary)

    report = newest_report(crisis, radiology)
    assert (report.status, report.capacity, report.paper, str(report.note)) == ("vital", 80, True, "Plaques")
    assert report.note.lang == "fr"


def test_a_status_that_changes_begins_anew(crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(capacity=50, note="By hand", observed_at=ago(9)), by=secretary)

    enter(crisis, Line(service=radiology, status="restored"), by=secretary)

    report = newest_report(crisis, radiology)
    assert (report.status, report.capacity, report.note) == ("restored", None, None)


def test_the_same_sheet_twice_is_written_once(crisis, radiology, secretary):
    line, moment = Line(service=radiology, status="vital", capacity=60), ago(4)

    first, second = (
        enter_sheet(crisis, [line], observed_at=moment, source=PAPER, lang="en", by=secretary) for _each in range(2)
    )

    assert (first.written, second.written) == ([radiology], [])
    assert (first.again, second.again) == ([], [radiology])
    assert StatusReport.objects.count() == 1


@pytest.mark.parametrize("earlier", [None, VITAL.changed(observed_at=ago(9))])
def test_a_suspended_line_with_its_reason_twice_is_written_once(earlier, crisis, laboratory, radiology, secretary):
    if earlier:
        report_status(crisis, laboratory, earlier, by=secretary)
    line, moment = Line(service=laboratory, status="suspended", remains="urgent", reason="Servers are down"), ago(4)
    enter_sheet(crisis, [line], observed_at=moment, source=PAPER, lang="en", by=secretary)
    report_status(crisis, laboratory, RESTORED.changed(observed_at=ago(1)), by=secretary)
    before = written()

    more = [line, Line(service=radiology, status="vital")]
    again = enter_sheet(crisis, more, observed_at=moment, source=PAPER, lang="en", by=secretary)

    assert (again.written, again.again) == ([radiology], [laboratory])
    assert written()["StatusReport"] == before["StatusReport"] + 1


def test_a_sheet_that_only_adds_a_note_leaves_why_a_service_is_suspended(crisis, laboratory, secretary):
    began = report_status(crisis, laboratory, ATTACKED.changed(observed_at=ago(8)), by=secretary)

    enter(crisis, Line(service=laboratory, note="Call first"), by=secretary)

    later = newest_report(crisis, laboratory)
    assert (later.reason, str(later.note)) == (began.reason, "Call first")


def test_another_reason_at_the_same_moment_is_refused(crisis, laboratory, secretary):
    line, moment = Line(service=laboratory, status="suspended", reason="Servers are down"), ago(4)
    enter_sheet(crisis, [line], observed_at=moment, source=PAPER, lang="en", by=secretary)
    before, other = written(), Line(service=laboratory, status="suspended", reason="Fire")

    with pytest.raises(SheetRefused) as refusal:
        enter_sheet(crisis, [other], observed_at=moment, source=PAPER, lang="en", by=secretary)
    assert "write it as a note" in str(refusal.value.lines[laboratory.key])
    assert written() == before


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"status": "suspended"}, "reason", "essential: say why"),
        ({"status": "suspended", "capacity": 50, "reason": "x"}, "capacity", "has no capacity"),
        ({"status": "vital", "remains": "x"}, "remains", "of a suspended service only"),
        ({"note": "x"}, "status", "Choose a status"),
        ({"status": "vital", "reason": "x"}, "reason", "write it as a note"),
    ],
)
def test_a_refused_line_is_named_and_no_line_of_the_sheet_is_written(
    wrong, field, sentence, crisis, radiology, laboratory, secretary
):
    before = written()

    with pytest.raises(SheetRefused, match="Nothing was written: correct the lines") as refusal:
        enter(crisis, Line(service=radiology, status="vital"), Line(service=laboratory, **wrong), by=secretary)

    (key, why), *more = refusal.value.lines.items()
    assert (key, why.field, more) == (laboratory.key, field, [])
    assert sentence in str(why)
    assert written() == before


def test_why_a_service_that_was_suspended_already_is_suspended_is_a_note(crisis, laboratory, secretary):
    report_status(crisis, laboratory, ATTACKED.changed(observed_at=ago(9)), by=secretary)
    before = written()

    with pytest.raises(SheetRefused):
        enter(crisis, Line(service=laboratory, status="suspended", reason="Other"), by=secretary)
    assert written() == before


def test_an_empty_sheet_the_future_and_a_foreign_service_are_refused(crisis, radiology, elsewhere, secretary, duty):
    before = written()

    for lines, hours, by in [
        ([Line(service=radiology)], 4, secretary),
        ([], 4, secretary),
        ([Line(service=radiology, status="vital")], -1, secretary),
        ([Line(service=radiology, status="vital")], 24 * 30, secretary),
        ([Line(service=radiology, status="vital"), Line(service=elsewhere, status="vital")], 4, duty),
    ]:
        with pytest.raises(RuleBroken):
            enter(crisis, *lines, hours=hours, by=by)
    assert written() == before


# The page.


@pytest.fixture
def at_desk(browser_of, secretary):
    return browser_of(secretary)


def address(crisis, site) -> str:
    return reverse("back_entry", args=[crisis.pk, site.pk])


def local(hours: float) -> str:
    return timezone.localtime(ago(hours)).strftime("%Y-%m-%dT%H:%M")


def typed(service=None, hours=4.0, **line):
    head = {"observed_at": local(hours), "source": PAPER}
    return head | ({f"service-{service.pk}-{name}": value for name, value in line.items()} if service else {})


def test_one_site_after_another_with_moment_and_source_typed_once(
    crisis, radiology, elsewhere, at_desk, arlon, libramont
):
    first = at_desk.post(address(crisis, arlon), typed(elsewhere, status="vital"), follow=True)
    page = first.content.decode()

    assert first.redirect_chain == [(address(crisis, libramont), 302)]
    assert "Arlon: 1 line is in the journal." in page
    assert f'value="{local(4)}"' in page
    assert f'value="{PAPER}"' in page
    last = at_desk.post(address(crisis, libramont), typed(radiology, status="restored"))
    assert last.url == reverse("board", args=[crisis.pk])
    assert {shown(crisis, elsewhere), shown(crisis, radiology)} == {"vital", "restored"}


def test_a_sheet_sent_twice_is_said_to_be_in_the_journal_already(crisis, radiology, laboratory, at_desk, libramont):
    sent = typed(radiology, status="vital") | typed(laboratory, status="suspended", reason="panne", remains="blood")
    first = at_desk.post(address(crisis, libramont), sent, follow=True)
    before = written()

    second = at_desk.post(address(crisis, libramont), sent, follow=True)

    assert [str(said) for said in first.context["messages"]] == ["Libramont: 2 lines are in the journal."]
    assert [str(said) for said in second.context["messages"]] == ["Libramont: 2 lines are in the journal already."]
    assert written() == before


def test_the_hour_that_comes_twice_is_asked_about_then_written_as_it_was(
    crisis, radiology, elsewhere, at_desk, libramont, arlon
):
    Crisis.objects.update(started_at=datetime(2022, 10, 29, tzinfo=UTC))
    sent = typed(elsewhere, status="vital") | {"observed_at": "2022-10-30T02:30"}
    before = written()

    asked = at_desk.post(address(crisis, arlon), sent)

    assert asked.status_code == 422
    assert "02:30 comes twice that night: choose which one it is." in asked.text
    assert '<select name="observed_at-offset"' in asked.text
    assert written() == before

    following = at_desk.post(address(crisis, arlon), sent | {"observed_at-offset": "+01:00"}, follow=True)

    assert newest_report(crisis, elsewhere).observed_at == datetime(2022, 10, 30, 1, 30, tzinfo=UTC)
    assert 'value="2022-10-30T02:30"' in following.text
    assert '<option value="+01:00" selected>' in following.text


def test_an_hour_that_the_clocks_jumped_over_is_refused_in_words(crisis, radiology, at_desk, libramont):
    Crisis.objects.update(started_at=datetime(2022, 3, 20, tzinfo=UTC))
    before = written()

    sent = typed(radiology, status="vital") | {"observed_at": "2022-03-27T02:30"}
    answer = at_desk.post(address(crisis, libramont), sent)

    assert answer.status_code == 422
    assert "There is no 02:30 that night, the clocks go forward: correct the moment." in answer.text
    assert written() == before


def test_the_page_lists_the_services_of_its_site_unchanged_with_what_the_board_says(
    crisis, radiology, laboratory, elsewhere, at_desk, libramont, secretary
):
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(2)), by=secretary)

    page = at_desk.get(address(crisis, libramont)).content.decode()

    assert page.count("<li data-was=") == 2
    assert page.count('<option value="" selected>unchanged</option>') == 2
    assert "On the board: Suspended, " in page
    assert 'aria-label="Status: Radiology"' in page


def test_older_than_what_is_shown_is_said_in_words(crisis, radiology, at_desk, libramont, secretary):
    report_status(crisis, radiology, RESTORED.changed(observed_at=ago(1)), by=secretary)

    page = at_desk.post(address(crisis, libramont), typed(radiology, status="suspended"), follow=True).content.decode()

    assert "Older than what is shown: noted in the journal, the board stays as it is. Radiology." in page
    assert shown(crisis, radiology) == "restored"


def test_a_refusal_stands_at_its_line_with_everything_that_was_typed(crisis, radiology, laboratory, at_desk, libramont):
    before = written()
    sent = typed(radiology, status="vital", note="By hand") | typed(laboratory, status="suspended", remains="blood")

    answer = at_desk.post(address(crisis, libramont), sent)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Nothing was written: correct the lines that are marked." in page
    assert "Laboratory (Libramont) is essential: say why it is suspended." in page.partition("data-refused")[2]
    assert page.count("data-refused") == 1
    for value in ("By hand", "blood", PAPER, local(4)):
        assert f'value="{value}"' in page
    assert '<option value="suspended" selected>' in page
    assert written() == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"observed_at": ""}, "This field is required."),
        ({"observed_at": "yesterday"}, "Enter a valid date/time."),
        ({"observed_at": "2099-01-01T04:00"}, "A sheet cannot be of the future: correct the moment."),
        ({"observed_at": "2001-01-01T04:00"}, "A sheet cannot be from before the crisis began: correct the moment."),
        ({"source": " "}, "This field is required."),
        ({"source": "x" * 501}, "at most 500 characters"),
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"capacity": "101"}, "less than or equal to 100"),
        ({"status": "green"}, "Select a valid choice"),
        ({"note": "x" * 501}, "at most 500 characters"),
        ({"status": ""}, "Nothing is filled in: write at least one line, or go on to another site."),
    ],
)
def test_bad_input_is_refused_in_words_and_writes_nothing(changed, sentence, crisis, radiology, at_desk, libramont):
    before = written()
    names = {name: name if name in ("observed_at", "source") else f"service-{radiology.pk}-{name}" for name in changed}
    sent = typed(radiology, status="vital") | {names[name]: value for name, value in changed.items()}

    answer = at_desk.post(address(crisis, libramont), sent)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert written() == before


def test_who_answers_for_a_site_enters_it_and_sees_no_other(
    crisis, radiology, elsewhere, browser_of, duty, arlon, libramont
):
    client = browser_of(duty)

    page = client.get(address(crisis, libramont)).content.decode()
    papers = client.get(reverse("paper", args=[crisis.pk])).content.decode()

    assert address(crisis, arlon) not in page + papers
    assert address(crisis, libramont) in papers
    assert client.get(address(crisis, arlon)).status_code == 422
    assert client.post(address(crisis, libramont), typed(radiology, status="vital")).status_code == 302


def test_a_line_of_another_site_is_not_read(crisis, radiology, elsewhere, at_desk, libramont):
    at_desk.post(address(crisis, libramont), typed(radiology, status="vital") | typed(elsewhere, status="vital"))

    assert (shown(crisis, radiology), shown(crisis, elsewhere)) == ("vital", "not_assessed")


def test_who_reports_nothing_is_told_so_and_offered_nothing(crisis, radiology, browser_of, observer, libramont):
    client = browser_of(observer)

    answer = client.get(address(crisis, libramont))

    assert answer.status_code == 422
    assert "Your role does not change this service" in answer.content.decode()
    assert "Type in" not in client.get(reverse("paper", args=[crisis.pk])).content.decode()


def test_a_closed_crisis_takes_no_sheet(crisis, radiology, at_desk, libramont):
    close_crisis(crisis, by=None)
    before = written()

    assert at_desk.get(address(crisis, libramont)).status_code == 422
    answer = at_desk.post(address(crisis, libramont), typed(radiology, status="vital"))

    assert "This crisis is closed: nothing more can be written in it." in answer.content.decode()
    assert "Type in" not in at_desk.get(reverse("paper", args=[crisis.pk])).content.decode()
    assert written() == before


def test_a_site_without_services_and_one_that_is_not_there_are_404(crisis, radiology, at_desk, arlon):
    assert at_desk.get(address(crisis, arlon)).status_code == 404
    assert at_desk.get(reverse("back_entry", args=[crisis.pk, 99])).status_code == 404


def test_moment_and_source_of_one_crisis_are_not_offered_in_another(crisis, radiology, at_desk, libramont, secretary):
    at_desk.post(address(crisis, libramont), typed(radiology, status="vital"))
    other = declare_crisis("Flood", started_at=ago(30), by=None)
    grant_role(secretary, "secretary", other, by=None)

    assert PAPER not in at_desk.get(address(other, libramont)).content.decode().replace(f'placeholder="{PAPER}"', "")


def test_a_page_costs_the_same_queries_at_any_size(crisis, radiology, at_desk, libramont, django_assert_num_queries):
    at_desk.get(address(crisis, libramont))
    with django_assert_num_queries(12):
        at_desk.get(address(crisis, libramont))
    for number in range(10):
        activity = Activity.objects.create(key=f"a{number}", names={"": f"A{number}"}, order=5)
        Service.objects.create(activity=activity, site=libramont)
    Site.objects.create(key="empty", names={"": "Empty"})

    with django_assert_num_queries(12):
        at_desk.get(address(crisis, libramont))
    assert not JournalEntry.objects.filter(book__crisis=crisis).exists()
