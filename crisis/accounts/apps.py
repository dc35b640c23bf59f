"""People and how they sign in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users of the installation."""

    name = "crisis.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Cards and counted tries end with the machine: no backup holds them."""
        from crisis.backup import kept

        kept.register_passing("accounts.SignInCard", "accounts.WrongTry")
