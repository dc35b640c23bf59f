"""What the templates of minutes say: sentences made of parts."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from crisis.models import Text

register = template.Library()


@register.filter
def said(parts: Any) -> SafeString:
    """A sentence of minutes; each typed text in the language in which it was typed."""
    pieces = parts if isinstance(parts, list) else [parts]
    return format_html_join("", "{}", ((spoken(piece),) for piece in pieces))


def spoken(piece: Any) -> SafeString | str:
    """One part of it."""
    return format_html('<span lang="{}">{}</span>', piece.lang, piece) if isinstance(piece, Text) else str(piece)
