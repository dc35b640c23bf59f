"""Shape of input of the centre's pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crisis.models import Role


def moments_of(local: datetime) -> list[datetime]:
    """What a time on the clock may mean: one moment, two when the clocks go back over it, none when they jump over it."""
    first, second = (local.replace(tzinfo=timezone.get_current_timezone(), fold=fold) for fold in (0, 1))
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return [first]
    return [first, second] if before > after else []


def read_moment(value: Any) -> datetime | None:
    """A moment as it was typed or as a form holds it, by the local clock; None when it is none. With a zone when it is certain."""
    try:
        moment = value if isinstance(value, datetime) else parse_datetime(str(value or "").strip())
        return timezone.localtime(moment) if moment and timezone.is_aware(moment) else moment
    except (ValueError, OverflowError):
        return None


def twice(moment: datetime | None) -> list[str]:
    """The two offsets from UTC of a time that comes twice, such as "+02:00"; [] for any other."""
    found = moments_of(moment.replace(tzinfo=None)) if moment else []
    return [each.isoformat(timespec="minutes")[16:] for each in found] if len(found) == 2 else []


class MomentInput(forms.DateTimeInput):
    """The browser's own picker; beside a time that comes twice, a choice which of the two it is, sent as `<name>-offset`.

    What was chosen is a part of the value then: "2022-10-30T02:30+01:00".
    """

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, "%Y-%m-%dT%H:%M")

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """What was typed, with the offset that was chosen where it needs one."""
        typed, offset = super().value_from_datadict(data, files, name), data.get(f"{name}-offset")
        return f"{typed}{offset}" if offset in twice(read_moment(typed)) else typed

    def format_value(self, value: Any) -> str | None:
        """Without an offset, which the picker does not know."""
        moment = read_moment(value) if isinstance(value, str) else None
        if moment and moment.tzinfo:
            return moment.replace(tzinfo=None).isoformat(timespec="seconds" if moment.second else "minutes")
        return super().format_value(value)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The picker, and the choice where there is one."""
        picker, moment = super().render(name, value, attrs, renderer), read_moment(value)
        offsets = twice(moment)
        if not moment or not offsets:
            return picker
        said = [gettext("before the clocks go back (UTC%(offset)s)"), gettext("after they went back (UTC%(offset)s)")]
        options = [(offset, words % {"offset": offset}) for offset, words in zip(offsets, said, strict=True)]
        known = isinstance(value, datetime) or moment.tzinfo
        label = gettext("Which %(hour)s") % {"hour": f"{moment:%H:%M}"}
        choice = forms.Select({**self.attrs, "aria-label": label}, [("", label), *options])
        return picker + choice.render(f"{name}-offset", offsets[moment.fold] if known else "", None, renderer)


class MomentField(forms.DateTimeField):
    """A moment in the organisation's zone. A time that comes twice is asked about; one that the clocks jump over is refused."""

    widget = MomentInput
    input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]

    def to_python(self, value: Any) -> datetime | None:
        """The moment, or None; at an offset of its own, so that two that the clock shows alike are not taken for one."""
        try:
            moment = super().to_python(value)
            local = timezone.localtime(moment.astimezone(UTC)) if moment else None
            return local and local.replace(tzinfo=timezone.get_fixed_timezone(local.utcoffset() or 0), fold=0)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        except ValidationError as refusal:
            typed = (refusal.params or {}).get("datetime")
            if not isinstance(typed, datetime):
                raise
            said = {"hour": f"{typed:%H:%M}"}
            if moments_of(typed):
                raise ValidationError(
                    gettext("%(hour)s comes twice that night: choose which one it is.") % said
                ) from None
            why = gettext("There is no %(hour)s that night, the clocks go forward: correct the moment.")
            raise ValidationError(why % said) from None


def moment_field(*, required: bool = False, **kwargs: Any) -> MomentField:
    """A moment; where none is required, empty means now."""
    return MomentField(required=required, **kwargs)


class JournalFilter(forms.Form):
    """What of the journal is shown; `before` is a number, to go on with older entries."""

    day = forms.DateField(
        label=_("Day"), required=False, input_formats=["%Y-%m-%d"], widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    actor = forms.ChoiceField(label=_("Who"), required=False)
    verb = forms.ChoiceField(label=_("What"), required=False)
    service = forms.ChoiceField(label=_("Service"), required=False)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, actors: list[str], verbs: list[tuple[str, str]], services: list[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        everything = [("", _("All"))]
        for name, options in {"actor": [(a, a) for a in actors], "verb": verbs, "service": services}.items():
            self.fields[name].choices = [*everything, *options]  # type: ignore[attr-defined]


class EntryForm(forms.Form):
    """A line for the journal in one's own words."""

    words = forms.CharField(label=_("What happened"), max_length=4000, widget=forms.Textarea({"rows": 2}))
    source = forms.CharField(label=_("Who says so, and how"), required=False, max_length=500)
    happened_at = moment_field(label=_("Happened at"), help_text=_("Leave empty for now."))
    verified = forms.BooleanField(label=_("Verified: a fact, not an assumption"), required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class PersonForm(forms.Form):
    """What the cell knows of a person, to be corrected; the journal keeps the name that each entry was written under."""

    name = forms.CharField(label=_("Name"), max_length=150)
    function = forms.CharField(label=_("Function"), required=False, max_length=120)
    site = forms.CharField(label=_("Site"), required=False, max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)


class MemberForm(forms.Form):
    """A role for a person: one who has an account, or a new one."""

    user = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)
    username = forms.CharField(label=_("or a new account: user name"), required=False, max_length=150)
    name = forms.CharField(label=_("Name"), required=False, max_length=150)
    function = forms.CharField(label=_("Function"), required=False, max_length=120)
    site = forms.CharField(label=_("Site"), required=False, max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    scope = forms.MultipleChoiceField(label=_("Sites and services (site lead, ward manager)"), required=False)
    alone = forms.CharField(
        label=_("Alone, with a reason"),
        help_text=_(
            "Only for a role of your own or a director's when no second person is there; somebody countersigns."
        ),
        required=False,
        max_length=500,
    )

    def __init__(self, data: Any = None, *, people: list[tuple[int, str]], scopes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["user"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Either somebody who is there, or a new name."""
        typed = super().clean() or {}
        if bool(typed.get("user")) == bool(typed.get("username")):
            self.add_error("user", _("Choose a person, or give a user name for a new account."))
        if typed.get("username") and not typed.get("name"):
            self.add_error("name", _("Write the name that the journal will show."))
        return typed
