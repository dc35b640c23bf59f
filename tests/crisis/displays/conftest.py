"""A screen that waits, and one that is paired."""

import pytest

from crisis.displays.models import Display, Pairing
from crisis.displays.writes import Look, pair_display, show_code


@pytest.fixture
def waiting(db) -> Pairing:
    return show_code("10.0.0.7")


@pytest.fixture
def screen(crisis, secretary, waiting) -> Display:
    return pair_display(crisis, waiting.code, Look(name="Crisis room"), by=secretary)
