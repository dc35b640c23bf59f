"""The public pages on the web: no account, no session, no cookie; rendered once for all who ask."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header

from crisis.communiques.public.links import Links
from crisis.communiques.public.pages import Page, page_of
from crisis.communiques.public.state import Head, Public, head_of, public_of, shown

ROOT = "/public/"
LIMIT = 4000
"""Pages that are kept; more than there are, but in a house of very many sites."""
HEADERS = {
    "Cache-Control": "public, max-age=15",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""A browser or a proxy may show a page for 15 s without asking again. The pages need no script, so none may run."""
TRUSTED = 1.0
"""Seconds between two looks at the journal's head: what changes is on the pages that much later at most."""
Next = Callable[[HttpRequest], HttpResponse]


@dataclass
class Kept:
    """What was rendered under one head, by the address and what was asked there."""

    head: Head
    public: Public
    looked: float
    pages: dict[tuple[str, tuple[str, str]], tuple[Page, dict[str, str]]] = field(default_factory=dict)


_kept: list[Kept] = []
_hosts: set[str] = set()
"""The names under which Vigie was asked, as browsers wrote them, that are its own."""
_one_at_a_time = threading.Lock()


class PublicPages:
    """Answers everything under /public/ before anything else: sessions, accounts and cookies never come into play."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer it here, pass every other request on."""
        if not request.path.startswith(ROOT):
            return elsewhere(ROOT) if request.path == "/public" else self.get_response(request)
        if (host := request.META.get("HTTP_HOST", "")) not in _hosts:
            request.get_host()  # refuses a stranger's
            if len(_hosts) < LIMIT:
                _hosts.add(host)
        return answer(request) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["GET", "HEAD"])


def forget() -> None:
    """Look at everything again."""
    _kept.clear()
    _hosts.clear()


def current() -> Kept:
    """What is rendered of the state of now; everything anew once an entry was written or a minute has passed."""
    kept, now = _kept[0] if _kept else None, monotonic()
    if kept and now - kept.looked < TRUSTED:
        return kept
    with _one_at_a_time:
        crisis, moment = shown(), timezone.now()
        head, kept = head_of(crisis, moment), _kept[0] if _kept else None
        if kept is None or kept.head != head:
            kept = Kept(head, public_of(crisis, moment), now)
        kept.looked = now
        _kept[:] = [kept]
        return kept


def answer(request: HttpRequest) -> HttpResponse:
    """The page of an address, or 304 when the reader has it already."""
    kept, path = current(), request.path[len(ROOT) :]
    asked = asked_of(request, kept.public, path)
    found = kept.pages.get((path, asked))
    if found is None:
        if not path:
            return to_language(request, kept.public)
        if "." not in path and not path.endswith("/"):
            return elsewhere(f"{ROOT}{quote(path)}/")
        page = page_of(kept.public, Links(path), asked)
        found = (page, headers_of(page))
        if page.status == 200 and len(kept.pages) < LIMIT:
            kept.pages[path, asked] = found
    page, headers = found
    if headers.get("ETag", "-") in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(page.body, status=page.status, headers=headers)


def headers_of(page: Page) -> dict[str, str]:
    """What lets caches keep a page."""
    headers = HEADERS | {"Content-Type": page.kind}
    if page.lang:
        headers["Content-Language"] = page.lang
    if page.status == 200:
        headers["ETag"] = f'"{hashlib.sha256(page.body).hexdigest()[:32]}"'
    return headers


def asked_of(request: HttpRequest, public: Public, path: str) -> tuple[str, str]:
    """The site and the activity of a question; "" for what is not there. Only first pages take one."""
    if not request.META.get("QUERY_STRING") or path[:-1] not in public.languages or not path.endswith("/"):
        return "", ""
    site, kind = request.GET.get("site", ""), request.GET.get("kind", "")
    return site if ("site", site) in public.keys else "", kind if ("kind", kind) in public.keys else ""


def to_language(request: HttpRequest, public: Public) -> HttpResponse:
    """To the first page, in the first language that the reader's browser asks for and the organisation speaks."""
    wanted = [code[:2] for code, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))]
    lang = next((code for code in wanted if code in public.languages), public.languages[0])
    response = elsewhere(f"{ROOT}{lang}/")
    response.headers["Vary"] = "Accept-Language"
    return response


def elsewhere(path: str) -> HttpResponse:
    """To another address."""
    return HttpResponseRedirect(path, headers=HEADERS)
