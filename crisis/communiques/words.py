"""How entries about communiqués read, in the reader's language."""

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisis.days import day_words
from crisis.journal import register_words
from crisis.models import JournalEntry
from crisis.words import Texts, text_of

SENTENCES = {
    "returned": gettext_lazy("Communiqué %(number)d sent back: %(reason)s"),
    "approved": gettext_lazy("Communiqué %(number)d approved, edition %(edition)d."),
    "held": gettext_lazy("Communiqué %(number)d held back. %(reason)s"),
    "kept": gettext_lazy("Communiqué %(number)d keeps what the board contradicts: %(reason)s"),
    "reopened": gettext_lazy("Correction of communiqué %(number)d begun: %(reason)s"),
    "resumed": gettext_lazy("Correction of communiqué %(number)d given up."),
    "withdrawn": gettext_lazy("Communiqué %(number)d withdrawn: %(reason)s"),
    "dropped": gettext_lazy("Communiqué %(number)d dropped: %(reason)s"),
}


def by_itself(entry: JournalEntry) -> bool:
    """Whether a communiqué was published or held back because its moment had come, by nobody; a crisis file tells otherwise."""
    timed = entry.verb in {"communique.published", "communique.held"}
    return timed and entry.actor_id is None and not entry.data.get("loaded")


def who(entry: JournalEntry) -> str:
    """Who did it: a person, or nobody when its moment had come."""
    return _("by itself, when its moment had come") if by_itself(entry) else entry.actor_name


def told(entry: JournalEntry, texts: Texts) -> str:
    """What happened to which communiqué, and why."""
    act = entry.verb.partition(".")[2]
    return str(SENTENCES[act]) % {**entry.data, "reason": text_of(entry, "reason", texts)}


def submitted(entry: JournalEntry, texts: Texts) -> str:
    """Its title in the leading language."""
    content = entry.data["content"]
    title = content["langs"][content["lead"]]["title"]["text"]
    return _("Communiqué %(number)d sent to review: %(title)s") % {**entry.data, "title": texts[title]}


def published(entry: JournalEntry, texts: Texts) -> str:
    """As which version, as the public counts: where the entry says it, and of what a file told, which is always the first."""
    version = entry.data.get("version") or entry.data.get("loaded")
    if not version:
        return str(_("Communiqué %(number)d published.") % entry.data)
    said = {"number": entry.data["number"], "version": int(version)}
    if by_itself(entry):
        return str(_("Communiqué %(number)d published by itself when its moment had come, version %(version)d.") % said)
    return str(_("Communiqué %(number)d published, version %(version)d.") % said)


def scheduled(entry: JournalEntry, texts: Texts) -> str:
    """For when."""
    local = localtime(parse_datetime(entry.data["at"]))
    said = {**entry.data, "moment": f"{day_words(local, 'D j N Y')}, {local:%H:%M}"}
    return _("Communiqué %(number)d is to be published on %(moment)s.") % said


def register() -> None:
    """Give the journal its sentences."""
    for act in SENTENCES:
        register_words(f"communique.{act}", told)
    register_words("communique.submitted", submitted)
    register_words("communique.published", published)
    register_words("communique.scheduled", scheduled)
