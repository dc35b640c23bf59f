"""The pieces that a wall has besides those of the features: which crisis, which day, and what concerns one screen alone."""

from collections import OrderedDict
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from crisis.displays.models import Display
from crisis.frames import mark, wall_places
from crisis.models import Book, Crisis, Organisation

IDENTIFIED = timedelta(seconds=10)
"""How long a screen flashes its name."""


def heading(crisis: Crisis) -> dict[str, Any]:
    """Which crisis, whose, and its day: the first is day 1, and a new one begins at midnight in the organisation's zone."""
    end = timezone.localtime(crisis.closed_at or timezone.now()).date()
    day = (end - timezone.localtime(crisis.started_at).date()).days + 1
    return {"crisis": crisis, "day": day, "organisation": Organisation.objects.first()}


Places = dict[str, SafeString]
_kept: OrderedDict[tuple[object, ...], tuple[float, Places]] = OrderedDict()
FRESH = 5.0
"""Seconds for which the places of a wall are kept: the clock changes them too."""


def kept_places(crisis: Crisis, sites: list[str]) -> Places:
    """The places of a wall, rendered once for all walls that load at the same time and show the same."""
    house = Book.objects.filter(crisis=None).values_list("head_seq", flat=True).first()
    key = (crisis.pk, crisis.book.head_seq, house, get_language(), *sorted(sites))
    if key not in _kept or monotonic() - _kept[key][0] > FRESH:
        _kept[key] = (monotonic(), wall_places(crisis, set(sites)))
        while len(_kept) > 64:
            _kept.popitem(last=False)
    return _kept[key][1]


def wall_pieces(crisis: Crisis, after: int | None) -> str:
    """The heading, with the whole and once the crisis is closed; nothing else changes it but a new day."""
    if after is not None and crisis.closed_at is None:
        return ""
    return render_to_string("displays/_heading.html", heading(crisis))


def wall_by_clock(crisis: Crisis, before: datetime, now: datetime) -> str:
    """A new day of the crisis."""
    new_day = timezone.localtime(before).date() != timezone.localtime(now).date()
    return wall_pieces(crisis, None) if new_day else ""


def told(pk: int, language: str, now: datetime) -> str:
    """What one screen must know of itself: its stamp (another than its page's: load again) and whether to say its name."""
    display = Display.objects.get(pk=pk)
    asked = display.identified_at is not None and display.identified_at > now - IDENTIFIED
    return render_to_string("displays/_screen.html", {"display": display, "identify": asked}) + mark(None, language)
