"""The log: numbers without gaps, hashes that follow, texts apart, and what `verify_journal` finds."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis import triggers
from crisis.journal import canonical, entries_of, lock_book, plain, record, sentences, text_ids
from crisis.models import Book, FreeEntry, JournalEntry, Text
from crisis.verify import verify
from crisis.writes import mask_text, write_entry
from services.models import StatusReport
from services.writes import confirm_site, report_status
from tests.cast import SUSPENDED, VITAL, ago, chain_holds


@pytest.fixture
def told(crisis, radiology, laboratory, secretary):
    """A crisis with something of everything."""
    report_status(crisis, radiology, VITAL.changed(note="two rooms", observed_at=ago(9)), by=secretary)
    report_status(crisis, radiology, SUSPENDED.changed(remains="urgences", observed_at=ago(5)), by=secretary)
    report_status(crisis, laboratory, VITAL.changed(capacity=50, paper=True), by=secretary)
    confirm_site(crisis, radiology.site, by=secretary, source="head nurse")
    write_entry(crisis, "A truck has arrived.", by=secretary, source="the porter")
    return crisis


def altered(sql: str, *values: object) -> None:
    """Somebody with the database's password writes behind the journal's back, and puts the guards back."""
    with triggers.lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_act_is_one_entry_and_the_chain_holds(told):
    entries = JournalEntry.objects.filter(book=told.book).order_by("seq")

    assert list(entries.values_list("seq", "verb")) == [
        (1, "service.reported"), (2, "service.reported"), (3, "service.reported"), (4, "site.confirmed"), (5, "journal.written"),
    ]  # fmt: skip
    assert chain_holds(told.book)
    assert verify().fault == ""


def test_a_clock_that_goes_back_does_not_take_the_journal_with_it(crisis, secretary):
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        late = write_entry(crisis, "later", by=secretary).entry
    early = write_entry(crisis, "earlier by the clock", by=secretary).entry

    assert early.seq == late.seq + 1
    assert early.recorded_at == late.recorded_at
    assert chain_holds(crisis.book)


def test_a_write_that_fails_leaves_no_number_behind(crisis, secretary):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 (what happens inside is the point)
        record(lock_book(crisis), secretary, "journal.written")
        _ = 1 / 0

    assert not JournalEntry.objects.filter(book=crisis.book).exists()
    assert chain_holds(crisis.book)


def test_the_book_is_only_locked_inside_a_transaction(organisation, transactional_db):
    with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
        lock_book(None)


def test_an_entry_names_its_actor_and_role_as_they_were(crisis, secretary):
    entry = write_entry(crisis, "x", by=secretary).entry
    secretary.first_name = "Somebody else"
    secretary.save()

    entry.refresh_from_db()
    assert (entry.actor_name, entry.actor_role) == ("Secretary", "secretary")
    assert write_entry(crisis, "y", by=None).entry.actor_name == "console"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(deadline=None, max_examples=60)
@given(st.lists(st.dictionaries(st.text("abcé", min_size=1, max_size=3), json_values, max_size=3), max_size=4))
def test_whatever_is_written_the_chain_verifies_after_a_round_trip_through_the_database(said):
    with transaction.atomic():
        book = lock_book(None)
        for data in said:
            written = record(book, None, "any", "any", **{f"_{key}": value for key, value in data.items()})
            kept = JournalEntry.objects.get(pk=written.pk)
            assert canonical(book, kept) == canonical(book, written)
        assert chain_holds(book)
        transaction.set_rollback(True)


def test_moments_are_kept_in_utc_to_the_microsecond_and_texts_by_number_and_digest(db):
    moment = timezone.datetime(2022, 5, 14, 5, 30, 0, 7, tzinfo=timezone.get_fixed_timezone(120))
    text = Text.written("words")

    assert plain({"at": moment, "day": moment.date(), "texts": [text]}) == {
        "at": "2022-05-14T03:30:00.000007Z",
        "day": "2022-05-14",
        "texts": [{"text": text.pk, "hash": text.digest}],
    }


def test_the_words_of_a_text_are_in_no_entry(told):
    for entry in JournalEntry.objects.all():
        for words in ("two rooms", "urgences", "head nurse", "truck", "porter"):
            assert words not in str(entry.data)


def test_an_entry_reads_in_the_language_of_its_reader(told):
    entries = JournalEntry.objects.filter(book=told.book).order_by("seq")

    english = [sentence for _entry, sentence, _texts in sentences(entries)]
    with translation.override("fr"):
        french = [sentence for _entry, sentence, _texts in sentences(entries)]

    assert english == [
        "Radiology (Libramont): Vital.",
        "Radiology (Libramont): Suspended (was Vital).",
        "Laboratory (Libramont): Vital at 50 %.",
        "Libramont: 2 statuses confirmed.",
        "A truck has arrived.",
    ]
    assert french[1] == "Radiologie (Libramont) : Suspendu (avant : Maintenu)."
    assert french[3] == "Libramont : 2 états confirmés."


def test_a_page_of_entries_with_texts_costs_two_queries(told, django_assert_num_queries):
    book = told.book
    with django_assert_num_queries(2):
        assert len(sentences(entries_of(book))) == 5


def test_the_journal_is_narrowed_by_day_actor_verb_and_service(told, director):
    write_entry(told, "by another", by=director)

    assert [e.seq for e in entries_of(told.book, actor="Director")] == [6]
    assert [e.seq for e in entries_of(told.book, verb="site.confirmed")] == [4]
    assert [e.seq for e in entries_of(told.book, service="radiologie@libramont")] == [4, 2, 1]
    assert [e.seq for e in entries_of(told.book, day=timezone.localdate())] == [6, 5, 4, 3, 2, 1]
    assert [e.seq for e in entries_of(told.book, day=timezone.localdate() - timedelta(days=1))] == []


def test_the_ids_of_texts_are_found_at_any_depth():
    data = {"a": {"text": 1, "hash": "x"}, "b": [{"c": {"text": 2, "hash": "y"}}], "d": {"text": "no"}}

    assert list(text_ids(data)) == [1, 2]


# ── verify_journal ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_altered_entry_is_named(told):
    altered("UPDATE crisis_journalentry SET actor_name = %s WHERE seq = 2 AND book_id = %s", "Nobody", told.book.pk)

    assert verify().fault == "Attack: entry 2 was altered, or one before it."


def test_a_missing_entry_is_named(told):
    with triggers.lifted(connection):
        FreeEntry.objects.all()._raw_delete("default")
        JournalEntry.objects.filter(book=told.book, seq=5)._raw_delete("default")
        JournalEntry.objects.filter(book=told.book, seq=2).update(seq=9)

    assert verify().fault == "Attack: entry 2 is missing."


def test_a_chain_cut_short_is_named(told):
    with triggers.lifted(connection):
        FreeEntry.objects.all()._raw_delete("default")
        JournalEntry.objects.filter(book=told.book, seq=5)._raw_delete("default")

    assert verify().fault == "Attack: the chain ends at 4, its head says 5: it was cut short or rewound."


def test_a_chain_cut_short_together_with_its_head_is_found_by_a_head_kept_elsewhere(told):
    kept = (told.book.entries.get(seq=5).seq, told.book.entries.get(seq=5).hash)
    with triggers.lifted(connection):
        FreeEntry.objects.all()._raw_delete("default")
        JournalEntry.objects.filter(book=told.book, seq=5)._raw_delete("default")
        Book.objects.filter(pk=told.book.pk).update(head_seq=4, head_hash=told.book.entries.get(seq=4).hash)

    assert verify().fault == ""
    assert verify(kept).fault == "No book holds entry 5 with the hash that was kept."


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "restored"), ("capacity", 99), ("paper", True), ("observed_at", ago(30)), ("note_id", None),
     ("recorded_at", ago(40)), ("seq", 77), ("postponed", 3), ("alarm", True), ("hour_known", False)],
)  # fmt: skip
def test_a_report_edited_behind_the_journals_back_is_named(column, value, told):
    with triggers.lifted(connection):
        StatusReport.objects.filter(seq=1).update(**{column: value})

    assert verify().fault == "Attack: a report of entry 1 differs from the journal."


def test_a_report_that_was_removed_or_slipped_in_is_named(told):
    with triggers.lifted(connection):
        StatusReport.objects.filter(seq=3)._raw_delete("default")
    assert verify().fault == "Attack: a report of entry 3 differs from the journal."


def test_a_report_beside_any_entry_about_reports_is_named(told):
    report = StatusReport.objects.get(seq=1)
    report.pk, report.entry = None, told.book.entries.get(seq=5)
    report.save(force_insert=True)

    assert verify().fault == "Attack: a report stands beside the journal."


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("to_verify", False),
        ("happened_at", ago(30)),
        ("recorded_at", ago(3)),
        ("source_id", None),
        ("hour_known", False),
    ],
)
def test_a_free_entry_edited_behind_the_journals_back_is_named(column, value, told):
    with triggers.lifted(connection):
        FreeEntry.objects.update(**{column: value})

    assert verify().fault == "Attack: free entry 5 differs from the journal."


def test_an_altered_text_is_named(told):
    text = Text.objects.get(body="two rooms")
    altered("UPDATE crisis_text SET body = %s WHERE id = %s", "three rooms", text.pk)

    assert verify().fault == f"Text {text.pk} was altered."


def test_a_text_blanked_without_an_entry_is_named(told):
    text = Text.objects.get(body="two rooms")
    altered("UPDATE crisis_text SET body = '', salt = '', masked_at = %s WHERE id = %s", timezone.now(), text.pk)

    assert verify().fault == f"Text {text.pk} is masked, and no entry says so."


def test_guards_that_are_gone_are_named(told):
    triggers.take_off(connection)

    assert verify().fault.startswith("The database does not guard the journal: ")


def test_masking_keeps_the_chain_and_is_counted(told, director):
    mask_text(told, Text.objects.get(body="two rooms"), "a patient's name", by=director)

    verdict = verify()
    assert (verdict.fault, verdict.masked) == ("", 1)


def test_the_command_prints_heads_and_exits_with_the_fault(told):
    out = StringIO()
    with translation.override("en"):
        call_command("verify_journal", stdout=out)
        told.book.refresh_from_db()
        assert f"Attack  5:{told.book.head_hash}" in out.getvalue()
        assert "Everything holds. Masked texts: 0." in out.getvalue()
        call_command("verify_journal", head=f"5:{told.book.head_hash}", stdout=out)
        with pytest.raises(CommandError, match="No book holds entry 5"):
            call_command("verify_journal", head=f"5:{'0' * 64}")
        with pytest.raises(CommandError, match="is no head: write it as SEQ:HASH"):
            call_command("verify_journal", head="five")
