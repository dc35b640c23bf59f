"""How an entry about released answers reads, in the reader's language."""

from django.utils.translation import ngettext

from crisis.journal import register_words
from crisis.models import JournalEntry
from crisis.words import Texts, text_of


def released(entry: JournalEntry, texts: Texts) -> str:
    """How many answers patients read differently, and why somebody released them alone."""
    count = len(entry.data["changed"])
    said = {"count": count, "why": text_of(entry, "alone", texts)}
    if said["why"]:
        return (
            ngettext(
                "Released to the public, alone: %(count)d answer reads differently. %(why)s",
                "Released to the public, alone: %(count)d answers read differently. %(why)s",
                count,
            )
            % said
        )
    return (
        ngettext(
            "Released to the public: %(count)d answer reads differently.",
            "Released to the public: %(count)d answers read differently.",
            count,
        )
        % said
    )


def register() -> None:
    """Give the journal its sentence."""
    register_words("answers.released", released)
