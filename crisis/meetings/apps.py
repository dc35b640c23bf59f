"""Meetings of the crisis cell, and the measures that they keep in force."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Offers the next meeting and the measures in force to the board and to the walls."""

    name = "crisis.meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import facts as offered
        from crisis import frames, sections, writes
        from crisis import verify as centre
        from crisis.meetings import actions, facts, file, pieces, verify, words

        frames.register("board", pieces.board_pieces, pieces.by_clock)
        frames.register(frames.WALL, pieces.wall_pieces, pieces.wall_by_clock)
        frames.register_wall(pieces.wall_places)
        frames.register_board(pieces.beside_board)
        sections.register_sections(file.read, file.write)
        writes.register_declared(actions.put_duties)
        offered.register_facts(facts.facts_of_meetings)
        centre.register_check(verify.fault_of_meetings)
        words.register()
