"""Words that are masked are gone from drafts too: a feature that keeps words beside the journal forgets them."""

from collections.abc import Callable

from crisis.models import Crisis

Forgets = Callable[[Crisis, str], None]
_forget: list[Forgets] = []


def register_masking(forgets: Forgets) -> None:
    """A feature takes masked words out of what it keeps beside texts; asked in the transaction of the masking."""
    _forget.append(forgets)


def forget(crisis: Crisis, words: str) -> None:
    """Every feature forgets these words."""
    for forgets in _forget:
        forgets(crisis, words)
