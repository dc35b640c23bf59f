"""Who is who in a crisis, or in the house before any: the page of members, one verb each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crisis.accounts.cards import open_cards
from crisis.accounts.factor import remove_factor, with_factor
from crisis.accounts.models import User
from crisis.accounts.sessions import end_all, open_sessions
from crisis.accounts.writes import correct_account, deactivate_account
from crisis.card_views import members_of, shown
from crisis.context import acts_of, address_in
from crisis.forms import MemberForm, PersonForm
from crisis.journal_pieces import lines
from crisis.member_writes import add_member, reopened
from crisis.models import Crisis, JournalEntry, Member
from crisis.request import MemberRequest
from crisis.roles import may, scope_options
from crisis.views import at_its_field, live_frame, place_of
from crisis.writes import withdraw_role


def page(
    request: MemberRequest, crisis: Crisis | None, form: MemberForm | None = None, status: int = 200
) -> HttpResponse:
    """Everybody with a role here, what was done alone, and the form."""
    members = (
        Member.objects.filter(crisis=crisis, until=None).select_related("user").order_by("user__first_name", "role")
    )
    alone = JournalEntry.objects.filter(book__crisis=crisis, data__has_key="alone", countersignature=None).order_by(
        "-seq"
    )
    names = dict(scope_options())
    listed = [(member, [names.get(key, key) for key in member.scope]) for member in members]
    context: dict[str, Any] = {
        "crisis": crisis,
        "members": listed,
        "alone": lines(alone),
        "form": form or member_form(),
    }
    people = [member.user_id for member, _scope in listed]
    context["signed_in"] = dict.fromkeys(open_sessions().filter(user__in=people).values_list("user", flat=True), True)
    context["with_factor"] = dict.fromkeys(with_factor(people), True)
    context["open_cards"] = {card.user_id: card for card in open_cards(people)}
    context["house_journal"] = may(request.user, "see the journal")
    context |= {"page": "members", "may": acts_of(request, crisis)} | (live_frame(crisis) if crisis else {})
    return render(request, "crisis/members.html", context, status=status)


def member_form(data: object = None) -> MemberForm:
    """The form, with everybody who has an account."""
    people = [(user.pk, str(user)) for user in User.objects.filter(is_active=True).order_by("first_name", "username")]
    return MemberForm(data, people=people, scopes=scope_options())


def members(request: MemberRequest, crisis_pk: int | None = None) -> HttpResponse:
    """Give a role, to somebody who is there or to a new account."""
    crisis = place_of(request, crisis_pk, "manage members")
    if request.method != "POST":
        return page(request, crisis)
    form = member_form(request.POST)

    if not form.is_valid():
        return page(request, crisis, form, 422)
    request.refused = at_its_field(form, lambda: page(request, crisis, form, 422))
    typed = form.cleaned_data
    typed["user"] = User.objects.get(pk=typed["user"]) if typed["user"] else None
    member, code = add_member(crisis, by=request.user, **typed)
    messages.success(request, _("%(name)s has the role.") % {"name": member.user})
    if code:
        return shown(request, crisis, [(open_cards([member.user]).get(), code)])
    return redirect(address_in(crisis, "members"))


@require_POST
def withdraw(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """Take a role back."""
    crisis = place_of(request, crisis_pk, "manage members")
    withdraw_role(get_object_or_404(Member, pk=pk, crisis=crisis), by=request.user)
    messages.success(request, _("The role is taken back."))
    return redirect(address_in(crisis, "members") if may(request.user, "manage members", crisis) else reverse("home"))


@require_POST
def remove_second_factor(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """Take away the second factor of somebody who lost phone and recovery codes."""
    crisis = place_of(request, crisis_pk, "manage members")
    user = member_of(crisis, pk)
    remove_factor(user, by=request.user, crisis=crisis)
    messages.success(request, _("The second factor of %(name)s is removed.") % {"name": user})
    return redirect(address_in(crisis, "members"))


@require_POST
def end_sessions(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """Sign somebody out everywhere: a phone was lost, a ward PC left open."""
    crisis = place_of(request, crisis_pk, "manage members")
    user = member_of(crisis, pk)
    end_all(user, by=request.user, crisis=crisis)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": user})
    return redirect(address_in(crisis, "members"))


def member_of(crisis: Crisis | None, pk: int) -> User:
    """Somebody with a role here; 404 for anybody else."""
    return get_object_or_404(members_of(crisis), pk=pk)


@require_POST
def deactivate(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """Close an account."""
    crisis = place_of(request, crisis_pk, "manage members")
    deactivate_account(member_of(crisis, pk), by=request.user, crisis=crisis)
    messages.success(request, _("The account is closed."))
    return redirect(address_in(crisis, "members"))


@require_POST
def reopen(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """Open a closed account again, and show the card with which its person comes in."""
    crisis = place_of(request, crisis_pk, "manage members")
    user = member_of(crisis, pk)
    return shown(request, crisis, [reopened(user, by=request.user, crisis=crisis)])


def correct(request: MemberRequest, pk: int, crisis_pk: int | None = None) -> HttpResponse:
    """A name, a function, a site or a phone was wrong, or is another now."""
    crisis = place_of(request, crisis_pk, "manage members")
    user = member_of(crisis, pk)
    known = {"name": user.first_name, "function": user.function, "site": user.site, "phone": user.phone}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=known)
    if not form.is_valid():
        context = {"crisis": crisis, "person": user, "form": form, "page": "members", "may": acts_of(request, crisis)}
        return render(request, "crisis/person.html", context, status=422 if form.is_bound else 200)
    correct_account(user, **form.cleaned_data, by=request.user, crisis=crisis)
    messages.success(request, _("Saved: %(name)s.") % {"name": user})
    return redirect(address_in(crisis, "members"))
