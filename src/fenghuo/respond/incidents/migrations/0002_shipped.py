"""The grading tables of incidents as their first versions, and triggers that refuse to change what is frozen."""

from datetime import UTC, datetime

from django.db import migrations

from fenghuo.respond.incidents.grading.shipped import FILES, data_of

_FROZEN = ("grading", "reportversion", "receipt", "logentry", "evidence", "custodystep")
_SQLITE = """
CREATE TRIGGER incidents_{table}_no_{verb} BEFORE {verb} ON incidents_{table}
BEGIN SELECT RAISE(ABORT, 'what is frozen can not be changed or removed'); END
"""
_FUNCTION = """
CREATE FUNCTION incidents_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what is frozen can not be changed or removed'; END $$;
"""
_POSTGRESQL = """
CREATE TRIGGER incidents_{table}_frozen BEFORE UPDATE OR DELETE ON incidents_{table}
FOR EACH ROW EXECUTE FUNCTION incidents_refuse();
"""


def load_tables(apps, schema_editor):
    table = apps.get_model("tables", "GradingTable")
    for file in FILES:
        data = dict(data_of(file))
        began = datetime.fromisoformat(data["in_force_from"]).replace(tzinfo=UTC)
        source = data["source"]["zh"]
        row = {"name": data["name"], "version": data["version"], "source": source, "sureness": "C", "cells": data}
        table.objects.create(**row, in_force_from=began)


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in _FROZEN:
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(_SQLITE.format(table=table, verb=verb))
        return
    schema_editor.execute(_FUNCTION)
    for table in _FROZEN:
        schema_editor.execute(_POSTGRESQL.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("tables", "0002_shipped")]
    operations = [
        migrations.RunPython(load_tables, migrations.RunPython.noop),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
