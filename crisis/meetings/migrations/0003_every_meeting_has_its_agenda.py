"""Meetings that were held before agendas were kept get the agenda that every meeting has."""

from django.db import migrations

TOPICS = ["present", "last", "services", "measures", "actions", "it", "communication", "other", "next"]


def give(apps, schema_editor):
    meetings, points = apps.get_model("meetings", "Meeting"), apps.get_model("meetings", "Point")
    without = meetings.objects.filter(points=None).values_list("pk", flat=True)
    points.objects.bulk_create(
        points(meeting_id=pk, topic=topic, order=order) for pk in without for order, topic in enumerate(TOPICS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_agenda_decisions_actions_and_the_seal")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
