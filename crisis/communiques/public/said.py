"""The words of a published version in a language: what was masked is left out."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crisis.communiques.public.state import Version
from crisis.languages import written_in
from crisis.markdown import seen


@dataclass(frozen=True)
class Said:
    """Title and Markdown of a version. `lang` is what they are written in, `asked` what was asked for.

    `late`: the leading language says something newer. `langs`: every language that the version has.
    """

    title: str
    body: str
    lang: str
    asked: str
    late: bool
    langs: tuple[str, ...]

    @property
    def other(self) -> bool:
        """Whether the language that was asked for is missing."""
        return self.lang != self.asked

    @property
    def mark(self) -> str:
        """What the reader is told of a text in another language: "in French only"; "" of one in theirs."""
        return written_in(self.lang, self.langs) if self.other else ""


def said_of(version: Version, lang: str) -> Said:
    """The version in a language, or in its leading one, or in any: the house may have given up the others since."""
    texts = version.publication.texts
    words = texts.get(lang) or texts.get(version.publication.edition.content["lead"]) or next(iter(texts.values()))
    refs = version.publication.edition.content["langs"][words.lang]
    number = _("Communiqué %(number)d") % {"number": version.number}
    title = number if refs["title"]["text"] in version.masked else seen(words.title) or number
    body = "" if refs["body"]["text"] in version.masked else seen(words.body)
    return Said(title, body, words.lang, lang, words.late, tuple(texts))


@cache
def stamps() -> tuple[str, ...]:
    """The stamp of an exercise in every language."""
    found = []
    for lang, _name in settings.LANGUAGES:
        with translation.override(lang):
            found.append(_("EXERCISE"))
    return tuple(found)


def stamped(title: str) -> str:
    """A title of an exercise with its stamp, once: most bear it already."""
    return title if title.lstrip().startswith(stamps()) else _("EXERCISE · %(title)s") % {"title": title}


def why_withdrawn(version: Version) -> str:
    """The reason that was given for the public; "" when none was, or when it was masked."""
    step = version.publication.withdrawn
    return seen(str(step.reason)) if step and step.reason and step.reason.masked_at is None else ""


def lang_of_reason(version: Version) -> str | None:
    """The language in which that reason was given."""
    step = version.publication.withdrawn
    return step.reason.lang if step and step.reason and why_withdrawn(version) else None
