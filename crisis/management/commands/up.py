"""Install what is new, migrate, and serve."""

from argparse import ArgumentParser
from typing import Any

import segno
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from crisis import demo
from crisis.bootstrap import LOOPBACK
from crisis.server import serve
from services.opening.code import first_code, is_needed


class Command(BaseCommand):
    """`up [--demo] [--host H] [--port P]`: from a checkout to a page in the browser."""

    help = "Collect static files, migrate, and serve."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--demo` and `--host` are also read by the bootstrap, before the settings are."""
        parser.add_argument("--demo", action="store_true", help="serve the demonstration, from a database of its own")
        parser.add_argument("--host", default="127.0.0.1", help="the address to bind (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port to bind (default: %(default)s; 0: any)")

    def handle(self, host: str, port: int, **options: Any) -> None:
        """Prepare, say where, serve until told to stop."""
        call_command("collectstatic", interactive=False, verbosity=0)
        self.migrate()
        if settings.DEMO:
            demo.prepare(self.stdout)
        if host not in LOOPBACK and not settings.SECURE_PROXY_SSL_HEADER:
            self.stderr.write(
                _(
                    "Anybody on the network of %(host)s can read along, passwords too: this is plain HTTP. Put a proxy with "
                    "TLS before it and set BEHIND_TLS_PROXY=1."
                )
                % {"host": host}
            )
        if connection.vendor == "sqlite":
            # A connection stays open for the life of the process: with the disk full, reading still works.
            connection.ensure_connection()
        shown = {"127.0.0.1": "localhost", "0.0.0.0": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
        code = first_code() if is_needed() else ""
        serve(host, port, lambda bound: self.announce(f"http://{shown}:{bound}", code))

    def announce(self, url: str, code: str) -> None:
        """Where to go, at once, also when a log takes the output; and the code of an installation that has nobody yet."""
        self.stdout.write(_("Vigie: %(url)s  (Ctrl-C ends it)") % {"url": url})
        if code:
            self.stdout.write(
                _("Nobody has an account yet. One-time code of the first page: %(code)s") % {"code": code}
            )
            if self.stdout.isatty():
                segno.make(f"{url}/start/?code={code}").terminal(compact=True)
        self.stdout.flush()

    def migrate(self) -> None:
        """Bring the database up to date; one that cannot be had is said in a sentence."""
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as failure:
            why = " ".join(str(failure).split())
            raise CommandError(
                _("The database cannot be reached or brought up to date: %(why)s") % {"why": why}
            ) from None
        finally:
            if connection.vendor != "sqlite":
                connection.close()
