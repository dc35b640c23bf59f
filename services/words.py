"""How entries about services read, in the reader's language. No sentence is glued from parts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.journal import register_words
from crisis.models import JournalEntry, Text
from crisis.templatetags.vigie import status_word
from services.models import in_language

Texts = dict[int, Text]


def service_name(entry: JournalEntry) -> str:
    """The service of an entry, by the names it had."""
    about = entry.data["about"]
    return f"{in_language(about['activity'])} ({in_language(about['site'])})"


def reported(entry: JournalEntry, texts: Texts) -> str:
    """A status, what it was before, and the capacity when it is known."""
    now, was = entry.data["reports"][0], entry.data.get("was")
    words = {"service": service_name(entry), "now": status_word(now["status"]), "capacity": now["capacity"] or 0}
    words["was"] = status_word(was["status"]) if was else ""
    changed = was and was["status"] != now["status"]
    if changed and now["capacity"]:
        return _("%(service)s: %(now)s at %(capacity)d %% (was %(was)s).") % words
    if changed:
        return _("%(service)s: %(now)s (was %(was)s).") % words
    if now["capacity"]:
        return _("%(service)s: %(now)s at %(capacity)d %%.") % words
    return _("%(service)s: %(now)s.") % words


def confirmed(entry: JournalEntry, texts: Texts) -> str:
    """Still so."""
    words = {"service": service_name(entry), "now": status_word(entry.data["reports"][0]["status"])}
    return _("%(service)s: still %(now)s.") % words


def undone(entry: JournalEntry, texts: Texts) -> str:
    """Taken back."""
    words = {"service": service_name(entry), "now": status_word(entry.data["reports"][0]["status"])}
    return _("%(service)s: entry %(undoes)d taken back, %(now)s again.") % (words | {"undoes": entry.data["undoes"]})


def site_confirmed(entry: JournalEntry, texts: Texts) -> str:
    """A whole site."""
    words = {"site": in_language(entry.data["site"]), "count": entry.data["count"]}
    return (
        ngettext("%(site)s: %(count)d status confirmed.", "%(site)s: %(count)d statuses confirmed.", words["count"])
        % words
    )


def acknowledged(entry: JournalEntry, texts: Texts) -> str:
    """An alarm was seen."""
    return _("%(service)s: alarm acknowledged.") % {"service": service_name(entry)}


def registered(entry: JournalEntry, texts: Texts) -> str:
    """The registry changed."""
    name = in_language(entry.data["names"]) if "names" in entry.data else str(entry.data.get("name", ""))
    return _("Registry: %(name)s.") % {"name": name}


def exported(entry: JournalEntry, texts: Texts) -> str:
    """That names and phones left, and of how many people."""
    sentence = ngettext(
        "Registry exported as a file, with name and phone of %(people)d person.",
        "Registry exported as a file, with names and phones of %(people)d people.",
        entry.data["people"],
    )
    return str(sentence % entry.data)


def register() -> None:
    """Give the journal its sentences."""
    register_words("service.reported", reported)
    register_words("service.confirmed", confirmed)
    register_words("service.undone", undone)
    register_words("site.confirmed", site_confirmed)
    register_words("alarm.acknowledged", acknowledged)
    for verb in ("organisation", "site", "activity", "essential", "service"):
        register_words(f"registry.{verb}", registered)
    register_words("registry.exported", exported)
