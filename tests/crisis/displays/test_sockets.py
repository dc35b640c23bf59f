"""A wall's socket: who gets in, what it hears, what it is told alone, and how its presence is noted."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.core import signing
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crisis import live
from crisis.asgi import application
from crisis.displays import consumers
from crisis.displays.consumers import note_presence
from crisis.displays.identity import SCREEN
from crisis.displays.models import Display
from crisis.displays.reads import standings
from crisis.displays.writes import Look, blank_display, identify_display, pair_display, revoke_display, show_code
from crisis.writes import declare_crisis, grant_role, write_entry
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, ago

pytestmark = pytest.mark.django_db(transaction=True)
later = sync_to_async


@pytest.fixture(autouse=True)
async def running():
    """The process' own hub, and a roll that nobody has read yet."""
    consumers.roll.__init__()
    await live.hub.start()
    yield live.hub
    await live.hub.stop()
    await later(connections.close_all)()


def cookie_of(display: Display, key: str = "") -> bytes:
    return f"{SCREEN}={signing.dumps([display.pk, key or display.key], salt=SCREEN)}".encode()


def new_screen(crisis, by, name: str, **look) -> Display:
    return pair_display(crisis, show_code("10.0.0.7").code, Look(name=name, **{"language": "en"} | look), by=by)


@asynccontextmanager
async def wall(cookie: bytes, query: str = "stamp=1&seq=0", origin: bytes = b"http://localhost"):
    """An open socket; closed at the end."""
    headers = [(b"origin", origin), (b"host", b"localhost"), (b"cookie", cookie), (b"user-agent", b"A screen/1")]
    opened = WebsocketCommunicator(application, f"/ws/wall/?{query}", headers=headers)
    opened.scope["client"] = ["10.0.0.7", 5]
    connected, code = await opened.connect(timeout=10)
    opened.refused = None if connected else code
    yield opened
    if connected:
        await opened.disconnect()


async def frame_with(opened: WebsocketCommunicator, words: str) -> str:
    """The first frame that holds these words."""
    frame = await opened.receive_from(10)
    while words not in frame:
        frame = await opened.receive_from(10)
    return frame


async def code_of(cookie: bytes, **more) -> int | None:
    """With which code a socket is refused; None when it gets a frame."""
    async with wall(cookie, **more) as opened:
        if opened.refused:
            return opened.refused
        first = await opened.receive_output(10)
        return first.get("code")


async def test_a_paired_screen_gets_its_wall_and_nobody_else_does(crisis, secretary, screen):
    other = "x" * len(screen.key)

    assert await code_of(cookie_of(screen)) is None
    assert await code_of(cookie_of(screen, other)) == 4403
    assert await code_of(b"") == 4403
    assert await code_of(f"{SCREEN}=forged:by:hand".encode()) == 4403
    assert await code_of(f"{SCREEN}={signing.dumps([screen.pk, screen.key], salt='else')}".encode()) == 4403
    assert await code_of(cookie_of(screen), origin=b"http://evil.example") == 4403
    assert await code_of(cookie_of(screen), origin=b"") == 4403


async def test_an_identity_signed_with_another_key_is_none(crisis, secretary, screen, settings):
    cookie = cookie_of(screen)
    settings.SECRET_KEY = "another key altogether, as long as it ought to be, and then some"

    assert await code_of(cookie) == 4403


async def test_a_revoked_screen_is_refused_and_an_open_one_is_closed_within_two_seconds(crisis, secretary, screen):
    async with wall(cookie_of(screen)) as opened:
        await opened.receive_from(10)
        start = asyncio.get_running_loop().time()
        await later(revoke_display)(screen, by=secretary)
        output = await opened.receive_output(10)
        while output["type"] != "websocket.close":
            output = await opened.receive_output(10)
        took = asyncio.get_running_loop().time() - start

    assert output["code"] == 4403
    assert took < 2
    assert await code_of(cookie_of(screen)) == 4403


async def test_a_screen_hears_its_own_crisis_only_whatever_its_address_says(crisis, secretary, screen, radiology):
    def more():
        other = declare_crisis("Other", started_at=ago(50), by=None)
        grant_role(secretary, "secretary", other, by=None)
        return other, new_screen(other, secretary, "Elsewhere")

    other, elsewhere = await later(more)()
    async with wall(cookie_of(elsewhere), f"stamp=1&seq=0&crisis={crisis.pk}") as far, wall(cookie_of(screen)) as near:
        await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)
        await frame_with(near, 'tile" data-status="suspended"')
        await later(report_status)(other, radiology, VITAL, by=secretary)
        heard = await frame_with(far, f'id="service-{radiology.pk}"')
        while 'tile" data-status="vital"' not in heard:
            assert 'tile" data-status="suspended"' not in heard
            heard = await frame_with(far, f'id="service-{radiology.pk}"')

    assert 'tile" data-status="suspended"' not in heard


async def test_a_screen_speaks_the_language_it_was_given(crisis, secretary, radiology):
    german = await later(new_screen)(crisis, secretary, "Saal", language="de")
    async with wall(cookie_of(german), "stamp=1&seq=0&lang=fr") as opened:
        await later(report_status)(crisis, radiology, SUSPENDED, by=secretary)

        assert "Ausgesetzt" in await frame_with(opened, 'tile" data-status="suspended"')


async def test_a_wall_gets_no_banner_with_buttons_but_alarms_of_its_own(crisis, secretary, screen, laboratory):
    async with wall(cookie_of(screen)) as opened:
        await later(report_status)(crisis, laboratory, SUSPENDED.changed(reason="down"), by=secretary)
        frame = await frame_with(opened, "service-")

    assert frame.count('id="alarms"') == 1
    assert "<a " not in frame
    assert "down" not in frame


async def test_only_the_screen_that_is_asked_flashes_its_name(crisis, secretary, screen):
    other = await later(new_screen)(crisis, secretary, "Hall")
    async with wall(cookie_of(screen)) as asked, wall(cookie_of(other)) as quiet:
        await asked.receive_from(10)
        await quiet.receive_from(10)
        await later(identify_display)(screen, by=secretary)
        told = await frame_with(asked, 'id="screen"')
        await later(write_entry)(crisis, "x", by=secretary)
        heard = await frame_with(quiet, 'data-seq="3"')

    assert ">Crisis room</div>" in told
    assert "hidden" not in told.partition(">")[0]
    assert 'id="screen"' not in heard


async def test_a_screen_that_was_changed_is_told_also_when_it_was_just_loading(crisis, secretary, screen):
    async with wall(cookie_of(screen)) as opened:
        await opened.receive_from(10)
        await later(blank_display)(screen, True, by=secretary)
        told = await frame_with(opened, 'id="screen"')
    async with wall(cookie_of(screen), "stamp=1&seq=0") as late:
        told_late = await frame_with(late, 'id="screen"')

    assert 'data-stamp="2"' in told
    assert 'data-stamp="2"' in told_late


async def test_nonsense_in_a_sockets_address_is_no_number(crisis, secretary, screen):
    for query in ("", "stamp=x&seq=-1", "seq=" + "9" * 400, "seq=\u0663".encode().decode("latin-1"), "seq=1&seq=2"):
        assert await code_of(cookie_of(screen), query=query) is None


async def test_a_hundred_screens_that_come_back_cost_one_query_for_all_identities(
    crisis, secretary, screen, monkeypatch
):
    asked, real = [], standings
    monkeypatch.setattr(consumers, "standings", lambda: asked.append(1) or real())
    for task in live.hub.tasks:
        task.cancel()
    monkeypatch.setattr(consumers, "FRESH", 60.0)

    found = await asyncio.gather(*(consumers.roll.find((screen.pk, screen.key)) for _ in range(100)))

    assert len(asked) == 1
    assert all(row.crisis == crisis.pk for row in found)


async def test_a_screen_that_was_paired_just_now_is_found_though_the_roll_is_fresh(crisis, secretary, screen):
    assert await consumers.roll.find((screen.pk, screen.key))
    new = await later(new_screen)(crisis, secretary, "Hall")

    assert await consumers.roll.find((new.pk, new.key))


async def test_presence_is_noted_with_what_the_screen_says_it_shows(crisis, secretary, screen):
    async with wall(cookie_of(screen)) as opened:
        await opened.receive_from(10)
        await opened.send_to(text_data=json.dumps({"seq": 1}))
        while not next(iter(live.hub.seats.values())).shows:
            await asyncio.sleep(0.01)
        await later(note_presence)(list(live.hub.seats.values()))
        await later(screen.refresh_from_db)()

    assert (screen.address, screen.browser, screen.seen_seq) == ("10.0.0.7", "A screen/1", 1)
    assert screen.is_connected()
    assert not screen.is_connected(timezone.now() + timedelta(seconds=21))


async def test_screens_that_show_the_same_are_noted_by_one_statement_and_not_again_at_once(crisis, secretary, screen):
    other = await later(new_screen)(crisis, secretary, "Hall")

    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as asked:
            note_presence(list(live.hub.seats.values()))
        return len(asked)

    for task in live.hub.tasks:
        task.cancel()  # no beat of its own
    async with wall(cookie_of(screen)), wall(cookie_of(other)):
        while len(live.hub.seats) < 2:
            await asyncio.sleep(0.01)
        assert await later(queries)() == 4  # one commit introduces both, one statement notes both
        assert await later(queries)() == 0
        for seat in live.hub.seats.values():
            seat.shows = 7
        assert await later(queries)() == 1


async def test_a_screen_that_stopped_answering_is_not_noted_as_there(crisis, secretary, screen):
    for task in live.hub.tasks:
        task.cancel()  # no beat of its own
    async with wall(cookie_of(screen)):
        while not live.hub.seats:
            await asyncio.sleep(0.01)
        next(iter(live.hub.seats.values())).unanswered = 2
        await later(note_presence)(list(live.hub.seats.values()))
        await later(screen.refresh_from_db)()

    assert screen.seen_at is None


async def test_a_screen_that_was_busy_when_it_was_told_is_told_again(crisis, secretary, screen):
    for task in live.hub.tasks:
        task.cancel()
    async with wall(cookie_of(screen)) as opened:
        while not live.hub.seats:
            await asyncio.sleep(0.01)
        seat = next(iter(live.hub.seats.values()))
        await later(blank_display)(screen, True, by=secretary)
        seat.sending = asyncio.create_task(asyncio.Event().wait())  # still busy with a frame
        await live.hub._check([seat.socket])
        seat.sending.cancel()
        await asyncio.sleep(0)
        await live.hub._check([seat.socket])

        assert 'data-stamp="2"' in await frame_with(opened, 'id="screen"')
        await live.hub._check([seat.socket])
        assert await opened.receive_nothing(0.2)
