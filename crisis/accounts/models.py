"""A person who signs in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account on this installation. Deactivated, never deleted: the journal names them.

    `function` is what the person does ("head nurse, Libramont"), shown beside the name in lists of people.
    """

    function = models.CharField(_("function"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username
