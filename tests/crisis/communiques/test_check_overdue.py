"""What holds but was not confirmed in time: a tick with its reserve, which keeps nothing back and names the entry."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis.communiques.check import overdue, wording
from crisis.communiques.check.check import check_sentences, check_text
from crisis.communiques.check.reading import situation_at
from crisis.communiques.check.situation import Finding
from crisis.communiques.consistency import check_answered, checked, findings_of
from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.models import Communique
from crisis.communiques.steps import submit
from services.writes import confirm_service, report_status
from tests.cast import VITAL, ago
from tests.crisis.communiques.public_cast import measure, rule

pytestmark = pytest.mark.django_db
LATE = "05-30T12:00"
"""The laboratories were reported in the morning of that day, other services days before."""


def reserves(made) -> list[tuple[str, str]]:
    return [(found.says, found.board) for each in made for found in each.findings if found.kind == "overdue"]


@pytest.fixture
def stale(crisis, laboratory, secretary):
    """An essential service whose last report is 20 hours old."""
    return report_status(crisis, laboratory, VITAL.changed(capacity=50, observed_at=ago(20)), by=secretary)


def test_what_the_board_wants_reconfirmed_holds_with_a_reserve_that_names_since_when_and_the_entry(crisis, stale):
    situation = situation_at(crisis, timezone.now())

    [made] = check_sentences(["Le laboratoire fonctionne."], situation, "fr")

    assert situation.board.overdue
    assert [each.says for each in made.checked] == ["Laboratory: running"]
    since = f"not reconfirmed since {wording.moment(stale.observed_at)}: Libramont"
    assert made.findings == [
        Finding("overdue", "Laboratory: running", since, stale.seq, "status:laboratoire@libramont")
    ]


def test_what_was_confirmed_in_time_has_no_reserve(crisis, laboratory, stale, secretary):
    confirm_service(crisis, laboratory, by=secretary)

    [made] = check_sentences(["Le laboratoire fonctionne."], situation_at(crisis, timezone.now()), "fr")

    assert (len(made.checked), made.findings) == (1, [])


def test_what_the_board_contradicts_has_no_reserve_beside_it(crisis, stale):
    [made] = check_sentences(["Le laboratoire est fermé."], situation_at(crisis, timezone.now()), "fr")

    assert [found.kind for found in made.findings] == ["contradicts"]


def test_a_service_is_reserved_once_in_a_sentence_whatever_is_said_of_it(crisis, stale):
    [made] = check_sentences(["Le laboratoire fonctionne à 50 %."], situation_at(crisis, timezone.now()), "fr")

    assert [found.kind for found in made.findings] == ["overdue"]


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("[50 %](fact:capacity:laboratoire@libramont=50#1)", "Laboratory (Libramont): 50 %"),
        ("[vital](fact:status:laboratoire@libramont=vital#1)", "Laboratory (Libramont): Vital"),
        ("[1 sur 1](fact:count:essential=1/1#1)", "1 essential service of 1 assured"),
        ("[1 service](fact:count:vital=1#1)", "1 service maintained"),
    ],
)
def test_an_inserted_fact_that_nobody_confirmed_in_time_has_the_reserve_too(crisis, stale, token, says):
    [made] = check_text(f"Voici : {token}.", situation_at(crisis, timezone.now()), "fr")

    assert says in [each.says for each in made.checked]
    assert says in [found.says for found in made.findings if found.kind == "overdue"]


def aged(situation):
    """The same situation, read when nobody had confirmed any of it for years."""
    now = timezone.now()
    return replace(
        situation, board=replace(situation.board, tiles=[replace(t, moment=now) for t in situation.board.tiles])
    )


def test_several_services_of_one_moment_are_named_by_their_sites(case):
    old = [tile for tile in aged(case[LATE]).board.tiles if tile.service.activity.key == "laboratoire"][:2]

    [same] = overdue.of_tiles("said", old, "")

    [moment] = {tile.report.observed_at for tile in old}
    where = ", ".join(tile.service.site.name for tile in old)
    assert same.board == f"not reconfirmed since {wording.moment(moment)}: {where}"


def test_several_services_of_several_moments_say_which_is_the_oldest(case):
    late = [tile for tile in aged(case[LATE]).board.tiles if tile.overdue]
    oldest = min(late, key=lambda tile: tile.report.observed_at).report

    [found] = overdue.of_tiles("said", aged(case[LATE]).board.tiles, "count:essential")

    since = wording.moment(oldest.observed_at)
    assert len({tile.report.observed_at for tile in late}) > 1
    assert found.board == f"not reconfirmed: {len(late)} services, the oldest since {since}"
    assert (found.seq, found.fact) == (oldest.seq, "count:essential")


def test_a_count_rests_on_the_services_it_counts(case):
    text = "25 services essentiels sur 29 sont assurés, 20 services sont suspendus."

    [made] = check_sentences([text], aged(case["05-25T12:00"]), "fr")

    assert [each.says for each in made.checked] == ["Essential services: 25/29 running", "All services: 20 suspended"]
    [(says, board)] = reserves([made])
    assert says == "Essential services: 25/29 running"
    assert board.startswith("not reconfirmed: 25 services, the oldest since ")


def test_a_measure_that_was_not_reviewed_when_due_holds_with_its_reserve(case):
    situation = case["06-03T12:00"]
    facts = [
        replace(fact, about=fact.about | {"overdue": fact.key == "measure:M1"}) if fact.kind == "measure" else fact
        for fact in situation.facts
    ]
    late = replace(situation, facts=facts)
    m1 = late.fact("measure:M1")

    made = check_sentences(["M1 est d'application."], late, "fr")
    inserted = check_text(f"- [{m1.words}](fact:measure:M1={m1.value}#{m1.seq})", late, "fr")

    assert reserves(made) == [("M1 is in force", "To reconfirm, still applies")]
    assert reserves(inserted) == [(m1.words, "To reconfirm, still applies")]
    assert [found.seq for found in made[0].findings] == [m1.seq]


@pytest.fixture
def draft(crisis, stale, communications) -> Communique:
    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "Laboratoires", "Le laboratoire fonctionne à 50 %.", 1, by=communications)
    return found


def test_a_reserve_keeps_no_approval_back(draft, communications):
    edition = submit(draft, by=communications)

    found = findings_of(draft, checked(draft, {"fr": ("Laboratoires", "Le laboratoire fonctionne à 50 %.")}))

    assert [(each.finding.kind, each.blocks) for each in found] == [("overdue", False)]
    check_answered(draft, edition)


def test_the_page_sets_it_apart_from_the_ticks_and_links_the_entry_that_was_the_last_to_say_so(
    crisis, draft, stale, browser_of, communications
):
    measure(crisis, text="Ouvert", activities=["laboratoire"], attendance="come")

    page = browser_of(communications).get(reverse("communique", args=[crisis.pk, draft.number])).content.decode()

    assert rule(crisis, "laboratoire@libramont") == "call"
    assert page.count('data-kind="overdue"') == 1
    assert f"?before={stale.seq + 1}" in page.split('data-kind="overdue"')[1].split("</div>")[0]
    assert 'class="holds"' not in page
