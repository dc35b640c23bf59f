"""Laboratories at 50 percent on 25 May, at 70 on 30 May: the check finds it, the list turns red, the correction reaches every voice."""

import feedparser
import pytest
from django.test import Client

from crisis.communiques.drafts import begin, save_wording
from crisis.communiques.listing import listing
from crisis.communiques.models import State
from crisis.communiques.pages import page_context
from crisis.communiques.public.export import export_public
from crisis.communiques.reads import publications, state_of
from crisis.communiques.refs import ref_to
from crisis.communiques.steps import approve, correct, publish, submit
from crisis.communiques.voices import mail_text, sms
from crisis.models import Crisis
from crisis.verify import verify
from services.crisisfile.load import load
from tests.cast import person
from tests.services.crisisfile.test_story import CASE

pytestmark = pytest.mark.django_db
NAME = "Les laboratoires"


def up_to(day: str) -> Crisis:
    """The reference case as far as a day, which is not in it any more."""
    lines = CASE.decode().split("\n")
    cut = next(n for n, line in enumerate(lines) if line.startswith(f"  - at: {day}"))
    return load("\n".join(lines[:cut]).encode()).crisis


def body(communique, words: str) -> str:
    """A text with the laboratories' capacity of now as a fact."""
    offered = page_context(communique, "fr")["more_offers"]
    fact = next(fact for fact, _token in offered if fact.key == "capacity:laboratoire")
    return words % ref_to(fact)


def test_from_fifty_to_seventy_percent_every_voice_says_the_same(tmp_path, settings):
    settings.ALLOWED_HOSTS = ["*"]
    crisis = up_to("2022-05-30")
    writer, director = person("writer", "communications", crisis), person("chief", "director", crisis)
    said = begin(crisis, "situation", by=writer)
    text = "Nos laboratoires travaillent à %s de leur capacité."
    save_wording(said, "fr", NAME, body(said, text), 1, by=writer)
    assert page_context(said, "fr")["blocking"] == 0
    approve(said, submit(said, by=writer).digest, by=director)
    publish(said, late_too=True, by=writer)
    assert "50 %" in publications(crisis)[0].words("fr").body

    up_to("2022-05-31")
    seq = crisis.book.entries.filter(data__reports__0__service="laboratoire@marche").latest("seq").seq

    [(says, board, proof)] = next(row for row in listing(crisis)["published"] if row.communique == said).truth.untrue
    assert "50 %" in says
    assert "70 %" in board
    assert proof == seq
    newest_of_the_file = next(row for row in listing(crisis)["published"] if row.communique.number == 4)
    assert newest_of_the_file.truth.untrue == [], "an older one on the same subject is the situation at its moment"

    correct(said, "The laboratories work at 70 percent", by=writer)
    assert page_context(said, "fr")["blocking"] == 1
    save_wording(said, "fr", NAME, body(said, text), said.wordings.get().version, by=writer)
    assert page_context(said, "fr")["blocking"] == 0
    approve(said, submit(said, by=writer).digest, by=director)
    publish(said, late_too=True, by=writer)

    assert state_of(said) == State.PUBLISHED
    assert next(row for row in listing(crisis)["published"] if row.communique == said).truth.untrue == []
    sentence = "Nos laboratoires travaillent à 70 % de leur capacité."
    agree_word_for_word(crisis, said.number, sentence, tmp_path / "site")
    assert verify().fault == ""


def agree_word_for_word(crisis: Crisis, number: int, sentence: str, directory) -> None:
    """Page, older version, feed, JSON, SMS, mail and files say the fact in the same words."""
    client = Client()
    page = client.get(f"/public/fr/communiques/{number}/").content.decode()
    older = client.get(f"/public/fr/communiques/{number}/1/").content.decode()
    feed = feedparser.parse(client.get("/public/fr/feed.atom").content)
    status = client.get("/public/status.json").json()
    newest = publications(crisis)[0]
    words = newest.words("fr")
    export_public(directory)
    files = (directory / "fr" / "communiques" / f"{number}.html").read_text()

    assert sentence in page
    assert "50 %" in older
    assert 'href="' in older
    assert not feed.bozo
    assert sentence in feed.entries[0].content[0].value
    assert sentence in str(status)
    assert sentence in sms(crisis, words).text
    assert sentence in mail_text(crisis, newest.edition, words, newest.at, True)
    assert sentence in files
    for place in (page, feed.entries[0].content[0].value, str(status["communiques"][0]), files):
        assert "fact:" not in place
