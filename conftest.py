"""Tests work on a data directory of their own, made before Django reads its settings.

pytest-django would read the settings before it reads this file if `DJANGO_SETTINGS_MODULE` stood in pyproject.toml:
tests would then share `./fenghuo-data` and its language.
"""

import atexit
import os
import shutil
import tempfile

import django
import pytest
from pytest_django import DjangoDbBlocker

_data = tempfile.mkdtemp(prefix="fenghuo-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["FENGHUO_DATA"] = _data
os.environ.setdefault("FENGHUO_LANG", "en")
os.environ["FENGHUO_LANGUAGE"] = "en"
os.environ["DJANGO_SETTINGS_MODULE"] = "fenghuo.base.common.django_settings"
django.setup()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tests' database; on SQLite it refuses texts that PostgreSQL would refuse for their length."""
    from django.apps import apps
    from django.db import connection
    from django.db.models import CharField

    if connection.vendor != "sqlite":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            for field in model._meta.local_fields:
                if isinstance(field, CharField) and field.max_length is not None and model._meta.managed:
                    for verb in ("INSERT", "UPDATE"):
                        cursor.execute(
                            f'CREATE TRIGGER "long_{verb}_{table}_{field.column}" BEFORE {verb} ON "{table}" '
                            f'WHEN length(NEW."{field.column}") > {field.max_length} '
                            f"BEGIN SELECT RAISE(ABORT, 'too long for {table}.{field.column}'); END"
                        )
