"""English. `(s)` may be there or not; capitals do not matter; a comma parts phrases."""

PLURALS = (
    ("", "s"),
    ("", "es"),
    ("y", "ies"),
    ("s", ""),
    ("department", "departments"),
)
"""What a name ends in, and what its other number ends in."""
MONTHS = """
    january jan february feb march mar april apr
    may may june jun july jul august aug
    september sept october oct november nov december dec
"""
"""Each month and its short form."""
WEEKDAYS = (
    "monday(s)",
    "tuesday(s)",
    "wednesday(s)",
    "thursday(s)",
    "friday(s)",
    "saturday(s)",
    "sunday(s)",
)
DAYS = {
    0: "today, this morning, this afternoon, tonight",
    1: "tomorrow",
    2: "the day after tomorrow",
    -1: "yesterday",
    -2: "the day before yesterday",
}
SHARES = {
    50: "half, half of",
    25: "a quarter, one quarter, quarter of",
    75: "three quarters, three-quarters",
    33: "a third, one third",
    67: "two thirds, two-thirds",
}
SYNONYMS = {
    "emergency department": "emergency departments, emergency services, A&E, ER, emergency rooms, emergency room",
    "intensive care": "ICU, ICUs, intensive care unit(s)",
    "laboratory": "laboratories, lab(s)",
    "radiology": "imaging, medical imaging, X-ray(s)",
    "operating theatre": """
        operating theatres, theatre(s), operating room(s), surgery, planned surgery, non-urgent operations,
        operations, non-urgent surgery
    """,
    "outpatient consultations": "consultations, outpatient clinics, outpatients, clinics",
    "blood sampling": "blood tests, blood test, blood samples, phlebotomy",
    "switchboard": "switchboards, telephone(s), phone system, telephony, phone lines",
    "covid centre": "covid centres, covid test centres, covid testing",
    "inpatient wards": "inpatient ward, wards, ward, inpatients",
    "residential care": "nursing home(s), care homes",
}
WORDS = {
    "runs": """
        going ahead, going on, open, running, runs, run, works, work, working, operational, available, maintained, assured,
        reachable, accessible, goes on, go on, continue(s), takes place, take place, operating, operates,
        operate, in service, up and running, functioning, guaranteed service, go ahead, goes ahead, kept
        open
    """,
    "back": """
        restored, reopened, resumed, open again, back in service, back to normal, back in operation,
        available again, running again, working again, restarted, reachable again, back online, back up,
        recovered
    """,
    "stopped": """
        suspended, cancelled, canceled, postponed, closed, shut, unavailable, interrupted, down, out of
        service, stopped, halted, unreachable, out of order, called off, on hold, offline
    """,
    "resume": "reopen, reopens, resume, resumes, restart, restarts, be back, be restored, be open again",
    "not": "not, no, no longer, not yet, never, none, isn't, aren't, doesn't, don't, cannot, nor, neither",
    "none": "there is no, there are no, there is no longer, there are no longer, there is not a",
    "will": """
        will, shall, should, going to, expected, planned, next week, soon, from, starting, would, could,
        may, might, can, must, shortly, hope, hopes, gradually, scheduled
    """,
    "shall": "will, shall",
    "was": "was, were, had, last week, ago, previously",
    "been": "has been, have been",
    "maybe": """
        if, when, once, whose, who, in case, in order to, whether, any person, each patient, unless, as soon
        as, according to, which, every person, to restore, possibly
    """,
    "partly": """
        not all, elsewhere, other sites, the other, the rest,
        some, a few, part of, partly, partially, limited, reduced, for emergencies, urgent, case by case,
        most, several, only, on advice, exceptionally, certain, disrupted, almost, nearly all
    """,
    "normal": "normally, at full capacity, full capacity, fully, as usual, usual",
    "skip": "non-urgent, non urgent, in an emergency, in case of emergency",
    "and": "and, as well as",
    "but": "but, while, whereas, however",
    "except": "except, except for, except at, apart from, with the exception of, other than, excluding",
    "everywhere": "all sites, all our sites, everywhere, every site, all locations, each site",
    "hospitals": "hospitals, all hospitals, our hospitals",
    "places": "sites, site, locations, campuses",
    "every": "all, all the, all our, every, each",
    "services": "services, service, departments",
    "essential": "essential services, vital services, essential service, vital service, critical services",
    "vitally": "essential, vital, critical",
    "over": "more than, over, at least, above",
    "under": "less than, under, at most, below, up to",
    "near": "nearly, almost, close to",
    "about": "about, around, approximately, some, roughly, circa",
    "between": "between",
    "upto": "to",
    "outof": "of, out of, of the, of our, out of the",
    "percent": "per cent, percent",
    "capacity": "capacity, activity, usual capacity, normal capacity",
    "until": "until, till",
    "since": "since",
    "instead": "compared with, compared to, instead of, up from, against",
    "unit": """
        computers, computer, workstations, workstation, machines, pcs, servers, server, beds, calls,
        patients, appointments, devices, rooms
    """,
    "meeting": "meeting, meets, will meet",
    "next": "next, new, meets, will meet",
    "morning": "morning",
    "afternoon": "afternoon, evening",
    "lifted": "lifted, withdrawn, ended, revoked",
    "inforce": "in force, applies, apply, extended, renewed, remains applicable, maintained",
    "come": """
        come to your appointment, appointments go ahead, appointment goes ahead, appointments are
        maintained, you can come
    """,
    "stay": "do not come, don't come, stay at home, appointments are cancelled, appointment is cancelled",
    "unless": "unless you are called, unless we call you, unless called",
    "calls": "call, phone, ring, toll-free, free number, helpline, call centre, hotline, contact",
    "head": "department of, services of, department, unit, activity of",
    "of": "of, of the",
    "at": "at, in, of",
    "placed": "hospital of, site of, hospital in, hospital at, site at",
    "never": "never",
    "absolute": """
        no data, no impact, no risk, no danger, no consequences, no effect, never, guaranteed, guarantee,
        totally, completely safe, entirely safe, absolutely safe, completely secure, fully secure, under no
        circumstances, at no time, no patient data, no leak, no breach, zero risk, % safe, % secure,
        impossible that, definitively, ruled out
    """,
    "other": """
        dialysis, maternity, paediatrics, pediatrics, oncology, cardiology, MRI, scanner, geriatrics,
        physiotherapy, radiotherapy, endoscopy, psychiatry, day hospital, neonatology, neurology,
        chemotherapy, rehabilitation, orthopaedics, gynaecology, urology, ultrasound
    """,
    "light": """
        the, a, an, in, on, at, to, by, with, is, are, remain, remains, be, it, they, this, these, those,
        our, your, their, its, still, now, currently, already, also, again, has, have, all, does, do, stay,
        stays, for, as, there
    """,
}
ONES = """
    zero one two three four five six seven eight nine
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""


def numbers() -> dict[int, str]:
    """Two to a hundred, in words; one is an article."""
    ones = ONES.split()
    found = {n: ones[n] for n in range(2, 20)}
    tens = {
        20: "twenty",
        30: "thirty",
        40: "forty",
        50: "fifty",
        60: "sixty",
        70: "seventy",
        80: "eighty",
        90: "ninety",
    }
    for n, name in tens.items():
        found |= {n: name} | {n + k: f"{name}-{ones[k]}" for k in range(1, 10)}
    return found | {100: "a hundred, hundred, one hundred"}
