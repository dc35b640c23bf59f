"""A meeting that is written down afterwards: what its cell did since stands."""

from django.db.models import Q

from crisis.meetings.models import Act, Meeting, Review
from crisis.meetings.reads import acts_by_measure


def met_since(meeting: Meeting) -> bool:
    """Whether a later meeting of its cell was held or is announced: this one announces none any more."""
    later = Q(opened_at__gt=meeting.at) | Q(opened_at=None, scheduled_at__gt=meeting.at)
    found = Meeting.objects.filter(later, crisis=meeting.crisis_id, cell=meeting.cell, cancelled_at=None)
    return found.exclude(pk=meeting.pk).exists()


def decided_otherwise_since(meeting: Meeting) -> list[str]:
    """The measures of which a later meeting, adjourned too, decided something else, by their keys."""
    found = []
    for measure, acts in acts_by_measure(meeting.crisis).items():
        own = next((act for act in acts if act.meeting_id == meeting.pk), None)
        since = [act for act in acts if act.meeting.ended_at and act.meeting.at > meeting.at]
        if own and any(is_otherwise(own, act) for act in since):
            found.append(measure.key)
    return found


def is_otherwise(own: Review, later: Review) -> bool:
    """Whether a later act leaves nothing of this one: a measure that goes on is only amended or lifted."""
    return own.act == Act.LIFTED or later.act in {Act.AMENDED, Act.LIFTED}
