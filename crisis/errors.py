"""A "no" that a person can read."""

from typing import Any

from django.utils.translation import gettext as _


class RuleBroken(Exception):
    """A rule of the cell refuses the act. Its text is a translated sentence: subject, state, what to do.

    `field` names the form field that the sentence belongs to, "" when it concerns the whole act.
    `offer` names what the person may do instead ("confirm", "is_it_still_so"), for the page to show as a button.
    """

    def __init__(self, sentence: object, *, field: str = "", offer: str = "") -> None:
        super().__init__(str(sentence))
        self.field, self.offer = field, offer


class Overtaken(RuleBroken):
    """Somebody else saved this text since it was read, as `newest`: both versions are shown, none is lost."""

    def __init__(self, newest: Any, name: object) -> None:
        self.newest = newest
        super().__init__(_("%(name)s wrote here meanwhile: both texts are kept.") % {"name": name or "console"})
