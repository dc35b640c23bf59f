"""Declaring, closing, writing, verifying, masking, members: each one entry, each refusal without a trace."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crisis.accounts.cards import use_card
from crisis.accounts.models import SignInCard
from crisis.errors import RuleBroken
from crisis.member_writes import add_member
from crisis.models import Book, Crisis, JournalEntry, Member, Organisation, Text
from crisis.verify import verify
from crisis.writes import (
    close_crisis,
    countersign,
    declare_crisis,
    grant_role,
    mask_text,
    verify_entry,
    withdraw_role,
    write_entry,
)
from services.writes import report_status
from tests.cast import SUSPENDED, ago, chain_holds, person, written


def refused(sentence: str, act, *args, **kwargs) -> RuleBroken:
    """The act is refused with the sentence, and nothing was written."""
    before = written() | {"members": Member.objects.filter(until=None).count(), "crises": Crisis.objects.count()}
    with pytest.raises(RuleBroken, match=sentence) as broken:
        act(*args, **kwargs)
    assert (
        written() | {"members": Member.objects.filter(until=None).count(), "crises": Crisis.objects.count()} == before
    )
    return broken.value


# ── declaring and closing ──


def test_declaring_opens_a_book_copies_the_standing_roles_and_stands_in_the_house_book(organisation):
    director = person("d", "director", None)
    person("o", "observer", None)

    crisis = declare_crisis("Flood", started_at=ago(2), is_exercise=True, by=director)

    assert crisis.aware_at == crisis.started_at
    assert crisis.is_exercise
    assert sorted(crisis.members.values_list("role", flat=True)) == ["director", "observer"]
    entry = JournalEntry.objects.get(book__crisis=None, verb="crisis.declared")
    assert (entry.subject, entry.data["name"], entry.actor) == (f"crisis:{crisis.pk}", "Flood", director)
    assert (crisis.book.head_seq, chain_holds(Book.objects.get(crisis=None))) == (0, True)


@pytest.mark.parametrize(
    ("moments", "field", "sentence"),
    [
        ({"started_at": ago(-1)}, "started_at", "cannot begin in the future"),
        ({"started_at": ago(2), "aware_at": ago(-1)}, "started_at", "cannot begin in the future"),
        ({"started_at": ago(2), "aware_at": ago(3)}, "aware_at", "Nobody can know of a crisis before it begins"),
    ],
)
def test_moments_that_contradict_each_other_are_refused_at_their_field(moments, field, sentence, organisation):
    assert refused(sentence, declare_crisis, "Flood", by=None, **moments).field == field


def test_the_same_crisis_is_declared_once(crisis):
    refused("declared already", declare_crisis, "Attack", started_at=crisis.started_at, by=None)


def test_no_real_crisis_in_the_demonstration(organisation):
    Organisation.objects.update(is_demonstration=True)

    refused("This is the demonstration", declare_crisis, "Flood", started_at=ago(1), by=None)
    assert declare_crisis("Flood", started_at=ago(1), is_exercise=True, by=None).pk


def test_who_may_not_declare_is_told_whom_to_call(crisis, secretary):
    refused("call the director on duty", declare_crisis, "Flood", started_at=ago(1), by=secretary)


def test_a_closed_crisis_takes_nothing_more_but_a_masking(crisis, radiology, director):
    text = write_entry(crisis, "a name", by=director).text
    close_crisis(crisis, by=director)

    assert crisis.closed_at is not None
    refused("This crisis is closed", write_entry, crisis, "more", by=director)
    refused("This crisis is closed", report_status, crisis, radiology, SUSPENDED, by=director)
    refused("This crisis is closed", close_crisis, crisis, by=director)
    mask_text(crisis, text, "a patient", by=director)
    assert chain_holds(crisis.book)


def test_only_the_director_closes(crisis, secretary):
    refused("Only the director closes a crisis", close_crisis, crisis, by=secretary)


# ── free entries ──


def test_a_free_entry_is_to_verify_until_somebody_says_that_it_is_a_fact(crisis, secretary, medical):
    free = write_entry(crisis, " A truck has arrived. ", by=secretary, source="the porter", happened_at=ago(1))

    assert (str(free.text), str(free.source), free.to_verify) == ("A truck has arrived.", "the porter", True)
    verification = verify_entry(crisis, free, by=medical)
    assert (verification.entry.verb, verification.entry.data) == ("journal.verified", {"seq": free.entry.seq})
    refused("is verified already", verify_entry, crisis, free, by=medical)


def test_what_was_known_for_a_fact_needs_no_verification(crisis, secretary):
    free = write_entry(crisis, "Fact.", by=secretary, verified=True)

    refused("is verified already", verify_entry, crisis, free, by=secretary)


@pytest.mark.parametrize(
    ("words", "when", "field", "sentence"),
    [
        ("  ", None, "words", "Write what happened"),
        ("x", ago(-1), "happened_at", "in the future"),
        ("x", ago(24 * 30), "happened_at", "before the crisis"),
    ],
)
def test_an_entry_without_words_or_out_of_time_is_refused(words, when, field, sentence, crisis, secretary):
    assert refused(sentence, write_entry, crisis, words, by=secretary, happened_at=when).field == field


def test_a_ward_manager_does_not_write_in_the_journal(crisis, ward):
    refused("Your role does not write in the journal", write_entry, crisis, "x", by=ward)


# ── masking ──


def test_masking_blanks_words_and_salt_and_says_why_without_them(crisis, secretary, director):
    text = write_entry(crisis, "Jeanne Dupont, room 12", by=secretary).text

    mask_text(crisis, text, "a patient's name", by=director)

    text.refresh_from_db()
    assert (text.body, text.salt, str(text)) == ("", "", "[masked]")
    assert text.masked_at == JournalEntry.objects.get(verb="text.masked").recorded_at
    refused("is masked already", mask_text, crisis, text, "again", by=director)


def test_the_same_words_typed_again_go_with_the_masked_text(crisis, radiology, laboratory, secretary, director):
    note = SUSPENDED.changed(note="Jeanne Dupont waits")
    first = report_status(crisis, radiology, note, by=secretary)
    report_status(crisis, radiology, note.changed(paper=True), by=secretary)
    other = report_status(crisis, laboratory, note.changed(reason="flooded"), by=secretary)
    kept = write_entry(crisis, "Jeanne Dupont waits longer", by=secretary).text

    mask_text(crisis, first.note, "a patient", by=director)

    assert not Text.objects.filter(body="Jeanne Dupont waits").exists()
    assert other.note_id in JournalEntry.objects.get(verb="text.masked").data["masked"]
    assert Text.objects.get(pk=kept.pk).body == "Jeanne Dupont waits longer"
    assert verify().fault == ""


def test_masking_asks_for_a_reason_that_does_not_repeat_the_text(crisis, secretary, director):
    text = write_entry(crisis, "Jeanne Dupont", by=secretary).text

    assert refused("Say why", mask_text, crisis, text, " ", by=director).field == "reason"
    assert refused("repeats the text", mask_text, crisis, text, "names jeanne dupont", by=director).field == "reason"
    refused("Only the director masks", mask_text, crisis, text, "a name", by=secretary)
    assert Text.objects.get(pk=text.pk).body == "Jeanne Dupont"


# ── members ──


def test_a_role_is_given_once_and_taken_back_with_its_row_kept(crisis, secretary, outsider):
    member = grant_role(outsider, "observer", crisis, by=secretary)
    refused("holds this role already", grant_role, outsider, "observer", crisis, by=secretary)

    withdraw_role(member, by=secretary)

    member.refresh_from_db()
    assert member.until == JournalEntry.objects.latest("pk").recorded_at
    refused("was withdrawn already", withdraw_role, member, by=secretary)
    assert grant_role(outsider, "observer", crisis, by=secretary).pk != member.pk


@pytest.mark.parametrize(
    ("role", "scope", "field"),
    [("king", [], "role"), ("ward", [], "scope"), ("site", [], "scope"), ("observer", ["site:libramont"], "scope")],
)
def test_a_role_that_does_not_exist_or_answers_for_nothing_is_refused(role, scope, field, crisis, secretary, outsider):
    assert (
        refused("Choose|covers the whole group", grant_role, outsider, role, crisis, scope=scope, by=secretary).field
        == field
    )


def test_nobody_gives_a_role_to_themselves_but_alone_with_a_reason(crisis, it, director):
    refusal = refused("needs a second person", grant_role, it, "director", crisis, by=it)
    assert (refusal.field, refusal.offer) == ("alone", "alone")

    grant_role(it, "director", crisis, alone="nobody answers at 5 in the morning", by=it)

    entry = JournalEntry.objects.latest("pk")
    assert "alone" in entry.data
    refused("cannot countersign what you did yourself", countersign, entry, by=it)
    signed = countersign(entry, by=director)
    assert signed.by_entry.actor == director
    refused("countersigned already", countersign, entry, by=director)


def test_who_was_made_director_by_somebody_alone_cannot_sign_for_it(crisis, secretary, outsider):
    grant_role(outsider, "director", crisis, alone="the director is unreachable", by=secretary)

    refused("cannot countersign", countersign, JournalEntry.objects.latest("pk"), by=outsider)


def test_what_was_not_done_alone_needs_no_signature(crisis, secretary, director, outsider):
    grant_role(outsider, "observer", crisis, by=secretary)

    refused("needs no second signature", countersign, JournalEntry.objects.latest("pk"), by=director)
    refused("Your role does not countersign", countersign, JournalEntry.objects.latest("pk"), by=secretary)


def test_the_last_director_stays(crisis, director, secretary):
    refused("This is the last director", withdraw_role, director.memberships.get(), by=secretary)


def test_an_account_and_its_role_are_made_together_or_not_at_all(crisis, secretary):
    def add(**changed):
        said = {"user": None, "username": "New", "name": "Somebody", "function": "porter", "role": "observer"}
        return add_member(crisis, scope=[], alone="", by=secretary, **(said | changed))

    member, code = add()

    assert (member.user.username, str(member.user)) == ("new", "Somebody")
    assert use_card(code, "an even longer one", address="10.0.0.9") == member.user
    refused("This user name is taken", add)
    refused("letters and digits", add, username="two words")
    refused("Choose a role", add, username="other", role="king")
    assert not type(secretary).objects.filter(username="other").exists()
    assert SignInCard.objects.count() == 1


def test_every_entry_of_the_centre_has_its_sentence(crisis, secretary, director, outsider):
    from crisis.journal import _words

    free = write_entry(crisis, "x", by=secretary)
    verify_entry(crisis, free, by=secretary)
    grant_role(outsider, "director", crisis, alone="alone", by=secretary)
    countersign(JournalEntry.objects.latest("pk"), by=director)
    withdraw_role(outsider.memberships.get(), by=director)
    mask_text(crisis, free.text, "why", by=director)
    close_crisis(crisis, by=director)

    assert {entry.verb for entry in JournalEntry.objects.all()} <= set(_words)
    assert timezone.now() - crisis.closed_at < timedelta(minutes=1)
