"""Install what is new, migrate, and serve."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from crisis import demo
from crisis.server import serve


class Command(BaseCommand):
    """`up [--demo] [--host H] [--port P]`: from a checkout to a page in the browser."""

    help = "Collect static files, migrate, and serve. --demo serves the demonstration."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--demo` is taken by the bootstrap, before the settings are read."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, host: str, port: int, **options: Any) -> None:
        """Prepare, say where, serve until told to stop."""
        call_command("collectstatic", interactive=False, verbosity=0)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as failure:
            raise CommandError(f"The database cannot be reached: {str(failure).strip()}") from None
        if settings.DEMO:
            demo.prepare(self.stdout)
        if host not in {"127.0.0.1", "localhost", "::1"} and not settings.PUBLIC_URL:
            self.stderr.write(
                f"Anybody on the network of {host} can read along: this is plain HTTP. Put a proxy with TLS before it."
            )
        # On SQLite a connection stays open for the life of the process: with the disk full, reading still works.
        connection.ensure_connection()
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host
        serve(host, port, lambda: self.stdout.write(f"Vigie: http://{shown}:{port}  (Ctrl-C ends it)"))
