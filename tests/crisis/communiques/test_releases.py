"""Releasing what the public reads: what was read is what is released, by a second person, in one entry."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from crisis import triggers
from crisis.communiques.models import Release
from crisis.communiques.public import serve
from crisis.communiques.public.state import situation_of
from crisis.communiques.releases import release_answers
from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.models import JournalEntry
from crisis.verify import verify
from crisis.writes import close_crisis, countersign
from services.models import Activity, Service
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, VITAL, ago, chain_holds, person
from tests.cast import written as rows
from tests.crisis.communiques.public_cast import digest_now, measure, release, rule

RADIOLOGY, LABORATORY = "radiologie@libramont", "laboratoire@libramont"


def written() -> dict[str, int]:
    return rows() | {"Release": Release.objects.count()}


def test_a_release_is_one_entry_that_says_how_many_answers_read_differently(
    crisis, radiology, laboratory, secretary, medical
):
    report_status(crisis, radiology, VITAL, by=secretary)
    before = JournalEntry.objects.count()

    made = release(crisis, by=medical)

    assert JournalEntry.objects.count() == before + 1
    assert (made.entry.verb, made.entry.actor, made.entry.data["changed"]) == ("answers.released", medical, [RADIOLOGY])
    assert made.entry.data["digest"] == made.digest
    ((_entry, sentence, texts),) = sentences([made.entry])
    assert (sentence, texts) == ("Released to the public: 1 answer reads differently.", [])
    assert chain_holds(crisis.book)
    assert verify().fault == ""


def test_what_changed_since_it_was_read_is_not_released(crisis, radiology, secretary, medical):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(1)), by=secretary)
    read = digest_now(crisis)
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    before = written()

    with pytest.raises(RuleBroken, match="have changed meanwhile: read again"):
        release_answers(crisis, read, by=medical)
    assert written() == before


def test_what_patients_read_already_is_not_released_again(crisis, radiology, secretary, medical):
    report_status(crisis, radiology, VITAL, by=secretary)
    release(crisis, by=medical)
    before = written()

    with pytest.raises(RuleBroken, match="nothing waits to be released"):
        release(crisis, by=medical)
    assert written() == before


@pytest.mark.parametrize("role", ["secretary", "communications", "it", "observer"])
def test_others_do_not_release(role, crisis, radiology):
    report_status(crisis, radiology, VITAL, by=None)
    other, before = person("other", role, crisis), written()

    with pytest.raises(RuleBroken, match="Only the medical direction and the director release"):
        release(crisis, by=other)
    assert written() == before


def test_nothing_is_released_in_a_closed_crisis(crisis, radiology, director):
    report_status(crisis, radiology, VITAL, by=None)
    close_crisis(crisis, by=director)
    before = written()

    with pytest.raises(RuleBroken, match="closed"):
        release(crisis, by=director)
    assert written() == before


def test_who_reported_it_needs_a_second_person(crisis, radiology, laboratory, secretary, director, medical):
    report_status(crisis, laboratory, VITAL, by=secretary)
    report_status(crisis, radiology, VITAL, by=director)
    before = written()

    with pytest.raises(RuleBroken, match="needs a second person") as refusal:
        release(crisis, by=director)
    assert (refusal.value.field, refusal.value.offer) == ("alone_because", "alone")
    assert written() == before

    assert release(crisis, by=medical).entry.data.get("alone") is None


def test_one_answer_that_somebody_else_has_a_part_in_is_theirs_to_release(crisis, radiology, secretary, director):
    report_status(crisis, radiology, SUSPENDED, by=director)
    measure(crisis, text="No examinations", activities=["radiologie"], attendance="stay", by=secretary)

    assert release(crisis, by=director).content["answers"][RADIOLOGY]["answer"] == "stay"


def test_who_reported_what_makes_people_come_does_not_release_it_whoever_decided_the_measure(
    crisis, radiology, secretary, director, medical
):
    measure(crisis, text="Come", activities=["radiologie"], attendance="come", by=secretary)
    report_status(crisis, radiology, RESTORED, by=director)
    before = written()

    with pytest.raises(RuleBroken, match="needs a second person"):
        release(crisis, by=director)
    assert written() == before

    assert release(crisis, by=medical).content["answers"][RADIOLOGY]["answer"] == "kept"


def test_what_was_released_before_asks_nobody_again(crisis, radiology, laboratory, secretary, director, medical):
    report_status(crisis, radiology, VITAL, by=director)
    release(crisis, by=medical)
    report_status(crisis, laboratory, VITAL, by=secretary)

    assert release(crisis, by=director).entry.data["changed"] == [LABORATORY]


def test_alone_with_a_reason_is_flagged_until_somebody_countersigns(crisis, radiology, medical, director):
    report_status(crisis, radiology, VITAL, by=medical)

    made = release(crisis, by=medical, alone_because="Night, nobody answers")

    ((_entry, sentence, texts),) = sentences([made.entry])
    assert sentence == "Released to the public, alone: 1 answer reads differently. Night, nobody answers"
    assert [str(text) for text in texts] == ["Night, nobody answers"]
    countersign(made.entry, by=director)
    assert made.entry.countersignature.by_entry.actor == director
    assert verify().fault == ""


def test_a_wrong_click_changes_nothing_until_somebody_else_releases_it(
    crisis, radiology, laboratory, secretary, director, medical, browser_of, client, monkeypatch
):
    monkeypatch.setattr(serve, "TRUSTED", 0)
    for service in (radiology, laboratory):
        report_status(crisis, service, SUSPENDED.changed(observed_at=ago(2), reason="Attack"), by=secretary)
    measure(crisis, text="Closed", activities=["radiologie"], attendance="stay", by=secretary)
    release(crisis, by=medical)
    pages = ["/public/en/?site=libramont&kind=radiologie", "/public/en/print/", "/public/status.json"]
    before = [client.get(page).content for page in pages]

    for service in (radiology, laboratory):
        report_status(crisis, service, RESTORED, by=director)

    assert (rule(crisis, RADIOLOGY), rule(crisis, LABORATORY)) == ("stay", "call")
    assert [client.get(page).content for page in pages] == before
    refused = browser_of(director).post(
        reverse("release_answers", args=[crisis.pk]), {"digest": digest_now(crisis), "alone_because": ""}
    )
    assert refused.status_code == 422
    assert "This needs a second person." in refused.content.decode()
    assert rule(crisis, LABORATORY) == "call"
    release(crisis, by=medical)
    assert rule(crisis, LABORATORY) == "kept"


def test_a_service_that_fails_changes_the_page_at_once_and_release_brings_it_back(
    crisis, radiology, secretary, medical, browser_of
):
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(2)), by=secretary)
    release(crisis, by=medical)
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(1)), by=secretary)
    browser = browser_of(medical)

    page = browser.get(reverse("public_answers", args=[crisis.pk])).content.decode()

    assert "it got worse after it was released" in page
    assert reverse("service", args=[crisis.pk, radiology.pk]) in page
    assert "Nothing waits: patients read what the board and the measures say." in page
    report_status(crisis, radiology, RESTORED, by=secretary)
    page = browser.get(reverse("public_answers", args=[crisis.pk])).content.decode()
    assert "1 answer reads differently" in page
    sent = browser.post(reverse("release_answers", args=[crisis.pk]), {"digest": digest_now(crisis)})
    assert (sent.status_code, sent["Location"]) == (302, reverse("public_answers", args=[crisis.pk]))
    assert rule(crisis, RADIOLOGY) == "kept"


def test_the_call_centre_reads_word_for_word_what_the_public_reads(crisis, radiology, secretary, medical, browser_of):
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    measure(crisis, text="Examens annulés", activities=["radiologie"], attendance="stay", advice="Un SMS suit.")
    release(crisis, by=medical)

    page = browser_of(secretary).get(reverse("call_sheet", args=[crisis.pk, "en"])).content.decode()

    assert "Radiology, Libramont: is my appointment kept?" in page
    for said in (
        "Cancelled, except in an emergency",
        "Do not come unless we call you.",
        "Examens annulés",
        "Un SMS suit.",
    ):
        assert said in page
    assert browser_of(secretary).get(reverse("call_sheet", args=[crisis.pk, "it"])).status_code == 404


def test_who_answers_the_phone_is_never_told_to_call_that_phone(
    crisis, organisation, radiology, laboratory, secretary, medical, browser_of, client
):
    organisation.public_phone = "0800 11 222"
    organisation.save()
    report_status(crisis, laboratory, VITAL, by=secretary)
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    measure(crisis, text="Examens reportés", activities=["radiologie"])
    release(crisis, by=medical)
    number = "0800\u00a011\u00a0222"
    assert number in client.get("/public/en/answers/libramont/").content.decode()

    page = browser_of(secretary).get(reverse("call_sheet", args=[crisis.pk, "en"])).content.decode()

    assert (rule(crisis, RADIOLOGY), rule(crisis, LABORATORY)) == ("call", "kept")
    assert number not in page
    assert "0800 11 222" not in page
    assert "before you leave home" not in page
    assert page.count("Not confirmed: ask the crisis cell before you answer") == 1
    assert "Examens reportés" in page
    assert "This service goes on." in page


def test_who_answers_the_phone_still_sends_an_emergency_to_112(crisis, laboratory, secretary, browser_of):
    page = browser_of(secretary).get(reverse("call_sheet", args=[crisis.pk, "en"])).content.decode()

    assert rule(crisis, LABORATORY) == "call"
    assert "In a life-threatening emergency, call 112." in page


@pytest.mark.parametrize("count", [1, 10])
def test_the_page_costs_the_same_with_one_service_and_with_ten(
    count, crisis, radiology, secretary, medical, browser_of, django_assert_max_num_queries
):
    for number in range(count - 1):
        activity = Activity.objects.create(key=f"a{number}", names={"": f"A{number}"}, order=9)
        report_status(crisis, Service.objects.create(activity=activity, site=radiology.site), VITAL, by=secretary)
    report_status(crisis, radiology, VITAL, by=secretary)
    browser = browser_of(medical)

    with django_assert_max_num_queries(26):
        assert browser.get(reverse("public_answers", args=[crisis.pk])).status_code == 200


def test_an_altered_release_is_found(crisis, radiology, secretary, medical):
    report_status(crisis, radiology, VITAL, by=secretary)
    made = release(crisis, by=medical)
    with triggers.lifted(connection):
        content = made.content
        content["answers"][RADIOLOGY]["answer"] = "stay"
        Release.objects.filter(pk=made.pk).update(content=content)

    assert verify().fault == f"Attack: what entry {made.entry.seq} released differs from the journal."


def test_the_first_release_may_say_that_nothing_is_known(crisis, radiology, medical):
    made = release(crisis, by=medical)

    assert made.entry.data["changed"] == []
    assert situation_of(crisis, timezone.now()).public[RADIOLOGY].rule == "call"
