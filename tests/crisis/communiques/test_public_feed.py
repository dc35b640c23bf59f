"""The Atom feed by the rules of RFC 4287, and status.json by its schema."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import feedparser
import pytest
from django.utils import translation

from crisis.communiques.public import serve
from crisis.languages import written_in
from crisis.models import Crisis, Organisation
from services.writes import report_status
from tests.cast import SUSPENDED, VITAL, ago
from tests.crisis.communiques.public_cast import measure, publish, release, withdraw
from tests.json_schema import faults

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "public.schema.json").read_text())
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
A = "{http://www.w3.org/2005/Atom}"
KNOWN = {"id", "title", "updated", "published", "link", "author", "content", "entry", "name", "feed"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch):
    monkeypatch.setattr(serve, "TRUSTED", 0)


def atom(client, lang: str = "fr") -> ET.Element:
    """The feed, after it was held against the rules."""
    answer = client.get(f"/public/{lang}/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)
    assert feed.tag == f"{A}feed"
    for element in feed.iter():
        assert element.tag.removeprefix(A) in KNOWN
        if element.tag in {f"{A}updated", f"{A}published"}:
            assert MOMENT.fullmatch(element.text or "")
    for holder in [feed, *feed.findall(f"{A}entry")]:
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"{A}{name}")) == 1
        links = [(link.get("rel"), link.get("hreflang"), link.get("type")) for link in holder.findall(f"{A}link")]
        assert len(set(links)) == len(links)
        assert any(rel == "alternate" for rel, _lang, _type in links)
    ids = [element.text for element in feed.iter(f"{A}id")]
    assert len(set(ids)) == len(ids)
    assert all((each or "").startswith("urn:uuid:") for each in ids)
    assert feed.find(f"{A}author/{A}name").text
    return feed


def entries(client, lang: str = "fr") -> list[tuple[str, str, str]]:
    """Id, title, updated of each."""
    return [
        tuple(entry.find(f"{A}{name}").text for name in ("id", "title", "updated"))
        for entry in atom(client, lang).findall(f"{A}entry")
    ]


def test_a_feed_without_anything_is_one(client, organisation):
    assert entries(client) == []


def test_a_correction_is_a_new_entry_and_the_old_one_keeps_its_id(client, crisis):
    publish(crisis, 1, hours=5, fr=("Premier & <b>gras</b>", "Texte **fort** <script>alert(1)</script>"))
    (before,) = entries(client, "en")
    publish(crisis, 1, hours=1, en=("Second", "Corrected."))

    new, old = entries(client, "en")

    assert before[1] == "Premier & <b>gras</b> (in French only)"
    assert (new[1], old[1]) == ("Corrected: Second", "Replaced: Premier & <b>gras</b> (in French only)")
    assert old[0] == before[0] != new[0]
    assert old[2] == new[2] > before[2]
    links = {
        link.get("rel"): link.get("href") for link in atom(client, "en").findall(f"{A}entry")[0].findall(f"{A}link")
    }
    assert links["predecessor-version"] == "/public/en/communiques/1/1/"
    assert links["alternate"] == "/public/en/communiques/1/2/"
    content = atom(client).findall(f"{A}entry")[1].find(f"{A}content")
    assert content.get("type") == "html"
    assert "<strong>fort</strong>" in content.text
    assert "<script" not in content.text


def test_what_was_withdrawn_is_marked_and_updated(client, crisis):
    edition = publish(crisis, 1, hours=5, fr=("Faux", "Faux texte."))
    (before,) = entries(client, "en")
    withdraw(edition, "C’était faux.")

    ((name, title, updated),) = entries(client, "en")

    assert (name, title) == (before[0], "Withdrawn: Faux (in French only)")
    assert updated > before[2]
    content = atom(client, "en").find(f"{A}entry/{A}content")
    assert content.text == "This communiqué was withdrawn: C’était faux. (in French only)"
    assert content.get(LANG) == "en"


def test_each_language_has_a_feed_of_its_own_with_ids_of_its_own(client, crisis):
    publish(crisis, 1, fr=("Titre", "Texte"), nl=("Titel", "Tekst"))

    french, dutch = entries(client, "fr"), entries(client, "nl")

    assert (french[0][1], dutch[0][1]) == ("Titre", "Titel")
    assert french[0][0] != dutch[0][0]


def test_what_is_not_in_the_language_of_the_feed_says_in_which_it_is(client, crisis):
    publish(crisis, 1, hours=2, fr=("Titre", "Texte"))
    publish(crisis, 2, hours=1, fr=("Deux", "Texte"), nl=("Twee", "Tekst"))

    dutch, german = atom(client, "nl"), atom(client, "de")

    for feed, languages in ((dutch, ["nl", "fr"]), (german, ["fr", "fr"])):
        found = feed.findall(f"{A}entry")
        assert [entry.find(f"{A}title").get(LANG) for entry in found] == languages
        assert [entry.find(f"{A}content").get(LANG) for entry in found] == languages
    with translation.override("nl"):
        assert [title for _id, title, _updated in entries(client, "nl")] == ["Twee", f"Titre ({written_in('fr')})"]
    with translation.override("de"):
        assert entries(client, "de")[0][1] == f"Deux ({written_in('fr', ['fr', 'nl'])})"


def test_the_stamp_of_an_exercise_stands_once(client, crisis):
    publish(crisis, 1, hours=2, fr=("EXERCICE : point de situation", "Texte"))
    publish(crisis, 2, hours=1, fr=("Sans", "Texte"), nl=("OEFENING: toestand", "Tekst"))
    Crisis.objects.update(is_exercise=True)
    Organisation.objects.update(is_demonstration=True)

    assert [title for _id, title, _updated in entries(client, "fr")] == [
        "EXERCICE · Sans",
        "EXERCICE : point de situation",
    ]
    assert entries(client, "nl")[0][1] == "OEFENING: toestand"
    page = client.get("/public/fr/communiques/1/").content.decode()
    assert page.partition("<title>")[2].count("EXERCICE") - page.partition("</title>")[2].count("EXERCICE") == 1


def test_addresses_are_whole_when_the_server_has_a_name(client, crisis, settings):
    settings.PUBLIC_URL = "https://crisis.example"
    publish(crisis, 1, fr=("Titre", "Texte"))

    assert atom(client).find(f"{A}link[@rel='self']").get("href") == "https://crisis.example/public/fr/feed.atom"


def test_the_feed_of_an_exercise_is_stamped_and_open_in_the_demonstration_only(client, crisis):
    publish(crisis, 1, fr=("Titre", "Texte"))
    Crisis.objects.update(is_exercise=True)
    assert entries(client, "en") == []

    Organisation.objects.update(is_demonstration=True)

    assert [title for _id, title, _updated in entries(client, "en")] == ["EXERCISE · Titre (in French only)"]


def test_a_reader_of_feeds_takes_it(client, crisis):
    """Where feedparser is installed; the rules above hold everywhere."""
    publish(crisis, 1, hours=5, fr=("Un & deux", "Texte"))
    publish(crisis, 1, hours=1, fr=("Deux", "Texte"))

    read = feedparser.parse(client.get("/public/fr/feed.atom").content)

    assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", 2)
    assert all(entry.id and entry.updated and entry.link for entry in read.entries)


def status(client) -> dict:
    answer = client.get("/public/status.json")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    said = json.loads(answer.content)
    assert faults(said, SCHEMA) == []
    return said


def test_status_json_is_what_its_schema_says(client, crisis, radiology, laboratory, secretary, medical):
    assert status(client)["released"] is False
    report_status(crisis, laboratory, VITAL.changed(observed_at=ago(1), public_note="Ouvert"), by=secretary)
    report_status(crisis, radiology, SUSPENDED, by=secretary)
    measure(crisis, text="Annulé", activities=["radiologie"], attendance="stay", advice="SMS", exempt="Urgences")
    release(crisis, by=medical)
    publish(crisis, 1, hours=3, fr=("A", "B"))
    withdraw(publish(crisis, 1, hours=2, fr=("A", "C")), "Faux.")

    said = status(client)

    (site,) = said["sites"]
    first, second = site["answers"]
    assert (first["activity"], first["answer"], first["essential"]) == ("laboratoire", "kept", True)
    assert first["texts"] == {"note": [{"lang": "fr", "text": "Ouvert"}]}
    assert (second["answer"], set(second["texts"])) == ("stay", {"measure", "advice", "exempt"})
    assert second["headline"]["en"] == "Cancelled, except in an emergency"
    assert [
        (c["number"], c["version"], bool(c["replaced"]), bool(c["withdrawn"]), c["reason"]) for c in said["communiques"]
    ] == [
        (1, 2, False, True, "Faux."),
        (1, 1, True, True, "Faux."),
    ]
    assert {c["reason_lang"] for c in said["communiques"]} == {"fr"}


def test_status_json_says_in_which_language_a_text_is(client, crisis):
    publish(crisis, 1, fr=("Titre", "Texte"), nl=("Titel", "Tekst"))

    (said,) = status(client)["communiques"]

    assert said["lang"] == {"fr": "fr", "nl": "nl", "de": "fr", "en": "fr"}
    assert said["title"] == {"fr": "Titre", "nl": "Titel", "de": "Titre", "en": "Titre"}
    assert said["reason_lang"] is None


EVIL = "Faux\x0b \u202eesuaf\x01 \x7ffin"
SEEN = "Faux esuaf fin"


def test_what_nobody_sees_breaks_no_feed_and_turns_no_word(client, crisis, radiology, secretary, medical):
    Organisation.objects.update(name="House\x0b")
    report_status(crisis, radiology, SUSPENDED.changed(public_note=EVIL), by=secretary)
    measure(crisis, text=EVIL, activities=["radiologie"], attendance="stay", advice=f"{EVIL}.", exempt=f"{EVIL}!")
    release(crisis, by=medical)
    withdraw(publish(crisis, 1, hours=2, fr=(EVIL, "Texte")), EVIL)

    assert entries(client, "fr")[0][1].endswith(f": {SEEN}")
    assert atom(client, "fr").find(f"{A}entry/{A}content").text.endswith(f": {SEEN}")
    said = status(client)
    texts = said["sites"][0]["answers"][0]["texts"]
    assert {part: [each["text"] for each in found] for part, found in texts.items()} == {
        "measure": [SEEN], "exempt": [f"{SEEN}!"], "advice": [f"{SEEN}."], "note": [SEEN],
    }  # fmt: skip
    assert said["communiques"][0]["reason"] == SEEN
    for path in ("en/?site=libramont&kind=radiologie", "en/print/", "en/communiques/1/"):
        page = client.get(f"/public/{path}").content.decode()
        assert SEEN in page
        assert "esuaf\x01" not in page
        assert "\u202e" not in page


def in_german(lang: str) -> str:
    """How German says in which language a text is."""
    with translation.override("de"):
        return written_in(lang)


def test_a_communique_survives_its_languages(client, crisis):
    """An edition that lacks its leading language, and a house that gave up the languages that an edition has."""
    publish(crisis, 1, hours=2, lead="fr", nl=("Titel", "Tekst"))
    Organisation.objects.update(languages=["de"])

    assert [title for _id, title, _updated in entries(client, "de")] == [f"Titel ({in_german('nl')})"]
    assert status(client)["communiques"][0]["title"] == {"de": "Titel"}
    assert "Tekst" in client.get("/public/de/communiques/1/").content.decode()
    assert client.get("/public/nl/communiques/1/").status_code == 404


def test_the_schema_refuses_what_is_not_described():
    assert faults({"format": 1}, SCHEMA) != []
    assert faults({"a": 1}, {"type": "object", "additionalProperties": False, "properties": {}}) == ["a: not described"]
