"""The centre: the crisis, its members, its journal."""

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CrisisConfig(AppConfig):
    """Puts the append-only triggers back after every migration, and checks that they are there."""

    name = "crisis"
    verbose_name = _("Crisis")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import frames, journal_pieces, triggers, words

        words.register()
        frames.register("journal", journal_pieces.journal_pieces)
        post_migrate.connect(triggers.put_back, dispatch_uid="append_only_triggers")
        register(triggers.check_present, "database")
