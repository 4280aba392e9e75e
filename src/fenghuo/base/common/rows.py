"""Storing many rows of one table at once, where `bulk_create` would spend most of its time on putting the statement together."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models.constants import OnConflict

_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.FloatField)


def insert(rows: Sequence[models.Model], *, skip_known: bool = False) -> None:
    """Store new rows of one model, inside the caller's transaction. Values must have the types of their fields already; keys that the
    database makes are not filled in, and no signals are sent.

    Args:
        skip_known: leave out what stands already, instead of failing.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = _fields(model)
    values_of = attrgetter(*(field.attname for field in fields))
    turned = [(at, _turning(field)) for at, field in enumerate(fields) if not isinstance(field, _AS_IT_IS)]
    stored = []
    for row in rows:
        values = list(values_of(row))
        for at, turn in turned:
            if values[at] is not None:
                values[at] = turn(values[at])
        stored.append(values)
    with connection.cursor() as cursor:
        cursor.executemany(_statement(model, skip_known), stored)


def _turning(field: "models.Field[Any, Any]") -> Callable[[Any], object]:
    """What makes of a field's value what the database takes."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return partial(field.get_db_prep_save, connection=connection)


@cache
def _fields(model: type[models.Model]) -> tuple["models.Field[Any, Any]", ...]:
    """The columns that a row brings along."""
    return tuple(field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField))


@cache
def _statement(model: type[models.Model], skip_known: bool) -> str:
    quote = connection.ops.quote_name
    fields = _fields(model)
    conflict = OnConflict.IGNORE if skip_known else None
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    start = connection.ops.insert_statement(conflict)
    end = connection.ops.on_conflict_suffix_sql(list(fields), conflict, [], [])
    return f"{start} {quote(model._meta.db_table)} ({names}) VALUES ({places}) {end or ''}".rstrip()
