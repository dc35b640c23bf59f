"""What features say of their rows in a backup: which do not survive it, and what becomes of the others on another machine."""

from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.db.models import Model

Restored = Callable[[datetime], dict[str, int]]
"""What is done to the rows that were put back, at a moment, before anybody sees them; it answers with what it did, counted."""
LEFT_OUT = {"sessions", "axes"}
"""Apps whose rows end with the machine: who is signed in, who was locked out."""
_passing: set[str] = set()
_restored: list[Restored] = []


def register_passing(*models: str) -> None:
    """A feature names models ("displays.pairing") whose rows are of the moment: no backup holds them."""
    _passing.update(name.lower() for name in models)


def register_restored(work: Restored) -> None:
    """A feature does something to its rows once they are put back: their identities were another machine's."""
    _restored.append(work)


def after_restore(moment: datetime) -> dict[str, int]:
    """Let every feature do its part; what was done, counted, as the journal keeps it."""
    return {name: count for work in _restored for name, count in work(moment).items()}


def is_kept(model: type[Model]) -> bool:
    """Whether a backup holds the rows of a model, of now or of an earlier migration."""
    return model._meta.app_label not in LEFT_OUT and model._meta.label_lower not in _passing


def kept_models() -> list[type[Model]]:
    """Everything that a backup holds, the tables between two models included."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.managed and not model._meta.proxy and is_kept(model)]
