"""Write a crisis as a crisis file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from crisis.management.commands.board import crisis_named
from crisis.management.ready import ReadyCommand
from services.crisisfile.dump import dump


class Command(ReadyCommand):
    """`dump CRISIS [--output FILE]`: masked texts come out as nothing said."""

    help = "Write a crisis as a crisis file (docs/crisis-file.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which crisis, and where to."""
        parser.add_argument("crisis")
        parser.add_argument("--output", type=Path)

    def handle(self, crisis: str, output: Path | None, **options: Any) -> None:
        """To a file, or to standard output."""
        content = dump(crisis_named(crisis))
        if output:
            output.write_text(content, encoding="utf-8")
        else:
            self.stdout.write(content, ending="")
