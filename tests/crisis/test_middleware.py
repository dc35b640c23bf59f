"""What every request passes: headers, a lost database in words, the organisation's zone, its reader's language."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from crisis import health, middleware
from crisis.displays.models import Pairing
from crisis.models import Organisation
from services import views


def test_every_page_has_a_policy_without_anything_inline(client, crisis):
    headers = client.get("/sign-in/").headers
    policy = headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]


def test_a_stranger_host_is_refused(client, db):
    assert client.get("/sign-in/", headers={"Host": "evil.example"}).status_code == 400


def test_a_post_from_elsewhere_is_refused_in_words(crisis, radiology, secretary):
    client = Client(enforce_csrf_checks=True)
    client.force_login(secretary, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post(reverse("report", args=[crisis.pk, radiology.pk]), {"status": "vital"})

    assert answer.status_code == 403
    assert "This request was not accepted." in answer.content.decode()


def test_a_database_lost_in_a_view_is_a_503_in_words_and_heals(crisis, radiology, secretary, browser_of, monkeypatch):
    client, url = browser_of(secretary), reverse("board", args=[crisis.pk])

    def lost(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as away:
        away.setattr(views, "board_at", lost)
        answer = client.get(url)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer." in answer.content.decode()
    assert "server closed" not in answer.content.decode()
    assert client.get(url).status_code == 200


def test_a_database_lost_before_the_view_is_the_same_page(crisis, client, monkeypatch):
    client.raise_request_exception = False

    class Lost:
        def first(self):
            raise OperationalError("gone")

    monkeypatch.setattr(Organisation, "objects", Lost())
    answer = client.get("/sign-in/")

    assert answer.status_code == 503
    assert "The database does not answer." in answer.content.decode()


def test_a_fault_of_ours_is_a_500_that_says_what_is_kept(crisis, secretary, browser_of, monkeypatch):
    client = browser_of(secretary)
    client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise ValueError("ours")

    monkeypatch.setattr(views, "board_at", broken)
    answer = client.get(reverse("board", args=[crisis.pk]))

    assert answer.status_code == 500
    assert "What was acknowledged is kept." in answer.content.decode()


def test_health_is_503_when_the_database_or_the_layer_fails(client, db, monkeypatch):
    assert client.get("/healthz").json() == {"database": True, "layer": True}

    class Broken:
        async def group_send(self, group, message):
            raise ConnectionError

    with monkeypatch.context() as lost:
        lost.setattr(health, "get_channel_layer", Broken)
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "layer": False})


def test_health_says_that_the_database_fails(db, monkeypatch):
    class Connection:
        def cursor(self):
            raise OperationalError("gone")

    class Organisations:
        def first(self):
            raise OperationalError("gone")

    monkeypatch.setattr(health, "connection", Connection())
    monkeypatch.setattr(Organisation, "objects", Organisations())
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"database": False, "layer": True})


@pytest.mark.parametrize(
    ("accepts", "word"),
    [
        ("", "Connexion"),
        ("nl-BE,nl;q=0.9", "Aanmelden"),
        ("de", "Anmelden"),
        ("en-GB", "Sign in"),
        ("it", "Se connecter"),
    ],
)
def test_the_door_speaks_the_browsers_language_and_french_when_unsure(
    accepts, word, client, organisation, outsider, settings
):
    settings.LANGUAGE_CODE = "fr"

    page = client.get("/sign-in/", headers={"Accept-Language": accepts}).content.decode()

    assert word in page or (accepts == "" and "Se connecter" in page)


def test_moments_are_shown_in_the_organisations_zone(crisis, radiology, secretary, browser_of):
    from services.writes import report_status
    from tests.cast import VITAL, ago

    report = report_status(crisis, radiology, VITAL.changed(observed_at=ago(30)), by=secretary)
    url = reverse("service", args=[crisis.pk, radiology.pk])
    for name in ("Europe/Brussels", "Pacific/Auckland"):
        Organisation.objects.update(timezone=name)
        there = report.observed_at.astimezone(Organisation.objects.get().zone)
        assert f"{there:%H:%M}</time>" in browser_of(secretary).get(url).content.decode()


def test_a_lost_database_is_named_by_its_errors_only():
    assert OperationalError in middleware.LOST
    assert not issubclass(ValueError, middleware.LOST)


@pytest.mark.parametrize(
    ("behind", "forwarded", "seen"),
    [
        (False, "10.0.0.1", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (True, "10.0.0.1", "10.0.0.1"),
        (True, "6.6.6.6, 10.0.0.1", "10.0.0.1"),
        (True, "6.6.6.6,\0", "127.0.0.1"),
    ],
)
def test_a_clients_address_is_the_one_that_our_own_proxy_saw(behind, forwarded, seen, settings, client, db):
    settings.BEHIND_TLS_PROXY = behind

    client.get("/wall/", headers={"X-Forwarded-For": forwarded})

    assert Pairing.objects.get().address == seen
