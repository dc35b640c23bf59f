"""French. `(e)(s)` may be there or not; accents and capitals do not matter; a comma parts phrases."""

PLURALS = (
    ("", "s"),
    ("", "x"),
    ("s", ""),
    ("al", "aux"),
)
"""What a name ends in, and what its other number ends in."""
MONTHS = """
    janvier janv février fév mars mar avril avr
    mai mai juin juin juillet juil août aout
    septembre sept octobre oct novembre nov décembre déc
"""
"""Each month and its short form."""
WEEKDAYS = (
    "lundi(s)",
    "mardi(s)",
    "mercredi(s)",
    "jeudi(s)",
    "vendredi(s)",
    "samedi(s)",
    "dimanche(s)",
)
DAYS = {
    0: "aujourd'hui, ce jour, ce matin, ce soir, cet après-midi",
    1: "demain, dès demain",
    2: "après-demain",
    -1: "hier",
    -2: "avant-hier",
}
SHARES = {
    50: "la moitié, moitié, mi-capacité, à mi-régime",
    25: "un quart, le quart",
    75: "trois quarts, trois-quarts, les trois quarts, aux trois quarts",
    33: "un tiers, le tiers",
    67: "deux tiers, les deux tiers, aux deux tiers",
}
SYNONYMS = {
    "urgences": "services d'urgence(s), service des urgences, services des urgences, SU",
    "soins intensifs": "USI, réa, réanimation, unité(s) de soins intensifs",
    "laboratoire": "labo(s), laboratoire(s) d'analyses, biologie clinique",
    "radiologie": "imagerie médicale, imagerie, radio, radios, radiographies, service(s) de radiologie",
    "bloc opératoire": """
        bloc(s), bloc(s) op, quartier(s) opératoire(s), activité opératoire, activités opératoires,
        chirurgie programmée, interventions non urgentes, activité(s) chirurgicale(s), chirurgie, opérations
        non urgentes, opérations programmées, chirurgie non urgente
    """,
    "consultations": "consult, consults, consultations externes, polyclinique(s)",
    "centre de prélèvements": "centres de prélèvement(s), prises de sang, prélèvements sanguins",
    "hospitalisation": "unités d'hospitalisation, services d'hospitalisation, hospitalisations",
    "téléphonie": "central téléphonique, centrale téléphonique, standard, standard téléphonique",
    "centre covid": "centres Covid, centre(s) de test(s) Covid, centre(s) de dépistage",
    "hébergement": "maison(s) de repos, MRS, MR",
    "stérilisation": "stérilisation centrale",
    "pharmacie": "officine(s), pharmacie(s) hospitalière(s)",
}
WORDS = {
    "runs": """
        assuré(e)(s), est assurée, fonctionne(nt), fonctionnel(s), fonctionnelle(s), en fonctionnement, en
        fonction, maintenu(e)(s), ouvert(e)(s), opérationnel(s), opérationnelle(s), disponible(s),
        accessible(s), joignable(s), actif(s), active(s), tourne(nt), se poursuit, se poursuivent,
        continue(nt), ont lieu, a lieu, en service, préservé(e)(s), garde(nt) le service, travaille(nt),
        restent en activité, est en activité, sont en activité, en activité, accueille(nt)
    """,
    "back": """
        rouvert(e)(s), rouvre(nt), réouvert(e)(s), repris(e)(s), reprend, reprennent, rétabli(e)(s),
        redémarré(e)(s), redémarre(nt), relancé(e)(s), restauré(e)(s), remis(e)(s) en service, revenu(e)(s)
        à la normale, de retour, retour à la normale, refonctionne(nt), réactivé(e)(s), remis(e)(s) en
        route, remis(e)(s) en marche, rouvertes
    """,
    "stopped": """
        suspendu(e)(s), annulé(e)(s), reporté(e)(s), postposé(e)(s), à l'arrêt, arrêté(e)(s), fermé(e)(s),
        indisponible(s), interrompu(e)(s), supprimé(e)(s), injoignable(s), hors service, en panne,
        inaccessible(s), n'ont pas lieu, n'a pas lieu, déprogrammé(e)(s), ne sont pas assuré(e)s,
        paralysé(e)(s), bloqué(e)(s), coupé(e)(s), inopérant(e)(s), cessé
    """,
    "resume": """
        reprendra, reprendront, rouvrira, rouvriront, redémarrera, redémarreront, rouvre bientôt,
        retrouvera, retrouveront, refonctionnera, refonctionneront, reprise
    """,
    "not": "pas, pas encore, aucun(e), nul(le), non, ni, aucunement, toujours pas",
    "none": "il n'y a pas, il n'y a plus, il n'y a aucun(e), il n'y aucun(e), pas de, plus aucun(e)",
    "ne": "ne, n",
    "than": "que, qu",
    "plus": "plus, plus de, jamais, guère",
    "will": """
        sera, seront, va, vont, devrait, devraient, pourra, pourront, pourrait, pourraient, doit, doivent,
        aura, auront, serait, seraient, fonctionnera, fonctionneront, ouvrira, ouvriront, est prévu(e), sont
        prévu(e)(s), est prévu,
        envisagé(e)(s), prochainement, bientôt, la semaine prochaine, semaine prochaine, à partir, dès le,
        dès ce, restera, resteront, la semaine suivante, dans les prochains jours, dans les jours qui
        viennent, espère, espérons, d'ici, progressivement, ultérieurement
    """,
    "shall": "sera, seront, serait, seraient, pourra, pourront, va, vont",
    "was": """
        était, étaient, avait, avaient, fut, furent, il y a, tournait, tournaient, fonctionnait,
        fonctionnaient, restait, restaient, avions, étions, la semaine dernière, semaine dernière, avait
        été, avaient été, ce week-end, jadis, auparavant
    """,
    "been": "a été, ont été",
    "maybe": """
        si, s'il, s'ils, en cas, lorsque, lorsqu'il, quand, dès que, dont, une fois, toute personne, chaque
        personne, chaque patient, au cas où, afin de, pour que, tant que, qui, selon, sous réserve, à
        condition, faut-il, ou non, peut-être, peut, peuvent, souhaite, souhaitent
    """,
    "partly": """
        ailleurs, autre(s) site(s), les autres, le reste, restant(e)(s),
        certain, certains, certaine, certaines, quelques, une partie, en partie, partiellement, partiel(s),
        partielle(s), de manière limitée, au ralenti, limité(e)(s), réduit(e)(s), sur avis, sauf avis, au
        cas par cas, pour les urgences, aux urgences vitales, en urgence, hors urgence(s), sauf urgence(s),
        pour les cas urgents, urgent(e)(s), exceptionnellement, la plupart, plusieurs, essentiellement, en
        mode dégradé, mode dégradé, sauf exception(s), hormis les urgences, pas tous, pas toutes, presque,
        majorité, perturbé(e)(s), uniquement, seulement, selon avis, progressif(s), progressive(s),
        d'urgence
    """,
    "normal": """
        normalement, à pleine capacité, pleine capacité, pleinement, à plein régime, comme d'habitude,
        activité normale, rythme normal, capacité normale
    """,
    "skip": "non urgent(e)(s), non programmé(e)(s), en cas d'urgence, non pas, plus que jamais, état d'urgence",
    "and": "et, ainsi que, puis",
    "but": "mais, tandis que, alors que, par contre, en revanche, cependant, toutefois, or",
    "except": "sauf, sauf à, hormis, excepté, à l'exception, exception faite, hors, en dehors, mis(e) à part, à part",
    "everywhere": """
        tous les sites, tous nos sites, l'ensemble des sites, l'ensemble de nos sites, partout, chaque site,
        sur l'ensemble, toutes les implantations
    """,
    "hospitals": "hôpitaux, nos hôpitaux, les hôpitaux, tous les hôpitaux, hôpital, cliniques, implantations",
    "places": "sites, site, endroits, lieux, maisons",
    "every": """
        tous les, toutes les, l'ensemble des, l'ensemble de nos, tous nos, toutes nos, la totalité des,
        chaque, tout(e)(s)
    """,
    "services": "services, service, activités",
    "essential": """
        services vitaux, services essentiels, service vital, service essentiel, activités vitales, activités
        essentielles, fonctions vitales, services critiques
    """,
    "vitally": "vitaux, essentiels, vital, essentiel, vitales, essentielles",
    "over": "plus de, au moins, minimum, au minimum, au-delà de",
    "under": "moins de, maximum, au maximum, au plus, jusqu'à, à peine",
    "near": "près de, presque, pas loin de, bientôt",
    "about": "environ, quelque, autour de, à peu près, approximativement, circa, de l'ordre de",
    "between": "entre",
    "upto": "à",
    "outof": "sur, sur les, sur nos, des, de nos, parmi",
    "percent": "pour cent, pourcent, pourcents, p.c.",
    "capacity": "capacité(s), activité, activité habituelle, puissance, régime, capacité habituelle, capacité normale",
    "until": "jusqu'au, jusqu'à, jusque, jusqu'en",
    "since": "depuis, depuis le, dès",
    "instead": "contre, au lieu de, par rapport à, comparé à",
    "unit": """
        poste(s), postes de travail, machine(s), ordinateur(s), pc, serveur(s), lit(s), salle(s), salles
        d'opération, appel(s), patient(s), patientes, rendez-vous, imprimantes, opérations, interventions
    """,
    "meeting": "réunion, réunions, séance, se réunit, se réunira, se réunissent, se réuniront",
    "next": """
        prochaine, prochain, nouvelle, suivante, se réunira, se réuniront, se réunit, aura lieu, est prévue,
        est fixée, fixée
    """,
    "morning": "matin, matinée",
    "afternoon": "après-midi, soir, soirée",
    "lifted": """
        levé(e)(s), abrogé(e)(s), abandonné(e)(s), prend fin, prennent fin, fin de la mesure, prises fin,
        supprimé(e)(s)
    """,
    "inforce": """
        en vigueur, d'application, reconduit(e)(s), prolongé(e)(s), maintenu(e)(s), reste applicable,
        restent applicables, s'applique(nt), confirmée(s), renouvelée(s)
    """,
    "come": """
        présentez-vous, venez, vous pouvez venir, rendez-vous maintenus, rendez-vous sont maintenus,
        rendez-vous est maintenu, rendez-vous ont lieu, vous êtes attendu(e)(s)
    """,
    "stay": """
        ne vous présentez pas, ne venez pas, ne vous déplacez pas, inutile de vous déplacer, inutile de
        venir, rendez-vous sont annulés, rendez-vous est annulé, rendez-vous annulés, restez chez vous
    """,
    "unless": """
        sauf appel, sauf si vous êtes appelé(e)(s), sauf si vous êtes contacté(e)(s), sauf contact, sauf si
        nous vous appelons, sauf avis contraire
    """,
    "calls": """
        appelez, formez, composez, contactez, téléphonez, numéro gratuit, numéro vert, call center, centre
        d'appel(s), numéro d'appel, numéro d'information, ligne d'information, répond, joindre,
        renseignements
    """,
    "head": """
        service de, services de, service d, services d, service des, services des, activité de, activités
        de, activité des, activité du, unité de, unités de, département de, secteur de, reprise de, reprise
        des, situation de
    """,
    "of": "de, du, des, d",
    "at": "à, de, d, sur, chez, en",
    "placed": """
        site de, site d, hôpital de, hôpital d, clinique de, cliniques de, clinique d, centre hospitalier
        de, implantation de
    """,
    "never": "n'a jamais, n'ont jamais, jamais été",
    "absolute": """
        aucun(e) impact, aucune incidence, aucune conséquence, aucune donnée(s), aucun risque, aucun danger,
        aucune fuite, aucune perte, aucun patient n'a, sans aucun risque, sans
        risque, sans aucun impact, pas le moindre, n'a jamais, n'ont jamais, jamais été, ne sera jamais, ne
        seront jamais, n'est jamais, garanti(e)(s), garantissons, garantir, garantit, aucune information,
        aucun fichier, totalement, entièrement
        sûr(e)(s), entièrement sécurisé(e)(s), entièrement sous contrôle, parfaitement sécurisé(e)(s),
        parfaitement sûr(e)(s), parfaitement maîtrisée, définitivement, sans aucun doute, à aucun moment, en
        aucun cas, absolument aucun(e), zéro risque, risque zéro, % sûr(e)(s), % sécurisé(e)(s), nulle part,
        aucune répercussion, aucun dommage, sous contrôle, aucun dossier, tout danger est écarté, tout
        risque est exclu, est exclu(e), sont exclu(e)s, impossible que, aucun effet
    """,
    "other": """
        dialyse, hémodialyse, maternité, pédiatrie, oncologie, cardiologie, IRM, scanner, gériatrie,
        kinésithérapie, kiné, radiothérapie, endoscopie, psychiatrie, hôpital de jour, néonatologie,
        neurologie, ophtalmologie, dermatologie, chimiothérapie, SMUR, revalidation, polysomnographie,
        orthopédie, gynécologie, urologie, pneumologie, gastro-entérologie, banque de sang, ergothérapie,
        logopédie, soins palliatifs, PET-scan, mammographie, échographie, médecine du sport, stomatologie,
        dentisterie, anesthésie, salle d'accouchement
    """,
    "light": """
        le, la, les, l, un, une, des, du, de, d, à, au, aux, en, dans, sur, est, sont, reste, restent,
        demeure, demeurent, elle, elles, il, ils, on, ce, c, cette, ces, celle, celles, ceux, celui, ci,
        notre, nos, votre, vos, leur, leurs, sa, son, ses, se, s, y, où, a, ont, toujours, encore,
        actuellement, désormais, maintenant, déjà, à nouveau, de nouveau, nouveau, également, aussi, bien,
        tous, toutes, tout, toute, seul, seule, seuls, seules, nous, vous, avons, avoir, sommes, jusqu, ici,
        là, par, avec, sans, être, depuis, heure, heures, très
    """,
}
ONES = """
    zéro un deux trois quatre cinq six sept huit neuf
    dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf
"""


def numbers() -> dict[int, str]:
    """Two to a hundred, in words; one is an article."""
    ones = ONES.split()
    found = {n: ones[n] for n in range(2, 20)}
    for n, name in {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}.items():
        found |= {n: name, n + 1: f"{name} et un(e), {name}-un"} | {n + k: f"{name}-{ones[k]}" for k in range(2, 10)}
    found |= {60 + k: f"soixante-{ones[k]}, soixante et {ones[k]}" for k in range(10, 20)}
    found |= {80: "quatre-vingt(s)"} | {80 + k: f"quatre-vingt-{ones[k]}" for k in range(1, 20)}
    return found | {70: "soixante-dix, septante", 90: "quatre-vingt-dix, nonante", 100: "cent"}
