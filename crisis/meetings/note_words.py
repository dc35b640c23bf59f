"""How entries about those present, the agenda, decisions, actions and minutes read, in the reader's language."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crisis.journal import register_words
from crisis.meetings.lines import moment_words
from crisis.meetings.models import Party, Topic
from crisis.models import JournalEntry
from crisis.words import Texts, text_of


def value_of(entry: JournalEntry, name: str, texts: Texts) -> str:
    """A value that is a text or plain words."""
    held = entry.data.get(name)
    return text_of(entry, name, texts) if isinstance(held, dict) else str(held or "")


def attended(entry: JournalEntry, texts: Texts) -> str:
    """Who is there, who is excused, who chairs and who holds the pen from now on."""
    said = entry.data
    if said.get("guest"):
        name = text_of(entry, "name", texts)
        words = _("%(name)s, guest, is excused.") if said["excused"] else _("%(name)s, guest, is present.")
        return words % {"name": name}
    sentences = {
        "present": _("Present: %(names)s."),
        "excused": _("Excused: %(names)s."),
        "not_there": _("No longer on the list: %(names)s."),
    }
    found = [words % {"names": ", ".join(said[how])} for how, words in sentences.items() if said.get(how)]
    charges = {"chair": _("%(name)s chairs."), "pen": _("%(name)s holds the pen.")}
    found += [words % {"name": said[duty]} for duty, words in charges.items() if said.get(duty)]
    return " ".join(found)


def moved(entry: JournalEntry, texts: Texts) -> str:
    """Somebody came or left."""
    words = (
        _("%(name)s leaves meeting %(number)d.") if entry.data["leaves"] else _("%(name)s joins meeting %(number)d.")
    )
    return words % {"name": value_of(entry, "name", texts), "number": entry.data["number"]}


def point_name(entry: JournalEntry, texts: Texts) -> str:
    """The point that an entry is about."""
    return text_of(entry, "title", texts) or str(Topic(entry.data["topic"]).label)


def agenda(entry: JournalEntry, texts: Texts) -> str:
    """What became of a point."""
    sentences = {
        "added": _("Point added: %(point)s."),
        "moved": _("Point moved: %(point)s."),
        "skipped": _("Point not treated: %(point)s."),
        "taken": _("Point treated after all: %(point)s."),
    }
    return sentences[entry.data["act"]] % {"point": point_name(entry, texts)}


def filed(entry: JournalEntry, texts: Texts) -> str:
    """What was captured, and where it belongs."""
    return _("%(what)s: filed to “%(point)s”.") % {
        "what": value_of(entry, "what", texts),
        "point": point_name(entry, texts),
    }


def action_set(entry: JournalEntry, texts: Texts) -> str:
    """Who does what by when."""
    said: dict[str, Any] = {"number": entry.data["number"], "name": who_of(entry, texts), "due": due_of(entry)}
    said["text"] = text_of(entry, "text", texts)
    if said["due"]:
        return _("A%(number)d: %(text)s (%(name)s, due %(due)s).") % said
    return _("A%(number)d: %(text)s (%(name)s).") % said


def action_changed(entry: JournalEntry, texts: Texts) -> str:
    """Who does it from now on, by when."""
    said = {"number": entry.data["number"], "name": who_of(entry, texts) or _("nobody yet"), "due": due_of(entry)}
    if said["due"]:
        return _("A%(number)d: %(name)s, due %(due)s.") % said
    return _("A%(number)d: %(name)s.") % said


def who_of(entry: JournalEntry, texts: Texts) -> str:
    """The owner of an action."""
    return entry.data.get("owner") or text_of(entry, "owner_name", texts)


def due_of(entry: JournalEntry) -> str:
    """Until when."""
    return moment_words(parse_datetime(entry.data.get("due_at") or ""), entry.data.get("due_hour", False))


def closed(words: str, name: str) -> Any:
    """An action that is over, with its reason or reference."""

    def sentence(entry: JournalEntry, texts: Texts) -> str:
        found = _(words) % {"number": entry.data["number"]}
        return f"{found} {text_of(entry, name, texts)}".strip()

    return sentence


def decided(entry: JournalEntry, texts: Texts) -> str:
    """What, and why."""
    return " · ".join(part for part in (text_of(entry, name, texts) for name in ("text", "why", "decided_by")) if part)


def asked(entry: JournalEntry, texts: Texts) -> str:
    """Which case, of which measure, and why."""
    said = {**entry.data, "reference": text_of(entry, "reference", texts)}
    words = _("%(key)s: exception to %(measure)s asked for, %(reference)s.") % said
    return f"{words} {text_of(entry, 'why', texts)}".strip()


def judged(entry: JournalEntry, texts: Texts) -> str:
    """Who said what, and what is decided by it."""
    said = {**entry.data, "party": Party(entry.data["party"]).label}
    words = _("%(key)s: %(party)s is in favour.") if said["favourable"] else _("%(key)s: %(party)s is against.")
    decided = {"granted": _("Exception granted."), "refused": _("Exception refused.")}.get(said.get("decision", ""), "")
    return " ".join(part for part in (words % said, decided, text_of(entry, "words", texts)) if part)


def register() -> None:
    """Give the journal its sentences."""
    register_words("meeting.attended", attended)
    register_words("meeting.moved", moved)
    register_words("meeting.agenda", agenda)
    register_words("meeting.filed", filed)
    register_words("decision.taken", decided)
    register_words("decision.taken_back", lambda e, t: _("Taken back: %(text)s") % {"text": text_of(e, "text", t)})
    register_words("action.set", action_set)
    register_words("action.changed", action_changed)
    register_words("action.done", closed(gettext_noop("A%(number)d is done."), "reference"))
    register_words("action.dropped", closed(gettext_noop("A%(number)d is dropped:"), "reason"))
    register_words(
        "action.back",
        lambda e, t: _("A%(number)d is taken back: %(text)s") % {**e.data, "text": text_of(e, "text", t)},
    )
    register_words("action.required", lambda e, t: _("The legal duties are put on the list of actions."))
    register_words("exception.asked", asked)
    register_words("exception.judged", judged)
    register_words("minutes.sealed", lambda e, t: _("The minutes of meeting %(number)d are sealed.") % e.data)
    register_words(
        "minutes.corrected",
        lambda e, t: (
            _("Correction to the minutes of meeting %(number)d: %(text)s") % {**e.data, "text": text_of(e, "text", t)}
        ),
    )
