"""The office's own platforms, their posts, and withdrawals of what was entered by mistake; posts and withdrawals are never changed."""

import django.db.models.deletion
from django.db import migrations, models

_TABLES = ("platformpost", "withdrawal")
_SQLITE = """
CREATE TRIGGER performance_{table}_no_{verb} BEFORE {verb} ON performance_{table}
BEGIN SELECT RAISE(ABORT, 'what was frozen or entered can not be changed or removed'); END
"""
_POSTGRESQL = """
CREATE TRIGGER performance_{table}_frozen BEFORE UPDATE OR DELETE ON performance_{table}
FOR EACH ROW EXECUTE FUNCTION performance_refuse();
"""


def freeze(apps, schema_editor):
    for table in _TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(_SQLITE.format(table=table, verb=verb))
        else:
            schema_editor.execute(_POSTGRESQL.format(table=table))


class Migration(migrations.Migration):

    dependencies = [
        ('performance', '0002_frozen'),
        ('units', '0005_register_check'),
    ]

    operations = [
        migrations.CreateModel(
            name='Platform',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('website', 'website'), ('weibo', 'Weibo'), ('wechat', 'WeChat account'), ('douyin', 'Douyin account'), ('other', 'another platform')], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('address', models.CharField(max_length=500)),
                ('within_days', models.PositiveSmallIntegerField(default=30)),
                ('since', models.DateField()),
                ('ended', models.DateField(null=True)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('asset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.asset')),
            ],
            options={
                'ordering': ['kind', 'name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PlatformPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('address', models.CharField(max_length=500)),
                ('document', models.CharField(max_length=200)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='performance.platform')),
            ],
            options={
                'ordering': ['-on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('activity', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='performance.activity')),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='performance.platformpost')),
            ],
        ),
        migrations.AddConstraint(
            model_name='platform',
            constraint=models.UniqueConstraint(fields=('kind', 'name'), name='one_platform_of_a_name'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('activity', None), ('post', None), _connector='XOR'), name='withdrawal_of_one_thing'),
        ),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
