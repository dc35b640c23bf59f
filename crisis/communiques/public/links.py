"""Where the links of a public page lead: to addresses on the web, or to files beside it."""

import posixpath
from dataclasses import dataclass

from django.conf import settings
from django.templatetags.static import static

CSS, ICON = "css/public.css", "img/icon.svg"


def file_of(path: str) -> str:
    """The file of an address: "fr/communiques/14/" is fr/communiques/14.html, what has an ending keeps it."""
    if not path or (path.count("/") == 1 and path.endswith("/")):
        return f"{path}index.html"
    return f"{path.rstrip('/')}.html" if path.endswith("/") else path


@dataclass(frozen=True)
class Links:
    """The links of the page at `here`. On the web from `root` on, in `files` relative, so that a USB stick does."""

    here: str
    root: str = "/public/"
    files: bool = False

    def to(self, path: str) -> str:
        """To another page."""
        if not self.files:
            return f"{self.root}{path}"
        return posixpath.relpath(file_of(path), posixpath.dirname(file_of(self.here)) or ".")

    def whole(self, path: str) -> str:
        """To another page, with the name of the server when it has one: for readers who took the page with them."""
        return self.to(path) if self.files else f"{settings.PUBLIC_URL}{self.to(path)}"

    def asset(self, name: str) -> str:
        """To a style sheet or picture; among files it lies at their root."""
        return self.to(posixpath.basename(name)) if self.files else static(name)
