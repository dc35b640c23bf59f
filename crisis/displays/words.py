"""How entries about screens read, in the reader's language."""

from django.utils.translation import gettext as _

from crisis.journal import register_words


def register() -> None:
    """Give the journal its sentences."""
    register_words("display.paired", lambda e, t: _("Screen paired: %(name)s.") % e.data)
    register_words("display.changed", lambda e, t: _("Screen changed: %(name)s.") % e.data)
    register_words("display.blanked", lambda e, t: _("Screen made dark: %(name)s.") % e.data)
    register_words("display.lit", lambda e, t: _("Screen lit again: %(name)s.") % e.data)
    register_words("display.revoked", lambda e, t: _("Screen revoked: %(name)s.") % e.data)
