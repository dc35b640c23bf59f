"""What templates of the public pages say: moments in the reader's language, and in which language another text is."""

from datetime import datetime

from django import template
from django.utils import timezone

from crisis.communiques.public.words import moment_words
from crisis.languages import written_in

register = template.Library()


@register.filter(expects_localtime=True)
def in_words(value: datetime | None, form: str = "j F Y") -> str:
    """A moment with its hour; `form` is one of `crisis.days.FORMS`."""
    return moment_words(timezone.localtime(value), form) if value else ""


@register.filter
def language_words(lang: str) -> str:
    """Such as: in French only."""
    return written_in(lang)
