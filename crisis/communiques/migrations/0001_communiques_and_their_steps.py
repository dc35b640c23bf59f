"""Communiqués, their frozen editions and steps, and what was released to the public."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('crisis', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Communique',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('situation', 'situation of the day'), ('restored', 'service restored'), ('correction', 'correction'), ('exercise', 'exercise')], default='situation', max_length=12, verbose_name='begun as')),
                ('lang', models.CharField(default='fr', max_length=2)),
                ('begun_at', models.DateTimeField()),
                ('begun_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('crisis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='communiques', to='crisis.crisis')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('authors', models.JSONField(default=list)),
                ('communique', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='communiques.communique')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Keeping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lang', models.CharField(max_length=2)),
                ('answers', models.CharField(max_length=64)),
                ('communique', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keepings', to='communiques.communique')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('reason', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
            ],
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('crisis', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='releases', to='crisis.crisis')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('submitted', 'sent to review'), ('returned', 'sent back'), ('approved', 'approved'), ('scheduled', 'to be published at a time'), ('held', 'held back'), ('published', 'published'), ('reopened', 'correction begun'), ('resumed', 'correction given up'), ('withdrawn', 'withdrawn'), ('dropped', 'dropped')], max_length=10)),
                ('at', models.DateTimeField(null=True)),
                ('communique', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='communiques.communique')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='communiques.edition')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.journalentry')),
                ('reason', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crisis.text')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lang', models.CharField(max_length=2)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('version', models.PositiveIntegerField(default=1)),
                ('follows', models.PositiveIntegerField(default=0)),
                ('writers', models.JSONField(default=list)),
                ('saved_at', models.DateTimeField()),
                ('communique', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='communiques.communique')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='communique',
            constraint=models.UniqueConstraint(fields=('crisis', 'number'), name='one_communique_per_number'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('communique', 'number'), name='one_edition_per_number'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('communique', 'lang'), name='one_wording_per_language'),
        ),
    ]
