"""The two writes that every message costs, as statements of their own: putting them together anew each time takes Django longer than
sending takes. Called inside the lane's transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from fenghuo.warn.channels.models import Delivery

_SENT = ("state", "sent_at", "answer", "receipt", "lease_until", "next_try_at", "begun", "fallback_at")


@cache
def _begin() -> str:
    """Only of a message that is still ours, and not acknowledged meanwhile."""
    return _statement(
        "SET begun = %s, lease_until = %s, next_try_at = %s, tries = tries + 1 WHERE id = %s AND lease_until = %s"
    )


@cache
def _sent(wipe: bool) -> str:
    places = [f"{name} = %s" for name in _SENT] + ["sealed = ''"] * wipe
    return _statement(f"SET {', '.join(places)} WHERE id = %s AND acknowledged_at IS NULL")


def _statement(rest: str) -> str:
    return f"UPDATE {connection.ops.quote_name(Delivery._meta.db_table)} {rest}"


def note_begun(delivery: Delivery, until: datetime) -> bool:
    """Write down that an attempt begins, whose lease runs until then; whether the lane still holds the message."""
    lease = _moment(until)
    values = (True, lease, lease, delivery.id, _moment(delivery.lease_until))
    with connection.cursor() as cursor:
        cursor.execute(_begin(), values)
        return bool(cursor.rowcount)


def note_sent(delivery: Delivery, values: Mapping[str, object], *, wipe: bool) -> None:
    """Write down that the other side took it, whatever was decided about it meanwhile; what a person has acknowledged stays so.

    Args:
        values: of the columns `_SENT` names those that are not empty afterwards.
        wipe: its secrets are needed no more.
    """
    row: list[Any] = [_moment(v) if isinstance(v := values.get(name), datetime) else v for name in _SENT]
    with connection.cursor() as cursor:
        cursor.execute(_sent(wipe), [*row, delivery.id])


def _moment(value: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value)
