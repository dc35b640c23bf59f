"""What happened to a communiqué, newest first: that it was begun, each step, and each contradiction that was kept."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from crisis.communiques.consistency import kept_by
from crisis.communiques.languages import name_of
from crisis.communiques.models import Act, Communique, Step
from crisis.communiques.words import who
from crisis.models import JournalEntry, Text


@dataclass(frozen=True)
class Event:
    """Something that happened: when, what, to which text, by whom, and why. `entry`: where it stands, None before any."""

    at: datetime
    what: str
    who: str
    which: str = ""
    entry: JournalEntry | None = None
    reason: Text | None = None


def steps_of(communique: Communique) -> list[Step]:
    """Every step in order: one query."""
    return list(communique.steps.select_related("entry__countersignature__by_entry", "edition", "reason"))


def versions(steps: list[Step]) -> dict[int, int]:
    """How the public counts what was published of a communiqué, by the keys of the editions: from 1, without what it never read."""
    published = [step.edition_id for step in steps if step.act == Act.PUBLISHED and step.edition_id]
    return {pk: place for place, pk in enumerate(published, 1)}


def history(communique: Communique, steps: list[Step]) -> list[Event]:
    """All of it, for the page."""
    numbers = versions(steps)
    alone = {step.pk: step.entry.data["alone"]["text"] for step in steps if step.entry.data.get("alone")}
    reasons = Text.objects.in_bulk(alone.values()) if alone else {}
    found = [event_of(step, numbers, reasons.get(alone.get(step.pk, 0))) for step in steps]
    for kept in kept_by(communique):
        words = _("contradiction kept with a reason")
        which = name_of(kept.lang)
        found.append(Event(kept.entry.recorded_at, words, kept.entry.actor_name, which, kept.entry, kept.reason))
    found.sort(key=lambda event: event.entry.seq if event.entry else 0, reverse=True)
    return [*found, Event(communique.begun_at, _("begun"), str(communique.begun_by or "console"))]


def event_of(step: Step, numbers: dict[int, int], alone: Text | None) -> Event:
    """A step, with why it was taken (`alone`: without a second person).

    What the public reads bears the public's number, what it does not, the number of the frozen text.
    """
    which = ""
    if (
        step.edition
        and step.edition.pk in numbers
        and step.act in {Act.PUBLISHED, Act.WITHDRAWN, Act.REOPENED, Act.RESUMED}
    ):
        which = _("version %(number)s") % {"number": numbers[step.edition.pk]}
    elif step.edition:
        which = _("edition %(number)s") % {"number": step.edition.number}
    return Event(
        step.entry.recorded_at, step.get_act_display(), who(step.entry), which, step.entry, step.reason or alone
    )
