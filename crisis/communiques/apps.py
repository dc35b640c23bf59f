"""What the organisation tells the public: communiqués checked against the board, and the public pages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommuniquesConfig(AppConfig):
    """Gives the journal the sentences of its entries, and publishes with the beat what waits for its moment; the files follow."""

    name = "crisis.communiques"
    verbose_name = _("Communiqués")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import frames, masking, seats, sections
        from crisis import verify as centre
        from crisis import waiting as agenda
        from crisis.communiques import due, file, listing, pieces, release_verify, release_words, steps, verify, words
        from crisis.communiques.public import export

        frames.register("board", pieces.pieces)
        frames.register(frames.WALL, pieces.pieces)
        frames.register_wall(pieces.wall_places)
        frames.register_board(pieces.beside_board)
        agenda.register_waiting("communication", listing.waiting)
        seats.register_beat(due.with_the_beat)
        seats.register_beat(export.with_the_beat)
        sections.register_sections(file.read, file.write)
        masking.register_masking(steps.forget_drafts)
        centre.register_check(verify.fault_of_communiques)
        centre.register_check(release_verify.fault_of_releases)
        words.register()
        release_words.register()
