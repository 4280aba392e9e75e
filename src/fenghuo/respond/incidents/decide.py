"""What an incident may become, what stands in the way, when its clocks raise the alarm, how two reports differ. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fenghuo.respond.incidents.grading.scales import Grade


class Stage(StrEnum):
    """The life of an incident, in its usual order."""

    REPORTED = "reported"
    TRIAGED = "triaged"
    REPORTING_UP = "reporting-up"
    RESPONDING = "responding"
    CONTAINED = "contained"
    ERADICATED = "eradicated"
    RECOVERED = "recovered"
    ENDED = "ended"
    SUMMARISING = "summarising"
    CLOSED = "closed"
    VOID = "void"


_S = Stage
TRANSITIONS: Mapping[Stage, frozenset[Stage]] = {
    _S.REPORTED: frozenset({_S.TRIAGED, _S.VOID}),
    _S.TRIAGED: frozenset({_S.REPORTING_UP, _S.RESPONDING, _S.VOID}),
    _S.REPORTING_UP: frozenset({_S.RESPONDING, _S.VOID}),
    _S.RESPONDING: frozenset({_S.CONTAINED, _S.VOID}),
    _S.CONTAINED: frozenset({_S.RESPONDING, _S.ERADICATED, _S.VOID}),
    _S.ERADICATED: frozenset({_S.RESPONDING, _S.CONTAINED, _S.RECOVERED}),
    _S.RECOVERED: frozenset({_S.RESPONDING, _S.CONTAINED, _S.ERADICATED, _S.ENDED}),
    _S.ENDED: frozenset({_S.RESPONDING, _S.SUMMARISING}),
    _S.SUMMARISING: frozenset({_S.RESPONDING, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.RESPONDING}),
    _S.VOID: frozenset({_S.REPORTED}),
}
"""The one table of transitions; going back is allowed where the matter itself can come back."""

FINAL = frozenset({_S.CLOSED, _S.VOID})
FOUR_EYES = frozenset({_S.CLOSED, _S.VOID})
"""What one person asks for and another decides."""
BEFORE_END = frozenset(
    {_S.REPORTED, _S.TRIAGED, _S.REPORTING_UP, _S.RESPONDING, _S.CONTAINED, _S.ERADICATED, _S.RECOVERED}
)
RESPONSE_LEVELS = ("I", "II", "III", "IV")
ALARMS = (50, 75, 90, 100)
"""Parts of a clock, in percent, at which the duty desk is told."""
LAST_DAY = 96
"""Mark of clocks that run for long: one day before the end, so that 30 days are told of 15, 7½, 3 and 1 day before."""
_LONG = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a transition is judged by.

    Attributes:
        reportable: whether the confirmed grade asks for a report upward. unmet: duties of ours that are neither met nor withdrawn.
        open_notices: notices to the unit about it that are not closed.
        grade_confirmed: whether a person confirmed a grade and no newer proposal waits.
    """

    stage: Stage
    grade_confirmed: bool
    reportable: bool
    response_level: str
    open_tasks: int
    unmet: int
    open_notices: int = 0


class Obstacle(StrEnum):
    """Why a transition is not possible."""

    STATE = "state"
    REASON = "reason"
    GRADE = "grade"
    NOT_REPORTABLE = "not-reportable"
    RESPONSE_LEVEL = "response-level"
    OPEN_TASKS = "open-tasks"
    UNMET_DUTIES = "unmet-duties"
    OPEN_NOTICES = "open-notices"


def needs_reason(before: Stage, wanted: Stage) -> bool:
    """Ending, closing, cancelling, and every way back are told with a reason."""
    order = list(Stage)
    return wanted in FINAL or wanted is _S.ENDED or order.index(wanted) < order.index(before)


def obstacle(standing: Standing, wanted: Stage, reason: str) -> Obstacle | None:
    """What stands in the way of a transition, None for nothing."""
    before = standing.stage
    if wanted not in TRANSITIONS[before]:
        return Obstacle.STATE
    if needs_reason(before, wanted) and not reason.strip():
        return Obstacle.REASON
    if wanted not in {_S.VOID, _S.REPORTED} and not standing.grade_confirmed:
        return Obstacle.GRADE
    if wanted is _S.REPORTING_UP and not standing.reportable:
        return Obstacle.NOT_REPORTABLE
    if wanted is _S.RESPONDING and not standing.response_level:
        return Obstacle.RESPONSE_LEVEL
    if wanted is _S.CLOSED and standing.open_tasks:
        return Obstacle.OPEN_TASKS
    if wanted is _S.CLOSED and standing.unmet:
        return Obstacle.UNMET_DUTIES
    if wanted is _S.CLOSED and standing.open_notices:
        return Obstacle.OPEN_NOTICES
    return None


def clocks_follow(confirmed: Grade | None, proposed: Grade, waiting: bool) -> Grade:
    """The grade whose duties run: what a person confirmed; while a newer proposal waits for one, the graver of both."""
    if confirmed is None:
        return proposed
    return max(confirmed, proposed, key=lambda g: g.rank) if waiting else confirmed


def alarms_reached(started: datetime, due: datetime, now: datetime) -> tuple[int, ...]:
    """The alarms of a clock that have come by now."""
    whole = due - started
    if whole <= timedelta(0):
        return ALARMS
    moments = {percent: started + whole * percent / 100 for percent in ALARMS}
    if whole > _LONG:
        moments[LAST_DAY] = due - timedelta(days=1)
    return tuple(percent for percent, moment in sorted(moments.items()) if now >= moment)


REPORT_ITEMS = ("unit", "event", "trend", "cause", "tracing", "measures", "scene", "other")
"""What a report tells, Art. 7 items 1 to 8; the first two are the short form."""
SHORT_FORM = frozenset({"unit", "event"})
SUMMARY_ITEMS = ("cause", "measures", "harm", "responsibility", "rectification", "lessons")
"""What the summary within 30 days tells, Art. 8."""


def missing_items(content: Mapping[str, str], summary: bool) -> tuple[str, ...]:
    """Items that a report of this kind may not lack."""
    needed = SUMMARY_ITEMS if summary else tuple(item for item in REPORT_ITEMS if item in SHORT_FORM)
    return tuple(item for item in needed if not content.get(item, "").strip())


@dataclass(frozen=True, slots=True)
class Change:
    """An item that differs between two versions of a report."""

    item: str
    before: str
    after: str


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[Change]:
    """Item by item, what a later version says differently; items that only one of them has count as empty in the other."""
    order = dict.fromkeys((*REPORT_ITEMS, *SUMMARY_ITEMS, *before, *after))
    found = [Change(item, before.get(item, ""), after.get(item, "")) for item in order]
    return [change for change in found if change.before != change.after]
