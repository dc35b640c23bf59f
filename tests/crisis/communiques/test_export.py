"""The public site as files: relative links that lead somewhere, the same bytes for the same state, all or nothing."""

import io
import threading
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from crisis import seats
from crisis.communiques.public import export
from crisis.communiques.public.export import export_public, with_the_beat, written
from crisis.errors import RuleBroken
from crisis.models import Crisis, Organisation, Text
from crisis.writes import close_crisis, mask_text
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, ago
from tests.crisis.communiques.public_cast import measure, publish, release


@pytest.fixture
def told(crisis, radiology, laboratory, secretary, medical):
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(1)), by=secretary)
    report_status(crisis, radiology, SUSPENDED.changed(observed_at=ago(1)), by=secretary)
    measure(crisis, text="Annulé", activities=["radiologie"], attendance="stay")
    release(crisis, by=medical)
    publish(crisis, 1, hours=5, fr=("Un", "Texte."))
    publish(crisis, 1, hours=1, fr=("Deux", "Texte."))


class Hrefs(HTMLParser):
    """Every address that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src", "action"} and value]


def hrefs(page: str) -> list[str]:
    parser = Hrefs()
    parser.feed(page)
    return parser.found


def test_every_link_of_every_page_leads_to_a_file(told, tmp_path):
    count = export_public(tmp_path / "site")

    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert count == len(written(tmp_path / "site")) > 4 * 6
    for page in pages:
        for href in hrefs(page.read_text()):
            if href.startswith(("tel:", "#")):
                continue
            assert "://" not in href, (page, href)
            assert "?" not in href, (page, href)
            assert not href.startswith("/"), (page, href)
            assert (page.parent / href.partition("#")[0]).resolve().is_file(), (page, href)


def test_what_is_there(told, tmp_path):
    export_public(tmp_path / "site")

    found = written(tmp_path / "site")
    french = {name for name in found if name.startswith("fr/")}
    assert french == {
        "fr/index.html", "fr/feed.atom", "fr/print.html", "fr/answers/libramont.html", "fr/communiques/1.html",
        "fr/communiques/1/1.html", "fr/communiques/1/2.html",
    }  # fmt: skip
    assert {"index.html", "status.json", "public.css", "icon.svg"} <= set(found)
    assert "<form" not in found["fr/index.html"].decode()
    assert 'href="communiques/1/1.html"' not in found["fr/index.html"].decode()
    assert "This is a copy: it does not follow what changes." in found["en/index.html"].decode()


def test_the_same_state_gives_the_same_bytes_and_touches_nothing(told, tmp_path):
    export_public(tmp_path / "site")
    first, inode = written(tmp_path / "site"), (tmp_path / "site").stat().st_ino

    export_public(tmp_path / "site")
    export_public(tmp_path / "other")

    assert (tmp_path / "site").stat().st_ino == inode
    assert written(tmp_path / "other") == first


def test_another_state_takes_the_place_of_the_old_one(told, crisis, tmp_path):
    export_public(tmp_path / "site")
    (tmp_path / "site" / "old.html").write_text("of an earlier export")
    publish(crisis, 2, fr=("Nouveau", "Texte."))

    export_public(tmp_path / "site")

    assert "fr/communiques/2.html" in written(tmp_path / "site")
    assert "old.html" not in written(tmp_path / "site")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".site.lock", "site"]


def test_a_failure_leaves_the_old_site_whole(told, crisis, tmp_path, monkeypatch):
    export_public(tmp_path / "site")
    before = written(tmp_path / "site")
    publish(crisis, 2, fr=("Nouveau", "Texte."))

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        export_public(tmp_path / "site")

    assert written(tmp_path / "site") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".site.lock", "site"]


def test_a_directory_with_other_files_is_left_alone(told, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(RuleBroken, match="holds other files"):
        export_public(tmp_path)
    with pytest.raises(CommandError, match="holds other files"):
        call_command("export_public", str(tmp_path))

    assert written(tmp_path) == {"letter.txt": b"mine"}


def test_an_export_waits_for_one_of_another_process(organisation, tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    asked = threading.Event()
    locking = fcntl.flock

    def flock(file, how):
        asked.set()
        locking(file, how)

    monkeypatch.setattr("crisis.communiques.public.export.fcntl.flock", flock)
    monkeypatch.setattr("crisis.communiques.public.export.files_of", lambda crisis: {"status.json": b"{}"})
    monkeypatch.setattr("crisis.communiques.public.export.shown", lambda: None)
    with (tmp_path / ".site.lock").open("w") as other:
        locking(other, fcntl.LOCK_EX)
        export = threading.Thread(target=export_public, args=[tmp_path / "site"])
        export.start()
        assert asked.wait(10)
        export.join(0.3)
        assert not (tmp_path / "site").exists()
    export.join(10)

    assert written(tmp_path / "site") == {"status.json": b"{}"}


def test_the_command_says_how_many(told, tmp_path):
    out = io.StringIO()

    call_command("export_public", str(tmp_path / "site"), stdout=out)

    assert out.getvalue() == f"{len(written(tmp_path / 'site'))} files are in {tmp_path / 'site'}.\n"


def test_an_exercise_is_not_written_but_by_the_demonstration(told, crisis, tmp_path):
    Crisis.objects.update(is_exercise=True)
    export_public(tmp_path / "site")
    assert not any("communiques" in name for name in written(tmp_path / "site"))

    Organisation.objects.update(is_demonstration=True)
    export_public(tmp_path / "site")

    assert "EXERCISE" in written(tmp_path / "site")["en/communiques/1.html"].decode()


def test_a_release_writes_the_files_once_it_is_committed(
    crisis, radiology, secretary, medical, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.PUBLIC_EXPORT_DIR = tmp_path / "site"
    report_status(crisis, radiology, VITAL, by=secretary)

    with django_capture_on_commit_callbacks(execute=True):
        release(crisis, by=medical)
        assert not (tmp_path / "site").exists()

    assert b'"answer": "kept"' in (tmp_path / "site" / "status.json").read_bytes()


def test_a_disk_that_fails_does_not_take_the_release_back(
    crisis, radiology, secretary, medical, tmp_path, settings, django_capture_on_commit_callbacks, caplog
):
    (tmp_path / "letter.txt").write_text("mine")
    settings.PUBLIC_EXPORT_DIR = tmp_path
    report_status(crisis, radiology, VITAL, by=secretary)

    with django_capture_on_commit_callbacks(execute=True):
        made = release(crisis, by=medical)

    assert made.pk
    assert "the public files could not be written" in caplog.text


@pytest.fixture
def followed(told, tmp_path, settings, monkeypatch) -> Path:
    """The files as the beat keeps them."""
    monkeypatch.setattr(export, "_exported", [])
    settings.PUBLIC_EXPORT_DIR = tmp_path / "site"
    with_the_beat([])
    return tmp_path / "site"


def test_the_hub_keeps_the_files(followed):
    assert with_the_beat in seats.beat_works
    assert (followed / "status.json").exists()


def test_what_is_masked_leaves_the_files_with_the_next_beat(followed, crisis, director):
    page = followed / "fr" / "communiques" / "1" / "1.html"
    publish(crisis, 2, fr=("Madame Untel", "Va bien."))
    with_the_beat([])
    assert any(b"Untel" in body for body in written(followed).values())

    mask_text(crisis, Text.objects.get(body="Madame Untel"), "a person", by=director)
    with_the_beat([])

    assert [name for name, body in written(followed).items() if b"Untel" in body] == []
    assert page.exists()


def test_the_end_of_the_crisis_takes_its_promises_out_of_the_files(followed, crisis, director):
    assert b'"answer": "kept"' in (followed / "status.json").read_bytes()

    close_crisis(crisis, by=director)
    with_the_beat([])

    assert b'"answer"' not in (followed / "status.json").read_bytes()
    assert b'"over": true' in (followed / "status.json").read_bytes()


def test_what_the_clock_takes_back_falls_in_the_files_too(followed):
    with time_machine.travel(timezone.now() + timedelta(hours=12)):
        with_the_beat([])

    assert b'"answer": "kept"' not in (followed / "status.json").read_bytes()


def test_a_beat_without_a_change_costs_one_query(followed, django_assert_num_queries, monkeypatch, settings):
    monkeypatch.setattr(export, "export_safely", lambda: pytest.fail("exported"))
    with time_machine.travel(timezone.now(), tick=False):
        export._exported[:] = [export.head_of(export.shown(), timezone.now())]

        with django_assert_num_queries(1):
            with_the_beat([])
        settings.PUBLIC_EXPORT_DIR = None
        with django_assert_num_queries(0):
            with_the_beat([])
