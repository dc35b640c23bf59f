"""What tests of the public side say often: release as it stands, measures in force, a published communiqué."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from crisis.communiques.answers import digest_read
from crisis.communiques.models import Communique, Edition, Release, Step
from crisis.communiques.public.state import situation_of
from crisis.communiques.releases import release_answers
from crisis.journal import digest_of, lock_book, plain, record
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Measure
from crisis.meetings.writes import open_meeting
from crisis.models import Crisis, Text
from tests.cast import adjourn


def digest_now(crisis: Crisis) -> str:
    """The digest of what somebody reads who opens the page now."""
    return digest_read(situation_of(crisis, timezone.now()).now)


def release(crisis: Crisis, *, by: Any = None, **how: Any) -> Release:
    """Release what stands, as whoever has just read it."""
    return release_answers(crisis, digest_now(crisis), by=by, **how)


def measures(crisis: Crisis, *said: Said, by: Any = None) -> list[Measure]:
    """Measures in force: decided in one meeting that was adjourned."""
    meeting = open_meeting(crisis, by=by)
    found = [decide_measure(meeting, each, by=by) for each in said]
    adjourn(meeting, by=by, all_the_same=True)
    return found


def measure(crisis: Crisis, *, by: Any = None, **said: Any) -> Measure:
    """One of them."""
    return measures(crisis, Said(**said), by=by)[0]


def rule(crisis: Crisis, key: str, moment: datetime | None = None) -> str:
    """What the public reads of one service."""
    return situation_of(crisis, moment or timezone.now()).public[key].rule


@transaction.atomic
def publish(crisis: Crisis, number: int, *, hours: float = 1, lead: str = "", **texts: tuple[str, str]) -> Edition:
    """A communiqué, or the next version of one, as published so many hours ago: title and text by language."""
    at = timezone.now() - timedelta(hours=hours)
    communique, _made = Communique.objects.get_or_create(crisis=crisis, number=number, defaults={"begun_at": at})
    book = lock_book(crisis)
    langs = {
        lang: {"title": Text.written(title, lang), "body": Text.written(body, lang), "late": False}
        for lang, (title, body) in texts.items()
    }
    content = plain({"lead": lead or next(iter(texts)), "seq": 1, "langs": langs, "sms": True})
    count = communique.editions.count() + 1
    edition = Edition.objects.create(
        communique=communique,
        number=count,
        entry=record(book, None, "communique.submitted"),
        content=content,
        digest=digest_of(content),
    )
    step = record(book, None, "communique.published")
    Step.objects.create(communique=communique, edition=edition, entry=step, act="published", at=at)
    return edition


@transaction.atomic
def withdraw(edition: Edition, why: str) -> Step:
    """Withdraw what is published."""
    communique = edition.communique
    entry = record(lock_book(communique.crisis), None, "communique.withdrawn")
    reason = Text.written(why)
    return Step.objects.create(
        communique=communique, edition=edition, entry=entry, act="withdrawn", at=timezone.now(), reason=reason
    )
