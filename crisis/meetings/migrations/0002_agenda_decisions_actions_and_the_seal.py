"""Agendas, those present, decisions, actions, and the seal under the minutes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crisis', '0001_initial'),
        ('meetings', '0001_meetings_keep_measures_in_force'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Addendum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='addenda', to='meetings.meeting')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('excused', models.BooleanField(default=False)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('function', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendees', to='meetings.meeting')),
                ('name', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.CharField(choices=[('chair', 'chairs'), ('pen', 'holds the pen')], max_length=5)),
                ('since', models.DateTimeField()),
                ('attendee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='meetings.attendee')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='charges', to='meetings.meeting')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('present', 'Those present'), ('last', 'Minutes of the last meeting'), ('services', 'State of the services'), ('measures', 'Measures in force'), ('actions', 'Open actions'), ('it', 'IT and recovery'), ('communication', 'Communication'), ('other', 'Other points'), ('next', 'Next meeting'), ('added', 'Added point')], max_length=14)),
                ('order', models.PositiveSmallIntegerField()),
                ('skipped_at', models.DateTimeField(null=True)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='meetings.meeting')),
                ('text', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('title', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('body', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='meetings.point')),
            ],
            options={
                'ordering': ['version'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.JSONField(default=list)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='meetings.meeting')),
                ('taken_back', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('why', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='meetings.point')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('duty', models.CharField(blank=True, max_length=30)),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('due_hour', models.BooleanField(default=False)),
                ('about', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('dropped', 'dropped')], default='open', max_length=8)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closing', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('crisis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='crisis.crisis')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('meeting', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='meetings.meeting')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to=settings.AUTH_USER_MODEL)),
                ('owner_name', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('reference', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('text', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='meetings.point')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lang', models.CharField(max_length=2)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='meetings.meeting')),
            ],
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.UniqueConstraint(fields=('meeting', 'user'), name='a_member_attends_once'),
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name__isnull', False), ('user', None)), models.Q(('name', None), ('user__isnull', False)), _connector='OR'), name='a_member_or_a_guest'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.UniqueConstraint(condition=models.Q(('topic', 'added'), _negated=True), fields=('meeting', 'topic'), name='one_point_of_a_topic_per_meeting'),
        ),
        migrations.AddConstraint(
            model_name='point',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title__isnull', False), ('topic', 'added')), models.Q(models.Q(('topic', 'added'), _negated=True), ('title', None)), _connector='OR'), name='an_added_point_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.UniqueConstraint(fields=('point', 'version'), name='one_draft_per_version'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(fields=('crisis', 'number'), name='one_action_per_number'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.UniqueConstraint(condition=models.Q(('duty', ''), _negated=True), fields=('crisis', 'duty'), name='a_duty_once_per_crisis'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('text__isnull', False), models.Q(('duty', ''), _negated=True), _connector='OR'), name='an_action_says_what'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='an_action_that_is_not_open_was_closed'),
        ),
    ]
