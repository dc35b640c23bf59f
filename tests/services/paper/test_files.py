"""Papers as files: all of a print or what was there before; by a command, and by themselves every fifteen minutes."""

import fcntl
import resource
import shutil
import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from crisis import seats
from crisis.backup.schedule import AGAIN, EVERY
from crisis.backup.state import Failure, State
from crisis.errors import RuleBroken
from crisis.models import Crisis, Organisation
from crisis.writes import close_crisis, declare_crisis
from services.models import Site
from services.paper import schedule, state
from services.paper.files import Busy, mark_of, print_into, printed_at
from services.paper.schedule import in_its_thread, is_due, keep_up, with_the_beat
from services.paper.state import look
from tests.cast import written
from tests.running import running, until

NOW = datetime(2022, 5, 20, 12, 0, tzinfo=UTC)
NAMES = ("board-a3", "contacts", "empty-sheet", "site-libramont", "sites")


def names_of(crisis, lang="en") -> list[str]:
    return [f"vigie-{crisis.pk}-{lang}-{name}.pdf" for name in NAMES]


def lying(folder) -> dict[str, bytes]:
    """The papers in a folder, and what was left half done."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".pdf", ".part"}}


def text_of(path) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages)


def test_everything_is_written_and_says_when_and_the_next_print_takes_its_place(reported, tmp_path):
    before = written()

    first = print_into(tmp_path, [reported], "en")
    when = printed_at(tmp_path)
    Organisation.objects.update(cell_phone="0471 11 11 11")
    second = print_into(tmp_path, [reported], "en")

    assert first == second == sorted(lying(tmp_path)) == names_of(reported)
    assert "0471 11 11 11" in text_of(tmp_path / first[0])
    assert when is not None
    assert when <= printed_at(tmp_path) <= timezone.now()
    assert written() == before


def test_two_languages_and_two_crises_lie_side_by_side(reported, tmp_path):
    other = declare_crisis("Flood", started_at=timezone.now(), by=None)

    print_into(tmp_path, [reported, other], "en")
    print_into(tmp_path, [reported], "fr")

    assert set(names_of(reported)) | set(names_of(other)) < set(lying(tmp_path))
    assert len(lying(tmp_path)) == 15
    assert any("Suspendu" in text_of(path) for path in tmp_path.glob(f"vigie-{reported.pk}-fr-sites*"))


def test_the_demonstration_never_takes_the_place_of_a_real_paper(reported, tmp_path, settings):
    print_into(tmp_path, [reported], "en")
    settings.DEMO = True

    assert all(name.startswith("demo-") for name in print_into(tmp_path, [reported], "en"))
    assert len(lying(tmp_path)) == 10


def test_the_sheet_of_a_site_that_is_no_more_goes_and_foreign_files_stay(reported, elsewhere, tmp_path):
    foreign = [tmp_path / "photo.jpg", tmp_path / "vigie-99-en-site-arlon.pdf"]
    for path in foreign:
        path.write_bytes(b"mine")
    print_into(tmp_path, [reported], "en")
    assert (tmp_path / f"vigie-{reported.pk}-en-site-arlon.pdf").exists()
    Site.objects.filter(key="arlon").update(until=timezone.now() - timedelta(hours=1))

    print_into(tmp_path, [reported], "en")

    assert not (tmp_path / f"vigie-{reported.pk}-en-site-arlon.pdf").exists()
    assert all(path.read_bytes() == b"mine" for path in foreign)


def test_a_full_stick_is_a_sentence_and_leaves_every_paper_as_it_was(reported, tmp_path):
    """A process that may write no file beyond 24 KiB, which is less than contacts take: as on a full stick."""
    print_into(tmp_path, [reported], "en")
    before, when = lying(tmp_path), printed_at(tmp_path)
    assert max(map(len, before.values())) > 24_576
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (24_576, limits[1]))
    try:
        with pytest.raises(RuleBroken, match=r"There is no room left in .* Nothing was printed.") as refusal:
            print_into(tmp_path, [reported], "en")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert str(tmp_path) in str(refusal.value)
    assert lying(tmp_path) == before
    assert printed_at(tmp_path) == when


def test_a_folder_that_is_not_there_is_not_made(reported, tmp_path):
    with pytest.raises(RuleBroken, match=r"is not there: plug the stick in, or make the folder. Nothing was printed."):
        print_into(tmp_path / "stick", [reported], "en")

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_or_of_a_paper_is_a_sentence(reported, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / names_of(reported)[0]).mkdir()

    with pytest.raises(RuleBroken, match="is not there"):
        print_into(tmp_path / "file", [reported], "en")
    with pytest.raises(RuleBroken, match=r"cannot be written .*Nothing was printed"):
        print_into(tmp_path, [reported], "en")
    assert not list(tmp_path.glob(".*.part"))


def test_what_a_power_cut_left_half_done_is_written_over(reported, tmp_path):
    (tmp_path / f".{names_of(reported)[0]}.part").write_bytes(b"half")

    print_into(tmp_path, [reported], "en")

    assert sorted(lying(tmp_path)) == names_of(reported)


def test_while_another_process_writes_this_one_does_not(reported, stick):
    with (stick / ".vigie.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            print_into(stick, [reported], "en")
        assert keep_up() == []

    assert lying(stick) == {}
    assert look().failure is None


@pytest.mark.parametrize("mark", ["", "{}", "[]", '{"moment": 3}', '{"moment": "yesterday"}', "\x00"])
def test_a_mark_that_says_nothing_is_no_moment(mark, tmp_path):
    mark_of(tmp_path).write_text(mark)

    assert printed_at(tmp_path) is None


def test_the_command_prints_the_crisis_that_is_open_in_the_first_language_of_the_house(reported, tmp_path):
    Organisation.objects.update(languages=["en", "fr"])
    out = StringIO()

    call_command("paper", str(tmp_path), stdout=out)

    assert out.getvalue() == f"5 files are in {tmp_path}.\n"
    assert sorted(lying(tmp_path)) == names_of(reported)


def test_the_command_prints_another_crisis_in_another_language(reported, tmp_path):
    closed = declare_crisis("Flood", started_at=timezone.now(), by=None)
    close_crisis(closed, by=None)

    call_command("paper", str(tmp_path), "--crisis", str(closed.pk), "--lang", "nl", stdout=StringIO())

    assert {name.rpartition(f"-{closed.pk}-")[2][:3] for name in lying(tmp_path)} == {"nl-"}


@pytest.mark.parametrize(("crisis_named", "folder"), [("99", "."), ("current", "nowhere")])
def test_the_command_answers_in_a_sentence(crisis_named, folder, reported, tmp_path):
    with pytest.raises(CommandError, match=r"There is no crisis 99|is not there: plug the stick in"):
        call_command("paper", str(tmp_path / folder), "--crisis", crisis_named, stdout=StringIO())

    assert lying(tmp_path) == {}


@pytest.mark.parametrize(
    ("known", "due"),
    [
        (State(), False),
        (State(is_set=True), True),
        (State(True, NOW - EVERY + timedelta(seconds=1)), False),
        (State(True, NOW - EVERY), True),
        (State(True, NOW + EVERY - timedelta(seconds=1)), False),
        (State(True, NOW + timedelta(days=1)), True),  # the clock was put back
        (State(True, NOW - EVERY, Failure(NOW - AGAIN + timedelta(seconds=1), 28, "")), False),
        (State(True, NOW - EVERY, Failure(NOW - AGAIN, 28, "")), True),
    ],
)
def test_when_papers_are_due(known, due):
    assert is_due(known, NOW) is due


def test_nothing_is_looked_at_when_no_folder_is_named(db, settings, django_assert_num_queries):
    settings.PAPER_DIR = None

    with django_assert_num_queries(0):
        assert keep_up() == []
        with_the_beat([])
        assert state.state() == look() == State()
    assert with_the_beat in seats.beat_works


def test_what_is_due_is_written_once_for_every_crisis_that_is_open(reported, stick):
    Organisation.objects.update(languages=["en"])
    other = declare_crisis("Flood", started_at=timezone.now(), by=None)
    close_crisis(declare_crisis("Fire", started_at=timezone.now(), by=None), by=None)

    assert keep_up() == sorted([*names_of(reported), *names_of(other)])
    assert keep_up() == []
    assert state.state().newest == printed_at(stick)


def test_nothing_is_written_while_no_crisis_is_open(reported, stick):
    close_crisis(reported, by=None)

    assert keep_up() == []
    assert look() == State(is_set=True)


def test_a_failure_is_known_and_tried_again_after_a_minute(reported, stick, caplog):
    shutil.move(stick, stick.with_name("pulled out"))

    assert keep_up() == []

    known = state.state()
    assert known.failure is not None
    assert (known.newest, known.failure.number) == (None, 2)
    assert "PAPER_DIR=" in caplog.text
    assert not is_due(look(), timezone.now())
    assert is_due(look(), timezone.now() + AGAIN)


def test_a_stick_that_is_pulled_out_does_not_make_the_last_print_forgotten(reported, stick):
    keep_up()
    when = look().newest

    stick.rename(stick.with_name("pulled out"))
    assert look() == State(True, when)
    stick.mkdir()
    assert look() == State(True, None)


@pytest.mark.django_db(transaction=True)
def test_the_beat_prints_in_a_thread_that_nobody_waits_for(reported, stick):
    with_the_beat([])

    until(lambda: printed_at(stick), "papers lie on the stick")
    until(lambda: not schedule._one_at_a_time.locked(), "the thread has ended")


@pytest.mark.django_db(transaction=True)
def test_four_at_once_print_once(reported, stick):
    found = []
    threads = [threading.Thread(target=lambda: found.append(in_its_thread())) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(bool(each) for each in found) == 1


def said(browser_of, person, crisis) -> str:
    return browser_of(person).get(reverse("paper", args=[crisis.pk])).content.decode()


def test_the_page_says_when_they_were_last_written_or_why_not(reported, stick, observer, browser_of, settings):
    assert "Nothing is written yet." in said(browser_of, observer, reported)
    keep_up()
    page = said(browser_of, observer, reported)
    assert "Last written: 0 min ago" in page
    assert f"Every 15 minutes into {stick}" in page

    mark_of(stick).write_text(f'{{"moment": "{(timezone.now() - timedelta(minutes=31)).isoformat()}"}}')
    state.failed(Failure(timezone.now(), 28, "No space left on device"))
    look()
    page = said(browser_of, observer, reported)
    assert "Last written: 31 min ago" in page
    assert f"There is no room left in {stick}: free some, or take another stick. Nothing was printed." in page
    assert 'class="warn"' in page

    settings.PAPER_DIR = None
    assert "Nothing is written by itself: set PAPER_DIR" in said(browser_of, observer, reported)


def test_the_page_of_a_closed_crisis_says_that_nothing_more_is_written(reported, stick, observer, browser_of):
    close_crisis(reported, by=None)

    assert "nothing more is written by itself" in said(browser_of, observer, Crisis.objects.get())


def test_a_server_prints_by_itself_and_nobody_needs_a_stick_to_start(tmp_path):
    folder, data = tmp_path / "stick", tmp_path / "data"
    data.mkdir()

    with running(data, "--demo", PAPER_DIR=str(folder)) as server:
        until(lambda: "PAPER_DIR=" in server.output(), "the log says that there is no stick", 60)
        assert not folder.exists()
        server.stop()
        folder.mkdir()
        server.restart()
        until(lambda: list(folder.glob("demo-1-fr-*.pdf")), "the first beat prints", 60)
        assert server.stop() == 0
