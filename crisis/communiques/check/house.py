"""What a sentence says besides the services: the number to call, the next meeting, measures, appointments."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.communiques.check import overdue, wording
from crisis.communiques.check.clauses import clauses_of, day_of, negated, when_of
from crisis.communiques.check.marks import Mark
from crisis.communiques.check.situation import Checked, Finding, Situation
from crisis.facts import Fact

COUNTRY = "32"
RULES = {"come": "come", "stay": "stay", "unless": "unless_called"}


def phones(marks: list[Mark], situation: Situation) -> list[Checked | Finding]:
    """A number that people are told to call is the public line; any other is only pointed at."""
    line = situation.told.get("phone:public")
    calls = any("calls" in mark for mark in marks) and not any("activity" in mark or "site" in mark for mark in marks)
    found: list[Checked | Finding] = []
    for mark in marks:
        if "phone" not in mark or mark.quoted:
            continue
        if line is None:
            found.append(Finding("unknown", mark.text, _("The organisation has no public line.")))
        elif dialled(mark.value) == dialled(line.value):
            found.append(Checked(line.label, line.seq))
        else:
            free = dialled(mark.value).startswith(("800", "900", "70"))
            kind = "contradicts" if calls or free else "unknown"
            found.append(Finding(kind, mark.text, line.label, line.seq, line.key, line.value))
    return found


def dialled(number: str) -> str:
    """A number as it is dialled inside the country, without its first 0: +32 800 00 000 is 0800 00 000."""
    plain = "".join(each for each in number if each.isdigit())
    if number.startswith("+") or plain.startswith("00"):
        plain = plain.lstrip("0").removeprefix(COUNTRY)
    return plain.lstrip("0") if len(plain) > 4 else plain


def meeting(marks: list[Mark], situation: Situation) -> list[Checked | Finding]:
    """The day and the hour of the next meeting."""
    if not any("meeting" in mark for mark in marks) or not any("next" in mark for mark in marks):
        return []
    if any(mark.text == "?" or "was" in mark or "maybe" in mark or "been" in mark for mark in marks):
        return []
    today = situation.moment.date()
    dates = [day for day in (day_of(mark, today) for mark in marks if not mark.quoted and "date" in mark) if day]
    dates = dates or [day for day in (day_of(mark, today) for mark in marks if not mark.quoted) if day]
    hours = [mark.value for mark in marks if "hour" in mark and not mark.quoted]
    if len(dates) > 1 or len(hours) > 1 or not (dates or hours):
        return []
    said = ", ".join([*(wording.day(day) for day in dates), *hours])
    told = situation.told.get("meeting:next")
    if told is None:
        return [Finding("unknown", _("Next meeting: %(moment)s") % {"moment": said}, _("No meeting is announced."))]
    when = timezone.localtime(datetime.fromisoformat(told.value))
    half = {"morning": when.hour < 12, "afternoon": when.hour >= 12}
    wrong = any(not fits for kind, fits in half.items() if any(kind in mark for mark in marks))
    wrong = wrong or dates not in ([], [when.date()]) or hours not in ([], [f"{when:%H:%M}"])
    if wrong:
        label = _("Next meeting: %(moment)s") % {"moment": said}
        return [Finding("contradicts", label, told.label, told.seq, told.key, told.value)]
    return [Checked(told.label, told.seq)]


def measures(marks: list[Mark], situation: Situation) -> list[Checked | Finding]:
    """A measure by its name: in force, or lifted."""
    found: list[Checked | Finding] = []
    for clause in clauses_of(marks) if any("measure" in mark for mark in marks) else []:
        lifted, inforce = clause.has("lifted"), clause.has("inforce")
        when = when_of(clause, situation.moment.date())
        if lifted == inforce or clause.has("maybe", "will", "was") or when.future or any(m.text == "?" for m in marks):
            continue
        holds = inforce != negated(clause)
        for key in dict.fromkeys(keys_of(clause.marks)):
            found += measure(key, holds, situation)
    return found


def keys_of(marks: list[Mark]) -> list[str]:
    """The measures that are named: M1, M3; M1 à M3 is all three."""
    found: list[str] = []
    for n, mark in enumerate(marks):
        if "measure" not in mark or mark.quoted:
            continue
        number = int(mark.value[1:])
        if (
            n > 1
            and "upto" in marks[n - 1]
            and "measure" in marks[n - 2]
            and number - int(marks[n - 2].value[1:]) < 100
        ):
            found += [f"M{between}" for between in range(int(marks[n - 2].value[1:]) + 1, number)]
        found.append(mark.value)
    return found


def measure(key: str, holds: bool, situation: Situation) -> list[Checked | Finding]:
    """One measure that a sentence says is in force, or is not."""
    fact = situation.told.get(f"measure:{key}")
    said = (_("%(measure)s is in force") if holds else _("%(measure)s is not in force")) % {"measure": key}
    if (fact is not None) == holds:
        return [Checked(said, fact.seq), *overdue.of_measure(said, fact)] if fact else [Checked(said)]
    board = fact.label if fact else _("%(measure)s is not in force") % {"measure": key}
    return [Finding("contradicts", said, board, fact.seq if fact else 0, f"measure:{key}", fact.value if fact else "")]


def appointments(marks: list[Mark], situation: Situation) -> list[Checked | Finding]:
    """What people with an appointment are told to do, against the rule of the measures that cover it."""
    said = next((RULES[kind] for kind in ("unless", "stay", "come") for m in marks if kind in m and not m.quoted), "")
    conditional = said != "unless_called" and any("maybe" in mark or mark.text == "?" for mark in marks)
    if not said or conditional or any("partly" in mark for mark in marks):
        return []
    activities = {key for mark in marks for key in mark.kinds.get("activity", ())}
    sites = {key for mark in marks for key in mark.kinds.get("site", ())}
    rules = [fact for fact in situation.facts if fact.kind == "measure" and fact.about.get("attendance")]
    rules = [fact for fact in rules if covers(fact, activities, sites)]
    words = {
        "come": _("come as planned"),
        "unless_called": _("come, unless you are called"),
        "stay": _("do not come, unless you are called"),
    }
    opposite = {fact.about["attendance"] for fact in rules}
    for fact in rules:
        rule = fact.about["attendance"]
        if len(opposite) == 1 and "stay" in {rule, said} and rule != said and said != "unless_called":
            return [
                Finding("contradicts", words[said], f"{fact.label} ({words[rule]})", fact.seq, fact.key, fact.value)
            ]
    same = next((fact for fact in rules if fact.about["attendance"] == said), None)
    return [Checked(words[said], same.seq), *overdue.of_measure(words[said], same)] if same else []


def covers(fact: Fact, activities: set[str], sites: set[str]) -> bool:
    """Whether a measure is about what a sentence names; a sentence that names nothing is about every measure."""
    own, places = set(fact.about.get("activities", [])), set(fact.about.get("sites", []))
    return (not activities or not own or bool(own & activities)) and (not sites or not places or bool(places & sites))
