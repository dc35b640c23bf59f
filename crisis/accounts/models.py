"""A person who signs in, the card that lets them in the first time, wrong codes that somebody typed, and who is signed in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person with an account on this installation. Deactivated, never deleted: the journal names them.

    `function` is what the person does ("head nurse"), shown with `site` and `phone` in lists of people.
    """

    function = models.CharField(_("function"), max_length=120, blank=True)
    site = models.CharField(_("site"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class SignInCard(models.Model):
    """A card on paper that lets its person in once, within a day, to choose a password. One at a time for each person.

    Only the code's digest is kept. Written only by `crisis.accounts.cards`; the journal of the house says who gave it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="cards")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at=None, revoked_at=None), name="one_open_card_for_each_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.expires_at:%Y-%m-%d %H:%M}"


class WrongTry(models.Model):
    """A code or password that was typed and is none: `what` it was for, from where, and for whom when that is known.

    `address` is the network, or a digest of it with the user name that was typed.
    """

    what = models.CharField(max_length=10)
    address = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["what", "at"], name="wrong_tries_by_moment")]

    def __str__(self) -> str:
        return f"{self.what} {self.address} {self.at:%Y-%m-%d %H:%M}"


class SignedIn(models.Model):
    """Where somebody is signed in: a session with its browser and address, so that its person knows it again and can end it.

    It holds as long as the session does; what is left of others goes when somebody signs in.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}, {self.agent}, {self.address}"
