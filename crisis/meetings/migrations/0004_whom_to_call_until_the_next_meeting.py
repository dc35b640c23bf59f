"""Whom to call until the next meeting begins."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crisis', '0001_initial'),
        ('meetings', '0003_every_meeting_has_its_agenda'),
    ]

    operations = [
        migrations.AddField(
            model_name='meeting',
            name='duty_contact',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text'),
        ),
    ]
