"""Triggers that refuse to change or remove what was frozen, entered, judged or paid: corrections are rows of their own."""

from django.db import migrations

_TABLES = ("freeze", "frozenvalue", "entry", "judgement", "activity", "payment", "acceptance", "adjustment")
_SQLITE = """
CREATE TRIGGER performance_{table}_no_{verb} BEFORE {verb} ON performance_{table}
BEGIN SELECT RAISE(ABORT, 'what was frozen or entered can not be changed or removed'); END
"""
_FUNCTION = """
CREATE FUNCTION performance_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what was frozen or entered can not be changed or removed'; END $$;
"""
_POSTGRESQL = """
CREATE TRIGGER performance_{table}_frozen BEFORE UPDATE OR DELETE ON performance_{table}
FOR EACH ROW EXECUTE FUNCTION performance_refuse();
"""


def freeze(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in _TABLES:
            for verb in ("UPDATE", "DELETE"):
                schema_editor.execute(_SQLITE.format(table=table, verb=verb))
        return
    schema_editor.execute(_FUNCTION)
    for table in _TABLES:
        schema_editor.execute(_POSTGRESQL.format(table=table))


class Migration(migrations.Migration):
    dependencies = [("performance", "0001_initial")]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
