#!/usr/bin/env python3
"""Vigie's commands. Needs Python 3.11 and nothing else: makes its own environment first (crisis/bootstrap.py)."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Bootstrap, then run a test session or a Django command."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "crisis"))
    import bootstrap

    del sys.path[0]
    bootstrap.run(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
