"""The entry that made the board say what it says: not the last that confirmed it, nor one about something else."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis.communiques.board_facts import all_facts
from crisis.communiques.check.check import check_sentences
from crisis.communiques.check.reading import situation_at
from crisis.communiques.proofs import BACK, CAPACITY, RUNNING, STATUS, counted, proof, proofs_of, proved
from services.models import Service
from services.reads import board_at
from services.writes import confirm_service, report_status
from tests.cast import SUSPENDED, VITAL, ago
from tests.crisis.communiques.public_cast import publish

pytestmark = pytest.mark.django_db
RESTORED = VITAL.changed(status="restored")


@pytest.fixture
def told(crisis, secretary):
    """Report a service as it was some hours ago; the number of the entry."""

    def one(service: Service, facts, hours: float) -> int:
        return report_status(crisis, service, facts.changed(observed_at=ago(hours)), by=secretary).seq

    return one


@pytest.fixture
def confirmed(crisis, secretary):
    """Say some hours ago that a service was still so."""

    def one(service: Service, hours: float) -> int:
        return confirm_service(crisis, service, by=secretary, observed_at=ago(hours)).seq

    return one


def facts(crisis) -> dict[str, tuple[str, int]]:
    return {fact.key: (fact.value, fact.seq) for fact in all_facts(crisis, timezone.now())}


def made_of(crisis, text: str):
    [made] = check_sentences([text], situation_at(crisis, timezone.now()), "fr")
    return made


def test_a_confirmation_proves_that_it_holds_not_since_when(crisis, laboratory, told, confirmed):
    began = told(laboratory, VITAL, 30)
    half = told(laboratory, VITAL.changed(capacity=50), 20)
    last = confirmed(laboratory, 10)

    made = made_of(crisis, "Le laboratoire fonctionne à 50 %.")

    assert began < half < last
    assert facts(crisis)["status:laboratoire@libramont"] == ("vital", began)
    assert facts(crisis)["capacity:laboratoire@libramont"] == ("50", half)
    assert [each.seq for each in made.checked if "50" in each.says] == [half]


def test_what_came_and_went_in_between_begins_again(crisis, radiology, told):
    told(radiology, VITAL.changed(capacity=50), 30)
    told(radiology, VITAL.changed(capacity=70), 20)
    again = told(radiology, VITAL.changed(capacity=50), 10)

    assert facts(crisis)["capacity:radiologie@libramont"] == ("50", again)


def test_the_day_of_a_return_is_proved_by_the_entry_that_named_it(crisis, radiology, told, confirmed):
    down = told(radiology, SUSPENDED.changed(expected_back=date(2099, 6, 7)), 30)
    put_back = told(radiology, SUSPENDED.changed(expected_back=date(2099, 6, 14)), 20)
    confirmed(radiology, 10)

    made = made_of(crisis, "La radiologie reprendra le 7 juin 2099.")

    assert facts(crisis)["status:radiologie@libramont"] == ("suspended", down)
    assert facts(crisis)["back:radiologie@libramont"] == ("2099-06-14", put_back)
    assert [(found.kind, found.seq) for found in made.findings] == [("contradicts", put_back)]


def test_a_count_is_proved_by_the_last_service_that_came_to_it_or_left_it(
    crisis, laboratory, radiology, told, confirmed
):
    told(laboratory, VITAL, 40)
    told(radiology, SUSPENDED, 30)
    back = told(radiology, RESTORED, 20)
    told(laboratory, VITAL.changed(capacity=50), 15)
    confirmed(radiology, 10)

    found = facts(crisis)

    assert found["count:suspended"] == ("0", back)
    assert found["count:restored"] == ("1", back)
    assert made_of(crisis, "Un service est rétabli, 0 service est suspendu.").checked[-1].seq == back


def test_a_service_that_is_still_assured_changed_no_count_of_the_assured(crisis, laboratory, told):
    told(laboratory, SUSPENDED.changed(reason="Servers"), 30)
    assured = told(laboratory, VITAL, 20)
    told(laboratory, RESTORED, 10)

    assert facts(crisis)["count:essential"] == ("1/1", assured)


def test_how_many_nobody_assessed_is_proved_by_the_last_first_report(crisis, laboratory, radiology, told):
    assert facts(crisis)["count:not_assessed"] == ("2", 0)

    first = told(laboratory, VITAL, 30)
    told(laboratory, RESTORED, 10)

    assert facts(crisis)["count:not_assessed"] == ("1", first)


def test_several_services_that_began_apart_are_told_with_the_first_and_the_last_moment(case):
    situation = case["05-15T12:00"]
    running = [tile for tile in situation.board.tiles if tile.status == "vital"]

    [found] = check_sentences(["Tous les services sont suspendus."], situation, "fr")[0].findings

    assert found.board == "Vital: 31 services, at different moments from 14 May 2022, 12:00 to 15 May 2022, 10:00"
    assert found.seq == proofs_of(running, STATUS)[-1].seq


def test_several_services_that_began_together_are_told_with_that_moment(case):
    [found] = check_sentences(["La radiologie fonctionne."], case["06-03T12:00"], "fr")[0].findings

    assert found.board == ("Suspended: Arlon, Bastogne, Libramont, Marche, Virton, Vielsalm, since 14 May 2022, 12:00")


def test_a_board_is_proved_with_one_question_and_keeps_what_it_says(
    crisis, laboratory, radiology, told, django_assert_num_queries
):
    told(laboratory, VITAL.changed(capacity=50), 3)
    told(radiology, SUSPENDED, 2)
    board = board_at(crisis)

    with django_assert_num_queries(1):
        found = proved(board)

    assert [(tile.service, tile.status, tile.overdue) for tile in found.tiles] == [
        (tile.service, tile.status, tile.overdue) for tile in board.tiles
    ]


def test_without_proofs_the_newest_report_speaks_and_without_a_report_nothing(crisis, laboratory, radiology, told):
    seq = told(laboratory, VITAL.changed(capacity=50), 3)
    known, unknown = board_at(crisis).tiles

    assert [proof(known, name).seq for name in (STATUS, CAPACITY, BACK)] == [seq] * 3
    assert proof(unknown, STATUS) is None
    assert counted([unknown], RUNNING) is None
    assert proofs_of([unknown], STATUS) == []


def test_a_past_board_is_proved_by_what_was_observed_by_then(crisis, laboratory, told):
    then = told(laboratory, VITAL.changed(capacity=50), 30)
    told(laboratory, VITAL.changed(capacity=70), 10)

    [tile] = [tile for tile in proved(board_at(crisis, ago(20))).tiles if tile.report]

    assert proof(tile, CAPACITY).seq == then


def test_the_list_says_in_words_what_the_situation_says_and_links_the_entry_that_made_it_so(
    crisis, laboratory, told, confirmed, browser_of, communications
):
    half = told(laboratory, VITAL.changed(capacity=50), 20)
    confirmed(laboratory, 2)
    publish(crisis, 1, fr=("Laboratoire", "Le laboratoire fonctionne à plus de 85 %."))

    page = browser_of(communications).get(reverse("communiques", args=[crisis.pk])).content.decode()

    [line] = re.findall('<p class="warn">(.+?)</p>', page, re.DOTALL)
    says, board = re.findall("<b>(.+?)</b>", line)
    assert says.endswith("plus de 85 %")
    assert board.startswith("50 %")
    assert f"{says}</b> — The situation says: <b>{board}</b>" in line
    assert f"?before={half + 1}#entry-{half}" in line
