"""A crisis with something to print, and a stick to print it onto."""

from pathlib import Path

import pytest

from crisis.models import Crisis
from services.paper import state
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL


@pytest.fixture
def reported(crisis, radiology, laboratory) -> Crisis:
    """Two services of one site, each with a status."""
    report_status(crisis, laboratory, VITAL, by=None)
    report_status(crisis, radiology, SUSPENDED.changed(remains="emergencies"), by=None)
    return crisis


@pytest.fixture
def stick(settings, tmp_path) -> Path:
    """A stick that is plugged in, with nothing known of earlier ones."""
    folder = tmp_path / "stick"
    folder.mkdir()
    settings.PAPER_DIR = folder
    state.forget()
    return folder
