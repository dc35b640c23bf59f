"""SECURITY.md says what the code does: its table of roles cannot go stale."""

import re

from crisis.models import Role
from crisis.roles import MAY, SCOPED
from tests.running import ROOT

PAGE = (ROOT / "SECURITY.md").read_text()


def table() -> tuple[list[str], dict[str, dict[str, str]]]:
    """The roles in the head of the table, and what it says of each act and role."""
    lines = re.search(r"^\| act \|.*(?:\n\|.*)+", PAGE, re.MULTILINE)[0].splitlines()
    head, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return head[1:], {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def test_the_table_has_every_role_and_every_act_in_the_codes_order():
    roles, acts = table()

    assert set(roles) == set(Role.values)
    assert list(acts) == list(MAY)


def test_the_table_allows_what_the_code_allows():
    _roles, acts = table()

    assert {act: {role for role, said in row.items() if said} for act, row in acts.items()} == MAY


def test_only_scoped_roles_are_said_to_answer_for_their_own():
    _roles, acts = table()
    own = {(act, role) for act, row in acts.items() for role, said in row.items() if said == "own"}

    assert {said for row in acts.values() for said in row.values()} == {"", "yes", "own"}
    assert {role for _act, role in own} <= SCOPED
    assert {act for act, _role in own} == {"report a status", "hold meetings"}


def test_what_is_not_defended_is_said():
    undefended = PAGE.split("## What is not defended")[1].split("##")[0]

    for word in ("unlocked", "stolen", "fingerprint", "flooded", "director"):
        assert word in undefended
    assert "## To report a fault" in PAGE
