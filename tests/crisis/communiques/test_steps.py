"""Draft, review, approved, published, corrected, withdrawn: each step, who may take it, and that a refusal writes nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from crisis import triggers
from crisis.communiques import due
from crisis.communiques.consistency import checked, findings_of
from crisis.communiques.drafts import begin, lateness, save_wording
from crisis.communiques.due import changed_facts, publish_due
from crisis.communiques.models import Act, Communique, Edition, State, Step, Wording
from crisis.communiques.reads import last_step, publications, published_edition, said_in, state_of
from crisis.communiques.refs import ref_to
from crisis.communiques.steps import (
    approve,
    correct,
    digest_of,
    drop,
    keep,
    publish,
    resume,
    send_back,
    submit,
    withdraw,
)
from crisis.errors import Overtaken, RuleBroken
from crisis.facts import Fact
from crisis.journal import sentences
from crisis.models import Organisation, Text
from crisis.verify import verify
from crisis.writes import close_crisis, countersign, declare_crisis, mask_text
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, ago, chain_holds, person, written

HALF = VITAL.changed(capacity=50)


def rows() -> dict[str, int]:
    """Everything that a refusal must leave as it was."""
    return written() | {model.__name__: model.objects.count() for model in (Communique, Edition, Step)}


def chip(value: str = "50", words: str = "50 %", seq: int = 1) -> str:
    return ref_to(Fact("capacity:laboratoire@libramont", value, words, "", seq))


@pytest.fixture
def half(crisis, laboratory, secretary):
    """The laboratory of Libramont works at 50 percent."""
    return report_status(crisis, laboratory, HALF.changed(observed_at=ago(2)), by=secretary)


@pytest.fixture
def draft(crisis, half, communications) -> Communique:
    """Written by communications, with a fact in it."""
    found = begin(crisis, "situation", by=communications)
    words = f"Our laboratories work at {chip()} of their capacity."
    save_wording(found, "fr", "Laboratories", words, 1, by=communications)
    return found


@pytest.fixture
def review(draft, communications) -> Communique:
    submit(draft, by=communications)
    return draft


@pytest.fixture
def approved(review, medical) -> Communique:
    approve(review, last(review).digest, by=medical)
    return review


@pytest.fixture
def published(approved, communications) -> Communique:
    publish(approved, late_too=True, by=communications)
    return approved


def last(communique: Communique) -> Edition:
    step = last_step(communique)
    assert step
    assert step.edition
    return step.edition


def test_a_communique_goes_from_draft_to_published_with_one_entry_a_step(draft, communications, medical, crisis):
    edition = submit(draft, by=communications)
    assert state_of(draft) == State.REVIEW
    approve(draft, edition.digest, by=medical)
    assert state_of(draft) == State.APPROVED
    publish(draft, late_too=True, by=communications)

    assert state_of(draft) == State.PUBLISHED
    said = [
        words
        for _entry, words, _texts in sentences(
            crisis.book.entries.filter(verb__startswith="communique").order_by("seq")
        )
    ]
    assert said == [
        "Communiqué 1 sent to review: Laboratories",
        "Communiqué 1 approved, edition 1.",
        "Communiqué 1 published, version 1.",
    ]
    [publication] = publications(crisis)
    assert publication.words("fr").body == "Our laboratories work at 50 % of their capacity."
    assert publication.words("nl") == publication.words("fr"), (
        "what is missing in Dutch is said in the leading language"
    )
    assert chain_holds(crisis.book)
    assert verify().fault == ""


def test_a_draft_makes_no_entry_and_no_text(crisis, communications):
    before = written()

    found = begin(crisis, "situation", by=communications)
    save_wording(found, "fr", "A title", "Words.", 1, by=communications)

    assert written() == before
    assert state_of(found) == State.DRAFT


def test_a_draft_starts_from_the_facts_of_now_as_references(crisis, half, communications):
    words = begin(crisis, "situation", by=communications).wordings.get().body

    assert "(fact:count:suspended=" in words


def test_an_exercise_says_so_in_its_first_title_whatever_kind_was_chosen(half, communications, director, organisation):
    drill = declare_crisis("Drill", is_exercise=True, started_at=timezone.now(), by=None)
    person("writer", "communications", drill)

    found = begin(drill, "situation", by=None)

    assert found.kind == "situation"
    assert found.wordings.get().title.startswith("EXERCI")


def test_the_next_one_starts_from_what_the_last_one_said_with_its_facts(published, crisis, communications):
    edition = published_edition(published)

    found = begin(crisis, "situation", by=communications, after=edition)

    assert found.number == 2
    assert found.wordings.get().body == f"Our laboratories work at {chip()} of their capacity."


STEPS = {
    "submit": lambda c, who: submit(c, by=who),
    "send back": lambda c, who: send_back(c, "Shorter", by=who),
    "approve": lambda c, who: approve(c, c.editions.last().digest if c.editions.last() else "", by=who),
    "publish": lambda c, who: publish(c, late_too=True, by=who),
    "publish later": lambda c, who: publish(c, late_too=True, at=timezone.now() + timedelta(hours=1), by=who),
    "correct": lambda c, who: correct(c, "A mistake", by=who),
    "resume": lambda c, who: resume(c, by=who),
    "withdraw": lambda c, who: withdraw(c, "It was wrong", by=who),
    "drop": lambda c, who: drop(c, "Not needed", by=who),
    "write": lambda c, who: save_wording(c, "fr", "Other", "Other", c.wordings.get().version, by=who),
    "keep": lambda c, who: keep(c, "fr", "0" * 64, "We know better", by=who),
}
AFTER = {
    "submit": State.REVIEW,
    "send back": State.DRAFT,
    "approve": State.APPROVED,
    "publish": State.PUBLISHED,
    "publish later": State.SCHEDULED,
    "correct": State.DRAFT,
    "resume": State.PUBLISHED,
    "withdraw": State.WITHDRAWN,
    "drop": State.DROPPED,
}
#                 draft review approved scheduled held published correcting withdrawn dropped
TABLE = {
    "submit": "yes no no no no no yes no no",
    "send back": "no yes yes yes yes no no no no",
    "approve": "no yes no no no no no no no",
    "publish": "no no yes yes yes no no no no",
    "publish later": "no no yes yes yes no no no no",
    "correct": "no no no no no yes no no no",
    "resume": "no no no no no no yes no no",
    "withdraw": "no no no no no yes yes no no",
    "drop": "yes no no no no no no no no",
    "write": "yes no no no no no yes no no",
    "keep": "yes yes yes yes yes no yes no no",
}
PLACES = ["draft", "review", "approved", "scheduled", "held", "published", "correcting", "withdrawn", "dropped"]
WHO = {
    "submit": {"director", "communications"},
    "send back": {"director", "medical", "communications"},
    "approve": {"director", "medical"},
    "publish": {"director", "medical", "communications"},
    "publish later": {"director", "medical", "communications"},
    "correct": {"director", "communications"},
    "resume": {"director", "communications"},
    "withdraw": {"director", "medical", "communications"},
    "drop": {"director", "communications"},
    "write": {"director", "communications"},
    "keep": {"director", "medical", "communications"},
}
ROLES = ["director", "medical", "secretary", "communications", "it", "duty", "ward", "observer", "outsider"]


def brought_to(place: str, draft: Communique, people: dict) -> Communique:
    """The draft, brought to a place of the table."""
    author, second = people["communications"], people["medical"]
    if place == "dropped":
        drop(draft, "Not needed", by=author)
    if place in {"draft", "dropped"}:
        return draft
    edition = submit(draft, by=author)
    if place == "review":
        return draft
    approve(draft, edition.digest, by=second)
    if place in {"scheduled", "held"}:
        publish(draft, late_too=True, at=timezone.now() + timedelta(minutes=1), by=author)
    if place == "held":
        lab = draft.crisis.reports.latest("pk").service
        report_status(draft.crisis, lab, HALF.changed(capacity=70), by=people["secretary"])
        publish_due(timezone.now() + timedelta(minutes=2))
        report_status(draft.crisis, lab, HALF, by=people["secretary"])
    if place in {"published", "correcting", "withdrawn"}:
        publish(draft, late_too=True, by=author)
    if place == "correcting":
        correct(draft, "A mistake", by=author)
    if place == "withdrawn":
        withdraw(draft, "It was wrong", by=author)
    return draft


@pytest.fixture
def people(director, medical, secretary, communications, it, duty, ward, observer, outsider) -> dict:
    everybody = [director, medical, secretary, communications, it, duty, ward, observer, outsider]
    return dict(zip(ROLES, everybody, strict=True))


@pytest.mark.parametrize("place", PLACES)
def test_every_step_from_every_place_by_every_role_is_done_or_refused(place, draft, people):
    communique = brought_to(place, draft, people)
    for act, do in STEPS.items():
        goes = TABLE[act].split()[PLACES.index(place)] == "yes"
        for role in ROLES:
            before, state = rows(), state_of(communique)
            if goes and role in WHO[act]:
                continue
            with pytest.raises(RuleBroken):
                do(communique, people[role])
            assert (rows(), state_of(communique)) == (before, state), (
                f"{role} was refused to {act} and something was written"
            )


@pytest.mark.parametrize(
    ("act", "place"), [(a, p) for a in STEPS for p in PLACES if TABLE[a].split()[PLACES.index(p)] == "yes"]
)
def test_every_step_that_follows_is_done_by_who_may(act, place, draft, people):
    communique = brought_to(place, draft, people)

    STEPS[act](communique, people["director"])

    assert state_of(communique) == AFTER.get(act, state_of(communique))
    assert verify().fault == ""


def test_nobody_approves_what_they_wrote_unless_alone_with_a_reason(draft, director, crisis):
    save_wording(draft, "fr", "Laboratories", "Our laboratories work.", 2, by=director)
    edition = submit(draft, by=director)
    before = rows()

    with pytest.raises(RuleBroken, match="You cannot approve your own communiqué: ask a second person") as refused:
        approve(draft, edition.digest, by=director)
    assert (refused.value.field, refused.value.offer) == ("alone", "alone")
    assert rows() == before

    step = approve(draft, edition.digest, alone="It is four in the morning", by=director)
    assert "alone" in step.entry.data


def test_what_was_approved_alone_is_flagged_until_a_second_person_countersigns(draft, director, crisis):
    edition = submit(draft, by=director)
    step = approve(draft, edition.digest, alone="Nobody else is awake", by=director)
    other = person("other", "director", crisis)

    countersign(step.entry, by=other)

    step.entry.refresh_from_db()
    assert step.entry.countersignature.by_entry.actor == other


def test_who_only_sends_to_review_what_another_wrote_is_its_author_too(draft, director):
    edition = submit(draft, by=director)

    with pytest.raises(RuleBroken, match="your own"):
        approve(draft, edition.digest, by=director)


def test_the_text_that_was_read_is_what_is_approved(review, communications, medical):
    read = last(review).digest
    send_back(review, "One more word", by=communications)
    save_wording(review, "fr", "Laboratories", f"Our laboratories work at {chip()}.", 3, by=communications)
    submit(review, by=communications)
    before = rows()

    with pytest.raises(RuleBroken, match="changed meanwhile: read it again"):
        approve(review, read, by=medical)
    assert rows() == before


def test_what_is_published_is_what_was_approved_byte_for_byte(approved, communications, medical, crisis):
    edition = last(approved)
    with pytest.raises(RuleBroken, match="its text is frozen"):
        save_wording(approved, "fr", "Laboratories", "Something else", 2, by=communications)

    publish(approved, late_too=True, by=communications)

    [publication] = publications(crisis)
    assert publication.edition == edition
    assert publication.edition.digest == edition.digest == digest_of(edition.content)


def test_the_second_to_save_gets_both_texts_and_nothing_is_lost(draft, communications, director):
    save_wording(draft, "fr", "Laboratories", "Mine", 2, by=communications)

    with pytest.raises(Overtaken) as refused:
        save_wording(draft, "fr", "Laboratories", "Yours", 2, by=director)
    assert refused.value.newest.body == "Mine"
    assert Wording.objects.get(communique=draft).body == "Mine"


def test_saving_the_same_words_again_makes_no_version(draft, communications):
    words = draft.wordings.get()

    again = save_wording(draft, "fr", words.title, words.body, 1, by=communications)

    assert again.version == words.version


@pytest.mark.parametrize(
    ("lang", "title", "body", "sentence"),
    [
        ("fr", "x" * 201, "", "At most 200 characters"),
        ("fr", "", "x" * 100_000, "At most 20000 characters, this has 100000"),
        ("it", "", "", "does not write in this language"),
    ],
)
def test_what_is_too_long_or_in_a_foreign_language_is_refused_in_words(
    draft, communications, lang, title, body, sentence
):
    before = list(draft.wordings.values())

    with pytest.raises(RuleBroken, match=sentence):
        save_wording(draft, lang, title, body, 2, by=communications)
    assert list(draft.wordings.values()) == before


@pytest.mark.parametrize(("title", "body", "field"), [("", "Words", "title"), ("Title", " ", "body")])
def test_without_title_or_text_nothing_goes_to_review(draft, communications, title, body, field):
    save_wording(draft, "fr", title, body, 2, by=communications)
    before = rows()

    with pytest.raises(RuleBroken) as refused:
        submit(draft, by=communications)
    assert refused.value.field == field
    assert rows() == before


def test_a_language_is_late_once_the_leading_text_has_changed(draft, communications):
    assert lateness(draft) == {"fr": "current", "nl": "missing", "de": "missing", "en": "missing"}
    save_wording(draft, "nl", "Laboratoria", "Onze laboratoria werken.", 0, by=communications)
    assert lateness(draft)["nl"] == "current"

    save_wording(draft, "fr", "Laboratories", "Our laboratories work again.", 2, by=communications)

    assert lateness(draft)["nl"] == "late"
    save_wording(draft, "nl", "Laboratoria", "Onze laboratoria werken weer.", 1, by=communications)
    assert lateness(draft)["nl"] == "current"


def test_what_follows_an_older_text_stays_late_though_it_is_saved_now(draft, communications):
    save_wording(draft, "fr", "Laboratories", "Newer.", 2, by=communications)

    save_wording(draft, "nl", "Laboratoria", "Ouder.", 0, by=communications, follows=2)

    assert lateness(draft)["nl"] == "late"


def test_publishing_with_a_language_that_is_late_or_missing_asks_first_and_names_it(draft, communications, medical):
    save_wording(draft, "nl", "Laboratoria", "Onze laboratoria werken.", 0, by=communications)
    save_wording(draft, "fr", "Laboratories", "Our laboratories work again.", 2, by=communications)
    approve(draft, submit(draft, by=communications).digest, by=medical)
    before = rows()

    for at in (None, timezone.now() + timedelta(hours=1)):
        with pytest.raises(
            RuleBroken, match=r"^Not up to date: Dutch \(late\), German \(missing\), English \(missing\)\. "
        ) as refused:
            publish(draft, at=at, by=communications)
        assert (refused.value.field, refused.value.offer) == ("late_too", "late_too")
    assert rows() == before

    publish(draft, late_too=True, by=communications)
    assert publications(draft.crisis)[0].words("nl").late


def test_a_language_that_nobody_wrote_is_asked_for_though_none_is_late(approved, communications):
    before = rows()

    with pytest.raises(RuleBroken, match=r"Not up to date: Dutch \(missing\), German \(missing\), English \(missing\)"):
        publish(approved, by=communications)
    assert rows() == before


def test_a_house_that_speaks_one_language_is_asked_nothing(approved, communications):
    Organisation.objects.update(languages=["fr"])

    publish(approved, by=communications)

    assert state_of(approved) == State.PUBLISHED


def test_a_contradiction_blocks_approval_until_it_is_answered(
    review, laboratory, crisis, secretary, medical, communications
):
    report_status(crisis, laboratory, HALF.changed(capacity=70), by=secretary)
    before = rows()

    with pytest.raises(RuleBroken, match="The board contradicts the text") as refused:
        approve(review, last(review).digest, by=medical)
    assert refused.value.offer == "answer"
    assert rows() == before

    for name in contradictions(review):
        keep(review, "fr", name, "The new figure is not confirmed", by=communications)
    approve(review, last(review).digest, by=medical)
    assert state_of(review) == State.APPROVED


def contradictions(communique: Communique) -> list[str]:
    found = findings_of(communique, checked(communique, said_in(last(communique))))
    return [each.answers for each in found if each.blocks]


def test_an_answer_holds_for_that_value_only_another_one_asks_again(
    review, laboratory, crisis, secretary, medical, communications
):
    report_status(crisis, laboratory, HALF.changed(capacity=70), by=secretary)
    for name in contradictions(review):
        keep(review, "fr", name, "The new figure is not confirmed", by=communications)

    report_status(crisis, laboratory, HALF.changed(capacity=85), by=secretary)

    with pytest.raises(RuleBroken, match="85"):
        approve(review, last(review).digest, by=medical)


def test_a_moment_that_has_passed_is_refused(approved, communications):
    before = rows()

    with pytest.raises(RuleBroken, match="This moment has passed") as refused:
        publish(approved, late_too=True, at=timezone.now() - timedelta(minutes=1), by=communications)
    assert refused.value.field == "at"
    assert rows() == before


def test_it_is_published_by_itself_when_its_moment_has_come(approved, communications, crisis):
    moment = timezone.now() + timedelta(hours=1)
    publish(approved, late_too=True, at=moment, by=communications)
    assert publish_due(moment - timedelta(seconds=1)) == []
    assert publications(crisis) == []

    [step] = publish_due(moment)

    assert step.act == Act.PUBLISHED
    assert step.at >= moment
    assert publish_due(moment) == []
    assert [each.at for each in publications(crisis, step.at)] == [step.at]
    assert verify().fault == ""


def test_a_fact_that_changes_before_its_moment_holds_it_back_and_says_so(
    approved, communications, crisis, laboratory, secretary
):
    moment = timezone.now() + timedelta(hours=1)
    publish(approved, late_too=True, at=moment, by=communications)
    report_status(crisis, laboratory, HALF.changed(capacity=70), by=secretary)

    [step] = publish_due(moment)

    assert state_of(approved) == State.HELD
    assert "50 %" in str(step.reason)
    assert publications(crisis, moment) == []
    assert publish_due(moment + timedelta(hours=1)) == []


def test_what_no_server_published_in_time_counts_from_when_it_can_be_read(approved, communications, crisis):
    moment = timezone.now() + timedelta(hours=1)
    publish(approved, late_too=True, at=moment, by=communications)

    with time_machine.travel(moment + timedelta(hours=6)):
        [step] = publish_due()

    assert step.at >= moment + timedelta(hours=6)
    assert publications(crisis, moment + timedelta(hours=5)) == []


def test_what_was_kept_with_a_reason_is_published_at_its_time_until_the_board_says_another_value(
    review, laboratory, crisis, secretary, medical, communications
):
    report_status(crisis, laboratory, HALF.changed(capacity=70), by=secretary)
    for name in contradictions(review):
        keep(review, "fr", name, "The new figure is not confirmed", by=communications)
    approve(review, last(review).digest, by=medical)
    moment = timezone.now() + timedelta(hours=1)
    publish(review, late_too=True, at=moment, by=communications)

    assert changed_facts(review, last(review), moment) == []
    [step] = publish_due(moment)

    assert step.act == Act.PUBLISHED


def test_one_that_fails_is_logged_and_keeps_no_other_back(
    approved, communications, medical, crisis, monkeypatch, caplog
):
    other = begin(crisis, "situation", by=communications)
    save_wording(other, "fr", "Thanks", "Thank you all.", 1, by=communications)
    approve(other, submit(other, by=communications).digest, by=medical)
    moment = timezone.now() + timedelta(hours=1)
    for each in (approved, other):
        publish(each, late_too=True, at=moment, by=communications)

    def broken(communique, edition, moment):
        if communique == approved:
            raise ValueError("a rule fell")
        return changed_facts(communique, edition, moment)

    monkeypatch.setattr(due, "changed_facts", broken)
    [step] = publish_due(moment)

    assert (step.communique, state_of(approved)) == (other, State.SCHEDULED)
    assert "Communiqué 1 could not be published at its time" in caplog.text
    assert "a rule fell" in caplog.text


def test_a_beat_asks_once_whatever_was_ever_scheduled(
    approved, communications, crisis, director, django_assert_num_queries
):
    moment = timezone.now() + timedelta(hours=1)
    publish(approved, late_too=True, at=moment, by=communications)
    publish_due(moment)
    with django_assert_num_queries(1):
        assert publish_due(moment) == []


def test_a_beat_leaves_the_book_of_a_closed_crisis_alone(
    approved, communications, crisis, director, django_assert_num_queries
):
    moment = timezone.now() + timedelta(hours=1)
    publish(approved, late_too=True, at=moment, by=communications)
    close_crisis(crisis, by=director)

    with django_assert_num_queries(1):
        assert publish_due(moment) == []


def test_a_closed_crisis_publishes_nothing_any_more(approved, communications, crisis, director):
    moment = timezone.now() + timedelta(hours=1)
    publish(approved, late_too=True, at=moment, by=communications)
    close_crisis(crisis, by=director)

    assert publish_due(moment) == []
    assert state_of(approved) == State.SCHEDULED


def test_a_correction_leaves_the_old_text_readable_and_marked(published, communications, medical, crisis):
    correct(published, "The figure was wrong", by=communications)
    assert publications(crisis)[0].current, "until the correction is published the old text stands"

    save_wording(published, "fr", "Laboratories", "Our laboratories work.", 3, by=communications)
    approve(published, submit(published, by=communications).digest, by=medical)
    publish(published, late_too=True, by=communications)

    newer, older = publications(crisis)
    assert (newer.edition.number, newer.current) == (2, True)
    assert (older.edition.number, older.until) == (1, newer.at)
    assert older.words("fr").body == "Our laboratories work at 50 % of their capacity."


def test_a_correction_that_is_given_up_puts_the_published_text_back(published, communications, crisis):
    correct(published, "A mistake", by=communications)
    save_wording(published, "fr", "Nonsense", "Nonsense", 3, by=communications)

    resume(published, by=communications)

    assert state_of(published) == State.PUBLISHED
    assert publications(crisis)[0].current
    assert publications(crisis)[0].words("fr").title == "Laboratories"
    assert Wording.objects.get().title == ""


def test_who_wrote_the_first_edition_may_approve_a_correction_of_somebody_else(published, director, communications):
    other = person("writer", "communications", published.crisis)
    correct(published, "The figure was wrong", by=other)
    save_wording(published, "fr", "Laboratories", "Our laboratories work.", 3, by=other)

    edition = submit(published, by=other)

    assert edition.authors == [other.pk]


def test_what_is_withdrawn_says_why(published, medical, crisis):
    withdraw(published, "The figure was wrong", by=medical)

    [publication] = publications(crisis)
    assert not publication.current
    assert str(publication.withdrawn.reason) == "The figure was wrong"
    assert published_edition(published) is None


@pytest.mark.parametrize("act", [send_back, correct, withdraw, drop])
def test_a_step_that_needs_a_reason_is_refused_without_one_and_with_a_novel(act, draft, people):
    place = {send_back: "review", correct: "published", withdraw: "published", drop: "draft"}[act]
    communique = brought_to(place, draft, people)
    before = rows()

    for words in ("  ", "x" * 2001):
        with pytest.raises(RuleBroken):
            act(communique, words, by=people["director"])
    assert rows() == before


def test_words_of_a_published_text_can_be_masked_and_the_chain_still_holds(published, director, crisis):
    edition = published_edition(published)
    text = Text.objects.get(pk=edition.content["langs"]["fr"]["body"]["text"])

    mask_text(crisis, text, "A name", by=director)

    assert publications(crisis)[0].words("fr").body == "[masked]"
    correct(published, "A name stood there", by=director)
    assert published.wordings.get().body == ""
    assert verify().fault == ""


def test_an_edition_that_was_altered_is_named(published, crisis):
    with triggers.lifted(connection):
        Edition.objects.update(content={"lead": "fr", "seq": 1, "langs": {}})

    assert "the text of Communiqué 1 differs from the journal" in verify().fault


def test_a_step_beside_the_journal_is_named(published, crisis, director):
    with triggers.lifted(connection):
        Step.objects.filter(act=Act.PUBLISHED).delete()

    assert "a step of a communiqué is missing beside the journal" in verify().fault


def test_the_languages_are_those_of_the_house_and_the_first_one_leads(crisis, communications):
    Organisation.objects.update(languages=["de", "fr"])

    found = begin(crisis, "situation", by=communications)

    assert (found.lang, found.wordings.get().lang) == ("de", "de")


def test_suspended_services_are_counted_as_they_are(crisis, laboratory, secretary, communications):
    report_status(crisis, laboratory, SUSPENDED.changed(reason="Down"), by=secretary)

    assert "(fact:count:suspended=1#" in begin(crisis, "situation", by=communications).wordings.get().body
