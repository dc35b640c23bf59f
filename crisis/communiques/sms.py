"""How a text travels as SMS: characters of GSM 03.38, segments, what forces the costly alphabet, and the SMS's own words."""

import re
from dataclasses import dataclass

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of GSM 03.38: seven bits a character."""
EXTENDED = "\f^{}\\[~]|€"
"""Those that take two places."""
SIMPLER = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
    }
    | {
        "ê": "e",
        "ë": "e",
        "â": "a",
        "î": "i",
        "ï": "i",
        "ô": "o",
        "û": "u",
        "ç": "c",
        "œ": "oe",
        "À": "A",
        "È": "E",
        "Ê": "E",
    }
    | {"á": "a", "í": "i", "ó": "o", "ú": "u", "€": "EUR"}
)
"""What says the same in GSM-7, for a phone: typographic signs, and letters that it lacks."""
BLANK = re.compile(r"\r?\n[ \t\r]*\n")
OWN = re.compile(r"\s*SMS[ \u00a0\u202f]?:\s*(\S.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Sms:
    """A text as it would be sent. `length` in the units of its alphabet, `left` what still fits into its last segment.

    `breaks`: the characters that GSM-7 lacks; with any of them a segment holds 70 characters instead of 160. `taken`: how
    many of the text's `points` it says; `own`: it has words of its own.
    """

    text: str
    alphabet: str
    length: int
    segments: int
    left: int
    breaks: str
    taken: int = 0
    points: int = 0
    own: bool = False


def sms_of(text: str) -> Sms:
    """Count a text: 160 characters of GSM-7 in one segment, 153 in each of several; 70 and 67 of UCS-2 (units of 16 bits).

    A character that takes two places is never parted between two segments.
    """
    breaks = "".join(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENDED))
    if breaks:
        sizes, one, many, name = [len(c.encode("utf-16-le")) // 2 for c in text], 70, 67, "UCS-2"
    else:
        sizes, one, many, name = [2 if c in EXTENDED else 1 for c in text], 160, 153, "GSM-7"
    length = sum(sizes)
    if length <= one:
        return Sms(text, name, length, 1 if text else 0, one - length, breaks)
    segments, used = 1, 0
    for size in sizes:
        if used + size > many:
            segments, used = segments + 1, 0
        used += size
    return Sms(text, name, length, segments, many - used, breaks)


def simpler(text: str) -> str:
    """The same words in characters that GSM-7 has, as far as there are any."""
    return "".join(c if c in BASIC or (c in EXTENDED and c != "€") else c.translate(SIMPLER) for c in text)


def apart(body: str) -> tuple[str, str]:
    """A text in Markdown without the paragraphs that begin with "SMS:", and what those say: the SMS's own words, "" if none.

    A text that is nothing else stays a text.
    """
    blocks = BLANK.split(body)
    own = [found[1].strip() for block in blocks if (found := OWN.fullmatch(block))]
    rest = "\n\n".join(block for block in blocks if not OWN.fullmatch(block)).strip()
    return (rest, "\n\n".join(own)) if own and rest else (body, "")
