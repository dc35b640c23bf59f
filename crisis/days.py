"""Days in words: order and points are those of the language in force."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext

FORMS = {
    "l j F Y": lambda: pgettext("date format", "l j F Y"),
    "j F Y": lambda: pgettext("date format", "j F Y"),
    "l j F": lambda: pgettext("date format", "l j F"),
    "D j N Y": lambda: pgettext("date format", "D j N Y"),
    "D j N": lambda: pgettext("date format", "D j N"),
    "j N Y": lambda: pgettext("date format", "j N Y"),
    "j N": lambda: pgettext("date format", "j N"),
}
"""Each form by its name, that of Django's date formats, as the language in force writes it."""
FIRST = r"j\e\r"
"""The number of a day and two letters, which are themselves no format."""


def day_words(day: date, form: str) -> str:
    """A day (or a moment, in the zone that it has) in one of `FORMS`; the first of a month is *1er* in French."""
    said = FORMS[form]()
    if day.day == 1 and (get_language() or "").startswith("fr"):
        said = said.replace("j", FIRST)
    return date_format(day, said)
