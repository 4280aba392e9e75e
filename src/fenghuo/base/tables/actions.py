"""The verbs of the grading tables; the only writer of them."""

from django.db import transaction

from fenghuo.base.audit import Actor
from fenghuo.base.audit.actions import record
from fenghuo.base.common import clock
from fenghuo.base.tables.models import GradingTable


@transaction.atomic
def confirm(actor: Actor, table: GradingTable) -> None:
    """Write down that somebody compared a table with the standard that it comes from, and found it right."""
    table.confirmed_by, table.confirmed_at = actor.name[:150], clock.now()
    table.save(update_fields=["confirmed_by", "confirmed_at"])
    detail = {"version": table.version, "source": table.source}
    record(actor, "table.confirmed", f"table:{table.name}", detail)
