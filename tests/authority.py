"""A certificate authority of a hospital, as an operator knows it: a root, one in between, and what they sign."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes as Key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils import timezone

DAY = timedelta(days=1)


def name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def pem_of_key(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def put(folder: Path, chain: list[x509.Certificate], key: Key) -> tuple[Path, Path]:
    """Write a chain and its key as an operator gets them; the two paths."""
    paths = folder / "chain.pem", folder / "key.pem"
    paths[0].write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    paths[1].write_bytes(pem_of_key(key))
    return paths


class Authority:
    """Signs for 90 days from the day before `now`."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or timezone.now()
        self.root_key, self.between_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = self.sign("Root", self.root_key, "Root", self.root_key)
        self.between = self.sign("Between", self.between_key, "Root", self.root_key)

    def sign(self, who: str, key: Key, issuer: str, by: Key, host: str = "") -> x509.Certificate:
        """A certificate of the authority itself, or of a server when there is a host."""
        builder = x509.CertificateBuilder(name(issuer), name(who), key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(self.now - DAY).not_valid_after(self.now + 90 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=not host, path_length=None), critical=True)
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(by, hashes.SHA256())

    def server(self, host: str, key: Key | None = None) -> tuple[list[x509.Certificate], Key]:
        """The chain of a server, without the root, and its key."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        return [self.sign("Server", key, "Between", self.between_key, host), self.between], key
