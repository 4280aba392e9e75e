"""Tables whose rows are only ever added: the database itself refuses to change or remove one. Used by migrations."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

_SQLITE = "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
_FUNCTION = (
    "CREATE FUNCTION {app}_rows_stand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{why}'; END $$"
)
_POSTGRESQL = (
    "CREATE TRIGGER {table}_stand BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {app}_rows_stand()"
)


def only_added(app: str, models: Sequence[str], why: str) -> migrations.RunPython:
    """The step of a migration after which rows of these models can't be changed or removed.

    Args:
        app: label of the app. models: names of models in small letters. why: what the database says, without quotes.
    """

    def forwards(_apps: Any, schema_editor: Any) -> None:
        tables = [f"{app}_{model}" for model in models]
        if schema_editor.connection.vendor == "sqlite":
            for table in tables:
                for verb in ("UPDATE", "DELETE"):
                    schema_editor.execute(_SQLITE.format(table=table, verb=verb, why=why))
            return
        schema_editor.execute(_FUNCTION.format(app=app, why=why))
        for table in tables:
            schema_editor.execute(_POSTGRESQL.format(table=table, app=app))

    return migrations.RunPython(forwards, migrations.RunPython.noop)
