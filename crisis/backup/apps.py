"""Backups of the whole installation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupConfig(AppConfig):
    """Tells the board how old the last backup is, makes the next one with the beat, and gives the restore its sentence."""

    name = "crisis.backup"
    verbose_name = _("Backups")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import frames, seats
        from crisis.backup import pieces, schedule
        from crisis.backup.words import register

        frames.register("board", pieces.pieces, pieces.by_clock)
        frames.register_board(pieces.beside_board)
        seats.register_beat(schedule.with_the_beat)
        register()
