"""What a meeting decides and what `@` names in it: who may, until when, and that a refusal leaves nothing behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.meetings.actions import set_action
from crisis.meetings.agenda import add_point
from crisis.meetings.decisions import file_to, take_back, take_decision
from crisis.meetings.models import Action, Decision, Meeting, Topic
from crisis.meetings.names import folded, known_names, named_in, offered
from crisis.meetings.seal import flat, record_of, seal_minutes
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import JournalEntry
from crisis.writes import close_crisis
from services.models import Activity, Service, Site
from tests.cast import adjourn, chain_holds, written

pytestmark = pytest.mark.django_db
STOP = "Planned surgery stops until Friday"
NOT_YOU = r"^Your role does not hold this meeting: tell the secretary of the cell\.$"


def rows() -> dict[str, Any]:
    """What a refusal must leave as it was."""
    return written() | {m.__name__: list(m.objects.order_by("pk").values()) for m in (Decision, Action)}


def told(crisis) -> list[tuple[str, str]]:
    """The journal of the crisis so far: verb and sentence."""
    entries = JournalEntry.objects.filter(book=crisis.book).order_by("seq")
    return [(entry.verb, words) for entry, words, _texts in sentences(entries)]


def lines(meeting: Meeting) -> list[str]:
    """The decisions that the minutes hold, in their order."""
    points = flat(record_of(meeting))["points"]
    return [each["words"] for point in points for each in point["lines"] if each["kind"] == "decision"]


@pytest.fixture
def meeting(crisis, secretary) -> Meeting:
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def decision(meeting, secretary) -> Decision:
    return take_decision(meeting, STOP, by=secretary)


def test_a_decision_says_what_why_and_who_and_names_what_it_is_about(crisis, meeting, secretary, radiology, arlon):
    point = meeting.points.get(topic=Topic.OTHER)

    decision = take_decision(
        meeting,
        "  @Radiology (Libramont) takes emergencies of @Arlon  ",
        why=" One scanner works ",
        decided_by=" The medical direction ",
        point=point,
        by=secretary,
    )

    assert str(decision) == "@Radiology (Libramont) takes emergencies of @Arlon"
    assert (str(decision.why), str(decision.decided_by)) == ("One scanner works", "The medical direction")
    assert decision.about == ["service:radiologie@libramont", "site:arlon"]
    assert (decision.point, decision.meeting, decision.taken_back) == (point, meeting, None)
    assert decision.text.lang == "en"
    sentence = "@Radiology (Libramont) takes emergencies of @Arlon · One scanner works · The medical direction"
    assert told(crisis)[1:] == [("decision.taken", sentence)]
    assert chain_holds(crisis.book)


def test_a_decision_without_why_is_the_cells_and_waits_to_be_filed(crisis, decision):
    assert (decision.why, decision.decided_by, decision.about, decision.point) == (None, None, [], None)
    assert told(crisis)[1:] == [("decision.taken", STOP)]
    entry = decision.entry
    assert entry.data == {
        "number": 1,
        "text": {"text": decision.text.pk, "hash": decision.text.digest},
        "why": None,
        "decided_by": None,
        "about": [],
        "point": None,
    }


def test_the_journal_holds_the_words_by_id_only(decision):
    assert STOP not in str(decision.entry.data)


BAD = {
    "nothing typed": ({"words": ""}, "words", "Write what is decided, or who does what."),
    "only spaces": ({"words": " \n\t"}, "words", "Write what is decided, or who does what."),
    "too long": ({"words": "x" * 2001}, "words", "At most 2000 characters: put the rest into the text of the point."),
    "why too long": (
        {"words": STOP, "why": "x" * 2001},
        "why",
        "At most 2000 characters: put the rest into the text of the point.",
    ),
    "who too long": (
        {"words": STOP, "why": "Why", "decided_by": "x" * 2001},
        "decided_by",
        "At most 2000 characters: put the rest into the text of the point.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_decision_that_says_nothing_or_too_much_is_refused(meeting, secretary, name):
    said, field, sentence = BAD[name]
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        take_decision(meeting, by=secretary, **said)

    assert (str(refused.value), refused.value.field) == (sentence, field)
    assert rows() == before


def test_two_thousand_characters_are_a_decision(meeting, secretary):
    decision = take_decision(meeting, "x" * 2000, why="y" * 2000, by=secretary)

    assert (len(decision.text.body), len(decision.why.body)) == (2000, 2000)


STATES = {
    "scheduled": "Meeting 1 is not open yet: open it first.",
    "ended": "Meeting 1 is adjourned: do it in the next one.",
    "sealed": "The minutes of Meeting 1 are sealed: write an addendum.",
    "cancelled": "Meeting 1 is cancelled: announce another one.",
}


def in_state(meeting: Meeting, state: str, secretary, director) -> Meeting:
    """The running meeting, brought to where the test needs it."""
    if state in {"ended", "sealed"}:
        adjourn(meeting, by=secretary)
    if state == "sealed":
        seal_minutes(meeting, by=director)
    if state == "cancelled":
        cancel_meeting(meeting, "No quorum", by=secretary)
    return meeting


@pytest.mark.parametrize("state", STATES)
def test_only_a_meeting_in_progress_decides(crisis, secretary, director, state):
    if state == "scheduled":
        meeting = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=secretary)
    else:
        meeting = in_state(open_meeting(crisis, by=secretary), state, secretary, director)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        take_decision(meeting, STOP, by=secretary)

    assert str(refused.value) == STATES[state]
    assert rows() == before


@pytest.mark.parametrize("role", ["communications", "it", "duty", "ward", "observer", "outsider"])
def test_who_does_not_hold_the_meeting_decides_files_and_takes_back_nothing(meeting, decision, request, role):
    by, point = request.getfixturevalue(role), meeting.points.first()
    before = rows()

    with pytest.raises(RuleBroken, match=NOT_YOU):
        take_decision(meeting, STOP, by=by)
    with pytest.raises(RuleBroken, match=NOT_YOU):
        file_to(decision, point, by=by)
    with pytest.raises(RuleBroken, match=NOT_YOU):
        take_back(decision, by=by)

    assert rows() == before


@pytest.mark.parametrize("role", ["director", "medical", "secretary"])
def test_who_holds_the_meeting_decides_files_and_takes_back(crisis, meeting, request, role):
    by = request.getfixturevalue(role)

    decision = take_decision(meeting, STOP, by=by)
    file_to(decision, meeting.points.get(topic=Topic.OTHER), by=by)
    take_back(decision, by=by)

    assert told(crisis)[1:] == [
        ("decision.taken", STOP),
        ("meeting.filed", f"{STOP}: filed to “Other points”."),
        ("decision.taken_back", f"Taken back: {STOP}"),
    ]
    assert {e.actor_role for e in JournalEntry.objects.filter(book=crisis.book)[1:]} == {role}


def test_nothing_is_decided_in_a_closed_crisis(crisis, meeting, decision, director):
    close_crisis(crisis, by=director)
    before = rows()

    for act in (
        lambda: take_decision(meeting, STOP, by=director),
        lambda: file_to(decision, meeting.points.first(), by=director),
        lambda: take_back(decision, by=director),
    ):
        with pytest.raises(RuleBroken, match=r"^This crisis is closed"):
            act()

    assert rows() == before


# Filing


def test_what_was_captured_in_a_hurry_is_filed_later_and_may_be_filed_anew(crisis, meeting, decision, secretary):
    action = set_action(crisis, "Call the firm", owner_name="Firm", meeting=meeting, by=secretary)
    added = add_point(meeting, "Oxygen", by=secretary)
    adjourn(meeting, by=secretary)

    file_to(decision, meeting.points.get(topic=Topic.IT), by=secretary)
    file_to(decision, added, by=secretary)
    file_to(action, added, by=secretary)

    assert Decision.objects.get().point == added
    assert Action.objects.get(pk=action.pk).point == added
    assert told(crisis)[-3:] == [
        ("meeting.filed", f"{STOP}: filed to “IT and recovery”."),
        ("meeting.filed", f"{STOP}: filed to “Oxygen”."),
        ("meeting.filed", f"{action.key}: filed to “Oxygen”."),
    ]
    assert chain_holds(crisis.book)


def test_a_point_of_another_meeting_is_refused(crisis, meeting, decision, secretary):
    other = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=secretary).points.first()
    action = set_action(crisis, "Call the firm", owner_name="Firm", meeting=meeting, by=secretary)
    before = rows()

    for act in (
        lambda: take_decision(meeting, STOP, point=other, by=secretary),
        lambda: file_to(decision, other, by=secretary),
        lambda: file_to(action, other, by=secretary),
        lambda: set_action(crisis, "Call", owner_name="Firm", meeting=meeting, point=other, by=secretary),
    ):
        with pytest.raises(RuleBroken) as refused:
            act()
        assert str(refused.value) == "This point belongs to another meeting: choose one of this one."
        assert refused.value.field == "point"

    assert rows() == before


def test_an_action_of_no_meeting_has_no_point(crisis, meeting, secretary):
    action = set_action(crisis, "Call the firm", owner_name="Firm", by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match=f"^{action.key} was made outside of a meeting: it has no point"):
        file_to(action, meeting.points.first(), by=secretary)

    assert rows() == before


@pytest.mark.parametrize("state", ["sealed", "cancelled"])
def test_nothing_is_filed_in_sealed_minutes_or_in_a_cancelled_meeting(meeting, decision, secretary, director, state):
    in_state(meeting, state, secretary, director)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        file_to(decision, meeting.points.first(), by=secretary)

    assert str(refused.value) == STATES[state]
    assert rows() == before


# Taking back


def test_what_is_taken_back_leaves_the_minutes_and_stays_in_the_journal(crisis, meeting, decision, secretary):
    kept = take_decision(meeting, "Surgery stops until Monday", by=secretary)
    assert lines(meeting) == [STOP, "Surgery stops until Monday"]

    take_back(decision, by=secretary)

    assert lines(meeting) == ["Surgery stops until Monday"]
    assert told(crisis)[1:] == [
        ("decision.taken", STOP),
        ("decision.taken", "Surgery stops until Monday"),
        ("decision.taken_back", f"Taken back: {STOP}"),
    ]
    assert decision.taken_back == JournalEntry.objects.get(verb="decision.taken_back")
    assert kept.taken_back is None


def test_a_decision_is_taken_back_once_even_from_a_stale_page(decision, secretary, director):
    stale = Decision.objects.get(pk=decision.pk)
    take_back(decision, by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match=r"^This decision was taken back already\.$"):
        take_back(stale, by=director)

    assert rows() == before


@pytest.mark.parametrize("state", ["ended", "sealed", "cancelled"])
def test_a_decision_is_taken_back_only_while_the_meeting_lasts(meeting, decision, secretary, director, state):
    in_state(meeting, state, secretary, director)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        take_back(decision, by=secretary)

    assert str(refused.value) == STATES[state]
    assert rows() == before


def test_a_page_loaded_while_the_meeting_lasted_takes_back_nothing_after_it(meeting, decision, secretary):
    stale = Decision.objects.select_related("meeting__crisis").get(pk=decision.pk)
    adjourn(meeting, by=secretary)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        take_back(stale, by=secretary)

    assert str(refused.value) == STATES["ended"]
    assert rows() == before


# Names after @


@pytest.fixture
def registry(radiology, laboratory, elsewhere, arlon, libramont) -> None:
    """Beside the cast: a site and a service with a name in each language, and names that begin alike."""
    Site.objects.create(key="arlon-north", names={"": "Arlon North"}, order=2)
    east = Site.objects.create(key="east", names={"fr": "Saint-Vith", "de": "Sankt Vith", "nl": "Sint-Vith"}, order=3)
    birth = Activity.objects.create(
        key="maternite", names={"fr": "Maternité", "de": "Geburtshilfe", "nl": "Materniteit", "en": "Births"}, order=3
    )
    Service.objects.create(activity=birth, site=east)
    Service.objects.create(activity=birth, site=arlon)


NAMED = {
    "": [],
    "No name at all": [],
    "Arlon without the sign": [],
    "@": [],
    "@@": [],
    "@ Arlon": [],
    "@Atlantis": [],
    "@Arlon": ["site:arlon"],
    "@ARLON, @arlon and @Arlon": ["site:arlon"],
    "@Arlon.": ["site:arlon"],
    "(@Arlon)": ["site:arlon"],
    "@Arlonnais": [],
    "@Arlon-North": ["site:arlon"],
    "@Arlon North": ["site:arlon-north"],
    "@Arlon  \n north": ["site:arlon-north"],
    "@Arlon Northern": ["site:arlon"],
    "@Libramont then @Arlon": ["site:libramont", "site:arlon"],
    "@@Arlon": ["site:arlon"],
    "@Arlon@Libramont": ["site:arlon", "site:libramont"],
    "@Radiology (Libramont)": ["service:radiologie@libramont"],
    "@Radiologie (Libramont) is the same as @Radiology (Libramont)": ["service:radiologie@libramont"],
    "@Radiology (Arlon)": [],
    "@Radiology": [],
    "@Laboratoire (Arlon) for @Laboratoire (Libramont)": [
        "service:laboratoire@arlon",
        "service:laboratoire@libramont",
    ],
    "@Maternité (Arlon)": ["service:maternite@arlon"],
    "@MATERNITE (ARLON)": ["service:maternite@arlon"],
    "@Mate\u0301rnite\u0301 (Arlon)": ["service:maternite@arlon"],
    "@Geburtshilfe (Sankt Vith)": ["service:maternite@east"],
    "@Births (Sint-Vith)": ["service:maternite@east"],
    "@Materniteit (Saint-Vith) and @Sankt Vith": ["service:maternite@east", "site:east"],
}


@pytest.mark.parametrize("words", NAMED)
def test_names_after_the_sign_are_found_whatever_case_accents_and_language(registry, words):
    found = {lang: [] for lang in ("en", "fr", "de", "nl")}
    for lang in found:
        with translation.override(lang):
            found[lang] = named_in(words)

    assert found == dict.fromkeys(found, NAMED[words])


def test_a_service_comes_before_a_site_that_has_the_very_same_name(registry):
    Site.objects.create(key="twin", names={"": "Radiology (Libramont)"}, order=9)

    assert known_names()["radiology (libramont)"] == "service:radiologie@libramont"
    assert named_in("@Radiology (Libramont)") == ["service:radiologie@libramont"]


def test_a_line_without_the_sign_asks_the_database_nothing(registry, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert named_in("Radiology (Libramont) of Arlon") == []
    with django_assert_num_queries(2):
        assert len(named_in("@Arlon " * 50 + "@Radiology (Libramont)")) == 2


def test_everything_that_is_offered_is_found_again(registry):
    for lang in ("en", "fr", "de", "nl"):
        with translation.override(lang):
            names = offered()
            assert len(names) == 9
            assert [len(named_in(f"With @{name}, then")) for name in names] == [1] * 9
            assert len(named_in(" ".join(f"@{name}" for name in names))) == 9


def test_what_is_offered_is_in_the_readers_language(registry):
    assert offered() == [
        "Arlon",
        "Arlon North",
        "Births (Arlon)",
        "Births (Saint-Vith)",
        "Laboratory (Arlon)",
        "Laboratory (Libramont)",
        "Libramont",
        "Radiology (Libramont)",
        "Saint-Vith",
    ]


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("  Maternité \n (Arlon) ", "maternite (arlon)"),
        ("STRASSE straße", "strasse strasse"),
        ("Île", "ile"),
        ("\ufb01n", "fin"),
        ("", ""),
    ],
)
def test_words_are_compared_without_accents_case_and_doubled_spaces(words, plain):
    assert folded(words) == plain


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text()
    | st.lists(st.sampled_from(["@", "Arlon", " ", "(", "Radiology (Libramont)", "é", "\u0301"])).map("".join)
)
@example(words="@\x00")
@example(words="@(?P<x")
@example(words="\uff20Arlon @")
def test_whatever_is_typed_names_are_found_without_failing(registry, words):
    found = named_in(words)

    assert len(found) == len(set(found)) <= folded(words).count("@")
    assert set(found) <= set(known_names().values())


def test_a_name_that_is_empty_in_one_language_names_nothing(registry):
    site = Site.objects.create(key="unnamed", names={"fr": "Bastogne", "de": " ", "nl": ""}, order=9)
    Service.objects.create(activity=Activity.objects.create(key="x", names={"fr": "Dialyse", "de": ""}), site=site)

    assert named_in("Ask @ and (@) and @, @(Bastogne) and @Dialyse ()") == []
    assert named_in("Ask @Dialyse (Bastogne) and @Bastogne") == ["service:x@unnamed", "site:unnamed"]
