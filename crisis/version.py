"""Which version of the pages this process serves, so that a wall that hangs for weeks can tell that its own is old."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOWN = [("templates", "*.html"), ("static", "*.*"), ("locale", "*.mo"), ("crisis", "*.py"), ("services", "*.py")]


def fingerprint(root: Path = ROOT) -> str:
    """Sixteen hexadecimal digits over every file that decides what a page looks like and does."""
    found = hashlib.sha256()
    for folder, pattern in SHOWN:
        for path in sorted((root / folder).rglob(pattern)):
            found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


VERSION = fingerprint()
"""Read once, when the process starts."""
