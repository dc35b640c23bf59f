"""The journal's and the members' pages: closed by role, filtered, infinite, masked, and never a word too many."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crisis.accounts.cards import use_card
from crisis.models import FreeEntry, JournalEntry, Member, Text
from crisis.writes import grant_role, write_entry
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, ago, person, written

HTMX = {"HX-Request": "true"}


@pytest.fixture
def journal(crisis) -> str:
    return reverse("journal", args=[crisis.pk])


@pytest.mark.parametrize(
    ("role", "status"),
    [("director", 200), ("medical", 200), ("secretary", 200), ("communications", 200), ("it", 200), ("duty", 422), ("ward", 422),
     ("observer", 422), ("outsider", 404)],
)  # fmt: skip
def test_the_journal_opens_by_role_and_says_so_in_words(role, status, request, journal, browser_of):
    answer = browser_of(request.getfixturevalue(role)).get(journal)

    assert answer.status_code == status
    if status == 422:
        assert "Your role does not open the journal: ask the secretary of the cell." in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("director", 200), ("secretary", 200), ("it", 200), ("medical", 422), ("communications", 422), ("duty", 422), ("ward", 422),
     ("observer", 422), ("outsider", 404)],
)  # fmt: skip
def test_the_members_page_opens_by_role(role, status, request, crisis, browser_of):
    assert browser_of(request.getfixturevalue(role)).get(reverse("members", args=[crisis.pk])).status_code == status


def test_a_line_is_written_and_stands_on_top(crisis, journal, browser_of, secretary):
    client = browser_of(secretary)

    answer = client.post(
        reverse("write_entry", args=[crisis.pk]), {"words": "A truck arrived.", "source": "porter"}, follow=True
    )

    page = answer.content.decode()
    assert "A truck arrived." in page
    assert "to verify" in page
    assert FreeEntry.objects.get().to_verify


def test_an_entry_that_was_written_later_says_too_when_it_was_so(
    crisis, journal, browser_of, secretary, radiology, laboratory
):
    late = report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(20)), by=secretary)
    now = report_status(crisis, laboratory, VITAL, by=secretary)

    page = browser_of(secretary).get(journal).content.decode()

    def moments(seq: int) -> list[str]:
        return re.findall('datetime="([^"]+)"', page.split(f'id="entry-{seq}"')[1].split("</li>")[0])

    assert [datetime.fromisoformat(each) for each in moments(late.seq)] == [late.recorded_at, late.observed_at]
    assert [datetime.fromisoformat(each) for each in moments(now.seq)] == [now.recorded_at]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"words": ""}, "This field is required."), ({"words": "x", "happened_at": "2999-01-01T10:00"}, "in the future"),
     ({"words": "x", "happened_at": "noon"}, "Enter a valid date/time."), ({"words": "y" * 4001}, "at most 4000 characters")],
)  # fmt: skip
def test_a_bad_line_is_refused_at_its_field_and_kept(typed, sentence, crisis, browser_of, secretary):
    before = written()

    answer = browser_of(secretary).post(reverse("write_entry", args=[crisis.pk]), {"source": "the porter", **typed})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'value="the porter"' in answer.content.decode()
    assert written() == before


def test_the_list_goes_on_without_loading_everything_and_costs_the_same(crisis, journal, browser_of, secretary):
    client = browser_of(secretary)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    write_entry(crisis, "first", by=secretary)
    cost(journal)
    one = cost(journal)
    for n in range(120):
        write_entry(crisis, f"line {n}", by=secretary)

    page = client.get(journal).content.decode()
    older = client.get(journal, {"before": 72}, headers=HTMX).content.decode()
    last = client.get(journal, {"before": 22}, headers=HTMX).content.decode()

    assert page.count('id="entry-') == 50
    assert 'hx-get="?before=72"' in page
    assert older.count('id="entry-') == 50
    assert 'id="entry-71"' in older
    assert "<html" not in older
    assert last.count('id="entry-') == 21
    assert "hx-get" not in last
    assert cost(journal) <= one


def test_the_filters_narrow_and_say_that_the_page_is_not_live(crisis, journal, radiology, browser_of, secretary):
    write_entry(crisis, "a free line", by=secretary)
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    client = browser_of(secretary)

    narrowed = client.get(journal, {"verb": "service.reported"}).content.decode()
    service = client.get(journal, {"service": "radiologie@libramont", "actor": "Secretary"}).content.decode()

    for page in (narrowed, service):
        assert "Radiology (Libramont): Suspended." in page
        assert "a free line" not in page
        assert "A filtered journal does not update itself." in page
        assert "ws-connect" not in page
    assert client.get(journal, {"day": "yesterday"}).status_code == 422
    assert client.get(journal, {"verb": "nonsense"}).status_code == 422


def test_verifying_and_masking_by_page(crisis, journal, browser_of, secretary, director):
    entry = write_entry(crisis, "Jeanne Dupont has called.", by=secretary).entry
    desk, boss = browser_of(secretary), browser_of(director)
    mask = reverse("mask", args=[crisis.pk, entry.pk])
    text = Text.objects.get(body="Jeanne Dupont has called.")

    assert desk.post(reverse("verify_entry", args=[crisis.pk, entry.pk])).status_code == 302
    assert "verified by Secretary" in desk.get(journal).content.decode()
    assert desk.get(mask).status_code == 422
    assert mask not in desk.get(journal).content.decode()
    assert mask in boss.get(journal).content.decode()
    refused = boss.post(mask, {"text": text.pk, "reason": ""})
    assert refused.status_code == 422
    assert "Say why this text is masked" in refused.content.decode()
    assert boss.post(mask, {"text": 99999, "reason": "x"}).status_code == 404
    assert boss.post(mask, {"text": text.pk, "reason": "a patient"}, follow=True).status_code == 200
    shown = desk.get(journal).content.decode()
    assert "Dupont" not in shown
    assert "[masked]" in shown
    assert "A text was masked: a patient" in shown


def test_a_member_gets_a_role_by_page_and_loses_it(crisis, browser_of, secretary, outsider):
    client, url = browser_of(secretary), reverse("members", args=[crisis.pk])

    given = client.post(url, {"user": outsider.pk, "role": "observer"}, follow=True)
    member = Member.objects.get(user=outsider, until=None)
    taken = client.post(reverse("withdraw", args=[crisis.pk, member.pk]), follow=True)

    assert "Outsider has the role." in given.content.decode() or "outsider has the role." in given.content.decode()
    assert taken.status_code == 200
    assert not Member.objects.filter(user=outsider, until=None).exists()


def test_a_new_account_shows_its_sign_in_card_once(crisis, browser_of, secretary):
    client, url = browser_of(secretary), reverse("members", args=[crisis.pk])
    typed = {"username": "new", "name": "Somebody", "site": "Libramont", "phone": "061 00 00 00", "role": "observer"}

    answer = client.post(url, typed)
    code = answer.context["cards"][0]["code"]

    assert code in answer.content.decode()
    later = client.get(url).content.decode()
    assert code not in later
    assert "new · Libramont · 061 00 00 00" in later
    assert use_card(code, "an even longer one", address="10.0.0.9").username == "new"
    assert not any(code in str(entry.data) for entry in JournalEntry.objects.all())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"role": "observer"}, "Choose a person, or give a user name for a new account."),
        ({"username": "new", "role": "observer"}, "Write the name that the journal will show."),
        ({"username": "new", "name": "N", "role": "king"}, "Select a valid choice."),
        (
            {"username": "new", "name": "N", "role": "ward"},
            "Choose the sites or services that this person answers for.",
        ),
        ({"username": "new", "name": "N", "role": "director"}, "This needs a second person."),
        ({"user": "12345", "role": "observer"}, "Select a valid choice."),
    ],
)
def test_a_member_that_cannot_be_is_refused_and_no_account_is_left_behind(
    typed, sentence, crisis, browser_of, secretary
):
    people = type(secretary).objects.count()

    answer = browser_of(secretary).post(reverse("members", args=[crisis.pk]), typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert type(secretary).objects.count() == people


def test_what_was_done_alone_is_flagged_until_it_is_countersigned(
    crisis, journal, browser_of, secretary, director, outsider
):
    grant_role(outsider, "director", crisis, alone="nobody answers", by=secretary)
    entry = JournalEntry.objects.latest("pk")
    url, sign = reverse("members", args=[crisis.pk]), reverse("countersign", args=[crisis.pk, entry.pk])
    boss = browser_of(director)

    assert "Done alone, waiting for a second signature" in boss.get(url).content.decode()
    assert "alone, with a reason" in boss.get(journal).content.decode()
    assert browser_of(secretary).post(sign).status_code == 422
    assert boss.post(sign).status_code == 302
    assert "Done alone" not in boss.get(url).content.decode()
    assert "countersigned by Director" in boss.get(journal).content.decode()


def test_an_account_is_closed_by_page_but_never_ones_own(crisis, browser_of, secretary, observer):
    client = browser_of(secretary)

    assert client.post(reverse("deactivate", args=[crisis.pk, observer.pk])).status_code == 302
    assert client.post(reverse("deactivate", args=[crisis.pk, observer.pk])).status_code == 422
    assert client.post(reverse("deactivate", args=[crisis.pk, secretary.pk])).status_code == 422
    observer.refresh_from_db()
    assert not observer.is_active


def test_a_member_of_another_crisis_is_out_of_reach(crisis, browser_of, secretary):
    stranger = person("stranger", "observer", None)
    client = browser_of(secretary)

    assert client.post(reverse("withdraw", args=[crisis.pk, stranger.memberships.get().pk])).status_code == 404
    assert client.post(reverse("deactivate", args=[crisis.pk, stranger.pk])).status_code == 404


def test_every_page_speaks_every_language(crisis, radiology, browser_of, secretary, client):
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    words = {
        "fr": ("Suspendu", "Journal"),
        "nl": ("Opgeschort", "Logboek"),
        "de": ("Ausgesetzt", "Journal"),
        "en": ("Suspended", "Journal"),
    }
    desk = browser_of(secretary)

    for code, (status, journal) in words.items():
        desk.post(reverse("language"), {"language": code, "next": "/"})
        page = desk.get(reverse("board", args=[crisis.pk])).content.decode()
        assert f'<html lang="{code}"' in page
        assert status in page
        assert journal in page
