"""The targets of the bench, by its own functions: how well the check understands the sentences of the reference case."""

import pytest
import yaml

from bench import sentences
from crisis import demo
from crisis.models import Crisis
from services.crisisfile.load import load

pytestmark = pytest.mark.django_db
TARGET = {"fr": 0.95, "nl": 0.85, "de": 0.85, "en": 0.85}


@pytest.fixture
def vivalia() -> Crisis:
    return load(demo.CASE.read_bytes(), exercise=True).crisis


def test_precision_and_recall_reach_their_targets_in_every_language(vivalia):
    rows = sentences.by_language(vivalia)

    assert rows.keys() == TARGET.keys()
    for lang, target in TARGET.items():
        whole = rows[lang]["all"]
        assert whole["precision"] >= target, whole["wrong"]
        assert whole["recall"] >= target, whole["wrong"]


def test_no_communique_of_the_case_contradicts_the_board_of_its_moment(vivalia):
    assert sentences.false_alarms(vivalia) == []


def test_there_are_enough_sentences_of_every_kind():
    cases = yaml.safe_load((sentences.HERE / "sentences.yaml").read_text())
    kinds = {kind for lang in cases.values() for case in lang for kind in case["expect"] or ["nothing"]}

    assert len(cases["fr"]) >= 40
    assert sum(len(lang) for lang in cases.values()) >= 60
    assert kinds == {"contradicts", "unknown", "absolute", "checked", "nothing"}
