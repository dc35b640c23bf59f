"""How hubs hear that a book has grown: those of this process at once, those of others through the channel layer (Redis)."""

import asyncio
import contextlib
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)

GROUP = "books"
RENEWED = 600
"""Seconds after which a hub says again that it listens, long before the layer could forget it."""
_here: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
"""Who listens in this process, and on which loop."""


def tell(book: int, seq: int) -> None:
    """Tell every process that a book has grown. Losing it loses nothing: the hubs look for themselves once a second."""
    for woken, loop in list(_here.items()):
        with contextlib.suppress(RuntimeError):  # a loop that ended just now
            loop.call_soon_threadsafe(woken.set)
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(GROUP, {"type": "book", "book": book, "seq": seq})
    except Exception:
        # Whatever the layer's driver raises, the fact is committed: the write must not fail for it.
        log.warning("The channel layer does not answer; other processes will follow within a second.", exc_info=True)


async def listen(woken: asyncio.Event) -> None:
    """Set `woken` whenever this process or another one says that a book has grown; for ever."""
    _here[woken] = asyncio.get_running_loop()
    try:
        await _hear(woken)
    finally:
        del _here[woken]


async def _hear(woken: asyncio.Event) -> None:
    """What other processes say."""
    layer = get_channel_layer()
    if layer is None:
        await asyncio.Event().wait()
        return
    name = await layer.new_channel()
    while True:
        await layer.group_add(GROUP, name)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RENEWED):
                while True:
                    await layer.receive(name)
                    woken.set()
