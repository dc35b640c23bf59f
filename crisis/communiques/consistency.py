"""What the check found in a communiqué at a moment, and which contradictions somebody answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from crisis.communiques.check.check import check_text
from crisis.communiques.check.reading import said_before, situation_at
from crisis.communiques.check.situation import Finding, Sentence
from crisis.communiques.languages import named
from crisis.communiques.models import Communique, Edition, Keeping
from crisis.communiques.reads import said_in
from crisis.communiques.refs import plain
from crisis.errors import RuleBroken
from crisis.models import Text

CONTRADICTS, OVERDUE, DROPPED = "contradicts", "overdue", "dropped"
LONGEST_SAID = 200
"""Characters of a sentence that a refusal quotes."""
Texts = dict[str, tuple[str, str]]
"""Title and text by language, with their facts as references."""


@dataclass(frozen=True)
class Open:
    """A finding of a text in one language. `answers` is its digest, `reason` is why the text was kept (None: not answered)."""

    lang: str
    sentence: Sentence
    finding: Finding
    answers: str
    reason: Text | None = None

    @property
    def blocks(self) -> bool:
        """Whether approval waits for it."""
        return self.finding.kind == CONTRADICTS and self.reason is None


def checked(communique: Communique, texts: Texts, moment: datetime | None = None) -> dict[str, list[Sentence]]:
    """What the check makes of each language's title and text, against the board of a moment (None: now).

    It speaks the language of the text, so that a finding has the same name for every reader.
    """
    now, found = moment or timezone.now(), {}
    for lang, text in texts.items():
        with translation.override(lang):
            found[lang] = checked_in(communique, lang, text, now)
    return found


def checked_in(communique: Communique, lang: str, text: tuple[str, str], moment: datetime) -> list[Sentence]:
    """The same of one language, said in the language in force."""
    title, body = text
    situation = situation_at(communique.crisis, moment, said_before(communique, moment, lang))
    return check_text(body, situation, lang, title)


def findings_of(communique: Communique, found: dict[str, list[Sentence]]) -> list[Open]:
    """Every finding, each with the reason why the text was kept in spite of it."""
    reasons = {(kept.lang, kept.answers): kept.reason for kept in kept_by(communique)}
    return [
        Open(lang, sentence, finding, name, reasons.get((lang, name)))
        for lang, sentences in found.items()
        for sentence in sentences
        for finding in sentence.findings
        for name in [finding.digest]
    ]


def kept_by(communique: Communique) -> Iterable[Keeping]:
    """What somebody answered with a reason, oldest first."""
    return Keeping.objects.filter(communique=communique).select_related("reason", "entry").order_by("pk")


def retold(found: list[Open], sentences: list[Sentence]) -> list[Open]:
    """The findings of one language in the words of another reader, who was told the same text (`checked_in`)."""
    said = [finding for sentence in sentences for finding in sentence.findings]
    if len(said) != len(found):
        return found
    return [replace(each, finding=finding) for each, finding in zip(found, said, strict=True)]


def contradictions(communique: Communique, texts: Texts, moment: datetime | None = None) -> list[Open]:
    """What the board contradicts and nobody answered, in every language of a text, in the reader's words."""
    now, found = moment or timezone.now(), []
    for lang, text in texts.items():
        own = findings_of(communique, checked(communique, {lang: text}, now))
        if any(each.blocks for each in own) and translation.get_language() != lang:
            own = retold(own, checked_in(communique, lang, text, now))
        found += [each for each in own if each.blocks]
    return found


def open_in(found: list[Open]) -> dict[str, int]:
    """How many contradictions are open in each language that has one."""
    return dict(Counter(each.lang for each in found))


class Contradicted(RuleBroken):
    """The board contradicts the text: `lang` is the language of the first sentence that it is about."""

    def __init__(self, left: list[Open]) -> None:
        first = left[0]
        self.lang = first.lang
        said = {
            "languages": named(open_in(left).items()),
            "sentence": Truncator(plain(first.sentence.text)).chars(LONGEST_SAID),
            "says": plain(first.finding.says),
            "board": first.finding.board,
        }
        words = _(
            "The board contradicts the text: %(languages)s. In “%(sentence)s” it says “%(says)s”, the board"
            " “%(board)s”. Answer first."
        )
        super().__init__(words % said, offer="answer")


def check_answered(communique: Communique, edition: Edition) -> None:
    """Refuse while the board contradicts the text and nobody answered: it names where, and the first sentence."""
    if left := contradictions(communique, said_in(edition)):
        raise Contradicted(left)
