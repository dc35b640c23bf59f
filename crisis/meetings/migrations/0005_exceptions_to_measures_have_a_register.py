"""Exceptions to measures: who asked for which case, the two opinions, the decision."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crisis', '0001_initial'),
        ('meetings', '0004_whom_to_call_until_the_next_meeting'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExceptionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('crisis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='crisis.crisis')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='meetings.measure')),
                ('reference', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('why', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.CharField(choices=[('medical', 'medical direction'), ('management', 'management')], max_length=10)),
                ('favourable', models.BooleanField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='meetings.exceptionrequest')),
                ('words', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='exceptionrequest',
            constraint=models.UniqueConstraint(fields=('crisis', 'number'), name='one_exception_per_number'),
        ),
        migrations.AddConstraint(
            model_name='opinion',
            constraint=models.UniqueConstraint(fields=('request', 'party'), name='one_opinion_per_party'),
        ),
    ]
