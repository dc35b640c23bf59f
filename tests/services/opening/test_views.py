"""The way from the first page to the board: one question a page, what was typed stays, nothing is written before the last press."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisis.accounts.models import User
from crisis.models import Crisis, JournalEntry, Member, Organisation
from crisis.writes import close_crisis, declare_crisis, grant_role
from services.models import Activity, Service, Site
from services.opening import views
from services.opening.answers import STEPS
from services.opening.code import first_code, is_needed
from services.opening.forms import SITES
from services.opening.ticks import ServicesForm

ME = {"name": "Night director", "username": "night", "new": "horse battery staple", "again": "horse battery staple"}
HOUSE = {"name": "Vivalia", "cell_phone": "0470 00 00 00", "languages": ["fr"]}


def when(**back: int) -> str:
    return timezone.localtime(timezone.now() - timedelta(**back)).strftime("%Y-%m-%dT%H:%M")


def what(**changed) -> dict:
    said = {
        "kind": "cyberattack",
        "name": "Attack",
        "started_at": when(hours=2),
        "aware_at": when(hours=1),
        "clock": "on",
    }
    return said | changed


def page_of(step: str) -> str:
    return reverse("start_step", args=[step])


@pytest.fixture
def laptop(client, db) -> Client:
    """The first laptop, with the code typed and the crisis to be declared."""
    client.post(reverse("start"), {"code": first_code()})
    client.post(reverse("start"), {"mode": "declare"})
    return client


def answered(client: Client, **changed) -> Client:
    """All pages before the last one."""
    said = {
        "real": {"is_exercise": "no"},
        "what": what(),
        "house": HOUSE,
        "sites": {"sites": "Arlon\nLibramont"},
        "services": {"at": ["urgences@0", "labo@0", "laboratoire@1"], "essential": ["urgences", "laboratoire"]},
    } | changed
    for step, typed in said.items():
        answer = client.post(page_of(step), typed)
        assert answer.status_code == 302, (step, answer.content.decode())
    return client


def is_empty() -> bool:
    return not any(kind.objects.exists() for kind in (User, Organisation, Crisis, Site, Service, JournalEntry))


def test_the_way_leads_page_by_page_to_the_board_with_the_form_open_on_what_is_essential(laptop):
    answer = answered(laptop).post(page_of("me"), ME)

    crisis = Crisis.objects.get()
    first = Service.objects.get(activity__key="urgences")
    assert answer.url == f"{reverse('board', args=[crisis.pk])}?change={first.pk}"
    board = laptop.get(answer.url).content.decode()
    assert f'hx-get="{reverse("change", args=[crisis.pk, first.pk])}" hx-trigger="load"' in board
    assert board.count("Not assessed") >= 2
    assert "Night director" in board


def test_nothing_is_written_before_the_last_press(laptop):
    answered(laptop).get(page_of("me"))

    assert is_empty()


def test_the_last_page_says_what_will_be_written(laptop):
    page = answered(laptop).get(page_of("me")).content.decode()

    for words in ("Attack", "Vivalia", "0470 00 00 00", "Arlon, Libramont", "2 services", "Declare the crisis"):
        assert words in page


@pytest.mark.parametrize("step", STEPS["declare"][1:])
def test_a_page_that_is_not_reached_yet_leads_back_to_the_first_that_is_missing(laptop, step):
    assert laptop.get(page_of(step)).url == page_of("real")
    assert laptop.post(page_of(step), ME | HOUSE).url == page_of("real")
    assert is_empty()


def test_going_back_shows_what_was_said(laptop):
    answered(laptop)

    assert "Libramont</textarea>" in laptop.get(page_of("sites")).content.decode()
    assert 'value="0470 00 00 00"' in laptop.get(page_of("house")).content.decode()
    ticked = laptop.get(page_of("services")).content.decode()
    assert 'value="laboratoire@1" aria-label="Laboratory, Libramont" checked' in ticked
    assert 'value="laboratoire@0" aria-label="Laboratory, Arlon" checked' not in ticked


def test_an_hour_that_comes_twice_is_asked_about_and_the_choice_is_kept_until_the_end(laptop):
    twice = what(started_at="2022-10-30T02:30")
    laptop.post(page_of("real"), {"is_exercise": "no"})
    asked = laptop.post(page_of("what"), twice)
    assert asked.status_code == 422
    assert "02:30 comes twice that night: choose which one it is." in asked.text

    answered(laptop, what=twice | {"started_at-offset": "+01:00"})
    assert '<option value="+01:00" selected>' in laptop.get(page_of("what")).text
    laptop.post(page_of("me"), ME)
    assert Crisis.objects.get().started_at == datetime(2022, 10, 30, 1, 30, tzinfo=UTC)


def test_one_site_less_takes_its_ticks_along_and_asks_again_when_nothing_is_left(laptop):
    answered(laptop)
    laptop.post(page_of("sites"), {"sites": "Arlon\nLibramont\nVirton"})

    assert laptop.get(page_of("me")).url == page_of("services")
    assert "Virton" in laptop.get(page_of("services")).content.decode()


def kept(laptop) -> ServicesForm:
    return laptop.get(page_of("services")).context["form"]


@pytest.mark.parametrize(
    ("sites", "ticks"),
    [
        ("Virton\nArlon\nLibramont", {"urgences@1", "laboratoire@2", "own-0@2"}),
        ("libramont\nARLON", {"urgences@1", "laboratoire@0", "own-0@0"}),
        ("Libramont", {"laboratoire@0", "own-0@0"}),
        ("Arlon (Saint-Joseph)\nLibramont", {"urgences@0", "laboratoire@1", "own-0@1"}),
        ("Virton\nBastogne\nCiney", set()),
    ],
)
def test_ticks_and_numbers_follow_their_sites_when_the_list_changes(laptop, sites, ticks):
    services = {
        "at": ["urgences@0", "laboratoire@1", "own-0@1"],
        "own": ["own-0=Hélistation"],
        "essential": ["urgences"],
    }
    answered(laptop, services=services | {"phone": ["laboratoire@1=4512 @night"]})

    laptop.post(page_of("sites"), {"sites": sites})

    there = kept(laptop)
    assert there.ticks == ticks
    assert there.phones == {tick: "4512 @night" for tick in ticks if tick.startswith("laboratoire")}
    assert there.essential == {"urgences"}


@pytest.mark.parametrize(
    ("step", "typed", "sentence"),
    [
        ("real", {}, "Choose: real, or an exercise."),
        ("real", {"is_exercise": "perhaps"}, "not one of the available choices"),
        ("what", what(clock=""), "Set this machine’s clock first"),
        ("what", what(name=""), "This field is required."),
        ("what", what(started_at="yesterday"), "Enter a valid date/time."),
        ("what", what(started_at="2099-01-01T00:00", aware_at="2099-01-01T01:00"), "This moment is in the future"),
        ("what", what(aware_at=when(hours=5)), "Nobody can know of a crisis before it begins"),
        ("house", HOUSE | {"name": " "}, "This field is required."),
        ("house", HOUSE | {"cell_phone": ""}, "This field is required."),
        ("house", HOUSE | {"cell_phone": "abc"}, "holds no number"),
        ("house", HOUSE | {"public_phone": "abc"}, "holds no number"),
        ("house", HOUSE | {"languages": []}, "This field is required."),
        ("house", HOUSE | {"languages": ["xx"]}, "not one of the available choices"),
        ("sites", {"sites": " \n "}, "This field is required."),
        ("sites", {"sites": "Arlon\nArlon"}, "“Arlon” stands there twice."),
        ("sites", {"sites": "Marche\nmarché"}, "“marché” stands there twice."),
        ("sites", {"sites": "x" * 200}, "is too long for a name."),
        ("sites", {"sites": "\n".join(map(str, range(SITES + 1)))}, "this is a list of something else"),
        ("services", {}, "Arlon has no service yet: tick at least one."),
        ("services", {"at": ["urgences@0"]}, "Libramont has no service yet: tick at least one."),
        ("services", {"at": ["nonsense@0", "urgences@9", "urgences@x", "@"]}, "Arlon has no service yet"),
        ("services", {"pasted": "\n".join(f"service {n}" for n in range(301))}, "paste the services only"),
        ("services", {"pasted": "y" * 200}, "is too long for a name."),
    ],
)
def test_what_does_not_do_is_said_in_a_sentence_at_its_page_and_writes_nothing(laptop, step, typed, sentence):
    answered(laptop)

    answer = laptop.post(page_of(step), typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert is_empty()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"new": "short", "again": "short"}, "too short"),
        ({"again": "something else"}, "The two passwords differ."),
        ({"username": "two words"}, "A user name has letters and digits, no spaces."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_the_last_page_refuses_at_its_field_keeps_what_was_typed_and_writes_nothing(laptop, typed, sentence):
    answer = answered(laptop).post(page_of("me"), ME | {"function": "On call"} | typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="On call"' in page
    assert "horse battery staple" not in page
    assert is_empty()


def test_a_pasted_list_ticks_what_the_catalogue_knows_and_keeps_what_it_does_not(laptop):
    answered(laptop)

    answer = laptop.post(page_of("services"), {"pasted": "- Spoed\nlabo\nlabo\nHélistation"}, follow=True)

    page = answer.content.decode()
    assert "3 lines are ticked at every site. Not in the catalogue, so a row of their own: “Hélistation”." in page
    assert 'value="urgences@1" aria-label="Emergency department, Libramont" checked' in page
    assert 'value="own-0=Hélistation"' in page
    assert 'aria-label="Hélistation, Arlon" checked' in page
    assert is_empty()


def test_a_service_of_ones_own_reaches_the_board_under_its_own_name(laptop):
    answered(laptop, services={"at": ["own-0@0", "own-0@1"], "own": ["own-0=Hélistation <b>"], "essential": []})

    laptop.post(page_of("me"), ME)

    assert Activity.objects.get().names == {"": "Hélistation <b>"}
    assert "Hélistation &lt;b&gt;" in laptop.get("/", follow=True).content.decode()


def test_pasted_twice_a_service_stands_once():
    form = ServicesForm(
        {"pasted": ["Spoed\nUrgences\nHélistation\nhelistation"], "own": ["own-0=Hélistation"]}, sites={0: "A"}
    )
    form.data = {"pasted": "Spoed\nUrgences\nHélistation\nhelistation"}

    assert form.is_valid()
    assert form.take_in() == (3, ["Hélistation"])
    assert form.own == {"own-0": "Hélistation"}
    assert form.ticks == {"urgences@0", "own-0@0"}


def test_preparing_asks_for_no_crisis_and_ends_where_one_can_be_declared(client, db):
    client.post(reverse("start"), {"code": first_code()})
    client.post(reverse("start"), {"mode": "prepare"})
    assert client.get(page_of("real")).status_code == 404
    for step, typed in {"house": HOUSE, "sites": {"sites": "Arlon"}, "services": {"at": ["urgences@0"]}}.items():
        client.post(page_of(step), typed)

    answer = client.post(page_of("me"), ME, follow=True)

    assert not Crisis.objects.exists()
    assert reverse("declare") in answer.content.decode()


def test_who_comes_second_is_told_who_was_first_and_what_they_typed_changes_nothing(laptop):
    second = Client()
    second.post(reverse("start"), {"code": first_code()})
    second.post(reverse("start"), {"mode": "declare"})
    answered(second)
    answered(laptop).post(page_of("me"), ME)
    before = JournalEntry.objects.count()

    answer = second.post(page_of("me"), ME | {"username": "other"}, follow=True)

    assert "Somebody has begun here meanwhile" in answer.content.decode()
    assert (User.objects.count(), Crisis.objects.count(), JournalEntry.objects.count()) == (1, 1, before)


def test_who_is_second_by_a_moment_is_told_at_their_last_page_and_led_to_the_door(laptop, monkeypatch):
    answered(laptop)

    def somebody_begins_right_after() -> bool:
        needed = is_needed()
        if needed:
            User.objects.create_user("first", first_name="Direction")
        return needed

    monkeypatch.setattr(views, "is_needed", somebody_begins_right_after)

    answer = laptop.post(page_of("me"), ME)

    assert answer.status_code == 422
    assert "Direction has begun on another screen meanwhile" in answer.text
    assert f'href="{reverse("sign_in")}"' in answer.text
    assert (User.objects.count(), Crisis.objects.count()) == (1, 0)


def test_the_spaces_of_a_password_count_when_it_is_chosen_and_when_it_is_typed(laptop):
    spaced = "  horse battery staple "
    answered(laptop).post(page_of("me"), ME | {"new": spaced, "again": spaced})

    for typed, status in ((spaced.strip(), 422), (spaced, 302)):
        sent = {"username": ME["username"].upper(), "password": typed}
        assert Client().post(reverse("sign_in"), sent).status_code == status


def test_the_password_is_in_no_session_and_in_no_journal(laptop):
    answered(laptop).post(page_of("me"), ME | {"again": "something else"})

    assert "horse" not in str(dict(laptop.session))


# ── in a house that is prepared ──


@pytest.fixture
def prepared(organisation, radiology, laboratory, django_user_model):
    boss = django_user_model.objects.create_user("boss", password="a long password")
    grant_role(boss, "director", by=None)
    return boss


def declaration(**changed) -> dict:
    return what() | {"is_exercise": "no"} | changed


def test_a_prepared_house_declares_on_one_page(prepared, browser_of):
    boss = browser_of(prepared)
    assert reverse("declare") in boss.get("/").content.decode()
    assert "2 services at 1 sites" in boss.get(reverse("declare")).content.decode()

    answer = boss.post(reverse("declare"), declaration())

    crisis = Crisis.objects.get()
    assert answer.url.startswith(f"{reverse('board', args=[crisis.pk])}?change=")
    assert crisis.name == "Attack"
    assert not crisis.is_exercise


def test_a_second_crisis_is_declared_only_by_who_says_that_it_is_another(prepared, browser_of):
    boss = browser_of(prepared)
    boss.post(reverse("declare"), declaration())

    answer = boss.post(reverse("declare"), declaration(name="Flood"))

    assert answer.status_code == 422
    assert "“Attack” is open already" in answer.content.decode()
    assert 'name="another"' in answer.content.decode()
    assert Crisis.objects.count() == 1
    boss.post(reverse("declare"), declaration(name="Flood", another="on"))
    assert Crisis.objects.count() == 2


def test_who_declares_second_is_led_to_the_crisis_that_is_open_or_told_whom_to_ask(prepared, browser_of):
    boss = browser_of(prepared)
    boss.post(reverse("declare"), declaration())
    board = reverse("board", args=[Crisis.objects.get().pk])
    other = User.objects.create_user("other", password="a long password")
    grant_role(other, "director", by=None)
    Member.objects.filter(user=other).exclude(crisis=None).delete()

    seen, unseen = (
        boss.post(reverse("declare"), declaration()),
        browser_of(other).post(reverse("declare"), declaration()),
    )

    assert f'href="{board}"' in seen.text
    assert "ask its secretary" not in seen.text
    assert f'href="{board}"' not in unseen.text
    assert "You are not a member of it: ask its secretary to add you." in unseen.text
    assert Crisis.objects.count() == 1


def test_who_opens_the_page_while_one_is_open_is_told_before_they_type(prepared, browser_of):
    boss = browser_of(prepared)
    assert "declared already" not in boss.get(reverse("declare")).text
    boss.post(reverse("declare"), declaration())
    boss.post(reverse("declare"), declaration(name="Drill", is_exercise="yes"))

    page = boss.get(reverse("declare"))

    assert page.status_code == 200
    assert "The crisis “Attack” is declared already; it began" in page.text
    assert "The exercise “Drill” is under way; it began" in page.text
    for crisis in Crisis.objects.all():
        assert f'href="{reverse("board", args=[crisis.pk])}"' in page.text


def test_where_a_file_told_of_a_crisis_already_the_last_page_asks_whether_this_is_another(laptop):
    answered(laptop)
    declare_crisis("Told by a file", started_at=timezone.now() - timedelta(days=3), by=None)
    before = JournalEntry.objects.count()
    assert 'name="another"' not in laptop.get(page_of("me")).text

    refused = laptop.post(page_of("me"), ME)

    assert refused.status_code == 422
    assert "“Told by a file” is open already" in refused.text
    assert 'name="another"' in refused.text
    assert (User.objects.count(), JournalEntry.objects.count()) == (0, before)
    again = laptop.post(page_of("me"), ME | {"again": "something else", "another": "on"})
    assert 'name="another" checked' in again.text
    laptop.post(page_of("me"), ME | {"another": "on"})
    assert {crisis.name for crisis in Crisis.objects.all()} == {"Told by a file", "Attack"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"is_exercise": ""}, "Choose: real"), ({"clock": ""}, "clock first"), ({"started_at": ""}, "required")],
)
def test_what_is_missing_is_asked_for_and_nothing_is_declared(prepared, browser_of, typed, sentence):
    answer = browser_of(prepared).post(reverse("declare"), declaration(**typed))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Crisis.objects.exists()


def test_who_may_not_declare_is_told_whom_to_call_and_nothing_is_declared(prepared, observer, browser_of):
    somebody = browser_of(observer)
    before = Crisis.objects.count()

    for answer in (somebody.get(reverse("declare")), somebody.post(reverse("declare"), declaration())):
        assert answer.status_code == 422
        assert "call the director on duty" in answer.content.decode()
    assert Crisis.objects.count() == before
    assert Client().get(reverse("declare")).url.startswith(reverse("sign_in"))


def test_a_closed_crisis_is_in_nobodys_way(prepared, browser_of):
    boss = browser_of(prepared)
    boss.post(reverse("declare"), declaration())
    close_crisis(Crisis.objects.get(), by=prepared)

    assert boss.post(reverse("declare"), declaration(name="Flood")).status_code == 302


# ── the first reports ──


def test_a_report_offers_the_next_essential_service_that_nobody_has_assessed(
    crisis, laboratory, elsewhere, secretary, browser_of
):
    browser = browser_of(secretary)

    def reported(service) -> str:
        address = reverse("report", args=[crisis.pk, service.pk])
        return browser.post(address, {"status": "vital"}, headers={"HX-Request": "true"}).content.decode()

    assert "Next, not assessed: Laboratory (Libramont)" in reported(elsewhere)
    assert "Next, not assessed" not in reported(laboratory)


def test_a_site_lead_is_offered_only_what_they_answer_for(crisis, laboratory, elsewhere, radiology, duty, browser_of):
    address = reverse("report", args=[crisis.pk, radiology.pk])

    answer = browser_of(duty).post(address, {"status": "vital"}, headers={"HX-Request": "true"})

    assert "Next, not assessed: Laboratory (Libramont)" in answer.content.decode()


@pytest.mark.parametrize("asked", ["0", "-1", "x", "1.5", "9" * 30])
def test_a_board_with_a_strange_form_to_open_is_still_a_board(crisis, laboratory, secretary, browser_of, asked):
    answer = browser_of(secretary).get(reverse("board", args=[crisis.pk]), {"change": asked})

    assert answer.status_code in {200, 422}
    assert 'hx-trigger="load"' not in answer.content.decode()


def test_who_may_not_report_gets_no_form(crisis, laboratory, observer, browser_of):
    answer = browser_of(observer).get(reverse("board", args=[crisis.pk]), {"change": laboratory.pk})

    assert 'hx-trigger="load"' not in answer.content.decode()
