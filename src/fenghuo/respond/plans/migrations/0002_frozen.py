"""Triggers that refuse to change or remove the marks of a playbook's steps."""

from django.db import migrations

_SQLITE = """
CREATE TRIGGER plans_stepmark_no_{verb} BEFORE {verb} ON plans_stepmark
BEGIN SELECT RAISE(ABORT, 'marks of a playbook can not be changed or removed'); END
"""
_POSTGRESQL = """
CREATE FUNCTION plans_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'marks of a playbook can not be changed or removed'; END $$;
CREATE TRIGGER plans_stepmark_frozen BEFORE UPDATE OR DELETE ON plans_stepmark
FOR EACH ROW EXECUTE FUNCTION plans_refuse();
"""


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(verb=verb))
    else:
        schema_editor.execute(_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
