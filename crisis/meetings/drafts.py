"""The free text of a point while people write it: every saved version is kept until the minutes are sealed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import Overtaken, RuleBroken
from crisis.meetings.agenda import check_unsealed
from crisis.meetings.models import Draft, Meeting, Point
from crisis.roles import check_may, check_open

LONGEST = 50_000
"""Characters of the text of one point."""


@transaction.atomic
def save_draft(point: Point, body: str, base: int, *, by: User | None) -> Draft:
    """Keep what somebody wrote about a point. `base` is the version they started from (0: nothing was there).

    Not a fact yet: no entry. Saving the same words again makes no version.
    Raises Overtaken when another version came between, RuleBroken when the text is too long or the minutes are sealed.
    """
    point = Point.objects.select_for_update(of=("self",)).select_related("meeting__crisis").get(pk=point.pk)
    check_may(by, "hold meetings", point.meeting.crisis, [point.meeting.cell])
    check_open(point.meeting.crisis)
    check_unsealed(point.meeting)
    if len(body) > LONGEST:
        sentence = _("At most %(number)d characters for one point: shorten it, or keep it as a document of its own.")
        raise RuleBroken(sentence % {"number": LONGEST}, field="body")
    newest = point.drafts.last()
    if newest and newest.body == body:
        return newest
    if newest and newest.version != base:
        raise Overtaken(newest, newest.author)
    version = newest.version + 1 if newest else 1
    return Draft.objects.create(point=point, version=version, body=body, author=by, at=timezone.now())


def drafts_of(meeting: Meeting) -> dict[int, Draft]:
    """The newest version of each point's text, by the point's key: one query."""
    drafts = Draft.objects.filter(point__meeting=meeting).select_related("author").order_by("version")
    return {draft.point_id: draft for draft in drafts}
