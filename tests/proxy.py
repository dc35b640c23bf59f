"""A network in between that a test can cut: half-open connections, a database or a Redis that goes away and returns."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Network:
    """Passes bytes on to a port of this machine, as long as it is whole."""

    def __init__(self, target: int) -> None:
        self.target, self.cut, self.mute = target, False, 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        """Take every connection; while cut, end it at once."""
        with contextlib.suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                if self.cut:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.target))
                place = len(self.pairs)
                self.pairs.append((near, far))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self.pass_on, args=(one, other, place), daemon=True).start()

    def pass_on(self, one: socket.socket, other: socket.socket, place: int) -> None:
        """Bytes of one direction; those of a mute connection are swallowed."""
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if place >= self.mute:
                    other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """Every connection that is open now says nothing any more, and is not closed; new ones work."""
        self.mute = len(self.pairs)

    def break_off(self) -> None:
        """Every connection ends, and none can be made."""
        self.cut = True
        for pair in self.pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Connections can be made again."""
        self.cut = False


@contextlib.contextmanager
def network_to(port: int) -> Iterator[Network]:
    """A network for as long as a test needs it."""
    network = Network(port)
    try:
        yield network
    finally:
        network.break_off()
        network.listener.close()
