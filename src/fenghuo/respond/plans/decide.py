"""The life of a version of an emergency plan, and when its clocks remind. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum


class PlanKind(StrEnum):
    """A plan for every incident (综合预案), or for one class of incident or one system (专项预案)."""

    COMPREHENSIVE = "comprehensive"
    SPECIFIC = "specific"


class State(StrEnum):
    """The life of a version. FILED: it waits for the office (a unit's) or for a second person (the office's own)."""

    DRAFT = "draft"
    FILED = "filed"
    RETURNED = "returned"
    IN_FORCE = "in-force"
    REPLACED = "replaced"
    RETIRED = "retired"


class Verb(StrEnum):
    """What is done to a version. REPLACE happens to the old version where a newer one enters into force."""

    FILE = "file"
    ACCEPT = "accept"
    RETURN = "return"
    REPLACE = "replace"
    RETIRE = "retire"


TRANSITIONS: Mapping[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.FILE): State.FILED,
    (State.RETURNED, Verb.FILE): State.FILED,
    (State.FILED, Verb.ACCEPT): State.IN_FORCE,
    (State.FILED, Verb.RETURN): State.RETURNED,
    (State.IN_FORCE, Verb.REPLACE): State.REPLACED,
    (State.IN_FORCE, Verb.RETIRE): State.RETIRED,
}
"""The one table of transitions; what was in force is never changed, only replaced."""

EDITABLE = frozenset({State.DRAFT, State.RETURNED})
OPEN = EDITABLE | {State.FILED}


class Obstacle(StrEnum):
    """Why a step is not possible."""

    STATE = "state"
    WHY = "why"
    SAME_PERSON = "same-person"
    EMPTY = "empty"


def obstacle(
    state: State, verb: Verb, *, why: str = "", same_person: bool = False, has_content: bool = True
) -> Obstacle | None:
    """What stands in the way of a step, None for nothing.

    Args:
        same_person: who does it wrote or filed the version. has_content: it has a document or a clause.
    """
    if (state, verb) not in TRANSITIONS:
        return Obstacle.STATE
    if verb in {Verb.RETURN, Verb.RETIRE} and not why.strip():
        return Obstacle.WHY
    if verb in {Verb.ACCEPT, Verb.RETURN} and same_person:
        return Obstacle.SAME_PERSON
    if verb is Verb.FILE and not has_content:
        return Obstacle.EMPTY
    return None


REMIND_DAYS = (30, 7, 0)
"""Days before the review is due on which somebody is reminded; (P)."""


def reminders_due(due: datetime, now: datetime) -> tuple[int, ...]:
    """Those of `REMIND_DAYS` that have come."""
    return tuple(days for days in REMIND_DAYS if now >= due - timedelta(days=days))
