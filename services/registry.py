"""Verbs of the registry: sites, activities and where they are done. Each change is one entry of the house book."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from crisis.accounts.models import User
from crisis.journal import lock_book, record
from crisis.models import Book, Organisation
from crisis.roles import check_may
from services.models import Activity, EssentialPeriod, Service, Site

Row = TypeVar("Row", Site, Activity, Service)
Periods = list[tuple[datetime | None, datetime | None]]


@transaction.atomic
def name_organisation(*, by: User | None, **columns: Any) -> Organisation:
    """Say whose installation this is; only what is given changes, and nothing new makes no entry."""
    house = lock_book(None)
    check_may(by, "manage the registry")
    organisation = Organisation.objects.filter(pk=1).first() or Organisation(pk=1)
    if organisation._state.adding or any(getattr(organisation, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(organisation, name, value)
        organisation.save()
        record(house, by, "registry.organisation", "organisation", **columns)
    return organisation


@transaction.atomic
def register_site(key: str, *, by: User | None, **columns: Any) -> Site:
    """Add a site, or correct what the registry says of it; nothing new makes no entry."""
    house = lock_book(None)
    check_may(by, "manage the registry")
    return put(
        house, by, "registry.site", f"site:{key}", Site.objects.filter(key=key).first() or Site(key=key), columns
    )


@transaction.atomic
def register_activity(key: str, *, essential: Periods, by: User | None, **columns: Any) -> Activity:
    """Add an activity, or correct it; `essential` lists from when until when it is (empty: never)."""
    house = lock_book(None)
    check_may(by, "manage the registry")
    activity = Activity.objects.filter(key=key).first() or Activity(key=key)
    activity = put(house, by, "registry.activity", f"activity:{key}", activity, columns)
    if list(activity.essential_periods.order_by("pk").values_list("since", "until")) != essential:
        activity.essential_periods.all().delete()
        EssentialPeriod.objects.bulk_create(EssentialPeriod(activity=activity, since=a, until=b) for a, b in essential)
        record(house, by, "registry.essential", f"activity:{key}", names=activity.names, essential=essential)
    return activity


@transaction.atomic
def register_service(activity: Activity, site: Site, *, by: User | None, **columns: Any) -> Service:
    """Say that an activity is done at a site, from and until."""
    house = lock_book(None)
    check_may(by, "manage the registry")
    service = Service.objects.filter(activity=activity, site=site).first() or Service(activity=activity, site=site)
    return put(house, by, "registry.service", f"service:{service.key}", service, columns)


def put(house: Book, by: User | None, verb: str, subject: str, row: Row, columns: dict[str, Any]) -> Row:
    """Save a row of the registry and record it, when something is new."""
    if row._state.adding or any(getattr(row, name) != value for name, value in columns.items()):
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
        names = columns.get("names") or {"": str(row)}
        record(house, by, verb, subject, names=names, **{n: v for n, v in columns.items() if n != "names"})
    return row
