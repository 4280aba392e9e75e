"""Findings as rows of a page: their words, how their state is drawn, and their clock."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from fenghuo.base.common import clock
from fenghuo.base.units.queries import Viewer
from fenghuo.faces.console.screening.words import reader
from fenghuo.faces.console.values import StateKind
from fenghuo.see.rulebook.models import StoredHit
from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.advice import Advice, BadAdvice
from fenghuo.see.screening.decide import FindingState
from fenghuo.see.screening.hits import PACK
from fenghuo.see.screening.models import StoredFinding
from fenghuo.see.screening.queries import findings_visible_to

_KINDS = {
    FindingState.OPEN: StateKind.WAITING,
    FindingState.PASSED_ONCE: StateKind.WORKING,
    FindingState.CLOSED: StateKind.DONE,
    FindingState.FALSE_POSITIVE: StateKind.GONE,
    FindingState.ACCEPTED: StateKind.GONE,
}
OPEN = (FindingState.OPEN.value, FindingState.PASSED_ONCE.value)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its words.

    Attributes:
        kind, state: how its state is drawn and called.
        note: what waits beside the state, "" for nothing: a proposal, a test that was asked for.
        told: all of its words, None where this version has no such check.
    """

    finding: StoredFinding
    title: str
    risk: str
    kind: str
    state: str
    note: str
    open: bool
    overdue: bool
    told: Advice | None


def shown(findings: Iterable[StoredFinding]) -> list[FindingRow]:
    """The rows for these findings."""
    return [row_of(finding) for finding in findings]


def row_of(finding: StoredFinding) -> FindingRow:
    """The row for a finding."""
    try:
        told: Advice | None = advice.advice_of(finding.check_id, finding.outcome, reader())
    except (BadAdvice, FileNotFoundError):
        told = None  # a check that this version no longer has
    still_open = finding.state in OPEN
    return FindingRow(
        finding,
        told.title if told else f"{finding.check_id} · {finding.outcome}",
        told.risk if told else "",
        _KINDS[FindingState(finding.state)].value,
        finding.get_state_display(),
        _note(finding) if still_open else "",
        still_open,
        still_open and finding.due_at <= clock.now(),
        told,
    )


def _note(finding: StoredFinding) -> str:
    if finding.held_by:
        return _("proposed as a false positive")
    return _("a new test was asked for") if finding.retest_asked_at else ""


def findings_of(hits: Iterable[StoredHit], viewer: Viewer) -> list[FindingRow]:
    """The findings that these hits were made of; the position of such a hit holds the beginning of the finding's id."""
    wanted = Q()
    for hit in hits:
        if hit.rule_pack == PACK:
            wanted |= Q(id__startswith=hit.log_position.removeprefix(f"{PACK}.").partition(":")[0])
    return shown(findings_visible_to(viewer).filter(wanted)) if wanted else []
