"""HTTPS on the port itself: TLS 1.2 and 1.3, and a door that sends who speaks plain HTTP to https."""

import re
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _
from OpenSSL import SSL
from twisted.internet.ssl import AcceptableCiphers, CertificateOptions, TLSVersion
from twisted.protocols.tls import BufferingTLSTransport, TLSMemoryBIOFactory

from crisis.certificate import Served, Unusable

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""What TLS 1.2 may use: keys that nobody can recover later, and no CBC. Those of TLS 1.3 are all fine."""
HANDSHAKE = b"\x16"
"""The first byte of every TLS connection, and of no HTTP request."""
HEAD = 8192
"""Bytes within which the head of a plain request has to end."""
ASKED = re.compile(rb"[A-Z]+ (/[!-~]*) HTTP/1\.[01]\r\n")
HOST = re.compile(rb"\r\nhost:[ \t]*([0-9A-Za-z.:\[\]-]+)[ \t]*\r\n", re.IGNORECASE)


def options_of(served: Served) -> CertificateOptions:
    """How connections are encrypted with a certificate. Raises Unusable when OpenSSL does not take it (a key too weak)."""
    options = CertificateOptions(
        privateKey=served.key,
        certificate=served.certificate,
        extraCertChain=list(served.chain),
        raiseMinimumTo=TLSVersion.TLSv1_2,
        acceptableCiphers=AcceptableCiphers.fromOpenSSLCipherString(CIPHERS),
    )
    try:
        options.getContext()
    except SSL.Error as failure:
        why = ", ".join(str(reason[-1]) for reason in failure.args[0]) or str(failure)
        sentence = _("The certificate %(path)s cannot be served (%(why)s): have another one made.")
        raise Unusable(sentence % {"path": settings.TLS_CERTIFICATE, "why": why}) from None
    return options


class Door(BufferingTLSTransport):  # type: ignore[misc]
    """A connection: its first byte says whether the browser speaks TLS. Nothing is served to who does not."""

    is_tls, plain = False, b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Pass TLS on; collect the head of a plain request, and answer it."""
        self.is_tls = self.is_tls or (not self.plain and data.startswith(HANDSHAKE))
        if self.is_tls:
            super().dataReceived(data)
            return
        self.plain += data
        if b"\r\n\r\n" in self.plain or len(self.plain) > HEAD:
            self.transport.write(answer_to_plain(self.plain))
            self.transport.loseConnection()


class DoorFactory(TLSMemoryBIOFactory):  # type: ignore[misc]
    """Puts a door before each connection of another factory."""

    protocol = Door

    def __init__(self, options: CertificateOptions, inner: Any) -> None:
        super().__init__(options, False, inner)


def answer_to_plain(head: bytes) -> bytes:
    """The answer to a plain request: the same address with https, for one of our hosts; otherwise a sentence.

    303, so that a form is not sent a second time, and nothing that a browser would remember: on another day the same
    address may serve plain HTTP to this machine alone.
    """
    asked, host = ASKED.match(head), HOST.search(head)
    name = split_domain_port(host[1].decode())[0] if host else ""
    lines, body = ["HTTP/1.1 400 Bad Request"], _("This address speaks HTTPS only: begin it with https://")
    if asked and host and name and validate_host(name, settings.ALLOWED_HOSTS):
        address = f"https://{host[1].decode()}{asked[1].decode()}"
        lines = ["HTTP/1.1 303 See Other", f"Location: {address}"]
    text = f"{body}\n".encode()
    lines += ["Content-Type: text/plain; charset=utf-8", f"Content-Length: {len(text)}"]
    return "\r\n".join([*lines, "Cache-Control: no-store", "Connection: close", "", ""]).encode() + text
