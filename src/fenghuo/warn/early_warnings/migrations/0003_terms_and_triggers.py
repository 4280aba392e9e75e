"""The terms of formal warnings that come with Fenghuo; triggers that refuse to change or remove a published version."""

from datetime import UTC, datetime

from django.db import migrations

from fenghuo.warn.early_warnings.formal import shipped

_SQLITE = """
CREATE TRIGGER bulletinversion_no_{verb} BEFORE {verb} ON early_warnings_bulletinversion
WHEN OLD.state IN ('published', 'discarded')
BEGIN SELECT RAISE(ABORT, 'a version that is done can not be changed or removed'); END
"""
_POSTGRESQL = """
CREATE FUNCTION bulletinversion_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a version that is done can not be changed or removed'; END $$;
CREATE TRIGGER bulletinversion_stays BEFORE UPDATE OR DELETE ON early_warnings_bulletinversion
FOR EACH ROW WHEN (OLD.state IN ('published', 'discarded')) EXECUTE FUNCTION bulletinversion_refuse();
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
    dependencies = [("early_warnings", "0002_bulletins"), ("tables", "0002_shipped")]
    operations = [
        migrations.RunPython(terms, migrations.RunPython.noop),
        migrations.RunPython(triggers, migrations.RunPython.noop),
    ]
