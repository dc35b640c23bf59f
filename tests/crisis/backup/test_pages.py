"""The page of the backups, a download with its progress, and the line of the board."""

import os
import threading
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisis.backup import downloads, pieces, state
from crisis.backup.kept import kept_models
from crisis.backup.make import labelled, make_backup, name_of
from crisis.backup.schedule import with_the_beat
from crisis.backup.state import Failure
from crisis.middleware import CSP
from crisis.models import JournalEntry
from tests.cast import person
from tests.crisis.backup.cases import PASSPHRASE, lines_in
from tests.running import until

TYPED = {"passphrase": PASSPHRASE, "again": PASSPHRASE}


@pytest.fixture
def lead(crisis):
    """The IT lead of the house: a standing role."""
    user = person("lead", "it", None)
    person("lead2", "director", None)
    return user


@pytest.fixture
def page(lead, browser_of) -> Client:
    return browser_of(lead)


@pytest.mark.parametrize(
    ("role", "standing", "code"),
    [
        ("director", True, 200),
        ("it", True, 200),
        ("director", False, 422),
        ("it", False, 422),
        *[(role, True, 422) for role in ("medical", "secretary", "communications", "site", "ward", "observer")],
    ],
)
def test_director_and_it_of_the_house_open_it_and_nobody_else(role, standing, code, crisis, browser_of):
    browser = browser_of(person("somebody", role, None if standing else crisis))

    answer = browser.get(reverse("backups"))
    assert answer.status_code == code
    assert ("Your role does not make backups" in answer.text) is (code == 422)
    if code == 422:
        sent = browser.post(reverse("backups"), TYPED)
        assert sent.status_code == 422
        assert not downloads.folder_of().exists()


def test_who_is_not_signed_in_goes_to_the_door(client, db):
    for address in (
        reverse("backups"),
        reverse("backup_download", args=["a" * 32]),
        reverse("backup_file", args=["a" * 32]),
    ):
        assert client.get(address).status_code == 302


def test_it_says_calmly_that_none_is_made_by_itself(page):
    text = page.get(reverse("backups")).text

    assert "No backup is made by itself: set BACKUP_DIR" in text
    assert 'role="alert"' not in text


@pytest.mark.django_db(transaction=True)
def test_it_lists_what_lies_on_the_stick_with_size_age_and_heads(page, stick):
    made = make_backup(stick, PASSPHRASE)
    (stick / name_of(timezone.now() - timedelta(days=1))).write_bytes(b"damaged")

    text = page.get(reverse("backups")).text

    assert "Last backup: 0 min ago" in text
    for head in made.heads:
        assert f'title="{head}"' in text
    assert text.count("<tr>") == 2  # the heading, and the one that can be read
    assert str(stick) in text


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (28, "There is no room left in {stick}: free some, or take another stick."),
        (2, "{stick} is not there: plug the stick in, or make the folder."),
        (30, "{stick} cannot be written (Read-only file system): look at it, or take another one."),
        (None, "No backup was made: Read-only file system"),
    ],
)
def test_it_says_why_the_last_try_failed(number, sentence, page, stick):
    state.failed(Failure(timezone.now(), number, "Read-only file system"))

    text = page.get(reverse("backups")).text

    assert "There is no backup yet." not in text
    assert sentence.format(stick=stick) in text
    assert 'role="alert"' in text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"passphrase": "too short", "again": "too short"}, "A passphrase has at least 12 characters."),
        ({"passphrase": PASSPHRASE, "again": PASSPHRASE + "!"}, "The two passphrases differ."),
        ({"passphrase": PASSPHRASE}, "This field is required."),
        ({}, "This field is required."),
    ],
)
def test_a_passphrase_that_will_not_do_is_said_at_its_field_and_begins_nothing(typed, sentence, page):
    answer = page.post(reverse("backups"), typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSPHRASE not in answer.text
    assert not downloads.folder_of().exists()


def taken(page: Client) -> tuple[str, bytes]:
    """Begin one, wait until it is ready, take it away: its page's address, and its bytes."""
    begun = page.post(reverse("backups"), TYPED)
    assert begun.status_code == 302
    until(lambda: "The backup is ready" in page.get(begun.url).text, "the backup is ready")
    return begun.url, page.get(f"{begun.url}file/").content


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_counted_and_taken_away_and_it_holds_everything(page, tmp_path):
    address, body = taken(page)

    text = page.get(address).text
    answer = page.get(f"{address}file/")
    path = tmp_path / "taken.backup"
    path.write_bytes(body)
    assert answer["Content-Disposition"].startswith('attachment; filename="vigie-')
    assert answer["Cache-Control"] == "no-store"
    assert lines_in(path)[0]["rows"] == sum(model._base_manager.count() for model in kept_models())
    assert "hx-trigger" not in text
    assert PASSPHRASE not in "".join(each.read_text() for each in downloads.folder_of().rglob("state.json"))
    until(lambda: not any(thread.name == "download" for thread in threading.enumerate()), "the thread has ended")


@pytest.mark.django_db(transaction=True)
def test_another_person_does_not_take_it_away(page, browser_of):
    address, _body = taken(page)
    other = browser_of(person("other", "director", None))

    assert other.get(address).status_code == 404
    assert other.get(f"{address}file/").status_code == 404
    for token in ("nowhere", "0" * 32, "..", "a" * 31 + "/"):
        assert page.get(f"/backup/{token}/").status_code == 404


def under_way(user, **told) -> str:
    """A download that is being made, as its thread notes it."""
    token = "ab" * 16
    downloads.folder_of(token).mkdir(parents=True)
    downloads.note(token, user=user.pk, **told)
    return token


def test_one_under_way_shows_how_far_it_is_with_and_without_script(lead, page):
    token = under_way(lead, done=300, rows=1200)
    address = reverse("backup_download", args=[token])

    whole, piece = page.get(address).text, page.get(address, headers={"HX-Request": "true"}).text

    for text in (whole, piece):
        assert '<progress max="1200" value="300"></progress>' in text
        assert "300 of 1200 rows" in text
        assert f'hx-get="{address}" hx-trigger="every 1s"' in text
        assert f'<noscript><p><a class="button" href="{address}">Look again</a></p></noscript>' in text
    assert "<html" in whole
    assert "<html" not in piece
    assert page.get(f"{address}file/").status_code == 302


def test_who_has_one_under_way_is_led_to_it_and_makes_no_second(lead, page):
    token = under_way(lead, done=1, rows=2)

    assert page.post(reverse("backups"), TYPED).url == reverse("backup_download", args=[token])
    assert [folder.name for folder in downloads.folder_of().iterdir()] == [token]


def test_one_whose_process_ended_says_so_and_another_can_begin(lead, page):
    token = under_way(lead, done=1, rows=2)
    os.utime(downloads.folder_of(token) / "state.json", (0, 0))

    text = page.get(reverse("backup_download", args=[token])).text

    assert "Whatever made it was stopped: begin again." in text
    assert "hx-trigger" not in text
    assert downloads.mine(lead) == ""


def test_one_that_failed_says_why(lead, page):
    token = under_way(lead, failed="There is no room left in /srv: free some.")

    text = page.get(reverse("backup_download", args=[token])).text

    assert "There is no room left in /srv: free some." in text
    assert 'role="alert"' in text


@pytest.mark.django_db(transaction=True)
def test_what_nobody_takes_for_an_hour_goes(page, lead):
    address, _body = taken(page)
    token = address.split("/")[-2]
    os.utime(downloads.folder_of(token), (0, 0))

    with_the_beat([])

    assert page.get(address).status_code == 404
    assert not downloads.folder_of(token).exists()


def test_the_pages_keep_the_content_policy(lead, page):
    token = under_way(lead, done=1, rows=2)
    for address in (reverse("backups"), reverse("backup_download", args=[token])):
        answer = page.get(address)
        assert answer["Content-Security-Policy"] == CSP.format(ws="ws:// wss://")
        assert " style=" not in answer.text
        assert "<script>" not in answer.text


def test_the_menu_leads_there_for_who_may(page, crisis, director, secretary, browser_of):
    board = reverse("board", args=[crisis.pk])
    link = f'<a href="{reverse("backups")}">Backups</a>'

    assert browser_of(director).get(board).text.count(link) == 2  # the menu, and the line beside the matrix
    assert browser_of(secretary).get(board).text.count(link) == 1  # the line, which its role does not show
    assert (
        "make_backups" not in browser_of(secretary).get(board).text.partition("hx-headers")[0].partition("data-may")[2]
    )


def test_the_board_says_how_old_the_last_one_is(crisis, observer, browser_of, stick):
    (stick / name_of(timezone.now() - timedelta(minutes=12))).write_bytes(b"")

    text = browser_of(observer).get(reverse("board", args=[crisis.pk])).text

    assert '<p id="backup" class="backup small"' in text
    assert "Last backup: 12 min ago" in text


def test_the_board_warns_from_thirty_minutes_on_and_says_why(crisis, observer, browser_of, stick):
    (stick / name_of(timezone.now() - timedelta(minutes=31))).write_bytes(b"")
    state.failed(Failure(timezone.now(), 28, "No space left on device"))

    text = browser_of(observer).get(reverse("board", args=[crisis.pk])).text

    assert '<p id="backup" class="backup warn" role="status">' in text
    assert f"Last backup: 31 min ago. There is no room left in {stick}" in text


def test_a_past_board_says_nothing_of_backups(crisis, observer, browser_of, stick):
    text = browser_of(observer).get(reverse("board", args=[crisis.pk]), {"at": "2022-05-14T12:00"}).text

    assert 'id="backup"' not in text


def test_the_line_asks_the_database_nothing(crisis, stick, django_assert_num_queries):
    now = timezone.now()
    (stick / name_of(now)).write_bytes(b"")

    with django_assert_num_queries(0):
        assert "0 min ago" in pieces.beside_board(crisis, None)
        assert pieces.pieces(crisis, 3) == ""
        assert pieces.by_clock(crisis, now, now) != ""


def test_open_boards_are_told_once_a_minute_and_when_it_changes(crisis, stick):
    now = timezone.now() - timedelta(minutes=4)
    pieces._said.clear()
    (stick / name_of(now)).write_bytes(b"")
    told = [bool(pieces.by_clock(crisis, now, now + timedelta(seconds=second))) for second in range(5, 185, 5)]

    assert sum(told) == 4  # at first, and at each of three minutes
    state.forget()
    assert pieces.by_clock(crisis, now, now + timedelta(seconds=180)) == ""
    (stick / name_of(now + timedelta(seconds=170))).write_bytes(b"")
    state.forget()
    assert "0 min ago" in pieces.by_clock(crisis, now, now + timedelta(seconds=185))


@pytest.mark.django_db(transaction=True)
def test_who_takes_everything_away_stands_in_the_houses_journal_and_in_what_they_take(page, lead, settings):
    before = JournalEntry.objects.count()

    taken(page)

    entry = JournalEntry.objects.latest("pk")
    assert (entry.verb, entry.actor, entry.book.crisis) == ("backup.asked", lead, None)
    assert JournalEntry.objects.count() == before + 1
    path = next(settings.DATA_DIR.glob("downloads/*/*.backup"))
    heads = {head["book"]: head["seq"] for head in labelled(path).label["heads"]}
    assert heads[entry.book_id] == entry.seq


def test_one_that_has_counted_nothing_yet_shows_a_bar_without_an_end(lead, page):
    token = under_way(lead)

    text = page.get(reverse("backup_download", args=[token])).text

    assert "The rows are being counted<progress></progress>" in text


def test_a_folder_without_a_backup_says_so_and_warns(page, stick):
    text = page.get(reverse("backups")).text

    assert '<p class="warn" role="alert"><b>There is no backup yet.</b></p>' in text
