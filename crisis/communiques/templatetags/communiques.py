"""What templates say of communiqués."""

from django import template

from crisis.communiques.refs import plain

register = template.Library()


@register.filter
def without_refs(body: str) -> str:
    """A text as it leaves: each fact as its words."""
    return plain(body)
