"""The hub: who joins gets what it missed, one frame for all of a room, nothing lost, nobody held up by another."""

import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connections
from django.test import Client

from crisis import layer, live
from crisis.asgi import application
from crisis.journal_pieces import journal_pieces
from crisis.live import Hub
from crisis.models import Member
from crisis.writes import mask_text, verify_entry, withdraw_role, write_entry
from services.writes import report_status
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL

pytestmark = pytest.mark.django_db(transaction=True)
later = sync_to_async


class Screen:
    """A socket that keeps what it was sent; a stuck one never comes back from a frame."""

    prompt = False

    def __init__(self, stuck: bool = False, welcome: bool = True) -> None:
        self.frames: list[str] = []
        self.closed: int | None = None
        self.stuck, self.welcome = stuck, welcome
        self.came = asyncio.Event()

    async def frame(self, text: str) -> None:
        self.frames.append(text)
        self.came.set()
        if self.stuck:
            await asyncio.Event().wait()

    async def close(self, code: int | None = None) -> None:
        self.closed = code

    @classmethod
    def standing(cls, sockets: list["Screen"]) -> dict["Screen", str]:
        return {socket: "" for socket in sockets if socket.welcome}

    async def next(self) -> str:
        """The next frame that comes."""
        await asyncio.wait_for(self.came.wait(), 10)
        self.came.clear()
        return self.frames[-1]


@pytest.fixture(autouse=True)
async def returned():
    """The thread that writes for async tests gives its connection back: the test database is dropped at the end."""
    yield
    await later(connections.close_all)()


@pytest.fixture
async def hub():
    """A hub that looks only when it is asked: no clock of its own."""
    found = Hub()
    await found.start()
    for task in found.tasks:
        task.cancel()
    await asyncio.gather(*found.tasks, return_exceptions=True)
    found.tasks.clear()
    yield found
    await found.stop()


async def settle() -> None:
    """Let what was handed over arrive."""
    for _ in range(5):
        await asyncio.sleep(0)


def seq_of(frame: str) -> int:
    return int(frame.rsplit('data-seq="', 1)[1].split('"')[0])


async def test_who_joins_up_to_date_gets_the_mark_and_who_is_behind_gets_everything(hub, crisis, radiology, secretary):
    report = await later(report_status)(crisis, radiology, VITAL, by=secretary)
    await hub._look()
    fresh, old = Screen(), Screen()

    await hub.join(fresh, crisis.pk, "board", "en", report.seq)
    await hub.join(old, crisis.pk, "board", "en", 0)
    await settle()

    assert "service-" not in fresh.frames[0]
    assert f'id="service-{radiology.pk}"' in old.frames[0]
    assert seq_of(fresh.frames[0]) == seq_of(old.frames[0]) == report.seq


async def test_a_change_reaches_every_screen_of_a_room_in_its_language_as_one_and_the_same_frame(
    hub, crisis, radiology, secretary
):
    screens = [Screen() for _ in range(3)]
    for screen, lang in zip(screens, ["fr", "fr", "nl"], strict=True):
        await hub.join(screen, crisis.pk, "board", lang, 0)
    await hub._look()
    await settle()
    before = [len(screen.frames) for screen in screens]

    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    await hub._look()
    await settle()

    assert [len(s.frames) - b for s, b in zip(screens, before, strict=True)] == [1, 1, 1]
    assert screens[0].frames[-1] is screens[1].frames[-1]
    assert "Suspendu" in screens[0].frames[-1]
    assert "Opgeschort" in screens[2].frames[-1]


async def test_a_burst_of_writes_is_one_frame(hub, crisis, radiology, laboratory, secretary):
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 0)
    await hub._look()
    await settle()
    before = len(screen.frames)

    for facts in (VITAL, RESTORED, SUSPENDED):
        await later(report_status)(crisis, radiology, facts, by=secretary)
    await later(report_status)(crisis, laboratory, VITAL, by=secretary)
    await hub._look()
    await settle()

    assert len(screen.frames) == before + 1
    assert f"service-{radiology.pk}" in screen.frames[-1]
    assert f"service-{laboratory.pk}" in screen.frames[-1]
    assert seq_of(screen.frames[-1]) == 4


async def test_an_update_between_the_page_and_the_join_is_not_lost(hub, crisis, radiology, secretary):
    await hub._look()
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    screen = Screen()

    await hub.join(screen, crisis.pk, "board", "en", 0)
    await hub._look()
    await settle()

    assert any('tile" data-status="suspended"' in frame for frame in screen.frames) or await caught_up(hub, screen)


async def caught_up(hub: Hub, screen: Screen) -> bool:
    """What the page does with the next beat: it says its seq, and gets what it missed."""
    await hub.answer(screen, 0)
    await settle()
    return 'tile" data-status="suspended"' in screen.frames[-1]


async def test_a_screen_that_missed_a_frame_gets_everything_when_it_says_its_number(hub, crisis, radiology, secretary):
    screen = Screen(stuck=True)
    await hub.join(screen, crisis.pk, "board", "en", 0)
    await settle()
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    await hub._look()
    await settle()
    assert len(screen.frames) == 1

    hub.seats[screen].sending.cancel()
    screen.stuck = False
    await settle()
    await hub.answer(screen, 0)
    await settle()

    assert 'tile" data-status="suspended"' in screen.frames[-1]


async def test_one_stuck_screen_holds_nobody_up_and_is_closed_after_six_beats(
    hub, crisis, radiology, secretary, monkeypatch
):
    monkeypatch.setattr(live, "BEAT", 0.01)
    stuck, well = Screen(stuck=True), Screen()
    for screen in (stuck, well):
        await hub.join(screen, crisis.pk, "board", "en", 0)
    await settle()
    beating = asyncio.create_task(hub._beat())
    for _ in range(500):
        if stuck.closed:
            break
        await well.next()
        await hub.answer(well, 0)
    beating.cancel()

    assert stuck.closed == live.SLOW
    assert well.closed is None
    assert len(stuck.frames) == 1
    assert stuck not in hub.seats
    assert len(well.frames) > 5


async def test_a_thousand_screens_that_come_back_cost_one_rendering(hub, crisis, radiology, secretary, monkeypatch):
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    await hub._look()
    rendered, real = [], live.whole
    monkeypatch.setattr(live, "whole", lambda *room: rendered.append(room) or real(*room))
    screens = [Screen() for _ in range(100)]

    for screen in screens:
        await hub.join(screen, crisis.pk, "board", "en", 0)
    await settle()

    assert len(rendered) == 1
    assert all('tile" data-status="suspended"' in screen.frames[-1] for screen in screens)


async def test_screens_that_come_back_at_the_same_moment_wait_for_one_rendering(
    hub, crisis, radiology, secretary, monkeypatch
):
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    await hub._look()
    rendered, real = [], live.whole
    monkeypatch.setattr(live, "whole", lambda *room: rendered.append(room) or real(*room))
    screens = [Screen() for _ in range(100)]

    await asyncio.gather(*(hub.join(screen, crisis.pk, "board", "en", 0) for screen in screens))
    await settle()

    assert len(rendered) == 1
    assert all('tile" data-status="suspended"' in screen.frames[-1] for screen in screens)


async def test_a_beat_brings_no_number_so_a_page_that_missed_a_frame_goes_on_saying_so(
    hub, crisis, radiology, secretary
):
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 0)
    await hub._look()
    await settle()
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    hub.heads[crisis.pk] = 1  # it has heard of the report, and the frame was lost

    beat = "".join(await hub._beat_of(hub.seats[screen]))

    assert 'id="live"' in beat
    assert "data-seq" not in beat


async def test_who_asks_for_the_whole_board_without_end_gets_it_once_a_beat(
    hub, crisis, radiology, secretary, monkeypatch
):
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    await hub._look()
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 0)
    await settle()
    before = len(screen.frames)

    for _ in range(50):
        await hub.answer(screen, 0)
        await settle()

    assert len(screen.frames) == before + 1


async def test_a_socket_whose_frame_cannot_be_sent_is_closed_so_that_it_cannot_look_live(hub, crisis):
    class Broken(Screen):
        async def frame(self, text: str) -> None:
            raise ValueError("too large")

    broken, well = Broken(), Screen()
    for screen in (broken, well):
        await hub.join(screen, crisis.pk, "board", "en", 0)
    await settle()

    assert (broken.closed, well.closed) == (live.SLOW, None)
    assert list(hub.seats) == [well]


async def test_a_socket_that_cannot_even_be_closed_holds_nobody_up(hub, crisis, monkeypatch):
    monkeypatch.setattr(live, "BEAT", 0.01)

    class Dead(Screen):
        async def close(self, code: int | None = None) -> None:
            await asyncio.Event().wait()

    dead, well = Dead(stuck=True), Screen()
    for screen in (dead, well):
        await hub.join(screen, crisis.pk, "board", "en", 0)
    beating = asyncio.create_task(hub._beat())
    while dead in hub.seats:
        await well.next()
        await hub.answer(well, 1)
    for _ in range(3):
        await well.next()
        await hub.answer(well, 1)
    beating.cancel()

    assert len(well.frames) > live.GONE + 3


async def test_a_kept_board_is_rendered_again_after_a_beat_because_the_clock_changes_it_too(
    hub, crisis, radiology, secretary, monkeypatch
):
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    await hub._look()
    first, soon, much_later = Screen(), Screen(), Screen()
    for screen in (first, soon):
        await hub.join(screen, crisis.pk, "board", "en", 0)
    monkeypatch.setattr(live, "BEAT", -1)
    await hub.join(much_later, crisis.pk, "board", "en", 0)
    await settle()

    assert first.frames[-1] is soon.frames[-1]
    assert much_later.frames[-1] is not first.frames[-1]


async def test_a_screen_that_shows_more_than_the_journal_has_is_not_taken_for_current(
    hub, crisis, radiology, secretary
):
    await later(report_status)(crisis, radiology, VITAL, by=secretary)
    await hub._look()
    ahead = Screen()

    await hub.join(ahead, crisis.pk, "board", "en", 7)
    await settle()

    assert f'id="service-{radiology.pk}"' in ahead.frames[-1]
    assert seq_of(ahead.frames[-1]) == 1


async def test_what_the_clock_changed_while_the_database_was_away_comes_with_the_first_beat_after(
    hub, crisis, radiology, secretary, monkeypatch
):
    windows, broken = [], [True]

    def by_the_clock(pk, topic, lang, before, now) -> str:
        if broken.pop() if broken else False:
            raise DatabaseError("away")
        windows.append(before)
        return "<i id='x'></i>"

    monkeypatch.setattr(live, "clocked", by_the_clock)
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 0)
    start = live.timezone.now()
    hub.clocked_at[hub.seats[screen].room] = start

    await hub._beat_of(hub.seats[screen])
    hub.healthy = True
    changed, _mark = await hub._beat_of(hub.seats[screen])

    assert changed == "<i id='x'></i>"
    assert windows == [start]


async def test_who_missed_what_the_clock_changed_gets_everything_with_its_next_answer(
    hub, crisis, radiology, secretary
):
    await later(report_status)(crisis, radiology, VITAL, by=secretary)
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 1)
    await settle()
    hub.seats[screen].missed = True

    await hub.answer(screen, 1)
    await settle()

    assert f'id="service-{radiology.pk}"' in screen.frames[-1]
    assert not hub.seats[screen].missed


async def test_a_message_for_one_socket_alone_reaches_no_other(hub, crisis):
    class Told(Screen):
        prompt = True

        @classmethod
        def standing(cls, sockets: list["Told"]) -> dict["Told", str]:
            return {socket: "for you" if socket is sockets[0] else "" for socket in sockets}

    one, other = Told(), Told()
    for screen in (one, other):
        await hub.join(screen, crisis.pk, "board", "en", 0)
    await settle()

    await hub._check([one, other])
    await settle()

    assert one.frames[-1] == "for you"
    assert "for you" not in other.frames


async def test_what_a_feature_notes_with_a_beat_holds_no_frame_up(hub, crisis, monkeypatch):
    started, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(live, "BEAT", 0.01)
    monkeypatch.setattr(live, "beat_works", [lambda seats: started.set() or ended.wait(10)])
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 0)
    beating = asyncio.create_task(hub._beat())
    await later(started.wait)(10)

    for _ in range(3):
        await screen.next()
        await hub.answer(screen, 0)

    ended.set()
    beating.cancel()
    assert len(screen.frames) > 3


async def test_a_lost_database_is_said_by_the_beat_and_heals(hub, crisis, radiology, secretary, monkeypatch):
    screen = Screen()
    await hub.join(screen, crisis.pk, "board", "en", 0)
    await hub._look()
    await settle()

    def away(rooms, before) -> None:
        raise DatabaseError("away")

    with monkeypatch.context() as lost:
        lost.setattr(live, "grown", away)
        await hub._look()
    beat = "".join(await hub._beat_of(hub.seats[screen]))
    await hub._look()
    healed = "".join(await hub._beat_of(hub.seats[screen]))

    assert "data-ill" in beat
    assert "data-ill" not in healed


async def test_who_is_no_longer_welcome_is_closed(hub, crisis, monkeypatch):
    monkeypatch.setattr(live, "RECHECK", 0.01)
    gone, stays = Screen(welcome=False), Screen()
    for screen in (gone, stays):
        await hub.join(screen, crisis.pk, "board", "en", 0)
    checking = asyncio.create_task(hub._recheck())
    for _ in range(500):
        if gone.closed:
            break
        await asyncio.sleep(0.01)
    checking.cancel()

    assert (gone.closed, stays.closed) == (live.WITHDRAWN, None)
    assert list(hub.seats) == [stays]


async def test_work_that_fails_starts_again(hub, monkeypatch):
    monkeypatch.setattr(live, "POLL", 0.001)
    tried, done = [], asyncio.Event()

    async def work() -> None:
        tried.append(1)
        if len(tried) < 3:
            raise ValueError("once more")
        done.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(hub._for_ever(work))
    await asyncio.wait_for(done.wait(), 10)
    task.cancel()

    assert len(tried) == 3


async def test_the_alarm_comes_with_every_topic(hub, crisis, laboratory, secretary):
    board, journal = Screen(), Screen()
    await hub.join(board, crisis.pk, "board", "en", 0)
    await hub.join(journal, crisis.pk, "journal", "en", 0)
    await hub._look()
    await later(report_status)(crisis, laboratory, ATTACKED, by=secretary)
    await hub._look()
    await settle()

    for screen in (board, journal):
        assert "Laboratory (Libramont) is suspended: an essential service." in screen.frames[-1]


async def test_an_open_journal_gets_new_lines_and_the_old_ones_that_they_verify(crisis, secretary, director):
    free = await later(write_entry)(crisis, "A truck.", by=secretary)
    await later(verify_entry)(crisis, free, by=director)
    new = await later(journal_pieces)(crisis, 1)
    whole = await later(journal_pieces)(crisis, None)
    await later(mask_text)(crisis, free.text, "a patient", by=director)
    masked = await later(journal_pieces)(crisis, 2)

    assert new.index('id="entry-2"') < new.index('id="entry-1"')
    assert "verified by Director" in new
    assert 'hx-swap-oob="afterbegin:#entries"' in new
    assert '<ol id="entries"' in whole
    assert '<ol id="entries"' in masked
    assert "truck" not in masked


async def test_a_journal_longer_than_a_page_goes_on_in_a_frame_too(crisis, secretary):
    for n in range(51):
        await later(write_entry)(crisis, f"line {n}", by=secretary)

    whole = await later(journal_pieces)(crisis, None)

    assert whole.count('id="entry-') == 50
    assert 'hx-get="?before=2"' in whole


async def test_a_signal_wakes_the_hub_and_a_lost_one_costs_a_second(crisis, radiology, secretary, monkeypatch):
    monkeypatch.setattr(live, "POLL", 0.05)
    hub, screen = Hub(), Screen()
    await hub.start()
    try:
        await hub.join(screen, crisis.pk, "board", "en", 0)
        await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
        while 'tile" data-status="suspended"' not in (screen.frames or [""])[-1]:
            await screen.next()
    finally:
        await hub.stop()

    assert hub.tasks == []


async def test_the_hub_of_the_writing_process_hears_at_once_without_any_layer(
    crisis, radiology, secretary, monkeypatch
):
    monkeypatch.setattr(live, "POLL", 3600)
    monkeypatch.setattr(layer, "get_channel_layer", lambda: None)
    hub, screen = Hub(), Screen()
    await hub.start()
    try:
        await hub.join(screen, crisis.pk, "board", "en", 0)
        await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
        async with asyncio.timeout(10):
            while 'tile" data-status="suspended"' not in (screen.frames or [""])[-1]:
                await screen.next()
    finally:
        await hub.stop()


async def test_a_hub_whose_layer_swallows_the_order_to_end_ends_all_the_same(monkeypatch):
    """As `asyncio.wait_for` of Python 3.11 may, in which redis-py waits: a server would wait for it for ever."""
    swallowed = []

    async def listen(woken: asyncio.Event) -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if swallowed:
                    raise
                swallowed.append("once")

    monkeypatch.setattr(layer, "listen", listen)
    hub = Hub()
    await hub.start()
    await asyncio.sleep(0)

    await hub.stop()

    assert swallowed == ["once"]
    assert all(task.done() for task in asyncio.all_tasks() if task.get_name() == "_listen")


async def test_a_channel_layer_that_does_not_answer_loses_no_fact(crisis, secretary, monkeypatch):
    class Broken:
        async def group_send(self, group, message):
            raise ConnectionError("no redis")

    monkeypatch.setattr(layer, "get_channel_layer", Broken)

    assert (await later(write_entry)(crisis, "x", by=secretary)).pk


# ── the socket ──


def cookie_of(username: str) -> bytes:
    client = Client()
    client.force_login(
        get_user_model().objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


async def socket(path: str, cookie: bytes = b"", origin: bytes = b"http://localhost") -> WebsocketCommunicator:
    headers = [(b"origin", origin), (b"host", b"localhost"), (b"cookie", cookie)]
    return WebsocketCommunicator(application, path, headers=headers)


async def code_of(path: str, cookie: bytes = b"", origin: bytes = b"http://localhost") -> int | None:
    """With which code the socket is refused; None when it is let in."""
    opened = await socket(path, cookie, origin)
    connected, code = await opened.connect()
    if not connected:
        return code
    if "nowhere" in path:
        return (await opened.receive_output())["code"]
    await opened.disconnect()
    return None


@pytest.fixture
async def running():
    """The process' own hub, which consumers join."""
    await live.hub.start()
    yield live.hub
    await live.hub.stop()


async def test_a_member_gets_in_by_role_and_a_stranger_finds_nothing(running, crisis, secretary, observer, outsider):
    cookies = {name: await later(cookie_of)(name) for name in ("secretary", "observer", "outsider")}

    def path(topic: str, pk: int = crisis.pk) -> str:
        return f"/ws/crises/{pk}/{topic}/?lang=en&seq=0"

    assert await code_of(path("board"), cookies["secretary"]) is None
    assert await code_of(path("journal"), cookies["secretary"]) is None
    assert await code_of(path("board"), cookies["observer"]) is None
    assert await code_of(path("journal"), cookies["observer"]) == 4404
    assert await code_of(path("board"), cookies["outsider"]) == 4404
    assert await code_of(path("board")) == 4404
    assert await code_of(path("board", 99999), cookies["secretary"]) == 4404
    assert await code_of(path("secrets"), cookies["secretary"]) == 4404
    assert await code_of("/ws/nowhere/") == 4404


async def test_another_sites_page_gets_no_socket(running, crisis, secretary):
    cookie = await later(cookie_of)("secretary")

    for origin in (b"http://evil.example", b"null", b"", b"http://localhost.evil.example", b"http://localhost:81"):
        assert await code_of(f"/ws/crises/{crisis.pk}/board/?lang=en&seq=0", cookie, origin) == 4403


async def test_a_socket_gets_frames_answers_beats_and_ignores_nonsense(running, crisis, radiology, secretary):
    opened = await socket(f"/ws/crises/{crisis.pk}/board/?lang=xx&seq=abc", await later(cookie_of)("secretary"))
    assert (await opened.connect())[0]
    first = await opened.receive_from(5)

    for nonsense in (" ", "{", "[]", '{"seq": "x"}', "null"):
        await opened.send_to(text_data=nonsense)
    await opened.send_to(text_data=json.dumps({"seq": 0}))
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    frame = await opened.receive_from(5)
    while "Suspendu" not in frame:
        frame = await opened.receive_from(5)
    await opened.disconnect()

    assert 'id="live"' in first
    assert not live.hub.seats


async def test_a_page_that_floods_is_closed_and_the_others_are_not(running, crisis, radiology, secretary, monkeypatch):
    monkeypatch.setattr("crisis.consumers.FLOOD", 20)
    cookie = await later(cookie_of)("secretary")
    flooding, well = [await socket(f"/ws/crises/{crisis.pk}/board/?lang=en&seq=0", cookie) for _ in range(2)]
    for opened in (flooding, well):
        assert (await opened.connect())[0]
        await opened.receive_from(5)

    for _ in range(21):
        await flooding.send_to(text_data='{"seq": 0}')
    closed = await flooding.receive_output(5)
    while closed["type"] != "websocket.close":
        closed = await flooding.receive_output(5)
    await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
    frame = await well.receive_from(5)
    while 'tile" data-status="suspended"' not in frame:
        frame = await well.receive_from(5)

    assert closed["code"] == live.SLOW
    assert len(live.hub.seats) == 1
    await well.disconnect()


async def test_the_role_and_the_session_are_asked_again(running, crisis, observer):
    from crisis.consumers import LiveConsumer

    opened = await socket(f"/ws/crises/{crisis.pk}/board/?lang=en&seq=0", await later(cookie_of)("observer"))
    assert (await opened.connect())[0]
    seat = next(iter(live.hub.seats))
    assert isinstance(seat, LiveConsumer)
    assert await later(LiveConsumer.standing)([seat]) == {seat: ""}

    await later(lambda: withdraw_role(Member.objects.get(user=observer), by=None))()

    assert await later(LiveConsumer.standing)([seat]) == {}
    await opened.disconnect()
