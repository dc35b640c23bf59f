"""Services and sites that a line names with `@`: found again in what was typed, whatever the language."""

import re
import unicodedata

from services.models import Service, Site


def folded(words: str) -> str:
    """Words as they are compared: no accents, no case, single spaces."""
    plain = unicodedata.normalize("NFKD", words)
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def known_names() -> dict[str, str]:
    """Every name that `@` completes, folded, with the key it stands for: services before sites, in all their languages."""
    found: dict[str, str] = {}
    for site in Site.objects.all():
        found |= {folded(name): f"site:{site.key}" for name in site.names.values() if name.strip()}
    for service in Service.objects.select_related("activity", "site"):
        for activity in filter(str.strip, service.activity.names.values()):
            for site_name in filter(str.strip, service.site.names.values()):
                found[folded(f"{activity} ({site_name})")] = f"service:{service.key}"
    return found


def named_in(words: str) -> list[str]:
    """The keys of services and sites that follow an `@`, in the order in which they are named; the longest name counts."""
    if "@" not in words:
        return []
    names = sorted(known_names().items(), key=lambda item: -len(item[0]))
    found = []
    for piece in re.split("@", folded(words))[1:]:
        key = next((key for name, key in names if re.match(re.escape(name) + r"(?!\w)", piece)), None)
        if key and key not in found:
            found.append(key)
    return found


def offered() -> list[str]:
    """What `@` completes, in the reader's language."""
    services = [str(service) for service in Service.objects.select_related("activity", "site")]
    return sorted({*services, *(site.name for site in Site.objects.all())})
