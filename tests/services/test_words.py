"""How entries about services read: every verb in every language, whole sentences, never a key or a blank."""

import pytest
from django.utils import translation

from crisis.journal import _words, sentences, verb_options
from crisis.models import JournalEntry, Text
from crisis.writes import declare_crisis, grant_role, mask_text, withdraw_role, write_entry
from services.registry import register_site
from services.writes import acknowledge_alarm, confirm_service, confirm_site, report_status, undo_report
from tests.cast import ATTACKED, RESTORED, SUSPENDED, VITAL, ago

LANGUAGES = ["fr", "nl", "de", "en"]


def last(lang: str) -> str:
    """The sentence of the newest entry in a language."""
    with translation.override(lang):
        return sentences([JournalEntry.objects.latest("pk")])[0][1]


def in_all(**expected: str) -> None:
    assert {lang: last(lang) for lang in LANGUAGES} == expected


@pytest.fixture
def reported(crisis, radiology, secretary):
    return report_status(crisis, radiology, VITAL.changed(observed_at=ago(9)), by=secretary)


def test_a_first_report(reported):
    in_all(
        fr="Radiologie (Libramont) : Maintenu.",
        nl="Radiologie (Libramont): Doorlopend.",
        de="Radiologie (Libramont): In Betrieb.",
        en="Radiology (Libramont): Vital.",
    )


def test_a_change_says_what_it_was(reported, crisis, radiology, secretary):
    report_status(crisis, radiology, SUSPENDED, by=secretary)

    in_all(
        fr="Radiologie (Libramont) : Suspendu (avant : Maintenu).",
        nl="Radiologie (Libramont): Opgeschort (voordien: Doorlopend).",
        de="Radiologie (Libramont): Ausgesetzt (vorher: In Betrieb).",
        en="Radiology (Libramont): Suspended (was Vital).",
    )


def test_a_capacity(reported, crisis, radiology, secretary):
    report_status(crisis, radiology, VITAL.changed(capacity=50), by=secretary)

    in_all(
        fr="Radiologie (Libramont) : Maintenu à 50 %.",
        nl="Radiologie (Libramont): Doorlopend aan 50 %.",
        de="Radiologie (Libramont): In Betrieb zu 50 %.",
        en="Radiology (Libramont): Vital at 50 %.",
    )


def test_a_change_with_a_capacity(reported, crisis, radiology, secretary):
    report_status(crisis, radiology, RESTORED.changed(capacity=85), by=secretary)

    in_all(
        fr="Radiologie (Libramont) : Rétabli à 85 % (avant : Maintenu).",
        nl="Radiologie (Libramont): Hersteld aan 85 % (voordien: Doorlopend).",
        de="Radiologie (Libramont): Wieder in Betrieb zu 85 % (vorher: In Betrieb).",
        en="Radiology (Libramont): Restored at 85 % (was Vital).",
    )


def test_a_confirmation(reported, crisis, radiology, secretary):
    confirm_service(crisis, radiology, by=secretary)

    in_all(
        fr="Radiologie (Libramont) : toujours Maintenu.",
        nl="Radiologie (Libramont): nog steeds Doorlopend.",
        de="Radiologie (Libramont): weiterhin In Betrieb.",
        en="Radiology (Libramont): still Vital.",
    )


def test_an_undo_names_the_entry_that_it_takes_back(reported, crisis, radiology, secretary):
    undo_report(crisis, report_status(crisis, radiology, SUSPENDED, by=secretary), by=secretary)

    in_all(
        fr="Radiologie (Libramont) : entrée 2 annulée, de nouveau Maintenu.",
        nl="Radiologie (Libramont): regel 2 teruggenomen, opnieuw Doorlopend.",
        de="Radiologie (Libramont): Eintrag 2 zurückgenommen, wieder In Betrieb.",
        en="Radiology (Libramont): entry 2 taken back, Vital again.",
    )


def test_a_whole_site_counts_in_the_grammar_of_the_language(reported, crisis, radiology, secretary):
    confirm_site(crisis, radiology.site, by=secretary)

    in_all(
        fr="Libramont : 1 état confirmé.",
        nl="Libramont: 1 toestand bevestigd.",
        de="Libramont: 1 Zustand bestätigt.",
        en="Libramont: 1 status confirmed.",
    )


def test_an_alarm_that_was_seen(crisis, laboratory, secretary):
    acknowledge_alarm(crisis, report_status(crisis, laboratory, ATTACKED, by=secretary), by=secretary)

    in_all(
        fr="Laboratoire (Libramont) : alarme vue.",
        nl="Laboratoire (Libramont): alarm gezien.",
        de="Laboratoire (Libramont): Alarm gesehen.",
        en="Laboratory (Libramont): alarm acknowledged.",
    )


def test_a_role_given_and_taken_back(crisis, secretary, outsider):
    member = grant_role(outsider, "observer", crisis, by=secretary)
    in_all(
        fr="outsider a désormais le rôle : observation.",
        nl="outsider heeft voortaan de rol: waarnemer.",
        de="outsider hat nun die Rolle: Beobachtung.",
        en="outsider is now observer.",
    )
    withdraw_role(member, by=secretary)
    in_all(
        fr="outsider n’a plus le rôle : observation.",
        nl="outsider heeft niet langer de rol: waarnemer.",
        de="outsider hat die Rolle nicht mehr: Beobachtung.",
        en="outsider is no longer observer.",
    )


def test_a_free_entry_is_its_own_words_in_every_language_until_it_is_masked(crisis, secretary, director):
    entry = write_entry(crisis, "Un camion est arrivé.", by=secretary).entry
    assert {last(lang) for lang in LANGUAGES} == {"Un camion est arrivé."}

    mask_text(crisis, Text.objects.get(body="Un camion est arrivé."), "un nom", by=director)

    in_all(
        fr="Un texte a été masqué : un nom",
        nl="Een tekst is gemaskeerd: un nom",
        de="Ein Text wurde geschwärzt: un nom",
        en="A text was masked: un nom",
    )
    with translation.override("de"):
        assert sentences([entry])[0][1] == "[geschwärzt]"


def test_the_house_book_reads_too(crisis):
    register_site("virton", by=None, names={"": "Virton"})
    in_all(fr="Registre : Virton.", nl="Register: Virton.", de="Register: Virton.", en="Registry: Virton.")
    declare_crisis("Flood", started_at=ago(1), by=None)
    in_all(
        fr="Crise déclarée : Flood.",
        nl="Crisis afgekondigd: Flood.",
        de="Krise ausgerufen: Flood.",
        en="Crisis declared: Flood.",
    )


def test_every_verb_that_can_be_filtered_by_has_its_sentence_and_its_name():
    verbs = dict(verb_options() + verb_options(house=True))

    assert set(verbs) <= set(_words)
    for lang in LANGUAGES:
        with translation.override(lang):
            assert all(words and "." not in words for _verb, words in verb_options() + verb_options(house=True))


def test_a_verb_that_nobody_knows_any_more_shows_its_key(crisis):
    entry = JournalEntry(book=crisis.book, verb="dinosaur.fed", data={})

    assert sentences([entry]) == [(entry, "dinosaur.fed", [])]
