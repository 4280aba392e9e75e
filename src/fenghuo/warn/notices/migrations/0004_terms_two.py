"""The second version of the terms, which says when closed copies are looked at again; what was issued before keeps the first."""

from datetime import UTC, datetime

from django.db import migrations

from fenghuo.warn.notices.terms import shipped


def terms(apps, schema_editor):
    table, rows = shipped(), apps.get_model("tables", "GradingTable").objects
    before = rows.filter(name=table["name"]).order_by("-in_force_from", "-id").first()
    apps.get_model("notices", "Notice").objects.exclude(issued_at=None).update(terms=before.version)
    values = {name: table[name] for name in ("source", "sureness", "cells")}
    values["in_force_from"] = datetime(2024, 1, 2, tzinfo=UTC)
    rows.get_or_create(name=table["name"], version=table["version"], defaults=values)


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_after_closing")]
    operations = [migrations.RunPython(terms, migrations.RunPython.noop)]
