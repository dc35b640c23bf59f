"""A fourth state of an action: taken back before its meeting was adjourned."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0005_exceptions_to_measures_have_a_register'),
    ]

    operations = [
        migrations.AlterField(
            model_name='action',
            name='state',
            field=models.CharField(choices=[('open', 'open'), ('done', 'done'), ('dropped', 'dropped'), ('back', 'taken back')], default='open', max_length=8),
        ),
    ]
