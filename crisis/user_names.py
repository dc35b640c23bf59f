"""User names: what one is made of, and made from a person's name when nobody gave one."""

import re
import unicodedata
from collections.abc import Collection

from crisis.spelling import folded

LETTERS = 30
"""Of a user name that is made here: it is typed on a phone."""
ALONE = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that are not another one with an accent."""


def is_user_name(words: str) -> bool:
    """Whether it can be a user name: what an account takes."""
    return bool(re.fullmatch(r"[\w.@+-]{1,150}", words))


def user_name_of(name: str, first: str, taken: Collection[str]) -> str:
    """The first letter of the first name, and the last name; a number when somebody has it. `first` is "" when not known apart."""
    given, family = (first, name.removeprefix(first)) if first else parted(name)
    made = (letters(given)[:1] + letters(family) if letters(family) else letters(given))[:LETTERS]
    return next(each for each in [made, *(f"{made}{n}" for n in range(2, len(taken) + 3))] if each not in taken)


def parted(name: str) -> tuple[str, str]:
    """The first name and the last: parted by a comma, by the last name's capitals, else by the first space."""
    family, comma, given = name.partition(",")
    if comma:
        return given, family
    words = name.split()
    loud = [word for word in words if len(word) > 1 and word.isupper()]
    if loud and len(loud) < len(words):
        return next(word for word in words if word not in loud), " ".join(loud)
    return words[0], " ".join(words[1:])


def letters(words: str) -> str:
    """Its letters and digits as every keyboard has them; as they are written where a name has none of those."""
    plain = unicodedata.normalize("NFKD", words.casefold().translate(ALONE))
    everywhere = "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
    return everywhere or folded(words).replace(" ", "")
