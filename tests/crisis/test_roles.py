"""Who may do what: the table of the design, role by role, and that it is asked again at every act."""

import pytest
from django.utils import timezone

from crisis.errors import RuleBroken
from crisis.models import Member, Role
from crisis.roles import MAY, REFUSALS, check_may, may, memberships
from services.writes import report_status
from tests.cast import VITAL, person, written

CELL = {"director", "medical", "secretary", "communications", "it"}
TABLE = {
    "see the board": set(Role.values),
    "see the journal": CELL,
    "write in the journal": CELL,
    "declare a crisis": {"director", "medical", "site"},
    "report a status": {"director", "medical", "secretary", "site"},
    "acknowledge an alarm": CELL,
    "close a crisis": {"director"},
    "mask a text": {"director"},
    "hold meetings": {"director", "medical", "secretary", "site"},
    "ask for an exception": {"director", "medical", "secretary", "site", "ward"},
    "judge an exception": {"director", "medical"},
    "release answers": {"director", "medical"},
    "see communiques": CELL,
    "write a communique": {"director", "communications"},
    "approve a communique": {"director", "medical"},
    "publish a communique": {"director", "medical", "communications"},
    "manage members": {"director", "secretary", "it"},
    "manage displays": {"director", "secretary", "it"},
    "manage the registry": {"director", "secretary", "it"},
    "countersign": {"director"},
    "make backups": {"director", "it"},
}


def test_the_table_names_every_act_and_each_has_its_refusal():
    assert set(TABLE) == set(MAY) == set(REFUSALS)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("act", TABLE)
def test_the_table_of_roles_holds(act, role, crisis):
    user = person(f"a-{role}", role, crisis, ["site:libramont"] if role in {"site", "ward"} else [])

    assert may(user, act, crisis) == (role in TABLE[act])
    if role not in TABLE[act]:
        with pytest.raises(RuleBroken, match=str(REFUSALS[act]).split(":")[0]):
            check_may(user, act, crisis)


def test_a_command_may_do_everything(crisis):
    assert all(may(None, act, crisis) for act in TABLE)


def test_who_has_no_role_or_a_closed_account_may_do_nothing(crisis, outsider, director):
    director.is_active = False
    director.save()

    for act in TABLE:
        assert not may(outsider, act, crisis)
        assert not may(director, act, crisis)


def test_a_role_in_one_crisis_is_none_in_the_house_and_the_other_way_round(crisis, director):
    standing = person("standing", "director", None)

    assert not may(director, "manage members", None)
    assert not may(standing, "manage members", crisis)
    assert [m.role for m in memberships(standing, None)] == ["director"]


def test_a_site_lead_reports_on_own_sites_only(crisis, radiology, elsewhere, duty):
    report_status(crisis, radiology, VITAL, by=duty)
    before = written()

    with pytest.raises(RuleBroken, match="Your role does not change this service"):
        report_status(crisis, elsewhere, VITAL, by=duty)
    assert written() == before


def test_a_role_that_was_withdrawn_a_moment_ago_counts_no_more(crisis, radiology, secretary):
    Member.objects.filter(user=secretary).update(until=timezone.now())

    with pytest.raises(RuleBroken):
        report_status(crisis, radiology, VITAL, by=secretary)


def test_several_roles_allow_what_any_of_them_allows(crisis, radiology, observer):
    Member.objects.create(user=observer, crisis=crisis, role="secretary", since=timezone.now())

    assert report_status(crisis, radiology, VITAL, by=observer).entry.actor_role == "observer,secretary"
