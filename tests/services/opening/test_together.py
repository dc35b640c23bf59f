"""Two people correct a house at once: each saves what they changed, and nobody undoes what the other did meanwhile."""

import pytest
from django.urls import reverse

from crisis.models import JournalEntry, Organisation
from crisis.writes import grant_role
from services.models import Activity, Service, Site
from services.opening.catalogue import kinds
from services.opening.registry import Ticked, correct_sites, kinds_here, open_sites
from services.opening.ticks import TICKS
from services.registry import register_site
from tests.services.opening.test_registry_page import PAGE, as_shown, boss, tick, ticks  # noqa: F401

PHONES = "/registry/phones/"


@pytest.fixture
def colleague(organisation, django_user_model):
    user = django_user_model.objects.create_user("colleague", password="a long password")
    grant_role(user, "secretary", by=None)
    return user


def essential() -> set[str]:
    return {key for key, kind in kinds_here().items() if kind.essential}


def changed(shown: dict, *, more=(), less=(), essential=None) -> dict:
    at = (set(shown["at"]) | set(more)) - set(less)
    return shown | {"at": list(at), "essential": shown["essential"] if essential is None else essential}


@pytest.fixture
def pages(boss, colleague, elsewhere, browser_of):  # noqa: F811
    """Both have the page open; the laboratory is at both sites, radiology at Libramont."""
    first, second = browser_of(boss), browser_of(colleague)
    return first, second, as_shown(first), as_shown(second)


def test_a_stale_page_ends_nothing_and_takes_no_mark_away(pages):
    first, second, mine, theirs = pages
    marked = [*theirs["essential"], "radiologie"]
    second.post(PAGE, changed(theirs, more=[tick("radiologie", "arlon")], essential=marked))

    answer = first.post(PAGE, changed(mine, more=[tick("dialyse", "arlon")]), follow=True)

    assert "1 correction is saved." in answer.text
    assert ticks() >= {"radiologie@arlon", "dialyse@arlon", "laboratoire@libramont"}
    assert essential() >= {"laboratoire", "radiologie"}


def test_what_a_colleague_ended_or_unmarked_meanwhile_does_not_begin_again(pages):
    first, second, mine, theirs = pages
    unmarked = [key for key in theirs["essential"] if key != "laboratoire"]
    second.post(PAGE, changed(theirs, less=[tick("radiologie", "libramont")], essential=unmarked))
    before = JournalEntry.objects.count()

    answer = first.post(PAGE, mine, follow=True)

    assert "0 corrections are saved." in answer.text
    assert JournalEntry.objects.count() == before
    assert "radiologie@libramont" not in ticks()
    assert "laboratoire" not in essential()


def test_both_may_say_the_same_and_it_is_written_once(pages):
    first, second, mine, theirs = pages
    for browser, shown in ((second, theirs), (first, mine)):
        browser.post(PAGE, changed(shown, more=[tick("radiologie", "arlon")], less=[tick("radiologie", "libramont")]))

    assert ticks() == {"laboratoire@arlon", "laboratoire@libramont", "radiologie@arlon"}
    assert Service.objects.filter(activity__key="radiologie").count() == 2


def test_a_site_that_came_before_the_others_moves_no_tick(pages, colleague):
    first, _second, mine, _theirs = pages
    new = register_site("aaa", names={"": "Aaa"}, order=0, by=colleague)
    Site.objects.exclude(pk=new.pk).update(order=9)
    before = ticks()

    refused = first.post(PAGE, changed(mine, more=[tick("radiologie", "arlon")]))

    assert "Aaa has no service yet" in refused.text
    assert ticks() == before
    again = as_shown(first) | {"at": list(refused.context["services"].ticks), "was": refused.context["services"].was}
    first.post(PAGE, changed(again, more=[f"radiologie@{new.pk}"]))
    assert ticks() == before | {"radiologie@arlon", "radiologie@aaa"}


def test_a_stale_page_that_is_shown_again_shows_what_stands_and_what_was_changed_on_it(pages):
    first, second, mine, theirs = pages
    second.post(PAGE, changed(theirs, more=[tick("radiologie", "arlon")]))

    shown = first.post(PAGE, changed(mine, more=[tick("dialyse", "arlon")]) | {"pasted": "Pharmacie"})

    there = shown.context["services"]
    assert there.ticks >= {tick("radiologie", "arlon"), tick("dialyse", "arlon"), tick("pharmacie", "arlon")}
    assert tick("radiologie", "arlon") in there.was.split()


def test_a_page_that_does_not_say_what_stood_on_it_changes_nothing(pages):
    first, _second, mine, _theirs = pages
    before = JournalEntry.objects.count()
    del mine["was"]

    refused = first.post(PAGE, changed(mine, less=mine["at"][:1], more=["dialyse@0", "dialyse@1"]))

    assert refused.status_code == 422
    assert "This page was too old" in refused.text
    assert refused.context["services"].ticks == set(mine["at"])
    assert JournalEntry.objects.count() == before


def test_what_stands_now_is_changed_as_the_page_changed_what_was():
    was, now = Ticked({"a@1", "b@1"}, {"a"}), Ticked({"b@1", "c@1"}, {"a", "c"})

    assert Ticked({"a@1", "d@1"}, set()).since(was, now) == Ticked({"c@1", "d@1"}, {"c"})
    assert Ticked.of("a@1 b@1 a") == was


def test_a_name_of_a_site_that_a_colleague_corrected_stays(pages, arlon, libramont, colleague):
    first, *_ = pages
    shown = first.get(PAGE).context["sites"]
    sent = {"part": "sites", "sites": ""}
    for site in shown.there:
        sent |= {f"site{site.pk}": site.name, f"initial-site{site.pk}": site.name}
        assert f'name="initial-site{site.pk}"' in first.get(PAGE).text
    correct_sites({arlon.pk: "Arlon (Saint-Joseph)"}, [], by=colleague)

    first.post(PAGE, sent | {f"site{libramont.pk}": "Libramont (CHA)"})

    assert [site.name for site in open_sites()] == ["Arlon (Saint-Joseph)", "Libramont (CHA)"]


def test_a_phone_of_the_cell_that_a_colleague_corrected_stays(pages):
    first, second, *_ = pages
    house = {"part": "house", "name": "Vivalia", "cell_phone": "0470 00 00 00", "languages": ["fr", "nl", "de", "en"]}
    house |= {f"initial-{name}": house[name] for name in ("name", "cell_phone", "languages")}
    shown = first.get(PAGE).text
    assert 'name="initial-cell_phone"' in shown
    assert 'name="initial-languages" value="nl"' in shown
    second.post(PAGE, house | {"cell_phone": "0471 11 11 11", "languages": ["fr"]})

    first.post(PAGE, house | {"name": "Vivalia ASBL"})

    there = Organisation.objects.get()
    assert (there.name, there.cell_phone, there.languages) == ("Vivalia ASBL", "0471 11 11 11", ["fr"])


def test_a_fallback_number_that_a_colleague_wrote_stays(pages, laboratory, radiology):
    first, second, *_ = pages
    names = [f"phone{service.pk}" for service in Service.objects.all()]
    shown = dict.fromkeys([*names, *(f"initial-{name}" for name in names)], "")
    assert all(f'name="initial-{name}"' in first.get(PHONES).text for name in names)
    second.post(PHONES, shown | {f"phone{laboratory.pk}": "4512"})

    first.post(PHONES, shown | {f"phone{radiology.pk}": "4513"})

    assert set(Service.objects.values_list("activity__key", "phone")) >= {
        ("laboratoire", "4512"),
        ("radiologie", "4513"),
    }


# ── a large house ──


def test_a_house_of_fifty_two_sites_with_everything_everywhere_is_saved(boss, browser_of):  # noqa: F811
    Site.objects.bulk_create(Site(key=f"s{n}", names={"": f"S{n}"}, order=n + 9) for n in range(50))
    there = set(Activity.objects.values_list("key", flat=True))
    Activity.objects.bulk_create(Activity(key=k.key, names=k.names) for k in kinds().values() if k.key not in there)
    every = [Service(activity=activity, site=site) for activity in Activity.objects.all() for site in open_sites()]
    Service.objects.bulk_create(every, ignore_conflicts=True)
    browser = browser_of(boss)
    shown = as_shown(browser)
    assert 2340 <= len(shown["at"]) == len(every) <= TICKS

    answer = browser.post(PAGE, changed(shown, less=[tick("dialyse", "s1")]))

    assert answer.status_code == 302
    assert len(ticks()) == len(every) - 1
    assert browser.get(PHONES).text.count('name="initial-phone') == len(every) - 1
    sent = {f"{before}phone{service.pk}": "" for service in Service.objects.all() for before in ("", "initial-")}
    assert browser.post(PHONES, sent | {f"phone{Service.objects.latest('pk').pk}": "4512"}).status_code == 302
    assert Service.objects.filter(phone="4512").count() == 1


def test_more_ticks_than_a_page_holds_are_refused_and_none_is_left_out_in_silence(boss, browser_of):  # noqa: F811
    Site.objects.bulk_create(Site(key=f"s{n}", names={"": f"S{n}"}, order=n + 9) for n in range(100))
    before, browser = JournalEntry.objects.count(), browser_of(boss)
    rows = browser.get(PAGE).context["services"].rows()
    every = [ticked for _key, _name, _essential, cells in rows for _site, ticked, _there in cells]

    refused = browser.post(PAGE, as_shown(browser) | {"at": every})

    assert refused.status_code == 422
    assert "At most 4000 services at all sites together" in refused.text
    assert refused.context["services"].ticks == set(every)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize(("lang", "words"), [("en", "send it in parts"), ("fr", "Cette demande")])
def test_more_fields_than_any_page_has_are_refused_in_words(boss, browser_of, lang, words, settings):  # noqa: F811
    browser, before = browser_of(boss), JournalEntry.objects.count()
    browser.cookies["django_language"] = lang

    refused = browser.post(
        reverse("registry"), {"part": "services", "at": ["x@1"] * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    )

    assert refused.status_code == 400
    assert words in refused.text
    assert f'<html lang="{lang}">' in refused.text
    assert JournalEntry.objects.count() == before
