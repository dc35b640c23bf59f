"""A communiqué while it is written: not a fact yet, no entry. It starts from the board, or from what was said before."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.communiques.models import Communique, Edition, Kind, State, Wording
from crisis.communiques.opening import opening_words, unfinished
from crisis.communiques.reads import said_in, state_of
from crisis.errors import Overtaken, RuleBroken
from crisis.journal import lock_book
from crisis.languages import languages_of_house
from crisis.models import Crisis
from crisis.roles import check_may, check_open

LONGEST = 20_000
"""Characters of a text: six pages, more than any editor prints."""
TITLE = 200


def check_writable(communique: Communique) -> None:
    """Only a draft is written; what waits, was approved or published says what to do instead."""
    instead = {
        State.REVIEW: _("%(communique)s is in review: send it back before you change it."),
        State.APPROVED: _("%(communique)s is approved: its text is frozen. Send it back before you change it."),
        State.SCHEDULED: _(
            "%(communique)s waits for its moment: its text is frozen. Send it back before you change it."
        ),
        State.HELD: _("%(communique)s is held back: its text is frozen. Send it back before you change it."),
        State.PUBLISHED: _("%(communique)s is published: begin a correction, the old text stays readable."),
        State.WITHDRAWN: _("%(communique)s is withdrawn: begin another one."),
        State.DROPPED: _("%(communique)s was dropped: begin another one."),
    }
    if sentence := instead.get(state_of(communique)):
        raise RuleBroken(sentence % {"communique": communique})


@transaction.atomic
def begin(crisis: Crisis, kind: str, *, by: User | None, after: Edition | None = None) -> Communique:
    """A new draft: in the language that leads with what the board says now, or in all of those of an edition (`after`)."""
    lock_book(crisis)
    check_may(by, "write a communique", crisis)
    check_open(crisis)
    lead, now = languages_of_house()[0], timezone.now()
    number = (Communique.objects.filter(crisis=crisis).aggregate(last=Max("number"))["last"] or 0) + 1
    communique = Communique.objects.create(
        crisis=crisis, number=number, kind=kind, lang=lead, begun_by=by, begun_at=now
    )
    texts = {lang: words for lang, words in said_in(after).items() if lang in languages_of_house()} if after else {}
    late = {lang for lang, said in after.content["langs"].items() if said["late"]} if after else set()
    if not texts:
        with translation.override(lead):
            texts = {lead: opening_words(crisis, Kind(kind), now)}
    if lead not in texts:
        communique.lang = next(iter(texts))
        communique.save(update_fields=["lang"])
    Wording.objects.bulk_create(
        Wording(
            communique=communique,
            lang=lang,
            title=title,
            body=body,
            follows=int(lang not in late),
            saved_by=by,
            saved_at=now,
        )
        for lang, (title, body) in texts.items()
    )
    return communique


@transaction.atomic
def save_wording(
    communique: Communique, lang: str, title: str, body: str, base: int, *, by: User | None, follows: int | None = None
) -> Wording:
    """Keep what somebody wrote in one language. `base` is the version they started from (0: nothing was there).

    `follows`: the version of the leading language that this text now says in its own (None: the one of now).
    Saving the same words again makes no version, but says that they follow. Raises Overtaken when another version came
    between, RuleBroken when it is too long, the language is none of the house's, or the text is frozen.
    """
    lock_book(communique.crisis)
    check_may(by, "write a communique", communique.crisis)
    check_open(communique.crisis)
    check_writable(communique)
    check_words(lang, title, body)
    wordings = {wording.lang: wording for wording in communique.wordings.select_for_update(of=("self",))}
    newest, lead = wordings.get(lang), wordings.get(communique.lang)
    if newest and (newest.title, newest.body) != (title, body) and newest.version != base:
        raise Overtaken(newest, newest.saved_by)
    changed = newest is None or (newest.title, newest.body) != (title, body)
    version = (newest.version if newest else 0) + changed
    leading = version if lang == communique.lang else lead.version if lead else 0
    values = {
        "title": title,
        "body": body,
        "version": version,
        "follows": leading if follows is None or lang == communique.lang else min(follows, leading),
    }
    if changed:
        writers = set(newest.writers if newest else []) | ({by.pk} if by else set())
        values |= {"saved_by": by, "saved_at": timezone.now(), "writers": sorted(writers)}
    return Wording.objects.update_or_create(communique=communique, lang=lang, defaults=values)[0]


def check_words(lang: str, title: str, body: str) -> None:
    """Refuse, in words, what is too long, or in a language that the house does not speak."""
    if lang not in languages_of_house():
        raise RuleBroken(_("The organisation does not write in this language."), field="lang")
    if len(title) > TITLE:
        raise RuleBroken(_("At most %(number)d characters: shorten it.") % {"number": TITLE}, field="title")
    if len(body) > LONGEST:
        sentence = _("At most %(number)d characters, this has %(count)d: shorten it, or put the rest behind a link.")
        raise RuleBroken(sentence % {"number": LONGEST, "count": len(body)}, field="body")


def lateness(communique: Communique) -> dict[str, str]:
    """Of the leading language and each one of the house: current, late or missing.

    Late is what the leading text was changed since, and what still says that words in it are to be translated.
    """
    wordings = {wording.lang: wording for wording in communique.wordings.all()}
    lead = wordings.get(communique.lang)
    found = {}
    for lang in dict.fromkeys([communique.lang, *languages_of_house()]):
        wording = wordings.get(lang)
        empty = wording is None or not (wording.title.strip() and wording.body.strip())
        late = False
        if lead is not None and wording is not None and lang != communique.lang:
            late = wording.follows < lead.version or unfinished(lang, wording.body)
        found[lang] = "missing" if empty else "late" if late else "current"
    return found


def lateness_in(edition: Edition) -> dict[str, str]:
    """The same of a frozen text: each language of the house, and each that the edition has."""
    frozen = edition.content["langs"]
    return {
        lang: "missing" if lang not in frozen else "late" if frozen[lang]["late"] else "current"
        for lang in dict.fromkeys([*languages_of_house(), *frozen])
    }
