"""A finding with all its words, as every export takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fenghuo.see.screening.checks import advice
from fenghuo.see.screening.checks.base import Severity
from fenghuo.see.screening.checks.citations import CITATIONS
from fenghuo.see.screening.checks.registry import all_checks
from fenghuo.see.screening.decide import FindingState


@dataclass(frozen=True, slots=True)
class Exported:
    """A finding as a file carries it, in one language.

    Attributes:
        id: hex SHA-256, the same on every visit. check, outcome: their ids. title, risk, steps, self_test: words of the advice.
        steps: for what → Markdown. rules: names of the rules that it breaks.
        severity, state: machine words; severity_word, state_word: the same for a reader.
        evidence: masked. sha256: of the evidence.
    """

    id: str
    unit: str
    asset: str
    check: str
    outcome: str
    title: str
    risk: str
    steps: Mapping[str, str]
    self_test: str
    rules: tuple[str, ...]
    severity: Severity
    severity_word: str
    state: FindingState
    state_word: str
    locus: str
    evidence: str
    sha256: str
    first_seen: datetime
    last_seen: datetime
    due_at: datetime
    closed_at: datetime | None = None
    held_why: str = ""


class _Named(Protocol):
    name: str


class _Valued(Protocol):
    value: str


class Row(Protocol):
    """What an export asks of a stored finding."""

    id: str
    check_id: str
    outcome: str
    severity: str
    state: str
    locus: str
    evidence: str
    sha256: str
    first_seen: datetime
    last_seen: datetime
    due_at: datetime
    closed_at: datetime | None
    held_why: str

    @property
    def unit(self) -> _Named:
        """Whose it is."""

    @property
    def asset(self) -> _Valued:
        """What it is on."""

    def get_severity_display(self) -> str:
        """The severity in the reader's language."""

    def get_state_display(self) -> str:
        """The state in the reader's language."""


def exported(found: Row, language: str) -> Exported:
    """A stored finding with its words; `language` is "zh" or "en". A check that this version no longer has leaves them empty."""
    told = None
    if found.check_id in all_checks():
        told = advice.all_advice(found.check_id, language).get(found.outcome)
    rules = all_checks()[found.check_id].rules if found.check_id in all_checks() else ()
    return Exported(
        id=found.id,
        unit=found.unit.name,
        asset=found.asset.value,
        check=found.check_id,
        outcome=found.outcome,
        title=told.title if told else f"{found.check_id} · {found.outcome}",
        risk=told.risk if told else "",
        steps=told.steps if told else {},
        self_test=told.self_test if told else "",
        rules=tuple(getattr(CITATIONS[rule], language) for rule in rules),
        severity=Severity(found.severity),
        severity_word=str(found.get_severity_display()),
        state=FindingState(found.state),
        state_word=str(found.get_state_display()),
        locus=found.locus,
        evidence=found.evidence,
        sha256=found.sha256,
        first_seen=found.first_seen,
        last_seen=found.last_seen,
        due_at=found.due_at,
        closed_at=found.closed_at,
        held_why=found.held_why,
    )
