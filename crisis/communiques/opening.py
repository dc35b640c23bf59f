"""What a new communiqué starts from: sentences around the facts that hold now, each one a reference."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.communiques.board_facts import all_facts
from crisis.communiques.models import Kind
from crisis.communiques.refs import ref_to
from crisis.days import day_words
from crisis.facts import Fact
from crisis.models import Crisis


def opening_words(crisis: Crisis, kind: Kind, moment: datetime) -> tuple[str, str]:
    """Title and text to start from, in the language in force. What is in no fact is left to write."""
    facts = {fact.key: fact for fact in all_facts(crisis, moment)}
    local = timezone.localtime(moment)
    said = {"day": day_words(local, "l j F Y"), "hour": f"{local:%H:%M}"}
    match kind:
        case Kind.RESTORED:
            return _("Back in service"), "\n\n".join([restored(facts), *practical(facts)])
        case Kind.CORRECTION:
            return _("Correction"), "\n\n".join([_("This corrects what we published before."), *practical(facts)])
    title = _("Situation on %(day)s") % said
    if kind == Kind.EXERCISE:
        title = _("EXERCISE: situation on %(day)s") % said
    return title, "\n\n".join([*situation(facts, said), *practical(facts)])


def situation(facts: dict[str, Fact], said: dict[str, str]) -> list[str]:
    """How many services run, which is also what a SMS says, and the measures in force as a list."""
    assured, down = facts.get("count:essential"), facts.get("count:suspended")
    measures = [ref_to(fact) for fact in facts.values() if fact.kind == "measure"]
    if assured and down:
        said = said | {"assured": ref_to(assured), "suspended": ref_to(down)}
        found = [_("On %(day)s at %(hour)s: %(assured)s, %(suspended)s.") % said]
    else:
        found = [_("Situation on %(day)s at %(hour)s.") % said]
    return found + ([_("Measures in force:"), listed(measures)] if measures else [])


def listed(lines: list[str]) -> str:
    """A list in Markdown."""
    return "\n".join(f"- {line}" for line in lines)


def restored(facts: dict[str, Fact]) -> str:
    """The services that run again, one a line."""
    back = [fact for fact in facts.values() if fact.kind == "status" and fact.value == "restored"]
    whole = {fact.key for fact in back if "@" not in fact.key}
    told = [fact for fact in back if "@" not in fact.key or fact.key.partition("@")[0] not in whole]
    return listed([ref_to(fact, fact.label) for fact in told]) or _("No service is restored yet.")


def practical(facts: dict[str, Fact]) -> list[str]:
    """The number to call."""
    phone = facts.get("phone:public")
    return [_("Your questions: %(phone)s.") % {"phone": ref_to(phone)}] if phone else []
