"""The terms that come with Fenghuo as their first version; triggers that refuse to change or remove a step of a copy's history."""

from datetime import UTC, datetime

from django.db import migrations

from fenghuo.warn.notices.terms import shipped

_SQLITE = """
CREATE TRIGGER copystep_no_{verb} BEFORE {verb} ON notices_copystep
BEGIN SELECT RAISE(ABORT, 'steps of a notice can not be changed or removed'); END
"""
_POSTGRESQL = """
CREATE FUNCTION copystep_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'steps of a notice can not be changed or removed'; END $$;
CREATE TRIGGER copystep_append_only BEFORE UPDATE OR DELETE ON notices_copystep
FOR EACH ROW EXECUTE FUNCTION copystep_refuse();
"""


def terms(apps, schema_editor):
    table = shipped()
    apps.get_model("tables", "GradingTable").objects.create(
        name=table["name"],
        version=table["version"],
        source=table["source"],
        sureness=table["sureness"],
        cells=table["cells"],
        in_force_from=datetime(2024, 1, 1, tzinfo=UTC),
    )


def triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(verb=verb))
    else:
        schema_editor.execute(_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("tables", "0002_shipped")]
    operations = [
        migrations.RunPython(terms, migrations.RunPython.noop),
        migrations.RunPython(triggers, migrations.RunPython.noop),
    ]
