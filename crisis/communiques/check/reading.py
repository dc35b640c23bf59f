"""What a text is checked against, read from the database: the board, the other facts, the names, what was said before."""

from datetime import datetime

from crisis.communiques.check.sentences import sentences
from crisis.communiques.check.situation import Situation
from crisis.communiques.models import Communique, Kind
from crisis.communiques.proofs import proved
from crisis.communiques.reads import Publication, publications
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
    return last_of([each for each in publications(crisis, moment) if each.communique != but], lang)


def said_before(communique: Communique, moment: datetime, lang: str) -> list[str]:
    """The sentences that a communiqué is to go on with: what the public reads of it while it is corrected, else the last other.

    A communiqué that only corrects what others said has nothing to go on with.
    """
    if communique.kind == Kind.CORRECTION:
        return []
    public = publications(communique.crisis, moment)
    own = [each for each in public if each.current and each.communique == communique]
    return last_of(own or public, lang)


def last_of(public: list[Publication], lang: str) -> list[str]:
    """The sentences of the newest that still stands and has a text in a language."""
    found = next((each for each in public if each.current and lang in each.texts), None)
    return sentences(plain_of(found.texts[lang].body)) if found else []
