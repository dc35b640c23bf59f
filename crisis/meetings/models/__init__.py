"""Nouns of the meetings: a meeting of a cell with its agenda and minutes, measures in force, decisions and actions."""

from crisis.meetings.models.action import Action, ActionState, Decision
from crisis.meetings.models.agenda import Addendum, Attendee, Charge, Draft, Duty, Point, Seal, Topic
from crisis.meetings.models.exception import ExceptionRequest, Opinion, Party
from crisis.meetings.models.measure import Act, Attendance, Measure, Review, Wording
from crisis.meetings.models.meeting import GROUP, Kind, Meeting, State

__all__ = [
    "GROUP",
    "Act",
    "Action",
    "ActionState",
    "Addendum",
    "Attendance",
    "Attendee",
    "Charge",
    "Decision",
    "Draft",
    "Duty",
    "ExceptionRequest",
    "Kind",
    "Measure",
    "Meeting",
    "Opinion",
    "Party",
    "Point",
    "Review",
    "Seal",
    "State",
    "Topic",
    "Wording",
]
