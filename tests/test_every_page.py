"""Every address, every role, one table: what each person gets when they ask for it or send to it, and what it writes."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation
from django_otp.plugins.otp_totp.models import TOTPDevice

from crisis.accounts.cards import give_card
from crisis.accounts.models import User
from crisis.communiques.answers import digest_read
from crisis.communiques.drafts import begin
from crisis.communiques.models import Communique, Wording
from crisis.communiques.public.state import situation_of
from crisis.communiques.steps import approve, correct, publish, submit
from crisis.displays.writes import Look, blank_display, pair_display, show_code
from crisis.meetings.actions import set_action
from crisis.meetings.agenda import add_guest
from crisis.meetings.decisions import take_decision
from crisis.meetings.exceptions import ask_exception
from crisis.meetings.measure_writes import Said, decide_measure
from crisis.meetings.models import Action
from crisis.meetings.seal import seal_minutes
from crisis.meetings.writes import announce_meeting, open_meeting
from crisis.models import Crisis, Member, Organisation
from crisis.writes import declare_crisis, grant_role, write_entry
from services.models import Activity, EssentialPeriod, Service, Site
from services.writes import report_status
from tests.cast import ATTACKED, VITAL, adjourn, ago, person, written

pytestmark = pytest.mark.django_db
ROLES = ["director", "medical", "secretary", "communications", "it", "duty", "ward", "observer", "outsider", "nobody"]
#            director medical secretary communications it duty ward observer outsider nobody
SHOWN = {
    "board": "200 200 200 200 200 200 200 200 404 302",
    "service": "200 200 200 200 200 200 200 200 404 302",
    "change": "200 200 200 200 200 200 200 200 404 302",
    "choose": "200 200 200 200 200 200 200 200 404 302",
    **dict.fromkeys(["paper", "paper_sheet", "paper_site"], "200 200 200 200 200 200 200 200 404 302"),
    "back_entry": "200 200 200 422 422 200 422 422 404 302",
    "journal": "200 200 200 200 200 422 422 422 404 302",
    **dict.fromkeys(["members", "members_table", "correct_account"], "200 422 200 422 200 422 422 422 404 302"),
    "mask": "200 422 422 422 422 422 422 422 404 302",
    "displays": "200 422 200 422 200 422 422 422 404 302",
    "displays_list": "200 422 200 422 200 422 422 422 404 302",
    "display": "200 422 200 422 200 422 422 422 404 302",
    "display_preview": "200 422 200 422 200 422 422 422 404 302",
    "meetings": "200 200 200 200 200 200 200 200 404 302",
    "calendar": "200 200 200 200 200 200 200 200 404 302",
    "meeting": "200 200 200 200 200 200 200 200 404 302",
    "measures": "200 200 200 200 200 200 200 200 404 302",
    "amend_measure": "200 200 200 422 422 422 422 422 404 302",
    **dict.fromkeys(["public_answers", "call_sheet"], "200 200 200 200 200 200 200 200 404 302"),
    "public_preview": "302 302 302 302 302 302 302 302 404 302",
    **dict.fromkeys(
        ["communiques", "communique", "communique_pdf", "communique_text"],
        "200 200 200 200 200 422 422 422 404 302",
    ),
    **dict.fromkeys(
        ["point", "minutes", "minutes_pdf", "actions", "actions_csv", "exceptions"],
        "200 200 200 200 200 200 200 200 404 302",
    ),
}
SENT = {
    "report": "302 302 302 422 422 302 422 422 404 302",
    "back_entry": "302 302 302 422 422 302 422 422 404 302",
    "confirm": "302 302 302 422 422 302 422 422 404 302",
    "confirm_site": "302 302 302 422 422 302 422 422 404 302",
    "undo": "302 302 302 422 422 302 422 422 404 302",
    "acknowledge": "302 302 302 302 302 422 422 422 404 302",
    "write_entry": "302 302 302 302 302 422 422 422 404 302",
    "verify_entry": "302 302 302 302 302 422 422 422 404 302",
    "countersign": "302 422 422 422 422 422 422 422 404 302",
    "mask": "302 422 422 422 422 422 422 422 404 302",
    "members": "302 422 302 422 302 422 422 422 404 302",
    "members_table": "200 422 200 422 200 422 422 422 404 302",
    "withdraw": "302 422 302 422 302 422 422 422 404 302",
    "give_cards": "200 422 200 422 200 422 422 422 404 302",
    "revoke_card": "302 422 302 422 302 422 422 422 404 302",
    "remove_factor": "302 422 302 422 302 422 422 422 404 302",
    "end_sessions": "302 422 302 422 302 422 422 422 404 302",
    "deactivate": "302 422 302 422 302 422 422 422 404 302",
    "correct_account": "302 422 302 422 302 422 422 422 404 302",
    "reopen": "200 422 200 422 200 422 422 422 404 302",
    "displays": "302 422 302 422 302 422 422 422 404 302",
    "display": "302 422 302 422 302 422 422 422 404 302",
    "display_identify": "302 422 302 422 302 422 422 422 404 302",
    "display_blank": "302 422 302 422 302 422 422 422 404 302",
    "display_light": "302 422 302 422 302 422 422 422 404 302",
    "display_revoke": "302 422 302 422 302 422 422 422 404 302",
    **dict.fromkeys(
        [
            "open_announced",
            "adjourn",
            "cancel_meeting",
            "renew_rest",
            "decide_measure",
            "renew_measure",
            "lift_measure",
            "amend_measure",
            "attend",
            "add_guest",
            "come_or_go",
            "arrive",
            "add_point",
            "move_point",
            "skip_point",
            "save_draft",
            "capture",
            "take_back",
            "take_back_action",
            "file_decision",
            "file_action",
            "addendum",
            "add_action",
            "require_duties",
            "finish_action",
            "drop_action",
            "change_action",
        ],
        "302 302 302 422 422 422 422 422 404 302",
    ),
    **dict.fromkeys(["open_meeting", "announce_meeting"], "302 302 302 422 422 302 422 422 404 302"),
    "ask_exception": "302 302 302 422 422 302 302 422 404 302",
    "judge_exception": "302 302 422 422 422 422 422 422 404 302",
    **dict.fromkeys(
        [f"{act}_communique" for act in ("begin", "save", "submit", "correct", "resume", "drop")],
        "302 422 422 302 422 422 422 422 404 302",
    ),
    **dict.fromkeys(
        ["publish_communique", "send_communique_back", "withdraw_communique", "keep_communique"],
        "302 302 422 302 422 422 422 422 404 302",
    ),
    "approve_communique": "302 302 422 422 422 422 422 422 404 302",
    "release_answers": "302 302 422 422 422 422 422 422 404 302",
    "seal": "302 422 422 422 422 422 422 422 404 302",
}

LOOK = {"name": "Hall", "language": "fr", "theme": "dark", "shows": "all", "zoom": 100, "page_seconds": 20}


def cells(table: dict[str, str]) -> list[tuple[str, str, int]]:
    return [
        (name, role, int(code)) for name, row in table.items() for role, code in zip(ROLES, row.split(), strict=True)
    ]


def communiques_of(crisis, communications, medical) -> dict[str, Communique]:
    """A communiqué in each place of its way."""
    found = {
        place: begin(crisis, "situation", by=communications)
        for place in ("draft", "review", "approved", "published", "correcting")
    }
    for place, communique in found.items():
        if place != "draft":
            edition = submit(communique, by=communications)
        if place not in {"draft", "review"}:
            approve(communique, edition.digest, by=medical)
        if place in {"published", "correcting"}:
            publish(communique, late_too=True, by=communications)
    correct(found["correcting"], "A mistake", by=communications)
    return found


@dataclass(frozen=True)
class World:
    """A crisis, its people by their roles, what each address needs, and what a form would send there."""

    crisis: Crisis
    people: dict[str, User]
    arguments: dict[str, list]
    typed: dict[str, dict]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One for the whole file, in a transaction that ends with it; each test goes back to it."""
    hashed_fast = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), transaction.atomic(), hashed_fast, translation.override("en"):
        yield make_world()
        transaction.set_rollback(True)


def make_world() -> World:
    """Something for every address."""
    Organisation.objects.create(pk=1, name="Vivalia", languages=["fr", "nl", "de", "en"], cell_phone="0470 00 00 00")
    site = Site.objects.create(key="libramont", names={"": "Libramont"}, order=1)
    radiology, laboratory = (
        Service.objects.create(activity=Activity.objects.create(key=key, names={"fr": key}, order=n), site=site)
        for n, key in enumerate(("radiologie", "laboratoire"))
    )
    EssentialPeriod.objects.create(activity=laboratory.activity)
    crisis = declare_crisis("Attack", started_at=timezone.now() - timedelta(days=3), by=None)
    people = {role: person(role, role, crisis) for role in [*ROLES[:5], "observer"]}
    people["duty"] = person("duty", "site", crisis, ["site:libramont"])
    people["ward"] = person("ward", "ward", crisis, ["service:radiologie@libramont"])
    people["outsider"] = User.objects.create_user("outsider", password="a long password")
    director, secretary, observer = people["director"], people["secretary"], people["observer"]
    report_status(crisis, radiology, VITAL.changed(observed_at=ago(9)), by=secretary)
    last = report_status(crisis, radiology, VITAL.changed(capacity=50, observed_at=ago(5)), by=secretary)
    alarm = report_status(crisis, laboratory, ATTACKED, by=secretary)
    free = write_entry(crisis, "A truck.", by=secretary)
    somebody = User.objects.create_user("somebody", password="a long password")
    leaver = User.objects.create_user("leaver", password="a long password")
    gone = User.objects.create_user("gone", is_active=False)
    for person_of_no_cell in (leaver, gone):
        grant_role(person_of_no_cell, "observer", crisis, by=None)
    member = grant_role(somebody, "director", crisis, alone="nobody else is awake", by=secretary)
    alone = crisis.book.entries.latest("seq")
    other = User.objects.create_user("other", password="a long password")
    give_card(observer, by=secretary, crisis=crisis)
    TOTPDevice.objects.create(user=observer, name="totp")
    Client().force_login(observer, backend="django.contrib.auth.backends.ModelBackend")
    screens = [
        pair_display(crisis, show_code("10.0.0.7").code, Look(name=name), by=secretary) for name in ("Lit", "Dark")
    ]
    blank_display(screens[1], True, by=secretary)
    held = open_meeting(crisis, cell="it", by=secretary)
    measure = decide_measure(held, Said(text="No mail"), by=secretary)
    adjourn(held, by=secretary)
    sealed = adjourn(open_meeting(crisis, cell="it", by=secretary), by=secretary, all_the_same=True)
    seal_minutes(sealed, by=director)
    asked = ask_exception(measure, "BLOC-0147", by=secretary)
    running = open_meeting(crisis, cell="it", by=secretary)
    guest = add_guest(running, "A guest", "", by=secretary)
    point = running.points.get(topic="it")
    decision = take_decision(running, "Mail stays off", by=secretary)
    action = set_action(crisis, "Order tokens", owner=secretary, meeting=running, by=secretary)
    alone_action = set_action(crisis, "Print the lists", owner=secretary, by=secretary)
    Action.objects.exclude(duty="").delete()  # so that they can be put on the list
    announced = announce_meeting(crisis, timezone.now() + timedelta(hours=1), by=secretary)
    said = communiques_of(crisis, people["communications"], people["medical"])
    one = [running.number, measure.number]
    arguments = {
        "board": [], "choose": [], "journal": [], "members": [], "members_table": [], "write_entry": [],
        "service": [radiology.pk], "change": [radiology.pk], "report": [radiology.pk], "confirm": [radiology.pk],
        "confirm_site": [radiology.site_id], "undo": [last.pk], "acknowledge": [alarm.pk],
        "verify_entry": [free.entry_id], "mask": [free.entry_id], "countersign": [alone.pk],
        "withdraw": [member.pk], "deactivate": [leaver.pk], "reopen": [gone.pk], "correct_account": [leaver.pk], "give_cards": [], "revoke_card": [observer.pk], "remove_factor": [observer.pk], "end_sessions": [observer.pk],
        "displays": [], "displays_list": [], "display_light": [screens[1].pk],
        "meetings": [], "calendar": [], "measures": [], "open_meeting": [], "announce_meeting": [], "open_announced": [announced.number],
        **{name: [running.number] for name in ("meeting", "adjourn", "cancel_meeting", "renew_rest", "decide_measure")},
        "communiques": [], "begin_communique": [],
        "exceptions": [], "ask_exception": [], "judge_exception": [asked.number],
        "actions": [], "actions_csv": [], "add_action": [], "require_duties": [],
        **{name: [running.number] for name in ("attend", "add_guest", "add_point", "capture", "minutes", "minutes_pdf")},
        **{name: [running.number, point.pk] for name in ("point", "move_point", "skip_point", "save_draft")},
        "come_or_go": [running.number, guest.pk], "arrive": [running.number, director.pk],
        "take_back": [running.number, decision.pk], "file_decision": [running.number, decision.pk],
        "take_back_action": [running.number, action.pk],
        "file_action": [running.number, action.pk], "seal": [held.number], "addendum": [sealed.number],
        **{f"{act}_action": [alone_action.number] for act in ("finish", "drop", "change")},
        **dict.fromkeys(("renew_measure", "lift_measure", "amend_measure"), one),
        "paper": [], "paper_sheet": ["board"], "paper_site": [radiology.site_id], "back_entry": [radiology.site_id],
        "public_answers": [], "call_sheet": ["nl"], "public_preview": [], "release_answers": [],
        **{f"display{act}": [screens[0].pk] for act in ("", "_preview", "_identify", "_blank", "_revoke")},
    }  # fmt: skip
    typed = {
        "back_entry": {"observed_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "source": "a sheet", f"service-{radiology.pk}-status": "restored"},
        "report": {"status": "restored"}, "write_entry": {"words": "More."}, "mask": {"text": free.text_id, "reason": "a name"},
        "members": {"user": other.pk, "role": "observer"}, "members_table": {"rows": "1\tNight Nurse", "column0": "name", "make": "nnurse"}, "give_cards": {"only": observer.pk},
        "open_meeting": {"kind": "ordinary"}, "announce_meeting": {"kind": "ordinary", "at": "2099-01-01T08:30"},
        "adjourn": {"all_the_same": "on"}, "cancel_meeting": {"reason": "No quorum"},
        "decide_measure": {"text": "No fax"}, "amend_measure": {"text": "No mail but for the pharmacy"},
        "ask_exception": {"measure": measure.number, "reference": "RX 4471"},
        "judge_exception": {"party": "medical", "favourable": "yes", "alone": "at night"},
        "attend": {"everyone": "1"}, "add_guest": {"name": "A doctor"}, "add_point": {"title": "Keys"}, "save_draft": {"body": "Said.", "base": 0},
        "capture": {"words": "Fax is back", "kind": "decision"}, "file_decision": {"point": point.pk}, "file_action": {"point": point.pk},
        "correct_account": {"name": "Leaver", "phone": "4512"},
        "addendum": {"words": "It was Tuesday."}, "add_action": {"words": "Call", "owner_name": "The plumber", "due": "tomorrow"},
        "drop_action": {"reason": "No longer needed"}, "change_action": {"owner_name": "The plumber", "due": "today"},
        "release_answers": {"digest": digest_read(situation_of(crisis, timezone.now()).now)},
        "displays": LOOK | {"code": show_code("10.0.0.7").code}, "display": LOOK,
    }  # fmt: skip
    add_communiques(said, arguments, typed)
    return World(crisis, people, arguments, typed)


def add_communiques(said: dict[str, Communique], arguments: dict[str, list], typed: dict[str, dict]) -> None:
    """The pages and acts of communiqués: each at one that stands where it may be taken."""
    numbers = {place: [communique.number] for place, communique in said.items()}
    arguments |= {
        **dict.fromkeys(("communique", "communique_pdf", "communique_text", "correct_communique"), numbers["published"]),
        **{f"{act}_communique": numbers["draft"] for act in ("save", "submit", "drop")},
        "approve_communique": numbers["review"], "publish_communique": numbers["approved"],
        "send_communique_back": numbers["review"], "keep_communique": numbers["review"],
        "withdraw_communique": numbers["published"], "resume_communique": numbers["correcting"],
    }  # fmt: skip
    because = ("send_communique_back", "correct_communique", "withdraw_communique", "drop_communique")
    typed |= {
        "begin_communique": {"kind": "restored"},
        "save_communique": {"lang": "fr", "title": "Other", "body": "Words.", "base": 1},
        "approve_communique": {"digest": said["review"].editions.get().digest},
        "publish_communique": {"late_too": "on"},
        "keep_communique": {"lang": "fr", "answers": "0" * 64, "reason": "We know better"},
        **{name: {"words": "Because"} for name in because},
    }


def client_of(role: str, world: World, browser_of) -> Client:
    return Client() if role == "nobody" else browser_of(world.people[role])


@pytest.mark.parametrize("name", SHOWN)
def test_who_is_shown_what(name, world, browser_of):
    before = written()
    address = reverse(name, args=[world.crisis.pk, *world.arguments[name]])

    shown = {role: client_of(role, world, browser_of).get(address).status_code for role in ROLES}

    assert shown == {role: code for _name, role, code in cells({name: SHOWN[name]})}
    assert written() == before


def done(role: str, code: int) -> bool:
    """Whether the answer means that the act was done; who is signed out is led to the door."""
    return code in {200, 302} and role != "nobody"


def everything(crisis: Crisis) -> dict[str, int]:
    """All that an act may write."""
    users = User.objects.filter(is_active=True)
    versions = sum(Wording.objects.filter(communique__crisis=crisis).values_list("version", flat=True))
    own = {"communiques": Communique.objects.count(), "versions": versions}
    return written() | own | {"members": Member.objects.filter(until=None).count(), "accounts": users.count()}


@pytest.mark.parametrize(("name", "role"), [(n, role) for n, role, code in cells(SENT) if done(role, code)])
def test_who_may_send_writes(name, role, world, browser_of):
    client, before = client_of(role, world, browser_of), everything(world.crisis)

    answer = client.post(reverse(name, args=[world.crisis.pk, *world.arguments[name]]), world.typed.get(name, {}))

    assert answer.status_code in {200, 302}
    assert not answer.headers.get("Location", "").startswith("/sign-in/")
    assert (everything(world.crisis) != before) == (name != "display_identify")  # which is no fact: no entry


@pytest.mark.parametrize("name", SENT)
def test_who_may_not_send_is_told_so_and_writes_nothing(name, world, browser_of):
    clients = {role: client_of(role, world, browser_of) for role in ROLES}
    before, address = everything(world.crisis), reverse(name, args=[world.crisis.pk, *world.arguments[name]])
    refused = {role: code for _name, role, code in cells({name: SENT[name]}) if not done(role, code)}

    answers = {role: clients[role].post(address, world.typed.get(name, {})) for role in refused}

    assert {role: answer.status_code for role, answer in answers.items()} == refused
    assert answers["nobody"].url.startswith("/sign-in/")
    assert everything(world.crisis) == before


@pytest.mark.parametrize(
    "name",
    [
        "undo",
        "acknowledge",
        "verify_entry",
        "countersign",
        "mask",
        "withdraw",
        "deactivate",
        "correct_account",
        "reopen",
        "revoke_card",
        "remove_factor",
        "end_sessions",
        "display_identify",
        "display_blank",
        "display_revoke",
        "open_announced",
        "adjourn",
        "cancel_meeting",
        "renew_rest",
        "decide_measure",
        "renew_measure",
        "lift_measure",
        "amend_measure",
    ],
)
def test_a_row_of_another_crisis_is_out_of_reach_even_for_its_director(name, world, browser_of):
    director, typed = world.people["director"], world.typed.get(name, {})
    other = declare_crisis("Other", started_at=ago(90), by=None)
    grant_role(director, "director", other, by=None)
    before = written()

    answer = browser_of(director).post(reverse(name, args=[other.pk, *world.arguments[name]]), typed)

    assert answer.status_code == 404
    assert written() == before
