"""Every public page by its address, rendered: what the web serves, members see of an exercise, and files hold."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from crisis.communiques.answers import NOTE, PARTS, Answer, words_of
from crisis.communiques.public.feed import feed_of
from crisis.communiques.public.links import CSS, ICON, Links
from crisis.communiques.public.said import said_of, stamped, why_withdrawn
from crisis.communiques.public.state import Public, Version
from crisis.communiques.public.status import status_of
from crisis.communiques.public.words import headline, summary, to_do
from crisis.markdown import plain_of

HTML, ATOM, JSON = "text/html; charset=utf-8", "application/atom+xml; charset=utf-8", "application/json; charset=utf-8"
NAMES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}


@dataclass(frozen=True)
class Page:
    """What an address answers with."""

    body: bytes
    kind: str = HTML
    lang: str = ""
    status: int = 200


@dataclass(frozen=True)
class Row:
    """An answer in the language in force."""

    answer: Answer
    headline: str
    to_do: str
    texts: dict[str, Any]


def row_of(public: Public, answer: Answer) -> Row:
    """An answer in words; what was masked is left out."""
    texts = {part: words_of(answer, part, public.texts) for part in [*PARTS.values(), NOTE]}
    return Row(answer, headline(answer, public.phone), to_do(answer, public.phone), texts)


def rows_by_site(public: Public, only: str = "") -> list[tuple[Any, list[Row]]]:
    """The answers of each site (or of one), appointments first, then what is essential."""
    found = []
    for site in public.sites:
        mine = [answer for answer in public.told if answer.service.site_id == site.pk]
        ordered = sorted(
            mine, key=lambda a: (not a.asked, a.essential, a.service.activity.order, a.service.activity_id)
        )
        if not only or site.key == only:
            found.append((site, [row_of(public, answer) for answer in ordered]))
    return found


def kinds_of(public: Public) -> tuple[list[Any], list[Any]]:
    """The activities that one can ask about, because one comes to them: those that may wait, and essential ones."""
    essential = {answer.service.activity: answer.essential for answer in public.told if answer.asked}
    ordered = sorted(essential, key=lambda activity: (activity.order, activity.pk))
    return [a for a in ordered if not essential[a]], [a for a in ordered if essential[a]]


def frame(public: Public, lang: str, path: str, links: Links) -> dict[str, Any]:
    """What every page says around its content."""
    rest = path.partition("/")[2]
    return {
        "public": public,
        "lang": lang,
        "files": links.files,
        "languages": [(code, NAMES[code], links.to(f"{code}/{rest}")) for code in public.languages],
        "lede": summary(public),
        "css": links.asset(CSS),
        "icon": links.asset(ICON),
        "here": links.to(path),
        "home": links.to(f"{lang}/"),
        "feed": links.to(f"{lang}/feed.atom"),
        "json": links.to("status.json"),
        "print": links.to(f"{lang}/print/"),
        "sites": [(site, links.to(f"{lang}/answers/{site.key}/")) for site in public.sites],
    }


def listed(public: Public, lang: str, links: Links) -> list[dict[str, Any]]:
    """The newest version of each communiqué, newest first."""
    found = []
    for version in public.versions:
        if version.publication.until is None:
            said = said_of(version, lang)
            lines = plain_of(said.body).partition("\n\n")[0].split("\n")
            words = Truncator(" · ".join(line.removeprefix("- ") for line in lines)).chars(260)
            href = links.to(f"{lang}/communiques/{version.number}/")
            found.append({"version": version, "said": said, "summary": words, "href": href})
    return found


def home(public: Public, lang: str, links: Links, asked: tuple[str, str]) -> dict[str, Any]:
    """The first page, with the answer to what was asked."""
    site, kind = asked
    answer = next((each for each in public.told if each.key == f"{kind}@{site}"), None)
    planned, essential = kinds_of(public)
    return {
        "title": _("Crisis information"),
        "asked_site": site,
        "asked_kind": kind,
        "asked": bool(site and kind),
        "row": row_of(public, answer) if answer else None,
        "planned": planned,
        "essential": essential,
        "by_site": rows_by_site(public),
        "communiques": listed(public, lang, links),
    }


def version_page(public: Public, version: Version, lang: str, links: Links, numbered: bool) -> dict[str, Any]:
    """A communiqué as it was published, and all versions of it.

    What was withdrawn says so and no more at the communiqué's own address; at that of the version (`numbered`) it is read, marked.
    """
    own = [each for each in public.versions if each.number == version.number]
    address = f"{lang}/communiques/{version.number}/"
    said = said_of(version, lang)
    return {
        "title": said.title,
        "said": said,
        "why": why_withdrawn(version),
        "whole": numbered or not version.publication.withdrawn,
        "version": version,
        "newest": links.to(address),
        "versions": [(each, links.to(f"{address}{each.version}/")) for each in own],
    }


def found_version(public: Public, number: str, version: str = "") -> Version | None:
    """A version by what stands in its address; the newest when none does."""
    own = [each for each in public.versions if str(each.number) == number]
    return next((each for each in own if not version or str(each.version) == version), None)


Content = tuple[str, dict[str, Any]]


def html_content(public: Public, lang: str, parts: list[str], links: Links, asked: tuple[str, str]) -> Content | None:
    """The template of an address and what it shows; None when there is no such page."""
    match parts:
        case []:
            return "home", home(public, lang, links, asked)
        case ["print"]:
            return "print", {"title": _("All answers"), "by_site": rows_by_site(public)}
        case ["answers", key] if by_site := rows_by_site(public, key):
            return "site", {"title": by_site[0][0].name, "by_site": by_site}
        case ["communiques", number, *rest] if len(rest) < 2:
            version = found_version(public, number, "".join(rest))
            return ("communique", version_page(public, version, lang, links, bool(rest))) if version else None
    return None


def page_of(public: Public, links: Links, asked: tuple[str, str] = ("", "")) -> Page:
    """The page at an address (`links.here`), in the organisation's zone; one that says so when there is none."""
    zone = public.organisation.zone if public.organisation else timezone.get_default_timezone()
    lang, _slash, rest = links.here.partition("/")
    with timezone.override(zone):
        if links.here == "status.json":
            return Page(status_of(public, links), JSON)
        if lang not in public.languages:
            with translation.override(public.languages[0]):
                return choice(public, links) if not links.here else missing(public, public.languages[0], links)
        with translation.override(lang):
            if rest == "feed.atom":
                return Page(feed_of(public, lang, links), ATOM, lang)
            parts = rest.removesuffix("/").split("/") if rest else []
            right = all(parts) and (rest.endswith("/") or not rest)  # one address for each page: "fr//print/" is none
            found = html_content(public, lang, parts, links, asked) if right else None
            return (
                rendered(*found, frame(public, lang, links.here, links), lang)
                if found
                else missing(public, lang, links)
            )


def rendered(name: str, content: dict[str, Any], around: dict[str, Any], lang: str, status: int = 200) -> Page:
    """A page from its template."""
    heading = stamped(content["title"]) if around["public"].exercise else content["title"]
    around = around | {"heading": heading}
    return Page(render_to_string(f"public/{name}.html", around | content).encode(), HTML, lang, status)


def missing(public: Public, lang: str, links: Links) -> Page:
    """There is no such page."""
    around = frame(public, lang, f"{lang}/", Links(f"{lang}/", links.root, links.files))
    return rendered("missing", {"title": _("Not here")}, around, lang, 404)


def choice(public: Public, links: Links) -> Page:
    """The first page among files, where nobody can ask a browser for its language."""
    lang = public.languages[0]
    return rendered("choice", {"title": _("Crisis information")}, frame(public, lang, f"{lang}/", links), lang)


def paths_of(public: Public) -> list[str]:
    """The address of every page there is, but those of a question."""
    found = ["", "status.json"]
    for lang in public.languages:
        found += [f"{lang}/", f"{lang}/feed.atom", f"{lang}/print/"]
        found += [f"{lang}/answers/{site.key}/" for site in public.sites]
        for version in public.versions:
            if version.publication.until is None:
                found.append(f"{lang}/communiques/{version.number}/")
            found.append(f"{lang}/communiques/{version.number}/{version.version}/")
    return found


def all_pages(public: Public, links: Callable[[str], Links]) -> Iterable[tuple[str, Page]]:
    """Every page with its address."""
    return ((path, page_of(public, links(path))) for path in paths_of(public))


as_files = partial(Links, files=True)
