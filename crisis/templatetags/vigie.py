"""What templates say in the cell's way: moments with their date, ages, the word of a status."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crisis import frames
from crisis.context import address_in
from crisis.days import day_words
from crisis.markdown import html_of
from crisis.models import Crisis

register = template.Library()

WORDS = {
    "vital": lambda: pgettext("status", "Vital"),
    "suspended": lambda: pgettext("status", "Suspended"),
    "restored": lambda: pgettext("status", "Restored"),
    "not_assessed": lambda: pgettext("status", "Not assessed"),
}


@register.filter
def status_word(status: str) -> str:
    """The word of a status, in the reader's language."""
    return WORDS[status]()


@register.simple_tag
def moment(value: datetime | None, hour_known: bool = True) -> SafeString | str:
    """A moment with its date, in the organisation's zone: <time datetime>; without the hour when nobody knows it."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    day = day_words(local, "D j N Y")
    shown = f"{day}, {local:%H:%M}" if hour_known else day
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown)


@register.simple_tag
def since(value: datetime | None, now: datetime | None = None, hour_known: bool = True) -> SafeString | str:
    """A moment as short as its age allows: the hour today, else day and month, with the year when it is another one."""
    if value is None:
        return ""
    local, today = timezone.localtime(value), timezone.localtime(now or timezone.now())
    if local.date() == today.date() and hour_known:
        shown = f"{local:%H:%M}"
    else:
        shown = day_words(local, "j N" if local.year == today.year else "j N Y")
    return format_html('<time datetime="{}" data-age="">{}</time>', value.isoformat(), shown)


@register.filter(expects_localtime=True)
def day(value: date | None, form: str) -> str:
    """A day in words, as the reader's language writes it; `form` is one of `crisis.days.FORMS`."""
    return day_words(value, form) if value else ""


@register.filter
def age(value: datetime | None, now: datetime | None = None) -> str:
    """How old a fact is, in the largest unit that says it: minutes, hours, days."""
    if value is None:
        return ""
    passed = max((now or timezone.now()) - value, timedelta())
    if passed < timedelta(hours=1):
        return _("%(number)d min") % {"number": passed.seconds // 60}
    if passed < timedelta(days=2):
        return _("%(number)d h") % {"number": passed.days * 24 + passed.seconds // 3600}
    return _("%(number)d d") % {"number": passed.days}


@register.filter
def markdown(words: object) -> SafeString:
    """Free text that people write in Markdown, sanitised."""
    return html_of(str(words))


@register.simple_tag
def banners(crisis: Crisis) -> SafeString:
    """What nobody may miss, on every page of a crisis."""
    return mark_safe(frames.banners(crisis))  # each banner is a rendered template


@register.simple_tag
def beside_board(crisis: Crisis, at: datetime | None) -> SafeString:
    """What features put beside the matrix of the board."""
    return frames.beside_board(crisis, at)


@register.simple_tag
def address(crisis: Crisis | None, name: str, *more: object) -> str:
    """The address of a page that a crisis and the house both have: {% address crisis 'members' %}."""
    return address_in(crisis, name, *more)


@register.filter
def get(values: dict[str, object], key: str) -> object:
    """A value of a dictionary by key."""
    return values.get(key)


@register.simple_tag
def querystring_of(asked: dict[str, object], before: int) -> str:
    """The filters in force as a query string, going on before a number."""
    return urlencode({**{name: str(value) for name, value in asked.items()}, "before": before})


BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")]
SYSTEMS = ["Windows", "Android", "CrOS", "Linux", "iPhone", "iPad", "Mac OS"]


@register.filter
def browser_name(agent: str) -> str:
    """A browser as a person names it: "Chrome 156 · Linux"; what it says of itself when none of the usual ones."""
    found = next(((sign, name) for sign, name in BROWSERS if sign in agent), None)
    if found is None:
        return agent[:40]
    version = agent.partition(found[0])[2].partition(".")[0]
    system = next((name for name in SYSTEMS if name in agent), "")
    return " · ".join(filter(None, [f"{found[1]} {version}", system]))
