"""Communiqués in a crisis file: what was published, when, who says so; and out again as it went in."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crisis.communiques.file import body_of, says_of
from crisis.communiques.models import Communique, State
from crisis.communiques.reads import publications, state_of
from crisis.journal import sentences
from crisis.models import JournalEntry
from crisis.verify import verify
from services.crisisfile.dump import dump
from services.crisisfile.load import load
from services.crisisfile.located import BadFile
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
points = st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20), max_size=6)


@pytest.fixture
def vivalia():
    return load(CASE, exercise=True).crisis


def test_what_the_press_read_is_published_with_its_moment_and_its_source(vivalia):
    last, *_rest = publications(vivalia)

    assert len(publications(vivalia)) == Communique.objects.count() == 6
    assert last.words("fr").title == "Du redémarrage à la reconstruction"
    assert "- laboratoires à plus de 85 %" in last.words("fr").body
    assert f"{last.at:%Y-%m-%d}" == "2022-06-03"
    assert state_of(last.communique) == State.PUBLISHED
    entry = JournalEntry.objects.filter(verb="communique.published").latest("seq")
    assert (entry.data["loaded"], entry.data["hour_known"]) == (True, False)
    assert sentences([entry])[0][1] == "Communiqué 6 published, version 1."
    assert verify().fault == ""


def test_it_comes_out_as_it_went_in(vivalia):
    case, dumped = yaml.safe_load(CASE)["events"], yaml.safe_load(dump(vivalia))["events"]

    assert [e["communique"] for e in dumped if "communique" in e] == [
        e["communique"] for e in case if "communique" in e
    ]


def test_what_was_not_for_the_public_is_refused_at_its_line():
    raw = CASE.replace(b"audience: public", b"audience: staff", 1)

    with pytest.raises(BadFile, match="Only what was said to the public"):
        load(raw)
    assert Communique.objects.count() == 0


@pytest.mark.parametrize(
    ("says", "body"),
    [
        (["one", "two"], "- one\n- two"),
        (["A sentence.", "one", "two", "Another one."], "A sentence.\n\n- one\n- two\n\nAnother one."),
        ([], ""),
    ],
)
def test_sentences_are_paragraphs_and_the_rest_is_a_list(says, body):
    assert body_of(says) == body
    assert says_of(body) == says


@given(points)
def test_whatever_a_file_says_comes_back(says):
    says = [point for point in says if not point.startswith("- ")]

    assert says_of(body_of(says)) == says
