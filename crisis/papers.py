"""What the cell prints: a layout of `templates/papers/` and words, typeset as a PDF. The same words give the same bytes.

Words are data, never code: they reach the layout as JSON. Only the fonts inside the typesetter are used, so that a paper
is the same on every machine; no date is put in but what the words say.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import typst
from django.conf import settings

from crisis.markdown import nodes_of, seen

LAYOUTS = settings.BASE_DIR / "templates" / "papers"
FONTS = typst.Fonts(include_system_fonts=False)
ACCESSIBLE: Literal["ua-1"] = "ua-1"
"""PDF/UA: tagged, with title and language, every character with its meaning."""
EVERYDAY = "\u024f"
"""Up to here (Latin) the fonts have a glyph for everything."""
LIKE = {
    **dict.fromkeys("✅☑", "✔"),
    **dict.fromkeys("❌❎⛔🚫", "✘"),
    **dict.fromkeys("❗❕", "!"),
    **dict.fromkeys("❓❔", "?"),
    **dict.fromkeys("📞📱", "☎"),
    **dict.fromkeys("📧📩📨", "✉"),
    **dict.fromkeys("🔴🟠🟡🟢🔵⚫⚪", "●"),
    **dict.fromkeys("🟥🟧🟨🟩🟦⬛⬜", "■"),
    "➕": "+",
    "➖": "–",
    "👉": "→",
    "👈": "←",
    "👆": "↑",
    "👇": "↓",
    "🚨": "⚠",
    "🔺": "▲",
    "🔻": "▼",
}
"""Pictures that mean something, and the sign that the fonts have for them."""
GONE = "\ue000"
LOOKED_UP = 300
"""So many different rare characters of one paper are looked up in the fonts; a square stands for the rest."""


def pdf(layout: str, data: dict[str, Any]) -> bytes:
    """`templates/papers/<layout>.typ` filled with `data`; a string under the key `text` is Markdown, wherever it stands.

    A symbol without a glyph becomes the sign that is like it or is left out, a letter becomes a square. Words that the
    typesetter cannot bear even so (it panics on some lines written right to left) are printed with squares for all but
    everyday letters: minutes must come out.
    """
    words = laid(data)
    for milder in (same, printable, plainest):
        words = milder(words)
        try:
            return typeset(layout, words)
        except BaseException as fault:  # a panic is no Exception
            if not is_of_the_words(fault):
                raise
    raise RuntimeError(f"templates/papers/{layout}.typ cannot be typeset, whatever the words: look at the layout.")


def is_of_the_words(fault: BaseException) -> bool:
    """Whether other words would help: an unknown character, or a panic; a mistake in the layout is neither."""
    return "could not be displayed" in str(fault) or type(fault).__name__ == "PanicException"


def typeset(layout: str, words: Any) -> bytes:
    """What the typesetter makes of words; a layout may import the others of its folder, and nothing else."""
    return typst.compile(
        LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        font_paths=FONTS,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words)},
        pdf_standards=[ACCESSIBLE],
        timestamp=0,
    )


def laid(value: Any, key: str = "") -> Any:
    """The data as a layout takes it: Markdown as nodes, nothing that turns the direction of a line."""
    if isinstance(value, dict):
        return {name: laid(inner, name) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [laid(inner) for inner in value]
    if isinstance(value, str):
        return nodes_of(value) if key == "text" else seen(value)
    return value


def same(words: Any) -> Any:
    """The words as they are."""
    return words


def printable(words: Any) -> Any:
    """The same words, with something readable for each character that no font here can show."""
    return without(words, lambda place, character: place >= LOOKED_UP or not has_glyph(character))


def plainest(words: Any) -> Any:
    """The same words, with a square for what is neither Latin, Greek, Cyrillic, nor a common sign."""
    return without(words, lambda _place, character: not (character < "\u0530" or "\u2000" <= character < "\u2800"))


def without(words: Any, refused: Callable[[int, str], bool]) -> Any:
    """The words with each rare character that is refused replaced."""
    said = json.dumps(words, ensure_ascii=False)
    rare = sorted(character for character in set(said) if character > EVERYDAY)
    instead = {ord(c): instead_of(c) for place, c in enumerate(rare) if refused(place, c)}
    said = re.sub(f'"{GONE}+"', '" "', said.translate(instead))  # never nothing: a title without words cannot be set
    return json.loads(re.sub(f'(?<=[" ]){GONE}+ ?|{GONE}+', "", said))


@lru_cache(maxsize=4096)
def has_glyph(character: str) -> bool:
    """Whether a font can show it: asked by typesetting it alone."""
    try:
        typeset("_glyph", character)
    except typst.TypstError:
        return False
    return True


def instead_of(character: str) -> str:
    """A sign like a symbol, nothing for one that only adorns or changes its neighbour, a square for a letter without font."""
    match unicodedata.category(character)[0]:
        case "S":
            return LIKE.get(character, GONE)
        case "M" | "C":
            return ""
    return "□"
