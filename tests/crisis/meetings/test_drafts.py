"""What people write about a point at the same time: nobody's saved words are lost, and none is a fact yet."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crisis.errors import Overtaken, RuleBroken
from crisis.meetings.agenda import add_point
from crisis.meetings.drafts import LONGEST, drafts_of, save_draft
from crisis.meetings.models import Draft, Meeting, Point, Topic
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import announce_meeting, open_meeting
from crisis.models import Member
from crisis.writes import close_crisis, withdraw_role
from tests.cast import adjourn, chain_holds, written

pytestmark = pytest.mark.django_db
FIRST, SECOND = "The servers are down since the night.", "The servers are down since 03:30.\n\nOxygen is safe."


def entries_and_texts() -> dict[str, int]:
    """What a draft never adds to: it is no fact yet."""
    return {name: count for name, count in written().items() if name != "Draft"}


def rows() -> dict[str, Any]:
    """What a refusal must leave as it was: every version, and the journal."""
    return written() | {"drafts": list(Draft.objects.order_by("pk").values())}


def versions(point: Point) -> list[tuple[int, str, str]]:
    return [(draft.version, draft.body, str(draft.author or "console")) for draft in point.drafts.all()]


@pytest.fixture
def meeting(crisis, secretary) -> Meeting:
    return open_meeting(crisis, by=secretary)


@pytest.fixture
def point(meeting) -> Point:
    return meeting.points.get(topic=Topic.IT)


def test_each_save_is_a_version_with_its_author_and_moment(point, secretary, director):
    at = timezone.now()
    with time_machine.travel(at, tick=False):
        one = save_draft(point, FIRST, 0, by=secretary)
    with time_machine.travel(at + timedelta(minutes=3), tick=False):
        two = save_draft(point, SECOND, one.version, by=director)

    assert versions(point) == [(1, FIRST, "Secretary"), (2, SECOND, "Director")]
    assert [draft.at for draft in point.drafts.all()] == [at, at + timedelta(minutes=3)]
    assert two == point.drafts.last()


def test_a_draft_is_no_fact_and_leaves_the_journal_alone(crisis, point, secretary, director):
    before = entries_and_texts()

    save_draft(point, FIRST, 0, by=secretary)
    save_draft(point, SECOND, 1, by=secretary)
    with pytest.raises(Overtaken):
        save_draft(point, "Something else", 1, by=director)

    assert entries_and_texts() == before
    assert chain_holds(crisis.book)
    point.refresh_from_db()
    assert point.text is None


@pytest.mark.parametrize("base", [0, 1, 2, 99])
def test_the_same_words_again_make_no_version_whatever_they_started_from(point, secretary, director, base):
    save_draft(point, "An earlier text", 0, by=secretary)
    newest = save_draft(point, FIRST, 1, by=secretary)
    before = rows()

    assert save_draft(point, FIRST, base, by=director) == newest

    assert rows() == before


def test_words_are_kept_to_the_letter(point, secretary):
    bodies = ["  two spaces", "two spaces", "two spaces\n", "\u00c9tage", "E\u0301tage", "", " "]
    for version, body in enumerate(bodies):
        save_draft(point, body, version, by=secretary)

    assert [body for _v, body, _a in versions(point)] == bodies


def test_earlier_words_may_come_back(point, secretary):
    for version, body in enumerate([FIRST, SECOND, FIRST]):
        save_draft(point, body, version, by=secretary)

    assert versions(point) == [(1, FIRST, "Secretary"), (2, SECOND, "Secretary"), (3, FIRST, "Secretary")]


def test_who_was_overtaken_sees_the_other_text_and_keeps_their_own_on_top_of_it(point, secretary, director):
    save_draft(point, FIRST, 0, by=secretary)
    theirs = save_draft(point, SECOND, 1, by=director)
    before = rows()

    with pytest.raises(Overtaken) as overtaken:
        save_draft(point, "Mine", 1, by=secretary)
    assert str(overtaken.value) == "Director wrote here meanwhile: both texts are kept."
    assert overtaken.value.newest == theirs
    assert rows() == before

    save_draft(point, f"{SECOND}\nMine", overtaken.value.newest.version, by=secretary)

    assert [body for _v, body, _a in versions(point)] == [FIRST, SECOND, f"{SECOND}\nMine"]


@pytest.mark.django_db(transaction=True)
def test_a_text_saved_while_the_minutes_are_sealed_is_in_them_or_refused(meeting, point, secretary, director):
    save_draft(point, "Version 1", 0, by=secretary)
    adjourn(meeting, by=secretary)
    together = Barrier(2)

    def saver() -> list[str]:
        acknowledged = ["Version 1"]
        together.wait()
        try:
            for version in range(1, 40):
                save_draft(point, f"Version {version + 1}", version, by=secretary)
                acknowledged.append(f"Version {version + 1}")
        except RuleBroken as refusal:
            assert str(refusal) == "The minutes of Meeting 1 are sealed: write an addendum."  # noqa: PT017
        finally:
            connection.close()
        return acknowledged

    def sealer() -> None:
        together.wait()
        try:
            seal_minutes(meeting, by=director)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        saved, sealed = pool.submit(saver), pool.submit(sealer)
        sealed.result()

    point.refresh_from_db()
    assert str(point.text) == saved.result()[-1]
    assert not Draft.objects.exists()
    assert chain_holds(meeting.crisis.book)


@pytest.mark.parametrize("base", [0, 2, 99])
def test_a_version_that_nobody_can_have_started_from_overtakes_nobody(point, secretary, base):
    save_draft(point, FIRST, 0, by=secretary)
    before = rows()

    with pytest.raises(Overtaken, match="Secretary wrote here meanwhile"):
        save_draft(point, SECOND, base, by=secretary)

    assert rows() == before


def test_two_who_begin_an_empty_point_do_not_overwrite_each_other(point, secretary, director):
    save_draft(point, FIRST, 0, by=secretary)

    with pytest.raises(Overtaken, match="Secretary wrote here meanwhile"):
        save_draft(point, SECOND, 0, by=director)

    assert versions(point) == [(1, FIRST, "Secretary")]


def test_what_a_command_wrote_is_named_so(point, secretary):
    save_draft(point, FIRST, 0, by=None)

    with pytest.raises(Overtaken, match="console wrote here meanwhile"):
        save_draft(point, SECOND, 0, by=secretary)

    assert versions(point) == [(1, FIRST, "console")]


def test_the_longest_text_is_kept_and_one_character_more_is_refused(point, secretary):
    save_draft(point, "x" * LONGEST, 0, by=secretary)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        save_draft(point, "x" * (LONGEST + 1), 1, by=secretary)

    sentence = "At most 50000 characters for one point: shorten it, or keep it as a document of its own."
    assert (str(refused.value), refused.value.field) == (sentence, "body")
    assert not isinstance(refused.value, Overtaken)
    assert rows() == before


@pytest.mark.parametrize("role", ["communications", "it", "duty", "ward", "observer", "outsider"])
def test_only_who_holds_the_meeting_writes_its_minutes(point, secretary, request, role):
    save_draft(point, FIRST, 0, by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match=r"^Your role does not hold this meeting"):
        save_draft(point, SECOND, 1, by=request.getfixturevalue(role))

    assert rows() == before


def test_a_role_taken_back_or_a_crisis_closed_meanwhile_counts_at_once(crisis, point, secretary, director):
    save_draft(point, FIRST, 0, by=secretary)
    before = rows()

    withdraw_role(Member.objects.get(user=secretary), by=director)
    with pytest.raises(RuleBroken, match=r"^Your role does not hold this meeting"):
        save_draft(point, SECOND, 1, by=secretary)
    close_crisis(crisis, by=director)
    with pytest.raises(RuleBroken, match=r"^This crisis is closed"):
        save_draft(point, SECOND, 1, by=director)

    assert rows()["drafts"] == before["drafts"]


def test_one_writes_before_during_and_after_the_meeting_until_the_minutes_are_sealed(crisis, secretary, director):
    meeting = announce_meeting(crisis, timezone.now() + timedelta(hours=1), by=secretary)
    point = meeting.points.get(topic=Topic.IT)
    save_draft(point, "Before", 0, by=secretary)
    meeting = open_meeting(crisis, announced=meeting, by=secretary)
    save_draft(point, "During", 1, by=secretary)
    adjourn(meeting, by=secretary)
    save_draft(point, "After", 2, by=secretary)
    assert [body for _v, body, _a in versions(point)] == ["Before", "During", "After"]

    seal_minutes(meeting, by=director)

    before = rows()
    with pytest.raises(RuleBroken) as refused:
        save_draft(point, "Too late", 3, by=secretary)
    assert str(refused.value) == "The minutes of Meeting 1 are sealed: write an addendum."
    assert not isinstance(refused.value, Overtaken)
    assert rows() == before
    point.refresh_from_db()
    assert str(point.text) == "After"
    assert not Draft.objects.exists()


def test_the_newest_version_of_each_point_is_one_query(
    crisis, meeting, point, secretary, director, django_assert_num_queries
):
    other = add_point(meeting, "Oxygen", by=secretary)
    for version in range(5):
        save_draft(point, f"Version {version + 1}", version, by=(secretary, director)[version % 2])
    save_draft(other, "Enough for a week", 0, by=director)
    elsewhere = announce_meeting(crisis, timezone.now() + timedelta(days=1), by=secretary)
    save_draft(elsewhere.points.get(topic=Topic.IT), "Tomorrow", 0, by=secretary)

    with django_assert_num_queries(1):
        found = {pk: (draft.body, str(draft.author)) for pk, draft in drafts_of(meeting).items()}

    assert found == {point.pk: ("Version 5", "Secretary"), other.pk: ("Enough for a week", "Director")}


def test_a_meeting_without_a_text_has_no_draft(meeting):
    assert drafts_of(meeting) == {}


class Writer:
    """A page on which somebody writes: the version it knows, and every text that was acknowledged as saved."""

    def __init__(self, user) -> None:
        self.user, self.base, self.saved = user, 0, []

    def save(self, point: Point, body: str) -> None:
        """As the page does: when overtaken, the other text is shown, and what was typed is saved below it."""
        try:
            draft = save_draft(point, body, self.base, by=self.user)
        except Overtaken as overtaken:
            body = f"{overtaken.newest.body}\n{body}"
            draft = save_draft(point, body, overtaken.newest.version, by=self.user)
        self.base = draft.version
        self.saved.append(body)

    def leave(self, point: Point, body: str) -> None:
        """When overtaken, they give up: nothing was promised."""
        try:
            self.base = save_draft(point, body, self.base, by=self.user).version
        except Overtaken:
            return
        self.saved.append(body)


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12) | st.sampled_from(
    "ab"
)
SAVES = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["save", "leave", "reload"]), WORDS), max_size=10)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saves=SAVES)
@example(saves=[(0, "save", "a"), (1, "leave", "b"), (1, "save", "b"), (0, "save", "a"), (0, "save", "a")])
@example(saves=[(0, "save", "a"), (1, "save", "b"), (0, "reload", ""), (0, "save", "a"), (1, "leave", "a")])
def test_however_two_people_save_no_acknowledged_text_is_lost(crisis, point, secretary, director, saves):
    with transaction.atomic():
        before = entries_and_texts()
        writers = [Writer(secretary), Writer(director)]
        for who, act, body in saves:
            writer, newest = writers[who], point.drafts.last()
            if act == "reload":
                writer.base = newest.version if newest else 0
            else:
                getattr(writer, act)(point, body)

        kept = list(point.drafts.all())
        assert {body for writer in writers for body in writer.saved} == {draft.body for draft in kept}
        assert [draft.version for draft in kept] == list(range(1, len(kept) + 1))
        assert all(one.body != two.body for one, two in pairwise(kept))
        assert entries_and_texts() == before
        transaction.set_rollback(True)
