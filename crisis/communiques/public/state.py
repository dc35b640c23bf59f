"""What the public may know at a moment: which crisis, the answers as they stand, the communiqués, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from crisis.communiques.answers import (
    CALL,
    SUPPORT,
    Answer,
    Answers,
    Difference,
    answers_now,
    differences,
    public_answers,
    refs_of,
)
from crisis.communiques.models import Act, Release, Step
from crisis.communiques.reads import Publication, publications
from crisis.facts import facts_at
from crisis.journal import text_ids
from crisis.models import Book, Crisis, Organisation, Text
from services.models import Site, StatusReport
from services.reads import board_at

Head = tuple[int, int, bool, int, int]
"""What everything that the public reads follows from: the crisis, its book's head, whether it is closed, the head of the house
book (name, phone and languages of the organisation) and the minute (facts grow old)."""
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Version:
    """A published edition under its address: its communiqué's number, and its place among what that published, from 1."""

    number: int
    version: int
    publication: Publication
    masked: frozenset[int]

    @property
    def current(self) -> bool:
        """Whether it is what the communiqué says now."""
        return self.publication.current


@dataclass(frozen=True)
class Situation:
    """What the cell has before it: what the public reads, what it would read, and since when it reads that."""

    crisis: Crisis
    release: Release | None
    public: Answers
    now: Answers
    texts: dict[int, Text]

    @property
    def differences(self) -> list[Difference]:
        """What patients would read differently."""
        return differences(self.public, self.now, self.texts)


@dataclass(frozen=True)
class Public:
    """Everything that the public pages are made of. `updated`: when what they say changed last; None when they say nothing.

    `crisis` is None when there is nothing to say. `root` is where they stand on the web.
    """

    organisation: Organisation | None
    crisis: Crisis | None
    sites: list[Site]
    answers: Answers
    texts: dict[int, Text]
    versions: list[Version]
    released: bool
    updated: datetime | None
    root: str = "/public/"

    @cached_property
    def told(self) -> list[Answer]:
        """The answers that stand on the pages, in the order of the board: none of a service to which nobody comes."""
        return [answer for answer in self.answers.values() if answer.visit != SUPPORT]

    @cached_property
    def keys(self) -> frozenset[tuple[str, str]]:
        """What a question may name: a site and the name of its field, an activity and that of its own."""
        sites = {("site", site.key) for site in self.sites}
        return frozenset(sites | {("kind", answer.service.activity.key) for answer in self.told})

    @property
    def languages(self) -> list[str]:
        """Those that the organisation speaks."""
        own = self.organisation.languages if self.organisation else []
        return [code for code in own if code in LANGUAGES] or LANGUAGES

    @property
    def phone(self) -> str:
        """The public line, "" when there is none."""
        return self.organisation.public_phone if self.organisation else ""

    @property
    def exercise(self) -> bool:
        """Whether everything is stamped."""
        return bool(self.crisis and self.crisis.is_exercise)

    @property
    def over(self) -> bool:
        """Whether the crisis is closed: no answer stands any more."""
        return bool(self.crisis and self.crisis.closed_at)


def shown() -> Crisis | None:
    """The crisis that the public reads of, with its book: the open real one, else the last that told the public anything.

    An exercise never, but in the demonstration's own database. One small query; it brings the head of the house book too.
    """
    told = Exists(Release.objects.filter(crisis=OuterRef("pk"))) | Exists(
        Step.objects.filter(communique__crisis=OuterRef("pk"), act=Act.PUBLISHED)
    )
    real = Q(is_exercise=False) | Exists(Organisation.objects.filter(is_demonstration=True))
    found = Crisis.objects.filter(real, Q(closed_at=None) | told).select_related("book")
    found = found.annotate(house=Subquery(house_head()[:1]))
    return found.order_by(F("closed_at").desc(nulls_first=True), "-started_at", "-pk").first()


def house_head() -> QuerySet[Book, int]:
    """The number of the house book's last entry."""
    return Book.objects.filter(crisis=None).values_list("head_seq", flat=True)


def head_of(crisis: Crisis | None, moment: datetime) -> Head:
    """The head of what `shown` found, at a moment: as long as it stays, the public reads the same."""
    minute = int(moment.timestamp() // 60)
    if crisis is None:
        return 0, 0, False, house_head().first() or 0, minute
    return crisis.pk, crisis.book.head_seq, bool(crisis.closed_at), getattr(crisis, "house", None) or 0, minute


def situation_of(crisis: Crisis, moment: datetime) -> Situation:
    """What the public reads of appointments, and what it would."""
    release = Release.objects.filter(crisis=crisis).select_related("entry").order_by("pk").last()
    board = board_at(crisis, moment)
    now = answers_now(board, facts_at(crisis, moment))
    since: Iterable[StatusReport] = ()
    if release:
        later = StatusReport.objects.filter(crisis=crisis, seq__gt=release.entry.seq, observed_at__lte=moment)
        since = later.order_by("observed_at", "seq")
    public = public_answers(release.content if release else None, board, now, since)
    return Situation(crisis, release, public, now, Text.objects.in_bulk(refs_of(public) | refs_of(now)))


def versions_of(crisis: Crisis, moment: datetime) -> list[Version]:
    """Every published edition with its address, newest first."""
    found = publications(crisis, moment)
    refs = {pk for each in found for pk in text_ids(each.edition.content)}
    masked = frozenset(Text.objects.filter(pk__in=refs).exclude(masked_at=None).values_list("pk", flat=True))
    counts: dict[int, int] = {}
    versions = []
    for each in reversed(found):
        number = each.communique.number
        counts[number] = counts.get(number, 0) + 1
        versions.append(Version(number, counts[number], each, masked))
    return versions[::-1]


def public_of(
    crisis: Crisis | None, moment: datetime | None = None, root: str = "/public/", found: Situation | None = None
) -> Public:
    """What the public pages of a crisis say at a moment (None: now); `found` is its situation of then, when it was read."""
    moment, organisation = moment or timezone.now(), Organisation.objects.first()
    if crisis is None:
        return Public(organisation, None, [], {}, {}, [], False, None, root)
    versions = versions_of(crisis, moment)
    changed = [each.publication.at for each in versions]
    changed += [
        each.publication.withdrawn.at
        for each in versions
        if each.publication.withdrawn and each.publication.withdrawn.at
    ]
    if crisis.closed_at:
        return Public(organisation, crisis, [], {}, {}, versions, False, max([*changed, crisis.closed_at]), root)
    found = found or situation_of(crisis, moment)
    if found.release:
        changed.append(found.release.entry.recorded_at)
        changed += [answer.since for answer in found.public.values() if answer.rule == CALL and answer.since]
    here = {answer.service.site for answer in found.public.values() if answer.visit != SUPPORT}
    sites = sorted(here, key=lambda site: (site.order, site.pk))
    updated = max((each for each in changed if each <= moment), default=None)
    return Public(organisation, crisis, sites, found.public, found.texts, versions, bool(found.release), updated, root)
