"""People and how they sign in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users of the installation."""

    name = "crisis.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Every way of signing in is noted. Cards, counted tries and sessions end with the machine: no backup holds them."""
        from django.contrib.auth.signals import user_logged_in

        from crisis.accounts import sessions
        from crisis.backup import kept

        user_logged_in.connect(sessions.remember, dispatch_uid="signed_in")
        kept.register_passing("accounts.SignInCard", "accounts.WrongTry", "accounts.SignedIn")
