"""Where somebody is signed in: noted at every sign-in, listed, ended. Sockets of a session that ended close within a minute."""

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import SignedIn, User
from crisis.accounts.tries import CLOCKS_DIFFER
from crisis.errors import RuleBroken
from crisis.journal import lock_book, record
from crisis.models import Crisis
from crisis.roles import check_may

SEEN = 300
"""Seconds for which a session counts as just seen."""
JUST = timedelta(minutes=15)
"""How long after signing in nobody is asked again for the password that they gave."""
MUST = "must_set_up_factor"
"""In the session of who has to set up a second factor before anything else."""


def open_sessions() -> "QuerySet[SignedIn]":
    """Those that still let somebody in."""
    standing = Session.objects.filter(expire_date__gt=timezone.now())
    return SignedIn.objects.filter(session_key__in=standing.values("session_key"))


def remember(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Somebody signs in: note where. What is left of sessions that are no more goes."""
    if not request.session.session_key:
        request.session.save()
    key, now, meta = str(request.session.session_key), timezone.now(), request.META
    SignedIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    where = {"agent": meta.get("HTTP_USER_AGENT", "")[:300], "address": meta.get("REMOTE_ADDR", "")[:60]}
    SignedIn.objects.update_or_create(session_key=key, defaults={"user": user, "at": now, "seen_at": now, **where})
    cache.set(seen(key), time.time(), SEEN)
    hold_to_the_clock()


def hold_to_the_clock() -> None:
    """What was signed in while the clock was ahead lasts no longer than what is signed in now."""
    latest = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.filter(expire_date__gt=latest + CLOCKS_DIFFER).update(expire_date=latest)


def just_signed_in(key: str) -> bool:
    """Whether whoever uses this session gave their password a moment ago."""
    now = timezone.now()
    return SignedIn.objects.filter(session_key=key, at__gt=now - JUST, at__lte=now + CLOCKS_DIFFER).exists()


def lead_to_factor(user: User) -> None:
    """Each open session of somebody leads to setting up a second factor before anything else."""
    for session in Session.objects.filter(session_key__in=open_sessions().filter(user=user).values("session_key")):
        session.session_data = SessionStore().encode(session.get_decoded() | {MUST: True})
        session.save(update_fields=["session_data"])


def seen(key: str) -> str:
    """Under which name it is kept in memory that a session was just seen."""
    return f"seen:{key}"


def note_seen(key: str) -> None:
    """A session is in use: write it down, every five minutes at most."""
    now = time.time()
    if not 0 <= now - cache.get(seen(key), 0) < SEEN:
        cache.set(seen(key), now, SEEN)
        SignedIn.objects.filter(session_key=key).update(seen_at=timezone.now())
        hold_to_the_clock()


@transaction.atomic
def end_one(user: User, pk: int) -> None:
    """End one of one's own sessions: a phone that is lost, a PC that was left open."""
    house = lock_book(None)
    if not end(user, open_sessions().filter(pk=pk)):
        raise RuleBroken(_("This session has ended already."))
    record(house, user, "sessions.ended", f"user:{user.pk}", name=str(user), count=1)


@transaction.atomic
def end_others(user: User, key: str) -> int:
    """End all of one's own sessions but the one that asks; how many there were."""
    house = lock_book(None)
    count = end(user, open_sessions().exclude(session_key=key))
    if count:
        record(house, user, "sessions.ended", f"user:{user.pk}", name=str(user), count=count)
    return count


@transaction.atomic
def end_all(user: User, *, by: User | None, crisis: Crisis | None = None) -> None:
    """Sign a member out everywhere; their account and password stay as they are."""
    house = lock_book(None)
    check_may(by, "manage members", crisis)
    count = end(user, open_sessions())
    if not count:
        raise RuleBroken(_("%(name)s is signed in nowhere.") % {"name": user})
    record(house, by, "sessions.ended", f"user:{user.pk}", name=str(user), count=count)


def go_on(request: HttpRequest, user: User) -> None:
    """After a new password: only the session that set it goes on, under another key; the others are worth nothing."""
    end(user, open_sessions())
    remember(User, request, user)


def end(user: User, among: "QuerySet[SignedIn]") -> int:
    """Take away those of these sessions that are this person's; how many. Their open pages stop within a minute."""
    keys = list(among.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    SignedIn.objects.filter(session_key__in=keys).delete()
    return len(keys)
