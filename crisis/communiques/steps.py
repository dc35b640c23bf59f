"""Draft, review, approved, published; then corrected or withdrawn, never erased. One verb, one entry, one step."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.communiques.consistency import check_answered
from crisis.communiques.drafts import check_writable, lateness, lateness_in
from crisis.communiques.languages import not_ready
from crisis.communiques.models import Act, Communique, Edition, Keeping, State, Step, Wording
from crisis.communiques.public.export import export_after_commit
from crisis.communiques.reads import last_step, published_edition, said_in, state_of
from crisis.communiques.refs import broken
from crisis.errors import RuleBroken
from crisis.journal import digest_of, lock_book, plain, record, text_ids
from crisis.models import Book, Crisis, Text
from crisis.roles import CONSOLE, check_may, check_open

LONGEST = 2_000
"""Characters of a remark or a reason."""
FARTHEST = timedelta(days=30)
"""How far ahead a publication may be planned: what is farther is a slip of the pen."""
FROZEN = (State.REVIEW, State.APPROVED, State.SCHEDULED, State.HELD)
"""Sent to review and not published: the text waits, unchanged."""


def locked(communique: Communique, act: str, by: User | None) -> Book:
    """Take the book, and refuse who may not or a crisis that is closed."""
    book = lock_book(communique.crisis)
    check_may(by, act, communique.crisis)
    check_open(communique.crisis)
    return book


def check_state(communique: Communique, *wanted: State) -> None:
    """Refuse a step that does not follow the last one: somebody was faster, or the page is old."""
    if (state := state_of(communique)) not in wanted:
        said = {"communique": communique, "state": state.label}
        raise RuleBroken(_("%(communique)s is now: %(state)s. Load its page again before you go on.") % said)


def written(words: str, field: str, needed: object) -> Text:
    """A remark or a reason. Raises RuleBroken when it is missing or too long."""
    if not words.strip():
        raise RuleBroken(needed, field=field)
    if len(words) > LONGEST:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": LONGEST}, field=field)
    return Text.written(words.strip(), (get_language() or "fr")[:2])


def check_words_there(communique: Communique, edition: Edition) -> None:
    """Refuse an edition of which a text was masked: nobody is to approve or publish a hole."""
    if Text.objects.filter(pk__in=set(text_ids(edition.content))).exclude(masked_at=None).exists():
        sentence = _("Words of %(communique)s were masked: send it back and write it again.")
        raise RuleBroken(sentence % {"communique": communique})


def forget_drafts(crisis: Crisis, words: str) -> None:
    """Drafts forget words that are masked: a text that holds them is emptied, whoever may write it writes it again."""
    for wording in Wording.objects.filter(communique__crisis=crisis):
        if words and words in f"{wording.title}\n{wording.body}":
            Wording.objects.filter(pk=wording.pk).update(title="", body="", version=F("version") + 1)


def step(book: Book, communique: Communique, edition: Edition | None, act: Act, by: User | None, **said: Any) -> Step:
    """One entry and one step. `at` and `reason` stand in both; what else is said, in the entry, and how the public counts it.

    After commit, what the public reads otherwise is in its files too.
    """
    told = {"number": communique.number} | ({"edition": edition.number, "digest": edition.digest} if edition else {})
    if act == Act.PUBLISHED:
        told["version"] = communique.steps.filter(act=Act.PUBLISHED).count() + 1
    entry = record(book, by, f"communique.{act}", f"communique:{communique.number}", **told, **said)
    kept = {name: said[name] for name in ("at", "reason") if name in said}
    if act in {Act.PUBLISHED, Act.WITHDRAWN}:
        export_after_commit()
    return Step.objects.create(communique=communique, edition=edition, entry=entry, act=act, **kept)


@transaction.atomic
def submit(communique: Communique, *, by: User | None) -> Edition:
    """Send the draft to review: its text is frozen as an edition, in every language that has one.

    Raises RuleBroken when the leading language has no title or no text.
    """
    book = locked(communique, "write a communique", by)
    check_writable(communique)
    how, wordings = lateness(communique), {wording.lang: wording for wording in communique.wordings.all()}
    lead = wordings.get(communique.lang)
    for field, sentence in (("title", _("Give it a title.")), ("body", _("Write the text."))):
        if lead is None or not getattr(lead, field).strip():
            raise RuleBroken(sentence, field=field)
    if any(broken(wording.body) for wording in wordings.values()):
        raise RuleBroken(_("A fact in the text is broken: take it out and insert it again."), field="body")
    langs = {
        lang: {
            "title": Text.written(wording.title.strip(), lang),
            "body": Text.written(wording.body.strip(), lang),
            "late": how[lang] == "late",
        }
        for lang, wording in wordings.items()
        if how.get(lang, "missing") != "missing"
    }
    content = plain({"lead": communique.lang, "seq": book.head_seq, "langs": langs})
    number, digest = communique.editions.count() + 1, digest_of(content)
    writers = {pk for wording in wordings.values() for pk in wording.writers} | ({by.pk} if by else set())
    told = {"number": communique.number, "edition": number, "digest": digest, "content": content}
    told["authors"] = sorted(writers)
    entry = record(book, by, "communique.submitted", f"communique:{communique.number}", **told)
    edition = Edition.objects.create(
        communique=communique, number=number, entry=entry, content=content, digest=digest, authors=sorted(writers)
    )
    Step.objects.create(communique=communique, edition=edition, entry=entry, act=Act.SUBMITTED)
    communique.wordings.filter(lang__in=langs).update(
        title="", body=""
    )  # one copy of the words: what is masked is gone
    return edition


def write_again(communique: Communique, edition: Edition) -> None:
    """The draft is again what an edition says, in each of its languages; what was late then is late now."""
    lead = communique.wordings.get(lang=communique.lang).version + 1
    for lang, (title, body) in said_in(edition).items():
        follows = lead - 1 if edition.content["langs"][lang]["late"] else lead
        again = {"title": title, "body": body, "version": F("version") + 1, "follows": follows}
        communique.wordings.filter(lang=lang).update(**again)


def waiting_edition(communique: Communique, *wanted: State) -> Edition:
    """The edition that waits, in one of these states."""
    check_state(communique, *wanted)
    last = last_step(communique)
    if last is None or last.edition is None:
        raise RuleBroken(_("%(communique)s has no text to go on with.") % {"communique": communique})
    return last.edition


@transaction.atomic
def send_back(communique: Communique, remark: str, *, by: User | None) -> Step:
    """Back to a draft, with a remark: what is to change. Its authors take it back in the same way."""
    book = locked(communique, "publish a communique", by)
    edition = waiting_edition(communique, *FROZEN)
    reason = written(remark, "remark", _("Say what is to change: it helps who writes."))
    write_again(communique, edition)
    return step(book, communique, edition, Act.RETURNED, by, reason=reason)


@transaction.atomic
def approve(communique: Communique, digest: str, *, by: User | None, alone: str = "") -> Step:
    """Approve exactly the edition that was read (`digest`), as a second person, with every contradiction answered.

    Who wrote in it approves it *alone, with a reason*, flagged until somebody countersigns. Raises RuleBroken when another
    text waits by now.
    """
    book = locked(communique, "approve a communique", by)
    edition = waiting_edition(communique, State.REVIEW)
    if digest != edition.digest:
        raise RuleBroken(_("The text of %(communique)s changed meanwhile: read it again.") % {"communique": communique})
    check_words_there(communique, edition)
    check_answered(communique, edition)
    own = by is not CONSOLE and by.pk in edition.authors
    if own and not alone.strip():
        raise RuleBroken(
            _(
                "You cannot approve your own communiqué: ask a second person."
                " If you are alone, say why: it will be flagged until somebody countersigns."
            ),
            field="alone",
            offer="alone",
        )
    reason = {"alone": written(alone, "alone", "")} if own else {}
    return step(book, communique, edition, Act.APPROVED, by, **reason)


def check_moment(at: datetime) -> None:
    """Refuse a moment that has passed, or one that nobody can mean."""
    now = timezone.now()
    if at <= now:
        raise RuleBroken(_("This moment has passed: choose a later one, or publish now."), field="at")
    if at > now + FARTHEST:
        sentence = _("This moment is more than %(number)d days away: check its date, and choose a nearer one.")
        raise RuleBroken(sentence % {"number": FARTHEST.days}, field="at")


@transaction.atomic
def publish(communique: Communique, *, by: User | None, at: datetime | None = None, late_too: bool = False) -> Step:
    """Publish what was approved, now or at a time. A language that is late or missing asks first (`late_too`).

    Raises RuleBroken when the time has passed or is too far, or when the board contradicts the text by now.
    """
    book = locked(communique, "publish a communique", by)
    edition = waiting_edition(communique, State.APPROVED, State.SCHEDULED, State.HELD)
    if at is not None:
        check_moment(at)
    check_words_there(communique, edition)
    check_answered(communique, edition)
    if not late_too and (languages := not_ready(lateness_in(edition))):
        sentence = _("Not up to date: %(languages)s. Send it back to translate, or publish it all the same.")
        raise RuleBroken(sentence % {"languages": languages}, field="late_too", offer="late_too")
    if at is not None:
        return step(book, communique, edition, Act.SCHEDULED, by, at=at)
    return step(book, communique, edition, Act.PUBLISHED, by, at=timezone.now())


@transaction.atomic
def correct(communique: Communique, reason: str, *, by: User | None) -> Step:
    """Begin a correction: the text can be written again, what is published stays until the new edition is."""
    book = locked(communique, "write a communique", by)
    check_state(communique, State.PUBLISHED)
    why = written(reason, "reason", _("Say what is wrong: the public reads that it was corrected, not why."))
    edition = published_edition(communique)
    if edition:
        write_again(communique, edition)
        communique.wordings.filter(lang__in=edition.content["langs"]).update(writers=[])
    return step(book, communique, edition, Act.REOPENED, by, reason=why)


@transaction.atomic
def resume(communique: Communique, *, by: User | None) -> Step:
    """Give a correction up: the draft is again what is published."""
    book = locked(communique, "write a communique", by)
    check_state(communique, State.DRAFT)
    edition = published_edition(communique)
    if edition is None:
        raise RuleBroken(_("%(communique)s is not published: drop it instead.") % {"communique": communique})
    communique.wordings.update(title="", body="", writers=[], version=F("version") + 1)
    return step(book, communique, edition, Act.RESUMED, by)


@transaction.atomic
def withdraw(communique: Communique, reason: str, *, by: User | None) -> Step:
    """The page says from now on that it was withdrawn, and why: the public reads the reason."""
    book = locked(communique, "publish a communique", by)
    edition = published_edition(communique)
    if edition is None:
        raise RuleBroken(_("%(communique)s is not published: drop it instead.") % {"communique": communique})
    check_state(communique, State.PUBLISHED, State.DRAFT, *FROZEN)
    why = written(reason, "reason", _("Say why: the public reads it."))
    communique.wordings.update(title="", body="")  # a correction that was being written goes with it
    return step(book, communique, edition, Act.WITHDRAWN, by, reason=why, at=timezone.now())


@transaction.atomic
def drop(communique: Communique, reason: str, *, by: User | None) -> Step:
    """A draft that will not be published; it stays readable for the cell."""
    book = locked(communique, "write a communique", by)
    check_state(communique, State.DRAFT)
    if published_edition(communique):
        raise RuleBroken(_("%(communique)s is published: withdraw it instead.") % {"communique": communique})
    why = written(reason, "reason", _("Say why it is dropped."))
    return step(book, communique, None, Act.DROPPED, by, reason=why)


@transaction.atomic
def keep(communique: Communique, lang: str, answers: str, reason: str, *, by: User | None) -> Keeping:
    """Answer a contradiction with a reason instead of replacing it: another value on the board asks again."""
    book = locked(communique, "publish a communique", by)
    check_state(communique, State.DRAFT, *FROZEN)
    if lang not in set(communique.wordings.values_list("lang", flat=True)):
        raise RuleBroken(_("There is no text in this language."))
    if communique.keepings.filter(lang=lang, answers=answers).exists():
        raise RuleBroken(_("This was answered already: load the page again."))
    why = written(reason, "reason", _("Say why the text stays as it is: it stands in the journal."))
    said = {"number": communique.number, "lang": lang, "answers": answers, "reason": why}
    entry = record(book, by, "communique.kept", f"communique:{communique.number}", **said)
    return Keeping.objects.create(communique=communique, entry=entry, lang=lang, answers=answers, reason=why)
