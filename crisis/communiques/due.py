"""Publication at a time: when its moment has come, by itself, or held back when a fact that it uses has changed."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.communiques.board_facts import all_facts
from crisis.communiques.consistency import checked, findings_of
from crisis.communiques.models import Act, Communique, Edition, State, Step
from crisis.communiques.reads import last_step, said_in, state_of
from crisis.communiques.refs import refs_in
from crisis.communiques.steps import step
from crisis.frames import zone
from crisis.journal import lock_book
from crisis.models import Text
from crisis.roles import CONSOLE
from crisis.seats import Seat

log = logging.getLogger(__name__)


def changed_facts(communique: Communique, edition: Edition, moment: datetime) -> list[str]:
    """What the edition says and the board says otherwise by now, in words; [] when all of it still holds."""
    texts = said_in(edition)
    now = {fact.key: fact.value for fact in all_facts(communique.crisis, moment)}
    refs = refs_in(body for _title, body in texts.values())
    moved = [ref.words for key, ref in refs.items() if now.get(key) != ref.value]
    found = findings_of(communique, checked(communique, texts, moment))
    return list(dict.fromkeys([*moved, *(each.finding.says for each in found if each.blocks)]))


def waiting(moment: datetime) -> list[Communique]:
    """The communiqués whose moment has come."""
    due = Step.objects.filter(act=Act.SCHEDULED, at__lte=moment).select_related("communique__crisis")
    found = {each.communique_id: each.communique for each in due.order_by("pk")}
    return [communique for communique in found.values() if state_of(communique) == State.SCHEDULED]


@transaction.atomic
def publish_at_its_time(communique: Communique, moment: datetime) -> Step | None:
    """Publish it, or hold it back and say what changed. Nothing when somebody was faster, or its moment is still to come."""
    book = lock_book(communique.crisis)
    last = last_step(communique)
    if last is None or last.edition is None or last.act != Act.SCHEDULED or last.at is None or last.at > moment:
        return None
    if communique.crisis.closed_at:
        return None
    if changed := changed_facts(communique, last.edition, moment):
        why = _("Changed since it was approved: %(facts)s.") % {"facts": " · ".join(changed)}
        reason = Text.written(why, communique.lang)
        return step(book, communique, last.edition, Act.HELD, CONSOLE, reason=reason)
    return step(book, communique, last.edition, Act.PUBLISHED, CONSOLE, at=last.at)


def publish_due(moment: datetime | None = None) -> list[Step]:
    """Publish what is due by a moment (None: now), in the language that leads each."""
    now, found = moment or timezone.now(), []
    for communique in waiting(now):
        with translation.override(communique.lang), timezone.override(zone()):
            found.append(publish_at_its_time(communique, now))
    return [each for each in found if each]


def with_the_beat(seats: list[Seat]) -> None:
    """What the hub does every five seconds, whoever looks."""
    publish_due()
