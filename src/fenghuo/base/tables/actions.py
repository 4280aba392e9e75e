"""The verbs of the grading tables; the only writer of them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.tables.models import GradingTable
from fenghuo.base.tables.queries import in_force


@transaction.atomic
def confirm(actor: Actor, table: GradingTable) -> None:
    """Write down that somebody compared a table with the standard that it comes from, and found it right."""
    table.confirmed_by, table.confirmed_at = actor.name[:150], clock.now()
    table.save(update_fields=["confirmed_by", "confirmed_at"])
    detail = {"version": table.version, "source": table.source}
    record(actor, "table.confirmed", f"table:{table.name}", detail)


@transaction.atomic
def put_in_force(actor: Actor, name: str, cells: dict[str, Any], why: str) -> GradingTable:
    """A new version of a table of terms that an office sets for itself; the versions before stay.

    Args:
        cells: checked by the caller against the form that the table's reader needs.
        why: by what decision, as the source of the new version.

    Raises:
        LookupError: there is no such table.
    """
    before, now = in_force(name), clock.now()
    number = GradingTable.objects.filter(name=name).count() + 1
    made = GradingTable.objects.create(
        name=name,
        version=f"{now:%Y%m%d}-{number}",
        source=why.strip()[:300],
        sureness="P",
        cells=cells,
        in_force_from=now,
        confirmed_by=actor.name[:150],
        confirmed_at=now,
    )
    detail = {
        "version": made.version,
        "before": before.version,
        "reason": made.source,
        "changed": _changed(before.cells, cells),
    }
    record(actor, "table.put-in-force", f"table:{name}", detail)
    return made


@transaction.atomic
def correct(actor: Actor, name: str, cells: dict[str, Any], changed: Sequence[str], why: str) -> GradingTable:
    """A new version of a table of law or of a standard, corrected by its text; nobody has confirmed it yet, and the versions before stay.

    Args:
        cells: checked by the caller with the table's reader.
        changed: what differs, for the trail, a line each.
        why: by which text or decision.

    Raises:
        LookupError: there is no such table.
    """
    before, now = in_force(name), clock.now()
    number = GradingTable.objects.filter(name=name).count() + 1
    values = {"source": before.source, "sureness": before.sureness, "cells": cells, "in_force_from": now}
    made = GradingTable.objects.create(name=name, version=f"{now:%Y%m%d}-{number}", **values)
    detail = {"version": made.version, "before": before.version, "reason": why.strip()[:300], "changed": list(changed)}
    record(actor, "table.corrected", f"table:{name}", detail)
    return made


def _changed(old: Any, new: Any, place: str = "") -> list[str]:
    """Places of the cells that differ, with what stood and what stands."""
    if isinstance(old, dict) and isinstance(new, dict) and not {"minutes", "hours", "workdays"} & {*old, *new}:
        names = [*old, *(name for name in new if name not in old)]
        return [line for name in names for line in _changed(old.get(name), new.get(name), f"{place}.{name}".strip("."))]
    return [] if old == new else [f"{place}: {old} → {new}"]
