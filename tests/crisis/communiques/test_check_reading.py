"""What a text is checked against is read in few questions, as it was at the moment; the communiqué before is the last public one."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from crisis.communiques.check.check import check_text
from crisis.communiques.check.reading import previous_at, situation_at
from crisis.communiques.models import Act, Communique, Edition, Step
from crisis.journal import lock_book, record
from crisis.models import Crisis, Text
from services.models import Activity
from services.writes import report_status
from tests.cast import ATTACKED, VITAL, ago

pytestmark = pytest.mark.django_db


def published(crisis: Crisis, number: int, body: str, hours: float, lang: str = "fr") -> Communique:
    """A communiqué that was published some hours ago, as its rows say."""
    now = timezone.now()
    communique = Communique.objects.create(crisis=crisis, number=number, lang=lang, begun_at=now)
    title, text = Text.written("Titre"), Text.written(body)
    said = {
        "title": {"text": title.pk, "hash": title.digest},
        "body": {"text": text.pk, "hash": text.digest},
        "late": False,
    }
    with transaction.atomic():
        book = lock_book(crisis)
        edition = Edition.objects.create(
            communique=communique,
            number=1,
            entry=record(book, None, "communique.submitted"),
            content={"lead": lang, "seq": 0, "langs": {lang: said}},
            digest="0" * 64,
        )
        entry = record(book, None, "communique.published")
        Step.objects.create(
            communique=communique, edition=edition, entry=entry, act=Act.PUBLISHED, at=now - timedelta(hours=hours)
        )
    return communique


def test_a_situation_has_the_board_the_facts_and_every_name(crisis, organisation, laboratory, radiology, secretary):
    organisation.public_phone = "0800 00 000"
    organisation.save()
    Activity.objects.create(key="dialyse", names={"fr": "Dialyse"})
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(1)), by=secretary)
    report_status(crisis, radiology, ATTACKED, by=secretary)

    now, before = situation_at(crisis, timezone.now()), situation_at(crisis, ago(0.5))

    assert [tile.status for tile in now.board.tiles] == ["vital", "suspended"]
    assert [tile.status for tile in before.board.tiles] == ["vital", "not_assessed"]
    assert [fact.key for fact in now.facts] == ["phone:public"]
    assert {each.key for each in now.activities} == {"laboratoire", "radiologie", "dialyse"}
    assert [site.key for site in now.sites] == ["libramont"]
    assert (now.previous, now.known) == ([], ["Vivalia"])


def test_without_an_organisation_there_is_no_name_beside_the_registry(crisis, organisation):
    organisation.delete()

    assert situation_at(crisis, timezone.now()).known == []


def test_the_communique_before_is_the_last_public_one_in_that_language(crisis):
    first = published(crisis, 1, "Les urgences sont ouvertes. Merci.", 3)
    second = published(crisis, 2, "**Le bloc** est fermé à [Arlon](fact:status:bloc@arlon=suspended#1).", 1)
    published(crisis, 3, "De spoed is open.", 0.5, "nl")
    now = timezone.now()

    assert previous_at(crisis, now, "fr") == ["Le bloc est fermé à Arlon."]
    assert previous_at(crisis, now, "fr", but=second) == ["Les urgences sont ouvertes.", "Merci."]
    assert previous_at(crisis, ago(2), "fr") == ["Les urgences sont ouvertes.", "Merci."]
    assert previous_at(crisis, ago(2), "fr", but=first) == []
    assert previous_at(crisis, now, "nl") == ["De spoed is open."]
    assert previous_at(crisis, now, "de") == []


def test_a_check_asks_the_database_nothing_once_the_situation_is_read(
    crisis, laboratory, secretary, django_assert_num_queries
):
    report_status(crisis, laboratory, VITAL.changed(capacity=50), by=secretary)
    situation = situation_at(crisis, timezone.now(), previous=["Le laboratoire fonctionne."])

    with django_assert_num_queries(0):
        [made] = check_text("Le [laboratoire](fact:status:laboratoire@libramont=vital#1) est à 60 %.", situation, "fr")

    assert [found.kind for found in made.findings] == ["contradicts"]
