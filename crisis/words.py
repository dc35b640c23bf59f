"""How the centre's entries read, in the reader's language. No sentence is glued from parts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crisis.journal import register_words
from crisis.models import JournalEntry, Role, Text

Texts = dict[int, Text]


def text_of(entry: JournalEntry, name: str, texts: Texts) -> str:
    """The words of one text of an entry; "" when there is none."""
    held = entry.data.get(name)
    return str(texts[held["text"]]) if held else ""


def written(entry: JournalEntry, texts: Texts) -> str:
    """A free entry is its own words."""
    return text_of(entry, "text", texts)


def granted(entry: JournalEntry, texts: Texts) -> str:
    """Who is what from now on."""
    role = str(Role(entry.data["role"]).label)
    return _("%(name)s is now %(role)s.") % {"name": entry.data["name"], "role": role}


def withdrawn(entry: JournalEntry, texts: Texts) -> str:
    """Who is it no more."""
    role = str(Role(entry.data["role"]).label)
    return _("%(name)s is no longer %(role)s.") % {"name": entry.data["name"], "role": role}


def recovered(entry: JournalEntry, texts: Texts) -> str:
    """Who signed in without their phone."""
    sentence = ngettext(
        "%(name)s used a recovery code, %(left)d is left.",
        "%(name)s used a recovery code, %(left)d are left.",
        entry.data["left"],
    )
    return str(sentence % entry.data)


def corrected(entry: JournalEntry, texts: Texts) -> str:
    """Whose account was corrected, and what it says now."""
    changed = entry.data["changed"]
    said = ", ".join(changed[name] or "—" for name in ("first_name", "function", "site", "phone") if name in changed)
    return str(_("Account of %(name)s corrected: %(said)s.") % {"name": entry.data["name"], "said": said})


def sessions_ended(entry: JournalEntry, texts: Texts) -> str:
    """Whose sessions were ended, and how many."""
    sentence = ngettext(
        "%(count)d session of %(name)s ended.", "%(count)d sessions of %(name)s ended.", entry.data["count"]
    )
    return str(sentence % entry.data)


def register() -> None:
    """Give the journal its sentences."""
    register_words("journal.written", written)
    register_words("journal.verified", lambda e, t: _("Entry %(seq)d is verified.") % e.data)
    register_words("text.masked", lambda e, t: _("A text was masked: %(reason)s") % {"reason": text_of(e, "reason", t)})
    register_words("crisis.declared", lambda e, t: _("Crisis declared: %(name)s.") % e.data)
    register_words("crisis.closed", lambda e, t: _("The crisis is closed."))
    register_words("member.granted", granted)
    register_words("member.withdrawn", withdrawn)
    register_words("entry.countersigned", lambda e, t: _("Entry %(seq)d is countersigned.") % e.data)
    register_words("account.made", lambda e, t: _("Account made for %(name)s.") % e.data)
    register_words("account.corrected", corrected)
    register_words("account.deactivated", lambda e, t: _("Account of %(name)s closed.") % e.data)
    register_words("account.reopened", lambda e, t: _("Account of %(name)s opened again.") % e.data)
    register_words("account.password_set", lambda e, t: _("%(name)s changed their password.") % e.data)
    register_words("card.made", lambda e, t: _("Sign-in card made for %(name)s.") % e.data)
    register_words("card.used", lambda e, t: _("%(name)s chose a password with a sign-in card.") % e.data)
    register_words("card.revoked", lambda e, t: _("Sign-in card of %(name)s revoked.") % e.data)
    register_words("factor.set", lambda e, t: _("%(name)s set up a second factor.") % e.data)
    register_words("factor.removed", lambda e, t: _("Second factor of %(name)s removed.") % e.data)
    register_words("factor.codes_renewed", lambda e, t: _("%(name)s had new recovery codes made.") % e.data)
    register_words("factor.recovered", recovered)
    register_words("sessions.ended", sessions_ended)
