"""What a text is checked against, read from the database: the board, the other facts, the names, what was said before."""

from datetime import datetime

from crisis.communiques.check.sentences import sentences
from crisis.communiques.check.situation import Situation
from crisis.communiques.models import Communique
from crisis.communiques.proofs import proved
from crisis.communiques.reads import publications
from crisis.facts import facts_at
from crisis.markdown import plain_of
from crisis.models import Crisis, Organisation
from services.models import Activity, Site
from services.reads import board_at


def situation_at(crisis: Crisis, moment: datetime, previous: list[str] | None = None) -> Situation:
    """The situation of a moment, in the language and the zone in force."""
    organisation = Organisation.objects.first()
    return Situation(
        board=proved(board_at(crisis, moment)),
        facts=facts_at(crisis, moment),
        activities=list(Activity.objects.all()),
        sites=list(Site.objects.all()),
        previous=previous or [],
        known=organisation.name.split() if organisation else [],
    )


def previous_at(crisis: Crisis, moment: datetime, lang: str, but: Communique | None = None) -> list[str]:
    """The sentences of the last communiqué that was public at a moment, in a language; of another than `but`."""
    for each in publications(crisis, moment):
        if each.current and each.communique != but and lang in each.texts:
            return sentences(plain_of(each.texts[lang].body))
    return []
