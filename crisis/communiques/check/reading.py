"""TEMPORARY."""

from crisis.communiques.check.situation import Situation
from crisis.facts import facts_at
from services.models import Activity, Site
from services.reads import board_at


def situation_at(crisis, moment, previous=()):
    return Situation(
        board_at(crisis, moment),
        facts_at(crisis, moment),
        list(Activity.objects.all()),
        list(Site.objects.all()),
        list(previous),
    )
