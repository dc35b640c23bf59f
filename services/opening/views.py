"""The first page, the pages that lead from it to a declared crisis, and declaring in a house that is prepared."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crisis.accounts.models import User
from crisis.accounts.tries import TooMany
from crisis.days import day_words
from crisis.errors import RuleBroken
from crisis.middleware import takes
from crisis.models import Crisis
from crisis.request import MemberRequest
from crisis.roles import check_may, crises_of
from crisis.table import HEAVIEST
from crisis.views import at_its_field
from services.models import Service, Site
from services.opening.answers import STEPS, Answers, happened_of
from services.opening.code import check_code, is_needed
from services.opening.forms import CodeForm, DeclareForm, HouseForm
from services.opening.table_views import from_table, is_table, pasted_in, without
from services.opening.ticks import ServicesForm
from services.opening.writes import Person, begin, declare_once
from services.reads import to_assess

OPENED = "opened"
"""In the session of whoever typed the code."""
TITLES: dict[str, Promise] = {
    "real": gettext_lazy("Real or exercise?"),
    "what": gettext_lazy("What happened, and when?"),
    "house": gettext_lazy("Whose crisis is it?"),
    "sites": gettext_lazy("Which sites?"),
    "services": gettext_lazy("What is done where?"),
    "me": gettext_lazy("Who are you?"),
}


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """The first page of an empty installation: its code, then what to do.

    The QR code brings the code behind a "#", which no browser sends to the server: it stands in no log.
    """
    if not is_needed():
        return redirect("home")
    if typed := request.POST.get("code"):
        try:
            check_code(typed, address=request.META.get("REMOTE_ADDR", ""))
        except RuleBroken as refusal:
            form = CodeForm({"code": typed})
            form.add_error("code", str(refusal))
            status = 429 if isinstance(refusal, TooMany) else 422
            return render(request, "opening/code.html", {"form": form}, status=status)
        request.session[OPENED] = True
        return redirect("start")
    if not request.session.get(OPENED):
        return render(request, "opening/code.html", {"form": CodeForm()})
    mode = request.POST.get("mode", "")
    if mode in STEPS:
        (answers := Answers(request.session)).begin(mode)
        return redirect("start_step", answers.steps[0])
    return render(request, "opening/start.html", {"port": next_port(request)})


def next_port(request: HttpRequest) -> int:
    """A port beside this one, for the demonstration."""
    return int(request.get_port()) + 1 if request.get_port().isdecimal() else 8001


@login_not_required
@takes(HEAVIEST)
def step(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the way: what is missing before it comes first, what was typed stays."""
    if not is_needed():
        messages.info(request, _("Somebody has begun here meanwhile: sign in, or ask them for an account."))
        return redirect("home")
    answers = Answers(request.session)
    if not request.session.get(OPENED) or not answers.mode:
        return redirect("start")
    if name not in answers.steps:
        raise Http404
    if missing := answers.lacking(name):
        return redirect("start_step", missing)
    form = answers.form(name, request.POST if request.method == "POST" else None, beginning(name))
    if request.method != "POST":
        return page(request, answers, name, form)
    if isinstance(form, ServicesForm) and is_table(request, form):
        return tabled(request, answers, form)
    if not form.is_valid():
        return page(request, answers, name, form, 422)
    if name == "me":
        return begun(request, answers, form)
    if isinstance(form, ServicesForm) and form.cleaned_data["pasted"]:
        return taken_in(request, answers, form)
    answers.store(name, form, request.POST)
    return redirect("start_step", answers.steps[answers.steps.index(name) + 1])


def beginning(name: str) -> dict[str, Any]:
    """What stands in a page that nobody has filled in."""
    return {"what": what_beginning(), "house": HouseForm.beginning()}.get(name, {})


def what_beginning() -> dict[str, Any]:
    """A name that says the day, and now as the moment of awareness: both to be corrected."""
    today = day_words(timezone.localdate(), "j F Y")
    return {"name": _("Crisis of %(day)s") % {"day": today}, "aware_at": timezone.localtime()}


def page(
    request: HttpRequest, answers: Answers, name: str, form: Form, status: int = 200, **more: object
) -> HttpResponse:
    """One question, where one is on the way, and on the last page what was answered; `more` is what is said of it."""
    place = answers.steps.index(name)
    context = {
        "form": form,
        "name": name,
        "heading": TITLES[name],
        "place": place + 1,
        "steps": [(step, TITLES[step], n < place) for n, step in enumerate(answers.steps)],
        "before": answers.steps[place - 1] if place else "",
        "mode": answers.mode,
        "now": timezone.now(),
    }
    if name == "me":
        context |= {"house": answers.house(), "happened": answers.happened()}
        context["offer"] = "another" if "another" in request.POST else ""
    return render(request, "opening/step.html", context | more, status=status)


def tabled(request: HttpRequest, answers: Answers, form: ServicesForm) -> HttpResponse:
    """A spreadsheet: its columns first, then its rows as ticks, to be looked at before going on."""
    try:
        came = from_table(request, form)
    except RuleBroken as refusal:
        form.table_refused = str(refusal)
        return page(request, answers, "services", form, 422)
    if isinstance(came, HttpResponse):
        return came
    if without(request):
        return page(request, answers, "services", form, note=came)
    answers.store("services", form, request.POST)
    messages.info(request, came)
    return redirect("start_step", "services")


def taken_in(request: HttpRequest, answers: Answers, form: ServicesForm) -> HttpResponse:
    """The pasted lines as ticks, to be looked at before going on."""
    note = pasted_in(form)
    answers.store("services", form, request.POST)
    messages.info(request, note)
    return redirect("start_step", "services")


def begun(request: HttpRequest, answers: Answers, form: Form) -> HttpResponse:
    """All of it at once: the account, the registry, the crisis; then the board."""
    typed = form.cleaned_data
    person = Person(typed["username"], typed["name"], typed["function"], typed["new"])
    try:
        user, crisis = begin(answers.house(), person, answers.happened(), another="another" in request.POST)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        said = {"offer": refusal.offer} if refusal.offer else {"late": not is_needed()}
        return page(request, answers, "me", form, 422, **said)
    answers.forget()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return to_board(crisis) if crisis else redirect("home")


def to_board(crisis: Crisis) -> HttpResponse:
    """The board, with the form open on the first essential service that nobody has assessed."""
    first = next(iter(to_assess(crisis)), None)
    opened = f"?change={first.pk}" if first else ""
    return redirect(reverse("board", args=[crisis.pk]) + opened)


def under_way(user: User) -> list[tuple[Crisis, bool]]:
    """What is open, and whether the person sees it: told before anybody declares another one."""
    found = list(Crisis.objects.filter(closed_at=None).order_by("is_exercise", "-pk"))
    seen = set(Crisis.objects.filter(crises_of(user)).values_list("pk", flat=True)) if found else set()
    return [(crisis, crisis.pk in seen) for crisis in found]


def declare(request: MemberRequest) -> HttpResponse:
    """A house that is prepared declares on one page: real or exercise, what, when."""
    check_may(request.user, "declare a crisis")
    form = DeclareForm(request.POST or None, initial=what_beginning())
    sites = Site.objects.filter(until=None).count()
    context: dict[str, Any] = {"form": form, "now": timezone.now(), "sites": sites}
    context["services"] = Service.objects.filter(until=None, site__until=None).count()
    context["under_way"] = under_way(request.user)

    def show() -> HttpResponse:
        return render(request, "opening/declare.html", context, status=422 if form.is_bound else 200)

    if not form.is_valid():
        return show()
    at_field = at_its_field(form, show)

    def refused(refusal: RuleBroken) -> HttpResponse:
        context["offer"] = refusal.offer
        context["under_way"] = under_way(request.user)
        return at_field(refusal)

    request.refused = refused
    another = form.cleaned_data["another"]
    return to_board(declare_once(happened_of(form.cleaned_data), another=another, by=request.user))
