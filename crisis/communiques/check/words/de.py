"""German. `(e)` may be there or not; accents and capitals do not matter; a comma parts phrases."""

PLURALS = (
    ("", "e"),
    ("", "n"),
    ("", "en"),
    ("", "s"),
    ("saal", "säle"),
    ("zentrum", "zentren"),
    ("e", ""),
    ("n", ""),
    ("en", ""),
    ("heim", "heime"),
)
"""What a name ends in, and what its other number ends in."""
MONTHS = """
    januar jan februar feb märz mrz april apr
    mai mai juni jun juli jul august aug
    september sep oktober okt november nov dezember dez
"""
"""Each month and its short form."""
WEEKDAYS = (
    "montag(s)",
    "dienstag(s)",
    "mittwoch(s)",
    "donnerstag(s)",
    "freitag(s)",
    "samstag(s), sonnabend",
    "sonntag(s)",
)
DAYS = {
    0: "heute",
    1: "morgen",
    2: "übermorgen",
    -1: "gestern",
    -2: "vorgestern",
}
SHARES = {
    50: "die Hälfte, der Hälfte, Hälfte, halber, halbe",
    25: "ein Viertel, einem Viertel",
    75: "drei Viertel, dreiviertel",
    33: "ein Drittel, einem Drittel",
    67: "zwei Drittel, zwei Dritteln",
}
SYNONYMS = {
    "notaufnahme": "Notaufnahmen, Notfälle, Notfallaufnahme, Notfallstation",
    "intensivstation": "Intensivstationen, Intensivmedizin, ITS",
    "labor": "Labore, Labors, Laboratorium, Laboratorien, Laboren",
    "radiologie": "Röntgen, Bildgebung, Röntgenabteilung",
    "operationssaal": """
        OP, OPs, Operationssäle, Operationssälen, Operationstrakt, geplante Operationen, nicht dringende
        Operationen, Operationen
    """,
    "sprechstunden": "Sprechstunde, Konsultationen, Ambulanz",
    "blutentnahme": "Blutentnahmen, Blutabnahme, Blutabnahmen",
    "telefonzentrale": "Telefonie, Telefonzentralen",
    "covid-zentrum": "Covid-Zentren, Covidzentrum, Covidzentren, Testzentrum, Testzentren",
    "apotheke": "Apotheken",
    "pflegeheim": "Pflegeheime, Pflegeheimen, Altenheime, Seniorenheime",
}
WORDS = {
    "runs": """
        geöffnet, offen, arbeitet, arbeiten, funktioniert, funktionieren, verfügbar, gesichert,
        gewährleistet, in Betrieb, erreichbar, zugänglich, findet statt, finden statt, statt, läuft, laufen,
        läuft weiter, laufen weiter, aufrechterhalten, aktiv, einsatzbereit, betriebsbereit, geht weiter,
        gehen weiter
    """,
    "back": """
        wiederhergestellt, wiedereröffnet, wieder geöffnet, wieder in Betrieb, wieder aufgenommen,
        wiederaufgenommen, wieder erreichbar, wieder offen, wieder normal, wieder verfügbar, neu gestartet,
        arbeitet wieder, arbeiten wieder, funktioniert wieder, funktionieren wieder
    """,
    "stopped": """
        ausgesetzt, abgesagt, verschoben, geschlossen, eingestellt, stillgelegt, steht still, stehen still,
        außer Betrieb, ausser Betrieb, unterbrochen, gestrichen, nicht erreichbar, nicht verfügbar, fällt
        aus, fallen aus, unerreichbar, findet nicht statt, finden nicht statt, lahmgelegt, ausgefallen,
        entfällt, entfallen
    """,
    "resume": """
        wieder öffnen, wieder aufnehmen, wiedereröffnen, wieder anlaufen, neu starten, wieder geöffnet
        werden, wieder aufgenommen werden
    """,
    "not": "nicht, kein, keine, keinen, keiner, noch nicht, nicht mehr, nie, niemals, nicht länger",
    "none": "es gibt keine, es gibt kein, es gibt keinen",
    "will": """
        wird, werden, soll, sollen, sollte, sollten, nächste Woche, demnächst, bald, ab, geplant,
        voraussichtlich, kann, können, muss, müssen, würde, würden, hoffen, erwartet, schrittweise
    """,
    "shall": "wird, werden",
    "was": "war, waren, hatte, hatten, letzte Woche, wurde, wurden",
    "been": "ist worden, sind worden",
    "maybe": """
        wenn, falls, sobald, deren, dessen, um zu, jede Person, jeder Patient, ob, möglicherweise, sofern,
        bei Bedarf, laut, wer
    """,
    "partly": """
        nicht alle, nicht allen, anderswo, anderen Standorten, andere Standorte, übrigen,
        einige, manche, ein Teil, teilweise, eingeschränkt, begrenzt, reduziert, dringend(e), nur,
        ausnahmsweise, auf Anraten, nach ärztlichem, für Notfälle, die meisten, mehrere, gestört, zum Teil
    """,
    "normal": """
        normal, mit voller Kapazität, voller Kapazität, wie gewohnt, uneingeschränkt, vollständig, in vollem
        Umfang
    """,
    "skip": "nicht dringend(e)(n), nicht-dringend(e)(n), im Notfall, in Notfällen",
    "and": "und, sowie",
    "but": "aber, während, jedoch, hingegen, dagegen, doch",
    "except": "außer, ausser, ausgenommen, mit Ausnahme von, mit Ausnahme, bis auf",
    "everywhere": """
        allen Standorten, alle Standorte, allen unseren Standorten, überall, jedem Standort, sämtlichen
        Standorten
    """,
    "hospitals": "Krankenhäuser, Krankenhäusern, Kliniken, Spitäler, Spitälern",
    "places": "Standorten, Standorte, Standort",
    "every": "alle, allen, sämtliche, jede",
    "services": "Dienste, Diensten, Dienst, Leistungen, Abteilungen",
    "essential": """
        lebenswichtige Dienste, lebenswichtigen Dienste, wesentliche Dienste, wesentlichen Dienste,
        lebenswichtigen Diensten, essenzielle Dienste, essenziellen Dienste, vitale Dienste, vitalen Dienste
    """,
    "vitally": "lebenswichtige, lebenswichtigen, wesentliche, wesentlichen, vitale, vitalen",
    "over": "mehr als, über, mindestens, wenigstens",
    "under": "weniger als, höchstens, unter, maximal",
    "near": "fast, beinahe, knapp",
    "about": "etwa, ungefähr, circa, ca, rund, zirka",
    "between": "zwischen",
    "upto": "bis",
    "outof": "von, von den, der, von unseren",
    "percent": "Prozent",
    "capacity": "Kapazität, Leistung, Aktivität, Betrieb, normalen Kapazität",
    "until": "bis, bis zum",
    "since": "seit, seit dem",
    "instead": "gegenüber, statt, im Vergleich zu",
    "unit": """
        Computer, Rechner, PCs, PC, Server, Geräte, Maschinen, Arbeitsplätze, Arbeitsstationen, Betten,
        Säle, Anrufe, Patienten, Termine
    """,
    "meeting": "Sitzung, Besprechung, tagt, trifft sich, kommt zusammen",
    "next": "nächste, nächsten, neue, tagt, trifft sich, kommt zusammen",
    "morning": "Vormittag, Morgen, früh",
    "afternoon": "Nachmittag, Abend",
    "lifted": "aufgehoben, zurückgenommen, beendet",
    "inforce": "in Kraft, verlängert, gilt, gelten, weiterhin gültig, gültig",
    "come": "kommen Sie zu Ihrem Termin, Termine finden statt, Termin findet statt, Sie können kommen",
    "stay": "kommen Sie nicht, bleiben Sie zu Hause, Termine sind abgesagt, Termin ist abgesagt",
    "unless": "außer wenn Sie angerufen werden, es sei denn Sie werden angerufen, es sei denn wir rufen Sie an",
    "calls": """
        rufen Sie, wählen Sie, kostenlose Nummer, gebührenfreie Nummer, Hotline, Infonummer, kontaktieren
        Sie, Telefonnummer, Nummer
    """,
    "head": "Dienst, Abteilung, Abteilungen, Betrieb der, Betrieb des",
    "of": "der, des, von, vom",
    "at": "in, von, zu, am",
    "placed": "Standort, Krankenhaus, Klinik, Krankenhaus in, Klinik in, Krankenhaus von",
    "never": "nie, niemals",
    "absolute": """
        keine Daten, keine Auswirkungen, keinerlei Auswirkungen, keinerlei, kein Risiko, keine Gefahr,
        niemals, nie, garantiert, garantieren, völlig sicher, absolut sicher, vollkommen sicher, auf keinen
        Fall, endgültig, % sicher, kein Datenleck, keine Folgen, ausgeschlossen, vollständig unter
        Kontrolle, hundertprozentig, völlig
    """,
    "other": """
        Dialyse, Entbindungsstation, Pädiatrie, Kinderstation, Onkologie, Kardiologie, MRT, Scanner,
        Geriatrie, Physiotherapie, Strahlentherapie, Endoskopie, Psychiatrie, Tagesklinik, Neonatologie,
        Neurologie, Chemotherapie, Rehabilitation, Orthopädie, Gynäkologie, Urologie
    """,
    "light": """
        der, die, das, den, dem, des, ein, eine, einem, einer, in, im, an, am, auf, zu, zum, mit, ist, sind,
        bleibt, bleiben, sie, er, es, dies, diese, dort, unsere, unser, unseren, ihre, ihrer, ihr, noch,
        immer, weiterhin, derzeit, jetzt, auch, wieder, bereits, alle, um, uhr, hat, haben, zur, zurzeit
    """,
}
ONES = """
    null ein zwei drei vier fünf sechs sieben acht neun
    zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn
"""


def numbers() -> dict[int, str]:
    """Two to a hundred, in words; one is an article."""
    ones = ONES.split()
    found = {n: ones[n] for n in range(2, 20)}
    tens = {
        20: "zwanzig",
        30: "dreißig, dreissig",
        40: "vierzig",
        50: "fünfzig",
        60: "sechzig",
        70: "siebzig",
        80: "achtzig",
        90: "neunzig",
    }
    for n, names in tens.items():
        found |= {n: names}
        found |= {n + k: ", ".join(f"{ones[k]}und{name}" for name in names.split(", ")) for k in range(1, 10)}
    return found | {100: "hundert"}
