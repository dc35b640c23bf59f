"""Publication at a time: when its moment has come, by itself, or held back when a fact that it uses has changed."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.communiques.consistency import checked, findings_of
from crisis.communiques.models import Act, Communique, Edition, Step
from crisis.communiques.reads import last_step, said_in
from crisis.communiques.refs import plain
from crisis.communiques.steps import step
from crisis.frames import zone
from crisis.journal import lock_book
from crisis.models import Text
from crisis.roles import CONSOLE
from crisis.seats import Seat

log = logging.getLogger(__name__)


def changed_facts(communique: Communique, edition: Edition, moment: datetime) -> list[str]:
    """What the edition says and the board says otherwise by now, in words; [] when all of it still holds.

    What somebody kept with a reason holds nothing back, as long as the board says what it said then.
    """
    found = findings_of(communique, checked(communique, said_in(edition), moment))
    found = sorted((each for each in found if each.blocks), key=lambda each: each.lang != communique.lang)
    told: dict[str, str] = {}
    for each in found:  # a fact that is untrue in several languages is told once, in the one that leads
        told.setdefault(each.finding.fact or plain(each.finding.says), plain(each.finding.says))
    return list(told.values())


def waiting(moment: datetime) -> list[Communique]:
    """The communiqués of open crises whose moment has come, in the order of their moments: one query."""
    last = Step.objects.filter(communique=OuterRef("communique")).order_by("-pk").values("pk")[:1]
    due = Step.objects.filter(act=Act.SCHEDULED, at__lte=moment, communique__crisis__closed_at=None, pk=Subquery(last))
    return [each.communique for each in due.select_related("communique__crisis").order_by("at", "pk")]


@transaction.atomic
def publish_at_its_time(communique: Communique, moment: datetime) -> Step | None:
    """Publish it, or hold it back and say what changed. Nothing when somebody was faster, or its moment is still to come.

    It counts from when it can really be read: later than it was planned when no server ran then.
    """
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
    return step(book, communique, last.edition, Act.PUBLISHED, CONSOLE, at=max(moment, timezone.now()))


def publish_due(moment: datetime | None = None) -> list[Step]:
    """Publish what is due by a moment (None: now), in the language that leads each; one that fails keeps no other back."""
    now, found = moment or timezone.now(), []
    for communique in waiting(now):
        try:
            with translation.override(communique.lang), timezone.override(zone()):
                found.append(publish_at_its_time(communique, now))
        except Exception:
            log.exception("Crisis %d, %s could not be published at its time.", communique.crisis_id, communique)
    return [each for each in found if each]


def with_the_beat(seats: list[Seat]) -> None:
    """What the hub does every five seconds, whoever looks."""
    publish_due()
