"""The page on which a house corrects itself: only what changed is written, in somebody's name, and the past stays as it was."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crisis.errors import RuleBroken
from crisis.models import JournalEntry, Organisation
from crisis.writes import grant_role
from services.models import Activity, EssentialPeriod, Service, Site
from services.opening.registry import Ticked, correct_services, correct_sites, kinds_here, open_sites, ticks_here
from services.reads import board_at

PAGE = "/registry/"


@pytest.fixture
def boss(organisation, laboratory, radiology, arlon, django_user_model):
    """A standing director; the laboratory (essential) and radiology are at Libramont, Arlon does nothing yet."""
    user = django_user_model.objects.create_user("boss", password="a long password")
    grant_role(user, "director", by=None)
    return user


def entries() -> int:
    return JournalEntry.objects.count()


def tick(activity: str, site: str) -> str:
    """The tick of an activity at a site, as the registry's page names it."""
    return f"{activity}@{Site.objects.get(key=site).pk}"


def ticks() -> set[str]:
    """What is done where, with the sites by their keys."""
    keys = {str(site.pk): site.key for site in Site.objects.all()}
    return {f"{key}@{keys[place]}" for key, _sign, place in (each.partition("@") for each in ticks_here())}


def ticked(names: set[str]) -> set[str]:
    return {tick(*name.split("@")) for name in names}


def corrected(boss, names: set[str], essential=frozenset({"laboratoire"}), own=None) -> int:
    """Save a page that shows what stands now, changed to this."""
    was = Ticked(ticks_here(), {key for key, kind in kinds_here().items() if kind.essential})
    return correct_services(Ticked(ticked(names), set(essential)), was, own or {}, by=boss)


def as_shown(browser) -> dict:
    """What the part of the services sends back as it stands."""
    form = browser.get(PAGE).context["services"]
    return {"part": "services", "at": list(form.ticks), "essential": list(form.essential), "was": form.was}


def test_what_stands_there_is_what_is_ticked(boss):
    assert [site.key for site in open_sites()] == ["arlon", "libramont"]
    assert ticks() == {"laboratoire@libramont", "radiologie@libramont"}
    assert {key: kind.essential for key, kind in kinds_here().items()} == {"laboratoire": True, "radiologie": False}


def test_saved_as_it_stands_nothing_is_written(boss):
    before = entries()

    assert corrected(boss, ticks()) == 0
    assert correct_sites({}, [], by=boss) == 0
    assert entries() == before


def test_a_tick_more_is_a_service_more_not_assessed_on_the_board(boss, crisis):
    assert corrected(boss, ticks() | {"laboratoire@arlon", "dialyse@arlon"}) == 2

    board = board_at(crisis)
    assert {tile.service.key for tile in board.tiles if tile.report is None} >= {"laboratoire@arlon", "dialyse@arlon"}
    assert Activity.objects.get(key="dialyse").names["nl"] == "Dialyse"
    assert JournalEntry.objects.filter(verb="registry.service", actor=boss).count() == 2


def test_a_tick_less_ends_the_service_now_and_the_past_keeps_it(boss, crisis):
    moment = timezone.now()

    assert corrected(boss, ticks() - {"radiologie@libramont"}) == 1

    assert "radiologie@libramont" not in {tile.service.key for tile in board_at(crisis).tiles}
    assert "radiologie@libramont" in {tile.service.key for tile in board_at(crisis, moment).tiles}
    assert Service.objects.count() == 2


def test_what_ended_can_begin_again(boss):
    corrected(boss, ticks() - {"radiologie@libramont"})

    assert corrected(boss, {"laboratoire@libramont", "radiologie@libramont"}) == 1
    assert ticks() == {"laboratoire@libramont", "radiologie@libramont"}


def test_essential_begins_and_ends_now_and_the_past_keeps_what_held(boss, crisis):
    moment = timezone.now()

    assert corrected(boss, ticks(), essential={"radiologie"}) == 2

    def essential(at=None) -> set[str]:
        return {tile.service.activity.key for tile in board_at(crisis, at).tiles if tile.essential}

    assert essential() == {"radiologie"}
    assert essential(moment) == {"laboratoire"}
    assert corrected(boss, ticks(), essential={"radiologie"}) == 0
    assert EssentialPeriod.objects.count() == 2


def test_a_service_of_ones_own_gets_a_key_of_its_own(boss):
    assert corrected(boss, ticks() | {"own-0@arlon"}, own={"own-0": "Radiologie"}, essential={"laboratoire"}) == 1

    assert ticks() == {"laboratoire@libramont", "radiologie@libramont", "radiologie-2@arlon"}
    assert Activity.objects.get(key="radiologie-2").names == {"": "Radiologie"}


def test_a_site_is_renamed_and_a_new_one_added(boss, arlon):
    assert correct_sites({arlon.pk: "Arlon (Saint-Joseph)"}, ["Virton"], by=boss) == 2

    assert [site.name for site in open_sites()] == ["Arlon (Saint-Joseph)", "Libramont", "Virton"]
    assert Site.objects.get(key="arlon").names == {"": "Arlon (Saint-Joseph)"}


def test_a_name_in_several_languages_is_corrected_in_the_readers(boss):
    homes = Site.objects.create(key="homes", names={"fr": "Maisons de repos", "en": "Homes"}, order=9)

    with translation.override("en"):
        correct_sites({homes.pk: "Nursing homes"}, [], by=boss)

    homes.refresh_from_db()
    assert homes.names == {"fr": "Maisons de repos", "en": "Nursing homes"}


@pytest.mark.parametrize(
    ("names", "new"), [({"arlon": "Libramont"}, []), ({}, ["LIBRAMONT"]), ({}, ["Virton", "virton"])]
)
def test_two_sites_of_one_name_are_refused_and_nothing_is_written(boss, names, new):
    before, renamed = entries(), {Site.objects.get(key=key).pk: name for key, name in names.items()}

    with pytest.raises(RuleBroken, match="stands there twice"):
        correct_sites(renamed, new, by=boss)

    assert entries() == before
    assert Site.objects.count() == 2


def test_who_holds_no_standing_role_is_refused_and_nothing_is_written(boss, observer, browser_of):
    before = entries()

    for act in (lambda: correct_sites({}, ["X"], by=observer), lambda: corrected(observer, set())):
        with pytest.raises(RuleBroken, match="does not change the registry"):
            act()
    for answer in (browser_of(observer).get(PAGE), browser_of(observer).post(PAGE, {"part": "sites", "sites": "X"})):
        assert answer.status_code == 422
    assert entries() == before


# ── the page ──


def sent(boss, browser_of, part: str, **typed):
    names = {f"site{site.pk}": site.name for site in open_sites()} if part == "sites" else {}
    if part == "services":
        names = {"was": as_shown(browser_of(boss))["was"]}
        typed = typed | {"at": list(ticked(typed.get("at", ())))}
    return browser_of(boss).post(PAGE, {"part": part, **names, **typed}, follow=True)


def test_the_page_shows_what_stands(boss, browser_of):
    page = browser_of(boss).get(PAGE).content.decode()

    assert 'value="0470 00 00 00"' in page
    assert f'value="{tick("laboratoire", "libramont")}" aria-label="Laboratory, Libramont" checked' in page
    assert f'value="{tick("laboratoire", "arlon")}" aria-label="Laboratory, Arlon" checked' not in page
    assert f'value="{tick("dialyse", "arlon")}"' in page


def test_the_organisation_is_saved_and_shown_at_once(boss, browser_of):
    answer = sent(boss, browser_of, "house", name="Vivalia", cell_phone="0471 11 11 11", languages=["fr", "nl"])

    assert "The organisation is saved." in answer.content.decode()
    assert "crisis cell: 0471 11 11 11" in answer.content.decode()
    assert Organisation.objects.get().languages == ["fr", "nl"]


def test_the_services_are_saved_and_counted(boss, browser_of):
    at = ["laboratoire@libramont", "radiologie@libramont", "urgences@arlon"]
    answer = sent(boss, browser_of, "services", at=at, essential=["laboratoire", "urgences"])

    assert "1 correction is saved." in answer.content.decode()
    assert ticks() == set(at)


def test_a_pasted_list_is_ticked_and_not_saved_before_it_was_looked_at(boss, browser_of):
    before = entries()

    answer = sent(boss, browser_of, "services", pasted="spoed\nLaboratory", essential=["laboratoire"])

    page = answer.content.decode()
    assert "Ticked, not saved yet" in page
    assert f'value="{tick("urgences", "arlon")}" aria-label="Emergency department, Arlon" checked' in page
    assert f'value="{tick("laboratoire", "arlon")}" aria-label="Laboratory, Arlon" checked' in page
    assert entries() == before


@pytest.mark.parametrize(
    ("part", "typed", "sentence"),
    [
        ("house", {"name": "", "cell_phone": "1", "languages": ["fr"]}, "This field is required."),
        ("sites", {"sites": "Arlon"}, "“Arlon” stands there twice."),
        ("sites", {"sites": "Virton\nVirton"}, "“Virton” stands there twice."),
        ("services", {"at": ["laboratoire@libramont"]}, "Arlon has no service yet: tick at least one."),
        ("services", {"at": [], "pasted": "x" * 300}, "is too long for a name."),
    ],
)
def test_what_does_not_do_is_said_keeps_what_was_typed_and_writes_nothing(boss, browser_of, part, typed, sentence):
    before = entries()

    answer = sent(boss, browser_of, part, **typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert entries() == before


def test_a_part_that_does_not_exist_saves_nothing(boss, browser_of):
    before = entries()

    assert sent(boss, browser_of, "everything").status_code == 200
    assert entries() == before


def test_the_menu_leads_there_for_who_may(boss, crisis, secretary, observer, browser_of):
    board = reverse("board", args=[crisis.pk])

    assert PAGE in browser_of(secretary).get(board).content.decode()
    assert PAGE not in browser_of(observer).get(board).content.decode()


def test_the_page_costs_the_same_for_one_service_and_for_forty(boss, browser_of, django_assert_max_num_queries):
    for n in range(40):
        activity = Activity.objects.create(key=f"a{n}", names={"": f"Activity {n}"}, order=n)
        Service.objects.create(activity=activity, site=open_sites()[0], since=timezone.now() - timedelta(days=1))

    browser = browser_of(boss)
    with django_assert_max_num_queries(14):
        assert browser.get(PAGE).status_code == 200
