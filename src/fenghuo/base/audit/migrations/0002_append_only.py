"""Triggers that refuse to change or remove an audit row, whoever asks."""

from django.db import migrations

_SQLITE = """
CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit_auditrow
BEGIN SELECT RAISE(ABORT, 'audit rows can not be changed or removed'); END
"""
_POSTGRESQL = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit rows can not be changed or removed'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditrow
FOR EACH ROW EXECUTE FUNCTION audit_refuse();
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(_SQLITE.format(verb=verb))
    else:
        schema_editor.execute(_POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
