"""Tasks of a unit for the test of who may open what."""

from datetime import timedelta
from typing import Any

from fenghuo.base.audit import Actor
from fenghuo.base.units.models import Unit
from fenghuo.respond.tasks import actions
from fenghuo.respond.tasks.actions import Proof, Wanted
from fenghuo.respond.tasks.decide import Verb
from fenghuo.respond.tasks.models import Task

WRITER, WORKER = Actor("p-1", "张伟"), Actor("p-2", "李敏")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def given(unit: Unit, title: str = "修订应急预案", days: int = 10) -> Task:
    """A task for a unit, due in so many days."""
    today = actions.today()
    wanted = Wanted(
        source="committee",
        document="网信委2026年第3次会议",
        decided_on=today,
        title=title,
        what="修订并报备预案，以备案回执为证",
        due_on=today + timedelta(days=days),
        unit=unit,
    )
    return actions.assign(WRITER, wanted)


def of_unit(unit: Unit, side: str) -> dict[str, Any]:
    """A task that is in hand, with a proof."""
    made = given(unit, f"task-{side}-name")
    actions.step(WORKER, made.id, Verb.NOTE, f"said-{side}", Proof("p.png", PNG))
    return {"task_id": made.id, "step_id": made.steps.get().pk}
