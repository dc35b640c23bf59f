"""The launcher: Daphne's own server class with what weeks of walls need.

No socket is closed for its age; a body over the limit is refused before it fills the memory; a thousand screens may come
back at once; the hub starts and stops with the server; SIGTERM drains the sockets and ends with 0 within 5 s.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

from channels.routing import get_default_application
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server, WebSocketFactory, reactor
from daphne.ws_protocol import WebSocketProtocol
from django.utils.translation import gettext as _
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.logger import globalLogBeginner
from twisted.protocols.policies import ProtocolWrapper

from crisis.live import hub
from crisis.tls import DoorFactory

BODY_LIMIT = 5 * 1024 * 1024
"""Bytes of a request's body; more is answered 413 at once."""
BACKLOG = 4096
DRAIN = 3.0
"""Seconds that the sockets and requests have to end at a stop."""
LINGER = 1.0
"""Seconds that a refused client has to read its answer."""
SOCKET_AGE = -1
"""Seconds after which a socket is closed for its age: never. (Daphne's own limit is a day, with code 1000.)"""
RESTARTING = 1012
OnReady = Callable[[int], None]


class LimitedRequest(WebRequest):  # type: ignore[misc]
    """A request whose body may not grow without end, whether it names its length or comes in chunks."""

    received = 0
    refused = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        """The length is known before the body comes."""
        super().gotLength(length if (length or 0) <= BODY_LIMIT else 0)
        if (length or 0) > BODY_LIMIT:
            self.refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """A piece of the body."""
        self.received += len(data)
        if not self.refused and self.received > BODY_LIMIT:
            self.refuse()
        if not self.refused:
            super().handleContentChunk(data)

    def process(self) -> None:
        """Only what was not refused reaches Django."""
        if not self.refused:
            super().process()

    def refuse(self) -> None:
        """413 at once. The rest is thrown away for a second before closing, or a client still sending would miss it."""
        self.refused = True
        self.channel.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        reactor.callLater(LINGER, self.channel.loseConnection)


class Socket(WebSocketProtocol):  # type: ignore[misc]
    """A socket whose frames may be as large as a board is; the limit of 64 KB is for what comes in."""

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:  # noqa: N802
        """Send what the factory framed once for everybody: at once, as far as the socket takes it.

        Twisted's own `write` registers a writer with the loop for each socket and sends in its next round, so that the
        first of a thousand waits for the last. What the socket does not take goes that way, and so does everything over
        TLS: its transport passes `writeSomeData` on to the bare socket, where the bytes would go out as they are.
        """
        data, transport = self.factory.framed(content).payloadHybi, self.transport
        if isinstance(transport, ProtocolWrapper):
            self.sendData(data)
            return
        if not transport.dataBuffer and not transport._tempDataBuffer and not transport.disconnecting:
            taken = transport.writeSomeData(data)
            data = data[taken:] if isinstance(taken, int) and taken > 0 else data
        if data:
            self.sendData(data)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """Close an open socket with any registered code: autobahn's `sendClose` raises for 1012, which a restart says."""
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=code or 1000)


class SocketFactory(WebSocketFactory):  # type: ignore[misc]
    """Frames a message once, however many sockets it goes to one after another."""

    protocol = Socket
    last: str | bytes | None = None
    prepared: Any = None

    def framed(self, content: str | bytes) -> Any:
        """The bytes of a message on the wire; the hub hands the very same string to every socket of a room."""
        if content is not self.last:
            payload = content.encode() if isinstance(content, str) else content
            self.last, self.prepared = content, self.prepareMessage(payload, isinstance(content, bytes))
        return self.prepared


class Factory(HTTPFactory):  # type: ignore[misc]
    """Makes limited requests."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        """One per connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = LimitedRequest
        return protocol


class Launcher(Server):  # type: ignore[misc]
    """Daphne with the hub beside it."""

    failed = ""

    def __init__(
        self, application: Any, hub: Any, host: str, port: int, on_ready: OnReady | None, tls: Any = None
    ) -> None:
        interface = host.replace(":", r"\:")
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={interface}:backlog={BACKLOG}"],
            websocket_timeout=SOCKET_AGE,
            websocket_connect_timeout=60,
            websocket_handshake_timeout=60,
            ping_interval=20,
            ping_timeout=60,
            verbosity=0,
            server_name="Vigie",
        )
        self.hub, self.host, self.port, self.on_ready, self.tls = hub, host, port, on_ready, tls

    def run(self) -> None:
        """Listen until told to stop."""
        self.connections: dict[Any, Any] = {}
        self.http_factory = Factory(self)
        self.ws_factory = SocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=64 * 1024,
            maxFramePayloadSize=64 * 1024,
        )
        globalLogBeginner.beginLoggingTo([lambda _: None], redirectStandardIO=False, discardBuffer=True)
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        factory = DoorFactory(self.tls, self.http_factory) if self.tls else self.http_factory
        listening = serverFromString(reactor, str(self.endpoints[0])).listen(factory)
        listening.addCallbacks(self.listen_success, self.listen_error)
        asyncio.set_event_loop(reactor._asyncioEventloop)
        reactor.addSystemEventTrigger("before", "shutdown", self.drained)
        reactor.callWhenRunning(self.start_hub)
        reactor.run(installSignalHandlers=True)

    def start_hub(self) -> None:
        """Start the hub; a server whose screens would never move does not serve."""
        started = Deferred.fromFuture(asyncio.ensure_future(self.hub.start()))
        sentence = _("The live screens cannot start: %(why)s")
        started.addErrback(lambda failure: self.fail(sentence % {"why": failure.getErrorMessage()}))

    def listen_success(self, port: Any) -> None:
        """The port is ours: say so."""
        super().listen_success(port)
        self.listeners.append(port)
        if self.on_ready:
            reactor.callLater(0, self.on_ready, port.getHost().port)

    def listen_error(self, failure: Any) -> None:
        """The port is not to be had."""
        why = (
            os.strerror(failure.value.socketError.errno)
            if failure.check(CannotListenError)
            else failure.getErrorMessage()
        )
        self.fail(
            _("Port %(port)d on %(host)s cannot be used (%(why)s): choose another with --port.")
            % {"port": self.port, "host": self.host, "why": why}
        )

    def fail(self, sentence: str) -> None:
        """Remember why, and end."""
        self.failed = sentence
        reactor.callLater(0, self.stop)

    def drained(self) -> "Deferred[None]":
        """What the reactor waits for before it ends."""
        deferred: Deferred[None] = Deferred.fromFuture(asyncio.ensure_future(self.drain()))
        return deferred

    async def drain(self) -> None:
        """Take no more connections, stop the hub, tell each socket to come back, wait for what still runs."""
        for port in self.listeners:
            port.stopListening()
        await self.hub.stop()
        for protocol in list(self.connections):
            with contextlib.suppress(AttributeError):
                protocol.serverClose(code=RESTARTING)
        running = [details.get("application_instance") for details in self.connections.values()]
        running = [task for task in running if isinstance(task, asyncio.Future) and not task.done()]
        if running:
            _done, late = await asyncio.wait(running, timeout=DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def serve(host: str, port: int, on_ready: OnReady | None = None, tls: Any = None) -> None:
    """Serve until SIGTERM or SIGINT; ends the process with a sentence when the port is taken.

    `on_ready` gets the port, once it answers: with port 0 the system chooses one. With `tls` (`crisis.tls.options_of`)
    the port speaks HTTPS only.
    """
    # Only now: the pages' static files are listed when the application is made, and `up` collects them first.
    launcher = Launcher(get_default_application(), hub, host, port, on_ready, tls)
    launcher.run()
    if launcher.failed:
        sys.exit(launcher.failed)
