"""Who does what by when: set, changed, finished, dropped; and the legal duties whose clocks run from the first hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from hypothesis import example, given
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.meetings.action_reads import actions_in_force, actions_open
from crisis.meetings.actions import change_action, drop_action, finish_action, put_duties, require_duties, set_action
from crisis.meetings.models import Action, ActionState, Meeting, Topic
from crisis.meetings.models.duties import DUTIES, month_after
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import Crisis, JournalEntry, Member, Text
from crisis.writes import close_crisis, declare_crisis, withdraw_role
from services.crisisfile.load import load
from tests.cast import adjourn, ago, chain_holds, person, written
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
NOT_YOU = r"^Your role does not hold this meeting: tell the secretary of the cell\.$"
CALL = "Call the firm about the backups"


def rows() -> dict[str, Any]:
    """What a refusal must leave as it was."""
    return written() | {"actions": list(Action.objects.order_by("pk").values())}


def told(crisis) -> list[str]:
    """The journal of the crisis so far, as sentences."""
    entries = JournalEntry.objects.filter(book=crisis.book).order_by("seq")
    return [words for _entry, words, _texts in sentences(entries)]


def soon(hours: float = 24) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def own(actions) -> list[str]:
    """What the cell set itself, by number: duties left out."""
    return [action.key for action in actions if not action.duty]


def duty_of(crisis, key: str) -> Action:
    return Action.objects.get(crisis=crisis, duty=key)


@pytest.fixture
def exercise(organisation) -> Crisis:
    """One without legal duties: the numbers begin with what the test sets."""
    return declare_crisis("Drill", started_at=ago(5), is_exercise=True, by=None)


@pytest.fixture
def meeting(crisis, secretary) -> Meeting:
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def action(crisis, secretary, it) -> Action:
    """A9, of the IT lead, due tomorrow; the first eight are the legal duties."""
    return set_action(crisis, CALL, owner=it, due_at=soon(), by=secretary)


# Setting


def test_an_action_says_who_does_what_by_when_and_names_what_it_is_about(crisis, secretary, it, radiology, arlon):
    due = soon(20)

    found = set_action(
        crisis, "  Move @Radiology (Libramont) to @Arlon ", owner=it, due_at=due, due_hour=True, by=secretary
    )

    assert (found.key, found.words, found.by_whom, found.rule) == (
        "A9",
        "Move @Radiology (Libramont) to @Arlon",
        "It",
        "",
    )
    assert (found.due_at, found.due_hour, found.state, found.closed_at) == (due, True, "open", None)
    assert found.about == ["service:radiologie@libramont", "site:arlon"]
    assert (found.meeting, found.point, found.duty, found.text.lang) == (None, None, "", "en")
    assert (found.entry.verb, found.entry.subject) == ("action.set", "action:A9")
    assert chain_holds(crisis.book)


def test_somebody_without_an_account_does_it_too(crisis, secretary):
    found = set_action(crisis, CALL, owner_name="  The firm ", by=secretary)

    assert (found.owner, str(found.owner_name), found.by_whom, found.due_at) == (None, "The firm", "The firm", None)
    assert told(crisis) == [f"A9: {CALL} (The firm)."]


def test_a_member_goes_before_a_typed_name(crisis, secretary, it):
    found = set_action(crisis, CALL, owner=it, owner_name="The firm", by=secretary)

    assert (found.owner, found.owner_name, found.by_whom) == (it, None, "It")
    assert Text.objects.count() == 1


BAD = {
    "no words": ({"words": " \n", "owner_name": "Firm"}, "words", "Write what is decided, or who does what."),
    "too long": (
        {"words": "x" * 2001, "owner_name": "Firm"},
        "words",
        "At most 2000 characters: put the rest into the text of the point.",
    ),
    "nobody": ({"words": CALL}, "owner", "Say who does it: choose a member, or type a name."),
    "a blank name": (
        {"words": CALL, "owner_name": "  "},
        "owner",
        "Say who does it: choose a member, or type a name.",
    ),
    "too long a name": (
        {"words": CALL, "owner_name": "x" * 2001},
        "owner_name",
        "At most 2000 characters: put the rest into the text of the point.",
    ),
    "past due": (
        {"words": CALL, "owner_name": "Firm", "due_at": -1},
        "due",
        "An action is due in the future: correct the date.",
    ),
    "due this very moment": (
        {"words": CALL, "owner_name": "Firm", "due_at": 0},
        "due",
        "An action is due in the future: correct the date.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_an_action_that_says_too_little_or_is_past_is_refused(crisis, secretary, name):
    said, field, sentence = BAD[name]
    before = rows()

    with time_machine.travel(timezone.now(), tick=False):
        due = {"due_at": soon(said["due_at"])} if "due_at" in said else {}
        with pytest.raises(RuleBroken) as refused:
            set_action(crisis, by=secretary, **said | due)

    assert (str(refused.value), refused.value.field) == (sentence, field)
    assert rows() == before


def test_who_left_the_crisis_or_whose_account_is_closed_gets_no_work(
    crisis, secretary, director, it, medical, outsider
):
    withdraw_role(Member.objects.get(user=it), by=director)
    medical.is_active = False
    medical.save()
    before = rows()

    for who in (it, medical, outsider):
        with pytest.raises(RuleBroken) as refused:
            set_action(crisis, CALL, owner=who, by=secretary)
        sentence = f"{who} is no longer a member of this crisis: choose somebody who is, or type a name."
        assert (str(refused.value), refused.value.field) == (sentence, "owner")

    assert rows() == before


def test_numbers_begin_at_one_and_have_no_gap_whatever_was_refused_dropped_or_cancelled(exercise):
    meeting = open_meeting(exercise, by=None)
    found = [set_action(exercise, "One", owner_name="Firm", by=None)]
    for words in ("", "x" * 2001):
        with pytest.raises(RuleBroken):
            set_action(exercise, words, owner_name="Firm", by=None)
    found.append(set_action(exercise, "Two", owner_name="Firm", meeting=meeting, by=None))
    drop_action(found[0], "No longer needed", by=None)
    cancel_meeting(meeting, "No quorum", by=None)
    found.append(set_action(exercise, "Three", owner_name="Firm", by=None))
    elsewhere = declare_crisis("Another drill", started_at=ago(4), is_exercise=True, by=None)

    assert [action.key for action in found] == ["A1", "A2", "A3"]
    assert set_action(elsewhere, "One", owner_name="Firm", by=None).key == "A1"


# In a meeting


def test_an_action_of_a_meeting_counts_once_that_is_adjourned(crisis, meeting, secretary):
    point = meeting.points.get(topic=Topic.OTHER)
    found = set_action(crisis, CALL, owner_name="Firm", meeting=meeting, point=point, by=secretary)
    assert (found.meeting, found.point, found.entry.data["meeting"]) == (meeting, point, 1)
    assert own(actions_in_force(crisis)) == []
    assert own(actions_open(crisis, timezone.now())) == []

    adjourn(meeting, by=secretary)

    assert own(actions_in_force(crisis)) == ["A9"]
    assert own(actions_open(crisis, timezone.now())) == ["A9"]


def test_an_action_of_a_cancelled_meeting_never_counts_and_nothing_more_is_done_with_it(crisis, meeting, secretary, it):
    found = set_action(crisis, CALL, owner=it, meeting=meeting, by=secretary)
    stale = Action.objects.select_related("meeting").get(pk=found.pk)
    cancel_meeting(meeting, "No quorum", by=secretary)
    before = rows()

    for act in (
        lambda a: finish_action(a, by=it),
        lambda a: drop_action(a, "No", by=secretary),
        lambda a: change_action(a, owner=secretary, by=secretary),
    ):
        for each in (Action.objects.get(pk=found.pk), stale):
            with pytest.raises(RuleBroken, match=r"^A9 was of a meeting that is cancelled: it does not count\.$"):
                act(each)

    assert rows() == before
    assert own(actions_in_force(crisis)) == []


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("scheduled", "Meeting 1 is not open yet: open it first."),
        ("ended", "Meeting 1 is adjourned: do it in the next one."),
        ("cancelled", "Meeting 1 is cancelled: announce another one."),
    ],
)
def test_only_a_meeting_in_progress_sets_actions_even_from_a_stale_page(crisis, secretary, state, sentence):
    meeting = announce_meeting(crisis, soon(), by=secretary)
    if state == "ended":
        open_meeting(crisis, announced=meeting, by=secretary)
        stale = Meeting.objects.get()
        adjourn(meeting, by=secretary)
    else:
        stale = Meeting.objects.get()
    if state == "cancelled":
        cancel_meeting(meeting, "No quorum", by=secretary)
    before = rows()

    for each in (meeting, stale):
        with pytest.raises(RuleBroken) as refused:
            set_action(crisis, CALL, owner_name="Firm", meeting=each, by=secretary)
        assert str(refused.value) == sentence

    assert rows() == before


def test_open_actions_come_by_what_is_due_next_and_say_what_is_overdue(exercise):
    now = timezone.now()
    for words, hours in (("Undated", None), ("Next week", 168), ("Tomorrow", 24), ("In an hour", 1), ("Same hour", 1)):
        due = now + timedelta(hours=hours) if hours else None
        set_action(exercise, words, owner_name="Firm", due_at=due, by=None)
    done = set_action(exercise, "Done", owner_name="Firm", due_at=now + timedelta(hours=2), by=None)
    finish_action(done, by=None)

    def listed(moment: datetime) -> list[tuple[str, bool]]:
        return [(action.words, bool(action.overdue)) for action in actions_open(exercise, moment)]

    order = ["In an hour", "Same hour", "Tomorrow", "Next week", "Undated"]
    assert listed(now) == [(words, False) for words in order]
    assert listed(now + timedelta(hours=1)) == [(words, False) for words in order]
    assert listed(now + timedelta(hours=1, microseconds=1)) == [(w, n < 2) for n, w in enumerate(order)]
    assert listed(now + timedelta(days=365)) == [(w, w != "Undated") for w in order]
    assert [action.words for action in actions_in_force(exercise)][-1] == "Done"


# Finishing and dropping


@pytest.mark.parametrize(("reference", "kept"), [("", None), ("  ", None), (" INC-4711 ", "INC-4711")])
def test_an_action_is_done_with_what_the_recipient_answered(crisis, action, secretary, reference, kept):
    finish_action(action, reference=reference, by=secretary)

    action.refresh_from_db()
    assert (action.state, action.closed_at, action.reason) == ("done", action.closing.recorded_at, None)
    assert (action.reference and str(action.reference)) == kept
    assert told(crisis)[-1] == f"A9 is done. {kept or ''}".strip()
    assert own(actions_open(crisis, timezone.now())) == []
    assert own(actions_in_force(crisis)) == ["A9"]


def test_an_action_is_dropped_with_a_reason(crisis, action, secretary):
    drop_action(action, " The firm went out of business ", by=secretary)

    action.refresh_from_db()
    assert (action.state, str(action.reason), action.reference) == ("dropped", "The firm went out of business", None)
    assert action.closed_at == action.closing.recorded_at
    assert told(crisis)[-1] == "A9 is dropped: The firm went out of business"
    assert own(actions_open(crisis, timezone.now())) == []


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Say why A9 is dropped."),
        (" \n ", "Say why A9 is dropped."),
        ("x" * 2001, "At most 2000 characters: put the rest into the text of the point."),
    ],
)
def test_nothing_is_dropped_without_a_reason_or_with_too_long_a_one(action, secretary, reason, sentence):
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        drop_action(action, reason, by=secretary)

    assert (str(refused.value), refused.value.field) == (sentence, "reason")
    assert rows() == before


def test_too_long_a_reference_is_refused(action, secretary):
    before = rows()

    with pytest.raises(RuleBroken, match="At most 2000 characters") as refused:
        finish_action(action, reference="x" * 2001, by=secretary)

    assert refused.value.field == "reference"
    assert rows() == before


CLOSINGS: dict[str, Callable[[Action, Any], None]] = {
    "done": lambda action, by: finish_action(action, by=by),
    "dropped": lambda action, by: drop_action(action, "No longer needed", by=by),
}


@pytest.mark.parametrize("state", CLOSINGS)
def test_what_is_over_stays_over_even_from_a_stale_page(action, secretary, director, state):
    stale = Action.objects.get(pk=action.pk)
    CLOSINGS[state](action, secretary)
    before = rows()

    for act in (*CLOSINGS.values(), lambda a, by: change_action(a, owner=by, by=by)):
        with pytest.raises(RuleBroken) as refused:
            act(stale, director)
        assert str(refused.value) == f"A9 is {state} already: set another one."

    assert rows() == before


# Changing


def test_somebody_else_does_it_later_and_the_entry_keeps_how_it_was(crisis, action, secretary, medical):
    was, due = action.due_at, soon(48)

    change_action(action, owner=medical, due_at=due, due_hour=True, by=secretary)

    action.refresh_from_db()
    assert (action.owner, action.owner_name, action.due_at, action.due_hour) == (medical, None, due, True)
    data = JournalEntry.objects.get(verb="action.changed").data
    assert (data["was"]["owner"], data["owner"]) == ("It", "Medical")
    assert (parse_datetime(data["was"]["due_at"]), parse_datetime(data["due_at"])) == (was, due)
    assert chain_holds(crisis.book)


def test_a_typed_name_takes_over_and_the_same_name_is_no_new_text(crisis, action, secretary):
    change_action(action, owner_name=" The firm ", due_at=action.due_at, by=secretary)
    action.refresh_from_db()
    assert (action.owner, action.by_whom) == (None, "The firm")
    texts = Text.objects.count()

    change_action(action, owner_name="The firm", due_at=None, by=secretary)

    action.refresh_from_db()
    assert (action.by_whom, action.due_at) == ("The firm", None)
    assert Text.objects.count() == texts
    assert told(crisis)[-1] == "A9: The firm."


def test_a_change_that_says_nothing_new_is_refused(action, secretary, it):
    before = rows()
    with pytest.raises(RuleBroken, match=r"^A9 says so already: nothing was changed\.$"):
        change_action(action, owner=it, due_at=action.due_at, by=secretary)
    assert rows() == before

    change_action(action, owner_name="Firm", due_at=action.due_at, by=secretary)
    before = rows()
    with pytest.raises(RuleBroken, match=r"^A9 says so already"):
        change_action(action, owner_name=" Firm ", due_at=action.due_at, by=secretary)
    assert rows() == before


def test_a_change_names_somebody_who_is_there_and_a_moment_to_come(crisis, action, secretary, director, medical, it):
    withdraw_role(Member.objects.get(user=medical), by=director)
    before = rows()

    for said, field, sentence in (
        ({}, "owner", "Say who does it: choose a member, or type a name."),
        ({"owner_name": " "}, "owner", "Say who does it: choose a member, or type a name."),
        (
            {"owner": medical},
            "owner",
            "Medical is no longer a member of this crisis: choose somebody who is, or type a name.",
        ),
        ({"owner": it, "due_at": ago(1)}, "due", "An action is due in the future: correct the date."),
    ):
        with pytest.raises(RuleBroken) as refused:
            change_action(action, by=secretary, **said)
        assert (str(refused.value), refused.value.field) == (sentence, field)

    assert rows() == before


def test_an_overdue_action_changes_hands_and_stays_overdue(crisis, action, secretary, medical):
    due = action.due_at
    with time_machine.travel(due + timedelta(days=1), tick=False):
        change_action(action, owner=medical, due_at=due, by=secretary)

        found = actions_open(crisis, timezone.now()).get(pk=action.pk)
        assert (found.by_whom, found.due_at, found.overdue) == ("Medical", due, True)


# Who may


ROLES = ["director", "medical", "secretary", "communications", "it", "duty", "ward", "observer", "outsider"]
MAY = {"director", "medical", "secretary", "console"}
VERBS: dict[str, Callable[[Action, Any], object]] = {
    "set": lambda a, by: set_action(a.crisis, CALL, owner_name="Firm", by=by),
    "set in a meeting": lambda a, by: set_action(
        a.crisis, CALL, owner_name="Firm", meeting=a.crisis.meetings.get(), by=by
    ),
    "finish": lambda a, by: finish_action(a, by=by),
    "drop": lambda a, by: drop_action(a, "No longer needed", by=by),
    "change": lambda a, by: change_action(a, owner_name="Firm", by=by),
}


@pytest.mark.parametrize("verb", VERBS)
def test_each_role_may_or_is_refused(crisis, meeting, action, request, verb):
    people = {role: request.getfixturevalue(role) for role in ROLES} | {"console": None}
    before, found = rows(), {}

    for role, by in people.items():
        with transaction.atomic():
            try:
                VERBS[verb](Action.objects.get(pk=action.pk), by)
                found[role] = "done" if rows() != before and chain_holds(crisis.book) else "nothing was written"
            except RuleBroken as refusal:
                found[role] = str(refusal) if rows() == before else f"{refusal} – but something was written"
            transaction.set_rollback(True)

    refusal = "Your role does not hold this meeting: tell the secretary of the cell."
    may = MAY | ({"it"} if verb == "finish" else set())  # the owner finishes what is theirs
    assert found == {role: "done" if role in may else refusal for role in people}


def test_an_owner_finishes_their_own_action_but_neither_drops_nor_changes_it(crisis, secretary, observer):
    mine = set_action(crisis, CALL, owner=observer, by=secretary)
    before = rows()
    with pytest.raises(RuleBroken, match=NOT_YOU):
        drop_action(mine, "Too much work", by=observer)
    with pytest.raises(RuleBroken, match=NOT_YOU):
        change_action(mine, owner_name="Firm", by=observer)
    assert rows() == before

    finish_action(mine, reference="INC-1", by=observer)

    assert (mine.state, mine.closing.actor_name, mine.closing.actor_role) == ("done", "Observer", "observer")


def test_an_owner_who_left_or_handed_it_over_finishes_nothing(crisis, action, secretary, director, it, medical):
    stale = Action.objects.get(pk=action.pk)
    change_action(action, owner=medical, by=secretary)
    with pytest.raises(RuleBroken, match=NOT_YOU):
        finish_action(stale, by=it)
    change_action(action, owner=it, by=secretary)
    withdraw_role(Member.objects.get(user=it), by=director)
    before = rows()

    with pytest.raises(RuleBroken, match=NOT_YOU):
        finish_action(action, by=it)

    assert rows() == before


def test_a_command_finishes_what_nobody_owns(crisis, secretary):
    unowned = set_action(crisis, CALL, owner_name="Firm", by=secretary)

    finish_action(unowned, by=None)

    assert unowned.closing.actor_name == "console"


def test_a_site_lead_works_with_the_actions_of_their_own_meetings(crisis, secretary, duty, libramont):
    meeting = open_meeting(crisis, cell="site:libramont", by=duty)
    theirs = set_action(crisis, CALL, owner_name="Firm", meeting=meeting, by=duty)
    group = set_action(crisis, CALL, owner_name="Firm", by=secretary)
    before = rows()
    with pytest.raises(RuleBroken, match=NOT_YOU):
        drop_action(group, "No", by=duty)
    assert rows() == before

    drop_action(theirs, "No longer needed", by=duty)

    assert theirs.state == ActionState.DROPPED


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_set_or_closed_in_a_closed_crisis(crisis, meeting, action, director, verb):
    close_crisis(crisis, by=director)
    before = rows()

    with pytest.raises(RuleBroken, match=r"^This crisis is closed: nothing more can be written in it\.$"):
        VERBS[verb](action, director)

    assert rows() == before


# Legal duties


AWARE = datetime.fromisoformat("2099-05-14T01:30:00+00:00")


def declared(**how: Any) -> Crisis:
    """A crisis that began two hours before anybody knew."""
    with time_machine.travel(AWARE + timedelta(hours=6), tick=False):
        return declare_crisis("Night", started_at=AWARE - timedelta(hours=2), aware_at=AWARE, by=None, **how)


def test_a_real_crisis_begins_with_eight_duties_whose_clocks_run_from_when_it_was_known(organisation):
    crisis = declared()

    found = [(a.key, a.duty, a.due_at and a.due_at.isoformat(), a.rule) for a in actions_in_force(crisis)]
    assert found == [
        ("A1", "nis2_warning", "2099-05-15T01:30:00+00:00", "NIS2 Art. 23(4)(a)"),
        ("A2", "nis2_notification", "2099-05-17T01:30:00+00:00", "NIS2 Art. 23(4)(b)"),
        ("A3", "gdpr", "2099-05-17T01:30:00+00:00", "GDPR Art. 33(1)"),
        ("A4", "nis2_final", "2099-06-17T01:30:00+00:00", "NIS2 Art. 23(4)(d)"),
        ("A5", "insurer", None, ""),
        ("A6", "police", None, ""),
        ("A7", "ministry", None, ""),
        ("A8", "governor", None, ""),
    ]
    assert {(a.state, a.due_hour, a.by_whom, a.text, a.meeting) for a in crisis.actions.all()} == {
        ("open", True, "", None, None)
    }


def test_the_duties_stand_under_the_declaration_in_the_house_book(organisation):
    crisis = declared()

    entry = JournalEntry.objects.get(verb="crisis.declared")
    assert {action.entry for action in crisis.actions.all()} == {entry}
    assert entry.book.crisis is None
    assert not JournalEntry.objects.filter(book=crisis.book).exists()
    assert chain_holds(entry.book)


def test_duties_read_in_the_readers_words(crisis):
    assert [action.words for action in actions_in_force(crisis)] == [
        "NIS2 early warning to the CCB",
        "NIS2 notification to the CCB",
        "Notification to the data protection authority (GDPR)",
        "NIS2 final report to the CCB",
        "Tell the cyber insurer",
        "File a complaint with the police",
        "Tell the health ministry",
        "Tell the governor of the province",
    ]


def test_without_a_moment_of_awareness_the_clocks_run_from_the_beginning(crisis):
    assert crisis.aware_at == crisis.started_at
    assert duty_of(crisis, "nis2_warning").due_at == crisis.started_at + timedelta(hours=24)
    assert duty_of(crisis, "nis2_final").due_at == month_after(crisis.started_at + timedelta(hours=72))


@pytest.mark.parametrize("how", [{"is_exercise": True}, {"told": True}, {"is_exercise": True, "told": True}])
def test_an_exercise_or_a_crisis_that_a_file_tells_of_begins_without_duties(organisation, how):
    crisis = declared(**how)

    assert not Action.objects.exists()
    assert set_action(crisis, CALL, owner_name="Firm", by=None).key == "A1"


@pytest.mark.parametrize("exercise", [True, False])
def test_a_crisis_file_that_is_loaded_asks_nobody_for_a_duty(db, exercise):
    load(CASE, exercise=exercise)

    assert not Action.objects.exists()


def test_a_refused_declaration_leaves_no_duty(organisation):
    declared()
    before = rows()

    with pytest.raises(RuleBroken, match="declared already"):
        declared()

    assert rows() == before


def test_duties_are_put_on_the_list_once_after_what_is_there(exercise):
    set_action(exercise, CALL, owner_name="Firm", by=None)

    found = require_duties(exercise, by=None)

    assert [(action.key, action.duty) for action in found] == [(f"A{n}", key) for n, key in enumerate(DUTIES, 2)]
    assert duty_of(exercise, "gdpr").due_at == exercise.aware_at + timedelta(hours=72)
    assert told(exercise)[-1] == "The legal duties are put on the list of actions."
    assert JournalEntry.objects.get(verb="action.required").data == {"duties": list(DUTIES)}
    assert chain_holds(exercise.book)

    before = rows()
    with pytest.raises(RuleBroken, match=r"^The legal duties are on the list already\.$"):
        require_duties(exercise, by=None)
    assert rows() == before
    assert set_action(exercise, CALL, owner_name="Firm", by=None).key == "A10"


def test_duties_that_were_done_or_dropped_are_not_put_again(crisis, secretary):
    for action in list(crisis.actions.all()):
        drop_action(action, "Nothing of it applies to us", by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match=r"^The legal duties are on the list already\.$"):
        require_duties(crisis, by=secretary)

    assert rows() == before


@pytest.mark.parametrize("role", ["communications", "it", "duty", "ward", "observer", "outsider"])
def test_only_who_holds_meetings_asks_for_the_duties(exercise, request, role):
    by = request.getfixturevalue(role)
    Member.objects.filter(user=by).update(crisis=exercise)
    before = rows()

    with pytest.raises(RuleBroken, match=NOT_YOU):
        require_duties(exercise, by=by)

    assert rows() == before


def test_the_database_itself_keeps_a_duty_once_and_an_action_with_words(crisis):
    entry = JournalEntry.objects.get(verb="crisis.declared")
    with pytest.raises(IntegrityError), transaction.atomic():
        put_duties(crisis, entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.create(crisis=crisis, number=99, entry=entry)
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(duty="gdpr").update(state="done")

    assert crisis.actions.count() == 8


def test_the_final_report_is_due_a_month_after_the_notification(crisis, secretary):
    sent = timezone.now() + timedelta(hours=1)
    with time_machine.travel(sent, tick=False):
        finish_action(duty_of(crisis, "nis2_notification"), reference="CCB-2099-17", by=secretary)

    assert duty_of(crisis, "nis2_notification").closed_at == sent
    assert duty_of(crisis, "nis2_final").due_at == month_after(sent)
    assert duty_of(crisis, "nis2_warning").due_at == crisis.aware_at + timedelta(hours=24)
    assert told(crisis) == ["A2 is done. CCB-2099-17"]


def test_other_duties_and_a_dropped_notification_leave_the_final_report_where_it_is(crisis, secretary):
    due = duty_of(crisis, "nis2_final").due_at

    for key in DUTIES.keys() - {"nis2_notification", "nis2_final"}:
        finish_action(duty_of(crisis, key), by=secretary)
    drop_action(duty_of(crisis, "nis2_notification"), "Not an essential entity", by=secretary)

    assert duty_of(crisis, "nis2_final").due_at == due


def test_a_final_report_that_was_sent_first_keeps_its_moment(crisis, secretary):
    due = duty_of(crisis, "nis2_final").due_at
    finish_action(duty_of(crisis, "nis2_final"), by=secretary)

    finish_action(duty_of(crisis, "nis2_notification"), by=secretary)

    assert duty_of(crisis, "nis2_final").due_at == due


def test_the_notification_of_one_crisis_moves_nothing_in_another(crisis, secretary):
    other = declare_crisis("Another", started_at=ago(50), by=None)
    due = duty_of(other, "nis2_final").due_at

    finish_action(duty_of(crisis, "nis2_notification"), by=secretary)

    assert duty_of(other, "nis2_final").due_at == due


@pytest.mark.parametrize("due", [None, timedelta(days=90), -timedelta(days=90)])
@pytest.mark.parametrize("key", ["gdpr", "insurer"])
def test_a_duty_changes_hands_and_keeps_its_moment(crisis, secretary, medical, key, due):
    duty = duty_of(crisis, key)
    was = duty.due_at

    change_action(duty, owner=medical, due_at=due and timezone.now() + due, due_hour=False, by=secretary)

    duty.refresh_from_db()
    assert (duty.owner, duty.due_at, duty.due_hour) == (medical, was, True)
    assert crisis.actions.filter(owner=None).count() == 7


def test_changing_only_the_moment_of_a_duty_changes_nothing(crisis, secretary, medical):
    duty = duty_of(crisis, "gdpr")
    change_action(duty, owner=medical, by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match=r"^A3 says so already: nothing was changed\.$"):
        change_action(duty, owner=medical, due_at=soon(999), by=secretary)

    assert rows() == before


@given(aware=st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001
@example(aware=datetime(2022, 10, 29, 12, 0))  # noqa: DTZ001 (the clocks go back that night)
@example(aware=datetime(2022, 3, 26, 12, 0))  # noqa: DTZ001 (the clocks go forward that night)
def test_the_clocks_of_the_law_count_true_hours_whatever_happens_to_those_on_the_wall(aware):
    known = timezone.make_aware(aware)
    due = {key: duty.due(known) for key, duty in DUTIES.items() if not duty.month_more}

    hours = {key: (at.astimezone(UTC) - known.astimezone(UTC)) / timedelta(hours=1) for key, at in due.items() if at}
    assert hours == {"nis2_warning": 24, "nis2_notification": 72, "gdpr": 72}


def test_a_crisis_known_on_the_eve_of_winter_time_is_told_within_true_hours(organisation):
    """A form gives the moment in the organisation's zone: noon in summer time, and a day later is 11:00 in winter time."""
    noon = timezone.make_aware(datetime(2022, 10, 29, 12, 0))  # noqa: DTZ001
    crisis = declare_crisis("Night", started_at=noon, by=None)

    assert duty_of(crisis, "nis2_warning").due_at == timezone.make_aware(datetime(2022, 10, 30, 11, 0))  # noqa: DTZ001
    assert duty_of(crisis, "gdpr").due_at == timezone.make_aware(datetime(2022, 11, 1, 11, 0))  # noqa: DTZ001


# The journal's words


def test_the_journal_says_every_step_of_an_action(crisis, secretary, it, medical):
    friday, monday = "2099-05-15T21:59:00+00:00", "2099-05-18T06:30:00+00:00"
    due = {"due_at": parse_datetime(friday)}
    meeting = open_meeting(crisis, by=secretary)

    set_action(crisis, CALL, owner=it, **due, meeting=meeting, by=secretary)
    set_action(crisis, "Order masks", owner_name="Pharmacy", due_at=parse_datetime(monday), due_hour=True, by=secretary)
    set_action(crisis, "Count the beds", owner=medical, by=secretary)
    nine, ten, eleven = Action.objects.filter(duty="").order_by("number")
    change_action(nine, owner=medical, due_at=parse_datetime(monday), due_hour=True, by=secretary)
    change_action(nine, owner_name="The firm", **due, by=secretary)
    change_action(nine, owner=it, by=secretary)
    finish_action(nine, by=it)
    finish_action(ten, reference="Order 7", by=secretary)
    drop_action(eleven, "Counted by the wards", by=secretary)
    change_action(duty_of(crisis, "police"), owner=medical, by=secretary)

    assert told(crisis) == [
        "Meeting 1 opened.",
        "A9: Call the firm about the backups (It, due Friday 15 May 2099).",
        "A10: Order masks (Pharmacy, due Monday 18 May 2099, 08:30).",
        "A11: Count the beds (Medical).",
        "A9: Medical, due Monday 18 May 2099, 08:30.",
        "A9: The firm, due Friday 15 May 2099.",
        "A9: It.",
        "A9 is done.",
        "A10 is done. Order 7",
        "A11 is dropped: Counted by the wards",
        "A6: Medical.",
    ]
    entries = JournalEntry.objects.filter(book=crisis.book, verb__startswith="action.").order_by("seq")
    keys = ["A9", "A10", "A11", "A9", "A9", "A9", "A9", "A10", "A11", "A6"]
    assert [entry.subject for entry in entries] == [f"action:{key}" for key in keys]
    assert chain_holds(crisis.book)


def test_the_journal_holds_no_typed_word(crisis, secretary):
    found = set_action(crisis, CALL, owner_name="The firm", by=secretary)
    change_action(found, owner_name="Another firm", by=secretary)
    finish_action(found, reference="INC-4711", by=secretary)

    held = str(list(JournalEntry.objects.filter(book=crisis.book).values_list("data", flat=True)))
    assert [words for words in (CALL, "The firm", "Another firm", "INC-4711") if words in held] == []


def test_people_keep_their_actions_when_another_joins(crisis, action, secretary):
    second = person("second", "secretary", crisis)

    change_action(action, owner=second, due_at=action.due_at, by=second)

    assert [(a.key, a.by_whom) for a in actions_open(crisis, timezone.now()) if not a.duty] == [("A9", "Second")]


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2022-05-17T03:30", "2022-06-17T03:30"),
        ("2022-12-15T12:00", "2023-01-15T12:00"),
        ("2023-01-31T08:00", "2023-02-28T08:00"),
        ("2024-01-30T08:00", "2024-02-29T08:00"),
        ("2022-10-10T08:00", "2022-11-10T08:00"),  # the clocks on the wall went back between
    ],
)
def test_a_month_is_the_same_day_of_the_next_one_or_its_last(sent, due):
    brussels = ZoneInfo("Europe/Brussels")
    with timezone.override(brussels):
        found = month_after(datetime.fromisoformat(sent).replace(tzinfo=brussels))

    assert f"{found.astimezone(brussels):%Y-%m-%dT%H:%M}" == due
