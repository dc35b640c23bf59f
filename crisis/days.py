"""Days in words: order and points are those of the language in force."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import pgettext

FORMS = {
    "l j F Y": lambda: pgettext("date format", "l j F Y"),
    "l j F": lambda: pgettext("date format", "l j F"),
    "D j N Y": lambda: pgettext("date format", "D j N Y"),
    "D j N": lambda: pgettext("date format", "D j N"),
    "j N Y": lambda: pgettext("date format", "j N Y"),
    "j N": lambda: pgettext("date format", "j N"),
}
"""Each form by its name, that of Django's date formats, as the language in force writes it."""


def day_words(day: date, form: str) -> str:
    """A day (or a moment, in the zone that it has) in one of `FORMS`."""
    return date_format(day, FORMS[form]())
