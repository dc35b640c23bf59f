"""`manage.py` with a limit shortened, so that a test sees in seconds what takes a day: SOCKET_AGE, GROUP_EXPIRY in seconds."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")

import django

from crisis.bootstrap import choose_settings

choose_settings(sys.argv)
django.setup()

from django.conf import settings
from django.core.management import execute_from_command_line

from crisis import server

if age := os.environ.get("SOCKET_AGE"):
    server.SOCKET_AGE = float(age)
if expiry := os.environ.get("GROUP_EXPIRY"):
    config = {"group_expiry": float(expiry), "expiry": float(expiry)}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": config}}

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
