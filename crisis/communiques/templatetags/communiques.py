"""What templates say of communiqués."""

from django import template
from django.utils.translation import gettext as _

from crisis.communiques.models import Step
from crisis.communiques.refs import plain
from crisis.communiques.words import by_itself

register = template.Library()


@register.filter
def without_refs(body: str) -> str:
    """A text as it leaves: each fact as its words."""
    return plain(body)


@register.filter
def by(step: Step) -> str:
    """Who took a step: a person, or nobody when its moment had come."""
    return _("by itself, when its moment had come") if by_itself(step.entry) else step.entry.actor_name
