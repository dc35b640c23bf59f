import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from crisis import triggers
from crisis.communiques.answers import digest_read
from crisis.communiques.drafts import begin
from crisis.communiques.models import Edition, Keeping, Release, Step
from crisis.communiques.public.state import situation_of
from crisis.communiques.releases import release_answers
from crisis.communiques.steps import keep, submit
from crisis.meetings.exceptions import ask_exception, give_opinion
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Addendum, ExceptionRequest, Measure, Opinion, Review, Seal, Wording
from crisis.meetings.seal import seal_minutes, write_addendum
from crisis.meetings.writes import open_meeting
from crisis.models import Countersignature, FreeEntry, JournalEntry, Text, Verification
from crisis.writes import countersign, grant_role, verify_entry, write_entry
from services.models import Acknowledgement, StatusReport
from services.writes import acknowledge_alarm, report_status
from tests.cast import ATTACKED, adjourn

GUARDED = [
    JournalEntry,
    FreeEntry,
    Verification,
    Countersignature,
    StatusReport,
    Acknowledgement,
    Wording,
    Review,
    Seal,
    Addendum,
    ExceptionRequest,
    Opinion,
    Edition,
    Step,
    Keeping,
    Release,
    Text,
]


@pytest.fixture
def full(crisis, laboratory, secretary, director, outsider):
    """One row at least in every guarded table."""
    report = report_status(crisis, laboratory, ATTACKED, by=secretary)
    meeting = open_meeting(crisis, by=secretary)
    decide_measure(meeting, Said(text="No mail"), by=secretary)
    adjourn(meeting, by=secretary)
    seal_minutes(meeting, by=director)
    write_addendum(meeting, "The lift was repaired", by=secretary)
    asked = ask_exception(Measure.objects.get(), "BLOC-0147", by=secretary)
    give_opinion(asked, "medical", True, by=director, alone="nobody else is awake")
    communique = begin(crisis, "situation", by=director)
    submit(communique, by=director)
    keep(communique, "fr", "0" * 64, "We know better", by=director)
    acknowledge_alarm(crisis, report, by=secretary)
    release_answers(crisis, digest_read(situation_of(crisis, timezone.now()).now), by=director)
    verify_entry(crisis, write_entry(crisis, "The lift is out", by=secretary), by=director)
    grant_role(outsider, "director", crisis, alone="Nobody answers the phone", by=secretary)
    countersign(JournalEntry.objects.get(verb="member.granted"), by=director)


def refused(sql: str) -> str:
    """What the database answers."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(refusal.value).splitlines()[0]


def test_every_model_that_only_grows_is_guarded():
    assert sorted(triggers.APPEND_ONLY) == sorted(model._meta.db_table for model in GUARDED if model is not Text)


@pytest.mark.parametrize("model", GUARDED)
def test_the_database_refuses_to_change_a_row(full, model):
    assert refused(f"UPDATE {model._meta.db_table} SET id = id") == triggers.SENTENCE


@pytest.mark.parametrize("model", GUARDED)
def test_the_database_refuses_to_delete_a_row(full, model):
    before = model.objects.count()

    assert refused(f"DELETE FROM {model._meta.db_table}") == triggers.SENTENCE
    assert model.objects.count() == before > 0


def test_a_text_may_lose_its_words_and_nothing_else(db):
    text = Text.written("A name")

    Text.objects.filter(pk=text.pk).update(body="", salt="", masked_at=timezone.now())

    text.refresh_from_db()
    assert (text.body, text.salt, str(text)) == ("", "", "[masked]")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Other words"},
        {"body": "", "salt": ""},
        {"masked_at": timezone.now()},
        {"body": "", "masked_at": timezone.now()},
        {"body": "", "salt": "", "masked_at": timezone.now(), "digest": "0" * 64},
        {"body": "", "salt": "", "masked_at": timezone.now(), "lang": "nl"},
    ],
    ids=["words", "unmarked", "only_marked", "salt_kept", "digest", "language"],
)
def test_a_text_is_not_changed_in_any_other_way(db, changes):
    text = Text.written("A name")

    with pytest.raises(DatabaseError, match=triggers.SENTENCE), transaction.atomic():
        Text.objects.filter(pk=text.pk).update(**changes)

    text.refresh_from_db()
    assert (text.body, text.lang, text.masked_at) == ("A name", "fr", None)


def test_a_masked_text_stays_masked(db):
    text = Text.written("A name")
    Text.objects.filter(pk=text.pk).update(body="", salt="", masked_at=timezone.now())

    with pytest.raises(DatabaseError, match=triggers.SENTENCE), transaction.atomic():
        Text.objects.filter(pk=text.pk).update(body="A name", masked_at=None)


def test_guards_that_are_lifted_come_back_whatever_happens(db):
    with pytest.raises(ZeroDivisionError), triggers.lifted(connection):  # noqa: PT012 (what happens inside is the point)
        gone = triggers.missing(connection)
        _ = 1 / 0

    assert len(gone) == 2 * len(GUARDED)
    assert triggers.missing(connection) == []


def test_a_missing_guard_is_named_by_the_system_check(db):
    with connection.cursor() as cursor:
        on = " ON crisis_text" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER crisis_text_no_delete{on}")

    (error,) = triggers.check_present(None, ["default"])

    assert (error.id, error.msg) == ("vigie.E001", "The journal is not guarded: crisis_text_no_delete.")
    triggers.put_on(connection)
    assert triggers.check_present(None, ["default"]) == []


@pytest.mark.django_db(transaction=True)
def test_migrating_puts_the_guards_back():
    triggers.take_off(connection)

    call_command("migrate", verbosity=0)

    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_flushing_a_database_whose_guards_were_lifted_puts_them_back():
    triggers.take_off(connection)

    call_command("flush", interactive=False, verbosity=0)

    assert triggers.missing(connection) == []
