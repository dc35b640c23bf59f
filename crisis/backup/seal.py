"""A sealed file: a label in clear, then what is compressed and encrypted with a passphrase. Nothing of it can be altered.

    {"vigie-backup": 1, "made_at": …, "heads": […], "kdf": "scrypt", "salt": …, "check": …}\n
    chunk, chunk, …, last chunk

The key is scrypt's of the passphrase and a salt of the file's own. Each chunk is 64 KiB of the compressed stream (the last one
what is left), encrypted with ChaCha20-Poly1305; its nonce is its place and whether it is the last, its associated data the label's
very bytes. So a file that was cut off, put together in another order, or changed in one bit, label included, does not open.
"""

import hashlib
import json
import re
import secrets
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from django.utils.translation import gettext as _

from crisis.errors import RuleBroken

KIND, FORMAT = "vigie-backup", 1
CHUNK, TAG = 64 * 1024, 16
"""Bytes of a chunk, and of what proves it."""
LABEL_LIMIT = 256 * 1024
"""Bytes of a label at most: some 2,000 crises."""
COST, COST_LIMIT, BLOCK = 2**17, 2**18, 8
"""scrypt's cost: 128 MiB of memory and half a second for each guess; the most that a label may ask for; its block size."""
CHECK = b"\xff" * 12
"""The nonce, no chunk's, under which the label proves a passphrase: a wrong one is told from a damaged file."""
Label = dict[str, Any]


class Sealer:
    """Writes a sealed file to what was opened for writing: `line` after `line`, then `close`."""

    def __init__(self, file: BinaryIO, label: Label, passphrase: str) -> None:
        salt = secrets.token_bytes(16)
        key = derived(passphrase, salt, COST)
        self.cipher, self.file, self.place, self.waiting = ChaCha20Poly1305(key), file, 0, bytearray()
        how = {"kdf": "scrypt", "cost": COST, "salt": salt.hex(), "check": proof(key), "cipher": "chacha20-poly1305"}
        said = json.dumps({KIND: FORMAT, **label, **how}, ensure_ascii=False, separators=(", ", ": "))
        self.label = said.encode() + b"\n"
        self.deflate = zlib.compressobj(6)
        file.write(self.label)

    def line(self, value: Any) -> None:
        """Add a value as a line of JSON."""
        said = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self.waiting += self.deflate.compress(said)
        while len(self.waiting) > CHUNK:
            self._chunk(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]

    def close(self) -> None:
        """Write what is left, the last of it marked as such."""
        self.waiting += self.deflate.flush()
        while len(self.waiting) > CHUNK:
            self._chunk(bytes(self.waiting[:CHUNK]), last=False)
            del self.waiting[:CHUNK]
        self._chunk(bytes(self.waiting), last=True)

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        self.file.write(self.cipher.encrypt(nonce(self.place, last=last), plain, self.label))
        self.place += 1


def nonce(place: int, *, last: bool) -> bytes:
    """The nonce of a chunk: its place in the file, and whether it is the last. Never used twice, because no key is."""
    return place.to_bytes(11, "big") + bytes([last])


def derived(passphrase: str, salt: bytes, cost: int) -> bytes:
    """The key of a passphrase: 32 bytes."""
    memory = 2 * 128 * BLOCK * cost
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=cost, r=BLOCK, p=1, maxmem=memory, dklen=32)


def proof(key: bytes) -> str:
    """What shows that a key is the file's, and tells nothing of it."""
    return ChaCha20Poly1305(key).encrypt(CHECK, b"", b"").hex()


def read_label(file: BinaryIO) -> tuple[Label, bytes]:
    """What a file says of itself in clear, and its very bytes; the file stands after it. Nobody has proved it yet.

    Raises RuleBroken, in words, when this is no backup, or one of a newer Vigie.
    """
    said = file.readline(LABEL_LIMIT)
    try:
        label = json.loads(said) if said.endswith(b"\n") else None
    except (ValueError, RecursionError):
        label = None
    if not isinstance(label, dict) or not isinstance(label.get(KIND), int):
        raise RuleBroken(_("This is no backup of Vigie, or its beginning is damaged: take another one."))
    if label[KIND] > FORMAT:
        raise RuleBroken(_("A newer Vigie made this backup: restore it with that version or a later one."))
    match label:
        case {"organisation": str(), "made_at": str(), "heads": list(heads), "entries": int(), "rows": int(), **more}:
            if all(is_head(head) for head in heads) and is_opened_by(more):
                return label, said
    raise RuleBroken(damaged())


def is_head(value: Any) -> bool:
    """Whether a value says where a book ends, as `pack` writes it."""
    match value:
        case {"book": int(), "seq": int(), "hash": str(digest)}:
            return re.fullmatch(r"[0-9a-f]{64}", digest) is not None
    return False


def is_opened_by(told: Label) -> bool:
    """Whether a label says all that a passphrase needs to open the file, and asks for no more work than it may."""
    match told:
        case {"salt": str(), "check": str(), "cost": int(cost)}:
            return cost in {2**power for power in range(10, COST_LIMIT.bit_length())}
    return False


def key_of(label: Label, passphrase: str) -> bytes:
    """The key of a file. Raises RuleBroken when the passphrase is not the one that it was sealed with."""
    try:
        salt = bytes.fromhex(label["salt"])
    except ValueError:
        raise RuleBroken(damaged()) from None
    key = derived(passphrase, salt, label["cost"])
    if not secrets.compare_digest(proof(key), label["check"].encode("ascii", "replace").decode()):
        raise RuleBroken(_("This is not the passphrase of this backup: type it again, capitals and spaces included."))
    return key


def damaged() -> str:
    """The sentence for a file that is not what was written."""
    return _("This backup is cut off or was altered: nothing was changed. Take another one.")


def opened(file: BinaryIO, said: bytes, key: bytes) -> Iterator[bytes]:
    """The lines of a sealed file that stands after its label `said`, one by one; memory does not grow with the file.

    Raises RuleBroken at the first chunk that is not what was written, and at the end when the file is cut off or goes on.
    """
    inflate, rest = zlib.decompressobj(), b""
    for plain in chunks(file, said, ChaCha20Poly1305(key)):
        try:
            found = rest + inflate.decompress(plain)
        except zlib.error:
            raise RuleBroken(damaged()) from None
        *lines, rest = found.split(b"\n")
        yield from lines
    if rest or not inflate.eof or inflate.unused_data:
        raise RuleBroken(damaged())


def chunks(file: BinaryIO, said: bytes, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    """What each chunk holds, proved; the one after which the file ends has to say that it is the last."""
    place, ahead = 0, file.read(CHUNK + TAG)
    while True:
        sealed, ahead = ahead, file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(nonce(place, last=not ahead), sealed, said)
        except InvalidTag:
            raise RuleBroken(damaged()) from None
        if not ahead:
            return
        place += 1
