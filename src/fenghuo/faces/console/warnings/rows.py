"""Warnings as rows of a page: with the names that a person knows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fenghuo.base.clocks.models import Deadline
from fenghuo.base.units.queries import names
from fenghuo.faces.console.values import StateKind
from fenghuo.warn.early_warnings.models import EarlyWarning, State
from fenghuo.warn.early_warnings.names import class_name

_KINDS = {
    State.OPEN: StateKind.WAITING,
    State.ACKNOWLEDGED: StateKind.WORKING,
    State.TRIAGED: StateKind.WORKING,
    State.FALSE_POSITIVE: StateKind.GONE,
    State.CLOSED: StateKind.DONE,
    State.JOINED: StateKind.GONE,
}


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning with its unit's name, its class in words, how its state is drawn, and its running clock."""

    warning: EarlyWarning
    unit: str
    what: str
    kind: str
    deadline: Deadline | None


def shown(warnings: Iterable[EarlyWarning]) -> list[WarningRow]:
    """The rows for these warnings."""
    found = list(warnings)
    units = names()
    subjects = [f"warning:{warning.id}" for warning in found]
    deadlines = {d.subject: d for d in Deadline.objects.filter(subject__in=subjects, stopped_at=None)}
    return [
        WarningRow(
            warning,
            units.get(warning.unit_id) or _("unknown sender"),
            class_name(warning.threat_class),
            _KINDS[State(warning.state)].value,
            deadlines.get(f"warning:{warning.id}"),
        )
        for warning in found
    ]
