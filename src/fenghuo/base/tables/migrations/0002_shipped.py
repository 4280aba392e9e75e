"""The tables that come with Fenghuo, as their first versions."""

from datetime import UTC, datetime

from django.db import migrations

from fenghuo.base.tables.shipped import SHIPPED


def forwards(apps, schema_editor):
    table = apps.get_model("tables", "GradingTable")
    for shipped in SHIPPED:
        table.objects.create(**shipped, in_force_from=datetime(2026, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [("tables", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
