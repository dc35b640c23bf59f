"""Install what is new, migrate, and serve."""

from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from crisis import demo
from crisis.bootstrap import EVERYWHERE, LOOPBACK, hosts_of, own_addresses
from crisis.certificate import Served, Unusable, keep_fingerprint, served
from crisis.management.ready import prepare_database
from crisis.server import serve
from crisis.tls import options_of
from services.opening.code import first_code, is_needed


class Command(BaseCommand):
    """`up [--demo] [--host H] [--port P] [--https]`: from a checkout to a page in the browser."""

    help = "Collect static files, migrate, and serve."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--demo`, `--host` and `--https` are also read by the bootstrap, before the settings are."""
        parser.add_argument("--demo", action="store_true", help="serve the demonstration, from a database of its own")
        parser.add_argument("--host", default="127.0.0.1", help="the address to bind (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port to bind (default: %(default)s; 0: any)")
        parser.add_argument("--https", action="store_true", help="HTTPS on this machine's own address too")

    def handle(self, host: str, port: int, https: bool, **options: Any) -> None:
        """Prepare, say where, serve until told to stop."""
        self.check_encrypted(host, https)
        try:
            certificate = served() if settings.HTTPS else None
            tls = options_of(certificate) if certificate else None
        except Unusable as refusal:
            raise CommandError(str(refusal)) from None
        call_command("collectstatic", interactive=False, verbosity=0)
        self.migrate()
        if settings.DEMO:
            demo.prepare(self.stdout)
        if connection.vendor == "sqlite":
            # A connection stays open for the life of the process: with the disk full, reading still works.
            connection.ensure_connection()
        keep_fingerprint(certificate)
        code = first_code() if is_needed() else ""
        serve(host, port, lambda bound: self.announce(host, bound, certificate, code), tls)

    def check_encrypted(self, host: str, https: bool) -> None:
        """Refuse plain HTTP where others could read along, TLS where a proxy does it, and a public address without."""
        if https and settings.BEHIND_TLS_PROXY:
            raise CommandError(_("BEHIND_TLS_PROXY=1 says that a proxy does TLS: leave it out, or --https."))
        if settings.HTTPS and settings.PUBLIC_URL.startswith("http:"):
            sentence = _(
                "PUBLIC_URL=%(url)s: this is served over HTTPS, and no page would stay live: begin it with https://"
            )
            raise CommandError(sentence % {"url": settings.PUBLIC_URL})
        if (https or host not in LOOPBACK) and not (settings.HTTPS or settings.BEHIND_TLS_PROXY):
            raise CommandError(
                _(
                    "Beyond this machine (--host %(host)s) Vigie speaks HTTPS only, or anybody on the network would read "
                    "along, passwords too: leave VIGIE_HTTPS out, or set BEHIND_TLS_PROXY=1 when a proxy does TLS."
                )
                % {"host": host}
            )
        if settings.PUBLIC_URL.startswith("https:") and not (settings.HTTPS or settings.BEHIND_TLS_PROXY):
            sentence = _(
                "PUBLIC_URL=%(url)s, and nobody speaks HTTPS here: set BEHIND_TLS_PROXY=1 when a proxy does, or start with "
                "--host ADDRESS or --https, and Vigie does."
            )
            raise CommandError(sentence % {"url": settings.PUBLIC_URL})

    def announce(self, host: str, port: int, certificate: Served | None, code: str) -> None:
        """Where to go, at once, also when a log takes the output; and the code of an installation that has nobody yet."""
        here, *outside = addresses(host, port, https=certificate is not None)
        lines = [_("Vigie: %(url)s  (Ctrl-C ends it)") % {"url": here}]
        if outside:
            lines.append(_("From other devices: %(urls)s") % {"urls": "  ".join(outside)})
        if certificate and host in EVERYWHERE and not (settings.PUBLIC_URL or own_addresses()):
            lines.append(
                _("This machine has no address on a network yet: join one and start again, or give it: --host ADDRESS")
            )
        lines += on_trust(certificate) if certificate else []
        if code:
            lines.append(_("Nobody has an account yet. One-time code of the first page: %(code)s") % {"code": code})
        self.stdout.write("\n".join(lines))
        if code and self.stdout.isatty():
            segno.make(first_page(here, outside, code)).terminal(compact=True)
        self.stdout.flush()

    def migrate(self) -> None:
        """Bring the database up to date; one that cannot be had is said in a sentence."""
        if connection.vendor == "sqlite":
            with suppress(OSError):  # said by the database itself
                Path(connection.settings_dict["NAME"]).touch(mode=0o600)
        try:
            prepare_database()
        finally:
            if connection.vendor != "sqlite":
                connection.close()


def addresses(host: str, port: int, *, https: bool) -> list[str]:
    """Where this machine's own browser goes, then where other devices do."""
    scheme = "https" if https else "http"
    shown = {"127.0.0.1": "localhost", "0.0.0.0": "localhost", "::": "localhost"}.get(host)
    names = [shown or (f"[{host}]" if ":" in host else host), *(hosts_of(host) if https and host in EVERYWHERE else [])]
    found = [f"{scheme}://{name}:{port}" for name in names]
    return [found[0], settings.PUBLIC_URL] if settings.PUBLIC_URL and found[1:] else found


def first_page(here: str, outside: list[str], code: str) -> str:
    """What a phone scans: the first address after the machine's name, and the code behind "#", where no server's log has it."""
    return f"{[here, *outside[:2]][-1]}/start/#{code}"


def on_trust(certificate: Served) -> list[str]:
    """How a person knows that the certificate that a browser shows is this one."""
    lines = []
    if certificate.replaces:
        lines.append(
            _(
                "The certificate is new, the one before had ended or lacked a name: the fingerprint that you noted is past."
            )
        )
    pairs = certificate.fingerprint.split()
    lines += [_("Fingerprint of the certificate (SHA-256):"), *("  " + "  ".join(pairs[at : at + 4]) for at in (0, 4))]
    if certificate.is_own:
        lines.append(
            _(
                "Browsers do not know this certificate and warn, once on each device: open what they show of it, compare the "
                "fingerprint, and go on only when it is the same."
            )
        )
    return lines
