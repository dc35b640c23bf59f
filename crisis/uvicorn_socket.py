"""For `uvicorn --ws crisis.uvicorn_socket:Socket`: a frame that goes to a thousand sockets is made once.

uvicorn is no requirement of the project: only who serves with it imports this.
"""

from typing import Any, ClassVar

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode


class Socket(WebSocketsSansIOProtocol):
    """uvicorn's own protocol, but for a text on an open socket that takes it at once."""

    last: ClassVar[tuple[str, bytes]] = "", b""

    async def send(self, message: Any) -> None:
        """Write the bytes of a text; whatever else happens to a socket is uvicorn's business."""
        text = message.get("text")
        busy = self.close_sent or self.disconnected or not self.handshake_complete or not self.writable.is_set()
        if text is None or busy or self.conn.extensions:
            await super().send(message)
        else:
            self.transport.write(framed(text))


def framed(text: str) -> bytes:
    """The bytes of a text on the wire; the hub hands the very same string to every socket of a room."""
    if text is not Socket.last[0]:
        Socket.last = text, Frame(Opcode.TEXT, text.encode()).serialize(mask=False)
    return Socket.last[1]
