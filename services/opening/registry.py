"""The registry as it stands, for the page that corrects it, and the verbs that do: only what changed becomes an entry."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

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


def open_sites() -> list[Site]:
    """The sites that are open now, in the order of the board."""
    return list(Site.objects.filter(in_force(timezone.now())))


def kinds_here() -> dict[str, Kind]:
    """Every activity of the registry as a kind of service; `essential` is what is in force now."""
    now = timezone.now()
    essential = set(EssentialPeriod.objects.filter(in_force(now)).values_list("activity", flat=True))
    return {a.key: Kind(a.key, a.names, a.aliases, a.pk in essential) for a in Activity.objects.all()}


def ticks_here(sites: list[Site]) -> set[str]:
    """What is done where now, as ticks "key@0": the number of the site in the list."""
    place = {site.pk: n for n, site in enumerate(sites)}
    found = Service.objects.filter(in_force(timezone.now()), site__in=sites).select_related("activity")
    return {f"{service.activity.key}@{place[service.site_id]}" for service in found}


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
    sites: list[Site],
    ticks: set[str],
    essential: set[str],
    own: dict[str, str],
    phones: Mapping[str, str] = MappingProxyType({}),
    *,
    by: User,
) -> int:
    """Make the registry what is ticked: services that begin, that end now, and what is essential; how many changed.

    The past keeps what was in force then. `own` are new activities that no catalogue knows, `phones` the fallback numbers
    that are new, both by their key in the ticks.
    """
    lock_book(None)
    check_may(by, "manage the registry")
    now, before = timezone.now(), ticks_here(sites)
    there = {activity.key: activity for activity in Activity.objects.all()}
    changed = ticks ^ before
    for ticked in sorted({tick.partition("@")[0] for tick in ticks} - there.keys()):
        there[ticked] = new_activity(ticked, own, ticked in essential, now, by=by)
    for tick in sorted(changed):
        key, _sign, place = tick.partition("@")
        register_service(there[key], sites[int(place)], until=None if tick in ticks else now, by=by)
    rings = {(s.activity.key, s.site_id): s.phone for s in Service.objects.select_related("activity")}
    for tick in sorted(ticks & phones.keys()):
        key, _sign, place = tick.partition("@")
        if rings[there[key].key, sites[int(place)].pk] != phones[tick]:
            register_service(there[key], sites[int(place)], phone=phones[tick], by=by)
            changed.add(tick)
    return len(changed) + sum(mark_essential(there[key], key in essential, now, by=by) for key in sorted(there))


def new_activity(ticked: str, own: dict[str, str], essential: bool, now: datetime, *, by: User) -> Activity:
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
