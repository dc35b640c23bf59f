"""What was kept word for word of loaded events becomes real once a feature reads it: after migrations. See docs/adr/0008."""

import json
import logging
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from crisis.errors import RuleBroken
from crisis.journal import lock_book
from crisis.languages import languages_of_house
from crisis.models import Crisis, LoadedEvent, Organisation, Text
from crisis.sections import Head, read_sections
from crisis.writes import mask_spent
from services.crisisfile.load import common_of, kept_of
from services.crisisfile.located import located
from services.crisisfile.schema import KEPT, SECTIONS
from services.crisisfile.shapes import Faults

log = logging.getLogger(__name__)


def after_migrations(using: str, plan: Any = None, **kwargs: Any) -> None:
    """What `migrate` does at its end, once the whole schema is there. A flush, which has no plan, leaves nothing to read."""
    if plan is None or using != DEFAULT_DB_ALIAS:
        return
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        catch_up()


def keeping() -> "QuerySet[LoadedEvent]":
    """The events of which something is kept word for word."""
    found = LoadedEvent.objects.filter(position__gt=0, kept__isnull=False, kept__masked_at=None)
    return found.select_related("kept").order_by("position")


def catch_up() -> int:
    """Make real what features have learned to read since it was loaded, and say how many events. A second run changes nothing."""
    crises = Crisis.objects.filter(pk__in=keeping().order_by().values("crisis"))
    return sum(catch_up_in(crisis) for crisis in crises.order_by("pk"))


@transaction.atomic
def catch_up_in(crisis: Crisis) -> int:
    """The events of one crisis, each wholly or not at all: one that a rule refuses stays kept, and a line of the log says so."""
    lock_book(crisis)
    waiting = [(event, event.kept, said) for event in keeping().filter(crisis=crisis) if (said := readable(event))]
    if crisis.closed_at and waiting:
        log.warning("%s is closed: %d events of its file stay kept word for word.", crisis, len(waiting))
        return 0
    spent: list[Text] = []
    for event, kept, said in waiting:
        try:
            make_real(crisis, event, said)
        except RuleBroken as refusal:
            told = {"crisis": crisis, "position": event.position, "at": event.at, "why": refusal}
            log.warning("%(crisis)s: event %(position)d of %(at)s stays kept word for word: %(why)s", told)
        else:
            spent += [kept] if kept else []
    if spent:
        mask_spent(crisis, spent, reason(), by=None)
        log.info("%s: %d events of its file are read now.", crisis, len(spent))
    return len(spent)


def readable(event: LoadedEvent) -> dict[str, Any]:
    """What is kept of an event, when a feature reads any of it; {} when all of it is for features to come."""
    said: dict[str, Any] = json.loads(event.kept.body) if event.kept else {}
    return said if SECTIONS.keys() & said.keys() else {}


def reason() -> Text:
    """Why what was kept is blanked, in the organisation's own language."""
    with translation.override(own := languages_of_house()[0]):
        return Text.written(
            _("Kept word for word from the crisis file until now; read, it stands in the journal."), own
        )


@transaction.atomic
def make_real(crisis: Crisis, event: LoadedEvent, said: dict[str, Any]) -> None:
    """Let features read an event as when it is loaded; what no feature reads yet stays kept. Raises RuleBroken."""
    faults, organisation = Faults(), Organisation.objects.first()
    faults.zone = organisation.zone if organisation else faults.zone
    found = {"at": event.at, **KEPT(faults, 1, "", located(said))}
    if faults:
        raise RuleBroken(f"{faults[0].field}: {faults[0].sentence}")
    read_sections(crisis, found, Head(at=event.at, event=event.position, **common_of(found)))
    event.kept = kept_of({name: value for name, value in said.items() if name not in SECTIONS})
    event.save(update_fields=["kept"])
