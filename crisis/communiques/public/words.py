"""What the public reads, in whole sentences and in the language in force."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crisis.communiques.answers import CALL, CARE, EMERGENCY, KEPT, OPEN, STAY, UNLESS_CALLED, Answer
from crisis.communiques.public.state import Public
from crisis.days import day_words

PLANNED = {
    KEPT: lambda: pgettext("appointment", "Kept"),
    UNLESS_CALLED: lambda: pgettext("appointment", "Kept, unless we call you"),
    STAY: lambda: pgettext("appointment", "Cancelled, except in an emergency"),
}
WALK_IN = {
    KEPT: lambda: pgettext("come by yourself", "Open"),
    UNLESS_CALLED: lambda: pgettext("come by yourself", "Open, unless we call you"),
    STAY: lambda: pgettext("come by yourself", "Closed, except in an emergency"),
}


def unbroken(phone: str) -> str:
    """A number that no line parts."""
    return phone.replace(" ", "\N{NO-BREAK SPACE}")


def headline(answer: Answer, phone: str) -> str:
    """The answer in a few words."""
    if answer.rule == CALL and answer.visit == CARE:
        return _("Not confirmed")
    if answer.rule == CALL:
        return (
            _("Call %(phone)s before you come") % {"phone": unbroken(phone)} if phone else _("Call us before you come")
        )
    if answer.visit == EMERGENCY and answer.rule == STAY:
        return _("No emergencies are received here")
    if answer.visit == EMERGENCY or (answer.rule == KEPT and (answer.essential or answer.visit == CARE)):
        return pgettext("essential service", "Assured")
    return (WALK_IN if answer.visit == OPEN else PLANNED)[answer.rule]()


def to_do(answer: Answer, phone: str) -> str:
    """What the person does now, in one or two whole sentences."""
    said = sentence_of(answer, phone)
    urgent = answer.essential or answer.visit == EMERGENCY
    return " ".join([said, _("In a life-threatening emergency, call 112.")] if urgent else [said])


def sentence_of(answer: Answer, phone: str) -> str:
    """What the person does now: nobody is told to come at an hour to a service that has none."""
    if answer.visit == EMERGENCY and answer.rule != CALL:
        if answer.rule == STAY:
            return _("Go to another emergency department.")
        return _("The emergency department receives patients.")
    if answer.visit == CARE and answer.rule in {KEPT, CALL}:
        return _("This service goes on.") if answer.rule == KEPT else unconfirmed(phone)
    if answer.rule == KEPT:
        return _("Come as you usually do.") if answer.visit == OPEN else _("Come at the hour of your appointment.")
    if answer.rule == UNLESS_CALLED and answer.visit == OPEN:
        return _("Come as you usually do, unless somebody of the hospital calls you beforehand.")
    if answer.rule == UNLESS_CALLED:
        return _("Come at the hour of your appointment, unless somebody of the hospital calls you beforehand.")
    if answer.rule == STAY:
        return _("Do not come unless we call you.")
    if phone:
        return _("We cannot tell you for sure at the moment. Call %(phone)s before you leave home.") % {
            "phone": unbroken(phone)
        }
    return _("We cannot tell you for sure at the moment. Call the hospital before you leave home.")


def unconfirmed(phone: str) -> str:
    """Of what goes on inside: nobody comes to it, some ask."""
    if phone:
        return _("We cannot confirm this service at the moment. Call %(phone)s for any question.") % {
            "phone": unbroken(phone)
        }
    return _("We cannot confirm this service at the moment. Call the hospital for any question.")


def moment_words(moment: datetime, form: str = "j F Y") -> str:
    """A moment of the organisation's zone with its day and hour, in the language in force; `form` as in `day_words`."""
    return f"{day_words(moment, form)}, {moment:%H:%M}"


def day(public: Public) -> str:
    """The day on which the crisis began."""
    assert public.crisis is not None
    return day_words(localtime(public.crisis.started_at), "j F Y")


def lede(public: Public) -> list[str]:
    """The situation in plain words: one or two sentences, each whole."""
    if public.crisis is None:
        return [_("There is no crisis information at the moment.")]
    if public.over:
        return [_("The crisis of %(day)s is over. Its communiqués can still be read here.") % {"day": day(public)}]
    if not public.released:
        return [unreleased(public)]
    essential = [each for each in public.answers.values() if each.essential or each.visit == EMERGENCY]
    planned = [each for each in public.answers.values() if each.asked and not each.essential]
    assured = all(answer.rule == KEPT for answer in essential)
    return [*essentials(public, assured=assured) * bool(essential), *others(public, planned)]


def unreleased(public: Public) -> str:
    """Nothing was released yet."""
    if public.phone:
        return _("We are establishing what goes on. Before you come to one of our hospitals, call %(phone)s.") % {
            "phone": unbroken(public.phone)
        }
    return _("We are establishing what goes on. Before you come to one of our hospitals, call there.")


def essentials(public: Public, *, assured: bool) -> list[str]:
    """Whether emergencies and essential services are assured."""
    if assured:
        return [_("Emergency care and essential services are assured at all sites.")]
    if public.phone:
        return [
            _("We cannot confirm every essential service at every site: read below what holds, or call %(phone)s.")
            % {"phone": unbroken(public.phone)}
        ]
    return [_("We cannot confirm every essential service at every site: read below what holds, or call the hospital.")]


def others(public: Public, planned: list[Answer]) -> list[str]:
    """What is cancelled or uncertain among appointments."""
    words = {"day": day(public)}
    attack = bool(public.crisis and public.crisis.kind == "cyberattack")
    if any(answer.rule == STAY for answer in planned):
        if attack:
            return [_("Some activities remain suspended after the cyberattack of %(day)s.") % words]
        return [_("Some activities remain suspended since %(day)s.") % words]
    if any(answer.rule in {CALL, UNLESS_CALLED} for answer in planned):
        if attack:
            return [_("Some appointments are still uncertain after the cyberattack of %(day)s.") % words]
        return [_("Some appointments are still uncertain since %(day)s.") % words]
    return [_("Appointments are kept.")] if planned else []


def summary(public: Public) -> str:
    """The lede in one paragraph."""
    return " ".join(lede(public))
