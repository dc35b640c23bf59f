"""Paper: a layout and its data become a PDF, the same bytes for the same data on every machine.

What people typed reaches the layout as data and is never code: it is handed over as JSON, and layouts never evaluate.
"""

import json
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from crisis.markdown import nodes_of

LAYOUTS = Path(settings.BASE_DIR) / "templates" / "papers"


def pdf(layout: str, data: dict[str, Any]) -> bytes:
    """A document as tagged PDF. Every value under the key "text" is Markdown and reaches the layout as nodes.

    Set with the fonts inside the library alone, so that no machine sets it otherwise; without a date of its own.
    """
    given = {"data": json.dumps(ready(data))}
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.compile(
        LAYOUTS / f"{layout}.typ", root=LAYOUTS, font_paths=fonts, format="pdf", sys_inputs=given, timestamp=0
    )
    return bytes(made)


def ready(value: Any) -> Any:
    """The data with its Markdown parsed."""
    match value:
        case dict():
            return {k: nodes_of(v) if k == "text" and isinstance(v, str) else ready(v) for k, v in value.items()}
        case list():
            return [ready(inner) for inner in value]
        case _:
            return value
