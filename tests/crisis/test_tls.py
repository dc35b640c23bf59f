"""What the door answers to a plain request: never more than the way to https, for a host of ours."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisis.tls import answer_to_plain

HOSTS = ["localhost", "127.0.0.1", "[::1]"]
TOKENS = [
    b"GET ",
    b"POST ",
    b"/",
    b"//evil",
    b" HTTP/1.1\r\n",
    b"\r\nHost: ",
    b"localhost:8000",
    b"evil.example",
    b"@",
    b"\r\n",
    b"[::1]",
    b"\x16",
]


def parts(answer: bytes) -> tuple[str, dict[str, str], str]:
    """First line, headers, body; a header that came in by the request would be one too many."""
    head, body = answer.decode().split("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(headers) == len(lines)
    assert int(headers["Content-Length"]) == len(body.encode())
    return first, headers, body


@pytest.mark.parametrize(
    ("head", "location"),
    [
        (b"GET /a?b=c HTTP/1.1\r\nHost: localhost:8000\r\n\r\n", "https://localhost:8000/a?b=c"),
        (b"HEAD / HTTP/1.0\r\nAccept: */*\r\nhost:\t127.0.0.1\r\n\r\n", "https://127.0.0.1/"),
        (b"POST /sign-in/ HTTP/1.1\r\nHost: [::1]:8000 \r\n\r\npassword", "https://[::1]:8000/sign-in/"),
        (b"GET //evil.example HTTP/1.1\r\nHost: localhost\r\n\r\n", "https://localhost//evil.example"),
    ],
)
def test_a_request_for_a_host_of_ours_is_led_to_the_same_place_with_https(head, location, settings):
    settings.ALLOWED_HOSTS = HOSTS

    first, headers, body = parts(answer_to_plain(head))

    assert (first, headers["Location"]) == ("HTTP/1.1 303 See Other", location)
    assert headers["Cache-Control"] == "no-store"
    assert body == "This address speaks HTTPS only: begin it with https://\n"


@given(st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(TOKENS), max_size=12).map(b"".join)))
def test_whatever_comes_the_answer_is_whole_and_leads_to_nobody_else(head):
    first, headers, _body = parts(answer_to_plain(head))

    if "Location" in headers:
        assert first == "HTTP/1.1 303 See Other"
        assert re.match(r"https://(localhost|127\.0\.0\.1|\[::1\]|testserver)(:\d+)?/", headers["Location"])
    else:
        assert first == "HTTP/1.1 400 Bad Request"


def test_a_head_of_many_lines_is_looked_through_at_once():
    head = b"GET / HTTP/1.1\r\n" + b"host: " * 1300 + b"\r\n\r\n"

    assert parts(answer_to_plain(head))[0] == "HTTP/1.1 400 Bad Request"
