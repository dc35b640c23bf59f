"""The communiqués as an Atom feed: an entry for each version, with an id that never changes."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.html import format_html
from django.utils.translation import gettext as _

from crisis.communiques.public.links import Links
from crisis.communiques.public.said import Said, lang_of_reason, said_of, stamped, why_withdrawn
from crisis.communiques.public.state import Public, Version
from crisis.languages import written_in
from crisis.markdown import html_of, seen

ATOM, XML = "http://www.w3.org/2005/Atom", "http://www.w3.org/XML/1998/namespace"
LANG = f"{{{XML}}}lang"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
ET.register_namespace("", ATOM)


def stamp(moment: datetime) -> str:
    """A moment as Atom wants it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def id_of(public: Public, *parts: object) -> str:
    """An id that stays, wherever the feed lies: made of when the crisis began and what it names."""
    began = stamp(public.crisis.started_at) if public.crisis else ""
    name: UUID = uuid5(NAMESPACE_URL, "/".join(map(str, ("vigie", began, *parts))))
    return f"urn:uuid:{name}"


def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """A child of an element, without the characters that XML refuses."""
    child = ET.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    child.text = seen(text) or None
    return child


def changed(version: Version) -> datetime:
    """When what the public reads of a version changed last: published, replaced or withdrawn."""
    own = version.publication
    return max(filter(None, [own.at, own.until, own.withdrawn.at if own.withdrawn else None]))


def marked(public: Public, version: Version, said: Said) -> str:
    """The title, with what became of the version, the stamp of an exercise once, and its language when it is another."""
    title = f"{said.title} ({said.mark})" if said.mark else said.title
    words = {"title": title}
    if version.publication.withdrawn:
        title = _("Withdrawn: %(title)s") % words
    elif version.publication.until:
        title = _("Replaced: %(title)s") % words
    elif version.version > 1:
        title = _("Corrected: %(title)s") % words
    if not public.exercise:
        return title
    return title if stamped(said.title) == said.title else stamped(title)


def add_entry(feed: ET.Element, public: Public, version: Version, lang: str, links: Links) -> None:
    """One version; a correction is linked to what it corrects. Its title and its text say in which language they are."""
    said, own = said_of(version, lang), version.publication
    address = f"{lang}/communiques/{version.number}/"
    entry = add(feed, "entry")
    add(entry, "id", id_of(public, lang, version.number, version.version))
    add(entry, "title", marked(public, version, said), **{LANG: said.lang})
    add(entry, "published", stamp(own.at))
    add(entry, "updated", stamp(changed(version)))
    add(
        entry,
        "link",
        rel="alternate",
        type="text/html",
        hreflang=lang,
        href=links.whole(f"{address}{version.version}/"),
    )
    if version.version > 1:
        before = links.whole(f"{address}{version.version - 1}/")
        add(entry, "link", rel="predecessor-version", type="text/html", href=before)
    if own.until:
        after = links.whole(f"{address}{version.version + 1}/")
        add(entry, "link", rel="successor-version", type="text/html", href=after)
    if own.withdrawn:
        add(entry, "content", gone(version, lang), type="text", **{LANG: lang})
    else:
        older = _("This translation is older than the original text.")
        late = format_html("<p><em>{}</em></p>", older) if said.late else ""
        add(entry, "content", late + str(html_of(said.body)), type="html", **{LANG: said.lang})


def gone(version: Version, lang: str) -> str:
    """That a version was withdrawn, and why; a reason in another language says in which."""
    why, written = why_withdrawn(version), lang_of_reason(version)
    if not why:
        return _("This communiqué was withdrawn.")
    said = _("This communiqué was withdrawn: %(why)s") % {"why": why}
    return f"{said} ({written_in(written)})" if written and written != lang else said


def feed_of(public: Public, lang: str, links: Links) -> bytes:
    """The feed in the language in force."""
    feed = ET.Element(f"{{{ATOM}}}feed", {LANG: lang})
    name = public.organisation.name if public.organisation else "Vigie"
    title = _("%(organisation)s · crisis information") % {"organisation": name}
    add(feed, "id", id_of(public, lang))
    add(feed, "title", _("EXERCISE · %(title)s") % {"title": title} if public.exercise else title)
    add(feed, "updated", stamp(max(map(changed, public.versions), default=NEVER)))
    add(feed, "link", rel="self", type="application/atom+xml", href=links.whole(f"{lang}/feed.atom"))
    add(feed, "link", rel="alternate", type="text/html", hreflang=lang, href=links.whole(f"{lang}/"))
    add(add(feed, "author"), "name", name)
    for version in public.versions:
        add_entry(feed, public, version, lang, links)
    ET.indent(feed)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode").encode() + b"\n"
