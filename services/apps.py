"""The heart: what each hospital can still do."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    """Offers the board's pieces to the live hub, filters to the journal, papers to the beat; reads what files kept."""

    name = "services"
    verbose_name = _("Services")

    def ready(self) -> None:
        """Wire it up."""
        from crisis import frames, journal, roles, seats, verify
        from services import pieces, wall, words
        from services.crisisfile.catch_up import after_migrations
        from services.paper import schedule
        from services.verify import fault_of_reports

        frames.register("board", pieces.board_pieces, pieces.pieces_by_clock)
        frames.register(frames.WALL, wall.wall_pieces, wall.wall_by_clock)
        frames.register_wall(wall.wall_places)
        frames.register_banner(pieces.alarm_banner)
        journal.register_filter("service", pieces.entries_about_service, options=pieces.service_options)
        roles.register_scopes(pieces.scope_options)
        seats.register_beat(schedule.with_the_beat)
        verify.register_check(fault_of_reports)
        words.register()
        post_migrate.connect(after_migrations, sender=self, dispatch_uid="kept_sections")
