"""`manage.py check_text`: a sentence a line in, an object a line out; what cannot be is refused in words."""

import io
import json
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crisis import demo
from crisis.models import Crisis
from services.crisisfile.load import load
from services.writes import report_status
from tests.cast import ATTACKED

pytestmark = pytest.mark.django_db


@pytest.fixture
def vivalia() -> Crisis:
    return load(demo.CASE.read_bytes(), exercise=True).crisis


def run(*arguments: str) -> list[dict]:
    out = StringIO()
    call_command("check_text", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def written(tmp_path):
    """A file with lines."""

    def make(text: str | bytes) -> str:
        path = tmp_path / "texte.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return make


def test_each_line_is_an_object_in_order(vivalia, written):
    name = written("Les laboratoires sont à 50 %.\n\nLes laboratoires sont à 60 %.\nMerci.\n")

    first, second, third = run("current", name, "--at", "2022-05-25T12:00")

    assert first["sentence"] == "Les laboratoires sont à 50 %."
    assert (len(first["checked"]), first["findings"]) == (1, [])
    assert first["checked"][0].keys() == {"says", "seq"}
    assert second["checked"] == []
    [found] = second["findings"]
    assert found.keys() == {"kind", "says", "board", "seq"}
    assert (found["kind"], found["seq"]) == ("contradicts", first["checked"][0]["seq"])
    assert third == {"sentence": "Merci.", "checked": [], "findings": []}


def test_the_board_is_that_of_the_moment(vivalia, written):
    name = written("Les laboratoires sont à 50 %.")

    [before] = run(str(vivalia.pk), name, "--at", "2022-05-25T12:00")
    [after] = run(str(vivalia.pk), name, "--at", "2022-05-30T12:00")
    [now] = run(str(vivalia.pk), name)

    assert [len(each["findings"]) for each in (before, after, now)] == [0, 1, 1]


def test_a_whole_communique_says_too_what_the_last_one_said_and_it_drops(vivalia, written):
    name = written("Merci.")

    *said, last = run("current", name, "--at", "2022-06-03T12:00", "--whole")

    assert len(said) == 1
    assert last["sentence"] == ""
    assert {finding["kind"] for finding in last["findings"]} == {"dropped"}
    assert len(run("current", name, "--at", "2022-06-03T12:00")) == 1


def test_another_language_has_its_own_rules(vivalia, written):
    name = written("De laboratoria werken op 60 %.")

    [dutch] = run("current", name, "--at", "2022-05-25T12:00", "--lang", "nl")

    assert [found["kind"] for found in dutch["findings"]] == ["contradicts"]


def test_a_minus_reads_standard_input(crisis, radiology, secretary, monkeypatch):
    report_status(crisis, radiology, ATTACKED, by=secretary)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("La radiologie est rétablie.\r\n".encode())))

    [made] = run("current", "-")

    assert (made["sentence"], [found["kind"] for found in made["findings"]]) == (
        "La radiologie est rétablie.",
        ["contradicts"],
    )


def test_a_file_from_windows_begins_with_a_mark_that_is_no_word(crisis, written):
    [made] = run("current", written("\ufeffMerci.\r\n".encode()))

    assert made["sentence"] == "Merci."


def test_an_empty_file_prints_nothing(crisis, written):
    assert run("current", written("\n \n")) == []


REFUSED = {
    ("99", "{file}"): "99",
    ("current", "{file}", "--at", "demain"): "demain",
    ("current", "{file}", "--lang", "it"): "it",
    ("current", "/nowhere/at/all.txt"): "/nowhere/at/all.txt",
    ("current", "/"): "/",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=str)
def test_what_cannot_be_is_refused_in_words(crisis, written, arguments):
    name = written("Merci.")

    with pytest.raises(CommandError) as refused:
        run(*(argument.format(file=name) for argument in arguments))

    assert REFUSED[arguments] in str(refused.value)


def test_a_file_that_is_not_utf_8_is_refused(crisis, written):
    with pytest.raises(CommandError, match="UTF-8"):
        run("current", written("Réanimation".encode("latin-1")))
