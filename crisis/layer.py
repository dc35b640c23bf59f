"""The channel layer: how processes tell each other that a book has grown. A number, no content."""

import asyncio
import contextlib
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)

GROUP = "books"
RENEWED = 600
"""Seconds after which a hub says again that it listens, long before the layer could forget it."""


def tell(book: int, seq: int) -> None:
    """Tell every process that a book has grown. Losing it loses nothing: the hubs look for themselves once a second."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(GROUP, {"type": "book", "book": book, "seq": seq})
    except Exception:
        # Whatever the layer's driver raises, the fact is committed: the write must not fail for it.
        log.warning("The channel layer does not answer; screens will follow within a second.", exc_info=True)


async def listen(woken: asyncio.Event) -> None:
    """Set `woken` whenever a process says that a book has grown; for ever."""
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
