"""How entries about services read."""


def register() -> None:
    """Give the journal its sentences."""
