"""The table of guards as its first version; triggers that refuse to change or remove what shows that an order is right."""

from datetime import UTC, datetime

from django.db import migrations

from fenghuo.respond.blocks.shipped import shipped

_SQLITE = """
CREATE TRIGGER blocks_proof_no_{verb} BEFORE {verb} ON blocks_proof
BEGIN SELECT RAISE(ABORT, 'evidence of a block can not be changed or removed'); END
"""
_POSTGRESQL = """
CREATE FUNCTION blocks_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'evidence of a block can not be changed or removed'; END $$;
CREATE TRIGGER blocks_proof_frozen BEFORE UPDATE OR DELETE ON blocks_proof
FOR EACH ROW EXECUTE FUNCTION blocks_refuse();
"""


def load(apps, schema_editor):
    apps.get_model("tables", "GradingTable").objects.create(**shipped(), in_force_from=datetime(2024, 1, 1, tzinfo=UTC))


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(verb=verb))
    else:
        schema_editor.execute(_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("blocks", "0001_initial"), ("tables", "0002_shipped")]
    operations = [
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
