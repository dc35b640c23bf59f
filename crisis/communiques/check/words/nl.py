"""Dutch. `(e)` may be there or not; accents and capitals do not matter; a comma parts phrases."""

PLURALS = (
    ("", "s"),
    ("", "en"),
    ("", "n"),
    ("um", "a"),
    ("eek", "eken"),
    ("ium", "ia"),
    ("ing", "ingen"),
    ("ier", "ieren"),
    ("en", ""),
    ("s", ""),
)
"""What a name ends in, and what its other number ends in."""
MONTHS = """
    januari jan februari feb maart mrt april apr
    mei mei juni jun juli jul augustus aug
    september sep oktober okt november nov december dec
"""
"""Each month and its short form."""
WEEKDAYS = (
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
)
DAYS = {
    0: "vandaag, deze ochtend, vanmorgen, vanavond",
    1: "morgen",
    2: "overmorgen",
    -1: "gisteren",
    -2: "eergisteren",
}
SHARES = {
    50: "de helft, helft, halve",
    25: "een kwart",
    75: "driekwart, drie kwart",
    33: "een derde",
    67: "twee derde, tweederde",
}
SYNONYMS = {
    "spoedgevallen": "spoed, spoeddienst(en), spoedafdeling(en), dienst spoed",
    "intensieve zorg": "intensieve zorgen, dienst intensieve zorg",
    "laboratorium": "labo, labo's, lab, laboratoria",
    "radiologie": "medische beeldvorming, beeldvorming, röntgen",
    "operatiekwartier": """
        operatiekwartieren, operatiezaal, operatiezalen, niet-dringende operaties, geplande operaties,
        operaties
    """,
    "raadplegingen": "raadpleging, consultaties, consultatie, afspraken bij de arts",
    "bloedafname": "bloedafnames, bloedafnamecentra, bloedprikken",
    "telefooncentrale": "telefonie, telefooncentrales, centrale",
    "covidcentrum": "covidcentra, covid-centrum, covid-centra, testcentrum, testcentra",
    "apotheek": "apotheken",
    "verblijf": "woonzorgcentra, rusthuizen",
}
WORDS = {
    "runs": """
        open, werkt, werken, functioneert, functioneren, beschikbaar, verzekerd, operationeel, bereikbaar,
        toegankelijk, gaat door, gaan door, loopt, lopen, loopt door, lopen door, vindt plaats, vinden
        plaats, blijft draaien, draait, draaien, actief, in werking, gewaarborgd, behouden, gehandhaafd,
        gevrijwaard
    """,
    "back": """
        hersteld, heropend, hervat, heropgestart, weer open, opnieuw open, weer in gebruik, opnieuw in
        gebruik, weer in dienst, weer normaal, herstart, weer bereikbaar, herneemt, hernomen, werkt weer,
        werken weer
    """,
    "stopped": """
        opgeschort, geschorst, geannuleerd, uitgesteld, gesloten, dicht, stilgelegd, ligt stil, liggen stil,
        onbereikbaar, onbeschikbaar, buiten dienst, afgelast, onderbroken, stopgezet, buiten gebruik, gaat
        niet door, gaan niet door, vindt niet plaats, vinden niet plaats, niet beschikbaar, afgezegd, plat
    """,
    "resume": "heropenen, hervatten, heropstarten, hernemen, herstarten",
    "not": "niet, geen, nog niet, niet meer, geen enkele, nooit, niet langer",
    "none": "er is geen, er zijn geen, er is geen enkele",
    "will": """
        zal, zullen, gaat heropenen, volgende week, binnenkort, vanaf, gepland, zou, zouden, verwacht,
        verwachten, hopen, wordt, worden, kan, kunnen, moet, moeten, geleidelijk
    """,
    "shall": "zal, zullen",
    "was": "was, waren, had, hadden, vorige week, geleden, werd, werden",
    "been": "is geweest, zijn geweest",
    "maybe": """
        als, indien, wanneer, zodra, in geval van, die, wie, iedereen die, om te, volgens, of, mogelijk,
        elke persoon, elke patiënt, tenzij
    """,
    "partly": """
        urgent(e), niet alle, elders, andere sites, de andere, de rest,
        sommige, enkele, een deel, gedeeltelijk, deels, beperkt, in beperkte mate, verminderd, dringend(e),
        uitzonderlijk, na advies, op advies, voor spoedgevallen, de meeste, verschillende, alleen, enkel,
        noodgevallen, gestoord, verstoord
    """,
    "normal": "normaal, op volle capaciteit, volledig, zoals gewoonlijk, volle capaciteit",
    "skip": "niet-dringend(e), niet dringend(e), in geval van nood, in noodgevallen",
    "and": "en, alsook, evenals",
    "but": "maar, terwijl, daarentegen, echter",
    "except": "behalve, uitgezonderd, met uitzondering van, buiten, op uitzondering van",
    "everywhere": "alle sites, al onze sites, alle campussen, overal, elke site, alle vestigingen, alle locaties",
    "hospitals": "ziekenhuizen, alle ziekenhuizen, onze ziekenhuizen",
    "places": "sites, site, campussen, vestigingen, locaties",
    "every": "alle, al onze, elke",
    "services": "diensten, dienst, activiteiten",
    "essential": "vitale diensten, essentiële diensten, vitale dienst, essentiële dienst, vitale functies",
    "vitally": "vitale, essentiële",
    "over": "meer dan, minstens, ten minste, minimaal",
    "under": "minder dan, hoogstens, maximaal, ten hoogste",
    "near": "bijna, tegen de",
    "about": "ongeveer, circa, ca, rond, zowat, zo'n",
    "between": "tussen",
    "upto": "tot",
    "outof": "van de, op de, van, op, van onze",
    "percent": "procent",
    "capacity": "capaciteit, activiteit, normale capaciteit, vermogen",
    "until": "tot, tot en met",
    "since": "sinds, sedert",
    "instead": "tegenover, in plaats van, vergeleken met",
    "unit": """
        computers, computer, pc's, toestellen, machines, servers, werkstations, bedden, zalen, oproepen,
        patiënten, werkposten, afspraken
    """,
    "meeting": "vergadering, vergadert, komt samen, komt bijeen, bijeenkomst",
    "next": "volgende, nieuwe, vergadert, komt samen, komt bijeen, eerstvolgende",
    "morning": "ochtend, voormiddag",
    "afternoon": "namiddag, avond",
    "lifted": "opgeheven, ingetrokken, beëindigd, afgeschaft",
    "inforce": "van kracht, van toepassing, verlengd, geldt, gelden, gehandhaafd",
    "come": "kom naar uw afspraak, u kan komen, u kunt komen, afspraken gaan door, afspraak gaat door",
    "stay": """
        kom niet, komt u niet, blijf thuis, afspraken zijn geannuleerd, afspraak is geannuleerd, afspraken
        geannuleerd
    """,
    "unless": "tenzij u wordt opgebeld, tenzij wij u bellen, behalve als u wordt gebeld",
    "calls": "bel, bellen, gratis nummer, telefoonnummer, callcenter, contacteer, infolijn, nummer",
    "head": "dienst, diensten, activiteit van, afdeling, afdelingen",
    "of": "van, van de, van het",
    "at": "in, te, van, op",
    "placed": "site, campus, ziekenhuis van, site van, campus van",
    "never": "nooit",
    "absolute": """
        geen gegevens, geen enkele impact, geen impact, geen gevolgen, geen enkel risico, geen risico, geen
        gevaar, geen enkel gevaar, nooit, gegarandeerd, garanderen, volledig veilig, absoluut veilig, in
        geen geval, definitief, % veilig, geen lek, geen enkel gegeven, volledig onder controle, totaal,
        uitgesloten dat, is uitgesloten
    """,
    "other": """
        dialyse, kraamafdeling, materniteit, pediatrie, oncologie, cardiologie, MRI, scanner, geriatrie,
        kinesitherapie, radiotherapie, endoscopie, psychiatrie, dagziekenhuis, neonatologie, neurologie,
        chemotherapie, MUG, revalidatie, orthopedie, gynaecologie, urologie, echografie
    """,
    "light": """
        de, het, een, in, op, te, van, naar, aan, is, zijn, blijft, blijven, ze, zij, hij, er, dit, deze,
        die, dat, onze, ons, uw, hun, haar, nog, steeds, nu, momenteel, al, ook, weer, opnieuw, wel, door,
        met, alle, om, uur, heeft, hebben, tot
    """,
}
ONES = """
    nul een twee drie vier vijf zes zeven acht negen
    tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien
"""


def numbers() -> dict[int, str]:
    """Two to a hundred, in words; one is an article."""
    ones = ONES.split()
    found = {n: ones[n] for n in range(2, 20)}
    tens = {
        20: "twintig",
        30: "dertig",
        40: "veertig",
        50: "vijftig",
        60: "zestig",
        70: "zeventig",
        80: "tachtig",
        90: "negentig",
    }
    for n, name in tens.items():
        joined = {n + k: f"{ones[k]}{'en'}{name}, {ones[k]} en {name}" for k in range(1, 10)}
        found |= {n: name} | joined
    return found | {100: "honderd"}
