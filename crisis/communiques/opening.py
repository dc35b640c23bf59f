"""What a new communiqué starts from: sentences around the facts that hold now, each one a reference."""

from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crisis.communiques.board_facts import all_facts
from crisis.communiques.models import Act, Kind, Step
from crisis.communiques.refs import ref_to
from crisis.days import day_words
from crisis.facts import Fact
from crisis.languages import written_in
from crisis.models import Crisis

RECENT = timedelta(hours=24)
"""How far back something is told as restored when nothing was published yet."""


def opening_words(crisis: Crisis, kind: Kind, moment: datetime) -> tuple[str, str]:
    """Title and text to start from, in the language in force. What is in no fact is left to write.

    No moment stands there in plain words but the day: an hour would stay when the facts beside it are replaced.
    """
    facts = {fact.key: fact for fact in all_facts(crisis, moment)}
    day = {"day": day_words(timezone.localtime(moment), "l j F Y")}
    stamped = crisis.is_exercise or kind == Kind.EXERCISE
    match kind:
        case Kind.RESTORED:
            title = _("EXERCISE: back in service") if stamped else _("Back in service")
            lines = restored(facts, told_until(crisis, moment))
        case Kind.CORRECTION:
            title = _("EXERCISE: correction") if stamped else _("Correction")
            lines = [_("This corrects what we published before.")]
        case _situation:
            title = (_("EXERCISE: situation on %(day)s") if stamped else _("Situation on %(day)s")) % day
            lines = situation(facts, day)
    return title, "\n\n".join([*lines, *practical(facts)])


def situation(facts: dict[str, Fact], day: dict[str, str]) -> list[str]:
    """How many services run, which is also what a SMS says, and the measures in force as a list."""
    assured, down = facts.get("count:essential"), facts.get("count:suspended")
    measures = [measure(fact) for fact in facts.values() if fact.kind == "measure"]
    found = [_("This is the situation on %(day)s.") % day]
    if assured and down:
        said = day | {"assured": ref_to(assured), "suspended": ref_to(down)}
        found = [_("This is the situation on %(day)s: %(assured)s, %(suspended)s.") % said]
    return found + ([_("Measures in force:"), listed(measures)] if measures else [])


def measure(fact: Fact) -> str:
    """The words of a measure; when they are in another language, that is said before them: they are to be translated."""
    text = fact.about["texts"].get("text")
    if text is None or text.lang == (get_language() or "fr")[:2]:
        return ref_to(fact)
    said = {"measure": fact.key.partition(":")[2], "only": written_in(text.lang), "text": ref_to(fact)}
    return _("%(measure)s (%(only)s, to be translated): %(text)s") % said


def unfinished(lang: str, body: str) -> bool:
    """Whether a text still says of some words that they are to be translated."""
    with translation.override(lang):
        _before, _only, after = _("%(measure)s (%(only)s, to be translated): %(text)s").partition("%(only)s")
    return after.partition("%(text)s")[0].strip() in body


def listed(lines: list[str]) -> str:
    """A list in Markdown."""
    return "\n".join(f"- {line}" for line in lines)


def told_until(crisis: Crisis, moment: datetime) -> int | datetime:
    """Up to which entry of the journal the public was told, by the text that was published last; a day ago when none was."""
    published = Step.objects.filter(communique__crisis=crisis, act=Act.PUBLISHED, at__lte=moment)
    last = published.select_related("edition__entry").order_by("at", "pk").last()
    return last.edition.entry.seq if last and last.edition else moment - RECENT


def restored(facts: dict[str, Fact], told: int | datetime) -> list[str]:
    """The services that run again since the public was told last, one a line; an activity that does everywhere is one line."""
    back = [fact for fact in facts.values() if fact.kind == "status" and fact.value == "restored"]
    new = {fact.key for fact in back if "@" in fact.key and is_new(fact, told)}
    whole = set()
    for fact in back:
        sites = {each.key for each in back if each.key.startswith(f"{fact.key}@")}
        if "@" not in fact.key and sites <= new:
            whole.add(fact.key)
    named = [f for f in back if f.key in whole or (f.key in new and f.key.partition("@")[0] not in whole)]
    if not named:
        return [_("No service was restored since we informed you last.")]
    return [_("These services run again:"), listed([ref_to(fact) for fact in named])]


def is_new(fact: Fact, told: int | datetime) -> bool:
    """Whether a fact was written after that entry, whenever it was observed; or observed after that moment."""
    if isinstance(told, int):
        return fact.seq > told
    return fact.since is not None and fact.since > told


def practical(facts: dict[str, Fact]) -> list[str]:
    """The number to call."""
    phone = facts.get("phone:public")
    return [_("Your questions: %(phone)s.") % {"phone": ref_to(phone)}] if phone else []
