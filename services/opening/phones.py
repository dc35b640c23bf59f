"""The fallback number of each service: what rings when network and switchboard do not. Printed on Contacts."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crisis.accounts.models import User
from crisis.journal import lock_book
from crisis.roles import check_may
from services.models import PHONE, Service, Site
from services.opening.registry import open_sites
from services.reads import in_force
from services.registry import register_service


def services_here() -> list[Service]:
    """What is done somewhere now, site by site in the order of the board."""
    open_now = Service.objects.filter(in_force(timezone.now()), site__in=open_sites())
    return list(open_now.select_related("activity", "site").order_by("site__order", "site", "activity__order", "pk"))


def no_number(words: str) -> str:
    """Why these words are no number, as a sentence; "" when they are one, or nothing."""
    if words and not any(letter.isdigit() for letter in words):
        return _("“%(words)s” holds no number.") % {"words": words[:PHONE]}
    if len(words) > PHONE:
        return _("“%(words)s…” is too long for a number: at most %(most)d signs.") % {
            "words": words[:40],
            "most": PHONE,
        }
    return ""


def check_number(words: str) -> None:
    """Refuse what is no number, at its field."""
    if wrong := no_number(words):
        raise forms.ValidationError(wrong)


@transaction.atomic
def correct_phones(phones: dict[int, str], *, by: User) -> int:
    """Give services (by primary key) their fallback numbers, "" for none; how many changed."""
    lock_book(None)
    check_may(by, "manage the registry")
    changed = [service for service in services_here() if phones.get(service.pk, service.phone) != service.phone]
    for service in changed:
        register_service(service.activity, service.site, phone=phones[service.pk], by=by)
    return len(changed)


class PhonesForm(forms.Form):
    """A field for each service, site by site."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.there = services_here()
        for service in self.there:
            box = forms.TextInput({"autocomplete": "off", "aria-label": str(service)})
            self.fields[f"phone{service.pk}"] = forms.CharField(
                label=service.activity.name,
                initial=service.phone,
                show_hidden_initial=True,
                required=False,
                widget=box,
                validators=[check_number],
            )

    def phones(self) -> dict[int, str]:
        """The numbers that were changed on this page, by primary key: what others changed meanwhile stays."""
        names = {f"phone{service.pk}": service.pk for service in self.there}
        return {names[name]: self.cleaned_data[name] for name in self.changed_data}

    def sites(self) -> list[tuple[Site, list[forms.BoundField]]]:
        """The fields of each site."""
        found: dict[Site, list[forms.BoundField]] = {}
        for service in self.there:
            found.setdefault(service.site, []).append(self[f"phone{service.pk}"])
        return list(found.items())
