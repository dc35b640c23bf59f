"""Paired wall screens."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisplaysConfig(AppConfig):
    """Offers the heading of the wall, and notes which screens are there with every beat."""

    name = "crisis.displays"
    verbose_name = _("Screens")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import frames, seats
        from crisis.backup import kept
        from crisis.displays import consumers, pieces, words, writes

        frames.register(frames.WALL, pieces.wall_pieces, pieces.wall_by_clock)
        seats.register_beat(consumers.note_presence)
        kept.register_passing("displays.Pairing", "displays.WrongCode")
        kept.register_restored(writes.forget_displays)
        words.register()
