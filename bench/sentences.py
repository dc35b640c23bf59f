"""How well the check of communiqués understands: precision and recall over sentences of the reference case, per language.

    python3 manage.py up           # once, so that the environment exists
    .venv/bin/python bench/sentences.py     # a table, what went wrong of what is not held out, and one JSON object as its last line

`bench/sentences.yaml` has the sentences, each with its moment and what is expected of it. Some are held
out: no rule was ever changed for them. What counts is a pair of a sentence and a kind (contradicts, unknown, absolute,
checked): precision is how many of those found were expected, recall how many of those expected were found. Whether what
holds was confirmed in time is the board's age, not understanding, and counts for nothing here. The texts of the reference
case's own communiqués are checked at their own moments: a contradiction there is a false alarm. Last, the time for 2 kB
and 100 kB.
"""

import json
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crisis.settings")
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="vigie-bench-")
    import django

    django.setup()

import yaml
from django.core.management import call_command
from django.utils import timezone, translation

from crisis import demo
from crisis.communiques.check.check import check_sentences, check_text
from crisis.communiques.check.marks import marks_of
from crisis.communiques.check.reading import situation_at
from crisis.communiques.check.situation import Sentence, Situation
from crisis.models import Crisis
from services.crisisfile.load import load

BRUSSELS = ZoneInfo("Europe/Brussels")


class Situations:
    """The situations of the reference case, each read once."""

    def __init__(self, crisis: Crisis) -> None:
        self.crisis = crisis
        self.kept: dict[str, Situation] = {}

    def at(self, moment: Any) -> Situation:
        """The situation of a moment of the file."""
        local = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
        key = local.isoformat()
        if key not in self.kept:
            self.kept[key] = situation_at(self.crisis, local.replace(tzinfo=BRUSSELS))
        return self.kept[key]


def kinds_of(sentence: Sentence) -> set[str]:
    """What was made of a sentence, but for the age of what holds."""
    return {finding.kind for finding in sentence.findings} - {"overdue"} | ({"checked"} if sentence.checked else set())


def measured(situations: Situations, cases: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """Precision and recall over some sentences, and what went wrong."""
    right = found = expected = 0
    wrong = []
    for case in cases:
        [made, *_dropped] = check_sentences([case["text"]], situations.at(case["at"]), lang)
        kinds, wanted = kinds_of(made), set(case["expect"])
        right, found, expected = right + len(kinds & wanted), found + len(kinds), expected + len(wanted)
        if kinds != wanted:
            wrong.append(f"{case['at']} {case['text']}  expected {sorted(wanted)}, found {sorted(kinds)}")
    scores = {"precision": round(right / (found or 1), 3), "recall": round(right / (expected or 1), 3)}
    return {"sentences": len(cases), **scores, "wrong": wrong}


def by_language(crisis: Crisis) -> dict[str, dict[str, dict[str, Any]]]:
    """Per language: all sentences, those the rules were tuned on, and those held out."""
    situations = Situations(crisis)
    rows = {}
    for lang, cases in yaml.safe_load((HERE / "sentences.yaml").read_text()).items():
        held = [case for case in cases if case.get("held")]
        tuned = [case for case in cases if not case.get("held")]
        rows[lang] = {
            name: measured(situations, chosen, lang)
            for name, chosen in (("all", cases), ("tuned", tuned), ("held_out", held))
        }
    return rows


def false_alarms(crisis: Crisis) -> list[str]:
    """What is held against the reference case's own communiqués, each at its own moment."""
    situations, found = Situations(crisis), []
    for event in yaml.safe_load(demo.CASE.read_text())["events"]:
        said = event.get("communique")
        for sentence in (
            check_sentences([said["title"], *said["says"]], situations.at(event["at"]), "fr") if said else []
        ):
            found += [f"{event['at']} {sentence.text}: {f.board}" for f in sentence.findings if f.kind == "contradicts"]
    return found


def milliseconds(text: str, situation: Situation) -> float:
    """The time for a text that was never read before, the best of three."""
    took = []
    for _turn in range(3):
        marks_of.cache_clear()
        start = time.perf_counter()
        check_text(text, situation, "fr")
        took.append((time.perf_counter() - start) * 1000)
    return round(min(took), 1)


def main() -> None:
    """Make a database of its own, load the case, measure, print."""
    call_command("migrate", verbosity=0)
    with timezone.override(BRUSSELS), translation.override("en"):
        crisis = load(demo.CASE.read_bytes(), exercise=True).crisis
        rows, alarms = by_language(crisis), false_alarms(crisis)
        french = "\n".join(case["text"] for case in yaml.safe_load((HERE / "sentences.yaml").read_text())["fr"])
        situation = Situations(crisis).at("2022-06-03T12:00")
        speed = {f"ms_{size}_kB": milliseconds((french * 40)[: size * 1000], situation) for size in (2, 100)}
    print(f"{'lang':>8}{'part':>10}{'sentences':>11}{'precision':>11}{'recall':>8}")
    for lang, parts in rows.items():
        for name, row in parts.items():
            print(f"{lang:>8}{name:>10}{row['sentences']:>11}{row['precision']:>11}{row['recall']:>8}")
    for parts in rows.values():
        for line in parts["tuned"]["wrong"]:
            print(line)
    for line in alarms:
        print("false alarm:", line)
    scores = {
        lang: {name: {k: v for k, v in row.items() if k != "wrong"} for name, row in parts.items()}
        for lang, parts in rows.items()
    }
    print(json.dumps({"bench": "sentences", "scores": scores, "false_alarms": len(alarms), **speed}))


if __name__ == "__main__":
    main()
