"""Words, names, amounts, days, hours and numbers to call, as a sentence says them."""

from datetime import date

import pytest

from crisis.communiques.check.marks import marks_of
from crisis.communiques.check.names import names_of
from crisis.communiques.check.phrases import Phrasebook, forms, spelled, words_of
from crisis.communiques.check.words import LANGUAGES, lexicon

pytestmark = pytest.mark.django_db
TODAY = date(2022, 5, 25)  # a Wednesday


def marks(text: str, lang: str = "fr", book: Phrasebook | None = None):
    return marks_of(text, lexicon(lang), book or Phrasebook(), TODAY, ())


def amounts(text: str, lang: str = "fr") -> list[tuple[str, float, float]]:
    return [(next(iter(m.kinds)), m.amount.low, m.amount.high) for m in marks(text, lang) if m.amount]


def of_kind(text: str, kind: str, lang: str = "fr") -> list[str]:
    return [mark.kinds[kind][0] for mark in marks(text, lang) if kind in mark]


AMOUNTS = [
    ("fr", "à 50 %", ("share", 50, 50)),
    ("fr", "à 50%", ("share", 50, 50)),
    ("fr", "à 50 pour cent", ("share", 50, 50)),
    ("fr", "cinquante pour cent", ("share", 50, 50)),
    ("fr", "quatre-vingt-cinq pour cent", ("share", 85, 85)),
    ("fr", "soixante-dix pour cent", ("share", 70, 70)),
    ("fr", "septante pour cent", ("share", 70, 70)),
    ("fr", "nonante-deux pour cent", None),
    ("fr", "la moitié de leur capacité", ("share", 50, 50)),
    ("fr", "aux trois quarts", ("share", 75, 75)),
    ("fr", "les deux tiers", ("share", 65, 69)),
    ("fr", "plus de 85 %", ("share", 85, 10**9)),
    ("fr", "au moins 85 %", ("share", 85, 10**9)),
    ("fr", "moins de 85 %", ("share", 0, 85)),
    ("fr", "environ 70 %", ("share", 65, 75)),
    ("fr", "près de 70 %", ("share", 60, 70)),
    ("fr", "entre 80 et 90 %", ("share", 80, 90)),
    ("fr", "60 à 70 %", ("share", 60, 70)),
    ("fr", "passée de 50 à 70 %", ("share", 70, 70)),
    ("fr", "16 services", ("number", 16, 16)),
    ("fr", "seize services", ("number", 16, 16)),
    ("fr", "6 349 consultations", ("number", 6349, 6349)),
    ("fr", "11.000 appels", ("number", 11000, 11000)),
    ("fr", "2,5 heures", ("number", 2.5, 2.5)),
    ("fr", "environ 3 000 machines", ("number", 2700, 3300)),
    ("fr", "un service", None),
    ("nl", "de helft", ("share", 50, 50)),
    ("nl", "vijfentachtig procent", ("share", 85, 85)),
    ("nl", "meer dan 60 procent", ("share", 60, 10**9)),
    ("nl", "ongeveer 70 %", ("share", 65, 75)),
    ("de", "die Hälfte", ("share", 50, 50)),
    ("de", "fünfundachtzig Prozent", ("share", 85, 85)),
    ("de", "mehr als 60 Prozent", ("share", 60, 10**9)),
    ("de", "zwischen 60 und 70 %", ("share", 60, 70)),
    ("en", "half their capacity", ("share", 50, 50)),
    ("en", "eighty-five per cent", ("share", 85, 85)),
    ("en", "at least 60%", ("share", 60, 10**9)),
    ("en", "between 60 and 70 %", ("share", 60, 70)),
]


@pytest.mark.parametrize(("lang", "text", "expected"), AMOUNTS, ids=lambda value: str(value))
def test_an_amount_says_from_and_to(lang, text, expected):
    if expected is None:
        assert not [found for found in amounts(text, lang) if found[0] == "number" and found[1] == 1]
    else:
        assert amounts(text, lang) == [expected]


def test_a_number_longer_than_any_count_is_a_mere_word():
    assert amounts("9" * 5000) == []


DAYS = [
    ("fr", "le 7 juin", "2022-06-07"),
    ("fr", "mardi 7 juin", "2022-06-07"),
    ("fr", "le 1er juin", "2022-06-01"),
    ("fr", "le 7/6", "2022-06-07"),
    ("fr", "le 07/06/2022", "2022-06-07"),
    ("fr", "2022-06-07", "2022-06-07"),
    ("fr", "le 7 janvier", "2022-01-07"),
    ("fr", "le 24 décembre", "2021-12-24"),
    ("fr", "demain", "2022-05-26"),
    ("fr", "aujourd'hui", "2022-05-25"),
    ("fr", "hier", "2022-05-24"),
    ("fr", "après-demain", "2022-05-27"),
    ("nl", "dinsdag 7 juni", "2022-06-07"),
    ("nl", "morgen", "2022-05-26"),
    ("de", "am 7. Juni", "2022-06-07"),
    ("de", "Dienstag, dem 7. Juni", "2022-06-07"),
    ("de", "übermorgen", "2022-05-27"),
    ("en", "7 June", "2022-06-07"),
    ("en", "June 7th", "2022-06-07"),
    ("en", "the day after tomorrow", "2022-05-27"),
]


@pytest.mark.parametrize(("lang", "text", "day"), DAYS)
def test_a_day_in_words_or_figures_is_a_date(lang, text, day):
    assert of_kind(text, "date", lang) == [day]


@pytest.mark.parametrize("text", ["le 31 juin", "le 45 mai", "2022-13-40", "99/99/2022", "le 31/2"])
def test_a_day_that_does_not_exist_is_none(text):
    assert of_kind(text, "date") == []


def test_a_weekday_alone_is_kept_as_one():
    assert of_kind("mardi matin", "weekday") == ["1"]
    assert of_kind("Sonntag", "weekday", "de") == ["6"]


HOURS = {
    "8 h 30": "08:30",
    "8h30": "08:30",
    "8:30": "08:30",
    "8 h": "08:00",
    "14 heures": "14:00",
    "8.30 uur": "08:30",
    "8.30 Uhr": "08:30",
    "9u15": "09:15",
    "8:30 pm": "20:30",
}


@pytest.mark.parametrize("text", HOURS)
def test_an_hour_is_an_hour_and_no_number(text):
    assert of_kind(f"à {text} demain", "hour") == [HOURS[text]]
    assert amounts(f"à {text} demain") == []


PHONES = {
    "0800 00 000": "080000000",
    "0800/00.000": "080000000",
    "063/23 11 11": "063231111",
    "+32 800 00 000": "+3280000000",
    "0032 63 23 11 11": "003263231111",
    "0470 12 34 56": "0470123456",
}


@pytest.mark.parametrize("text", PHONES)
def test_a_number_to_call_is_no_number_of_things(text):
    assert of_kind(f"Appelez le {text}.", "phone") == [PHONES[text]]
    assert amounts(f"Appelez le {text}.") == []


def test_measures_ratios_and_addresses_are_found_as_such():
    assert of_kind("M1, M 12 et m3", "measure") == ["M1", "M12", "M3"]
    assert of_kind("25/29 services", "ratio") == ["25"]
    assert amounts("Voir https://example.org/2022/50 et info50@example.org") == []


def test_accents_capitals_apostrophes_and_hyphens_only_part_words():
    assert words_of("L’Hôpital d'Arlon") == words_of("l'hopital d’ARLON") == ("l", "hopital", "d", "arlon")
    assert words_of("soins-intensifs") == words_of("Soins intensifs")
    assert words_of("rétabli") == words_of("re\u0301tabli")
    assert spelled("Été Œuvre Straße") == "ete œuvre straße"


def test_a_phrase_may_be_written_in_each_of_its_forms():
    assert forms("ouvert(e)(s)") == ["ouvertes", "ouverte", "ouverts", "ouvert"]
    assert forms("fermé") == ["fermé"]


def test_of_phrases_that_begin_alike_the_longest_is_meant():
    book = Phrasebook()
    book.add_all("short", "", "plus")
    book.add_all("long", "", "plus de")

    assert book.match(["plus", "de", "dix"], 0) == (2, {"long": ("",)})
    assert book.match(["plus", "dix"], 0) == (1, {"short": ("",)})
    assert book.match(["dix"], 0) == (0, {})


NAMES = [
    ("fr", "Le bloc opératoire", "bloc"),
    ("fr", "les BLOCS OPERATOIRES", "bloc"),
    ("fr", "les blocs", "bloc"),
    ("fr", "les opérations non urgentes", "bloc"),
    ("fr", "le labo", "laboratoire"),
    ("fr", "les laboratoires", "laboratoire"),
    ("fr", "l’imagerie médicale", "radiologie"),
    ("fr", "les examens programmés", "radiologie"),
    ("fr", "les soins-intensifs", "soins-intensifs"),
    ("fr", "l'USI", "soins-intensifs"),
    ("fr", "la réa", "soins-intensifs"),
    ("fr", "les services d'urgence", "urgences"),
    ("fr", "le service des urgences", "urgences"),
    ("fr", "les prises de sang", "prelevements"),
    ("fr", "les centres de prélèvements", "prelevements"),
    ("fr", "la médecine nucléaire", "scintigraphie"),
    ("fr", "les centres Covid", "covid"),
    ("fr", "la centrale téléphonique", "telephonie"),
    ("fr", "la téléphonie", "telephonie"),
    ("fr", "les maisons de repos", "hebergement"),
    ("nl", "de laboratoria", "laboratoire"),
    ("nl", "de apotheken", "pharmacie"),
    ("nl", "de spoeddienst", "urgences"),
    ("nl", "de operatiezalen", "bloc"),
    ("nl", "de raadpleging", "consultations"),
    ("de", "die Labore", "laboratoire"),
    ("de", "die Notaufnahmen", "urgences"),
    ("de", "die Operationssäle", "bloc"),
    ("de", "die Intensivstationen", "soins-intensifs"),
    ("de", "das Röntgen", "radiologie"),
    ("en", "Laboratories", "laboratoire"),
    ("en", "the labs", "laboratoire"),
    ("en", "the ICU", "soins-intensifs"),
    ("en", "operating theatres", "bloc"),
    ("en", "A&E", "urgences"),
]


@pytest.mark.parametrize(("lang", "text", "key"), NAMES)
def test_a_service_is_known_by_its_names_plurals_and_what_people_say(case, lang, text, key):
    book = names_of(case["05-25T12:00"], lexicon(lang)).book

    assert [mark.kinds["activity"] for mark in marks(text, lang, book) if "activity" in mark] == [(key,)]


@pytest.mark.parametrize(
    "text", ["une opération de police", "la salle d'attente", "le médecin de garde", "urgent", "la presse"]
)
def test_other_words_are_no_service(case, text):
    book = names_of(case["05-25T12:00"], lexicon("fr")).book

    assert not [mark for mark in marks(text, "fr", book) if "activity" in mark]


def test_a_site_is_known_without_its_accent_or_capital(case):
    book = names_of(case["05-25T12:00"], lexicon("fr")).book

    assert [m.kinds["site"] for m in marks("à ARLON, libramont et à Marche", "fr", book) if "site" in m] == [
        ("arlon",),
        ("libramont",),
        ("marche",),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_kinds_of_words(lang):
    mine, french = set(LANGUAGES[lang].WORDS), set(LANGUAGES["fr"].WORDS)

    assert french - mine <= {"ne", "plus", "than"}
    assert mine <= french
    assert len(LANGUAGES[lang].WEEKDAYS) == 7
    assert set(lexicon(lang).months.values()) == set(range(1, 13))
    assert set(LANGUAGES[lang].numbers()) >= {2, 11, 20, 25, 50, 85, 100}
