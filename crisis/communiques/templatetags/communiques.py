"""What templates say of communiqués."""

from django import template

from crisis.communiques.languages import name_of
from crisis.communiques.refs import plain

register = template.Library()


@register.filter
def without_refs(body: str) -> str:
    """A text as it leaves: each fact as its words."""
    return plain(body)


@register.filter
def in_a_sentence(lang: str) -> str:
    """A language by its name in the reader's own, as a sentence has it."""
    return name_of(lang)
