"""TEMPORARY."""

from crisis.communiques.board_facts import board_facts
from crisis.communiques.check.situation import Sentence, Finding, Checked
from crisis.communiques.refs import refs_of, plain


def check_text(text, situation, lang):
    now = {f.key: f for f in board_facts(situation.board) + situation.facts}
    found = []
    for line in text.splitlines():
        s = Sentence(plain(line))
        for ref in refs_of(line):
            fact = now.get(ref.key)
            if fact and fact.value == ref.value:
                s.checked.append(Checked(fact.label, fact.seq))
            else:
                s.findings.append(
                    Finding("contradicts", ref.words, fact.label if fact else "gone", fact.seq if fact else 0, ref.key)
                )
        found.append(s)
    return found
