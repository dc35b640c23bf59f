"""French, Dutch and German say everything that English says, and what is compiled is what is written."""

import ast
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polib
import pytest
from django.utils import translation

from crisis.days import FORMS, day_words
from crisis.templatetags.vigie import WORDS

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ["fr", "nl", "de"]


def catalogue(lang: str, root: Path = ROOT) -> polib.POFile:
    return polib.pofile(str(root / "locale" / lang / "LC_MESSAGES" / "django.po"))


def keys(messages) -> set[tuple[str | None, str, str]]:
    return {(m.msgctxt, m.msgid, m.msgid_plural) for m in messages if not m.obsolete}


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Path:
    """A copy of the sources with its catalogues made anew."""
    if not shutil.which("xgettext") and not os.environ.get("CI"):
        pytest.skip("xgettext is missing: install gettext to compare the catalogues with the sources")
    copy = tmp_path_factory.mktemp("sources")
    for folder in ("crisis", "services", "templates", "static", "locale"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", copy)
    command = [sys.executable, "-m", "django", "makemessages", "-v0", "--no-obsolete", "--no-wrap"]
    languages = [word for lang in LANGUAGES for word in ("-l", lang)]
    settings = {"DJANGO_SETTINGS_MODULE": "crisis.settings", "PYTHONPATH": str(copy), "DATA_DIR": str(copy / "data")}
    subprocess.run([*command, *languages], cwd=copy, env=os.environ | settings, check=True)
    return copy


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_of_the_sources_is_in_the_catalogue_and_none_besides(lang, extracted):
    assert keys(catalogue(lang)) == keys(catalogue(lang, extracted))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_is_missing_or_fuzzy(lang):
    messages = catalogue(lang)

    assert [m.msgid for m in messages.untranslated_entries()] == []
    assert [m.msgid for m in messages.fuzzy_entries()] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_compiled_catalogue_says_what_the_written_one_says(lang):
    compiled = polib.mofile(str(ROOT / "locale" / lang / "LC_MESSAGES" / "django.mo"))

    said = {(m.msgctxt, m.msgid, m.msgstr, tuple(sorted(m.msgstr_plural.items()))) for m in compiled}
    assert said == {(m.msgctxt, m.msgid, m.msgstr, tuple(sorted(m.msgstr_plural.items()))) for m in catalogue(lang)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_ends_as_its_source_does(lang):
    ends = ".?!"
    different = [
        m.msgid
        for m in catalogue(lang)
        if len(m.msgid) > 20 and m.msgstr and (m.msgid.strip()[-1] in ends) != (m.msgstr.strip()[-1] in ends)
    ]

    assert different == []


def test_no_sentence_hides_where_the_catalogue_does_not_find_it():
    """xgettext does not look into f-strings: a sentence there would stay English for ever."""
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for app in ("crisis", "services")
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "gettext", "ngettext", "pgettext"}
    ]

    assert hidden == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_word_of_a_status_fits_a_tile(lang):
    """Twelve letters without a space are what a tile holds on a screen of 1440 pixels with eight sites."""
    with translation.override(lang):
        words = [word() for word in WORDS.values()]

    assert [word for word in words if max(map(len, re.split(r"[ \u00ad-]", word))) > 12] == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", "mercredi 25 novembre 2026"),
        ("nl", "woensdag 25 november 2026"),
        ("de", "Mittwoch, 25. November 2026"),
        ("en", "Wednesday 25 November 2026"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(lang, said):
    with translation.override(lang):
        assert day_words(date(2026, 11, 25), "l j F Y") == said


def test_the_first_of_a_month_has_its_own_ending_in_french_only():
    first = date(2026, 6, 1)

    with translation.override("fr"):
        said = [day_words(first, form) for form in FORMS]
        assert day_words(date(2026, 6, 21), "j F Y") == "21 juin 2026"
    with translation.override("nl"):
        dutch = day_words(first, "l j F")

    assert said == [
        "lundi 1er juin 2026",
        "1er juin 2026",
        "lundi 1er juin",
        "lun 1er juin 2026",
        "lun 1er juin",
        "1er juin 2026",
        "1er juin",
    ]
    assert dutch == "maandag 1 juni"
