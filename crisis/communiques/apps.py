"""What the organisation tells the public: communiqués checked against the board, and the public pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommuniquesConfig(AppConfig):
    """Gives the journal the sentences of its entries."""

    name = "crisis.communiques"
    verbose_name = _("Communiqués")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import verify as centre
        from crisis.communiques import release_verify, release_words

        centre.register_check(release_verify.fault_of_releases)
        release_words.register()
