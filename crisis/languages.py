"""The languages of the house, and a text's in words: what a reader is told when it is not in theirs."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from crisis.models import Organisation

ONLY = {
    "fr": lambda: _("in French only"),
    "nl": lambda: _("in Dutch only"),
    "de": lambda: _("in German only"),
    "en": lambda: _("in English only"),
}
AMONG = {
    "fr": lambda: _("in French"),
    "nl": lambda: _("in Dutch"),
    "de": lambda: _("in German"),
    "en": lambda: _("in English"),
}


def languages_of_house() -> list[str]:
    """The languages that the organisation speaks to the public; the first one leads. French as long as nobody has said."""
    organisation = Organisation.objects.first()
    return list(organisation.languages) if organisation and organisation.languages else ["fr"]


def written_in(lang: str, langs: Collection[str] = ()) -> str:
    """In which language a text is that the reader's lacks: "in French only", or "in French" of one in several (`langs`)."""
    words = AMONG if len(langs) > 1 else ONLY
    return words[lang]() if lang in words else lang.upper()
