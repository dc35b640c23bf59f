"""The names of languages inside a sentence, in the reader's own: nobody is told "nl"."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

IN_A_SENTENCE = {
    "fr": pgettext_lazy("in a sentence", "French"),
    "nl": pgettext_lazy("in a sentence", "Dutch"),
    "de": pgettext_lazy("in a sentence", "German"),
    "en": pgettext_lazy("in a sentence", "English"),
}


def name_of(lang: str) -> str:
    """A language as a sentence names it."""
    return str(IN_A_SENTENCE.get(lang, lang))


def named(counts: Iterable[tuple[str, object]]) -> str:
    """Languages, each with what is said of it: "Dutch (2), German (late)"."""
    return ", ".join(f"{name_of(lang)} ({said})" for lang, said in counts)


def not_ready(how: dict[str, str]) -> str:
    """The languages that are late or missing, each with which it is; "" when all are up to date."""
    words = {"late": _("late"), "missing": _("missing")}
    return named((lang, words[each]) for lang, each in how.items() if each in words)
