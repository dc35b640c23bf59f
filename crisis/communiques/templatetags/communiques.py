"""What templates say of communiqués."""

from django import template

from crisis.communiques.languages import name_of
from crisis.communiques.models import Step
from crisis.communiques.refs import plain
from crisis.communiques.words import by_itself, who

register = template.Library()


@register.filter
def without_refs(body: str) -> str:
    """A text as it leaves: each fact as its words."""
    return plain(body)


@register.filter
def in_a_sentence(lang: str) -> str:
    """A language by its name in the reader's own, as a sentence has it."""
    return name_of(lang)


@register.filter
def by(step: Step) -> str:
    """Who took a step: a person, or nobody when its moment had come."""
    return who(step.entry)


@register.filter
def is_timed(step: Step) -> bool:
    """Whether it came by itself because its moment had come."""
    return by_itself(step.entry)
