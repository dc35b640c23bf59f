"""How entries about meetings and measures read, in the reader's language."""

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crisis.days import day_words
from crisis.journal import register_words
from crisis.meetings import note_words
from crisis.models import JournalEntry
from crisis.words import Texts, text_of


def when(entry: JournalEntry, name: str) -> str:
    """A moment of an entry, with its date."""
    moment = parse_datetime(entry.data.get(name) or "")
    if moment is None:
        return ""
    local = localtime(moment)
    return f"{day_words(local, 'D j N Y')}, {local:%H:%M}"


def announced(entry: JournalEntry, texts: Texts) -> str:
    """For when."""
    return _("Meeting %(number)d announced for %(moment)s.") % {**entry.data, "moment": when(entry, "at")}


def adjourned(entry: JournalEntry, texts: Texts) -> str:
    """What it left undecided, when it announced the next, and its summary."""
    said = {**entry.data, "moment": when(entry, "next_at"), "left": ", ".join(entry.data.get("undecided", []))}
    parts = [_("Meeting %(number)d adjourned.") % said]
    if said["left"]:
        parts.append(_("Not reviewed, they stay in force: %(left)s.") % said)
    if said["moment"]:
        parts.append(_("Next meeting: %(moment)s.") % said)
    return " ".join([*parts, text_of(entry, "text", texts)]).strip()


def measured(entry: JournalEntry, texts: Texts) -> str:
    """What a meeting did to measures, with their words when the entry holds any."""
    sentences = {
        "measure.decided": _("%(measures)s decided:"),
        "measure.renewed": _("%(measures)s renewed."),
        "measure.amended": _("%(measures)s amended:"),
        "measure.lifted": _("%(measures)s lifted."),
    }
    said = sentences[entry.verb] % {"measures": ", ".join(entry.data["measures"])}
    return f"{said} {text_of(entry, 'text', texts)}".strip()


def register() -> None:
    """Give the journal its sentences."""
    register_words("meeting.announced", announced)
    register_words("meeting.opened", lambda e, t: _("Meeting %(number)d opened.") % e.data)
    register_words("meeting.adjourned", adjourned)
    register_words(
        "meeting.cancelled",
        lambda e, t: _("Meeting %(number)d cancelled: %(why)s") % {**e.data, "why": text_of(e, "reason", t)},
    )
    note_words.register()
    for act in ("decided", "renewed", "amended", "lifted"):
        register_words(f"measure.{act}", measured)
