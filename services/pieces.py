"""The pieces of the board that every open screen gets, rendered once per language."""

from django.db.models import Q, QuerySet

from crisis.models import Crisis, JournalEntry


def board_pieces(crisis: Crisis, after: int | None) -> str:
    """What changed on the board after a seq; everything when `after` is None."""
    return ""


def entries_about_service(entries: "QuerySet[JournalEntry]", key: str) -> "QuerySet[JournalEntry]":
    """The journal's entries about one service: its own, and the confirmations of its whole site."""
    site = key.rpartition("@")[2]
    return entries.filter(Q(subject=f"service:{key}") | Q(verb="site.confirmed", subject=f"site:{site}"))
