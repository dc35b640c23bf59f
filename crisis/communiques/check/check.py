"""The check of a text against a situation: sentence by sentence, what holds, what does not, what nothing is known of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from crisis.communiques.check import advice, conflict, house, overdue
from crisis.communiques.check.claims import claims_of
from crisis.communiques.check.clauses import PREDICATES, SUBJECTS, clauses_of
from crisis.communiques.check.marks import Mark, marks_of
from crisis.communiques.check.names import Names, names_of
from crisis.communiques.check.references import Read, compare, marked, unmarked
from crisis.communiques.check.rules import against_board
from crisis.communiques.check.sentences import sentences
from crisis.communiques.check.situation import Checked, Finding, Sentence, Situation
from crisis.communiques.check.slips import slips
from crisis.communiques.check.words import LANGUAGES, Lexicon, lexicon
from crisis.communiques.refs import Ref, plain
from crisis.markdown import plain_of
from services.reads import Tile

LONGEST = 1500
"""Characters; a longer sentence is not understood, so that no text can hold the server."""


@dataclass(frozen=True)
class Checker:
    """A situation and a language, with the names that texts may use: made once for a text."""

    situation: Situation
    words: Lexicon

    @cached_property
    def names(self) -> Names:
        """The registry's names in the language."""
        return names_of(self.situation, self.words)

    @cached_property
    def texts(self) -> list[tuple[str, int]]:
        """What the cell wrote beside the facts."""
        return advice.known_texts(self.situation)

    @cached_property
    def off(self) -> dict[str, int]:
        """The entries of measures that say that services are off, by the services' keys."""
        found: dict[str, int] = {}
        for fact in self.situation.facts:
            own = set(fact.about.get("activities", [])) if fact.kind == "measure" else set()
            if not own or not any("stopped" in mark for mark in self.marks(str(fact.about.get("text", "")))):
                continue
            places = set(fact.about.get("sites", []))
            for key in own:
                for site, tile in self.names.tiles.get(key, {}).items():
                    if not places or site in places:
                        found[tile.service.key] = max(fact.seq, found.get(tile.service.key, 0))
        return found

    def marks(self, text: str, places: Iterable[tuple[int, int]] = ()) -> list[Mark]:
        """A sentence in marks."""
        today = self.situation.moment.date()
        return list(marks_of(text, self.words, self.names.book, today, tuple(places))) if len(text) <= LONGEST else []

    def off_by(self, tile: Tile) -> int:
        """The entry of a measure that says that a service is off, 0 when none does."""
        return self.off.get(tile.service.key, 0)

    def sentence(self, read: Read, marks: list[Mark]) -> Sentence:
        """What the rules make of one sentence."""
        inserted = [each for ref in read.refs for each in self.inserted(ref)]
        found: list[Checked | Finding] = []
        for claim in claims_of(marks, self.names, self.situation.moment.date()):
            found += against_board(claim, self.situation, self.off_by)
        board = bool(found or inserted)
        found += house.phones(marks, self.situation) + house.meeting(marks, self.situation)
        found += house.measures(marks, self.situation)
        if any(kind in mark for mark in marks for kind in ("come", "stay", "unless")):
            found += house.appointments(marks, self.situation)
        found += advice.numbers(marks, self.texts, board)
        found += [*slips(marks, self.names), *advice.names(marks, self.names, self.texts), *advice.absolutes(marks)]
        about = self.spoken_of(marks) | {subject_of(ref.key) for ref in read.refs}
        return made(read.text, inserted, found, sorted(about))

    def inserted(self, ref: Ref) -> list[Checked | Finding]:
        """What becomes of an inserted fact: a tick with its reserve, a finding, or nothing when its words speak for themselves."""
        made, fact = compare(ref, self.situation), self.situation.fact(ref.key)
        if isinstance(made, Checked) and fact:
            against = conflict.of_measure(fact, self.situation) if fact.kind == "measure" else []
            if against:  # it is in force, but no tick
                return [*against, *overdue.of_measure(made.says, fact)]
            return [made, *overdue.of_fact(made.says, fact, self.situation)]
        return [made] if made else []

    def spoken_of(self, marks: list[Mark]) -> set[str]:
        """The activities that a sentence names in any way."""
        return {key for mark in marks for key in mark.kinds.get("activity", ())}


def subject_of(key: str) -> str:
    """What a fact is about: the activity of a service's fact, else the fact itself."""
    kind, _colon, rest = key.partition(":")
    return rest.partition("@")[0] if kind in {"status", "capacity", "back"} else key


def made(text: str, inserted: list[Checked | Finding], found: list[Checked | Finding], about: list[str]) -> Sentence:
    """A sentence with each thing once: what an inserted fact says is not said again by its words."""
    own = [each for each in inserted if isinstance(each, Checked)]
    proved = {each.seq for each in own}
    read = [each for each in found if isinstance(each, Checked) and each.seq not in proved]
    wrong = list(dict.fromkeys(each for each in inserted if isinstance(each, Finding)))
    told = {(each.kind, each.fact.partition("@")[0]) for each in wrong}
    more: dict[tuple[str, str], Finding] = {}
    for each in found:
        if isinstance(each, Finding) and (each.kind, each.fact.partition("@")[0]) not in told:
            more.setdefault((each.kind, each.fact or each.says), each)
    return Sentence(text, list(dict.fromkeys([*own, *read])), [*wrong, *more.values()], about)


def check_text(text: str, situation: Situation, lang: str, title: str = "") -> list[Sentence]:
    """What the rules make of a text in Markdown with inserted facts, and of its title, in a language of `LANGUAGES`.

    What the communiqué before said and this text drops is a last sentence without words.
    """
    body, refs = marked(f"{title}\n\n{text}")
    running: list[Ref] = []
    reads = [unmarked(each, refs, running) for each in sentences(plain_of(body))]
    return checked(reads, situation, lang, len(sentences(plain_of(marked(title)[0]))))


def check_sentences(said: Iterable[str], situation: Situation, lang: str) -> list[Sentence]:
    """The same for sentences that stand alone: one in, one out, in order, and perhaps a last one without words."""
    reads = []
    for each in said:
        body, refs = marked(each)
        reads.append(unmarked(body, refs, []))
    return checked(reads, situation, lang)


def checked(reads: list[Read], situation: Situation, lang: str, titles: int = 0) -> list[Sentence]:
    """Each sentence, then what is dropped. `titles`: how many of the first ones are the title."""
    checker = Checker(situation, lexicon(lang))
    found, spoken = [], set()
    heading: list[Mark] = []
    for n, read in enumerate(reads):
        marks = checker.marks(read.text, read.own_words(situation))
        spoken |= checker.spoken_of(marks) | {subject_of(ref.key) for ref in read.refs}
        heading, alone = place_of(marks, heading), heading_only(marks)
        made = checker.sentence(read, heading + marks if heading and not alone else marks)
        leads = n < titles or read.text.rstrip().endswith(":")
        found.append(replace(made, silent=alone or (leads and says_nothing(marks))))
    gone = advice.dropped(said_before(checker), spoken, checker.names) if reads else []
    return found + ([Sentence("", [], gone)] if gone else [])


def says_nothing(marks: list[Mark]) -> bool:
    """Whether a title, or a line that leads to the next, claims nothing: it names no service, or says nothing of it."""
    kinds = {kind for mark in marks for kind in mark.kinds}
    return not (kinds & {*SUBJECTS, "other"} and kinds & PREDICATES)


def place_of(marks: list[Mark], heading: list[Mark]) -> list[Mark]:
    """The site under whose heading the next lines stand: "À Libramont :"; another heading or a named site ends it."""
    if heading_only(marks):
        return [mark for mark in marks if "site" in mark]
    return [] if any("site" in mark or "everywhere" in mark for mark in marks) else heading


def heading_only(marks: list[Mark]) -> bool:
    """Whether a line says nothing but where."""
    if not any("site" in mark for mark in marks):
        return False
    return all("site" in m or "light" in m or "and" in m or "at" in m or "placed" in m or "break" in m for m in marks)


def said_before(checker: Checker) -> dict[str, str]:
    """What the communiqué before said of each activity: the sentence, by the activity's key."""
    found: dict[str, str] = {}
    for sentence in checker.situation.previous:
        marks = checker.marks(plain(sentence))
        if any(kind in mark for mark in marks for kind in PREDICATES):
            for clause in clauses_of(marks):
                for key in clause.activities:
                    found.setdefault(key, sentence)
    return found


__all__ = ["LANGUAGES", "check_sentences", "check_text"]
