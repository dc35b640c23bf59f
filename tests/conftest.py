"""The cast: an organisation, two sites, three services, a crisis, and a person for each role."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from crisis import triggers
from crisis.accounts.models import User
from crisis.communiques.public import serve
from crisis.displays import pieces as walls
from crisis.models import Crisis, Organisation
from crisis.writes import declare_crisis
from services import kept, pieces
from services.models import Activity, EssentialPeriod, Service, Site
from tests.cast import person
from tests.running import demo_server, prepared_demo, running_server  # noqa: F401 (fixtures)


@pytest.fixture(autouse=True)
def english(settings) -> Iterator[None]:
    """Sentences are matched in their source language; passwords are hashed fast."""
    settings.LANGUAGE_CODE = "en"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    pieces._tiles.clear()
    walls._kept.clear()
    kept._kept.clear()
    serve.forget()
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """At the end PostgreSQL drops a database only when nobody is in it: a thread that nobody waits for may be on its way out."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                cursor.execute(f"{others} AND pid <> pg_backend_pid()")


@pytest.fixture(autouse=True)
def flushable(request) -> Iterator[None]:
    """After a test with real transactions its rows are deleted: lift the guards first. The flush's own signal puts them back."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    triggers.take_off(connection)


@pytest.fixture
def organisation(db) -> Organisation:
    return Organisation.objects.create(
        pk=1, name="Vivalia", languages=["fr", "nl", "de", "en"], cell_phone="0470 00 00 00"
    )


@pytest.fixture
def arlon(organisation) -> Site:
    return Site.objects.create(key="arlon", names={"": "Arlon"}, order=0)


@pytest.fixture
def libramont(organisation) -> Site:
    return Site.objects.create(key="libramont", names={"": "Libramont"}, order=1)


@pytest.fixture
def radiology(libramont) -> Service:
    """Planned: not essential."""
    activity = Activity.objects.create(key="radiologie", names={"fr": "Radiologie", "en": "Radiology"}, order=1)
    return Service.objects.create(activity=activity, site=libramont)


@pytest.fixture
def laboratory(libramont) -> Service:
    """Essential."""
    activity = Activity.objects.create(key="laboratoire", names={"fr": "Laboratoire", "en": "Laboratory"}, order=0)
    EssentialPeriod.objects.create(activity=activity)
    return Service.objects.create(activity=activity, site=libramont)


@pytest.fixture
def elsewhere(arlon, laboratory) -> Service:
    """The laboratory at Arlon."""
    return Service.objects.create(activity=laboratory.activity, site=arlon)


@pytest.fixture
def crisis(organisation) -> Crisis:
    return declare_crisis("Attack", started_at=timezone.now() - timedelta(days=3), by=None)


@pytest.fixture
def director(crisis) -> User:
    return person("director", "director", crisis)


@pytest.fixture
def medical(crisis) -> User:
    return person("medical", "medical", crisis)


@pytest.fixture
def secretary(crisis) -> User:
    return person("secretary", "secretary", crisis)


@pytest.fixture
def communications(crisis) -> User:
    return person("communications", "communications", crisis)


@pytest.fixture
def it(crisis) -> User:
    return person("it", "it", crisis)


@pytest.fixture
def duty(crisis) -> User:
    return person("duty", "site", crisis, ["site:libramont"])


@pytest.fixture
def ward(crisis) -> User:
    return person("ward", "ward", crisis, ["service:radiologie@libramont"])


@pytest.fixture
def observer(crisis) -> User:
    return person("observer", "observer", crisis)


@pytest.fixture
def outsider(db) -> User:
    return User.objects.create_user("outsider", password="a long password")


@pytest.fixture
def browser_of():
    """A signed-in test client of a person."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
