"""The public pages: no login, no cookie, the same for all, nothing of the cell, and what caches are told."""

import json
import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from crisis.communiques import steps
from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.public import serve
from crisis.communiques.public.export import files_of
from crisis.communiques.steps import approve, correct, submit
from crisis.languages import written_in
from crisis.models import Crisis, Organisation, Text
from crisis.roles import CONSOLE
from crisis.writes import close_crisis, declare_crisis, grant_role, mask_text, write_entry
from services.models import Activity, EssentialPeriod, Service
from services.registry import name_organisation
from services.writes import report_status
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, ago, person
from tests.crisis.communiques.public_cast import measure, publish, release, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch):
    """A test's writes are not committed one by one: look at the head at every request."""
    monkeypatch.setattr(serve, "TRUSTED", 0)


@pytest.fixture
def phone(organisation):
    Organisation.objects.update(public_phone="0800 00 000")


@pytest.fixture
def told(crisis, radiology, laboratory, elsewhere, secretary, medical, phone):
    """Answers were released, and two communiqués published, the second corrected."""
    for service in (laboratory, elsewhere):
        report_status(crisis, service, VITAL.changed(observed_at=ago(1)), by=secretary)
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(1)), by=secretary)
    measure(
        crisis, text="Examens annulés", activities=["radiologie"], attendance="stay",
        advice="Vous recevrez un SMS.", exempt="Les urgences",
    )  # fmt: skip
    release(crisis, by=medical)
    publish(crisis, 1, hours=9, fr=("Numéro gratuit", "Un **numéro** est ouvert."))
    publish(crisis, 2, hours=5, fr=("Reprise à Arlon", "Le bloc d’Arlon reprend."))
    publish(crisis, 2, hours=2, fr=("Reprise à Arlon et Marche", "Les deux blocs reprennent."), nl=("Hervat", "Beide."))


def text_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_first_page_says_the_situation_in_plain_words(client, told):
    page = text_of(client, "/public/en/")

    day = f"{timezone.localtime(ago(72)):%d}".lstrip("0")
    assert "Emergency care and essential services are assured at all sites." in page
    assert f"Some activities remain suspended after the cyberattack of {day} " in page
    assert 'href="tel:080000000">0800 00 000</a>' in page
    assert 'href="tel:112"' in page
    assert "Reprise à Arlon et Marche" in page
    assert "<script" not in page


def test_a_question_is_answered_by_a_form_without_script(client, told):
    page = text_of(client, "/public/en/?site=libramont&kind=radiologie")

    for said in (
        "Cancelled, except in an emergency", "Do not come unless we call you.", "Examens annulés", "Vous recevrez un SMS.",
        "Not concerned:", "Les urgences", '<option value="libramont" selected>', '<option value="radiologie" selected>',
    ):  # fmt: skip
        assert said in page
    assert 'id="answer"' not in text_of(client, "/public/en/")
    assert "This hospital does not have this service" in text_of(client, "/public/en/?site=arlon&kind=radiologie")


@pytest.fixture
def around(crisis, told, libramont, secretary, medical):
    """Emergencies, intensive care, the telephone exchange and blood sampling of Libramont run, and that is released."""
    kinds = {
        "urgences": "Urgences",
        "soins-intensifs": "Soins intensifs",
        "telephonie": "Téléphonie",
        "sterilisation": "Stérilisation",
        "prelevements": "Prélèvements",
    }
    for order, (key, name) in enumerate(kinds.items(), 2):
        activity = Activity.objects.create(key=key, names={"fr": name}, order=order)
        if key in {"urgences", "sterilisation"}:
            EssentialPeriod.objects.create(activity=activity)
        service = Service.objects.create(activity=activity, site=libramont)
        report_status(crisis, service, VITAL.changed(observed_at=ago(1)), by=secretary)
    release(crisis, by=medical)


def test_nobody_is_told_to_come_at_an_hour_to_the_telephone_emergencies_or_intensive_care(client, around):
    page, printed = text_of(client, "/public/en/"), text_of(client, "/public/en/print/")

    assert re.findall(r'<option value="([\w-]+)"', page.partition('name="kind"')[2]) == ["radiologie", "prelevements"]
    assert re.findall(r"<b>([^<]+)</b><span class=\"word\">([^<]+)</span></div><div class=\"how\"><p>([^<]+)", printed)[1:] == [
        ("Radiology", "Cancelled, except in an emergency", "Do not come unless we call you."),
        ("Prélèvements", "Open", "Come as you usually do."),
        ("Soins intensifs", "Assured", "This service goes on."),
        ("Laboratory", "Assured", "This service goes on. In a life-threatening emergency, call 112."),
        ("Urgences", "Assured", "The emergency department receives patients. In a life-threatening emergency, call 112."),
    ]  # fmt: skip
    everything = (
        page + printed + text_of(client, "/public/status.json") + text_of(client, "/public/en/answers/libramont/")
    )
    assert "Téléphonie" not in everything
    assert "Stérilisation" not in everything


def test_an_essential_service_that_is_on_no_page_still_counts_for_all_are_assured(client, crisis, around, secretary):
    assert "Emergency care and essential services are assured at all sites." in text_of(client, "/public/en/")

    report_status(crisis, Service.objects.get(activity__key="sterilisation"), ATTACKED, by=secretary)

    assert "We cannot confirm every essential service at every site" in text_of(client, "/public/en/")


def test_an_emergency_department_that_receives_nobody_sends_to_another(client, crisis, around, medical):
    measure(crisis, text="Urgences fermées", activities=["urgences"], attendance="stay")
    release(crisis, by=medical)

    page = text_of(client, "/public/en/answers/libramont/")

    assert "No emergencies are received here" in page
    assert "Go to another emergency department. In a life-threatening emergency, call 112." in page


def test_what_nobody_knows_asks_nothing(client, told):
    assert text_of(client, "/public/en/?site=nowhere&kind=%3Cscript%3E") == text_of(client, "/public/en/")


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("nl-BE,fr;q=0.5", "nl"),
        ("it,de-AT;q=0.9,fr;q=0.1", "de"),
        ("it", "fr"),
        ("", "fr"),
        ("en;q=0.2, fr;q=0.9", "fr"),
    ],
)
def test_the_address_without_a_language_follows_the_browser(client, told, accepted, lang):
    client.cookies["django_language"] = "de"

    answer = client.get("/public/", headers={"Accept-Language": accepted})

    assert (answer.status_code, answer["Location"], answer["Vary"]) == (302, f"/public/{lang}/", "Accept-Language")


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_each_language_has_its_own_address(client, told, lang):
    page = text_of(client, f"/public/{lang}/")

    assert f'<html lang="{lang}">' in page
    assert client.get(f"/public/{lang}/")["Content-Language"] == lang
    assert all(f'href="/public/{other}/"' in page for other in {"fr", "nl", "de", "en"} - {lang})


PATHS = [
    "/public/", "/public/fr/", "/public/fr/?site=libramont&kind=radiologie", "/public/fr/print/", "/public/fr/answers/arlon/",
    "/public/fr/communiques/2/", "/public/fr/communiques/2/1/", "/public/fr/feed.atom", "/public/status.json", "/public/fr/no/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_cookie_is_set_or_read(path, told, director, browser_of):
    signed_in = browser_of(director)
    signed_in.cookies["django_language"] = "de"
    answers = [Client().get(path), signed_in.get(path)]

    for answer in answers:
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert answer["Cache-Control"] == "public, max-age=15"
        assert "script-src" not in answer.get("Content-Security-Policy", "") or answer.status_code == 302
    assert answers[0].content == answers[1].content
    assert "director" not in answers[1].content.decode().lower()


def test_what_a_reader_has_already_is_not_sent_again(client, told, crisis, radiology, secretary):
    first = client.get("/public/fr/")
    again = client.get("/public/fr/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    publish(crisis, 3, hours=0, fr=("Encore", "Un autre."))
    changed = client.get("/public/fr/", headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)
    assert "Encore" in changed.content.decode()


def test_only_reading_is_possible(client, told):
    assert client.post("/public/fr/").status_code == 405
    assert client.head("/public/fr/").status_code == 200
    assert client.get("/public/fr/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/public/fr/").status_code == 200
    assert client.get("/public/fr/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "fr/nothing/",
        "fr/communiques/9/",
        "fr/communiques/2/9/",
        "fr/communiques/x/",
        "it/",
        "fr/answers/paris/",
        "fr/a.b",
        "x",
    ],
)
def test_what_is_not_there_is_said_in_words(client, told, path):
    answer = client.get(f"/public/{path}", follow=True)

    assert answer.status_code == 404
    assert "ETag" not in answer
    assert "0800 00 000" in answer.content.decode()


def test_an_address_without_its_slash_leads_on_and_never_away(client, told):
    assert client.get("/public")["Location"] == "/public/"
    assert client.get("/public/fr")["Location"] == "/public/fr/"
    assert client.get("/public//evil%0d%0aX: 1")["Location"].startswith("/public/")


def test_without_anything_released_every_answer_is_to_call(client, crisis, radiology, laboratory, secretary, phone):
    report_status(crisis, radiology, VITAL, by=secretary)

    page = text_of(client, "/public/en/?site=libramont&kind=radiologie")

    assert (
        "We are establishing what goes on. Before you come to one of our hospitals, call 0800\N{NO-BREAK SPACE}00\N{NO-BREAK SPACE}000."
        in page
    )
    assert "Call 0800\N{NO-BREAK SPACE}00\N{NO-BREAK SPACE}000 before you come" in page
    assert "Your appointment" not in page
    assert "Attack" not in page


def test_nothing_happens_and_nothing_is_told(client, organisation):
    assert "There is no crisis information at the moment." in text_of(client, "/public/en/")
    assert json.loads(client.get("/public/status.json").content)["sites"] == []


def test_a_failure_is_on_the_page_at_once_and_a_wrong_click_never(
    client, crisis, told, laboratory, radiology, secretary
):
    question = "/public/en/?site=libramont&kind=laboratoire"
    assert "Assured" in text_of(client, question)

    report_status(crisis, laboratory, SUSPENDED.changed(reason="Servers"), by=secretary)
    page = text_of(client, question)
    assert "Not confirmed" in page
    assert "Call 0800\N{NO-BREAK SPACE}00\N{NO-BREAK SPACE}000 for any question." in page
    assert "We cannot confirm every essential service at every site" in page

    for service in (laboratory, radiology):
        report_status(crisis, service, RESTORED, by=secretary)
    assert "Not confirmed" in text_of(client, question)
    assert "Cancelled, except in an emergency" in text_of(client, "/public/en/?site=libramont&kind=radiologie")


def test_the_clock_alone_takes_a_promise_back(client, told):
    question = "/public/en/?site=libramont&kind=laboratoire"
    assert "Assured" in text_of(client, question)

    with time_machine.travel(timezone.now() + timedelta(hours=12)):
        assert "Not confirmed" in text_of(client, question)


def test_a_version_keeps_its_address_and_says_what_became_of_it(client, told, crisis):
    newest, second = text_of(client, "/public/en/communiques/2/"), text_of(client, "/public/en/communiques/2/2/")
    first = text_of(client, "/public/en/communiques/2/1/")

    assert "Les deux blocs reprennent." in newest
    assert "This version corrects an earlier one." in second
    assert "Le bloc d’Arlon reprend." in first
    assert "This version was replaced" in first
    assert 'href="/public/en/communiques/2/"' in first
    assert "This communiqué does not exist in your language." in first
    assert "<strong>numéro</strong>" in text_of(client, "/public/fr/communiques/1/")
    assert "Beide." in text_of(client, "/public/nl/communiques/2/")


def test_a_list_of_communiques_says_which_are_not_in_the_readers_language(client, told):
    page = text_of(client, "/public/de/")
    with translation.override("de"):
        only, among = written_in("fr"), written_in("fr", ["fr", "nl"])

    listed = page.partition('id="communiques"')[2].split("<article>")[1:]
    assert [(f"<b>{only}</b>" in each, f"<b>{among}</b>" in each) for each in listed] == [(False, True), (True, False)]
    assert all('<h3 lang="fr">' in each and '<p lang="fr">' in each for each in listed)
    dutch = text_of(client, "/public/nl/").partition('id="communiques"')[2].split("<article>")[1]
    assert '<h3><a href="/public/nl/communiques/2/">Hervat</a></h3>' in dutch


def test_the_words_of_a_measure_say_in_which_language_they_are(client, told):
    row = text_of(client, "/public/en/answers/libramont/")

    assert '<span lang="fr">Examens annulés</span> <i class="small">(in French only)</i>' in row
    assert "<i class" not in text_of(client, "/public/fr/answers/libramont/")


@pytest.mark.parametrize(("lang", "said"), [("fr", "1er juin 2022"), ("nl", "1 juni 2022"), ("de", "1. Juni 2022")])
def test_the_first_of_a_month_reads_as_its_language_writes_it(client, told, crisis, lang, said):
    first = datetime(2022, 6, 1, 8, tzinfo=timezone.get_current_timezone())
    Crisis.objects.filter(pk=crisis.pk).update(started_at=first)
    assert said in text_of(client, f"/public/{lang}/")

    with time_machine.travel(first + timedelta(hours=2)):
        publish(crisis, 8, fr=("Premier", "Texte."), nl=("Eerste", "Tekst."), de=("Erster", "Text."))

    assert f"{said}, " in text_of(client, f"/public/{lang}/communiques/8/")


def test_what_was_withdrawn_says_so_and_why(client, told, crisis):
    withdraw(publish(crisis, 4, fr=("Faux numéro", "Appelez le 999.")), "Le numéro était faux.")

    page = text_of(client, "/public/en/communiques/4/")

    assert "This communiqué was withdrawn" in page
    assert "Le numéro était faux." in page
    assert "Appelez le 999." not in page
    assert "Appelez le 999." not in text_of(client, "/public/en/")
    assert "Appelez le 999." not in text_of(client, "/public/fr/feed.atom")


def versions_of(page: str) -> list[str]:
    """The list of versions as somebody reads it."""
    items = page.partition('class="versions">')[2].partition("</ul>")[0].split("</li>")[:-1]
    return [re.sub(r"<[^>]+>", "", item) for item in items]


def test_a_communique_that_was_withdrawn_lists_its_versions_and_each_can_be_read_marked(client, told, crisis):
    publish(crisis, 4, hours=3, fr=("Ancien numéro", "Appelez le 998."))
    withdraw(publish(crisis, 4, hours=2, fr=("Faux numéro", "Appelez le 999.")), "Le numéro était faux.")

    page = text_of(client, "/public/en/communiques/4/")
    listed = versions_of(page)
    assert [line.split(" · ")[0] for line in listed] == ["Version 2", "Version 1"]
    assert [line.split(" · ")[2:] for line in listed] == [["withdrawn"], ["replaced", "withdrawn"]]
    assert all(f'href="/public/en/communiques/4/{number}/"' in page for number in (1, 2))

    for number, said in ((1, "Appelez le 998."), (2, "Appelez le 999.")):
        version = text_of(client, f"/public/en/communiques/4/{number}/")
        assert said in version
        before, _body, _after = version.partition('<div class="prose"')
        assert "This communiqué was withdrawn" in before
        assert '<span lang="fr">Le numéro était faux.</span> <i class="small">(in French only)</i>' in before
        assert "What it said is no longer valid." in before
        assert versions_of(version) == listed


def test_a_communique_withdrawn_in_its_only_version_lists_that_one(client, told, crisis):
    withdraw(publish(crisis, 4, fr=("Faux numéro", "Appelez le 999.")), "Le numéro était faux.")

    listed = versions_of(text_of(client, "/public/en/communiques/4/"))

    assert [line.split(" · ")[2:] for line in listed] == [["withdrawn"]]
    assert versions_of(text_of(client, "/public/en/communiques/1/")) == []


def test_masked_words_are_left_out(client, told, crisis, director):
    edition = publish(crisis, 5, fr=("Madame Untel", "Madame Untel va bien."))
    for body in ("Madame Untel", "Madame Untel va bien."):
        mask_text(crisis, Text.objects.get(body=body), "a person", by=director)

    everything = b"".join(client.get(path).content for path in [*PATHS, "/public/en/communiques/5/"]).decode()

    assert "Untel" not in everything
    assert "[masked]" not in everything
    assert "Communiqué 5" in text_of(client, "/public/en/communiques/5/")
    assert edition.number == 1


def test_an_exercise_reaches_members_only_and_is_stamped(client, told, crisis, director, outsider, browser_of):
    Crisis.objects.filter(pk=crisis.pk).update(is_exercise=True)
    preview = reverse("public_preview", args=[crisis.pk, "en/"])

    assert "There is no crisis information at the moment." in text_of(client, "/public/en/")
    assert client.get("/public/fr/communiques/2/").status_code == 404
    assert b"Reprise" not in client.get("/public/fr/feed.atom").content
    assert client.get(preview).status_code == 302
    assert browser_of(outsider).get(preview).status_code == 404
    for path in ("en/", "en/communiques/2/", "en/feed.atom"):
        shown = browser_of(director).get(reverse("public_preview", args=[crisis.pk, path]))
        assert (shown.status_code, shown["Cache-Control"]) == (200, "no-store")
        assert "EXERCISE" in shown.content.decode()
        assert "/public/en/" not in shown.content.decode().replace(f"/crises/{crisis.pk}/public/pages/en/", "")


def test_in_the_demonstration_an_exercise_is_open_to_all_and_stamped(client, told, crisis):
    Crisis.objects.filter(pk=crisis.pk).update(is_exercise=True)
    Organisation.objects.update(is_demonstration=True)

    assert '<p class="exercise" role="status">EXERCISE</p>' in text_of(client, "/public/en/")
    assert json.loads(client.get("/public/status.json").content)["exercise"] is True


def test_the_open_crisis_is_read_and_a_closed_one_keeps_its_communiques_but_no_answer(client, told, crisis, director):
    close_crisis(crisis, by=director)
    page = text_of(client, "/public/en/")
    assert "is over. Its communiqués can still be read here." in page
    assert "Is my appointment kept?" not in page
    assert "Les deux blocs" in text_of(client, "/public/fr/communiques/2/")

    declare_crisis("Flood", started_at=ago(1), kind="flood", by=None)
    assert "We are establishing what goes on." in text_of(client, "/public/en/")
    assert client.get("/public/fr/communiques/2/").status_code == 404


SECRETS = [
    "zzreport",
    "zznote",
    "zzremains",
    "zzreason",
    "zzsource",
    "zzjournal",
    "zzname",
    "zzmeasure",
    "zzwhy",
    "zzcrisis",
]


def test_nothing_of_the_cell_leaks_into_any_public_output(client, crisis, radiology, laboratory, told, medical):
    Crisis.objects.filter(pk=crisis.pk).update(name="zzcrisis")
    somebody = person("zzname", "secretary", crisis)
    facts = SUSPENDED.changed(
        note="zznote", remains="zzremains", reason="zzreason", source="zzsource", public_note="For everybody"
    )
    report_status(crisis, laboratory, facts, by=somebody)
    write_entry(crisis, "zzjournal", source="zzsource", by=somebody)
    measure(
        crisis,
        by=somebody,
        text="For all to read",
        activities=["laboratoire"],
        attendance="stay",
        exception="zzmeasure",
    )
    release(crisis, by=medical, alone_because="zzwhy")
    grant_role(person("other", "observer", None), "director", crisis, alone="zzwhy", by=somebody)
    publish(crisis, 7, fr=("Pour tous", "Texte public."))

    outputs = files_of(crisis)
    outputs |= {path: client.get(path).content for path in PATHS}
    outputs |= {
        lang: client.get(f"/public/{lang}/?site=libramont&kind=laboratoire").content
        for lang in ("fr", "nl", "de", "en")
    }

    assert "For everybody" in outputs["fr/answers/libramont.html"].decode()
    assert "For all to read" in outputs["fr"].decode()
    for path, body in outputs.items():
        said = body.decode().lower()
        assert [secret for secret in SECRETS if secret in said] == [], path
        assert "secretary" not in said, path


def test_a_page_is_read_once_and_then_costs_one_small_query(client, told, django_assert_num_queries, monkeypatch):
    with time_machine.travel(timezone.now(), tick=False):  # a minute that passes has the page read anew
        client.get("/public/fr/")
        with django_assert_num_queries(1):
            client.get("/public/fr/")
        monkeypatch.setattr(serve, "TRUSTED", 60)
        with django_assert_num_queries(0):
            client.get("/public/fr/")


@pytest.mark.parametrize("count", [1, 10])
def test_cold_the_pages_cost_the_same_whatever_was_published(
    count, client, told, crisis, django_assert_max_num_queries
):
    for number in range(10, 10 + count):
        publish(crisis, number, fr=(f"No {number}", "Text."))
    serve.forget()

    with django_assert_max_num_queries(22):
        client.get("/public/fr/")


def test_from_draft_to_page_to_correction_to_withdrawal(
    client,
    crisis,
    laboratory,
    secretary,
    communications,
    medical,
    tmp_path,
    settings,
    django_capture_on_commit_callbacks,
):
    settings.PUBLIC_EXPORT_DIR = tmp_path / "site"
    report_status(crisis, laboratory, VITAL.changed(capacity=50, observed_at=ago(2)), by=secretary)
    found = begin(crisis, "situation", by=communications)
    said = "Our laboratories work at [50 %](fact:capacity:laboratoire@libramont=50#1) of their capacity."
    save_wording(found, "fr", "Laboratories", said, 1, by=communications)
    approve(found, submit(found, by=communications).digest, by=medical)
    assert client.get("/public/fr/communiques/1/").status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        steps.publish(found, late_too=True, by=communications)
    page = text_of(client, "/public/fr/communiques/1/")
    assert "Our laboratories work at 50 % of their capacity." in page
    assert "fact:" not in page
    assert "50 % of" in (tmp_path / "site" / "fr" / "communiques" / "1.html").read_text()

    correct(found, "A typo", by=communications)
    version = found.wordings.get(lang="fr").version
    save_wording(found, "fr", "Our laboratories", said, version, by=communications)
    approve(found, submit(found, by=communications).digest, by=medical)
    steps.publish(found, late_too=True, by=communications)
    assert "Our laboratories" in text_of(client, "/public/en/communiques/1/2/")
    assert "This version was replaced" in text_of(client, "/public/en/communiques/1/1/")
    assert "A typo" not in text_of(client, "/public/en/communiques/1/1/") + text_of(
        client, "/public/en/communiques/1/2/"
    )

    with django_capture_on_commit_callbacks(execute=True):
        steps.withdraw(found, "The figure was wrong.", by=communications)
    assert "The figure was wrong." in text_of(client, "/public/en/communiques/1/")
    assert "The figure was wrong." in (tmp_path / "site" / "en" / "communiques" / "1.html").read_text()


NOISE = [
    "?fbclid=1",
    "?fbclid=2",
    "?site=nowhere",
    "?site=libramont&kind=radiologie&utm=3",
    "?kind=radiologie&site=libramont",
]


@pytest.mark.parametrize("path", ["en/", "en/print/", "en/communiques/2/", "status.json"])
def test_what_else_stands_in_a_query_keeps_no_page_of_its_own(client, told, path):
    with time_machine.travel(timezone.now(), tick=False):
        serve.forget()
        pages = {client.get(f"/public/{path}{query}").content for query in NOISE}

        assert len(serve.current().pages) == len(pages) == (2 if path == "en/" else 1)


@pytest.mark.parametrize("path", ["en//", "en//print/", "en/answers//", "en/communiques/2//", "en/communiques//2/"])
def test_a_page_has_one_address(client, told, path):
    assert client.get(f"/public/{path}").status_code == 404


def test_what_changes_in_the_house_is_on_the_pages_at_once(client, told):
    with time_machine.travel(timezone.now(), tick=False):
        client.get("/public/fr/")
        name_organisation(public_phone="0800 11 111", by=CONSOLE)

        assert "tel:080011111" in text_of(client, "/public/fr/")
