"""Arrêter le PV: once, by who may, after the meeting; from then on the words stay and only an addendum corrects them."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from pypdf import PdfReader

from crisis.accounts.models import User
from crisis.errors import RuleBroken
from crisis.journal import digest_of, text_ids
from crisis.languages import languages_of_house
from crisis.meetings.actions import drop_action, finish_action, set_action
from crisis.meetings.agenda import (
    EXCUSED,
    PRESENT,
    add_guest,
    add_point,
    come_or_go,
    move_point,
    note_attendance,
    skip_point,
)
from crisis.meetings.decisions import file_to, take_back, take_decision
from crisis.meetings.drafts import save_draft
from crisis.meetings.measure_writes import Said, amend_measure, decide_measure, lift_measure, renew_measures
from crisis.meetings.minutes import minutes_of
from crisis.meetings.models import (
    Action,
    Addendum,
    Attendee,
    Charge,
    Decision,
    Draft,
    Measure,
    Meeting,
    Point,
    Review,
    Seal,
    Wording,
)
from crisis.meetings.output import content_of, minutes_json, minutes_pdf, minutes_text
from crisis.meetings.seal import LONGEST, flat, record_of, revived, seal_minutes, write_addendum
from crisis.meetings.writes import announce_meeting, cancel_meeting, open_meeting
from crisis.models import Crisis, JournalEntry, Member, Organisation, Text
from crisis.verify import verify
from crisis.writes import close_crisis, declare_crisis, mask_text
from services.models import Activity, Site
from services.writes import report_status
from tests.cast import RESTORED, SUSPENDED, VITAL, adjourn, chain_holds, person, written

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = datetime(2099, 5, 18, 8, 30, tzinfo=BRUSSELS)
TABLES = [Action, Addendum, Attendee, Charge, Decision, Draft, Measure, Meeting, Point, Review, Seal, Wording, Member]


def rows() -> dict[str, Any]:
    """Every row of the meetings: what a refusal must leave as it was, to the last column."""
    return written() | {table.__name__: list(table.objects.order_by("pk").values()) for table in TABLES}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Monday, half past eight. Time passes when a test says so."""
    with timezone.override(BRUSSELS), time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def later(clock):
    """So many minutes pass."""
    return lambda minutes=1: clock.shift(timedelta(minutes=minutes))


@pytest.fixture
def crisis(organisation, clock) -> Crisis:
    """An exercise: no legal duties on its list."""
    return declare_crisis("Attack", started_at=MONDAY - timedelta(days=3), is_exercise=True, by=None)


@pytest.fixture
def chair(crisis) -> User:
    """A medical director, who chairs."""
    return person("chair", "medical", crisis)


@pytest.fixture
def running(crisis, secretary, chair, radiology, later) -> Meeting:
    """A meeting in progress of which everything is said once."""
    meeting = open_meeting(crisis, by=secretary, title="Réunion du lundi")
    note_attendance(meeting, {chair: PRESENT}, by=secretary, chair=chair)
    add_guest(meeting, "Dr Weber", "Zone de secours", by=secretary)
    report_status(crisis, radiology, SUSPENDED.changed(remains="Les urgences"), by=secretary)
    decide_measure(meeting, Said(text="Examens annulés", activities=["radiologie"]), by=secretary)
    take_decision(meeting, "Papier pour tous", by=secretary, why="Les écrans mentent")
    set_action(crisis, "Appeler", by=secretary, owner=chair, meeting=meeting)
    set_action(crisis, "Imprimer", by=secretary, owner_name="La nuit", meeting=meeting)
    add_point(meeting, "Cantine", by=secretary)
    first = save_draft(the(meeting, "it"), "Radio", 0, by=secretary)
    save_draft(the(meeting, "it"), "**Radio** coupée", first.version, by=secretary)
    save_draft(the(meeting, "communication"), "  \n", 0, by=secretary)
    later(40)
    return meeting


@pytest.fixture
def ended(running, secretary, later) -> Meeting:
    adjourn(running, by=secretary, next_at=MONDAY + timedelta(days=1), decides="Le labo d'abord")
    later(10)
    return running


@pytest.fixture
def sealed(ended, chair, later) -> Meeting:
    seal_minutes(ended, by=chair)
    later(10)
    return ended


def the(meeting: Meeting, topic: str) -> Point:
    return meeting.points.get(topic=topic)


def words_of(meeting: Meeting) -> dict[str, Any]:
    """The minutes as they are read, in plain words."""
    found: dict[str, Any] = flat(record_of(meeting))
    return found


def pages_of(meeting: Meeting) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(minutes_pdf(meeting))).pages]


# Who, when, how often


def test_the_chair_seals_the_minutes_once_the_meeting_is_over(ended, chair):
    seal = seal_minutes(ended, by=chair)

    entry = JournalEntry.objects.latest("pk")
    assert seal == Seal.objects.get()
    assert (seal.meeting, seal.entry, seal.lang) == (ended, entry, "fr")
    assert (entry.verb, entry.subject, entry.actor) == ("minutes.sealed", "meeting:1", chair)
    assert {name: entry.data[name] for name in ("number", "lang", "digest")} == {
        "number": 1,
        "lang": "fr",
        "digest": seal.digest,
    }
    assert len(entry.data["texts"]) == 1  # so that the director finds it to mask
    assert chain_holds(ended.crisis.book)


@pytest.mark.parametrize("who", ["director", "console"])
def test_the_director_seals_too_and_the_console(ended, director, who):
    seal = seal_minutes(ended, by=director if who == "director" else None)

    assert seal.entry.actor_name == {"director": "Director", "console": "console"}[who]


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("secretary", "Only who chairs the meeting, or the director, seals its minutes"),
        ("medical", "Only who chairs the meeting, or the director, seals its minutes"),
        ("communications", "Only who chairs the meeting, or the director, seals its minutes"),
        ("it", "Only who chairs the meeting, or the director, seals its minutes"),
        ("duty", "Only who chairs the meeting, or the director, seals its minutes"),
        ("ward", "Only who chairs the meeting, or the director, seals its minutes"),
        ("observer", "Only who chairs the meeting, or the director, seals its minutes"),
        ("outsider", "Only who chairs the meeting, or the director, seals its minutes"),
    ],
)
def test_nobody_else_seals_them_and_nothing_is_written(ended, request, role, sentence):
    by = request.getfixturevalue(role)
    before = rows()

    with pytest.raises(RuleBroken, match=sentence):
        seal_minutes(ended, by=by)

    assert rows() == before


def test_who_chaired_at_first_does_not_seal_for_who_took_over(ended, chair, medical, secretary, director):
    with pytest.raises(RuleBroken, match="only the director says now who chaired it"):
        note_attendance(ended, {medical: PRESENT}, by=secretary, chair=medical)
    note_attendance(ended, {medical: PRESENT}, by=director, chair=medical)
    before = rows()

    with pytest.raises(RuleBroken, match="Only who chairs the meeting"):
        seal_minutes(ended, by=chair)

    assert rows() == before
    assert seal_minutes(ended, by=medical).entry.actor == medical


def test_who_chaired_and_left_the_cell_seals_no_more(ended, chair):
    Member.objects.filter(user=chair).update(until=timezone.now())
    before = rows()

    with pytest.raises(RuleBroken, match="Only who chairs the meeting, or the director"):
        seal_minutes(ended, by=chair)

    assert rows() == before


def test_a_director_who_left_or_of_another_crisis_does_not_seal(ended, director, secretary):
    Member.objects.filter(user=director, role="director").update(role="secretary")
    other = declare_crisis("Other", started_at=MONDAY - timedelta(days=1), is_exercise=True, by=None)
    Member.objects.create(user=director, crisis=other, role="director", since=timezone.now())
    before = rows()

    with pytest.raises(RuleBroken, match="Only who chairs the meeting"):
        seal_minutes(ended, by=director)

    assert rows() == before


def test_minutes_are_not_sealed_before_the_meeting_is_adjourned(running, chair, crisis, secretary):
    announced = announce_meeting(crisis, MONDAY + timedelta(days=3), by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match="Meeting 1 is not adjourned yet: adjourn it first"):
        seal_minutes(running, by=chair)
    with pytest.raises(RuleBroken, match="Meeting 2 is not adjourned yet: adjourn it first"):
        seal_minutes(announced, by=None)

    assert rows() == before


def test_minutes_of_a_cancelled_meeting_are_never_sealed(running, director, secretary):
    cancel_meeting(running, "No quorum", by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match="Meeting 1 is cancelled"):
        seal_minutes(running, by=director)

    assert rows() == before


def test_minutes_are_sealed_once(sealed, chair, director):
    before = rows()

    for by in (chair, director, None):
        with pytest.raises(RuleBroken, match="The minutes of Meeting 1 are sealed: write an addendum"):
            seal_minutes(sealed, by=by)

    assert rows() == before


def test_minutes_of_a_closed_crisis_are_sealed_no_more(ended, chair, director):
    close_crisis(ended.crisis, by=director)
    before = rows()

    with pytest.raises(RuleBroken, match="closed"):
        seal_minutes(ended, by=chair)

    assert rows() == before


# What is sealed


def test_drafts_become_the_texts_of_their_points_and_go(ended, chair):
    assert Draft.objects.count() == 3

    seal_minutes(ended, by=chair)

    assert not Draft.objects.exists()
    assert {p.topic: (str(p.text), p.text.lang) for p in ended.points.exclude(text=None)} == {
        "it": ("**Radio** coupée", "fr")
    }


def test_drafts_of_another_meeting_stay(ended, chair, crisis, secretary):
    other = Meeting.objects.get(number=2)
    save_draft(the(other, "it"), "Demain", 0, by=secretary)

    seal_minutes(ended, by=chair)

    assert [draft.body for draft in Draft.objects.all()] == ["Demain"]


def test_what_is_sealed_is_what_was_reread(ended, chair):
    with translation.override("fr"):
        reread = words_of(ended)

    seal_minutes(ended, by=chair)

    found = words_of(ended)
    differs = {key for key in found if found[key] != reread[key]}
    assert differs == {"sealed"}
    assert reread["sealed"] is None


def test_sealed_minutes_say_everything_that_was_said(sealed):
    found = words_of(sealed)

    assert found["title"] == "Réunion n° 1, lundi 18 mai 2099, 08:30 · Réunion du lundi"
    assert found["heads"] == [
        ["Ouverte", "lundi 18 mai 2099, 08:30"],
        ["Levée", "lundi 18 mai 2099, 09:10"],
        ["Présidence", "Chair"],
        ["Plume", "Secretary"],
    ]
    assert {p["topic"]: p["text"] for p in found["points"] if p["text"]} == {"it": "**Radio** coupée"}
    lines = {p["topic"]: [(x["mark"], x["words"], x["more"]) for x in p["lines"]] for p in found["points"]}
    assert lines["other"] == [
        ("", "Papier pour tous", "Les écrans mentent"),
        ("A1", "Appeler", "Chair"),
        ("A2", "Imprimer", "La nuit"),
        ("", "Le labo d'abord", ""),
    ]
    assert lines["measures"] == [("M1", "décidée", "Examens annulés · Radiologie · tous les sites")]
    assert lines["services"][0] == ("08:30", "Radiologie (Libramont) : Suspendu", "reste assuré : Les urgences")
    assert found["tables"][0]["rows"] == [["M1", "Examens annulés", "18 mai 2099", ""]]
    assert found["sealed"]["words"] == "Arrêté le lundi 18 mai 2099, 09:20 par Chair"


def test_the_digest_is_over_the_canonical_content_and_stands_in_the_journal(sealed):
    seal = Seal.objects.get()

    assert digest_of(seal.content) == seal.digest == seal.entry.data["digest"]
    assert digest_of(json.loads(json.dumps(dict(reversed(seal.content.items()))))) == seal.digest
    assert digest_of({"b": 1, "a": "é"}) == "aa58fba8483623bed37c1b02edfccbdd9a53123837c20bfa4cb4049993a2872e"
    assert digest_of(seal.content | {"number": 2}) != seal.digest


def test_sealed_content_holds_typed_words_by_id_and_digest_only(sealed):
    content = Seal.objects.get().content
    stored = json.dumps(content, ensure_ascii=False)

    typed = ["Réunion du lundi", "Dr Weber", "Zone de secours", "Les urgences", "Examens annulés", "Papier pour tous"]
    typed += ["Les écrans mentent", "Appeler", "Imprimer", "La nuit", "Cantine", "**Radio** coupée", "Le labo d'abord"]
    assert [words for words in typed if words in stored] == []
    assert {str(text) for text in Text.objects.filter(pk__in=set(text_ids(content)))} == set(typed)


def test_revived_content_is_what_was_composed(ended, chair):
    with translation.override("fr"):
        seal = seal_minutes(ended, by=chair)
        composed = minutes_of(ended)

    texts = Text.objects.in_bulk(set(text_ids(seal.content)))
    assert revived(seal.content, texts) == composed


@pytest.mark.parametrize("reader", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize("first", ["fr", "nl", "de"])
def test_minutes_are_sealed_in_the_first_language_whatever_the_readers(ended, chair, first, reader):
    Organisation.objects.update(languages=[first, "en"])
    with translation.override(first):
        expected = flat(minutes_of(ended))

    with translation.override(reader):
        seal = seal_minutes(ended, by=chair)
        found = words_of(ended)

    assert (seal.lang, found["lang"]) == (first, first)
    assert {key: found[key] for key in expected} == expected
    assert found["sealed"]["words"].endswith(f" {'par' if first == 'fr' else 'door' if first == 'nl' else 'von'} Chair")


def test_an_organisation_without_languages_seals_in_french(ended):
    Organisation.objects.update(languages=[])

    assert languages_of_house()[0] == "fr"


def test_a_later_first_language_does_not_translate_what_is_sealed(sealed):
    before = content_of(sealed)
    Organisation.objects.update(languages=["nl", "fr"])

    assert content_of(sealed) == before


# Sealed minutes never change


def renamed(crisis: Crisis, chair: User, **_: Any) -> None:
    User.objects.filter(pk=chair.pk).update(first_name="Somebody", last_name="Else", function="Nobody")
    Activity.objects.update(names={"": "Renamed"})
    Site.objects.update(names={"": "Renamed"})
    Organisation.objects.update(name="Renamed", languages=["de"])
    Crisis.objects.update(name="Renamed", is_exercise=False)


def reported(crisis: Crisis, secretary: User, radiology: Any, **_: Any) -> None:
    report_status(crisis, radiology, RESTORED, by=secretary)


def reported_late(crisis: Crisis, secretary: User, radiology: Any, **_: Any) -> None:
    facts = VITAL.changed(observed_at=MONDAY + timedelta(minutes=5))
    report_status(crisis, radiology, facts, by=secretary, still_so="yes")


def measured(crisis: Crisis, secretary: User, **_: Any) -> None:
    later = open_meeting(crisis, by=secretary)
    measure = Measure.objects.get()
    amend_measure(later, measure, Said(text="Autre chose"), by=secretary)
    decide_measure(later, Said(text="Encore une"), by=secretary)
    lift_measure(later, [measure], by=secretary)
    adjourn(later, by=secretary)


def acted(crisis: Crisis, secretary: User, chair: User, **_: Any) -> None:
    first, second = Action.objects.order_by("number")
    finish_action(first, by=chair, reference="Ticket 42")
    drop_action(second, "Plus besoin", by=secretary)
    set_action(crisis, "Autre", by=secretary, owner=chair)


def left(crisis: Crisis, chair: User, **_: Any) -> None:
    Member.objects.filter(user=chair).update(until=timezone.now())
    User.objects.filter(pk=chair.pk).update(is_active=False)


def drafted(meeting: Meeting, secretary: User, **_: Any) -> None:
    for topic in ("it", "communication"):
        with pytest.raises(RuleBroken, match="are sealed: write an addendum"):
            save_draft(the(meeting, topic), "Autre chose", 0, by=secretary)


def sealed_next(crisis: Crisis, secretary: User, **_: Any) -> None:
    following = open_meeting(crisis, by=secretary, announced=Meeting.objects.get(number=2))
    adjourn(following, all_the_same=True, by=secretary)
    seal_minutes(following, by=None)


def closed(crisis: Crisis, director: User, **_: Any) -> None:
    close_crisis(crisis, by=director)


LIFE: dict[str, Callable[..., None]] = {
    "names change": renamed,
    "a service changes": reported,
    "somebody tells late how it was": reported_late,
    "measures change": measured,
    "actions are closed": acted,
    "the chair leaves": left,
    "somebody writes on": drafted,
    "the next minutes are sealed": sealed_next,
    "the crisis is closed": closed,
}


@pytest.mark.parametrize("event", LIFE)
def test_sealed_minutes_never_change_whatever_happens_after(
    sealed, crisis, chair, secretary, director, radiology, event, later
):
    before = (content_of(sealed), minutes_text(sealed), minutes_json(sealed), minutes_pdf(sealed))
    later(30)

    LIFE[event](meeting=sealed, crisis=crisis, chair=chair, secretary=secretary, director=director, radiology=radiology)

    found = Meeting.objects.get(pk=sealed.pk)
    assert (content_of(found), minutes_text(found), minutes_json(found), minutes_pdf(found)) == before
    seal = Seal.objects.get(meeting=found)
    assert digest_of(seal.content) == seal.digest


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["meetings_seal", "meetings_addendum"])
def test_the_database_itself_refuses_to_change_what_is_sealed(sealed, chair, table):
    write_addendum(sealed, "Lire Arlon", by=chair)

    for statement in (f"UPDATE {table} SET meeting_id = 0", f"DELETE FROM {table}"):
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


# Masking


@pytest.mark.parametrize(
    "typed",
    [
        *["Dr Weber", "Papier pour tous", "Les écrans mentent", "Imprimer", "La nuit", "Cantine", "Examens annulés"],
        *["**Radio** coupée", "Réunion du lundi", "Les urgences", "Le labo d'abord", "Zone de secours"],
    ],
)
def test_a_masked_text_is_blank_in_sealed_minutes_and_the_digest_still_holds(sealed, director, typed):
    before = Seal.objects.values().get()
    count = minutes_text(sealed).count(typed.replace("**", ""))
    assert count >= 1

    mask_text(sealed.crisis, Text.objects.filter(body=typed).first(), "Un nom de patient", by=director)

    text = minutes_text(sealed)
    assert typed.replace("**", "") not in text
    assert text.count("[masqué]") == count
    assert typed not in minutes_json(sealed)
    assert typed.replace("**", "") not in " ".join(pages_of(sealed))
    seal = Seal.objects.get()
    assert Seal.objects.values().get() == before
    assert digest_of(seal.content) == seal.digest == seal.entry.data["digest"]
    assert verify().fault == ""


def test_a_masked_addendum_is_blank_too(sealed, chair, director):
    added = write_addendum(sealed, "Mme Dupont va bien", by=chair)

    mask_text(sealed.crisis, added.text, "Un nom", by=director)

    assert words_of(sealed)["addenda"][0]["text"] == "[masked]"
    assert "Dupont" not in minutes_text(sealed) + minutes_json(sealed) + " ".join(pages_of(sealed))


# Addenda


def test_addenda_are_signed_and_stand_under_the_minutes_in_their_order(sealed, chair, secretary, later):
    before = words_of(sealed)
    first = write_addendum(sealed, "  Lire **Arlon**.\n\n- deux\n", by=secretary)
    later(5)
    write_addendum(sealed, "Et Virton.", by=chair)

    entry = first.entry
    assert (entry.verb, entry.subject, entry.actor) == ("minutes.corrected", "meeting:1", secretary)
    assert entry.data == {"number": 1, "text": {"text": first.text.pk, "hash": first.text.digest}}
    assert str(first.text) == "Lire **Arlon**.\n\n- deux"
    assert words_of(sealed) == before | {
        "addenda": [
            {"head": "Ajouté le lundi 18 mai 2099, 09:30 par Secretary", "text": "Lire **Arlon**.\n\n- deux"},
            {"head": "Ajouté le lundi 18 mai 2099, 09:35 par Chair", "text": "Et Virton."},
        ]
    }
    assert chain_holds(sealed.crisis.book)


def test_addenda_stand_at_the_end_of_the_text_and_of_the_paper(sealed, secretary):
    write_addendum(sealed, "Lire **Arlon**.\n\n- deux", by=secretary)
    digest = Seal.objects.get().digest

    assert minutes_text(sealed).splitlines()[-7:] == [
        "",
        "Ajouté le lundi 18 mai 2099, 09:30 par Secretary",
        "  Lire Arlon.",
        "  ",
        "  - deux",
        "",
        f"Arrêté le lundi 18 mai 2099, 09:20 par Chair · SHA-256 {digest}",
    ]
    paper = " ".join(pages_of(sealed))
    assert "Ajouté le lundi 18 mai 2099, 09:30 par Secretary Lire Arlon." in paper
    assert paper.index("État des services Service Libramont") < paper.index("Lire Arlon.") < paper.index("• deux")


def test_an_addendum_keeps_the_language_in_which_it_was_typed(sealed, secretary):
    with translation.override("nl"):
        added = write_addendum(sealed, "Lees Arlon", by=secretary)

    assert added.text.lang == "nl"
    assert words_of(sealed)["addenda"][0]["head"] == "Ajouté le lundi 18 mai 2099, 09:30 par Secretary"


NO = {
    "nothing": ("", "words", "Write the correction"),
    "spaces": (" \n\t", "words", "Write the correction"),
    "too much": ("x" * (LONGEST + 1), "words", "At most 10000 characters: shorten it"),
}


@pytest.mark.parametrize("name", NO)
def test_an_addendum_that_says_nothing_or_too_much_is_refused(sealed, secretary, name):
    words, field, sentence = NO[name]
    before = rows()

    with pytest.raises(RuleBroken, match=sentence) as refused:
        write_addendum(sealed, words, by=secretary)

    assert refused.value.field == field
    assert rows() == before


def test_an_addendum_may_be_as_long_as_it_says(sealed, secretary):
    assert len(str(write_addendum(sealed, "x" * LONGEST, by=secretary).text)) == 10_000


def test_there_is_no_addendum_before_minutes_are_sealed(ended, chair):
    before = rows()

    with pytest.raises(RuleBroken, match="The minutes of Meeting 1 are not sealed: correct the text itself"):
        write_addendum(ended, "Lire Arlon", by=chair)

    assert rows() == before


@pytest.mark.parametrize("role", ["communications", "it", "duty", "ward", "observer", "outsider"])
def test_who_does_not_hold_the_meeting_adds_nothing(sealed, request, role):
    by = request.getfixturevalue(role)
    before = rows()

    with pytest.raises(RuleBroken, match="Your role does not hold this meeting"):
        write_addendum(sealed, "Lire Arlon", by=by)

    assert rows() == before


def test_nothing_is_added_once_the_crisis_is_closed(sealed, secretary, director):
    close_crisis(sealed.crisis, by=director)
    before = rows()

    with pytest.raises(RuleBroken, match="closed"):
        write_addendum(sealed, "Lire Arlon", by=secretary)

    assert rows() == before


# Every verb on sealed minutes


VERBS: dict[str, tuple[Callable[[Meeting, User, User], Any], str]] = {
    "note attendance": (lambda m, by, u: note_attendance(m, {u: EXCUSED, by: EXCUSED}, by=by), "are sealed"),
    "hand over the chair": (lambda m, by, u: note_attendance(m, {}, by=by, chair=by), "are sealed"),
    "add a guest": (lambda m, by, u: add_guest(m, "Dr Klein", "", by=by), "are sealed"),
    "a member leaves": (lambda m, by, u: come_or_go(m, u, by=by), "are sealed"),
    "a guest leaves": (lambda m, by, u: come_or_go(m, m.attendees.get(user=None), by=by), "are sealed"),
    "add a point": (lambda m, by, u: add_point(m, "Parking", by=by), "are sealed"),
    "move a point": (lambda m, by, u: move_point(the(m, "it"), -1, by=by), "are sealed"),
    "skip a point": (lambda m, by, u: skip_point(the(m, "it"), by=by), "are sealed"),
    "write about a point": (lambda m, by, u: save_draft(the(m, "it"), "x", 0, by=by), "are sealed"),
    "decide": (lambda m, by, u: take_decision(m, "Rien", by=by), "are sealed"),
    "take a decision back": (lambda m, by, u: take_back(m.decisions.get(), by=by), "are sealed"),
    "file a decision": (lambda m, by, u: file_to(m.decisions.get(), the(m, "it"), by=by), "are sealed"),
    "file an action": (lambda m, by, u: file_to(m.actions.first(), the(m, "it"), by=by), "are sealed"),
    "set an action": (lambda m, by, u: set_action(m.crisis, "x", by=by, owner=u, meeting=m), "is adjourned"),
    "decide a measure": (lambda m, by, u: decide_measure(m, Said(text="x"), by=by), "is adjourned"),
    "renew a measure": (lambda m, by, u: renew_measures(m, [Measure.objects.get()], by=by), "is adjourned"),
    "amend a measure": (
        lambda m, by, u: amend_measure(m, Measure.objects.get(), Said(text="x"), by=by),
        "is adjourned",
    ),
    "lift a measure": (lambda m, by, u: lift_measure(m, [Measure.objects.get()], by=by), "is adjourned"),
    "adjourn again": (lambda m, by, u: adjourn(m, by=by), "is adjourned"),
    "cancel": (lambda m, by, u: cancel_meeting(m, "No quorum", by=by), "is over"),
    "open again": (lambda m, by, u: open_meeting(m.crisis, announced=m, by=by), "was held or cancelled"),
    "seal again": (lambda m, by, u: seal_minutes(m, by=None), "are sealed"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_on_sealed_minutes_is_refused_and_writes_nothing(sealed, secretary, chair, verb):
    act, sentence = VERBS[verb]
    before = rows()

    with pytest.raises(RuleBroken, match=sentence):
        act(sealed, secretary, chair)

    assert rows() == before


@pytest.mark.parametrize(
    "verb", ["add a guest", "add a point", "move a point", "skip a point", "write about a point", "file a decision"]
)
def test_until_minutes_are_sealed_they_are_still_completed_after_the_meeting(ended, secretary, chair, verb):
    if verb == "write about a point":
        save_draft(the(ended, "it"), "Après", 2, by=secretary)
    else:
        VERBS[verb][0](ended, secretary, chair)

    assert words_of(ended)["sealed"] is None
    assert seal_minutes(ended, by=chair).digest == digest_of(Seal.objects.get().content)


# As text, as JSON, on paper


def test_text_and_json_say_who_sealed_and_the_whole_digest(sealed):
    digest = Seal.objects.get().digest

    lines = minutes_text(sealed).splitlines()
    assert lines[:3] == ["EXERCICE", "Vivalia", "Attack"]
    assert lines[-1] == f"Arrêté le lundi 18 mai 2099, 09:20 par Chair · SHA-256 {digest}"
    assert json.loads(minutes_json(sealed))["sealed"] == {
        "words": "Arrêté le lundi 18 mai 2099, 09:20 par Chair",
        "digest": digest,
    }


def test_a_draft_says_so_as_text_and_on_every_page(ended):
    assert minutes_text(ended).splitlines()[:2] == ["EXERCICE", "PROJET"]
    assert all("P R O J E T" in page or "PROJET" in page for page in pages_of(ended))
    assert "SHA-256" not in minutes_text(ended)


@pytest.mark.parametrize("reader", ["fr", "nl", "en"])
def test_sealed_paper_is_the_same_bytes_for_every_reader_without_a_draft_stamp_and_has_the_digest(
    sealed, reader, later
):
    once = minutes_pdf(sealed)
    later(24 * 60)
    with translation.override(reader):
        twice = minutes_pdf(Meeting.objects.get(pk=sealed.pk))

    assert once == twice
    seal = Seal.objects.get()
    for number, page in enumerate(pages := pages_of(sealed), 1):
        assert "PROJET" not in page.replace(" ", "")
        assert "EXERCICE" in page.replace(" ", "")
        assert page.endswith(f"{seal.digest[:16]} page {number} sur {len(pages)}")
    assert f"Arrêté le lundi 18 mai 2099, 09:20 par Chair · {seal.digest[:16]}" in pages[-1]


def test_flat_joins_parts_and_leaves_lists_of_lists():
    text = Text(body="b")

    assert flat(["a", text, "c"]) == "abc"
    assert flat([["a"], [text]]) == ["a", "b"]
    assert flat([]) == []
    assert flat({"k": [{"in": [text]}], "n": 1, "none": None, "yes": True}) == {
        "k": [{"in": "b"}],
        "n": 1,
        "none": None,
        "yes": True,
    }
