"""What rings at a service when the network does not: written by the house, printed on the contacts, in the file of a house."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crisis.errors import RuleBroken
from crisis.models import JournalEntry, Organisation
from services.crisisfile.house import bring, house_file
from services.models import Service
from services.opening.phones import correct_phones, no_number
from services.opening.ticks import ServicesForm
from tests.services.opening.test_registry_page import as_shown, boss, tick  # noqa: F401
from tests.services.opening.test_table import columns_sent
from tests.services.opening.test_views import answered, laptop, page_of  # noqa: F401

PAGE = "/registry/phones/"
RINGS = "063 55 00 00 (nurse on duty)"


def entries() -> int:
    return JournalEntry.objects.count()


def test_a_number_is_written_in_the_house_book_in_somebodys_name(boss, laboratory, radiology):  # noqa: F811
    assert correct_phones({laboratory.pk: RINGS}, by=boss) == 1

    entry = JournalEntry.objects.order_by("pk").last()
    assert (entry.verb, entry.subject, entry.actor) == ("registry.service", "service:laboratoire@libramont", boss)
    assert entry.data["phone"] == RINGS
    assert [s.phone for s in Service.objects.order_by("pk") if s.phone] == [RINGS]


def test_what_did_not_change_is_not_written(boss, laboratory):  # noqa: F811
    correct_phones({laboratory.pk: RINGS}, by=boss)
    before = entries()

    assert correct_phones({laboratory.pk: RINGS}, by=boss) == 0
    assert correct_phones({}, by=boss) == 0
    assert entries() == before


def test_who_may_not_correct_the_registry_writes_no_number(observer, laboratory, browser_of):
    before = entries()

    with pytest.raises(RuleBroken):
        correct_phones({laboratory.pk: RINGS}, by=observer)
    assert browser_of(observer).post(PAGE, {f"phone{laboratory.pk}": RINGS}).status_code in (403, 422)
    assert entries() == before
    laboratory.refresh_from_db()
    assert laboratory.phone == ""


def test_the_page_saves_every_number_and_one_can_be_taken_away_again(boss, laboratory, radiology, browser_of):  # noqa: F811
    browser = browser_of(boss)
    saved = browser.post(PAGE, {f"phone{laboratory.pk}": RINGS, f"phone{radiology.pk}": "4512"}, follow=True)

    assert "2 corrections are saved." in saved.text
    assert RINGS in saved.text
    without = {f"phone{radiology.pk}": "4512", f"initial-phone{radiology.pk}": "4512"}
    without |= {f"phone{laboratory.pk}": "", f"initial-phone{laboratory.pk}": RINGS}
    assert "1 correction is saved." in browser.post(PAGE, without, follow=True).text
    laboratory.refresh_from_db()
    assert laboratory.phone == ""


@pytest.mark.parametrize(("typed", "sentence"), [("ask Anne", "holds no number"), ("1" * 61, "too long for a number")])
def test_what_is_no_number_is_a_sentence_at_its_field_and_nothing_is_written(
    boss,  # noqa: F811
    laboratory,
    radiology,
    browser_of,
    typed,
    sentence,
):
    before = entries()
    refused = browser_of(boss).post(PAGE, {f"phone{laboratory.pk}": typed, f"phone{radiology.pk}": RINGS})

    assert refused.status_code == 422
    assert sentence in refused.context["form"].errors[f"phone{laboratory.pk}"][0]
    assert typed in refused.text
    assert RINGS in refused.text
    assert f'<a href="#id_phone{laboratory.pk}">Laboratory · Libramont</a>' in refused.text.partition("<fieldset")[0]
    assert f'href="#id_phone{radiology.pk}"' not in refused.text
    assert entries() == before


def test_a_number_of_sixty_signs_is_one():
    assert not no_number("1" * 60)
    assert not no_number("")


def test_the_services_page_shows_what_to_call(boss, laboratory, crisis, browser_of, secretary):  # noqa: F811
    where = reverse("service", args=[crisis.pk, laboratory.pk])
    assert "Fallback number" not in browser_of(secretary).get(where).text

    correct_phones({laboratory.pk: RINGS}, by=boss)
    assert RINGS in browser_of(secretary).get(where).text


def test_a_table_brings_numbers_which_are_saved_with_the_services(boss, browser_of, laboratory):  # noqa: F811
    browser, page = browser_of(boss), reverse("registry")
    table = SimpleUploadedFile("services.csv", f"Service;Site;GSM\r\nLaboratoire;Libramont;{RINGS}\r\n".encode())
    before = entries()
    shown = browser.post(page, {"table": table, **as_shown(browser)})
    ticked = browser.post(page, columns_sent(shown)).context["services"]
    assert ticked.phones == {tick("laboratoire", "libramont"): RINGS}
    assert entries() == before

    at = [*ticked.ticks, tick("laboratoire", "arlon")]
    browser.post(page, {"part": "services", **ticked.state(), "at": at, "was": ticked.was})
    laboratory.refresh_from_db()
    assert laboratory.phone == RINGS


def test_on_the_way_numbers_of_a_table_are_kept_until_the_last_page(laptop):  # noqa: F811
    answered(laptop)
    site = laptop.get(page_of("services")).context["form"].sites[0]
    table = SimpleUploadedFile("services.csv", f"Service;Site;GSM\r\nMusée;{site};{RINGS}\r\n".encode())
    shown = laptop.post(page_of("services"), {"table": table})
    there = laptop.post(page_of("services"), columns_sent(shown), follow=True).context["form"]
    assert there.phones == {"own-0@0": RINGS}
    assert f'value="own-0@0={RINGS}"' in laptop.get(page_of("services")).text


def test_numbers_that_were_tampered_with_are_left_out():
    sent = {
        "at": ["dialyse@0"],
        "essential": [],
        "own": [],
        "phone": ["dialyse@0=ask", "nonsense", "dialyse@1=" + "1" * 99],
    }
    assert ServicesForm(sent, sites={0: "Arlon"}).phones == {}


def test_the_file_of_a_house_holds_the_numbers_and_a_file_without_them_takes_none_away(boss, laboratory, radiology):  # noqa: F811
    Organisation.objects.update(cell_phone="0470 00 00 00")
    correct_phones({laboratory.pk: RINGS}, by=boss)
    written = house_file()
    (place,) = (s["sites"] for s in yaml.safe_load(written)["services"] if s["key"] == "laboratoire")
    assert place == [{"key": "libramont", "phone": RINGS}]

    bring(written.replace(f", phone: {RINGS}", "").encode())
    laboratory.refresh_from_db()
    assert laboratory.phone == RINGS
    Service.objects.update(phone="")
    bring(written.encode())
    laboratory.refresh_from_db()
    assert laboratory.phone == RINGS
