"""The certificate by which browsers know this Vigie: one of its own, made at the first start, or the operator's.

Its own signs itself: no authority is asked, none has to be reached. Browsers therefore warn once, and whoever compares the
fingerprint with the one on paper or in the terminal knows that nobody stands in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.bootstrap import locked
from crisis.own_files import write

CERTIFICATE, KEY = "certificate.pem", "certificate_key.pem"
VALID = timedelta(days=397)
"""From the moment it is made: what browsers take without doubt, and longer than a crisis."""
EARLIER = timedelta(days=366)
"""It holds from a year before: after a power cut, or without a time server, a laptop's clock may be a year behind.

With VALID it stays below 825 days, over which Apple's devices refuse any certificate.
"""
RENEWED = timedelta(days=7)
"""When less than this is left at a start, a new one is made."""
_served: list[str] = []
"""The fingerprint that `up` serves in this process, "" for plain HTTP; nothing under another server."""


class Unusable(Exception):
    """A certificate that cannot be served. Its text is a translated sentence for the operator."""


@dataclass(frozen=True)
class Served:
    """A certificate with its key and those that signed it; `replaces` when browsers knew another one until now."""

    certificate: x509.Certificate
    key: PrivateKeyTypes
    chain: tuple[x509.Certificate, ...] = ()
    is_own: bool = True
    replaces: bool = False

    @property
    def fingerprint(self) -> str:
        """What people compare."""
        return fingerprint(self.certificate)

    @property
    def belongs(self) -> bool:
        """Whether the key is the certificate's."""
        return self.key.public_key() == self.certificate.public_key()


def served() -> Served:
    """What the settings say: the operator's certificate, or our own for every host that ALLOWED_HOSTS names.

    Makes our own when there is none, when it ends within 7 days or lacks a name. Raises Unusable.
    """
    named, key = settings.TLS_CERTIFICATE, settings.TLS_KEY
    if named and key:
        return operators(Path(named), Path(key), timezone.now())
    if named or key:
        raise Unusable(_("TLS_CERTIFICATE and TLS_KEY belong together: set both, or neither."))
    try:
        return own(settings.DATA_DIR, settings.ALLOWED_HOSTS, timezone.now())
    except OSError as reason:
        said = {"folder": settings.DATA_DIR, "why": reason.strerror or reason}
        raise Unusable(_("The certificate cannot be kept in %(folder)s (%(why)s).") % said) from None


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as browsers write it, pairs with colons, in eight groups of four so that two people can read it to each other."""
    pairs = [f"{byte:02X}" for byte in certificate.fingerprint(hashes.SHA256())]
    return " ".join(":".join(pairs[at : at + 4]) for at in range(0, len(pairs), 4))


def keep_fingerprint(certificate: Served | None) -> None:
    """What `up` serves from now on in this process; None is plain HTTP."""
    _served[:] = [certificate.fingerprint if certificate else ""]


def fingerprint_for_cards() -> str:
    """The fingerprint to print on the cards that people sign in with: the one that their browser shows. Never raises.

    It is what `up` serves, whatever became of the files since: a certificate that has ended is served until the next
    start. Another server (uvicorn) serves the same files as `up` would; "" when they cannot be read, when a proxy does TLS,
    whose certificate is not known here, and over plain HTTP.
    """
    if _served:
        return _served[0]
    if not settings.HTTPS:
        return ""
    try:
        path = Path(settings.TLS_CERTIFICATE or settings.DATA_DIR / CERTIFICATE)
        return fingerprint(x509.load_pem_x509_certificates(path.read_bytes())[0])
    except (OSError, ValueError):
        return ""


# ── Our own ──


def own(folder: Path, hosts: Iterable[str], now: datetime) -> Served:
    """The certificate that this folder keeps, made or made anew as `served` says. Raises OSError.

    A new one for a new name goes on naming what the old one did: a laptop that changes between two networks changes its
    fingerprint once, not every time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = names_of(hosts)
    with locked(folder / "certificate.lock"):
        kept = on_file(folder)
        holds = kept is not None and kept.certificate.not_valid_before_utc <= now < ending(kept.certificate) - RENEWED
        if kept and holds and wanted <= names_in(kept.certificate):
            (folder / KEY).chmod(0o600)
            return kept
        known = names_in(kept.certificate) if kept and holds else set()
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = made(key, wanted | known, now)
        replaces = (folder / CERTIFICATE).exists()
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write(folder / KEY, plain, 0o600)
        write(folder / CERTIFICATE, certificate.public_bytes(Encoding.PEM), 0o644)
    return Served(certificate, key, replaces=replaces)


def on_file(folder: Path) -> Served | None:
    """What a folder keeps; None when there is nothing, half of it, or something else: it is made anew then. Raises OSError."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        kept = Served(certificate, load_pem_private_key((folder / KEY).read_bytes(), None))
        return kept if kept.belongs else None
    except (FileNotFoundError, ValueError, TypeError, UnsupportedAlgorithm):
        return None


def made(key: ec.EllipticCurvePrivateKey, names: set[x509.GeneralName], now: datetime) -> x509.Certificate:
    """A certificate that signs itself, for a server with these names, and for nothing else."""
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vigie")])
    agreeing = ["key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"]
    no = dict.fromkeys(["content_commitment", "key_cert_sign", "crl_sign", *agreeing], False)
    builder = x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - EARLIER).not_valid_after(now + VALID)
    for extension, critical in [
        (x509.SubjectAlternativeName(sorted(names, key=repr)), False),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.KeyUsage(digital_signature=True, **no), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(key, hashes.SHA256())


def names_of(hosts: Iterable[str]) -> set[x509.GeneralName]:
    """Hosts as ALLOWED_HOSTS writes them ("[::1]", ".example.org" with all below it), as a certificate does; "*" is no name."""
    found: set[x509.GeneralName] = set()
    for host in hosts:
        try:
            found.add(x509.IPAddress(ip_address(host.strip("[]").partition("%")[0])))
        except ValueError:
            name = host.lstrip(".").encode("idna").decode()
            found |= {x509.DNSName(each) for each in ([name, f"*.{name}"] if host.startswith(".") else [name])}
    return found - {x509.DNSName("*")}


def names_in(certificate: x509.Certificate) -> set[x509.GeneralName]:
    """The names that a certificate holds."""
    return set(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def ending(certificate: x509.Certificate) -> datetime:
    """The moment from which it holds no more."""
    return certificate.not_valid_after_utc


# ── The operator's ──


def operators(certificate: Path, key: Path, now: datetime) -> Served:
    """The certificate that the operator had signed elsewhere, with its chain. Raises Unusable."""
    try:
        first, *chain = x509.load_pem_x509_certificates(content("TLS_CERTIFICATE", certificate))
    except ValueError:
        sentence = _(
            "TLS_CERTIFICATE=%(path)s holds no certificate: write it as PEM, the server's own first, then those that signed it."
        )
        raise Unusable(sentence % {"path": certificate}) from None
    try:
        loaded = load_pem_private_key(content("TLS_KEY", key), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        sentence = _("TLS_KEY=%(path)s holds no key that can be used: write it as PEM, without a password.")
        raise Unusable(sentence % {"path": key}) from None
    found = Served(first, loaded, tuple(chain), is_own=False)
    if not found.belongs:
        sentence = _(
            "TLS_KEY=%(path)s does not belong to the first certificate of TLS_CERTIFICATE: the server's own comes first."
        )
        raise Unusable(sentence % {"path": key})
    if now >= ending(first):
        sentence = _("TLS_CERTIFICATE=%(path)s ended on %(date)s: have it renewed, or set this machine's clock.")
        raise Unusable(sentence % {"path": certificate, "date": ending(first).date()})
    if now < first.not_valid_before_utc:
        sentence = _("TLS_CERTIFICATE=%(path)s holds only from %(date)s on: set this machine's clock.")
        raise Unusable(sentence % {"path": certificate, "date": first.not_valid_before_utc.date()})
    return found


def content(setting: str, path: Path) -> bytes:
    """What the file that a setting names holds. Raises Unusable when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as reason:
        said = {"setting": setting, "path": path, "why": reason.strerror}
        sentence = _("%(setting)s=%(path)s cannot be read (%(why)s): give the path of a PEM file.")
        raise Unusable(sentence % said) from None
