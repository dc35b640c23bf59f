"""Who is there, who chairs, which points a meeting goes through; and that a refusal leaves nothing behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crisis.errors import RuleBroken
from crisis.journal import sentences
from crisis.meetings.agenda import (
    ABSENT,
    EXCUSED,
    PRESENT,
    add_guest,
    add_point,
    come_or_go,
    move_point,
    note_attendance,
    skip_point,
)
from crisis.meetings.models import Attendee, Charge, Duty, Meeting, Point, Topic
from crisis.meetings.reads import in_charge, members_of
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import JournalEntry, Member, Text
from crisis.writes import close_crisis, withdraw_role
from tests.cast import adjourn, ago, chain_holds, person, written

pytestmark = pytest.mark.django_db
STANDING = ["present", "last", "services", "measures", "actions", "it", "communication", "other", "next"]
"""The points of every agenda, in their order."""


def rows() -> dict[str, Any]:
    """What a refusal must leave as it was: the counts of the journal, and every column of the agenda."""
    return written() | {m.__name__: list(m.objects.order_by("pk").values()) for m in (Attendee, Point, Charge)}


def told(crisis, verb: str) -> list[str]:
    """What the journal says of these acts, in their order."""
    entries = JournalEntry.objects.filter(book=crisis.book, verb=verb).order_by("seq")
    return [words for _entry, words, _texts in sentences(entries)]


def there(meeting: Meeting) -> dict[str, str]:
    """Everybody on the list: present, excused or left."""
    return {str(a): "excused" if a.excused else "left" if a.left_at else "present" for a in meeting.attendees.all()}


def charges(meeting: Meeting) -> dict[str, str]:
    return {duty: str(charge.attendee) for duty, charge in in_charge(meeting).items()}


def titles(meeting: Meeting) -> list[str]:
    """The agenda: the topic of a standing point, the title of an added one."""
    return [str(p.title) if p.title else p.topic for p in meeting.points.all()]


@pytest.fixture
def meeting(crisis, secretary) -> Meeting:
    """In progress: the secretary opened it, is present and holds the pen."""
    return open_meeting(crisis, by=secretary)


# Attendance


def test_who_opens_a_meeting_is_there_and_holds_the_pen(meeting, secretary):
    assert there(meeting) == {"Secretary": "present"}
    assert charges(meeting) == {"pen": "Secretary"}
    assert Charge.objects.get().since == meeting.opened_at


def test_a_meeting_that_a_command_opens_has_nobody_on_its_list(crisis):
    meeting = open_meeting(crisis, by=None)

    assert there(meeting) == {}
    assert charges(meeting) == {}


def test_the_whole_list_with_chair_and_pen_is_one_entry(crisis, meeting, secretary, director, medical, it):
    seen = {director: PRESENT, medical: PRESENT, secretary: PRESENT, it: EXCUSED}
    note_attendance(meeting, seen, chair=director, pen=medical, by=secretary)

    assert there(meeting) == {"Secretary": "present", "Director": "present", "Medical": "present", "It": "excused"}
    assert charges(meeting) == {"chair": "Director", "pen": "Medical"}
    assert told(crisis, "meeting.attended") == [
        "Present: Director, Medical. Excused: It. Director chairs. Medical holds the pen."
    ]
    assert chain_holds(crisis.book)


def test_only_what_changed_is_recorded(crisis, meeting, secretary, director, medical):
    note_attendance(meeting, {director: PRESENT, medical: EXCUSED}, chair=director, by=secretary)

    note_attendance(
        meeting, {director: PRESENT, medical: PRESENT, secretary: PRESENT}, chair=director, pen=secretary, by=secretary
    )

    entry = JournalEntry.objects.filter(book=crisis.book).latest("seq")
    assert (entry.verb, entry.subject, entry.data) == (
        "meeting.attended",
        "meeting:1",
        {"number": 1, "present": ["Medical"]},
    )
    assert Charge.objects.count() == 2


def test_who_is_not_in_the_list_sent_stays_as_they_were(meeting, secretary, director, medical):
    note_attendance(meeting, {director: PRESENT}, by=secretary)

    note_attendance(meeting, {medical: EXCUSED}, by=secretary)

    assert there(meeting) == {"Secretary": "present", "Director": "present", "Medical": "excused"}


@pytest.mark.parametrize("seen", [{}, {"secretary": PRESENT}, {"secretary": PRESENT, "director": ABSENT}])
def test_a_list_that_says_nothing_new_is_refused(meeting, secretary, director, seen):
    people = {"secretary": secretary, "director": director}
    before = rows()

    with pytest.raises(RuleBroken, match=r"^The list says so already: nothing was changed.$"):
        note_attendance(meeting, {people[name]: how for name, how in seen.items()}, pen=secretary, by=secretary)

    assert rows() == before


def test_strangers_and_people_who_left_the_crisis_are_refused_by_name(
    crisis, meeting, secretary, director, outsider, it
):
    withdraw_role(Member.objects.get(user=it), by=director)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        note_attendance(meeting, {director: PRESENT, outsider: PRESENT, it: EXCUSED}, by=secretary)

    sentence = "outsider, It: no longer a member of this crisis; write them down as a guest."
    assert str(refused.value) == sentence
    assert rows() == before
    assert it not in members_of(crisis)


def test_a_closed_account_cannot_be_ticked(meeting, secretary, medical):
    medical.is_active = False
    medical.save()
    before = rows()

    with pytest.raises(RuleBroken, match=r"^Medical: no longer a member of this crisis"):
        note_attendance(meeting, {medical: PRESENT}, by=secretary)

    assert rows() == before


@pytest.mark.parametrize("how", [None, EXCUSED, ABSENT])
@pytest.mark.parametrize("duty", Duty)
def test_who_chairs_or_holds_the_pen_is_present(meeting, secretary, director, medical, duty, how):
    seen = {medical: PRESENT} if how is None else {medical: PRESENT, director: how}
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        note_attendance(meeting, seen, by=secretary, **{str(duty): director})

    does = {"chair": "chairs", "pen": "holds the pen"}[duty]
    assert str(refused.value) == f"Director {does} and is not marked present: tick them first."
    assert refused.value.field == duty
    assert rows() == before


@pytest.mark.parametrize("how", [EXCUSED, ABSENT])
def test_who_holds_the_pen_is_not_unticked_before_handing_it_over(meeting, secretary, director, how):
    before = rows()
    with pytest.raises(RuleBroken) as refused:
        note_attendance(meeting, {secretary: how}, by=director)
    assert str(refused.value) == "Secretary holds the pen and is not marked present: tick them first."
    assert rows() == before

    note_attendance(meeting, {secretary: how, director: PRESENT}, pen=director, by=director)

    assert charges(meeting) == {"pen": "Director"}
    assert there(meeting)["Secretary"] == "excused"  # the row stays: the minutes say that they held the pen


def test_absent_again_leaves_the_list(crisis, meeting, secretary, director):
    note_attendance(meeting, {director: PRESENT}, by=secretary)

    note_attendance(meeting, {director: ABSENT}, by=secretary)

    assert there(meeting) == {"Secretary": "present"}
    assert told(crisis, "meeting.attended") == ["Present: Director.", "No longer on the list: Director."]


def test_every_change_of_chair_is_kept_and_the_newest_counts(crisis, meeting, secretary, director, medical):
    note_attendance(meeting, {director: PRESENT, medical: PRESENT}, chair=director, by=secretary)
    note_attendance(meeting, {}, chair=medical, by=secretary)
    note_attendance(meeting, {}, chair=director, by=secretary)

    assert charges(meeting) == {"pen": "Secretary", "chair": "Director"}
    held = Charge.objects.filter(duty=Duty.CHAIR).order_by("pk")
    assert [str(charge.attendee) for charge in held] == ["Director", "Medical", "Director"]
    entries = JournalEntry.objects.filter(verb="meeting.attended").order_by("seq")
    assert [charge.since for charge in held] == [entry.recorded_at for entry in entries]
    assert told(crisis, "meeting.attended")[1:] == ["Medical chairs.", "Director chairs."]


# Guests


def test_a_guest_is_on_the_list_with_a_function_or_without(crisis, meeting, secretary):
    one = add_guest(meeting, " Burgomaster ", " Town of Libramont ", by=secretary)
    two = add_guest(meeting, "Insurer", "  ", excused=True, by=secretary)

    assert (str(one), str(one.function), one.excused, one.user) == ("Burgomaster", "Town of Libramont", False, None)
    assert (str(two), two.function, two.excused) == ("Insurer", None, True)
    assert one.name.lang == "en"
    assert told(crisis, "meeting.attended") == ["Burgomaster, guest, is present.", "Insurer, guest, is excused."]
    assert Text.objects.count() == 3


@pytest.mark.parametrize(
    ("name", "function", "field", "sentence"),
    [
        ("", "Insurer", "name", "Write the guest's name."),
        (" \n ", "", "name", "Write the guest's name."),
        ("x" * 201, "", "name", "At most 200 characters: shorten it."),
        ("Insurer", "x" * 201, "function", "At most 200 characters: shorten it."),
    ],
)
def test_a_guest_without_a_name_or_with_too_long_a_one_is_refused(meeting, secretary, name, function, field, sentence):
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        add_guest(meeting, name, function, by=secretary)

    assert (str(refused.value), refused.value.field) == (sentence, field)
    assert rows() == before


def test_two_hundred_characters_are_a_name(meeting, secretary):
    guest = add_guest(meeting, f" {'x' * 200} ", "y" * 200, by=secretary)

    assert (guest.name.body, guest.function.body) == ("x" * 200, "y" * 200)


# Coming and going


def test_somebody_leaves_comes_back_and_the_journal_says_both(crisis, meeting, secretary, director):
    note_attendance(meeting, {director: PRESENT}, by=secretary)
    attendee = meeting.attendees.get(user=director)

    come_or_go(meeting, attendee, by=secretary)
    left = JournalEntry.objects.filter(book=crisis.book).latest("seq")
    assert there(meeting)["Director"] == "left"
    assert meeting.attendees.get(user=director).left_at == left.recorded_at
    come_or_go(meeting, attendee, by=secretary)

    assert there(meeting)["Director"] == "present"
    assert told(crisis, "meeting.moved") == ["Director leaves meeting 1.", "Director joins meeting 1."]
    assert chain_holds(crisis.book)


@pytest.mark.parametrize("was", [None, EXCUSED])
def test_a_member_who_was_not_there_arrives_late(crisis, meeting, secretary, medical, was):
    if was:
        note_attendance(meeting, {medical: was}, by=secretary)

    attendee = come_or_go(meeting, medical, by=secretary)

    entry = JournalEntry.objects.filter(book=crisis.book).latest("seq")
    assert there(meeting) == {"Secretary": "present", "Medical": "present"}
    assert (attendee.arrived_at, attendee.left_at) == (entry.recorded_at, None)
    assert told(crisis, "meeting.moved") == ["Medical joins meeting 1."]


def test_a_guest_comes_and_goes_too(crisis, meeting, secretary):
    guest = add_guest(meeting, "Insurer", "", excused=True, by=secretary)

    come_or_go(meeting, guest, by=secretary)
    assert there(meeting)["Insurer"] == "present"
    come_or_go(meeting, guest, by=secretary)

    assert there(meeting)["Insurer"] == "left"
    assert told(crisis, "meeting.moved") == ["Insurer joins meeting 1.", "Insurer leaves meeting 1."]
    assert Text.objects.count() == 1


@pytest.mark.parametrize(
    ("duty", "sentence"),
    [("chair", "Director chairs: hand that over first."), ("pen", "Director holds the pen: hand that over first.")],
)
def test_who_chairs_or_holds_the_pen_hands_it_over_before_leaving(
    meeting, secretary, director, medical, duty, sentence
):
    note_attendance(meeting, {director: PRESENT, medical: PRESENT}, by=secretary, **{duty: director})
    before = rows()
    with pytest.raises(RuleBroken) as refused:
        come_or_go(meeting, director, by=secretary)
    assert str(refused.value) == sentence
    assert rows() == before

    note_attendance(meeting, {}, by=secretary, **{duty: medical})
    come_or_go(meeting, director, by=secretary)

    assert there(meeting)["Director"] == "left"


def test_two_who_click_at_once_do_not_make_somebody_leave_twice(crisis, meeting, secretary, director):
    note_attendance(meeting, {director: PRESENT}, by=secretary)
    one, two = meeting.attendees.get(user=director), meeting.attendees.get(user=director)

    come_or_go(meeting, one, by=secretary)
    come_or_go(meeting, two, by=secretary)

    assert told(crisis, "meeting.moved") == ["Director leaves meeting 1.", "Director joins meeting 1."]
    assert there(meeting)["Director"] == "present"


def test_a_stranger_does_not_arrive_and_who_is_on_the_list_may_go_although_the_role_is_gone(
    crisis, meeting, secretary, director, it, outsider
):
    come_or_go(meeting, it, by=secretary)
    withdraw_role(Member.objects.get(user=it), by=director)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        come_or_go(meeting, outsider, by=secretary)
    assert str(refused.value) == "outsider: no longer a member of this crisis; write them down as a guest."
    assert rows() == before

    come_or_go(meeting, it, by=secretary)
    assert there(meeting) == {"Secretary": "present", "It": "left"}


def test_who_was_unticked_meanwhile_is_put_on_the_list_again_by_arriving(crisis, meeting, secretary, director):
    note_attendance(meeting, {director: PRESENT}, by=secretary)
    stale = meeting.attendees.get(user=director)
    note_attendance(meeting, {director: ABSENT}, by=secretary)

    come_or_go(meeting, stale, by=secretary)

    assert told(crisis, "meeting.moved") == ["Director joins meeting 1."]
    assert there(meeting) == {"Secretary": "present", "Director": "present"}


def test_who_left_was_then_excused_and_arrives_is_there(meeting, secretary, director):
    note_attendance(meeting, {director: PRESENT}, by=secretary)
    come_or_go(meeting, director, by=secretary)
    note_attendance(meeting, {director: EXCUSED}, by=secretary)

    come_or_go(meeting, director, by=secretary)

    assert there(meeting)["Director"] == "present"


# Points


def test_every_agenda_begins_with_the_same_nine_points(crisis, meeting, secretary):
    later = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=secretary)

    for each in (meeting, later):
        assert titles(each) == STANDING
        assert [point.order for point in each.points.all()] == list(range(1, 10))
    assert [str(point) for point in meeting.points.all()][:3] == [
        "Those present",
        "Minutes of the last meeting",
        "State of the services",
    ]


def test_points_are_added_before_the_one_about_the_next_meeting(crisis, meeting, secretary):
    for title in ("Oxygen", "  Kitchens "):
        add_point(meeting, title, by=secretary)

    assert titles(meeting) == [*STANDING[:-1], "Oxygen", "Kitchens", "next"]
    assert [point.order for point in meeting.points.all()] == list(range(1, 12))
    assert told(crisis, "meeting.agenda") == ["Point added: Oxygen.", "Point added: Kitchens."]


def test_a_point_comes_last_when_the_next_meeting_was_moved_up(meeting, secretary):
    move_point(meeting.points.get(topic=Topic.NEXT), -1, by=secretary)

    add_point(meeting, "Oxygen", by=secretary)

    assert titles(meeting) == [*STANDING[:-2], "next", "other", "Oxygen"]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Write what the point is about."),
        (" \t", "Write what the point is about."),
        ("x" * 201, "At most 200 characters: shorten it."),
    ],
)
def test_a_point_without_a_title_or_with_too_long_a_one_is_refused(meeting, secretary, title, sentence):
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        add_point(meeting, title, by=secretary)

    assert (str(refused.value), refused.value.field) == (sentence, "title")
    assert rows() == before


def test_a_point_moves_by_one_place_and_its_neighbour_makes_room(crisis, meeting, secretary):
    move_point(meeting.points.get(topic=Topic.IT), -1, by=secretary)
    assert titles(meeting) == ["present", "last", "services", "measures", "it", "actions", *STANDING[6:]]

    move_point(meeting.points.get(topic=Topic.IT), 1, by=secretary)

    assert titles(meeting) == STANDING
    assert told(crisis, "meeting.agenda") == ["Point moved: IT and recovery.", "Point moved: IT and recovery."]
    moved = JournalEntry.objects.filter(verb="meeting.agenda").order_by("seq")
    assert [entry.data["to"] for entry in moved] == [5, 6]


@pytest.mark.parametrize(("topic", "places"), [(Topic.PRESENT, -1), (Topic.NEXT, 1), (Topic.IT, 0)])
def test_at_the_ends_of_the_agenda_nothing_happens(meeting, secretary, topic, places):
    before = rows()

    move_point(meeting.points.get(topic=topic), places, by=secretary)

    assert rows() == before


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 10), st.integers(-12, 12)), max_size=6))
@example(moves=[(0, 12), (10, -12)])
def test_however_points_are_moved_each_has_one_place_from_first_to_last(crisis, meeting, secretary, moves):
    for title in ["Oxygen", "Kitchens"][meeting.points.count() - 9 :]:
        add_point(meeting, title, by=secretary)
    order = titles(meeting)

    for here, places in moves:
        point = list(meeting.points.all())[here]
        move_point(point, places, by=secretary)
        order.insert(min(max(here + places, 0), 10), order.pop(here))  # the same on a plain list

    assert titles(meeting) == order
    assert sorted(order) == sorted([*STANDING, "Oxygen", "Kitchens"])
    assert [point.order for point in meeting.points.all()] == list(range(1, 12))
    assert chain_holds(crisis.book)


def test_the_moves_of_one_meeting_leave_the_others_alone(crisis, meeting, secretary):
    later = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=secretary)

    move_point(meeting.points.get(topic=Topic.IT), -5, by=secretary)

    assert titles(meeting)[0] == "it"
    assert titles(later) == STANDING


def test_a_point_is_skipped_and_taken_up_after_all(crisis, meeting, secretary):
    point = add_point(meeting, "Oxygen", by=secretary)
    at = timezone.now() + timedelta(minutes=5)
    with time_machine.travel(at, tick=False):
        skip_point(point, by=secretary)
    assert Point.objects.get(pk=point.pk).skipped_at == at

    skip_point(point, by=secretary)

    assert Point.objects.get(pk=point.pk).skipped_at is None
    assert told(crisis, "meeting.agenda") == [
        "Point added: Oxygen.",
        "Point not treated: Oxygen.",
        "Point treated after all: Oxygen.",
    ]


def test_a_stale_page_takes_up_what_somebody_else_skipped(meeting, secretary, director):
    one, two = meeting.points.get(topic=Topic.IT), meeting.points.get(topic=Topic.IT)

    skip_point(one, by=secretary)
    skip_point(two, by=director)

    assert meeting.points.get(topic=Topic.IT).skipped_at is None


# Who may, and when

Verb = Callable[[Meeting, Any], object]
VERBS: dict[str, Verb] = {
    "attendance": lambda m, by: note_attendance(m, {m.of["director"]: PRESENT}, by=by),
    "chair": lambda m, by: note_attendance(m, {m.of["director"]: PRESENT}, chair=m.of["director"], by=by),
    "guest": lambda m, by: add_guest(m, "Burgomaster", "Town of Libramont", by=by),
    "arrive": lambda m, by: come_or_go(m, m.of["medical"], by=by),
    "leave": lambda m, by: come_or_go(m, m.of["there"], by=by),
    "add": lambda m, by: add_point(m, "Oxygen", by=by),
    "move": lambda m, by: move_point(m.points.get(topic=Topic.IT), -2, by=by),
    "skip": lambda m, by: skip_point(m.points.get(topic=Topic.IT), by=by),
}
ROLES = ["director", "medical", "secretary", "communications", "it", "duty", "ward", "observer", "outsider"]
MAY = {"director", "medical", "secretary", "console"}
NOT_YOU = "Your role does not hold this meeting: tell the secretary of the cell."
ANYTIME = {
    "scheduled": "done",
    "running": "done",
    "ended": "done",
    "sealed": "The minutes of Meeting 1 are sealed: write an addendum.",
    "cancelled": "Meeting 1 is cancelled: announce another one.",
}
"""Until the minutes are sealed the list and the agenda are corrected; who comes and goes is noted while it happens."""
MEANWHILE = ANYTIME | dict.fromkeys(["scheduled", "ended"], "Meeting 1 is not in progress.")


def in_state(crisis, by, director, state: str) -> Meeting:
    meeting = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=by)
    guest = Attendee.objects.create(meeting=meeting, name=Text.written("Insurer"))
    if state in {"running", "ended", "sealed"}:
        meeting = open_meeting(crisis, announced=meeting, by=by)
    if state in {"ended", "sealed"}:
        adjourn(meeting, by=by)
    if state == "sealed":
        seal_minutes(meeting, by=director)
    if state == "cancelled":
        cancel_meeting(meeting, "No quorum", by=by)
    meeting.of = {"there": guest}
    return meeting


@pytest.mark.parametrize("state", ANYTIME)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_done_or_refused_by_role_and_by_the_state_of_the_meeting(
    crisis, secretary, director, request, verb, state
):
    people = {role: request.getfixturevalue(role) for role in ROLES} | {"console": None}
    meeting = in_state(crisis, secretary, director, state)
    meeting.of |= people
    before, found = rows(), {}

    for role, by in people.items():
        with transaction.atomic():
            try:
                VERBS[verb](meeting, by)
                found[role] = "done" if rows() != before and chain_holds(crisis.book) else "nothing was written"
            except RuleBroken as refusal:
                found[role] = str(refusal) if rows() == before else f"{refusal} – but something was written"
            transaction.set_rollback(True)
        meeting.of["there"].refresh_from_db()
        crisis.book.refresh_from_db()

    table = MEANWHILE if verb in {"arrive", "leave"} else ANYTIME
    assert found == {role: table[state] if role in MAY else NOT_YOU for role in people}


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_noted_in_a_closed_crisis(crisis, secretary, director, medical, verb):
    meeting = in_state(crisis, secretary, director, "running")
    meeting.of |= {"director": director, "medical": medical}
    close_crisis(crisis, by=director)
    before = rows()

    with pytest.raises(RuleBroken, match=r"^This crisis is closed: nothing more can be written in it.$"):
        VERBS[verb](meeting, secretary)

    assert rows() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_role_taken_back_counts_at_once(crisis, secretary, director, medical, verb):
    meeting = in_state(crisis, secretary, director, "running")
    meeting.of |= {"director": director, "medical": medical}
    withdraw_role(Member.objects.get(user=secretary), by=director)
    before = rows()

    with pytest.raises(RuleBroken, match=f"^{NOT_YOU}$"):
        VERBS[verb](meeting, secretary)

    assert rows() == before


def test_a_site_lead_notes_what_their_own_site_does_and_not_another(crisis, duty, director, libramont, arlon):
    own = open_meeting(crisis, cell="site:libramont", by=duty)
    other = open_meeting(crisis, cell="site:arlon", by=person("arlon", "site", crisis, ["site:arlon"]))
    add_point(own, "Oxygen", by=duty)
    before = rows()

    with pytest.raises(RuleBroken, match=f"^{NOT_YOU}$"):
        add_point(other, "Oxygen", by=duty)

    assert rows() == before
    assert titles(own)[-2:] == ["Oxygen", "next"]


def test_what_is_noted_before_during_and_after_is_one_chain(crisis, secretary, director, medical):
    meeting = announce_meeting(crisis, timezone.now() + timedelta(hours=1), by=secretary)
    add_point(meeting, "Oxygen", by=secretary)
    note_attendance(meeting, {medical: EXCUSED}, by=secretary)
    meeting = open_meeting(crisis, announced=meeting, by=secretary)
    come_or_go(meeting, medical, by=secretary)
    skip_point(meeting.points.get(topic=Topic.IT), by=secretary)
    adjourn(meeting, by=secretary)
    note_attendance(meeting, {director: PRESENT}, chair=director, by=secretary)

    entries = JournalEntry.objects.filter(book=crisis.book).order_by("seq")
    assert [(entry.verb, entry.subject) for entry in entries] == [
        ("meeting.announced", "meeting:1"),
        ("meeting.agenda", "meeting:1"),
        ("meeting.attended", "meeting:1"),
        ("meeting.opened", "meeting:1"),
        ("meeting.moved", "meeting:1"),
        ("meeting.agenda", "meeting:1"),
        ("meeting.adjourned", "meeting:1"),
        ("meeting.attended", "meeting:1"),
    ]
    assert all(entry.recorded_at > ago(1) for entry in entries)
    assert chain_holds(crisis.book)
