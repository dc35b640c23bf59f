"""The board's pages: who sees what, what a refusal looks like, and how many queries it costs."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crisis.models import Crisis
from crisis.writes import close_crisis, withdraw_role
from services.models import Activity, Service, StatusReport
from services.writes import report_status
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, ago, written

HTMX = {"HX-Request": "true"}


@pytest.fixture
def at_desk(browser_of, secretary) -> Client:
    return browser_of(secretary)


def board_url(crisis, **query) -> str:
    return reverse("board", args=[crisis.pk], query=query)


def post(client: Client, name: str, crisis, pk: int, data=None, **headers):
    return client.post(reverse(name, args=[crisis.pk, pk]), data or {}, headers=headers or None)


def without_token(answer) -> str:
    return re.sub(r"[A-Za-z0-9]{64}", "", answer.content.decode())


def test_who_is_not_signed_in_goes_to_the_door_and_comes_back(crisis, radiology):
    answer = Client().get(board_url(crisis))

    assert (answer.status_code, answer.url) == (302, f"/sign-in/?next={board_url(crisis)}")


def test_an_htmx_request_whose_session_ended_is_told_so_by_a_header(crisis, radiology):
    before = written()

    answer = post(Client(), "report", crisis, radiology.pk, {"status": "vital"}, **HTMX)

    assert answer["HX-Redirect"] == "/sign-in/"
    assert written() == before


def test_a_crisis_of_others_and_one_that_does_not_exist_are_the_same_404(crisis, radiology, browser_of, outsider):
    theirs, nowhere = (browser_of(outsider).get(f"/crises/{pk}/") for pk in (crisis.pk, 99999))

    assert theirs.status_code == nowhere.status_code == 404
    assert without_token(theirs) == without_token(nowhere).replace("99999", str(crisis.pk))


def test_a_person_whose_role_was_withdrawn_no_longer_finds_the_crisis(crisis, browser_of, observer):
    withdraw_role(observer.memberships.get(), by=None)

    assert browser_of(observer).get(board_url(crisis)).status_code == 404


@pytest.mark.parametrize(
    "role", ["director", "medical", "secretary", "communications", "it", "duty", "ward", "observer"]
)
def test_every_role_sees_the_board(role, request, crisis, radiology, browser_of):
    answer = browser_of(request.getfixturevalue(role)).get(board_url(crisis))

    assert answer.status_code == 200
    assert b"Radiology" in answer.content


@pytest.mark.parametrize(
    ("role", "may"),
    [("director", True), ("medical", True), ("secretary", True), ("duty", True), ("communications", False), ("it", False),
     ("ward", False), ("observer", False)],
)  # fmt: skip
def test_only_who_may_report_gets_the_form_and_is_written_down(role, may, request, crisis, radiology, browser_of):
    client = browser_of(request.getfixturevalue(role))
    before = written()

    page = client.get(reverse("service", args=[crisis.pk, radiology.pk])).content.decode()
    answer = post(client, "report", crisis, radiology.pk, {"status": "vital"})

    assert ("report-form" in page) == may
    assert answer.status_code == (302 if may else 422)
    assert (written() != before) == may


def test_a_service_without_a_report_is_not_assessed_and_never_green(crisis, radiology, at_desk):
    page = at_desk.get(board_url(crisis)).content.decode()

    assert f'id="service-{radiology.pk}" class="status tile" data-status="not_assessed"' in page
    assert 'data-status="vital"' not in page.split('<table class="matrix"')[1].split("</table>")[0]


def test_a_report_comes_back_as_its_tile_with_its_number_and_an_undo(crisis, radiology, at_desk):
    answer = post(at_desk, "report", crisis, radiology.pk, {"status": "suspended", "remains": "urgences"}, **HTMX)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert f'id="service-{radiology.pk}" class="status tile" data-status="suspended"' in page
    assert "written in the journal, no. 1." in page
    assert reverse("undo", args=[crisis.pk, StatusReport.objects.get().pk]) in page


def test_without_javascript_a_report_leads_to_the_page_of_the_service(crisis, radiology, at_desk):
    answer = at_desk.post(
        reverse("report", args=[crisis.pk, radiology.pk]), {"status": "vital", "capacity": "80"}, follow=True
    )

    assert answer.redirect_chain == [(reverse("service", args=[crisis.pk, radiology.pk]), 302)]
    assert "Radiology (Libramont): written in the journal." in answer.content.decode()
    assert "80 %" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"status": ""}, "This field is required."),
        ({"status": "broken"}, "Select a valid choice. broken is not one of the available choices."),
        ({"status": "vital", "capacity": "0"}, "Capacity is a percentage from 1 to 100"),
        ({"status": "vital", "capacity": "101"}, "Capacity is a percentage from 1 to 100"),
        ({"status": "vital", "capacity": "half"}, "Enter a whole number."),
        ({"status": "suspended", "capacity": "50"}, "A suspended service has no capacity"),
        ({"status": "vital", "expected_back": "soon"}, "Enter a valid date."),
        ({"status": "vital", "observed_at": "2999-01-01T10:00"}, "cannot be observed in the future"),
        ({"status": "vital", "observed_at": "1999-01-01T10:00"}, "cannot be observed before the crisis began"),
        ({"status": "vital", "note": "x" * 501}, "at most 500 characters"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_is_kept(
    typed, sentence, headers, crisis, radiology, at_desk
):
    before = written()
    typed = {"source": "typed before the refusal", **typed}

    answer = post(at_desk, "report", crisis, radiology.pk, typed, **headers)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in page
    assert "typed before the refusal" in page
    assert written() == before


def test_the_same_facts_again_offer_to_confirm(crisis, radiology, secretary, at_desk):
    report_status(crisis, radiology, VITAL, by=secretary)

    answer = post(at_desk, "report", crisis, radiology.pk, {"status": "vital"}, **HTMX)

    assert answer.status_code == 422
    assert "confirm it instead" in answer.content.decode()
    assert reverse("confirm", args=[crisis.pk, radiology.pk]) in answer.content.decode()


def test_an_essential_service_asks_for_its_reason_at_the_field(crisis, laboratory, at_desk):
    answer = post(at_desk, "report", crisis, laboratory.pk, {"status": "suspended"}, **HTMX)

    assert answer.status_code == 422
    assert "Laboratory (Libramont) is essential: say why it is suspended." in answer.content.decode()


def test_a_late_entry_asks_whether_it_is_still_so_and_takes_the_answer(crisis, radiology, secretary, at_desk):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(1)), by=secretary)
    late = {"status": "restored", "observed_at": timezone.localtime(ago(2)).strftime("%Y-%m-%dT%H:%M")}

    asked = post(at_desk, "report", crisis, radiology.pk, late, **HTMX)
    page = asked.content.decode()
    answered = post(at_desk, "report", crisis, radiology.pk, late | {"still_so": "unknown"}, **HTMX)

    assert asked.status_code == 422
    assert "is what you saw before still so now?" in page
    assert 'name="still_so" value="yes"' in page
    assert answered.status_code == 200
    assert "To verify" in answered.content.decode()
    assert 'data-status="vital"' in answered.content.decode()


def test_a_closed_crisis_refuses_in_words(crisis, radiology, at_desk):
    close_crisis(crisis, by=None)
    before = written()

    answer = post(at_desk, "report", crisis, radiology.pk, {"status": "vital"})

    assert answer.status_code == 422
    assert "This crisis is closed: nothing more can be written in it." in answer.content.decode()
    assert written() == before


def test_a_refused_confirmation_is_a_piece_for_htmx_and_json_for_programs(crisis, radiology, at_desk):
    url = reverse("confirm", args=[crisis.pk, radiology.pk])

    piece = at_desk.post(url, headers=HTMX)
    told = at_desk.post(url, headers={"Accept": "application/json"})
    page = at_desk.post(url)

    assert (piece.status_code, piece["HX-Retarget"]) == (422, "#refusal")
    assert 'role="alert">Radiology (Libramont) was never assessed' in piece.content.decode()
    assert told.status_code == 422
    assert told.json()["refused"].startswith("Radiology (Libramont) was never assessed")
    assert page.status_code == 422
    assert "Nothing was written." in page.content.decode()


def test_confirming_and_undoing_are_written_and_said(crisis, radiology, secretary, at_desk):
    first = report_status(crisis, radiology, VITAL.changed(observed_at=ago(20)), by=secretary)
    second = report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(10)), by=secretary)

    confirmed = post(at_desk, "confirm", crisis, radiology.pk, {"source": "by phone"}, **HTMX)
    refused = post(at_desk, "undo", crisis, second.pk, **HTMX)
    undone = post(at_desk, "undo", crisis, StatusReport.objects.latest("seq").pk, **HTMX)

    assert confirmed.status_code == undone.status_code == 200
    assert refused.status_code == 422
    assert "was reported again since" in refused.content.decode()
    assert list(StatusReport.objects.order_by("seq").values_list("status", flat=True)) == [
        first.status, "suspended", "suspended", "suspended",
    ]  # fmt: skip


def test_a_whole_site_is_confirmed_by_one_button(crisis, radiology, laboratory, secretary, at_desk):
    for service in (radiology, laboratory):
        report_status(crisis, service, VITAL.changed(observed_at=ago(20)), by=secretary)

    answer = at_desk.post(
        reverse("confirm_site", args=[crisis.pk, radiology.site_id]), {"source": "head nurse"}, follow=True
    )

    assert "Libramont: 2 statuses confirmed." in answer.content.decode()
    assert StatusReport.objects.count() == 4


def test_an_alarm_stands_on_every_page_until_somebody_of_the_cell_has_seen_it(
    crisis, laboratory, radiology, secretary, at_desk, browser_of, ward
):
    report = report_status(crisis, laboratory, ATTACKED, by=secretary)
    report_status(crisis, laboratory, ATTACKED.changed(note="still down"), by=secretary)
    pages = [
        board_url(crisis),
        board_url(crisis, at=timezone.localtime(ago(1)).strftime("%Y-%m-%dT%H:%M")),
        reverse("service", args=[crisis.pk, radiology.pk]),
        reverse("journal", args=[crisis.pk]),
        reverse("members", args=[crisis.pk]),
        reverse("choose", args=[crisis.pk]),
    ]
    alarm = "Laboratory (Libramont) is suspended: an essential service."

    assert all(alarm in at_desk.get(page).content.decode() for page in pages)
    seen = reverse("acknowledge", args=[crisis.pk, report.pk])
    assert seen in at_desk.get(reverse("service", args=[crisis.pk, laboratory.pk])).content.decode()
    assert browser_of(ward).post(seen).status_code == 422
    assert alarm in at_desk.get(pages[0]).content.decode()
    assert at_desk.post(seen).status_code == 302
    assert all(alarm not in at_desk.get(page).content.decode() for page in pages)


def test_an_alarm_of_what_runs_again_says_so_and_stays_until_somebody_has_seen_it(
    crisis, laboratory, secretary, at_desk
):
    report = report_status(crisis, laboratory, ATTACKED, by=secretary)
    report_status(crisis, laboratory, VITAL, by=secretary)

    board = at_desk.get(board_url(crisis)).content.decode()
    assert "Laboratory (Libramont) was suspended and runs again: an essential service." in board
    assert "is suspended: an essential service." not in board
    page = at_desk.get(reverse("service", args=[crisis.pk, laboratory.pk])).content.decode()
    assert "Alarm: an essential service was suspended; it runs again." in page
    at_desk.post(reverse("acknowledge", args=[crisis.pk, report.pk]))
    assert "runs again" not in at_desk.get(board_url(crisis)).content.decode()


def test_words_typed_by_a_person_are_never_markup(crisis, radiology, secretary, at_desk):
    evil = '<script>alert("x")</script><img src=x onerror=1>'
    report_status(
        crisis,
        radiology,
        SUSPENDED.changed(note=evil, remains=evil, source=evil, reason=evil, public_note=evil),
        by=secretary,
    )

    for page in [
        board_url(crisis),
        reverse("service", args=[crisis.pk, radiology.pk]),
        reverse("journal", args=[crisis.pk]),
    ]:
        shown = at_desk.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "&lt;script&gt;alert" in shown


def test_the_source_and_the_reason_are_for_who_reads_the_journal(
    crisis, radiology, secretary, at_desk, browser_of, ward
):
    report_status(crisis, radiology, SUSPENDED.changed(source="the head nurse", reason="flooded"), by=secretary)
    url = reverse("service", args=[crisis.pk, radiology.pk])

    assert "the head nurse" in at_desk.get(url).content.decode()
    assert "the head nurse" not in browser_of(ward).get(url).content.decode()
    assert "flooded" not in browser_of(ward).get(url).content.decode()
    form = browser_of(ward).get(reverse("change", args=[crisis.pk, radiology.pk]), HTTP_HX_REQUEST="true")
    assert "flooded" not in form.text


def test_the_board_steps_through_the_hour_that_comes_twice_without_leaving_it_out(
    crisis, radiology, at_desk, secretary
):
    Crisis.objects.update(started_at=datetime(2022, 10, 29, tzinfo=UTC))
    first, second = (datetime(2022, 10, 30, hour, 30, tzinfo=UTC) for hour in (0, 1))
    for moment, facts in [(first, VITAL), (second, SUSPENDED)]:
        report_status(crisis, radiology, facts.changed(observed_at=moment), by=secretary)

    asked = at_desk.get(board_url(crisis, at="2022-10-30T02:30"))
    assert asked.status_code == 422
    assert '<select name="at-offset"' in asked.text
    page = at_desk.get(board_url(crisis, at="2022-10-30T02:30") + "&at-offset=%2B01:00")
    assert page.context["board"].moment == second
    (back,) = re.findall(r'href="(\?at=[^"]*)">←', page.text)
    before = at_desk.get(reverse("board", args=[crisis.pk]) + back.replace("&amp;", "&"))
    assert before.context["board"].moment == first
    assert [tile.status for tile in before.context["board"].tiles] == ["vital"]
    hidden = re.findall(r'<input type="hidden" name="at" value="([^"]*)">', before.text)
    assert hidden == ["2022-10-30T02:30:00+02:00"]


def test_the_board_of_a_past_moment_says_so_is_not_live_and_steps_from_change_to_change(
    crisis, radiology, secretary, at_desk
):
    for hours, facts in [(30, VITAL), (20, SUSPENDED), (10, RESTORED)]:
        report_status(crisis, radiology, facts.changed(observed_at=ago(hours)), by=secretary)

    answer = at_desk.get(board_url(crisis, at=timezone.localtime(ago(15)).strftime("%Y-%m-%dT%H:%M")))
    page = answer.content.decode()

    assert 'data-status="suspended"' in page
    assert "Situation of the past" in page
    assert "ws-connect" not in page
    assert "change before" in page
    assert "change after" in page
    assert answer.context["before"] < answer.context["at"] < answer.context["after"]


def test_what_the_cell_knew_then_leaves_out_what_was_typed_later(crisis, radiology, secretary, at_desk):
    at = timezone.localtime(ago(1)).strftime("%Y-%m-%dT%H:%M")
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(5)), by=secretary)

    then = at_desk.get(board_url(crisis, at=at, known="on")).context["board"]
    now = at_desk.get(board_url(crisis, at=at)).context["board"]

    assert then.counts["suspended"] == 0
    assert now.counts["suspended"] == 1


@pytest.mark.parametrize("query", [{"at": "yesterday"}, {"at": "2999-01-01T00:00"}, {"status": "green"}, {"site": "x"}])
def test_a_board_that_cannot_be_shown_is_422_with_a_sentence(query, crisis, radiology, at_desk):
    answer = at_desk.get(board_url(crisis, **query))

    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode() or "site" in query or "status" in query


def test_one_site_shows_only_its_services(crisis, laboratory, elsewhere, at_desk):
    page = at_desk.get(board_url(crisis, site=elsewhere.site_id)).content.decode()

    assert f"service-{elsewhere.pk}" in page
    assert f"service-{laboratory.pk}" not in page


def test_choosing_a_service_leads_to_its_form(crisis, radiology, laboratory, at_desk, browser_of, ward):
    choices = at_desk.get(reverse("choose", args=[crisis.pk])).content.decode()
    chosen = at_desk.get(reverse("choose", args=[crisis.pk], query={"service": radiology.pk}), headers=HTMX)
    wrong = at_desk.get(reverse("choose", args=[crisis.pk], query={"service": 999}), headers=HTMX)

    assert '<optgroup label="Libramont">' in choices
    assert "report-form" in chosen.content.decode()
    assert wrong.status_code == 422


def test_the_form_is_filled_with_what_the_board_says(crisis, radiology, secretary, at_desk):
    report_status(crisis, radiology, VITAL.changed(capacity=55, note="two rooms"), by=secretary)

    page = at_desk.get(reverse("change", args=[crisis.pk, radiology.pk]), headers=HTMX).content.decode()

    assert 'name="capacity" value="55"' in page
    assert 'value="two rooms"' in page


def test_a_service_of_another_crisis_cannot_be_undone_from_here(crisis, radiology, at_desk):
    assert post(at_desk, "undo", crisis, 12345).status_code == 404
    assert post(at_desk, "report", crisis, 12345, {"status": "vital"}).status_code == 404
    assert post(at_desk, "acknowledge", crisis, 12345).status_code == 404


def test_an_empty_registry_says_what_to_do(crisis, at_desk):
    assert "No service is known yet" in at_desk.get(board_url(crisis)).content.decode()


def test_an_exercise_is_stamped_on_every_page(crisis, radiology, at_desk):
    type(crisis).objects.update(is_exercise=True)

    for page in [
        board_url(crisis),
        reverse("journal", args=[crisis.pk]),
        reverse("service", args=[crisis.pk, radiology.pk]),
    ]:
        assert '<p class="exercise" role="status">EXERCISE</p>' in at_desk.get(page).content.decode()


@pytest.mark.parametrize("name", ["board", "service"])
def test_ten_times_the_services_cost_no_query_more(name, crisis, radiology, secretary, at_desk):
    def cost() -> int:
        args = [crisis.pk] if name == "board" else [crisis.pk, radiology.pk]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert at_desk.get(reverse(name, args=args)).status_code == 200
        return len(queries)

    report_status(
        crisis, radiology, SUSPENDED.changed(note="a", remains="b", source="c", observed_at=ago(30)), by=secretary
    )
    cost()
    one = cost()
    for n in range(10):
        activity = Activity.objects.create(key=f"more-{n}", names={"": f"More {n}"}, order=n)
        service = Service.objects.create(activity=activity, site=radiology.site)
        report_status(crisis, service, VITAL.changed(note=f"n{n}", source="s"), by=secretary)
        report_status(crisis, radiology, VITAL.changed(capacity=n + 1, observed_at=ago(20 - n)), by=secretary)

    assert cost() <= one


def test_a_page_answers_the_methods_it_has_and_no_others(crisis, radiology, at_desk):
    assert at_desk.get(reverse("report", args=[crisis.pk, radiology.pk])).status_code == 405
    assert at_desk.post(board_url(crisis)).status_code == 405


def test_the_home_page_leads_to_the_open_crisis_or_says_that_there_is_none(crisis, at_desk, browser_of, outsider):
    assert at_desk.get("/").url == board_url(crisis)
    assert "No crisis is open for you." in browser_of(outsider).get("/").content.decode()


def test_the_age_of_a_fact_is_readable_without_a_mouse(crisis, radiology, secretary, at_desk):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(5)), by=secretary)

    page = at_desk.get(board_url(crisis)).content.decode()

    moment = StatusReport.objects.get().observed_at.isoformat()
    assert f'<time datetime="{moment}" data-age="">' in page
