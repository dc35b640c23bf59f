"""A meeting as its minutes see it: what happened between the end of the last one and its own."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from crisis.meetings.models import Action, ActionState, Attendee, Charge, Decision, Meeting, Point
from crisis.meetings.reads import Row, Standing, measures_at, meeting_before, registry_names, rows_of
from services.models import Site
from services.reads import Board, Tile, board_at


class Composed:
    """A meeting as its minutes see it: each question to the database is asked once."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting, self.crisis = meeting, meeting.crisis
        self.until = meeting.until(timezone.now())
        self.before = meeting_before(meeting)
        self.since = self.before.ended_at if self.before and self.before.ended_at else self.crisis.started_at

    @cached_property
    def then(self) -> Board:
        """The board when the last meeting ended."""
        return board_at(self.crisis, self.since)

    @cached_property
    def now(self) -> Board:
        """The board when this one ended, or now."""
        return board_at(self.crisis, self.until)

    @cached_property
    def rows(self) -> list[Row]:
        """The measures that it reviewed or has to review."""
        return rows_of(self.meeting, self.until)

    @cached_property
    def charges(self) -> list[Charge]:
        """Who chaired and who held the pen, in the order in which they took over."""
        return list(self.meeting.charges.select_related("attendee__user", "attendee__name").order_by("pk"))

    @cached_property
    def attendees(self) -> list[Attendee]:
        """Everybody on the list."""
        return list(self.meeting.attendees.select_related("user", "name", "function"))

    @cached_property
    def actions(self) -> list[Action]:
        """What is set by the end of this meeting, the meeting's own and those before it."""
        found = Action.objects.filter(crisis=self.crisis).select_related(
            "text", "owner", "owner_name", "meeting", "reason", "reference", "entry"
        )
        found = found.exclude(state=ActionState.BACK)
        return [a for a in found if a.meeting_id == self.meeting.pk or counts(a, self.until)]

    @cached_property
    def decisions(self) -> list[Decision]:
        """What was decided and not taken back."""
        found = self.meeting.decisions.filter(taken_back=None).select_related("text", "why", "decided_by")
        return list(found)

    @cached_property
    def changed(self) -> list[tuple[Tile | None, Tile]]:
        """Services that stand otherwise than when the last meeting ended, with how they stood then."""
        then = {tile.service.pk: tile for tile in self.then.tiles}
        pairs = [(then.get(tile.service.pk), tile) for tile in self.now.tiles if tile.report]
        return [(was, tile) for was, tile in pairs if facts_of(was) != facts_of(tile)]

    @cached_property
    def unspoken(self) -> list[Tile]:
        """Services of which nobody said anything since the meeting began."""
        began = self.meeting.at
        return [tile for tile in self.now.tiles if tile.report is None or tile.report.observed_at < began]

    @cached_property
    def standing(self) -> list[Standing]:
        """The measures in force at its end."""
        return measures_at(self.crisis, self.until)

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """The names of activities and sites, for scopes."""
        return registry_names()

    @cached_property
    def points(self) -> list[Point]:
        """The agenda in its order."""
        return list(self.meeting.points.select_related("title", "text"))


def counts(action: Action, moment: datetime) -> bool:
    """Whether an action was set by a moment: at once outside of a meeting, else when that was adjourned."""
    if action.meeting is None:
        return action.entry.recorded_at <= moment
    return bool(action.meeting.ended_at and action.meeting.ended_at <= moment and not action.meeting.cancelled_at)


def facts_of(tile: Tile | None) -> tuple[Any, ...]:
    """What of a service is worth a line when it changes."""
    report = tile.report if tile else None
    return (report.status, report.capacity, str(report.remains or "")) if report else ()


def still_open(action: Action, moment: datetime) -> bool:
    """Whether an action was open at a moment."""
    return action.closed_at is None or action.closed_at > moment


@dataclass(frozen=True)
class SiteInMeeting:
    """A site as the point about the services goes through it: its services, and those nobody spoke of in this meeting."""

    site: Site
    tiles: list[Tile]
    unspoken: list[Tile]

    @property
    def to_confirm(self) -> bool:
        """Whether there is something that one key confirms: not what nobody assessed yet, nor what is to verify."""
        return any(tile.report and not tile.report.to_verify for tile in self.unspoken)


def sites_of(meeting: Meeting) -> list[SiteInMeeting]:
    """Every site, in the order of the board."""
    of = Composed(meeting)
    unspoken = {tile.service.pk for tile in of.unspoken}
    found = []
    for site in of.now.sites:
        tiles = [tile for tile in of.now.tiles if tile.service.site == site]
        found.append(SiteInMeeting(site, tiles, [tile for tile in tiles if tile.service.pk in unspoken]))
    return found
