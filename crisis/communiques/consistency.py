"""What the check found in a communiqué at a moment, and which contradictions somebody answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.communiques.check.check import check_text
from crisis.communiques.check.reading import said_before, situation_at
from crisis.communiques.check.situation import Finding, Sentence
from crisis.communiques.models import Communique, Edition, Keeping
from crisis.communiques.reads import said_in
from crisis.communiques.refs import plain
from crisis.errors import RuleBroken
from crisis.models import Text

CONTRADICTS, OVERDUE, DROPPED = "contradicts", "overdue", "dropped"
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


def check_answered(communique: Communique, edition: Edition) -> None:
    """Refuse while the board contradicts the text and nobody answered: it names the first of them."""
    left = [each for each in findings_of(communique, checked(communique, said_in(edition))) if each.blocks]
    if left:
        said = {"says": plain(left[0].finding.says), "board": left[0].finding.board, "count": len(left)}
        sentence = _(
            "The board contradicts the text (%(count)d): it says “%(says)s”, the board “%(board)s”. Answer first."
        )
        raise RuleBroken(sentence % said, offer="answer")
