"""Shape of input while a meeting runs: who is there, what is captured, actions. Rules live in the verbs."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crisis.accounts.models import User
from crisis.forms import MomentInput, moment_field
from crisis.meetings.agenda import ABSENT, EXCUSED, PRESENT
from crisis.meetings.agenda import LONGEST as SHORT
from crisis.meetings.decisions import LONGEST
from crisis.meetings.models import Action, Duty, Meeting, Point
from crisis.meetings.reads import ahead, in_charge, members_of, suggested
from crisis.models import Crisis, Member, Role

TODAY, TOMORROW, NEXT, DAY, NONE, KEEP = "today", "tomorrow", "next", "day", "none", "keep"
DUE = [
    (TODAY, _("today")),
    (TOMORROW, _("tomorrow")),
    (NEXT, _("next meeting")),
    (DAY, _("a date")),
    (NONE, _("no date")),
]


def person_field(people: list[User], **kwargs: Any) -> forms.TypedChoiceField:
    """One of these people, or nobody."""
    by_pk = {str(user.pk): user for user in people}
    choices = [("", "—"), *((pk, str(user)) for pk, user in by_pk.items())]
    return forms.TypedChoiceField(choices=choices, coerce=by_pk.__getitem__, empty_value=None, required=False, **kwargs)


def director_among(people: list[User], crisis: Crisis) -> User | None:
    """Who is expected to chair: a director of the crisis."""
    held = set(Member.objects.filter(crisis=crisis, role=Role.DIRECTOR, until=None).values_list("user", flat=True))
    return next((user for user in people if user.pk in held), None)


class AttendanceForm(forms.Form):
    """The members, each present, excused or neither; who chairs, who holds the pen (`was_…`: as the page had it).

    Only what was changed on this page counts: somebody else may be ticking too.
    """

    def __init__(self, data: Any, meeting: Meeting) -> None:
        super().__init__(data)
        self.members = members_of(meeting.crisis)
        rows = meeting.attendees.exclude(user=None)
        noted = {a.user_id: EXCUSED if a.excused else PRESENT for a in rows}
        self.was = {user.pk: noted.get(user.pk, ABSENT) for user in self.members}
        how = [(PRESENT, _("present")), (EXCUSED, _("excused")), (ABSENT, "—")]
        for user in self.members:
            was = self.was[user.pk]
            self.fields[f"seen_{user.pk}"] = forms.ChoiceField(
                label=str(user), choices=how, required=False, initial=was, widget=forms.RadioSelect
            )
            self.fields[f"was_{user.pk}"] = forms.CharField(required=False, initial=was, widget=forms.HiddenInput)
        charges = in_charge(meeting)
        for duty, label in ((Duty.CHAIR, _("Chair")), (Duty.PEN, _("Pen"))):
            held = charges[duty].attendee.user_id if duty in charges else ""
            self.fields[str(duty)] = person_field(self.members, label=label, initial=held)
            self.fields[f"was_{duty}"] = forms.CharField(required=False, initial=held, widget=forms.HiddenInput)
        self.suggested = None if Duty.CHAIR in charges else director_among(self.members, meeting.crisis)
        if self.suggested:
            self.fields["chair"].initial = self.suggested.pk

    def rows(self) -> list[tuple[User, forms.BoundField, forms.BoundField]]:
        """Each member with their two fields."""
        return [(user, self[f"seen_{user.pk}"], self[f"was_{user.pk}"]) for user in self.members]

    def absent(self) -> list[User]:
        """The members who are on no list yet: who comes late arrives."""
        return [user for user in self.members if self.was[user.pk] == ABSENT]

    def expected(self) -> list[User]:
        """The members but for those who are excused: whom one key marks present."""
        return [user for user in self.members if self.was[user.pk] != EXCUSED]

    def charges(self, seen: dict[User, str]) -> dict[str, User | None]:
        """Who chairs and who holds the pen; the chair that the page only suggested counts when that person is there."""
        typed = self.cleaned_data
        chosen = {str(duty): typed[str(duty)] for duty in Duty}
        found = {d: u if u and str(u.pk) != typed[f"was_{d}"] else None for d, u in chosen.items()}
        chair = found["chair"]
        if chair and chair == self.suggested and seen.get(chair, self.was[chair.pk]) != PRESENT:
            found["chair"] = None
        return found

    def seen(self) -> dict[User, str]:
        """Who was marked otherwise than the page had it."""
        typed = self.cleaned_data
        marks = {user: (typed[f"seen_{user.pk}"], typed[f"was_{user.pk}"]) for user in self.members}
        return {user: now for user, (now, was) in marks.items() if now != was}


class GuestForm(forms.Form):
    """Somebody who is no member."""

    name = forms.CharField(label=_("Name"), max_length=SHORT)
    function = forms.CharField(label=_("Function"), max_length=SHORT, required=False)
    excused = forms.BooleanField(label=_("Excused"), required=False)


class PointForm(forms.Form):
    """A point of one's own."""

    title = forms.CharField(label=_("Point to add"), max_length=SHORT)


class DraftForm(forms.Form):
    """The free text of a point, and the version it started from. How long it may be is the verb's rule: nothing is cut."""

    body = forms.CharField(label=_("Text of this point"), required=False, strip=False)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class OwnerForm(forms.Form):
    """Who does it, by when."""

    owner_name = forms.CharField(label=_("or somebody else"), required=False, max_length=SHORT)
    due = forms.ChoiceField(label=_("Due"), choices=DUE, required=False, widget=forms.RadioSelect, initial=TOMORROW)
    day = forms.DateField(
        label=_("Date"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    def __init__(self, data: Any, crisis: Crisis, people: list[User] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.crisis = crisis
        self.fields["owner"] = person_field(members_of(crisis) if people is None else people, label=_("Who"))

    def clean(self) -> dict[str, Any]:
        """A date belongs to "a date"; who types one means it."""
        typed = super().clean() or {}
        if typed.get("due") == DAY and not typed.get("day"):
            self.add_error("day", _("Choose the date by which it is done."))
        if typed.get("day"):
            typed["due"] = DAY
        return typed

    def told(self) -> dict[str, Any]:
        """Owner and moment, as the verbs take them. A day ends at midnight in the organisation's zone."""
        typed, now = self.cleaned_data, timezone.now()
        due = typed.get("due") or NONE
        found: dict[str, Any] = {"owner": typed["owner"], "owner_name": typed["owner_name"], "due_hour": due == NEXT}
        if due == NEXT:
            announced = ahead(self.crisis)
            waiting = announced and announced.opened_at is None and announced.scheduled_at > now
            return found | {"due_at": announced.scheduled_at if announced and waiting else suggested(self.crisis, now)}
        today = timezone.localdate(now)
        days = {TODAY: today, TOMORROW: today + timedelta(days=1), DAY: typed.get("day")}
        return found | {"due_at": end_of(days.get(due))}


class ChangeForm(OwnerForm):
    """Who does an action from now on, by when; what is not touched stays. The law sets the moment of its duties."""

    def __init__(self, data: Any, action: Action, people: list[User] | None = None) -> None:
        was = {"owner": action.owner_id, "owner_name": str(action.owner_name or ""), "due": KEEP}
        super().__init__(data, action.crisis, people, initial=was, auto_id=f"a{action.number}_%s")
        self.action = action
        self.fields["due"].choices = [(KEEP, _("as it is")), *DUE]  # type: ignore[attr-defined]
        if action.duty:
            del self.fields["due"], self.fields["day"]

    def told(self) -> dict[str, Any]:
        """As the verb takes it."""
        if self.cleaned_data.get("due") in {KEEP, "", None}:
            self.cleaned_data["due"] = NONE
            return super().told() | {"due_at": self.action.due_at, "due_hour": self.action.due_hour}
        return super().told()


def end_of(day: Any) -> datetime | None:
    """The last moment of a day: what is due today may be said until midnight."""
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None


class CaptureForm(OwnerForm):
    """The one line that is always open: a decision, or, with `!` in front or chosen, an action."""

    words = forms.CharField(label=_("Decision or action"), max_length=LONGEST, widget=forms.Textarea({"rows": 2}))
    kind = forms.ChoiceField(
        choices=[("decision", _("Decision")), ("action", _("Action"))], required=False, widget=forms.RadioSelect
    )
    why = forms.CharField(label=_("Why"), required=False, max_length=LONGEST)
    decided_by = forms.CharField(label=_("Who decided"), required=False, max_length=SHORT)
    field_order = ["words", "kind", "why", "decided_by", "owner", "owner_name", "due", "day", "point"]

    def __init__(self, data: Any, meeting: Meeting, point: Point | None = None) -> None:
        super().__init__(data, meeting.crisis, initial={"kind": "decision", "point": point and point.pk})
        points = {str(each.pk): each for each in meeting.points.select_related("title")}
        choices = [("", _("later")), *((pk, f"{n}. {each}") for n, (pk, each) in enumerate(points.items(), 1))]
        self.fields["point"] = forms.TypedChoiceField(
            label=_("Point"), choices=choices, coerce=points.__getitem__, empty_value=None, required=False
        )
        self.order_fields(self.field_order)

    @property
    def is_action(self) -> bool:
        """Whether what was typed is an action."""
        return "action" in {self.cleaned_data["kind"], "action" if self.cleaned_data["words"].startswith("!") else ""}


class ActionForm(OwnerForm):
    """An action that no meeting sets."""

    words = forms.CharField(label=_("What is to be done"), max_length=LONGEST, widget=forms.Textarea({"rows": 2}))
    field_order = ["words", "owner", "owner_name", "due", "day"]

    def __init__(self, data: Any, crisis: Crisis) -> None:
        super().__init__(data, crisis)
        self.order_fields(self.field_order)


class DoneForm(forms.Form):
    """What the recipient answered with, and when it was filed when that was before."""

    filed_at = moment_field(label=_("Filed at"), widget=MomentInput({"class": "short"}))
    reference = forms.CharField(label=_("Reference"), required=False, max_length=SHORT)


class AddendumForm(forms.Form):
    """A correction under sealed minutes."""

    words = forms.CharField(label=_("Correction"), max_length=10_000, widget=forms.Textarea({"rows": 3}))
