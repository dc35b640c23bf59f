"""The registry as it stands, for the page that corrects it, and the verbs that do: only what changed becomes an entry."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import lock_book
from crisis.roles import check_may
from crisis.spelling import folded
from services.models import Activity, EssentialPeriod, Service, Site
from services.opening.catalogue import Kind, kinds
from services.opening.writes import free_key
from services.reads import in_force
from services.registry import Periods, register_activity, register_service, register_site


class Ticked(NamedTuple):
    """What is done where, as ticks "key@12" (the number of the site), and the keys of what is essential."""

    at: set[str]
    essential: set[str]

    @classmethod
    def of(cls, words: str) -> "Ticked":
        """Ticks and keys, with spaces between."""
        return cls({word for word in words.split() if "@" in word}, {word for word in words.split() if "@" not in word})

    def since(self, was: "Ticked", now: "Ticked") -> "Ticked":
        """What stands now, changed as this changed what was: what others did meanwhile stays."""
        pairs = zip(self, was, now, strict=True)
        at, essential = (there - (before - sent) | (sent - before) for sent, before, there in pairs)
        return Ticked(at, essential)


def open_sites() -> list[Site]:
    """The sites that are open now, in the order of the board."""
    return list(Site.objects.filter(in_force(timezone.now())))


def kinds_here() -> dict[str, Kind]:
    """Every activity of the registry as a kind of service; `essential` is what is in force now."""
    now = timezone.now()
    essential = set(EssentialPeriod.objects.filter(in_force(now)).values_list("activity", flat=True))
    return {a.key: Kind(a.key, a.names, a.aliases, a.pk in essential) for a in Activity.objects.all()}


def ticks_here() -> set[str]:
    """What is done where now, as ticks "key@12": the primary key of the site."""
    found = Service.objects.filter(in_force(timezone.now()), site__in=open_sites()).select_related("activity")
    return {f"{service.activity.key}@{service.site_id}" for service in found}


@transaction.atomic
def correct_sites(names: dict[int, str], new: list[str], *, by: User) -> int:
    """Give sites (by primary key) their right names in the reader's language, and add new ones; how many changed.

    Raises RuleBroken when two would bear one name.
    """
    lock_book(None)
    check_may(by, "manage the registry")
    sites = open_sites()
    after = [names.get(site.pk, site.name) for site in sites] + new
    if twice := next((name for n, name in enumerate(after) if folded(name) in map(folded, after[:n])), None):
        raise RuleBroken(_("“%(name)s” stands there twice.") % {"name": twice})
    lang, changed = (get_language() or "fr")[:2], 0
    for site in sites:
        if (name := names.get(site.pk, site.name)) != site.name:
            one_for_all = set(site.names) <= {""}
            register_site(site.key, names={"": name} if one_for_all else {**site.names, lang: name}, by=by)
            changed += 1
    taken = set(Site.objects.values_list("key", flat=True))
    for order, name in enumerate(new, max((site.order for site in sites), default=-1) + 1):
        taken.add(key := free_key(name, taken))
        register_site(key, names={"": name}, order=order, by=by)
    return changed + len(new)


@transaction.atomic
def correct_services(
    ticked: Ticked,
    was: Ticked,
    own: Mapping[str, str] = MappingProxyType({}),
    phones: Mapping[str, str] = MappingProxyType({}),
    *,
    by: User,
) -> int:
    """Services that begin, that end now, and what is essential, where `ticked` differs from what `was`; how many changed.

    The past keeps what was in force then, and what others changed meanwhile stays. `own` are new activities that no catalogue
    knows, `phones` the fallback numbers that are new, both by their key in the ticks.
    """
    lock_book(None)
    check_may(by, "manage the registry")
    now, here, sites = timezone.now(), ticks_here(), {str(site.pk): site for site in open_sites()}
    there = {activity.key: activity for activity in Activity.objects.all()}
    changed = (ticked.at - was.at - here) | ((was.at - ticked.at) & here)
    changed = {tick for tick in changed if tick.rpartition("@")[2] in sites}
    for key in sorted({tick.rpartition("@")[0] for tick in changed} - there.keys()):
        there[key] = new_activity(key, own, key in ticked.essential, now, by=by)
    for tick in sorted(changed):
        key, _sign, place = tick.rpartition("@")
        register_service(there[key], sites[place], until=None if tick in ticked.at else now, by=by)
    changed |= ring(there, sites, {tick: phones[tick] for tick in ticked.at & phones.keys()}, by=by)
    marked = sorted((ticked.essential ^ was.essential) & there.keys())
    return len(changed) + sum(mark_essential(there[key], key in ticked.essential, now, by=by) for key in marked)


def ring(there: Mapping[str, Activity], sites: Mapping[str, Site], phones: Mapping[str, str], *, by: User) -> set[str]:
    """Give services (by tick) their fallback numbers; those that changed."""
    rings = {(service.activity_id, service.site_id): service.phone for service in Service.objects.all()}
    changed = set()
    for tick, phone in sorted(phones.items()):
        key, _sign, place = tick.rpartition("@")
        if key in there and place in sites and rings[there[key].pk, sites[place].pk] != phone:
            register_service(there[key], sites[place], phone=phone, by=by)
            changed.add(tick)
    return changed


def new_activity(ticked: str, own: Mapping[str, str], essential: bool, now: datetime, *, by: User) -> Activity:
    """An activity of the catalogue, or one of the house's own, at the end of the board."""
    last = Activity.objects.order_by("-order").first()
    periods: Periods = [(now, None)] if essential else []
    order = last.order + 1 if last else 0
    if kind := kinds().get(ticked):
        names, aliases, key = kind.names, kind.aliases, ticked
    else:
        taken = {*kinds(), *Activity.objects.values_list("key", flat=True)}
        names, aliases, key = {"": own[ticked]}, {}, free_key(own[ticked], taken)
    return register_activity(key, essential=periods, names=names, aliases=aliases, order=order, by=by)


def mark_essential(activity: Activity, essential: bool, now: datetime, *, by: User) -> bool:
    """Begin or end, now, that an activity is essential; whether that changed something."""
    rows: Periods = list(activity.essential_periods.order_by("pk").values_list("since", "until"))
    holds = [(since, until) for since, until in rows if (not since or since <= now) and (not until or until > now)]
    if bool(holds) == essential:
        return False
    after: Periods = (
        [*rows, (now, None)]
        if essential
        else [(since, now if (since, until) in holds else until) for since, until in rows]
    )
    register_activity(activity.key, essential=after, by=by)
    return True
