"""A form turns what was typed into facts; rules live in the verbs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from services.facts import Facts
from services.forms import AsOfForm, ChooseForm, ReportForm
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL

BRUSSELS = ZoneInfo("Europe/Brussels")


def facts(**typed: str) -> Facts:
    form = ReportForm({"status": "vital", **typed})
    assert form.is_valid(), form.errors
    return form.facts()


def test_what_was_typed_becomes_facts():
    with timezone.override(BRUSSELS), translation.override("nl"):
        said = facts(
            capacity="55", paper="on", isolated="on", note="two rooms", public_note="call first", expected_back="2026-12-24",
            source="head nurse", to_verify="on", observed_at="2026-11-20T07:30",
        )  # fmt: skip

    assert said == Facts(
        status="vital", capacity=55, paper=True, isolated=True, note="two rooms", public_note="call first",
        expected_back=date(2026, 12, 24), to_verify=True,
    )  # fmt: skip
    assert (said.source, said.lang) == ("head nurse", "nl")
    assert said.observed_at == datetime(2026, 11, 20, 7, 30, tzinfo=BRUSSELS)


def test_nothing_typed_is_nothing_said_and_now():
    assert facts() == Facts(status="vital")
    assert facts().observed_at is None


@pytest.mark.parametrize(
    ("typed", "remains"),
    [
        ({"status": "suspended"}, None),
        ({"status": "suspended", "remains": "emergencies"}, "emergencies"),
        ({"status": "suspended", "remains_nothing": "on"}, ""),
        ({"status": "suspended", "remains": "emergencies", "remains_nothing": "on"}, ""),
        ({"status": "vital", "remains": "left over from before"}, None),
        ({"status": "restored", "remains_nothing": "on"}, None),
    ],
)
def test_what_remains_is_a_text_nothing_or_not_known_and_only_of_a_suspended_service(typed, remains):
    assert facts(**typed).remains == remains


@pytest.mark.parametrize(("status", "reason"), [("suspended", "flood"), ("vital", ""), ("restored", "")])
def test_why_is_kept_of_a_suspended_service_only(status, reason):
    assert facts(status=status, reason="flood").reason == reason


def test_the_form_shows_what_the_board_says_but_not_its_moment_and_source(crisis, radiology, secretary):
    said = SUSPENDED.changed(remains="emergencies", note="n", source="head nurse", reason="r")
    initial = ReportForm.showing(report_status(crisis, radiology, said, by=secretary)).initial

    assert (initial["status"], initial["remains"], initial["note"]) == ("suspended", "emergencies", "n")
    assert not {"observed_at", "source", "reason"} & set(initial)
    assert ReportForm.showing(None).initial == {}


def test_what_the_form_shows_typed_back_is_nothing_new(crisis, radiology, secretary):
    report = report_status(
        crisis, radiology, VITAL.changed(capacity=70, note="n", expected_back=date(2027, 1, 2)), by=secretary
    )
    shown = {name: value for name, value in ReportForm.showing(report).initial.items() if value not in (None, False)}

    form = ReportForm({name: str(value) for name, value in shown.items()})

    assert form.is_valid()
    assert form.facts() == Facts.of(report)


@pytest.mark.parametrize("at", ["2022-05-25T12:00", "2022-05-25T12:00:30", "2022-05-25 12:00"])
def test_a_past_moment_is_read_in_the_zone_of_the_organisation(at):
    with timezone.override(BRUSSELS):
        form = AsOfForm({"at": at})

        assert form.is_valid()
        assert form.cleaned_data["at"].utcoffset().total_seconds() == 7200


@pytest.mark.parametrize("typed", [{"at": "x"}, {"at": "2999-01-01T00:00"}, {"site": "x"}, {"status": "green"}])
def test_a_board_that_cannot_be_is_refused(typed):
    assert not AsOfForm(typed).is_valid()


def test_services_to_choose_from_stand_under_their_site(radiology, laboratory, elsewhere):
    choices = ChooseForm([radiology, laboratory, elsewhere]).fields["service"].choices

    assert choices == [
        ("Arlon", [(elsewhere.pk, "Laboratory")]),
        ("Libramont", [(radiology.pk, "Radiology"), (laboratory.pk, "Laboratory")]),
    ]
    assert not ChooseForm([radiology], {"service": laboratory.pk}).is_valid()
    assert ChooseForm([radiology], {"service": radiology.pk}).is_valid()
