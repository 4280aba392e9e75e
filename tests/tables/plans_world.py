"""A plan of a unit for the test of who may open what."""

from typing import Any

from fenghuo.base.audit import Actor
from fenghuo.base.units.models import Unit
from fenghuo.respond.plans import actions
from fenghuo.respond.plans.lines import Content

WRITER, SECOND = Actor("p-1", "张伟"), Actor("p-2", "王主任")


def of_unit(unit: Unit, side: str) -> dict[str, Any]:
    """A plan in force."""
    made = actions.add_plan(WRITER, "specific", f"plan-{side}-name", unit)
    actions.write(WRITER, made.pk, Content(clauses=f"1 | clause-{side}"))
    actions.accept(SECOND, actions.file_version(WRITER, made.pk).pk)
    return {"plan_id": made.plan_id, "version_id": made.pk}
