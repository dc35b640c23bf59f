#!/usr/bin/env python3
"""Vigie's commands. Needs Python 3.11 and nothing else: makes its own environment first (crisis/bootstrap.py)."""

import os
import sys
from importlib import import_module

from crisis import bootstrap


def main() -> None:
    """Bootstrap, then run the tests or a Django command."""
    bootstrap.run(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")
    if sys.argv[1:2] == ["test"]:
        from crisis import testing

        sys.exit(testing.run(sys.argv[2:]))
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
