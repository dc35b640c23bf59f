"""Codes that people read, type and scan: their signs, how they are typed, how they are shown, and as a QR code."""

import secrets
from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I, O: a code is read aloud across a room, and copied from paper."""


def code_of(length: int) -> str:
    """A code that nobody can guess: five bits a sign."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(length))


def plain_code(typed: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def in_groups(code: str) -> str:
    """A code as people read it, four signs at a time: "ABCD-EFGH-JKLM"."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def qr(content: str) -> SafeString:
    """A QR code as inline SVG, dark on light whatever the theme: made by segno, from our own words."""
    out = BytesIO()
    segno.make(content, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, light="#fff"
    )
    return mark_safe(out.getvalue().decode())
