"""Whatever somebody hands over as a crisis file: a list of faults with lines, never a traceback, never half a crisis."""

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisis.models import Crisis, JournalEntry
from services.crisisfile.load import load
from services.crisisfile.located import BadFile, Located, LocatedList, read
from services.crisisfile.schema import EVENT, FILE, checked
from services.crisisfile.shapes import Faults
from tests.services.crisisfile.test_bad_files import GOOD

scalars = (
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates()
)
junk = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
keys = ["organisation", "sites", "services", "it_systems", "crisis", "events"]


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(raw):
    found, faults = read_or_refused(raw)

    assert isinstance(found, Located) or faults
    assert all(fault.line >= 1 and fault.sentence for fault in faults)


def read_or_refused(raw: bytes):
    """What was read, or why not."""
    try:
        return read(raw), []
    except BadFile as bad:
        return None, bad.faults


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(st.sampled_from([*keys, "other"]), junk, max_size=6))
def test_any_shape_is_checked_without_a_traceback(shape):
    raw = yaml.safe_dump(shape, allow_unicode=True).encode()
    try:
        found = read(raw)
    except BadFile:
        return
    _values, faults = checked(found)
    assert faults, "no such file is a whole crisis file"


@pytest.mark.django_db
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_good_file_with_one_value_replaced_loads_whole_or_not_at_all(data):
    content = yaml.safe_load(GOOD)
    holder = data.draw(st.sampled_from(list(holders(content))))
    key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
    holder[key] = data.draw(junk)
    with transaction.atomic():
        faults: list = []
        try:
            load(yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode())
        except BadFile as bad:
            faults = bad.faults
        assert Crisis.objects.count() == (0 if faults else 1)
        assert bool(JournalEntry.objects.count()) == (not faults)
        transaction.set_rollback(True)


def holders(value):
    """Every mapping and list inside, itself first."""
    if isinstance(value, (dict, list)) and value:
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from holders(inner)


def test_lines_are_counted_as_people_count():
    found = read(b"a: 1\nb:\n  - c\n  - d:\n      e: 2\n")

    assert found.lines == {"a": 1, "b": 2}
    assert isinstance(found["b"], LocatedList)
    assert found["b"].lines == [3, 4]
    assert found["b"][1]["d"].lines == {"e": 5}


def test_a_byte_order_mark_is_no_fault():
    assert read(b"\xef\xbb\xbfa: 1")["a"] == 1


@pytest.mark.parametrize("shape", [FILE, EVENT])
def test_a_shape_names_its_own_field_when_it_is_no_mapping(shape):
    faults = Faults()
    shape(faults, 7, "here", "text")

    assert [(fault.line, fault.field) for fault in faults] == [(7, "here")]
    assert "Write keys and values" in faults[0].sentence
