"""The sealed file: what was written comes back, and nothing else ever opens."""

import functools
import io
import json
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.backup import seal
from crisis.errors import RuleBroken

WORDS = "correct horse battery staple"
LABEL = {
    "organisation": "Vivalia",
    "made_at": "2022-05-14T01:30:00+00:00",
    "entries": 3,
    "rows": 3,
    "heads": [{"book": 1, "seq": 3, "hash": "ab" * 32}],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def written(*lines: object, words: str = WORDS, label: dict = LABEL) -> bytes:
    out = io.BytesIO()
    sealer = seal.Sealer(out, label, words)
    for line in lines:
        sealer.line(line)
    sealer.close()
    return out.getvalue()


def read(body: bytes, words: str = WORDS) -> list[object]:
    file = io.BytesIO(body)
    label, said = seal.read_label(file)
    return [json.loads(line) for line in seal.opened(file, said, seal.key_of(label, words))]


def noise(size: int) -> list[str]:
    """Lines that do not compress: some `size` bytes of chunks."""
    return [random.Random(place).randbytes(500).hex() for place in range(size // 500)]


@given(st.lists(JSON, max_size=20))
@settings(max_examples=40, deadline=None)
def test_what_was_written_comes_back(lines):
    assert read(written(*lines)) == lines


@pytest.mark.parametrize("size", [0, 1000, seal.CHUNK - 500, seal.CHUNK, seal.CHUNK + 500, 5 * seal.CHUNK])
def test_it_comes_back_whatever_its_size(size):
    lines = noise(size)

    assert read(written(*lines)) == lines


def test_the_label_is_read_without_a_passphrase_and_the_rest_is_not():
    body = written("Mme Dupont a appelé")

    label, _said = seal.read_label(io.BytesIO(body))
    assert {name: label[name] for name in LABEL} == LABEL
    assert (label["vigie-backup"], label["kdf"], label["cipher"]) == (1, "scrypt", "chacha20-poly1305")
    assert b"Dupont" not in body


def test_two_files_of_the_same_words_share_neither_salt_nor_key_nor_a_byte_of_what_is_sealed():
    one, two = (written("the same", "words") for _ in range(2))

    labels = [seal.read_label(io.BytesIO(body))[0] for body in (one, two)]
    assert labels[0]["salt"] != labels[1]["salt"]
    assert seal.key_of(labels[0], WORDS) != seal.key_of(labels[1], WORDS)
    assert one.partition(b"\n")[2] != two.partition(b"\n")[2]


def test_another_passphrase_is_told_from_a_damaged_file():
    body = written("words")

    with pytest.raises(RuleBroken, match="This is not the passphrase of this backup"):
        read(body, "correct horse battery stable")


@pytest.mark.parametrize("left", [0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_file_that_is_cut_off_does_not_open(left):
    body = written(*noise(4 * seal.CHUNK))

    with pytest.raises(RuleBroken):
        read(body[: int(len(body) * left)])


@pytest.mark.parametrize("missing", [1, 15, 16, 17, seal.CHUNK])
def test_a_file_that_lacks_its_last_bytes_does_not_open(missing):
    body = written(*noise(4 * seal.CHUNK))

    with pytest.raises(RuleBroken, match="cut off or was altered"):
        read(body[:-missing])


def pieces(body: bytes) -> tuple[bytes, list[bytes]]:
    label, _newline, rest = body.partition(b"\n")
    whole = seal.CHUNK + seal.TAG
    return label + b"\n", [rest[place : place + whole] for place in range(0, len(rest), whole)]


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:-1],
        lambda parts: parts[1:],
        lambda parts: [parts[1], parts[0], *parts[2:]],
        lambda parts: [parts[0], parts[0], *parts[1:]],
        lambda parts: [*parts[:-1], parts[-1], parts[-1]],
        lambda parts: [*parts, b"\0"],
        lambda parts: [*parts, b"\0" * (seal.CHUNK + seal.TAG)],
        lambda parts: [],
    ],
    ids=[
        "last gone",
        "first gone",
        "two changed places",
        "one twice",
        "last twice",
        "a byte more",
        "a chunk more",
        "none",
    ],
)
def test_chunks_in_another_order_or_number_do_not_open(change):
    label, parts = pieces(written(*noise(4 * seal.CHUNK)))

    with pytest.raises(RuleBroken, match="cut off or was altered"):
        read(label + b"".join(change(parts)))


def test_a_file_cut_exactly_between_two_chunks_does_not_open_as_a_shorter_one():
    label, parts = pieces(written(*noise(4 * seal.CHUNK)))

    assert len(parts) > 3
    for count in range(1, len(parts)):
        with pytest.raises(RuleBroken, match="cut off or was altered"):
            read(label + b"".join(parts[:count]))


def test_the_chunks_of_one_file_do_not_open_under_the_label_of_another():
    (mine, _), (_, theirs) = (pieces(written(word)) for word in ("mine", "theirs"))

    with pytest.raises(RuleBroken, match="cut off or was altered"):
        read(mine + b"".join(theirs))


@functools.cache
def small() -> bytes:
    return written(*noise(2000))


@given(st.integers(0, 2000), st.integers(1, 255))
@settings(max_examples=200, deadline=None)
def test_no_byte_can_be_another_not_even_in_the_label(place, change):
    body = bytearray(small())
    body[place] ^= change

    with pytest.raises(RuleBroken):
        read(bytes(body))


def test_a_head_in_the_label_cannot_be_changed():
    body = written("words")

    with pytest.raises(RuleBroken, match="cut off or was altered"):
        read(body.replace(b'"seq": 3', b'"seq": 4'))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"SQLite format 3\0",
        b"{}\n",
        b'{"vigie-backup": "1"}\n',
        b'{"vigie-backup": 1}',
        b"\xff\xfe\n",
        b"[1]\n",
    ],
)
def test_what_is_no_backup_is_called_so(body):
    with pytest.raises(RuleBroken, match="This is no backup of Vigie"):
        read(body)


def test_a_label_that_never_ends_is_not_read_into_memory():
    with pytest.raises(RuleBroken, match="This is no backup of Vigie"):
        read(b'{"vigie-backup": 1, "organisation": "' + b"x" * (seal.LABEL_LIMIT + 1000))


def test_a_format_of_later_is_said_to_be_one():
    body = written("words").replace(b'"vigie-backup": 1', b'"vigie-backup": 2')

    with pytest.raises(RuleBroken, match="A newer Vigie made this backup"):
        read(body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cost", 2**30),
        ("cost", 0),
        ("cost", 1000),
        ("salt", "not hexadecimal"),
        ("heads", {}),
        ("rows", "3"),
        ("check", 1),
    ],
)
def test_a_label_that_asks_for_nonsense_is_refused_before_any_work(name, value):
    label, rest = written("words").split(b"\n", 1)
    odd = json.dumps(json.loads(label) | {name: value}).encode()

    with pytest.raises(RuleBroken, match="cut off or was altered"):
        read(odd + b"\n" + rest)


def test_a_check_that_is_not_ascii_is_a_wrong_passphrase_and_no_fault():
    label, rest = written("words").split(b"\n", 1)
    odd = json.dumps(json.loads(label) | {"check": "é" * 32}).encode()

    with pytest.raises(RuleBroken, match="This is not the passphrase"):
        read(odd + b"\n" + rest)


def test_no_nonce_is_used_twice():
    used = [seal.nonce(place, last=last) for place in range(300) for last in (False, True)] + [seal.CHECK]

    assert len(set(used)) == len(used)
    assert {len(each) for each in used} == {12}


def test_memory_does_not_grow_with_the_file():
    lines = noise(4_000_000)
    body = written(*lines)
    file = io.BytesIO(body)
    label, said = seal.read_label(file)
    key = seal.key_of(label, WORDS)

    tracemalloc.start()
    count = sum(1 for _line in seal.opened(file, said, key))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == len(lines)
    assert peak < 20 * seal.CHUNK < len(body)


@pytest.mark.parametrize(
    "changed",
    [
        {"heads": [{"book": 1}]},
        {"heads": [3]},
        {"heads": [{"book": 1, "seq": "3", "hash": "ab" * 32}]},
        {"entries": None},
    ],
)
def test_a_label_that_does_not_say_where_each_book_ends_is_damaged(changed):
    with pytest.raises(RuleBroken, match="cut off or was altered"):
        seal.read_label(io.BytesIO(written("words", label=LABEL | changed)))


def test_a_first_line_that_nobody_can_take_apart_is_no_backup():
    with pytest.raises(RuleBroken, match="no backup of Vigie"):
        seal.read_label(io.BytesIO(b"[" * 60_000 + b"\n"))
